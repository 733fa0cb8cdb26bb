"""Autoencoder interpolation by shaping the latent space (Oring, Yakhini and Hel-Or 2020)."""

from typing import Any

import torch
from jaxtyping import Float, Int
from torch.nn import functional

from stylewalk.models import autoencoder
from stylewalk.models.acai import Critic, mixtures
from stylewalk.models.adversarial import BETAS, frozen
from stylewalk.models.autoencoder import Terms
from stylewalk.models.trunk import Shape
from stylewalk.registry import Settings

DESCRIPTION = (
    "An autoencoder whose decoded mixtures look like pictures to a discriminator, encode to where "
    "they came from, and change evenly."
)
SETTINGS: Settings = {
    "adversarial_weight": {
        "description": "Weight of the adversarial loss of decoded mixtures.",
        "type": "number",
        "minimum": 0,
        "default": 0.0005,
    },
    "cycle_weight": {
        "description": "Weight of the distance of a mixture from what its image encodes to.",
        "type": "number",
        "minimum": 0,
        "default": 0.005,
    },
    "smoothness_weight": {
        "description": "Weight of the squared speed of the image as the share of the other grows.",
        "type": "number",
        "minimum": 0,
        "default": 0.001,
    },
    "discriminator_rate": {
        "description": "Peak learning rate of the discriminator's Adam.",
        "type": "number",
        "exclusiveMinimum": 0,
        "default": 0.002,
    },
}
_STEP = 0.05  # of the share, over which the speed of the image is measured


class Model(autoencoder.Model):
    """An autoencoder whose interpolations are trained, too (equation 3.1 of the report).

    A discriminator tells decoded mixtures of two latents from pictures; a mixture's image shall
    encode to the mixture (the cycle), and change evenly with the share of the other.
    """

    def __init__(
        self,
        shape: Shape,
        *,
        adversarial_weight: float,
        cycle_weight: float,
        smoothness_weight: float,
        discriminator_rate: float,
    ) -> None:
        super().__init__(shape)
        self.discriminator = Critic(shape)
        self.discriminator_rate = discriminator_rate
        self.weights |= {
            "adversarial": adversarial_weight,
            "cycle": cycle_weight,
            "smoothness": smoothness_weight,
            "discriminator": 1.0,
        }

    def losses(
        self,
        images: Float[torch.Tensor, "batch 3 side side"],
        labels: Int[torch.Tensor, " batch"],
        generator: torch.Generator,
    ) -> Terms:
        """Terms ``reconstruction``, ``adversarial``, ``cycle``, ``smoothness``, ``discriminator``.

        Both cross-entropies are per example, 0.69 where the discriminator cannot tell; ``cycle`` is
        over the variance of latents, which would else shrink; ``smoothness`` in squared pixels per
        squared share. ``accuracy``, without weight, is the share that the discriminator judges
        right.
        """
        latents = self.encode(images)
        mixed, shares = mixtures(latents, generator, 1 - _STEP)
        between = self.decode(mixed)
        further = torch.lerp(latents, latents.roll(1, dims=0), shares[:, None] + _STEP)
        speed = (self.decode(further) - between) / _STEP
        with frozen(self.discriminator):
            fooled = self.discriminator(between)
        of_images, of_mixtures = self.discriminator(torch.cat([images, between.detach()])).chunk(2)
        scale = latents.detach().var(dim=0).mean().clamp_min(1e-8)
        return {
            **self.compared(self.decode(latents), images),
            "adversarial": functional.softplus(-fooled).mean(),
            "cycle": (self.encode(between) - mixed.detach()).square().mean() / scale,
            "smoothness": speed.square().mean(),
            "discriminator": (
                functional.softplus(-of_images).mean() + functional.softplus(of_mixtures).mean()
            )
            / 2,
            "accuracy": ((of_images > 0).float().mean() + (of_mixtures <= 0).float().mean()) / 2,
        }

    def parameter_groups(self, learning_rate: float) -> list[dict[str, Any]]:
        """The parameters of the autoencoder and of the discriminator, each with its rate."""
        own = [*self.encoder.parameters(), *self.decoder.parameters()]
        players = list(self.discriminator.parameters())
        return [
            {"params": own, "lr": learning_rate},
            {"params": players, "lr": self.discriminator_rate, "betas": BETAS},
        ]
