"""Encoders in a form with which the page computes by itself: see :mod:`stylewalk.explorer.steps`.

With them a person's own picture gets a latent in every model. Dense matrices, most of the weights,
are kept in whole numbers of one byte: on the demo's pictures that moves what is decoded by less
than 1 of 255.
"""

from collections.abc import Iterator
from typing import cast

import torch
from torch import nn

from stylewalk.explorer import steps
from stylewalk.explorer.steps import Step
from stylewalk.models import adversarial, hyperspherical, linear
from stylewalk.models.trunk import STRIDE, Encoder, Heads


def steps_of(model: nn.Module) -> list[Step] | None:
    """A model's encoder as the page computes it; None where it has other layers than ours.

    Args:
        model: of a family of :mod:`stylewalk.models`.
    """
    if isinstance(model, linear.Model):
        # Onto the directions that its decoder has.
        return [{"do": "add", "values": steps.half(-model.mean_picture)}, {"do": "project"}]
    encoder = getattr(model, "encoder", None)
    if not isinstance(encoder, Encoder):
        return None
    made: list[Step] = []
    if getattr(model, "centred", False):
        mean = cast(torch.Tensor, model.mean_picture)
        made.append({"do": "add", "values": steps.half(-mean.permute(1, 2, 0).flatten())})
    made += _layers(encoder, cast(int, model.image_size), cast(int, model.latent_size))
    if isinstance(model, adversarial.Model):
        made.append(steps.normalisation(model.normalisation))
    if isinstance(model, hyperspherical.Model):
        made.append({"do": "direction", "length": 1.0})
    return made


def _layers(encoder: Encoder, side: int, width: int) -> Iterator[Step]:
    """The layers; of several heads the first, which gives latents, or means of posteriors."""
    channels = 3
    for layer in encoder:
        if isinstance(layer, nn.Conv2d):
            yield steps.convolution(layer, side)
            side, channels = side // STRIDE, layer.out_channels
        elif isinstance(layer, nn.BatchNorm2d):
            yield steps.normalisation(layer)
        elif isinstance(layer, Heads | nn.Linear):
            first = cast(nn.Linear, layer.layers[0]) if isinstance(layer, Heads) else layer
            order = steps.in_rows(channels, side)
            yield steps.coarse_dense(first.weight[:width, order], first.bias[:width])
        elif not isinstance(layer, nn.Flatten):
            yield steps.activation(layer)
