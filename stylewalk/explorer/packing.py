"""Numbers, pictures and texts in the form in which a page carries them."""

import base64
import json
from typing import Any

import numpy as np

# How the page's script reads an array: the letter of each type of number.
_TYPES = {"B": "<u1", "b": "<i1", "H": "<u2", "i": "<i4", "f": "<f4", "h": "<f2"}
# Parts of 1 in which places on a map are told: of 700 pixels, zoomed 90 times, one.
_PARTS = 32_000


def packed(values: Any, kind: str) -> dict[str, str]:
    """An array as base64.

    Its kinds are ``B`` and ``b``, bytes without and with a sign, ``H`` numbers of 2 bytes without
    one, ``i`` integers, ``f`` floats, and ``h`` floats of 2 bytes.
    """
    data = np.ascontiguousarray(values, _TYPES[kind]).tobytes()
    return {kind: base64.b64encode(data).decode()}


def whole_numbers(values: Any) -> dict[str, str]:
    """Whole numbers as base64, of as few bytes as hold them."""
    numbers = np.asarray(values, np.int64)
    low, high = (int(numbers.min()), int(numbers.max())) if numbers.size else (0, 0)
    kind = "i" if low < 0 or high > 65_535 else "H" if high > 255 else "B"
    return packed(numbers, kind)


def shares(values: Any) -> dict[str, str]:
    """Numbers in -1 to 1 as base64, in 2 bytes each; NaN where there is none."""
    numbers = np.asarray(values, float)
    parts = np.where(np.isnan(numbers), -32_768, np.round(np.nan_to_num(numbers) * _PARTS))
    return {"q": base64.b64encode(parts.astype("<i2").tobytes()).decode()}


def encoded(data: bytes) -> str:
    """A file as base64."""
    return base64.b64encode(data).decode()


def embedded_json(value: Any) -> str:
    """JSON that may stand inside a script element, whatever texts it holds.

    A title with ``</script>`` or ``<!--`` would else end the element or swallow what follows.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def embedded_script(code: str) -> str:
    """Source of a program as it may stand inside a script element, and as a browser reads it there.

    A browser makes line breaks of carriage returns, and another letter of NUL: the program's sum
    would be that of another one.
    """
    code = code.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\\0")
    return code.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def significant(value: float, digits: int = 4) -> float | None:
    """A number in few digits; None where it is none."""
    return float(f"{value:.{digits}g}") if np.isfinite(value) else None
