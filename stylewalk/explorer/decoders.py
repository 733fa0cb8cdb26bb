"""Decoders and latents in a form with which the page computes by itself.

A decoder is a list of steps on numbers in the order row, column, channel: few kinds of them, which
``templates/decoder.js`` carries out. Weights and latents are kept in half precision.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from stylewalk.explorer import directions
from stylewalk.explorer.packing import packed
from stylewalk.models import hyperspherical, linear
from stylewalk.models.trunk import KERNEL, PADDING, STRIDE, Decoder

#: Bytes of all decoders and latents together, above which a page carries none.
MOST_BYTES = 40_000_000
_LARGEST = 65504.0  # of half precision


def steps_of(model: nn.Module) -> list[dict[str, Any]] | None:
    """A model's decoder as the page computes it; None where it has other layers than ours.

    Args:
        model: of a family of :mod:`stylewalk.models`.
    """
    if isinstance(model, linear.Model):
        return [_dense(model.directions.T, model.mean_picture)]
    decoder = getattr(model, "decoder", None)
    if not isinstance(decoder, Decoder):
        return None
    steps: list[dict[str, Any]] = []
    if isinstance(model, hyperspherical.Model):
        steps.append({"do": "direction", "length": float(model.latent_size**0.5)})
    steps += _layers(decoder)
    if decoder.bounded:
        steps.append({"do": "sigmoid"})
    if getattr(model, "centred", False):
        mean = cast(torch.Tensor, model.mean_picture)
        steps.append({"do": "add", "values": _half(mean.permute(1, 2, 0).flatten())})
    return steps


def _layers(decoder: Decoder) -> Iterator[dict[str, Any]]:
    first, shape, *layers = decoder
    assert isinstance(first, nn.Linear)
    assert isinstance(shape, nn.Unflatten)
    channels, side, _ = map(int, shape.unflattened_size)
    # Its outputs lie in the order channel, row, column.
    order = (
        torch.arange(channels * side**2).reshape(channels, side, side).permute(1, 2, 0).flatten()
    )
    yield _dense(first.weight[order], first.bias[order])
    for layer in layers:
        if isinstance(layer, nn.BatchNorm2d):
            yield _normalisation(layer)
        elif isinstance(layer, nn.SiLU):
            yield {"do": "silu"}
        elif isinstance(layer, nn.ReLU):
            yield {"do": "relu"}
        elif isinstance(layer, nn.ConvTranspose2d):
            yield _transposed(layer, side)
            side *= STRIDE
        else:
            raise ValueError(f"a page knows no layer {layer}")


def _dense(
    weight: Float[torch.Tensor, "outputs inputs"], bias: Float[torch.Tensor, " outputs"]
) -> dict[str, Any]:
    """Numbers to numbers: weight by output, then input."""
    return {"do": "dense", "weight": _half(weight.flatten()), "bias": _single(bias)}


def _normalisation(layer: nn.BatchNorm2d) -> dict[str, Any]:
    """Batch normalisation as it is after training: a factor and an offset for each channel."""
    mean, variance = layer.running_mean, layer.running_var
    assert mean is not None
    assert variance is not None
    factor = layer.weight / (variance + layer.eps).sqrt()
    offset = layer.bias - mean * factor
    return {"do": "scale", "factor": _single(factor), "offset": _single(offset)}


def _transposed(layer: nn.ConvTranspose2d, side: int) -> dict[str, Any]:
    """A transposed convolution: weight by row, column, output channel, input channel."""
    assert (layer.kernel_size, layer.stride, layer.padding) == (
        (KERNEL, KERNEL),
        (STRIDE, STRIDE),
        (PADDING, PADDING),
    )
    outputs = layer.out_channels
    bias = layer.bias if layer.bias is not None else torch.zeros(outputs)
    weight = _half(layer.weight.permute(2, 3, 1, 0).flatten())
    return {"do": "widen", "side": side, "weight": weight, "bias": _single(bias)}


def _half(values: torch.Tensor) -> dict[str, str]:
    return packed(values.detach().clamp(-_LARGEST, _LARGEST).numpy(), "h")


def _single(values: torch.Tensor) -> dict[str, str]:
    return packed(values.detach().numpy(), "f")


def of_models(
    models: Sequence[nn.Module],
    latents: Sequence[Float[np.ndarray, "artworks dimensions"]],
    places: Sequence[Float[np.ndarray, "artworks 2"]],
) -> list[dict[str, Any]] | None:
    """What the page decodes with: for each model its steps and the latents of its artworks.

    Args:
        models: in the order of the page.
        latents: of each the (n, d) latents of the artworks on the page.
        places: of each where they lie on its map of components, (n, 2); NaN for those that do not.

    Returns:
        A map for each model, ``size`` (of its images), ``width`` (d), ``steps``, ``latents`` and
        ``directions`` (see :mod:`stylewalk.explorer.directions`); ``steps`` is null where a model
        has other layers than ours. None where all together are too large for a page.
    """
    made: list[dict[str, Any]] = []
    for model, points, on_map in zip(models, latents, places, strict=True):
        about = {"size": int(getattr(model, "image_size", 0)), "width": points.shape[1]}
        kept = packed(np.clip(points, -_LARGEST, _LARGEST), "h")
        along = directions.of_latents(points, on_map)
        made.append({**about, "steps": steps_of(model), "latents": kept, "directions": along})
    return made if _bytes(made) <= MOST_BYTES else None


def _bytes(value: object) -> int:
    """Bytes of all arrays, as they are before they become text."""
    if isinstance(value, str):
        return len(value) * 3 // 4
    if isinstance(value, Mapping):
        return sum(map(_bytes, value.values()))
    return sum(map(_bytes, value)) if isinstance(value, list) else 0
