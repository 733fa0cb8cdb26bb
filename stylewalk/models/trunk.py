"""The trunks that families share: strided convolutions, a dense layer, and the way back.

Images are float (B, 3, S, S) in 0..1; each convolution halves height and width, of four S is a
multiple of 16.
The trunk ``silu`` is the default, ``report`` is that of the report that this workflow began with.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, cast, get_args

import torch
from jaxtyping import Float, Float32
from torch import nn

TrunkName = Literal["silu", "report"]
TRUNKS: tuple[TrunkName, ...] = get_args(TrunkName)
FEWEST, MOST = 3, 6  # convolutions
KERNEL, STRIDE, PADDING = 4, 2, 1

# ASSUME: a decoder starts near plain grey (silu: near the mean picture), because a variational one
# is at first fed little but noise: louder, it learns to switch its own ReLUs off, and some never
# come back.
_FIRST_CONTRAST = 0.1


@dataclass(frozen=True)
class Shape:
    """What decides the layers of a model.

    Args:
        image_size: height and width of an image in pixels, divisible by 2 as often as there are
            convolutions.
        latent_size: numbers in a latent vector.
        channels: of the convolutions of the encoder, one each; the decoder mirrors them.
        trunk: ``silu``, or ``report``.
    """

    image_size: int
    latent_size: int
    channels: Sequence[int]
    trunk: TrunkName = "silu"

    @property
    def flat(self) -> int:
        """Numbers between the convolutions and the dense layer."""
        channels, side, _ = self.unflat
        return channels * side * side

    @property
    def unflat(self) -> tuple[int, int, int]:
        """The same as a picture: channels, height, width."""
        side = self.image_size >> len(self.channels)
        return int(self.channels[-1]), side, side


Layer = nn.Conv2d | nn.ConvTranspose2d | nn.Linear
AnyLayer = TypeVar("AnyLayer", bound=Layer)


def _start(layer: AnyLayer, gain: float) -> AnyLayer:
    """Starting weights that keep the scale of what passes through (He et al. 2015).

    ASSUME: He's in place of torch's own, smaller ones because with those the first epochs of a
    trunk without batch normalisation are spent on the mean picture.

    Args:
        layer: to start.
        gain: 2 before a ReLU or SiLU, else 1.
    """
    inputs = layer.weight[0].numel()
    if isinstance(layer, nn.ConvTranspose2d):
        # A pixel of the output gets its share of the kernel, from every channel.
        inputs = layer.in_channels * (KERNEL // STRIDE) ** 2
    nn.init.normal_(layer.weight, std=(gain / inputs) ** 0.5)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


def _block(layer: Layer, channels: int, batch_norm: bool, silu: bool) -> list[nn.Module]:
    """A layer, batch normalisation where asked for, and what follows it."""
    norm = [nn.BatchNorm2d(channels)] if batch_norm else []
    return [_start(layer, 2.0), *norm, nn.SiLU(inplace=True) if silu else nn.ReLU(inplace=True)]


class Encoder(nn.Sequential):
    """Images (B, 3, S, S) to (B, heads * d): strided convolutions and a dense layer.

    Args:
        shape: of the model.
        heads: numbers for each latent dimension: all first ones, then all second ones.
        batch_norm: whether convolutions are normalised over the batch.
    """

    def __init__(self, shape: Shape, heads: int = 1, batch_norm: bool = False):
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise([3, *shape.channels]):
            # A normalised channel has no use for a bias.
            convolution = nn.Conv2d(before, after, KERNEL, STRIDE, PADDING, bias=not batch_norm)
            layers += _block(convolution, after, batch_norm, shape.trunk == "silu")
        dense: nn.Module
        if shape.trunk == "silu":
            dense = Heads(shape.flat, shape.latent_size, heads)
        else:
            dense = _start(nn.Linear(shape.flat, heads * shape.latent_size), 1.0)
        super().__init__(*layers, nn.Flatten(), dense)

    @property
    def matrix(self) -> nn.Parameter:
        """The dense matrix behind the first head; of the trunk ``report``, behind all."""
        dense = self[-1]
        return cast(nn.Parameter, (dense.layers[0] if isinstance(dense, Heads) else dense).weight)


class Heads(nn.Module):
    """Dense layers side by side, (B, F) to (B, heads * d).

    ASSUME: apart, because Muon moves all directions of a matrix alike, which suits the means of a
    posterior and shakes its variances; those start quietly.
    """

    def __init__(self, inputs: int, latent_size: int, heads: int):
        super().__init__()
        made = [_start(nn.Linear(inputs, latent_size), 1.0) for _ in range(heads)]
        with torch.no_grad():
            for layer in made[1:]:
                layer.weight.mul_(_FIRST_CONTRAST)
        self.layers = nn.ModuleList(made)

    def forward(
        self, features: Float[torch.Tensor, "batch inputs"]
    ) -> Float[torch.Tensor, "batch outputs"]:
        return torch.cat([layer(features) for layer in self.layers], dim=1)


class Decoder(nn.Sequential):
    """Latents (B, d) to images (B, 3, S, S): a dense layer and transposed convolutions.

    Of the trunk ``report``, a sigmoid brings the last layer to 0..1. Of ``silu``, images are
    differences from the mean picture, and unbounded: a sigmoid would flatten the gradient where a
    picture is black or white.
    """

    def __init__(self, shape: Shape, batch_norm: bool = False):
        silu, channels = shape.trunk == "silu", shape.channels
        # The latent is a vector, so the first normalisation comes after it has become a picture.
        layers: list[nn.Module] = [
            _start(nn.Linear(shape.latent_size, shape.flat), 2.0),
            nn.Unflatten(1, shape.unflat),
            *([nn.BatchNorm2d(channels[-1])] if batch_norm else []),
            nn.SiLU(inplace=True) if silu else nn.ReLU(inplace=True),
        ]
        for before, after in itertools.pairwise(channels[::-1]):
            convolution = nn.ConvTranspose2d(
                before, after, KERNEL, STRIDE, PADDING, bias=not batch_norm
            )
            layers += _block(convolution, after, batch_norm, silu)
        last = nn.ConvTranspose2d(channels[0], 3, KERNEL, STRIDE, PADDING)
        super().__init__(*layers, _start(last, 1.0))
        self.bounded = not silu
        with torch.no_grad():
            last.weight.mul_(_FIRST_CONTRAST)

    @property
    def matrix(self) -> nn.Parameter:
        """The dense matrix before the convolutions."""
        return cast(nn.Parameter, self[0].weight)

    def forward(
        self, latents: Float[torch.Tensor, "batch dimensions"]
    ) -> Float32[torch.Tensor, "batch 3 side side"]:
        # In float32 also under mixed precision: bfloat16 has 8 bits, coarser than a pixel.
        images: torch.Tensor = super().forward(latents)  # type: ignore[no-untyped-call]  # torch's
        return torch.sigmoid(images.float()) if self.bounded else images.float()
