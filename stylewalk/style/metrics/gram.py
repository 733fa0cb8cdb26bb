"""The style loss of Gatys, Ecker and Bethge 2015: distances of Gram matrices of a VGG network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from stylewalk.errors import StylewalkError
from stylewalk.registry import Settings
from stylewalk.style.network import StyleNetwork, load_network, trajectory_style_loss
from stylewalk.style.similarity import squared_distances, style_vectors

DESCRIPTION = "Style loss: squared distances of Gram matrices of the style network's features."
SETTINGS: Settings = {
    "layers": {
        "description": "Convolutions whose Gram matrices are compared.",
        "type": "array",
        "items": {"type": "string", "pattern": "^conv[1-5]_[1-4]$"},
        "minItems": 1,
        "uniqueItems": True,
        "default": ["conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"],
    },
    "layer_weights": {
        "description": "Weight of each layer in the sum; null gives every layer the same.",
        "type": ["array", "null"],
        "items": {"type": "number", "minimum": 0},
        "default": None,
    },
    "tap": {
        "description": "Take features after the ReLU or directly after the convolution.",
        "enum": ["relu", "convolution"],
        "default": "relu",
    },
    "pooling": {
        "description": "Pooling between the blocks of the network.",
        "enum": ["max", "average"],
        "default": "max",
    },
}


@dataclass(frozen=True)
class GramMetric:
    """Style loss per layer, and the weighted sum.

    Attributes:
        network: the style network; it is moved to the device.
        layer_weights: weight of each layer; None gives each the same.
        device: where to compute.
    """

    network: StyleNetwork
    layer_weights: Mapping[str, float] | None = None
    device: str | torch.device = "cpu"

    def between(
        self, images: np.ndarray, more_pairs: Sequence[tuple[int, int]] = ()
    ) -> dict[str, np.ndarray]:
        """Style loss of every step: see :func:`stylewalk.style.network.trajectory_style_loss`."""
        return trajectory_style_loss(
            self.network, images, self.layer_weights, device=self.device, more_pairs=more_pairs
        )

    def pairwise(self, images: np.ndarray) -> np.ndarray:
        """Style loss of every two images, by :func:`stylewalk.style.similarity.style_vectors`.

        Raises:
            StylewalkError: a loss is not finite.
        """
        vectors = style_vectors(self.network, images, self.layer_weights, self.device)
        if not np.isfinite(vectors).all():
            raise StylewalkError(
                "The style loss between artworks is not finite. The weights of the style network "
                f"({self.network.description['source']}) do not suit images of 0 to 255: give "
                "others."
            )
        return squared_distances(vectors)


def metric(
    network: str | Path,
    device: str | torch.device,
    *,
    layers: Sequence[str],
    layer_weights: Sequence[float] | None,
    tap: str,
    pooling: str,
) -> GramMetric:
    """The metric on the network of a file; see :func:`stylewalk.style.network.load_network`."""
    weights = None if layer_weights is None else dict(zip(layers, layer_weights, strict=True))
    return GramMetric(load_network(network, layers, tap, pooling), weights, device)
