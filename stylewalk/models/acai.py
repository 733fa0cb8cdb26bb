"""Adversarially constrained autoencoder interpolation (Berthelot et al. 2018)."""

from collections.abc import Sequence
from typing import Any

import torch
from jaxtyping import Float, Float32, Int

from stylewalk.models import autoencoder
from stylewalk.models.adversarial import BETAS, frozen
from stylewalk.models.autoencoder import Terms
from stylewalk.models.trunk import Encoder, Shape
from stylewalk.registry import Settings

DESCRIPTION = "An autoencoder whose decoded mixtures look like reconstructions to a critic."
# ASSUME: a critic that learns slowly, and whose answer is bounded, because at a rate of .002 and
# unbounded, on 2,400 paintings at 256 dimensions, its squared error rose to 271 in one epoch (of a
# constant answer: .052), and the autoencoder's in the end to 4.5 times that of an AE. The paper's
# critic is not bounded.
SETTINGS: Settings = {
    "critic_weight": {
        "description": "Weight of what the critic sees in mixtures, beside the reconstruction.",
        "type": "number",
        "minimum": 0,
        "default": 0.02,
    },
    "critic_blend": {
        "description": (
            "Share of the original in the pictures that the critic shall find unmixed, beside the "
            "reconstruction; 0 to 1."
        ),
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "default": 0.2,
    },
    "critic_rate": {
        "description": "Peak learning rate of the critic's Adam.",
        "type": "number",
        "exclusiveMinimum": 0,
        "default": 0.0005,
    },
}
LARGEST_SHARE = 0.5  # a mixture of two is the same whichever is called the first


class Critic(torch.nn.Module):
    """Images (B, 3, S, S) in 0..1 to one number (B,) each."""

    def __init__(self, shape: Shape):
        super().__init__()
        one = Shape(shape.image_size, 1, shape.channels, shape.trunk)
        self.encoder = Encoder(one)

    def forward(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float32[torch.Tensor, " batch"]:
        numbers: torch.Tensor = self.encoder(images - 0.5)[:, 0].float()
        return numbers


class ShareCritic(Critic):
    """Images (B, 3, S, S) in 0..1 to the share (B,) of another picture's latent in them, 0 to 1."""

    def forward(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float32[torch.Tensor, " batch"]:
        return super().forward(images).sigmoid()


def mixtures(
    latents: Float[torch.Tensor, "batch dimensions"], generator: torch.Generator, largest: float
) -> tuple[Float[torch.Tensor, "batch dimensions"], Float[torch.Tensor, " batch"]]:
    """Latents (B, d) mixed with those of the next in the batch.

    Returns:
        (B, d) mixtures and the shares (B,) of the other, uniform in 0..largest.
    """
    count = len(latents)
    shares = largest * torch.rand(count, generator=generator, device=latents.device)
    return torch.lerp(latents, latents.roll(1, dims=0), shares[:, None]), shares


class Model(autoencoder.Model):
    """An autoencoder, and a critic that says how much of another picture is in a decoded mixture.

    Training makes the critic say 0 of mixtures, so that what lies between two latents looks like a
    reconstruction. Raise ``critic_weight`` for mixtures that look more so, lower it for sharper
    reconstructions.
    """

    def __init__(
        self, shape: Shape, *, critic_weight: float, critic_blend: float, critic_rate: float
    ) -> None:
        super().__init__(shape)
        self.critic = ShareCritic(shape)
        self.critic_blend, self.critic_rate = critic_blend, critic_rate
        self.weights |= {"mixing": critic_weight, "critic": 1.0}

    def losses(
        self,
        images: Float[torch.Tensor, "batch 3 side side"],
        labels: Int[torch.Tensor, " batch"],
        generator: torch.Generator,
    ) -> Terms:
        """Terms ``reconstruction``, ``mixing``, ``critic`` and ``accuracy``.

        ``mixing`` is the squared share that the critic finds in mixtures, ``critic`` its squared
        error on these plus its squared answer to reconstructions that are blended with their
        originals (Berthelot et al. 2018, equations 1 and 2, with a critic whose answers are bounded
        to 0..1). ``accuracy``, without weight, is how often it finds more of another picture in a
        mixture than in such a blend; 0.5 is chance.
        """
        latents = self.encode(images)
        decoded = self.decode(latents)
        mixed, shares = mixtures(latents, generator, LARGEST_SHARE)
        between = self.decode(mixed)
        with frozen(self.critic):
            answers = self.critic(between)
        blends = torch.lerp(decoded, images, self.critic_blend).detach()
        judged, of_blends = self.critic(torch.cat([between.detach(), blends])).chunk(2)
        return {
            **self.compared(decoded, images),
            "mixing": answers.square().mean(),
            "critic": (judged - shares).square().mean() + of_blends.square().mean(),
            "accuracy": (judged > of_blends).float().mean(),
        }

    def parameter_groups(self, learning_rate: float) -> list[dict[str, Any]]:
        """The parameters of the autoencoder and of the critic, each with its learning rate."""
        parts: Sequence[torch.nn.Module] = (self.encoder, self.decoder)
        own = [parameter for part in parts for parameter in part.parameters()]
        critic = {"params": list(self.critic.parameters()), "lr": self.critic_rate, "betas": BETAS}
        return [{"params": own, "lr": learning_rate}, critic]
