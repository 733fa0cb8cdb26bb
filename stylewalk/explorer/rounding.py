"""How far the images that the page decodes are from those of the models.

The page has weights and latents in half precision. Here its own bytes are read back and carried out
in single precision, as its script does, and held against the model on the latents as they are.
What remains unmeasured is the order in which a browser adds numbers up.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Float32
from torch.nn import functional

from stylewalk.explorer.packing import significant
from stylewalk.explorer.steps import Step
from stylewalk.models.trunk import KERNEL, PADDING, STRIDE

MOST = 16  # artworks that are decoded
_KINDS = {"h": "<f2", "f": "<f4"}
_ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "silu": functional.silu,
    "relu": functional.relu,
    "sigmoid": torch.sigmoid,
}
_Images = Float32[np.ndarray, "images numbers"]


def differences(
    model: Any,
    steps: Sequence[Step],
    latents: Float[np.ndarray, "artworks dimensions"],
    kept: Mapping[str, str],
) -> dict[str, float | int | None]:
    """Differences of decoded images, in units of 1/255, over pixels and channels.

    Args:
        model: of a family of :mod:`stylewalk.models`.
        steps: its decoder on the page.
        latents: (n, d) of the artworks on the page.
        kept: the same as the page has them.

    Returns:
        ``largest`` and ``mean`` of the absolute differences, and ``images``, of how many artworks,
        which are taken at even distances.
    """
    count = min(MOST, len(latents))
    rows = np.linspace(0, len(latents) - 1, count).round().astype(int)
    rounded = _numbers(kept).reshape(latents.shape)[rows]
    with torch.inference_mode():
        single = model.to("cpu").eval().decode(torch.from_numpy(latents[rows]).float())
        wanted = single.permute(0, 2, 3, 1).flatten(1).numpy()
    images = decoded(steps, rounded)
    off = np.abs(np.clip(255 * images, 0, 255) - np.clip(255 * wanted, 0, 255))
    return {
        "largest": significant(float(off.max()), 2),
        "mean": significant(float(off.mean(dtype=np.float64)), 2),
        "images": count,
    }


def decoded(steps: Sequence[Step], latents: Float[np.ndarray, "images dimensions"]) -> _Images:
    """What the page makes of latents, not clipped: numbers in the order row, column, channel."""
    x = torch.from_numpy(np.asarray(latents, np.float32))
    with torch.inference_mode():
        for step in steps:
            x = _done(step, x)
    images: _Images = x.numpy()
    return images


def _done(step: Step, x: torch.Tensor) -> torch.Tensor:
    """One step on numbers of (images, numbers)."""
    do = step["do"]
    if do == "direction":
        return functional.normalize(x, dim=1) * float(step["length"])
    if do == "dense":
        bias = _tensor(step["bias"])
        return functional.linear(x, _tensor(step["weight"]).reshape(len(bias), -1), bias)
    if do == "scale":
        factor, offset = _tensor(step["factor"]), _tensor(step["offset"])
        return (x.reshape(len(x), -1, len(factor)) * factor + offset).flatten(1)
    if do == "widen":
        return _widened(step, x)
    if do == "add":
        return x + _tensor(step["values"])
    return _ACTIVATIONS[do](x)


def _widened(step: Step, x: torch.Tensor) -> torch.Tensor:
    side, bias = step["side"], _tensor(step["bias"])
    images = x.reshape(len(x), side, side, -1).permute(0, 3, 1, 2)
    # By row, column, output channel, input channel; torch's by input, output, row, column.
    weight = _tensor(step["weight"]).reshape(KERNEL, KERNEL, len(bias), -1)
    weight = weight.permute(3, 2, 0, 1)
    wide = functional.conv_transpose2d(images, weight, bias, stride=STRIDE, padding=PADDING)
    return wide.permute(0, 2, 3, 1).flatten(1)


def _tensor(value: Mapping[str, str]) -> torch.Tensor:
    return torch.from_numpy(_numbers(value))


def _numbers(value: Mapping[str, str]) -> Float32[np.ndarray, " numbers"]:
    """The numbers of what :func:`stylewalk.explorer.packing.packed` gave, in single precision."""
    ((kind, text),) = value.items()
    return np.frombuffer(base64.b64decode(text), _KINDS[kind]).astype(np.float32)
