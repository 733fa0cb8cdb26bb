"""Distances of Gram matrices of unit norm: what is left of the style loss without contrast.

The style loss is quartic in contrast, so that a dissolve, whose middle is flat, has a small one
there whatever its style does. Matrices of unit Frobenius norm differ in direction alone.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from stylewalk.style.gram import unit_gram, unit_gram_distance, unit_gram_vectors
from stylewalk.style.network_metric import (
    Fitted,
    LayerWeights,
    NetworkMetric,
    layer_settings,
    scales,
    weights_of,
)

DESCRIPTION = (
    "Squared distances of Gram matrices of unit norm, so that contrast and brightness count little."
)
SETTINGS = layer_settings("Gram matrices of unit norm")


class UnitGram:
    """Gram matrices divided by their Frobenius norms."""

    def represent(self, layer: str, features: Tensor) -> Tensor:
        """Features scaled: see :func:`stylewalk.style.gram.unit_gram`."""
        return unit_gram(features)

    def distance(self, layer: str, a: Tensor, b: Tensor) -> Tensor:
        """Squared distances (B,), 0 to 2."""
        return unit_gram_distance(a, b)

    def vectors(self, layer: str, features: Tensor) -> Tensor:
        """The matrices themselves."""
        return unit_gram_vectors(features)


def fit(
    network: str | Path, device: str | torch.device, images: np.ndarray, **settings: Any
) -> Fitted:
    """The scales of the layers between artworks of the study, where the weights follow them."""
    return scales(UnitGram(), network, device, images, **settings)


def metric(
    network: str | Path,
    device: str | torch.device,
    *,
    layers: Sequence[str],
    layer_weights: LayerWeights,
    tap: str,
    pooling: str,
    fitted: Fitted,
) -> NetworkMetric:
    """The metric on the network of a file; see :func:`stylewalk.style.network.load_network`."""
    weights = weights_of(layers, layer_weights, fitted)
    return NetworkMetric(network, UnitGram(), layers, weights, device, tap, pooling)
