"""Variational autoencoder (Kingma and Welling 2014; with beta, Higgins et al. 2017)."""

from collections.abc import Mapping
from typing import cast

import torch
from jaxtyping import Float, Float32, Int

from stylewalk.models import autoencoder
from stylewalk.models.autoencoder import Terms
from stylewalk.models.trunk import Heads, Shape
from stylewalk.registry import Settings

DESCRIPTION = "Reconstruction and KL divergence to N(0, I)."
SETTINGS: Settings = {
    "beta": {
        "description": (
            "Weight of the KL divergence, summed over latent dimensions and divided by 4096; "
            "calibrated lets it follow the reconstruction, as a decoder's learnt variance does."
        ),
        "type": ["number", "string"],
        "minimum": 0,
        "pattern": "^calibrated$",
        "default": 1.0,
    },
    "warm_up": {
        "description": (
            "Share of the training during which the weight of the KL divergence rises to beta; "
            "0 has it from the start."
        ),
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "default": 0.9,
    },
}

# The report adds the mean over its 4,096 dimensions.
REPORT_LATENT_SIZE = 4096
# exp() of a log variance beyond this overflows or vanishes in float32.
LARGEST_LOG_VARIANCE = 20.0
FIRST_LOG_VARIANCE = -4.0
FIRST_SHARE = 0.02  # of beta, with which it begins to rise


def kl_divergence(
    mean: Float[torch.Tensor, "batch dimensions"],
    log_variance: Float[torch.Tensor, "batch dimensions"],
) -> Float[torch.Tensor, ""]:
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
    ``calibrated`` takes the decoder's variance that is best for the batch (sigma-VAE, Rybkin et al.
    2021), so that nothing has to be balanced by hand: its term ``calibrated_kl`` is the KL
    divergence times that variance.

    ASSUME: ``warm_up`` 0.9 because dimensions that noise drowns in the first epochs seldom come
    back: on 960 pictures at beta 1, over half the training it brought the error after 30 s from
    .0220 to .0212, and over 0.9 in place of half, after 90 s, from .0199 to .0192.
    """

    heads = 2  # mean and log variance

    def __init__(self, shape: Shape, *, beta: float | str, warm_up: float) -> None:
        super().__init__(shape)
        self.calibrated = beta == "calibrated"
        self.pixels = 3 * shape.image_size**2
        self.warm_up = warm_up
        if self.calibrated:
            self.weights["calibrated_kl"] = 1.0
        else:
            self.weights["kl"] = float(beta)
        if shape.trunk != "report":
            self._start_quietly()

    def _start_quietly(self) -> None:
        """Begin with posteriors far narrower than the prior, so that the decoder sees something."""
        log_variances = cast(torch.nn.Linear, cast(Heads, self.encoder[-1]).layers[1])
        torch.nn.init.constant_(log_variances.bias, FIRST_LOG_VARIANCE)

    def posterior(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> tuple[
        Float32[torch.Tensor, "batch dimensions"], Float32[torch.Tensor, "batch dimensions"]
    ]:
        """Images (B, 3, S, S) to the mean (B, d) and log variance (B, d) of each posterior."""
        mean, log_variance = self.features(images).chunk(2, dim=1)
        return mean, log_variance.clamp(-LARGEST_LOG_VARIANCE, LARGEST_LOG_VARIANCE)

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float32[torch.Tensor, "batch dimensions"]:
        """Images (B, 3, S, S) in 0..1 to posterior means (B, d), float32."""
        return self.posterior(images)[0]

    def sample_prior(
        self, count: int, generator: torch.Generator
    ) -> Float32[torch.Tensor, "{count} dimensions"]:
        """Draws of N(0, I)."""
        return torch.randn(count, self.latent_size, generator=generator)

    def sample_posterior(
        self, images: Float[torch.Tensor, "batch 3 side side"], generator: torch.Generator
    ) -> Float32[torch.Tensor, "batch dimensions"]:
        """A draw (B, d) of each image's posterior."""
        mean, log_variance = self.posterior(images)
        noise = torch.randn(mean.shape, generator=generator, device=mean.device)
        return mean + (log_variance / 2).exp() * noise

    def weights_at(self, share: float) -> Mapping[str, float]:
        """The weights, that of the KL divergence while it rises."""
        risen = min(1.0, FIRST_SHARE + share / self.warm_up) if self.warm_up else 1.0
        rising = "calibrated_kl" if self.calibrated else "kl"
        return {**self.weights, rising: risen * self.weights[rising]}

    def losses(
        self,
        images: Float[torch.Tensor, "batch 3 side side"],
        labels: Int[torch.Tensor, " batch"],
        generator: torch.Generator,
    ) -> Terms:
        """Terms ``reconstruction`` and ``kl``: see :meth:`autoencoder.Model.losses`.

        And ``calibrated_kl`` where beta is calibrated; then ``kl`` informs alone.
        """
        return self._variational_losses(images, *self.posterior(images), generator)

    def _variational_losses(
        self,
        images: Float[torch.Tensor, "batch 3 side side"],
        mean: Float[torch.Tensor, "batch dimensions"],
        log_variance: Float[torch.Tensor, "batch dimensions"],
        generator: torch.Generator,
    ) -> Terms:
        noise = torch.randn(mean.shape, generator=generator, device=mean.device)
        latents = mean + (log_variance / 2).exp() * noise
        terms = self.compared(self.decode(latents), images)
        terms["kl"] = kl_divergence(mean, log_variance)
        if self.calibrated:
            # The best variance of the decoder is the error itself; beta follows from it as in
            # :func:`stylewalk.pixels.decoder_variance`.
            beta = 2 * REPORT_LATENT_SIZE / self.pixels * terms["reconstruction"].detach()
            terms["calibrated_kl"] = beta * terms["kl"]
        return terms
