"""What small networks take the images along a walk for: a learnt profile beside the style loss."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float32, Float64, Real, UInt8

from stylewalk.catalogue.classifiers import CLASS_PROFILES, ROLES
from stylewalk.randomness import generator
from stylewalk.training.classifier import Classifier, probabilities_of

DECODED, BLEND, DIFFERENCE = "decoded", "blend", "difference"
_RESAMPLES = 500
Probabilities = Float64[np.ndarray, "pairs points roles"]


def of_roles(
    classifier: Classifier,
    images: UInt8[np.ndarray, "pairs points side side 3"],
    starts: pd.Series,
    ends: pd.Series,
) -> dict[str, Probabilities]:
    """Probabilities of the names of both ends, and of anything else, along walks and their blends.

    Args:
        classifier: calibrated, in evaluation mode.
        images: (P, T, S, S, 3) decoded images.
        starts: (P,) name of the first end of each; ends: of the last one.

    Returns:
        By ``decoded`` and ``blend``, of each image the nearest dissolve of the ends, (P, T, 3) in
        the order of ROLES; that of the last end is NaN where it has the name of the first, and all
        are where a name is none of the classifier's.
    """
    blends = nearest_dissolves(images)
    places = {name: place for place, name in enumerate(classifier.names)}
    a, b = (names.map(places).to_numpy(np.float64) for names in (starts, ends))
    return {
        walk: _roles(_probabilities(classifier, shown), a, b)
        for walk, shown in ((DECODED, images), (BLEND, blends))
    }


def nearest_dissolves(
    images: UInt8[np.ndarray, "pairs points side side 3"],
) -> Float32[np.ndarray, "pairs points side side 3"]:
    """Of each image, the dissolve of its walk's ends that is nearest to it.

    At the same share of the way a dissolve that goes unevenly would differ from itself.
    """
    flat = images.reshape(*images.shape[:2], -1).astype(np.float32)
    first, across = flat[:, :1], flat[:, -1:] - flat[:, :1]
    length = np.maximum((across**2).sum(axis=2, keepdims=True), 1e-12)
    share = np.clip(((flat - first) * across).sum(axis=2, keepdims=True) / length, 0, 1)
    dissolves: np.ndarray = (first + share * across).reshape(images.shape)
    return dissolves


def _probabilities(
    classifier: Classifier, images: Real[np.ndarray, "pairs points side side 3"]
) -> Float64[np.ndarray, "pairs points names"]:
    shares = probabilities_of(classifier, images.reshape(-1, *images.shape[2:]))
    return shares.reshape(*images.shape[:2], -1)


def _roles(
    shares: Float64[np.ndarray, "pairs points names"],
    a: Float64[np.ndarray, " pairs"],
    b: Float64[np.ndarray, " pairs"],
) -> Probabilities:
    probabilities = np.full((*shares.shape[:2], len(ROLES)), np.nan)
    for pair, (start, end) in enumerate(zip(a, b, strict=True)):
        if not np.isfinite(start + end):
            continue
        first, last = shares[pair, :, int(start)], shares[pair, :, int(end)]
        probabilities[pair, :, 0] = first
        if start == end:
            probabilities[pair, :, 2] = 1 - first
        else:
            probabilities[pair, :, 1], probabilities[pair, :, 2] = last, 1 - first - last
    return probabilities


def profiles(
    probabilities: Mapping[str, list[Float64[np.ndarray, "_ points roles"]]],
    about: Mapping[str, object],
    is_shared: bool = True,
) -> Iterator[dict[str, object]]:
    """Rows of CLASS_PROFILES of one model, experiment and target.

    Args:
        probabilities: by walk, what :func:`of_roles` gives of each seed. Of decoded walks and
            blends the difference, pair by pair, is given, too.
        about: the columns that say of what they are.
        is_shared: whether the pairs are the same in all seeds; those that a model chose itself may
            be others in each.
    """
    rng = generator(0, "class profiles", str(about["model"]), str(about["experiment"]))
    by_walk = {walk: _pairs(of_seeds, is_shared) for walk, of_seeds in probabilities.items()}
    if DECODED in by_walk and BLEND in by_walk:
        by_walk[DIFFERENCE] = by_walk[DECODED] - by_walk[BLEND]
    for walk, values in by_walk.items():
        drawn = rng.integers(len(values), size=(_RESAMPLES, len(values)))
        for place, role in enumerate(ROLES):
            mine = values[:, :, place]
            known = np.isfinite(mine).all(axis=1)
            if not known.any():
                continue
            # A pair that has no such role counts in no sample.
            weights = np.stack([np.bincount(rows, minlength=len(mine)) for rows in drawn])[:, known]
            weights = weights[weights.sum(axis=1) > 0]
            sampled = weights @ mine[known] / weights.sum(axis=1, keepdims=True)
            low, high = np.quantile(sampled, [0.025, 0.975], axis=0)
            for step, mean in enumerate(mine[known].mean(axis=0)):
                row = {**about, "walk": walk, "role": role, "step": step, "probability": mean}
                yield row | {"low": low[step], "high": high[step], "n": int(known.sum())}


def _pairs(
    of_seeds: list[Float64[np.ndarray, "_pairs points roles"]], is_shared: bool
) -> Float64[np.ndarray, "_all points roles"]:
    """Means over seeds where pairs are the same in all, else all pairs one after another."""
    if is_shared:
        mean: np.ndarray = np.mean(of_seeds, axis=0)
        return mean
    return np.concatenate(of_seeds)


def table_of(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Table CLASS_PROFILES."""
    return pd.DataFrame(rows, columns=list(CLASS_PROFILES))
