"""The one error that speaks to a person, and what its texts share."""

import difflib
import re
import unicodedata
from collections.abc import Iterable

# Control characters, halves of characters and what is none: no name that a person wrote has them.
UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class StylewalkError(Exception):
    """A user's mistake or a broken input, said in words.

    The message names the culprit (which file, row or key), what was expected, and what to do.
    It is shown without a traceback.
    """


class NotFitted(StylewalkError):
    """A style metric depends on a study's artworks, and what it took from them is not given."""


def did_you_mean(name: str, names: Iterable[object]) -> str:
    """A hint at the nearest name, whatever its capitals."""
    by_small = {str(other).casefold(): str(other) for other in names}
    for other in by_small.values():
        same = unicodedata.normalize("NFC", other) == unicodedata.normalize("NFC", name)
        if same and other != name:
            return f" (there is {other!r}, whose accents are coded otherwise: copy it from there)"
    close = difflib.get_close_matches(name.casefold(), by_small, n=1, cutoff=0.6)
    return f" (did you mean {by_small[close[0]]!r}?)" if close else ""
