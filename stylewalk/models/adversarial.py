"""Adversarial autoencoder (Makhzani et al. 2015): a discriminator brings the latents to a prior."""

import contextlib
import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from jaxtyping import Float, Float32, Int
from torch import nn
from torch.nn import functional
from torch.nn.utils.parametrizations import spectral_norm

from stylewalk.errors import StylewalkError
from stylewalk.models import autoencoder
from stylewalk.models.autoencoder import Terms
from stylewalk.models.trunk import Shape
from stylewalk.registry import Settings

DESCRIPTION = "An autoencoder whose latents a discriminator compares with draws from a prior."
# ASSUME: these defaults because on the demo, at 128 dimensions, they leave norms a spread of .091
# of their mean (N(0, I): .063), and the first component 3.7 % of the variance, at 1.16 times the
# AE's error. Wider latents want a smaller weight: on 4,490 paintings at 256 dimensions .003, .002
# and .001 give 1.32, 1.31 and 1.25 times the AE's error, with a spread of .058, .060 and .069.
SETTINGS: Settings = {
    "adversarial_weight": {
        "description": "Weight of the encoder's adversarial loss beside the reconstruction.",
        "type": "number",
        "minimum": 0,
        "default": 0.003,
    },
    "discriminator_rate": {
        "description": "Peak learning rate of the discriminator's Adam.",
        "type": "number",
        "exclusiveMinimum": 0,
        "default": 0.01,
    },
    "discriminator_units": {
        "description": "Units of the discriminator's hidden layers.",
        "type": "array",
        "items": {"type": "integer", "minimum": 1, "maximum": 65536},
        "minItems": 1,
        "default": [512, 512],
    },
    "encoder_rate_factor": {
        "description": (
            "Share of the learning rate that the encoder gets; lower it where the first principal "
            "component of the latents stays large."
        ),
        "type": "number",
        "exclusiveMinimum": 0,
        "default": 0.5,
    },
    "prior": {
        "description": "normal, N(0, I), or mixture, of as many normal ones as components says.",
        "enum": ["normal", "mixture"],
        "default": "normal",
    },
    "components": {
        "description": "Normal distributions in a mixture.",
        "type": "integer",
        "minimum": 2,
        "maximum": 1000,
        "default": 10,
    },
    "separation": {
        "description": (
            "Distance between the centres of two components of a mixture, in standard deviations "
            "of a component; root mean square over all twos."
        ),
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 1000,
        "default": 6.0,
    },
    "labels": {
        "description": (
            "Whether each class has a component of the mixture to itself: the discriminator sees "
            "of which class a latent is, the encoder sees no label. Then components is the number "
            "of classes."
        ),
        "type": "boolean",
        "default": False,
    },
}

# ASSUME: no momentum, and an encoder that learns more slowly than its discriminator (Heusel et al.
# 2017), because it else runs round the discriminator, whose loss stays at chance while the first
# component keeps a third of the variance, as without any adversary.
BETAS = (0.0, 0.99)
# How loudly the discriminator hears the norm of a latent.
NORM_WEIGHT = 2.0
_SEED_OF_CENTRES = 20150518  # any: centres are the same for every seed of a study


@contextlib.contextmanager
def frozen(module: nn.Module) -> Iterator[nn.Module]:
    """Inside the block, what the module computes passes gradients on but takes none itself."""
    parameters = [p for p in module.parameters() if p.requires_grad]
    for parameter in parameters:
        parameter.requires_grad_(False)
    try:
        yield module
    finally:
        for parameter in parameters:
            parameter.requires_grad_(True)


