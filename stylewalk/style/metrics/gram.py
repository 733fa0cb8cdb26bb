"""The style loss of Gatys, Ecker and Bethge 2015: distances of Gram matrices of a VGG network."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from stylewalk.registry import Settings
from stylewalk.style.network import load_network, trajectory_style_loss

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


class Metric:
    """Style loss per layer, and the weighted sum.

    Attributes:
        network: the style network.
        layer_weights: weight of each layer, or None where each has the same.
        device: where to compute.
    """

    def __init__(
        self,
        network: str | Path,
        device: str | torch.device,
        *,
        layers: Sequence[str],
        layer_weights: Sequence[float] | None,
        tap: str,
        pooling: str,
    ) -> None:
        """Load the network of a file, as :func:`stylewalk.style.network.load_network` does."""
        self.network = load_network(network, layers, tap, pooling)
        self.layer_weights = (
            None if layer_weights is None else dict(zip(layers, layer_weights, strict=True))
        )
        self.device = device

    def between(
        self, images: np.ndarray, more_pairs: Sequence[tuple[int, int]] = ()
    ) -> dict[str, np.ndarray]:
        """Style loss of every step: see :func:`stylewalk.style.network.trajectory_style_loss`."""
        return trajectory_style_loss(
            self.network, images, self.layer_weights, device=self.device, more_pairs=more_pairs
        )
