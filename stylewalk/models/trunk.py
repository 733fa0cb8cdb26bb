"""The trunk that all families share: four convolutions, a dense layer, and the way back.

Images are float (B, 3, S, S) in 0..1, S a multiple of 16; each convolution halves height and width.
"""

import itertools
from collections.abc import Sequence

import torch
from torch import nn

HALVINGS = 4
KERNEL, STRIDE, PADDING = 4, 2, 1

# ASSUME: a decoder starts near plain grey, because a variational one is at first fed little but
# noise: louder, it learns to switch its own ReLUs off, and some never come back.
_FIRST_CONTRAST = 0.1


Layer = nn.Conv2d | nn.ConvTranspose2d | nn.Linear


def _start(layer: Layer, before_relu: bool) -> Layer:
    """Starting weights that keep the scale of what passes through (He et al. 2015).

    ASSUME: He's in place of torch's own, smaller ones because with those the first epochs of a
    trunk without batch normalisation are spent on the mean picture.
    """
    inputs = layer.weight[0].numel()
    if isinstance(layer, nn.ConvTranspose2d):
        # A pixel of the output gets its share of the kernel, from every channel.
        inputs = layer.in_channels * (KERNEL // STRIDE) ** 2
    gain = 2.0 if before_relu else 1.0
    nn.init.normal_(layer.weight, std=(gain / inputs) ** 0.5)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def _block(layer: Layer, channels: int, batch_norm: bool) -> list[nn.Module]:
    """A layer, batch normalisation where asked for, and ReLU."""
    norm = [nn.BatchNorm2d(channels)] if batch_norm else []
    return [_start(layer, before_relu=True), *norm, nn.ReLU(inplace=True)]


class Encoder(nn.Sequential):
    """Images (B, 3, S, S) to (B, outputs): four strided convolutions and a dense layer."""

    def __init__(
        self, image_size: int, outputs: int, channels: Sequence[int], batch_norm: bool = False
    ):
        side = image_size >> HALVINGS
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise([3, *channels]):
            # A normalised channel has no use for a bias.
            convolution = nn.Conv2d(before, after, KERNEL, STRIDE, PADDING, bias=not batch_norm)
            layers += _block(convolution, after, batch_norm)
        dense = nn.Linear(channels[-1] * side * side, outputs)
        super().__init__(*layers, nn.Flatten(), _start(dense, before_relu=False))


class Decoder(nn.Sequential):
    """Latents (B, d) to images (B, 3, S, S): a dense layer and four transposed convolutions.

    A sigmoid brings the last layer to 0..1.
    """

    def __init__(
        self, image_size: int, latent_size: int, channels: Sequence[int], batch_norm: bool = False
    ):
        side = image_size >> HALVINGS
        dense = nn.Linear(latent_size, channels[-1] * side * side)
        # The latent is a vector, so the first normalisation comes after it has become a picture.
        layers: list[nn.Module] = [
            _start(dense, before_relu=True),
            nn.Unflatten(1, (channels[-1], side, side)),
            *([nn.BatchNorm2d(channels[-1])] if batch_norm else []),
            nn.ReLU(inplace=True),
        ]
        for before, after in itertools.pairwise(channels[::-1]):
            convolution = nn.ConvTranspose2d(
                before, after, KERNEL, STRIDE, PADDING, bias=not batch_norm
            )
            layers += _block(convolution, after, batch_norm)
        last = nn.ConvTranspose2d(channels[0], 3, KERNEL, STRIDE, PADDING)
        super().__init__(*layers, _start(last, before_relu=False))
        with torch.no_grad():
            last.weight.mul_(_FIRST_CONTRAST)

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        # In float32 also under mixed precision: bfloat16 has 8 bits, coarser than a pixel.
        images: torch.Tensor = super().forward(latents)  # type: ignore[no-untyped-call]  # torch's
        return torch.sigmoid(images.float())
