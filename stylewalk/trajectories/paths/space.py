"""The latent space of one trained model, as far as a path may follow it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from stylewalk.errors import StylewalkError
from stylewalk.labels import Labels
from stylewalk.latent_space.autoencoder import Autoencoder
from stylewalk.style.metrics import StyleMetric
from stylewalk.style.network_metric import NetworkMetric

PIXELS = "pixels"


@dataclass(frozen=True)
class Space:
    """A trained model and the artworks in its latent space.

    Attributes:
        model: in evaluation mode.
        latents: (n, d) latents of all artworks.
        classes: (n,) class of each.
        metrics: the study's style metrics by name.
        device: where to compute.
    """

    model: Autoencoder
    latents: Float[np.ndarray, "artworks dimensions"]
    classes: Labels
    metrics: Mapping[str, StyleMetric] = field(default_factory=dict)
    device: str | torch.device = "cpu"

    def embedding(self, metric: str) -> Callable[[Tensor], Tensor]:
        """From latents (B, d) to vectors (B, K) whose squared distances are those of a metric.

        Args:
            metric: the name of one of the study's metrics on the style network; ``pixels`` are
                those of the decoded images, as squared distances their mean squared error.

        Raises:
            StylewalkError: it is no metric whose gradients reach the images.
        """
        self.model.to(self.device)
        self.model.eval()
        if metric == PIXELS:
            return self._pixels
        network_metric = self.metrics.get(metric)
        if not isinstance(network_metric, NetworkMetric):
            raise StylewalkError(
                f"A geodesic needs distances with gradients, which metric '{metric}' does not "
                f"have: name a metric on the style network, such as gram, or {PIXELS}."
            )
        network_metric.network.to(self.device)
        return lambda latents: network_metric.embed(255 * self._decoded(latents))

    def _decoded(self, latents: Tensor) -> Tensor:
        """(B, 3, S, S) in 0..1, as they are shown: cut where a decoder leaves the range."""
        images: Tensor = self.model.decode(latents).float().clamp(0, 1)
        return images

    def _pixels(self, latents: Tensor) -> Tensor:
        images = self._decoded(latents).flatten(1)
        scaled: Tensor = images / images.shape[1] ** 0.5
        return scaled
