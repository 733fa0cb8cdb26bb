"""A metric that is learnt from the study's own labels: artists where they are known, else classes.

Of all layers together the means and deviations of channels, as :mod:`stylewalk.style.metrics.adain`
has them, and the Gram matrices of unit norm of random combinations of channels, projected on the
directions that :mod:`stylewalk.style.calibration` learns. It is judged on artworks
of artists and contents from which it did not learn, and for each class beside it by directions that
were learnt without that class.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from stylewalk.errors import NotFitted
from stylewalk.randomness import derived_seed
from stylewalk.registry import Settings
from stylewalk.style import learning
from stylewalk.style.along import JOINT
from stylewalk.style.gram import unit_gram_vectors
from stylewalk.style.metrics.adain import statistics
from stylewalk.style.network import Features, load_network
from stylewalk.style.network_metric import (
    Fitted,
    NetworkMetric,
    batches_of_features,
    check_numbers,
    layer_settings,
)
from stylewalk.style.validity import WITHOUT

DESCRIPTION = (
    "Learnt from the study's own labels, artists or else classes, and judged on contents, or else "
    "artists, that it never saw, where these are known."
)
LEARNS = True
_LAYERS = layer_settings("channel statistics")
SETTINGS: Settings = {
    **{name: about for name, about in _LAYERS.items() if name != "layer_weights"},
    **learning.SETTINGS,
}


_COMBINATIONS = 48  # of the channels of a layer: 1,176 numbers of its Gram matrix


def describe(features: Features, layers: Sequence[str]) -> Float[Tensor, "pictures numbers"]:
    """Features (B, N, M) of layers to one vector (B, D) of each image."""
    parts = []
    for layer in layers:
        shown = features[layer]
        count = shown.shape[1]
        parts.append(statistics(shown))
        if count > _COMBINATIONS:
            draws = torch.Generator().manual_seed(derived_seed(0, "combinations", layer))
            drawn = torch.randn(_COMBINATIONS, count, generator=draws) / count**0.5
            shown = drawn.to(shown) @ shown
        parts.append(unit_gram_vectors(shown))
    return torch.cat(parts, dim=1)


class Directions:
    """What :func:`describe` says of all layers, projected.

    Args:
        layers: in the order of the vectors.
        offset, directions: (D,) and (D, K).
    """

    def __init__(
        self,
        layers: Sequence[str],
        offset: Float[Tensor, " numbers"],
        directions: Float[Tensor, "numbers directions"],
    ):
        self.layers, self.offset, self.directions = layers, offset, directions

    def represent(self, layer: str, features: Features) -> Float[Tensor, "pictures directions"]:
        """Features (B, N, M) of all layers by name to projected vectors (B, K)."""
        vectors = describe(features, self.layers)
        check_numbers(vectors, len(self.offset), self.layers)
        shown: Tensor = (vectors - self.offset.to(vectors)) @ self.directions.to(vectors)
        return shown

    def distance(
        self, layer: str, a: Float[Tensor, "pairs directions"], b: Float[Tensor, "pairs directions"]
    ) -> Float[Tensor, " pairs"]:
        """Squared distances (B,)."""
        return (a - b).square().sum(dim=1)

    def vectors(self, layer: str, features: Features) -> Float[Tensor, "pictures directions"]:
        """The projections."""
        return self.represent(layer, features)


def fit(
    network: str | Path,
    device: str | torch.device,
    images: UInt8[np.ndarray, "pictures side side 3"],
    rows: pd.DataFrame,
    *,
    layers: Sequence[str],
    tap: str,
    pooling: str,
    learn_from: str | None,
    artworks: int,
    shrinkage: float | None,
) -> Fitted:
    """Directions learnt from artworks, and those learnt without each class.

    Args:
        network, device: as of :func:`metric`.
        images: (M, S, S, 3) uint8 of all artworks.
        rows: table ARTWORKS of those that may be learnt from, in random order.
        artworks: how many are, at most. layers, tap, pooling, learn_from, shrinkage: see SETTINGS.

    Raises:
        StylewalkError: fewer than two labels have two or more of these artworks.
    """
    at_hand = load_network(network, layers, tap, pooling)

    def described(
        shown: UInt8[np.ndarray, "pictures side side 3"],
    ) -> Float[np.ndarray, "pictures numbers"]:
        batches = batches_of_features(at_hand, shown, device)
        vectors = [describe(features, layers).double().cpu().numpy() for features in batches]
        return np.concatenate(vectors)

    return learning.learn_all(described, images, rows, learn_from, artworks, shrinkage)


def metric(
    network: str | Path,
    device: str | torch.device,
    *,
    layers: Sequence[str],
    tap: str,
    pooling: str,
    learn_from: str | None,
    artworks: int,
    shrinkage: float | None,
    fitted: Fitted,
) -> NetworkMetric:
    """The metric on the network of a file; the last three settings are those of :func:`fit`.

    Raises:
        NotFitted: nothing was learnt.
    """
    if not {"all/offset", "all/directions"} <= fitted.keys():
        raise NotFitted(
            "A calibrated metric learns from the pictures of a study, and none were given."
        )
    return _made(network, device, layers, tap, pooling, fitted, "all")


def without(
    network: str | Path,
    device: str | torch.device,
    *,
    layers: Sequence[str],
    tap: str,
    pooling: str,
    fitted: Fitted,
    **settings: Any,
) -> Mapping[str, NetworkMetric]:
    """By class the metric that was learnt without it."""
    names = [key.removesuffix("/directions") for key in fitted if key.endswith("/directions")]
    return {
        name.removeprefix(WITHOUT): _made(network, device, layers, tap, pooling, fitted, name)
        for name in names
        if name.startswith(WITHOUT)
    }


def _made(
    network: str | Path,
    device: str | torch.device,
    layers: Sequence[str],
    tap: str,
    pooling: str,
    fitted: Fitted,
    name: str,
) -> NetworkMetric:
    offset, directions = (
        torch.from_numpy(fitted[f"{name}/{key}"]).float() for key in ("offset", "directions")
    )
    kind = Directions(layers, offset, directions)
    return NetworkMetric(network, kind, layers, None, device, tap, pooling, parts=(JOINT,))
