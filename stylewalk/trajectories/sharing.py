"""What pairs that share an artwork add to the error of a mean, and which freedom they leave it.

Trajectories that start or end at the same artwork are alike. A pair's loss is taken as an effect of
each of its two artworks and a rest (random effects, as of a diallel cross: Searle, Casella and
McCulloch 1992, chapter 4; Gill and Swartz 2001), so that all pairs that share an artwork have one
covariance, and others none. Both components are found by moments, and the error of a mean grows by
what the covariance adds; where few pairs share an artwork, by the most that it could add, as so few
hardly tell how much it does. Where no artwork stands in two pairs nothing changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from stylewalk.catalogue.trajectories import PIXEL_BLEND
from stylewalk.statistics import t_quantile

NO_ARTWORK = -1
# Artworks at both ends of every pair in every seed; NO_ARTWORK where a seed lacks the pair.
EndsOfClasses = Int[np.ndarray, "seeds _pairs 2"]
Ends = Mapping[tuple[str, str], EndsOfClasses]  # by pair of classes

# ASSUME: pairs that share one of their two artworks correlate by 1/2 at most because both ends
# count alike.
_MOST = 0.5
_SINGULAR = 1e-9


@dataclass(frozen=True)
class Growth:
    """What sharing does to the variance of a mean.

    Attributes:
        variance: by how much it is multiplied, 1 or more.
        free: by how much its degrees of freedom are, above 0, 1 or less.
        correlation: of two pairs that share an artwork, 0 to 1/2.
    """

    variance: Float[np.ndarray, "*numbers"]
    free: float
    correlation: Float[np.ndarray, "*numbers"]


class Sharing:
    """Which of the pairs that a mean is over share artworks.

    Args:
        ends: of each stratum, within which pairs were drawn, the ends of its n pairs.
        weights: of each stratum the weight of one of its pairs in the mean, negative where it is
            taken off; all count the same where none are given.

    Attributes:
        is_any: whether some artwork stands in two pairs.
        stands: (n, A) in which share of the seeds each artwork of several pairs is an end of each.
    """

    def __init__(self, ends: Sequence[EndsOfClasses], weights: Sequence[float] | None = None):
        self._ends = ends
        sizes = [part.shape[1] for part in ends]
        self._strata = np.repeat(np.arange(len(sizes)), sizes)
        self.stands = _stands(ends)
        self._rank = len(self._strata) - len(sizes)
        self.is_any = self.stands.shape[1] > 0 and self._rank > 0
        if not self.is_any:
            return
        overlap = self.stands @ self.stands.T
        np.fill_diagonal(overlap, 0)
        each = np.ones(len(sizes)) if weights is None else np.asarray(weights, np.float64)
        weight = each[self._strata]
        # What two parts of a difference share lessens its error.
        self._overlap = overlap * np.outer(np.sign(weight), np.sign(weight))
        self._squares = float(weight @ weight)
        self._products = float(weight @ self._overlap @ weight)
        roots = np.linalg.eigvalsh(self._centred(self._centred(self._overlap).T))
        # Those of the centred losses; the other directions, one of each stratum, are of 0.
        self._roots = roots[np.argsort(-np.abs(roots), kind="stable")[: self._rank]]
        # Decided by who shares what alone, so that the losses choose nothing.
        self._is_bounded = self._costs_less()

    def mixed(
        self,
        of_artworks: Float[np.ndarray, "artworks *shape"],
        of_pairs: Float[np.ndarray, "pairs *shape"],
        correlation: float,
    ) -> Float[np.ndarray, "pairs *shape"]:
        """Pairs of which those that share an artwork correlate, made of independent ones.

        Args:
            of_artworks: an independent draw for each column of ``stands``.
            of_pairs: one for each pair, of the same variance, which the pairs keep.
            correlation: of two pairs that share an artwork, 0 to 1/2.
        """
        rest = 1 - correlation * np.square(self.stands).sum(axis=1)
        root = np.sqrt(rest).reshape(-1, *(1,) * (of_pairs.ndim - 1))
        shared = np.sqrt(correlation) * np.tensordot(self.stands, of_artworks, 1)
        mixed: np.ndarray = shared + root * of_pairs
        return mixed

    def of_seed(self, place: int) -> "Sharing":
        """Among the pairs of one seed."""
        return Sharing([part[place : place + 1] for part in self._ends])

    def growth(self, influences: Float[np.ndarray, "pairs *numbers"]) -> Growth:
        """What sharing does to the variance of numbers with these influences of pairs.

        With the centred influences y, the overlap S and the projection M that centres, the
        expectations of y'y and y'Sy under the covariance v (I + r S) are ``v (rank + r tr MS)`` and
        ``v (tr MSM + r tr MSMS)``, which gives v and r; degrees of freedom are Satterthwaite's of
        the quadratic form in y that estimates the variance.

        Args:
            influences: of each pair on the number, such as its loss on a mean loss.
        """
        y = self._centred(influences.reshape(len(influences), -1))
        own, shared = np.square(y).sum(axis=0), (y * (self._overlap @ y)).sum(axis=0)
        rank, first, second = self._rank, self._roots.sum(), np.square(self._roots).sum()
        determinant = rank * second - first**2
        # Where all pairs share one artwork nothing tells what it adds: as much as it can.
        correlation = np.full(own.shape, _MOST)
        if determinant > _SINGULAR * rank * second:
            with np.errstate(invalid="ignore", divide="ignore"):
                correlation = (rank * shared - first * own) / (second * own - first * shared)
            correlation = np.where(second * own > first * shared, correlation, _MOST)
        correlation = np.where(own > 0, np.clip(correlation, 0, _MOST), 0)
        counted = np.where(own > 0, _MOST, 0) if self._is_bounded else correlation
        shape, variance = influences.shape[1:], np.maximum(self._factor(counted), 1)
        free = self._free(self._is_bounded)
        return Growth(variance.reshape(shape), free, correlation.reshape(shape))

    def _factor(self, correlation: Float[np.ndarray, "*numbers"]) -> Float[np.ndarray, "*numbers"]:
        """By how much pairs so alike multiply the variance that independent pairs would have."""
        centred = self._rank / (self._rank + correlation * self._roots.sum())
        return np.asarray(centred * (1 + correlation * self._products / self._squares))

    def _costs_less(self) -> bool:
        """Whether to count the most that sharing can add costs less than to find out how much."""
        bounded, estimated = (
            float(np.sqrt(np.maximum(self._factor(np.array(correlation)), 1)))
            * t_quantile(0.975, max(self._rank * self._free(is_bounded), 1))
            for correlation, is_bounded in ((_MOST, True), (_MOST / 2, False))
        )
        return bounded <= estimated

    def _free(self, is_bounded: bool) -> float:
        """Degrees of freedom of the estimated variance of the mean, as a share of the rank.

        Args:
            is_bounded: whether only the variance is estimated, and the correlation is the largest.
        """
        # ASSUME: those of the largest correlation, whatever was estimated, because an estimate of
        # few pairs is often 0, whose degrees of freedom let intervals cover less evenly.
        rank, first, second = self._rank, self._roots.sum(), np.square(self._roots).sum()
        determinant = rank * second - first**2
        form = np.ones(rank)
        if not is_bounded and determinant > _SINGULAR * rank * second:
            of_own = self._squares * second - self._products * first
            form = of_own + (self._products * rank - self._squares * first) * self._roots
        terms = form * (1 + _MOST * self._roots)
        return float(min(terms.sum() ** 2 / np.square(terms).sum() / rank, 1))

    def _centred(
        self, values: Float[np.ndarray, "pairs columns"]
    ) -> Float[np.ndarray, "pairs columns"]:
        """Less the mean of each stratum."""
        sums = np.zeros((int(self._strata[-1]) + 1, values.shape[1]))
        np.add.at(sums, self._strata, values)
        counts = np.bincount(self._strata, minlength=len(sums))
        centred: np.ndarray = values - (sums / np.maximum(counts, 1)[:, None])[self._strata]
        return centred


def _stands(ends: Sequence[EndsOfClasses]) -> Float[np.ndarray, "pairs artworks"]:
    """In which share of seeds each artwork that stands in two pairs or more is an end of each."""
    together = np.concatenate([part.transpose(1, 0, 2) for part in ends])  # (pairs, S, 2)
    present = together != NO_ARTWORK
    artworks, of_end = np.unique(together, return_inverse=True)
    stands = np.zeros((len(together), len(artworks)))
    rows = np.broadcast_to(np.arange(len(together))[:, None, None], together.shape)
    share = present / np.maximum(present.any(axis=2).sum(axis=1), 1)[:, None, None]
    np.add.at(stands, (rows.ravel(), of_end.ravel()), share.ravel())
    several: np.ndarray = stands[:, np.count_nonzero(stands, axis=0) > 1]
    return several


def with_ends(walks: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Rows about trajectories with the artworks at their ends, ``id_a`` and ``id_b``.

    Args:
        walks: any table with the columns model, seed, experiment, class_a, class_b and pair; the
            pixel blends of a model have its ends.
        pairs: table PAIRS of the same models, seeds and experiments, with the columns ``model`` and
            ``seed``.
    """
    keys = ["seed", "experiment", "class_a", "class_b", "pair"]
    own = pairs[["model", *keys, "id_a", "id_b"]].rename(columns={"model": "walker"})
    walker = walks["model"].str.removeprefix(PIXEL_BLEND)
    merged = walks.assign(walker=walker).merge(own, on=["walker", *keys], how="left")
    return merged.drop(columns="walker").set_axis(walks.index)


def ends_of(walks: pd.DataFrame) -> dict[tuple[str, str], EndsOfClasses]:
    """The ends of one model's trajectories of one experiment, in the order of profiles.

    Args:
        walks: what :func:`with_ends` gives of them.
    """
    keys = ["seed", "pair"]
    seeds, ends = sorted(walks["seed"].unique()), {}
    for classes, part in walks.groupby(["class_a", "class_b"], sort=False):
        full = pd.MultiIndex.from_product([seeds, sorted(part["pair"].unique())])
        own = part.drop_duplicates(keys).set_index(keys)[["id_a", "id_b"]]
        table = own.reindex(full).fillna(NO_ARTWORK).to_numpy(np.int64)
        ends[classes] = table.reshape(len(seeds), -1, 2)
    return ends
