"""Hyperspherical variational autoencoder (S-VAE; Davidson et al. 2018)."""

import math
from typing import cast

import torch
from jaxtyping import Float, Float32, Int
from torch import nn
from torch.nn import functional

from stylewalk.errors import StylewalkError
from stylewalk.models import autoencoder
from stylewalk.models.autoencoder import Terms
from stylewalk.models.trunk import Shape
from stylewalk.models.variational import FIRST_LOG_VARIANCE, REPORT_LATENT_SIZE
from stylewalk.models.von_mises_fisher import divergence_from_uniform, draw
from stylewalk.registry import Settings

DESCRIPTION = "Reconstruction and KL divergence to the uniform distribution on a sphere."
SETTINGS: Settings = {
    "kl_weight": {
        "description": "Weight of the KL divergence in nats, divided by 4096.",
        "type": "number",
        "minimum": 0,
        "default": 0.01,
    },
}
# exp() of more than this means a point, and leaves float32 nothing of the noise.
_LARGEST = 12.0


class Model(autoencoder.Model):
    """A variational autoencoder whose latents are directions: points of the unit sphere.

    The posterior is a von Mises-Fisher distribution, the prior uniform. What is decoded is first
    brought onto the sphere, so that a straight line between two latents runs along the great circle
    and ``slerp`` runs along it evenly. Lower ``kl_weight`` for sharper reconstructions.

    ASSUME: the concentration is ``1 + d exp()`` of a dense layer, where the paper has a softplus,
    because at 128 dimensions it runs to thousands; and begins narrow, as in the family variational.
    """

    def __init__(self, shape: Shape, *, kl_weight: float) -> None:
        if shape.latent_size < 2:
            raise StylewalkError(
                "The family 'hyperspherical' needs a latent size of at least 2: a sphere in one "
                "dimension is two points."
            )
        super().__init__(shape)
        self.concentration = nn.Linear(shape.flat, 1)
        nn.init.zeros_(self.concentration.weight)
        nn.init.constant_(self.concentration.bias, -FIRST_LOG_VARIANCE)
        self.weights["kl"] = kl_weight

    def posterior(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> tuple[Float32[torch.Tensor, "batch dimensions"], Float32[torch.Tensor, " batch"]]:
        """Images (B, 3, S, S) to the mean direction (B, d) and concentration (B,) of each."""
        hidden = images - self.mean_picture if self.centred else images
        *layers, dense = cast(nn.Sequential, self.encoder)
        for layer in layers:
            hidden = layer(hidden)
        directions = functional.normalize(dense(hidden).float(), dim=1)
        narrow: torch.Tensor = self.concentration(hidden)[:, 0].float().clamp(max=_LARGEST)
        return directions, 1 + self.latent_size * narrow.exp()

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float32[torch.Tensor, "batch dimensions"]:
        """Images (B, 3, S, S) in 0..1 to mean directions (B, d) of length 1, float32."""
        return self.posterior(images)[0]

    def decode(
        self, latents: Float[torch.Tensor, "batch dimensions"]
    ) -> Float32[torch.Tensor, "batch 3 {self.image_size} {self.image_size}"]:
        """Latents (B, d), brought onto the sphere, to images (B, 3, S, S), float32."""
        scale = math.sqrt(self.latent_size)  # numbers of about 1, as the first layer expects
        return super().decode(scale * functional.normalize(latents, dim=1))

    def sample_prior(
        self, count: int, generator: torch.Generator
    ) -> Float32[torch.Tensor, "{count} dimensions"]:
        """Directions drawn evenly from the unit sphere."""
        return functional.normalize(
            torch.randn(count, self.latent_size, generator=generator), dim=1
        )

    def sample_posterior(
        self, images: Float[torch.Tensor, "batch 3 side side"], generator: torch.Generator
    ) -> Float32[torch.Tensor, "batch dimensions"]:
        """A draw (B, d) of each image's posterior."""
        return draw(*self.posterior(images), generator)

    def losses(
        self,
        images: Float[torch.Tensor, "batch 3 side side"],
        labels: Int[torch.Tensor, " batch"],
        generator: torch.Generator,
    ) -> Terms:
        """Terms ``reconstruction`` of a drawn latent, and ``kl``, mean over images, over 4,096."""
        directions, concentration = self.posterior(images)
        latents = draw(directions, concentration, generator)
        divergence = divergence_from_uniform(concentration, self.latent_size)
        terms = self.compared(self.decode(latents), images)
        terms["kl"] = divergence.mean().float() / REPORT_LATENT_SIZE
        return terms
