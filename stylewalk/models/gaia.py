"""After generative adversarial interpolative autoencoding (Sainburg et al. 2018)."""

from typing import Any

import torch
from jaxtyping import Float, Float32, Int
from torch import nn

from stylewalk.models import autoencoder
from stylewalk.models.acai import LARGEST_SHARE, mixtures
from stylewalk.models.adversarial import BETAS, frozen
from stylewalk.models.autoencoder import Terms
from stylewalk.models.trunk import Decoder, Encoder, Shape
from stylewalk.registry import Settings

DESCRIPTION = "An autoencoder whose decoded mixtures an autoencoding discriminator reproduces."
SETTINGS: Settings = {
    "judged_weight": {
        "description": "Weight of the error of what the discriminator makes of reconstructions.",
        "type": "number",
        "minimum": 0,
        "default": 0.1,
    },
    "mixing_weight": {
        "description": "Weight of the discriminator's error on decoded mixtures.",
        "type": "number",
        "minimum": 0,
        "default": 0.1,
    },
    "discriminator_rate": {
        "description": "Peak learning rate of the discriminator's Adam.",
        "type": "number",
        "exclusiveMinimum": 0,
        "default": 0.002,
    },
}


def errors(
    made: Float[torch.Tensor, "batch 3 side side"], shown: Float[torch.Tensor, "batch 3 side side"]
) -> Float[torch.Tensor, " batch"]:
    """Mean squared error of each picture (B, 3, S, S), as (B,)."""
    return (made - shown).square().mean(dim=(1, 2, 3))


class Discriminator(nn.Module):
    """An autoencoder of pictures (B, 3, S, S) that reproduces those that look like data."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.encoder, self.decoder = Encoder(shape), Decoder(shape)
        self.offset = 0.5 if shape.trunk == "silu" else 0.0

    def forward(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float32[torch.Tensor, "batch 3 side side"]:
        made: torch.Tensor = self.decoder(self.encoder(images - 0.5))
        return made + self.offset


class Model(autoencoder.Model):
    """An autoencoder against another: what lies between two latents shall be easy to reproduce.

    The discriminator is an autoencoder, too. It learns to reproduce pictures, and pictures from
    their reconstructions, and not to reproduce decoded mixtures; training makes mixtures that it
    reproduces all the same. Raise ``mixing_weight`` for mixtures that look more like pictures.
    """

    def __init__(
        self,
        shape: Shape,
        *,
        judged_weight: float,
        mixing_weight: float,
        discriminator_rate: float,
    ) -> None:
        super().__init__(shape)
        self.discriminator = Discriminator(shape)
        self.discriminator_rate = discriminator_rate
        self.weights |= {"judged": judged_weight, "mixing": mixing_weight, "discriminator": 1.0}

    def losses(
        self,
        images: Float[torch.Tensor, "batch 3 side side"],
        labels: Int[torch.Tensor, " batch"],
        generator: torch.Generator,
    ) -> Terms:
        """Terms ``reconstruction``, ``judged``, ``mixing``, ``discriminator`` and ``accuracy``.

        ``judged`` is the error between pictures and what the discriminator makes of their
        reconstructions, ``mixing`` its error on mixtures. Its own term is its error on pictures
        plus ``judged`` less ``mixing``, which counts only up to its error on pictures, so that the
        game stays even (Sainburg et al. 2018; that bound is of the authors' code). ``accuracy``,
        without weight, is how often it reproduces a picture better than a mixture; 0.5 is chance.

        ASSUME: a variant of the paper's: the plain reconstruction error is kept beside the one
        through the discriminator, because the models of a study are compared by it; mixtures are
        of two latents at even shares, as in ACAI; errors are squared; and the paper's term that
        keeps distances between pictures is left out, as it asks for what a study wants to find.
        """
        latents = self.encode(images)
        decoded = self.decode(latents)
        mixed, _ = mixtures(latents, generator, LARGEST_SHARE)
        between = self.decode(mixed)
        with frozen(self.discriminator):
            judged = errors(self.discriminator(decoded), images).mean()
            mixing = errors(self.discriminator(between), between).mean()
        shown = torch.cat([images, decoded.detach(), between.detach()])
        of_images, of_decoded, of_between = self.discriminator(shown).chunk(3)
        real, false = errors(of_images, images), errors(of_between, between.detach())
        bounded = torch.minimum(false.mean(), real.mean().detach())
        return {
            **self.compared(decoded, images),
            "judged": judged,
            "mixing": mixing,
            "discriminator": real.mean() + errors(of_decoded, images).mean() - bounded,
            "accuracy": (false > real).float().mean(),
        }

    def parameter_groups(self, learning_rate: float) -> list[dict[str, Any]]:
        """The parameters of the autoencoder and of the discriminator, each with its rate."""
        own = [*self.encoder.parameters(), *self.decoder.parameters()]
        players = list(self.discriminator.parameters())
        return [
            {"params": own, "lr": learning_rate},
            {"params": players, "lr": self.discriminator_rate, "betas": BETAS},
        ]
