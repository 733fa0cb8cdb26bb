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
from jaxtyping import Bool, Float, UInt8
from torch import Tensor

from stylewalk.errors import StylewalkError
from stylewalk.randomness import derived_seed
from stylewalk.registry import Settings
from stylewalk.style import calibration
from stylewalk.style.along import JOINT
from stylewalk.style.gram import unit_gram_vectors
from stylewalk.style.metrics.adain import statistics
from stylewalk.style.network import Features, load_network
from stylewalk.style.network_metric import (
    Fitted,
    NetworkMetric,
    batches_of_features,
    layer_settings,
)
from stylewalk.style.validity import WITHOUT, is_known

DESCRIPTION = (
    "Learnt from the study's own labels, artists or else classes, and judged on contents, or else "
    "artists, that it never saw, where these are known."
)
LEARNS = True
_LAYERS = layer_settings("channel statistics")
SETTINGS: Settings = {
    **{name: about for name, about in _LAYERS.items() if name != "layer_weights"},
    "learn_from": {
        "description": (
            "Labels whose artworks shall be near; null takes artists where at least five have "
            "several works and contents are not known, else classes."
        ),
        "enum": ["artist", "class", None],
        "default": None,
    },
    "artworks": {
        "description": "Artworks of the training split to learn from, at most.",
        "type": "integer",
        "minimum": 20,
        "maximum": 20_000,
        "default": 2000,
    },
    "shrinkage": {
        "description": (
            "How far the scatter within labels is shrunk towards the same in all directions, 0 to "
            "1; null chooses it on artists or contents that are left out in turn."
        ),
        "type": ["number", "null"],
        "exclusiveMinimum": 0,
        "maximum": 1,
        "default": None,
    },
}


_COMBINATIONS = 48  # of the channels of a layer: 1,176 numbers of its Gram matrix


def describe(features: Features, layers: Sequence[str]) -> Float[Tensor, "pictures numbers"]:
    """Features (B, N, M) of layers to one vector (B, D) of each image."""
    found = []
    for layer in layers:
        shown = features[layer]
        count = shown.shape[1]
        found.append(statistics(shown))
        if count > _COMBINATIONS:
            draws = torch.Generator().manual_seed(derived_seed(0, "combinations", layer))
            drawn = torch.randn(_COMBINATIONS, count, generator=draws) / count**0.5
            shown = drawn.to(shown) @ shown
        found.append(unit_gram_vectors(shown))
    return torch.cat(found, dim=1)


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
        found = describe(features, self.layers)
        shown: Tensor = (found - self.offset.to(found)) @ self.directions.to(found)
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
    labels = _labels(rows, learn_from)
    usable = np.flatnonzero(_usable(labels["label"]))[:artworks]
    usable = usable[_usable(labels["label"].iloc[usable])]
    rows, labels = rows.iloc[usable], labels.iloc[usable]
    if labels["label"].nunique() < 2:
        raise StylewalkError(
            "A calibrated metric needs at least two artists, or classes, of two or more artworks "
            "each among those that it may learn from: of the training split, and of no artist or "
            "content on which metrics are judged. Give more artworks, lower "
            "style_similarity.judged, or leave the metric out."
        )
    images = np.asarray(images[rows["id"].to_numpy()])
    at_hand = load_network(network, layers, tap, pooling)
    found = np.concatenate(
        [
            describe(features, layers).double().cpu().numpy()
            for features in batches_of_features(at_hand, images, device)
        ]
    )
    given = calibration.SHRINKAGES if shrinkage is None else (shrinkage,)
    fitted = _learnt("all", found, images, labels, given)
    for name in sorted(set(labels["class"])):
        mine = np.flatnonzero(labels["class"] != name)
        mine = mine[_usable(labels["label"].iloc[mine])]
        if labels["label"].iloc[mine].nunique() >= 2:
            fitted |= _learnt(
                f"{WITHOUT}{name}", found[mine], images[mine], labels.iloc[mine], given
            )
    return fitted


def _labels(rows: pd.DataFrame, learn_from: str | None) -> pd.DataFrame:
    """Of artworks the label that is learnt, blank where unknown, the class, and the group.

    No group both chooses a shrinkage and is learnt from: contents, or else artists.
    """
    content, artist = (is_known(rows[name]) for name in ("content", "artist"))
    label = learn_from or ("artist" if artist and not content else "class")
    group = rows["content" if content else "artist"].to_numpy(dtype=object)
    singles = np.array([f"\0{place}" for place in range(len(rows))], dtype=object)
    found = {"label": rows[label].to_numpy(), "class": rows["class"].to_numpy(), "by": label}
    return pd.DataFrame({**found, "group": np.where(group == "", singles, group)})


def _usable(labels: pd.Series) -> Bool[np.ndarray, " artworks"]:
    """Artworks of labels that are known and have several."""
    several = labels.map(labels.value_counts()) >= 2
    usable: np.ndarray = (several & (labels != "")).to_numpy(dtype=bool)
    return usable


def _learnt(
    name: str,
    found: Float[np.ndarray, "artworks numbers"],
    images: UInt8[np.ndarray, "artworks side side 3"],
    labels: pd.DataFrame,
    shrinkages: Sequence[float],
) -> dict[str, np.ndarray]:
    """Offset and directions for vectors as they are, under a name."""
    spread = found.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    scaled = found / spread
    if labels["by"].iloc[0] == "artist":
        # Classes often come from sources of their own: artists are told apart within each.
        scaled = (
            scaled
            - pd.DataFrame(scaled).groupby(labels["class"].to_numpy()).transform("mean").to_numpy()
        )
    label, group = (labels[key].to_numpy(dtype=object) for key in ("label", "group"))
    learnt = calibration.learn(scaled, label, group, _light(images), shrinkages)
    if not np.abs(scaled @ learnt.directions).max(initial=0) > 1e-6:
        raise StylewalkError(
            "A calibrated metric found nothing that tells its labels apart. Artists are learnt "
            "within each class: at least two of a class need several works. Else give "
            "metrics.<name>.learn_from: class, or leave the metric out."
        )
    # Distances know no offset; this one keeps numbers small.
    parts = {
        "offset": found.mean(axis=0),
        "directions": learnt.directions / spread[:, None],
        "shrinkage": np.array([learnt.shrinkage]),
        "tried": np.array([*learnt.areas.items()]).reshape(-1, 2),
    }
    return {f"{name}/{key}": array for key, array in parts.items()}


def _light(
    images: UInt8[np.ndarray, "artworks side side 3"],
) -> Float[np.ndarray, "artworks 4"]:
    """Brightness and contrast of images, standardised, with their squares."""
    luma = np.stack([image @ (0.2126, 0.7152, 0.0722) for image in images])
    found = np.stack([luma.mean(axis=(1, 2)), luma.std(axis=(1, 2))], axis=1)
    spread = found.std(axis=0)
    found = (found - found.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.concatenate([found, found**2 - (found**2).mean(axis=0)], axis=1)


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
        StylewalkError: nothing was learnt.
    """
    if "all/directions" not in fitted:
        raise StylewalkError(
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