class Discriminator(nn.Module):
    """Latents (B, d) to logits (B, 1): positive where they look like draws of the prior.

    Args:
        latent_size: d.
        units: of the hidden layers.
        classes: how many there are, where it sees the class of each latent.

    ASSUME: with spectral norm (Miyato et al. 2018) because a discriminator that may be steep is
    fooled by tiny moves of the latents. Beside the latents it sees their squared norm, less its
    mean under the prior and over its standard deviation, because a sum of squares is hard to learn
    and norms else spread by twice the prior's.
    """

    def __init__(self, latent_size: int, units: Sequence[int], classes: int = 0):
        super().__init__()
        self.classes = classes
        layers: list[nn.Module] = []
        widths = [latent_size + 1 + classes, *units]
        for before, after in itertools.pairwise(widths):
            layers += [spectral_norm(nn.Linear(before, after)), nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, spectral_norm(nn.Linear(widths[-1], 1)))

    def forward(
        self,
        latents: Float[torch.Tensor, "batch dimensions"],
        labels: Int[torch.Tensor, " batch"] | None = None,
    ) -> Float[torch.Tensor, "batch 1"]:
        size = latents.shape[1]
        # Of a chi-square variable with d degrees of freedom: mean d, variance 2 d.
        norm = (latents.square().sum(dim=1, keepdim=True) - size) / math.sqrt(2 * size)
        seen = [latents, NORM_WEIGHT * norm]
        if labels is not None:
            seen.append(functional.one_hot(labels, self.classes).to(latents.dtype))
        logits: torch.Tensor = self.layers(torch.cat(seen, dim=1))
        return logits


class Mixture(nn.Module):
    """Normal distributions side by side, whose mixture has mean 0 and variance 1 in each dimension.

    Centres are random signs, seeded by the sizes alone, brought to mean 0 and one variance in each
    dimension, so that no dimension tells the components apart better than another and batch
    normalisation is right for the mixture as it is for N(0, I).
    """

    centres: Float32[torch.Tensor, "components dimensions"]

    def __init__(self, components: int, latent_size: int, separation: float):
        super().__init__()
        generator = torch.Generator().manual_seed(_SEED_OF_CENTRES)
        signs = torch.randn(components, latent_size, generator=generator).sign()
        signs[0, signs.std(dim=0) == 0] *= -1  # a dimension in which all were alike
        if torch.pdist(signs).min() == 0:
            raise StylewalkError(
                f"A mixture of {components} components does not fit into {latent_size} latent "
                "dimensions, since centres would coincide: take fewer components, or a larger "
                "training.latent_size."
            )
        scaled = (signs - signs.mean(dim=0)) / signs.std(dim=0, correction=0)
        # Twos of K centres of variance v in each of d dimensions: 2 v d K / (K - 1), squared.
        share = separation**2 * (components - 1) / (2 * latent_size * components)
        between = share / (1 + share)
        self.deviation = math.sqrt(1 - between)
        self.register_buffer("centres", math.sqrt(between) * scaled)

    def draw(
        self,
        components: Int[torch.Tensor, " batch"],
        noise: Float[torch.Tensor, "batch dimensions"],
    ) -> Float[torch.Tensor, "batch dimensions"]:
        """Draws (B, d) of the components (B,), from draws of N(0, I)."""
        return self.centres[components] + self.deviation * noise


