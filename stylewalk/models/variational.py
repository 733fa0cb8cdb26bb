"""Variational autoencoder (Kingma and Welling 2014; with beta, Higgins et al. 2017)."""

from collections.abc import Sequence

import torch
from torch.nn import functional

from stylewalk.models import autoencoder
from stylewalk.registry import Settings

DESCRIPTION = "Reconstruction and KL divergence to N(0, I)."
SETTINGS: Settings = {
    "beta": {
        "description": (
            "Weight of the KL divergence, summed over latent dimensions and divided by 4096."
        ),
        "type": "number",
        "minimum": 0,
        "default": 1.0,
    },
}

# The report adds the mean over its 4,096 dimensions.
REPORT_LATENT_SIZE = 4096
# exp() of a log variance beyond this overflows or vanishes in float32.
LARGEST_LOG_VARIANCE = 20.0


def kl_divergence(mean: torch.Tensor, log_variance: torch.Tensor) -> torch.Tensor:
    """KL divergence of N(mean, exp(log_variance)) to N(0, I), reduced to a scalar.

    Args:
        mean: (B, d).
        log_variance: (B, d).

    Returns:
        ``sum over dimensions / 4096``, mean over the batch: Kingma and Welling 2014, appendix B.
        ASSUME: divided by 4,096 at any latent size because the report's mean over its 4,096
        dimensions would press 16 times harder at 256 and collapse the posterior.
    """
    per_dimension = (mean.square() + log_variance.exp() - 1.0 - log_variance) / 2
    return per_dimension.sum(dim=1).mean() / REPORT_LATENT_SIZE


class Model(autoencoder.Model):
    """Reconstruction of a sampled latent, and ``beta`` times the KL divergence to N(0, I).

    Raise ``beta`` for a latent space nearer to N(0, I), lower it for sharper reconstructions.
    """

    heads = 2  # mean and log variance

    def __init__(
        self, image_size: int, latent_size: int, channels: Sequence[int], *, beta: float
    ) -> None:
        super().__init__(image_size, latent_size, channels)
        self.weights["kl"] = beta

    def posterior(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Images (B, 3, S, S) to the mean (B, d) and log variance (B, d) of each posterior."""
        mean, log_variance = self.encoder(images).float().chunk(2, dim=1)
        return mean, log_variance.clamp(-LARGEST_LOG_VARIANCE, LARGEST_LOG_VARIANCE)

    def encode(self, images: torch.Tensor) -> torch.Tensor:
        """Images (B, 3, S, S) in 0..1 to posterior means (B, d), float32."""
        return self.posterior(images)[0]

    def losses(
        self, images: torch.Tensor, labels: torch.Tensor, generator: torch.Generator
    ) -> dict[str, torch.Tensor]:
        """Terms ``reconstruction`` and ``kl``: see :meth:`autoencoder.Model.losses`."""
        return self._variational_losses(images, *self.posterior(images), generator)

    def _variational_losses(
        self,
        images: torch.Tensor,
        mean: torch.Tensor,
        log_variance: torch.Tensor,
        generator: torch.Generator,
    ) -> dict[str, torch.Tensor]:
        noise = torch.randn(mean.shape, generator=generator, device=mean.device)
        latents = mean + (log_variance / 2).exp() * noise
        return {
            "reconstruction": functional.mse_loss(self.decode(latents), images),
            "kl": kl_divergence(mean, log_variance),
        }
