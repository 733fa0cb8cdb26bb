"""Sliced Wasserstein distance of features: their distribution over pixels, whole.

Heitz, Vanhoey, Chambon and Belcour 2021, *A sliced Wasserstein loss for neural texture synthesis*:
features are projected on random directions, and the sorted projections compared.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor
from torch.nn import functional

from stylewalk.randomness import derived_seed
from stylewalk.registry import Settings
from stylewalk.style.network_metric import (
    BALANCED,
    Fitted,
    LayerWeights,
    NetworkMetric,
    layer_settings,
    scales,
    weights_of,
)

DESCRIPTION = "Squared Wasserstein distances of features, projected on random directions."
SETTINGS: Settings = {
    **layer_settings("distributions of features", weights=BALANCED),
    "projections": {
        "description": "Random directions of each layer.",
        "type": "integer",
        "minimum": 1,
        "maximum": 4096,
        "default": 32,
    },
    "seed": {
        "description": "Seed of the directions.",
        "type": "integer",
        "minimum": 0,
        "default": 0,
    },
}


class Sliced:
    """Sorted projections of features on directions that are drawn once.

    Args:
        projections: directions of each layer.
        seed: seed of the directions, which depend on nothing else but the layer.
    """

    def __init__(self, projections: int, seed: int):
        self.projections, self.seed = projections, seed
        self._directions: dict[str, Tensor] = {}

    def directions(self, layer: str, maps: int) -> Float[Tensor, "{self.projections} {maps}"]:
        """Directions (K, N) of unit length."""
        if layer not in self._directions:
            draws = torch.Generator().manual_seed(derived_seed(self.seed, "directions", layer))
            drawn = torch.randn(self.projections, maps, generator=draws)
            self._directions[layer] = functional.normalize(drawn, dim=1)
        return self._directions[layer]

    def represent(
        self, layer: str, features: Float[Tensor, "pictures maps pixels"]
    ) -> Float[Tensor, "pictures {self.projections} pixels"]:
        """Features (B, N, M) to sorted projections (B, K, M)."""
        directions = self.directions(layer, features.shape[1]).to(features.device)
        ordered: Tensor = torch.sort(directions @ features, dim=2)[0]
        return ordered

    def distance(
        self,
        layer: str,
        a: Float[Tensor, "pairs directions pixels"],
        b: Float[Tensor, "pairs directions pixels"],
    ) -> Float[Tensor, " pairs"]:
        """Squared Wasserstein distances (B,) in one dimension, mean over directions."""
        return (a - b).square().mean(dim=(1, 2))

    def vectors(
        self, layer: str, features: Float[Tensor, "pictures maps pixels"]
    ) -> Float[Tensor, "pictures numbers"]:
        """The projections over the root of their number."""
        ordered = self.represent(layer, features).flatten(1)
        vectors: Tensor = ordered / ordered.shape[1] ** 0.5
        return vectors


def fit(
    network: str | Path,
    device: str | torch.device,
    images: UInt8[np.ndarray, "pictures side side 3"],
    *,
    projections: int,
    seed: int,
    **settings: Any,
) -> Fitted:
    """The scales of the layers between artworks, where the weights follow them."""
    return scales(Sliced(projections, seed), network, device, images, **settings)


def metric(
    network: str | Path,
    device: str | torch.device,
    *,
    layers: Sequence[str],
    layer_weights: LayerWeights,
    tap: str,
    pooling: str,
    projections: int,
    seed: int,
    fitted: Fitted,
) -> NetworkMetric:
    """The metric on the network of a file."""
    weights = weights_of(layers, layer_weights, fitted)
    kind = Sliced(projections, seed)
    return NetworkMetric(network, kind, layers, weights, device, tap, pooling)