class Model(autoencoder.Model):
    """An autoencoder and a discriminator between its latents and draws of the prior.

    One step moves both: no term reaches parameters of the other player. Lower
    ``adversarial_weight`` for sharper reconstructions; raise it where the norms of the latents vary
    more than those of N(0, I). Lower ``encoder_rate_factor``, the encoder's share of the learning
    rate, where the first principal component of the latents stays large.

    With ``prior: mixture`` latents come to lie in clumps; with ``labels``, which implies it, each
    class in one of its own (Makhzani et al. 2015, section 2.3).
    """

    def __init__(
        self,
        shape: Shape,
        *,
        adversarial_weight: float,
        discriminator_rate: float,
        discriminator_units: Sequence[int],
        encoder_rate_factor: float,
        prior: str = "normal",
        components: int = 10,
        separation: float = 6.0,
        labels: bool = False,
    ) -> None:
        # ASSUME: in the report's trunk because without it the adversarial game diverges there.
        self.batch_norm = shape.trunk == "report"
        super().__init__(shape)
        # ASSUME: latents are normalised per dimension because the first component else holds over
        # 90 % of the variance; the discriminator is left with what moments do not say.
        self.normalisation = nn.BatchNorm1d(shape.latent_size, affine=False)
        self.mixture = None
        if prior == "mixture" or labels:
            self.mixture = Mixture(components, shape.latent_size, separation)
        self.components, self.labelled = components, labels
        classes = components if labels else 0
        self.discriminator = Discriminator(shape.latent_size, discriminator_units, classes)
        self.discriminator_rate = discriminator_rate
        self.encoder_rate_factor = encoder_rate_factor
        self.weights |= {"adversarial": adversarial_weight, "discriminator": 1.0}

    def encode(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float32[torch.Tensor, "batch dimensions"]:
        """Images (B, 3, S, S) in 0..1 to latents (B, d), float32."""
        latents: torch.Tensor = self.normalisation(super().encode(images))
        return latents

    def sample_prior(
        self, count: int, generator: torch.Generator
    ) -> Float32[torch.Tensor, "{count} dimensions"]:
        """Draws of N(0, I), or of the mixture, each of its components as likely as another."""
        noise = torch.randn(count, self.latent_size, generator=generator)
        if self.mixture is None:
            return noise
        drawn = torch.randint(self.components, (count,), generator=generator)
        return self.mixture.draw(drawn, noise)

    def losses(
        self,
        images: Float[torch.Tensor, "batch 3 side side"],
        labels: Int[torch.Tensor, " batch"],
        generator: torch.Generator,
    ) -> Terms:
        """Terms ``reconstruction``, ``adversarial``, ``discriminator`` and ``accuracy``.

        The last is the share of draws and latents that the discriminator judges right; it has no
        weight and trains nothing.

        Both cross-entropies are per example, 0.69 where the discriminator cannot tell.
        ``adversarial`` is the non-saturating loss of the encoder (Goodfellow et al. 2014).
        """
        latents = self.encode(images)
        prior, classes = self._draws_of_the_prior(latents, labels, generator)
        with frozen(self.discriminator):
            fooled = self.discriminator(latents, classes).float()
        both = classes if classes is None else torch.cat([classes, classes])
        judged = self.discriminator(torch.cat([prior, latents.detach()]), both).float()
        of_prior, of_latents = judged.chunk(2)
        return {
            **self.compared(self.decode(latents), images),
            "adversarial": functional.softplus(-fooled).mean(),
            "discriminator": (
                functional.softplus(-of_prior).mean() + functional.softplus(of_latents).mean()
            )
            / 2,
            "accuracy": ((of_prior > 0).float().mean() + (of_latents <= 0).float().mean()) / 2,
        }

    def _draws_of_the_prior(
        self,
        latents: Float[torch.Tensor, "batch dimensions"],
        labels: Int[torch.Tensor, " batch"],
        generator: torch.Generator,
    ) -> tuple[Float[torch.Tensor, "batch dimensions"], Int[torch.Tensor, " batch"] | None]:
        """As many draws as latents, and the classes that the discriminator sees, if any.

        Raises:
            StylewalkError: there are more classes than components.
        """
        noise = torch.randn(latents.shape, generator=generator, device=latents.device)
        if self.mixture is None:
            return noise, None
        if not self.labelled:
            size = (len(latents),)
            of = torch.randint(self.components, size, generator=generator, device=latents.device)
            return self.mixture.draw(of, noise), None
        if (most := int(labels.max()) + 1) > self.components:
            raise StylewalkError(
                f"The family 'adversarial' has {self.components} components and the study at "
                f"least {most} classes: with labels each needs one. Write components: {most} or "
                "more at the model in the config."
            )
        return self.mixture.draw(labels, noise), labels

    def parameter_groups(self, learning_rate: float) -> list[dict[str, Any]]:
        """The encoder's, decoder's and discriminator's parameters, each with its learning rate."""
        playing = {"betas": BETAS}  # the decoder plays no game, and keeps the optimiser's own
        return [
            {"params": list(part.parameters()), "lr": rate, **betas}
            for part, rate, betas in [
                (self.encoder, self.encoder_rate_factor * learning_rate, playing),
                (self.decoder, learning_rate, {}),
                (self.discriminator, self.discriminator_rate, playing),
            ]
        ]
