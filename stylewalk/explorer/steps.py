"""Layers of our networks as steps that the page computes by itself.

A network is a list of steps on numbers in the order row, column, channel: few kinds of them, which
``templates/decoder.js`` carries out. Weights are kept in half precision, and where that is too much
in whole numbers of one byte.
"""

from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import nn

from stylewalk.explorer.packing import packed
from stylewalk.models.trunk import KERNEL, PADDING, STRIDE

LARGEST = 65504.0  # of half precision
_MOST = 127  # of a byte with a sign

Step = dict[str, Any]


def dense(
    weight: Float[torch.Tensor, "outputs inputs"], bias: Float[torch.Tensor, " outputs"]
) -> Step:
    """Numbers to numbers: weight by output, then input."""
    return {"do": "dense", "weight": half(weight.flatten()), "bias": single(bias)}


def coarse_dense(
    weight: Float[torch.Tensor, "outputs inputs"], bias: Float[torch.Tensor, " outputs"]
) -> Step:
    """The same with whole numbers of one byte, and what one of them means in each row."""
    unit = weight.detach().abs().amax(dim=1) / _MOST
    unit = torch.where(unit > 0, unit, 1)
    whole = torch.round(weight.detach() / unit[:, None]).numpy()
    return {"do": "dense", "weight": packed(whole, "b"), "unit": single(unit), "bias": single(bias)}


def normalisation(layer: nn.BatchNorm1d | nn.BatchNorm2d) -> Step:
    """Batch normalisation as it is after training: a factor and an offset for each channel."""
    mean, variance = layer.running_mean, layer.running_var
    assert mean is not None
    assert variance is not None
    factor = (variance + layer.eps).rsqrt()
    offset = -mean * factor
    if layer.affine:
        factor, offset = layer.weight * factor, layer.weight * offset + layer.bias
    return {"do": "scale", "factor": single(factor), "offset": single(offset)}


def transposed(layer: nn.ConvTranspose2d, side: int) -> Step:
    """A transposed convolution: weight by row, column, output channel, input channel."""
    _check(layer)
    weight = half(layer.weight.permute(2, 3, 1, 0).flatten())
    return {"do": "widen", "side": side, "weight": weight, "bias": single(_bias(layer))}


def convolution(layer: nn.Conv2d, side: int) -> Step:
    """A convolution of ``side`` pixels: weight by output channel, row, column, input channel."""
    _check(layer)
    weight = half(layer.weight.permute(0, 2, 3, 1).flatten())
    return {"do": "narrow", "side": side, "weight": weight, "bias": single(_bias(layer))}


def activation(layer: nn.Module) -> Step:
    """What follows a layer.

    Raises:
        ValueError: the page does not know it.
    """
    if isinstance(layer, nn.SiLU):
        return {"do": "silu"}
    if isinstance(layer, nn.ReLU):
        return {"do": "relu"}
    raise ValueError(f"a page knows no layer {layer}")


def in_rows(channels: int, side: int) -> torch.Tensor:
    """Places in torch's order channel, row, column of numbers in the order row, column, channel."""
    places = torch.arange(channels * side**2).reshape(channels, side, side)
    return places.permute(1, 2, 0).flatten()


def half(values: torch.Tensor) -> dict[str, str]:
    """Numbers in half precision."""
    return packed(values.detach().clamp(-LARGEST, LARGEST).numpy(), "h")


def single(values: torch.Tensor) -> dict[str, str]:
    """Numbers in single precision."""
    return packed(np.asarray(values.detach()), "f")


def _check(layer: nn.Conv2d | nn.ConvTranspose2d) -> None:
    assert (layer.kernel_size, layer.stride, layer.padding) == (
        (KERNEL, KERNEL),
        (STRIDE, STRIDE),
        (PADDING, PADDING),
    )


def _bias(layer: nn.Conv2d | nn.ConvTranspose2d) -> torch.Tensor:
    return layer.bias if layer.bias is not None else torch.zeros(layer.out_channels)
