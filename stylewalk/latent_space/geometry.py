"""Shape of a latent space: variance spectra, and the exact closest and farthest pairs."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float, Float64, Int, Num

from stylewalk.errors import StylewalkError
from stylewalk.labels import Labels
from stylewalk.randomness import derived_seed

# Rows of the one, rows of the other, distances.
Pairs = tuple[Int[np.ndarray, " pairs"], Int[np.ndarray, " pairs"], Float64[np.ndarray, " pairs"]]
_BLOCK = 1024  # rows of a block of distances: 1024 x 1024 float32 are 4 MiB
_DENSE = 1000  # up to this many rows or dimensions a full decomposition is quick


def check_latents(latents: np.ndarray) -> Num[np.ndarray, "artworks dimensions"]:
    """The latents as a matrix of finite floats, or an error in words.

    Args:
        latents: (n, d) numbers.

    Raises:
        StylewalkError: the latents are no matrix, or some are infinite or not a number.
    """
    latents = np.asarray(latents)
    if latents.ndim != 2 or not latents.shape[1]:
        raise StylewalkError(
            f"Latents have the shape {latents.shape}; expected one row of numbers per artwork."
        )
    bad = np.flatnonzero(~np.isfinite(latents).all(axis=1))
    if len(bad):
        raise StylewalkError(
            f"{len(bad)} of {len(latents)} latents are infinite or not a number (first: row "
            f"{bad[0]}): the training of this model diverged. Lower its learning rate and "
            "train again."
        )
    return latents


def pca_variance(
    latents: Float[np.ndarray, "artworks dimensions"],
    classes: Labels,
    components: int = 10,
    seed: int = 0,
    order: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Shares of the total variance of the leading principal components.

    Args:
        latents: (n, d) latents.
        classes: (n,) class of each row.
        components: how many components; fewer are given where n - 1 or d is smaller.
        seed: start of the iterative solver that large latents need.
        order: classes in the order of the table's rows; by default, that of first appearance.

    Returns:
        Columns class, component (from 1), share (0 to 1); class "all" first, then each class
        alone. Latents without variance, such as those of a single artwork, have shares of 0.

    Raises:
        StylewalkError: the latents are no matrix of finite numbers.
    """
    latents = check_latents(latents)
    labels = np.asarray(classes, dtype=object)
    parts = [("all", latents)] if len(latents) else []
    for name in pd.unique(labels) if order is None else order:
        rows = labels == name
        if rows.any():
            parts.append((name, latents[rows]))
    spectra = {name: _shares(part, components, seed) for name, part in parts}
    return pd.DataFrame(
        [(name, c, s) for name, shares in spectra.items() for c, s in enumerate(shares, start=1)],
        columns=["class", "component", "share"],
    )


def _shares(latents: np.ndarray, components: int, seed: int) -> Float[np.ndarray, " components"]:
    """Shares of the leading components of one set of latents, largest first."""
    # Imported here: what chooses pairs or checks latents starts a second sooner without it.
    from sklearn.decomposition import PCA

    n, d = latents.shape
    count = min(components, max(n - 1, 1), d)
    if not np.ptp(latents, axis=0).any():
        return np.zeros(count)
    if min(n, d) <= _DENSE:
        solver = "full" if n < d else "covariance_eigh"
        latents = latents.astype(np.float64)
    else:
        # The randomized solver is quicker but too low on flat spectra, and whether a spectrum is
        # flat is the very question; arpack iterates until its components have converged.
        solver = "arpack"
    start = derived_seed(seed, "pca") % 2**32
    pca = PCA(count, svd_solver=solver, random_state=start).fit(latents)
    shares: np.ndarray = np.clip(pca.explained_variance_ratio_, 0, 1)
    return shares


def closest_pairs(
    a: Float[np.ndarray, "first dimensions"],
    b: Float[np.ndarray, "second dimensions"] | None,
    count: int,
) -> Pairs:
    """The pairs of rows at the smallest Euclidean distance, exactly.

    Rows that are equal make no pair: their pictures are the same.

    Args:
        a: (n, d) latents.
        b: (m, d) latents, or None for pairs within ``a``, each counted once (i < j).
        count: how many pairs; fewer are given where fewer exist.

    Returns:
        Rows i of ``a`` (int64), rows j of ``b`` or ``a`` (int64) and distances (float64), by
        ascending distance, equal distances by (i, j).
    """
    return _extreme_pairs(a, b, count, sign=1)


def farthest_pairs(a: Float[np.ndarray, "first dimensions"], count: int) -> Pairs:
    """The pairs of rows of ``a`` at the largest Euclidean distance, exactly.

    Arguments and results are those of :func:`closest_pairs` within ``a``, by descending distance.
    """
    return _extreme_pairs(a, None, count, sign=-1)


