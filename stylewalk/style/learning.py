"""What a metric learns from the labels of a study: shared by those that say ``LEARNS``."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, UInt8

from stylewalk.errors import StylewalkError
from stylewalk.registry import Settings
from stylewalk.style import calibration
from stylewalk.style.validity import WITHOUT, is_known

SETTINGS: Settings = {
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
_Pictures = UInt8[np.ndarray, "pictures side side 3"]


def learn_all(
    describe: Callable[[_Pictures], Float[np.ndarray, "pictures numbers"]],
    images: _Pictures,
    rows: pd.DataFrame,
    learn_from: str | None,
    artworks: int,
    shrinkage: float | None,
) -> dict[str, np.ndarray]:
    """Directions learnt from artworks, and those learnt without each class.

    Args:
        describe: pictures (B, S, S, 3) uint8 to one vector (B, D) of each.
        images: (M, S, S, 3) uint8 of all artworks.
        rows: table ARTWORKS of those that may be learnt from, in random order.
        learn_from, artworks, shrinkage: see SETTINGS.

    Returns:
        By name, ``all`` or ``without/<class>``: offset (D,), directions (D, K), shrinkage, and what
        was tried.

    Raises:
        StylewalkError: fewer than two labels have two or more of these artworks.
    """
    labels = _labels(rows, learn_from)
    usable = np.flatnonzero(_usable(labels["label"]))[:artworks]
    usable = usable[_usable(labels["label"].iloc[usable])]
    rows, labels = rows.iloc[usable], labels.iloc[usable]
    if labels["label"].nunique() < 2:
        raise StylewalkError(
            "A metric that learns from labels needs at least two artists, or classes, of two or "
            "more artworks each among those that it may learn from: of the training split, and of "
            "no artist or content on which metrics are judged. Give more artworks, lower "
            "style_similarity.judged, or leave the metric out."
        )
    images = np.asarray(images[rows["id"].to_numpy()])
    vectors = describe(images)
    given = calibration.SHRINKAGES if shrinkage is None else (shrinkage,)
    fitted = _learnt("all", vectors, images, labels, given)
    for name in sorted(set(labels["class"])):
        mine = np.flatnonzero(labels["class"] != name)
        mine = mine[_usable(labels["label"].iloc[mine])]
        if labels["label"].iloc[mine].nunique() >= 2:
            of_rest = vectors[mine], images[mine], labels.iloc[mine], given
            fitted |= _learnt(f"{WITHOUT}{name}", *of_rest)
    return fitted


def _labels(rows: pd.DataFrame, learn_from: str | None) -> pd.DataFrame:
    """Of artworks the label that is learnt, blank where unknown, the class, and the group.

    No group both chooses a shrinkage and is learnt from: contents, or else artists.
    """
    content, artist = (is_known(rows[name]) for name in ("content", "artist"))
    label = learn_from or ("artist" if artist and not content else "class")
    group = rows["content" if content else "artist"].to_numpy(dtype=object)
    singles = np.array([f"\0{place}" for place in range(len(rows))], dtype=object)
    columns = {"label": rows[label].to_numpy(), "class": rows["class"].to_numpy(), "by": label}
    return pd.DataFrame({**columns, "group": np.where(group == "", singles, group)})


def _usable(labels: pd.Series) -> Bool[np.ndarray, " artworks"]:
    """Artworks of labels that are known and have several."""
    several = labels.map(labels.value_counts()) >= 2
    usable: np.ndarray = (several & (labels != "")).to_numpy(dtype=bool)
    return usable


def _learnt(
    name: str,
    vectors: Float[np.ndarray, "artworks numbers"],
    images: UInt8[np.ndarray, "artworks side side 3"],
    labels: pd.DataFrame,
    shrinkages: Sequence[float],
) -> dict[str, np.ndarray]:
    """Offset and directions for vectors as they are, under a name."""
    spread = vectors.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    scaled = vectors / spread
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
            "A metric that learns from labels found nothing that tells its labels apart. Artists "
            "are learnt within each class: at least two of a class need several works. Else give "
            "metrics.<name>.learn_from: class, or leave the metric out."
        )
    # Distances know no offset; this one keeps numbers small.
    parts = {
        "offset": vectors.mean(axis=0),
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
    statistics = np.stack([luma.mean(axis=(1, 2)), luma.std(axis=(1, 2))], axis=1)
    spread = statistics.std(axis=0)
    statistics = (statistics - statistics.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.concatenate([statistics, statistics**2 - (statistics**2).mean(axis=0)], axis=1)
