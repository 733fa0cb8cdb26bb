"""A distance learnt from labels: small between artworks of one, large between those of two.

Regularised linear discriminant analysis (Fisher 1936; shrinkage towards the identity: Friedman
1989) of vectors that describe artworks: directions in which labels lie far apart against the
scatter within a label. In brightness and contrast artworks of one label are alike, too: how these
move the vectors is counted as scatter within, so that the directions say little of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Shaped
from scipy.linalg import eigh
from sklearn.model_selection import GroupKFold

SHRINKAGES = (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95)
_FOLDS = 5
_COMPONENTS = 250
_DIRECTIONS = 40
_MATCHED = 1.0  # weight of brightness and contrast in the scatter within


@dataclass(frozen=True)
class Learnt:
    """What :func:`learn` finds.

    Attributes:
        centre: (D,) the vectors' mean.
        directions: (D, K); distances are those of ``(vectors - centre) @ directions``.
        shrinkage: of the scatter within labels, 0 to 1.
        areas: by shrinkage tried, the mean area under the curve on groups that were left out.
    """

    centre: Float[np.ndarray, " numbers"]
    directions: Float[np.ndarray, "numbers directions"]
    shrinkage: float
    areas: dict[float, float]


def learn(
    vectors: Float[np.ndarray, "artworks numbers"],
    labels: Shaped[np.ndarray, " artworks"],
    groups: Shaped[np.ndarray, " artworks"],
    nuisances: Float[np.ndarray, "artworks nuisances"],
    shrinkages: Sequence[float] = SHRINKAGES,
) -> Learnt:
    """Learn directions that tell labels apart.

    Args:
        vectors: (N, D) of artworks.
        labels: (N,) what is to be told apart; at least two of two or more artworks each.
        groups: (N,) no group is both learnt from and tried on when the shrinkage is chosen.
        nuisances: (N, Q) what is not to count, such as brightness, standardised.
        shrinkages: to choose from, by the area under the curve on groups that were left out: the
            chance that artworks of one label, of different groups where these cross labels, are
            nearer than those of two.
    """
    centre = vectors.mean(axis=0)
    basis, reduced = _principal(vectors - centre)
    areas = _areas(reduced, labels, groups, nuisances, shrinkages) if len(shrinkages) > 1 else {}
    usable = {value: area for value, area in areas.items() if np.isfinite(area)}
    middle = shrinkages[len(shrinkages) // 2]
    best = max(usable, key=lambda value: usable[value]) if usable else middle
    directions = basis @ _Scatter.of(reduced, labels, nuisances).directions(best)
    return Learnt(centre, directions, best, areas)


def _principal(
    centred: Float[np.ndarray, "artworks numbers"],
) -> tuple[Float[np.ndarray, "numbers components"], Float[np.ndarray, "artworks components"]]:
    """Principal directions (D, C) of centred vectors, and their coordinates (N, C).

    From the smaller of the two matrices of products, since there are often fewer artworks than
    numbers of each.
    """
    count = min(_COMPONENTS, *centred.shape)
    wide = centred.shape[0] < centred.shape[1]
    products = centred @ centred.T if wide else centred.T @ centred
    size = len(products)
    values, directions = eigh(products, subset_by_index=[size - count, size - 1])
    directions = directions[:, values > values.max(initial=0) * 1e-9]
    if wide:
        directions = centred.T @ directions
        directions = directions / np.linalg.norm(directions, axis=0)
    return directions, centred @ directions


@dataclass(frozen=True)
class _Scatter:
    """Covariances (C, C) within and between labels."""

    within: Float[np.ndarray, "components components"]
    between: Float[np.ndarray, "components components"]
    labels: int

    @classmethod
    def of(
        cls,
        vectors: Float[np.ndarray, "artworks components"],
        labels: Shaped[np.ndarray, " artworks"],
        nuisances: Float[np.ndarray, "artworks nuisances"],
    ) -> "_Scatter":
        _, codes = np.unique(labels.astype(str), return_inverse=True)
        counts = np.bincount(codes)
        means = np.zeros((len(counts), vectors.shape[1]))
        np.add.at(means, codes, vectors)
        means /= counts[:, None]
        # Every label counts alike, however many artworks it has: one painter of a hundred would
        # else be the scatter. The scatter of n around their own mean is that of n - 1.
        several = counts[codes] > 1
        weight = 1 / np.sqrt(np.maximum(counts[codes] - 1, 1))
        inner = ((vectors - means[codes]) * weight[:, None])[several]
        within = inner.T @ inner / max(1, (counts > 1).sum())
        slopes = np.linalg.lstsq(nuisances, vectors - vectors.mean(axis=0), rcond=None)[0]
        moved = nuisances @ slopes
        within += _MATCHED * moved.T @ moved / len(moved)
        apart = means - means.mean(axis=0)
        return cls(within, apart.T @ apart / len(means), len(means))

    def directions(self, shrinkage: float) -> Float[np.ndarray, "components directions"]:
        """(C, K): each of unit scatter within, times the root of its share that lies between."""
        size = len(self.within)
        round_ = np.trace(self.within) / size * np.eye(size)
        within = (1 - shrinkage) * self.within + shrinkage * round_
        values, vectors = eigh(self.between, within)
        count = min(_DIRECTIONS, self.labels - 1, size)
        values, vectors = np.maximum(values[::-1][:count], 0), vectors[:, ::-1][:, :count]
        scaled: np.ndarray = vectors * np.sqrt(values / (1 + values))
        return scaled


def _areas(
    vectors: Float[np.ndarray, "artworks components"],
    labels: Shaped[np.ndarray, " artworks"],
    groups: Shaped[np.ndarray, " artworks"],
    nuisances: Float[np.ndarray, "artworks nuisances"],
    shrinkages: Sequence[float],
) -> dict[float, float]:
    """Mean area under the curve of each shrinkage, on groups that it was not learnt from."""
    folds = min(_FOLDS, len(np.unique(groups.astype(str))))
    areas: dict[float, list[float]] = {value: [] for value in shrinkages}
    if folds < 2:
        return {}
    for train, test in GroupKFold(folds).split(vectors, groups=groups):
        if len(np.unique(labels[train].astype(str))) < 2:
            continue
        scatter = _Scatter.of(vectors[train], labels[train], nuisances[train])
        for value in shrinkages:
            shown = vectors[test] @ scatter.directions(value)
            areas[value].append(area(shown, labels[test], groups[test]))
    return {
        value: float(np.nanmean(by_fold)) if np.isfinite(by_fold).any() else np.nan
        for value, by_fold in areas.items()
    }


def area(
    vectors: Float[np.ndarray, "artworks numbers"],
    labels: Shaped[np.ndarray, " artworks"],
    groups: Shaped[np.ndarray, " artworks"],
) -> float:
    """Area under the curve of "same label" by Euclidean distance; NaN without pairs of both kinds.

    Where groups cross labels, pairs of one group are left out: their likeness is no label's.
    """
    from sklearn.metrics import roc_auc_score

    from stylewalk.style.pairwise import squared_distances

    first, second = np.triu_indices(len(vectors), 1)
    same = labels[first] == labels[second]
    if np.any((groups[first] == groups[second]) & ~same):
        apart = groups[first] != groups[second]
        first, second, same = first[apart], second[apart], same[apart]
    if same.all() or not same.any():
        return float("nan")
    return float(roc_auc_score(same, -squared_distances(vectors)[first, second]))