def _extreme_pairs(
    a: Float[np.ndarray, "first dimensions"],
    b: Float[np.ndarray, "second dimensions"] | None,
    count: int,
    sign: int,
) -> Pairs:
    """Pairs of the smallest signed distance: blocks find candidates, float64 ranks them."""
    a = check_latents(a)
    other = a if b is None else check_latents(b)
    screen = _Screen(a, None if b is None else other, sign)
    i, j, key = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    for rows, columns in _blocks(len(a), len(other), triangle=b is None):
        worst = key[-1] if len(key) == count else np.inf
        new_i, new_j = screen.candidates(rows, columns, count, worst)
        new_key = sign * _distances(a, other, new_i, new_j)
        i, j = np.append(i, new_i), np.append(j, new_j)
        key = np.append(key, new_key)
        best = np.lexsort((j, i, key))[:count]
        i, j, key = i[best], j[best], key[best]
    return i, j, sign * key


def _blocks(n: int, m: int, triangle: bool) -> Iterator[tuple[slice, slice]]:
    """Blocks of rows and columns that cover a matrix, or its upper triangle."""
    for top in range(0, n, _BLOCK):
        for left in range(top if triangle else 0, m, _BLOCK):
            yield slice(top, min(top + _BLOCK, n)), slice(left, min(left + _BLOCK, m))


class _Screen:
    """Finds in float32 the few pairs that can be among the best, without losing one.

    The squared distance |x|^2 + |y|^2 - 2 xy cancels for near pairs, so that float32 cannot rank
    them; but its error is bounded by a small share c of |x|^2 + |y|^2 (Higham 2002, section 3.1:
    a sum of d products errs by d roundings at most). A pair is kept where its lower bound
    reaches the count-th smallest upper bound.
    """

    def __init__(self, a: np.ndarray, b: np.ndarray | None, sign: int):
        both = (a,) if b is None else (a, b)
        centre = np.mean([x.mean(axis=0, dtype=np.float64) for x in both if len(x)], axis=0)
        centred = [x - centre for x in both]
        self.scale = max((np.abs(x).max() for x in centred if x.size), default=0.0) or 1.0
        vectors = [(x / self.scale).astype(np.float32) for x in centred]
        self.sign, self.within = sign, b is None
        self.a, self.b = vectors[0], vectors[-1]
        self.norms_a, self.norms_b = ((x * x).sum(axis=1) for x in (self.a, self.b))
        self.error = np.float32((a.shape[1] + 16) * np.finfo(np.float32).eps)
        # Equal rows get equal numbers, by which their pairs are left out. Adding 0 turns -0 to 0.
        numbers: dict[bytes, int] = {}
        groups = [
            np.array([numbers.setdefault(r.tobytes(), len(numbers)) for r in x + 0.0], np.int64)
            for x in both
        ]
        self.group_a, self.group_b = groups[0], groups[-1]

    def candidates(
        self, rows: slice, columns: slice, count: int, worst: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Pairs of a block that may be among its ``count`` best and as good as ``worst``."""
        base = self.norms_a[rows, None] + self.norms_b[None, columns]
        signed = self.sign * (base - 2 * (self.a[rows] @ self.b[columns].T))
        slack = self.error * base + np.finfo(np.float32).tiny
        excluded = self.group_a[rows, None] == self.group_b[None, columns]
        if self.within and rows == columns:
            excluded |= np.tri(*excluded.shape, dtype=np.bool_)
        lower = np.where(excluded, np.inf, signed - slack)
        limit = self.sign * (worst / self.scale) ** 2 if np.isfinite(worst) else np.inf
        if count < lower.size:
            upper = np.where(excluded, np.inf, signed + slack)
            limit = min(limit, float(np.partition(upper, count - 1, axis=None)[count - 1]))
        i, j = np.nonzero(np.isfinite(lower) & (lower <= limit))
        return i + rows.start, j + columns.start


def _distances(
    a: Float[np.ndarray, "first dimensions"],
    b: Float[np.ndarray, "second dimensions"],
    i: Int[np.ndarray, " pairs"],
    j: Int[np.ndarray, " pairs"],
) -> Float64[np.ndarray, " pairs"]:
    """Euclidean distances of rows i of a and j of b in float64, by bounded chunks."""
    result = np.empty(len(i))
    size = max(1, 2**22 // a.shape[1])
    for start in range(0, len(i), size):
        part = slice(start, start + size)
        difference = a[i[part]].astype(np.float64) - b[j[part]]
        result[part] = np.sqrt((difference * difference).sum(axis=1))
    return result
