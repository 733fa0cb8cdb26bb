"""What appears between the ends of a trajectory: a fade, a blur, or something new.

A picture that lies off the dissolve of the two ends need not show anything new: it may be paler or
of other colours, or out of focus. What neither a pixel's own colours at the two ends nor a blur of
the ends explains is structure: only that is a transformation.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float, Float64, Real
from scipy import stats
from scipy.ndimage import gaussian_filter

from stylewalk.trajectories.dissolve import NEARLY_EQUAL
from stylewalk.trajectories.runs import is_plain, over_runs, signed_rank_p, widened
from stylewalk.trajectories.sharing import EndsOfClasses

PARTS = ("fade", "blur", "structure")
#: Walks of known kind between two pictures, on which nothing new appears.
DISSOLVES = (
    "blend of pixels",
    "blend of logits",
    "fade over the mean",
    "blend, blurred midway",
    "uneven blend",
)
_RESAMPLES = 1000
# Of 64 x 64 pixels; in proportion for other sizes.
_SIGMAS = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
_RANK = 1e-7  # of the largest singular value, below which a direction is none
_Picture = Float64[np.ndarray, "side side 3"]
_Pictures = Float64[np.ndarray, "inner side side 3"]  # those between the ends


def decompose(
    images: Real[np.ndarray, "pairs points side side 3"],
) -> dict[str, Float64[np.ndarray, " pairs"]]:
    """The squared residual of the dissolve, taken apart by least squares.

    An image x_t between the decoded ends x0 and x1 is compared with

    - the best dissolve, (1 - a) x0 + a x1, which leaves D (see
      :func:`stylewalk.trajectories.dissolve.dissolve_residual`),
    - the best smooth function of the two colours of each pixel (for each channel: all channels of
      x0 and x1, their squares and products), and of the place in the picture to second order,
      which leaves F: brightness, contrast, hue and a vignette are **fade**, and so is a dissolve
      that goes faster here than there (the channel's x0 and x1 times the place),
    - the best dissolve under the best Gaussian, which leaves B: **blur**,
    - the former with the ends beside themselves under the best Gaussian, which leaves
      **structure**.

    What the second and the third explain both is shared evenly (the value of Shapley 1953 for two):
    fade is the mean of D - F and B - structure, blur that of D - B and F - structure.

    Args:
        images: (P, T, S, S, 3), P trajectories of T images on a 0..255 scale.

    Returns:
        ``fade``, ``blur`` and ``structure`` (P,), each a mean over the T - 2 images between the
        ends, over ``|x1 - x0|^2``: together the mean of rho_t^2. NaN where the ends nearly
        coincide, or nothing lies between.
    """
    parts = np.full((len(images), len(PARTS)), np.nan)
    for row, trajectory in enumerate(images):
        first, last = (trajectory[end].astype(np.float64) for end in (0, -1))
        across = float(((last - first) ** 2).sum())
        if len(trajectory) > 2 and across >= NEARLY_EQUAL**2 * first.size:
            between = trajectory[1:-1].astype(np.float64)
            parts[row] = _parts(first, last, between).mean(axis=1) / across
    return dict(zip(PARTS, parts.T, strict=True))


def _parts(first: _Picture, last: _Picture, between: _Pictures) -> Float64[np.ndarray, "3 inner"]:
    """Squares: what a fade explains, what a blur does, and what is left."""
    dissolved = _dissolved(first, last, between)
    common = _orthonormal(_colours(first, last))
    faded = np.zeros(len(between))
    blurred = [dissolved]
    both = [np.zeros(len(between)) for _ in (0.0, *_SIGMAS)]
    lefts, bases = [], []
    for channel in range(3):
        here = _places(first.shape[0])[:, 1:]
        ends = [(end[..., channel].ravel() / 255)[:, None] * here for end in (first, last)]
        uneven = np.column_stack(ends)
        uneven = _orthonormal(uneven - common @ (common.T @ uneven))
        base = np.column_stack([common, uneven])
        shown = between[..., channel].reshape(len(between), -1).T
        left = shown - base @ (base.T @ shown)
        lefts.append(left)
        bases.append(base)
        faded += (left**2).sum(axis=0)
    both[0] = faded
    for place, sigma in enumerate(_SIGMAS, start=1):
        width = sigma * first.shape[0] / 64
        ends = [gaussian_filter(end, (width, width, 0)) for end in (first, last)]
        blurred.append(_dissolved(ends[0], ends[1], between))
        for channel, (left, base) in enumerate(zip(lefts, bases, strict=True)):
            more = np.stack([end[..., channel].ravel() for end in ends], axis=1)
            more = _orthonormal(more - base @ (base.T @ more), np.abs(more).max())
            both[place] = both[place] + ((left - more @ (more.T @ left)) ** 2).sum(axis=0)
    # Rounding aside, what is given more to explain with leaves no more.
    faded, soft = np.minimum(faded, dissolved), np.min(blurred, axis=0)
    new = np.minimum(np.min(both, axis=0), np.minimum(faded, soft))
    fade = (dissolved - faded + soft - new) / 2
    blur = (dissolved - soft + faded - new) / 2
    return np.stack([fade, blur, new])


def _dissolved(
    first: _Picture, last: _Picture, between: _Pictures
) -> Float64[np.ndarray, " inner"]:
    """Squares that the best dissolve of two pictures leaves."""
    offset, across = between - first, last - first
    along = np.tensordot(offset, across, 3) / max(float((across**2).sum()), 1e-12)
    left: np.ndarray = ((offset - along[:, None, None, None] * across) ** 2).sum(axis=(1, 2, 3))
    return left


def _colours(first: _Picture, last: _Picture) -> Float64[np.ndarray, "side*side functions"]:
    """Columns: functions of the colours of each pixel at both ends, and of its place."""
    size = first.shape[0]
    colours = np.concatenate([first, last], axis=2).reshape(size * size, 6) / 255
    products = [colours[:, i] * colours[:, j] for i in range(6) for j in range(i, 6)]
    return np.column_stack([_places(size), colours, *products])


def _places(size: int) -> Float64[np.ndarray, "{size}*{size} 6"]:
    """Columns: polynomials of the place in the picture to second order."""
    y, x = (np.mgrid[:size, :size].reshape(2, -1) + 0.5) / size - 0.5
    return np.column_stack([np.ones(size * size), x, y, x * y, x**2, y**2])


def _orthonormal(
    columns: Float64[np.ndarray, "pixels columns"], unit: float = 1.0
) -> Float64[np.ndarray, "pixels directions"]:
    """An orthonormal basis of what some columns span; ``unit`` is the size of their entries."""
    u, singular, _ = np.linalg.svd(columns, full_matrices=False)
    limit = _RANK * max(singular.max(initial=0.0), unit)
    basis: np.ndarray = u[:, singular > limit]
    return basis


def least_new(known_walks: pd.DataFrame) -> float:
    """The structure above which a walk shows something new: no known dissolve has as much.

    The largest 95th percentile over pairs among the walks between two pictures on which nothing
    new appears. A change of hue is left out: it leads from a picture to itself, so that its parts
    are shares of another distance.
    """
    nothing = _dissolves(known_walks)
    if nothing.empty:
        return float("nan")
    return float(nothing.groupby("walk")["structure"].quantile(0.95).max())


def share_above(
    structure: pd.Series, known_walks: pd.DataFrame, rng: np.random.Generator
) -> tuple[float, float, float]:
    """The share of walks with more structure than known dissolves have, and its 95 % interval.

    By a bootstrap over the walks and, apart from them, over the pairs of the known ones, whose
    limit is found again each time.

    Args:
        structure: of the walks; one for each pair of artworks.
        known_walks: table KNOWN_WALKS.
        rng: for the bootstrap.
    """
    known = structure.dropna().to_numpy()
    nothing = _dissolves(known_walks)
    if not len(known) or nothing.empty:
        return np.nan, np.nan, np.nan
    limits = _limits(nothing, rng)
    drawn = rng.choice(known, (_RESAMPLES, len(known)))
    low, high = np.percentile((drawn > limits[:, None]).mean(axis=1), [2.5, 97.5])
    return float((known > least_new(known_walks)).mean()), float(low), float(high)


@dataclass(frozen=True)
class Gain:
    """Shares of walks with more structure than known dissolves have, on two paths.

    Attributes:
        share: on the one path.
        other: on the other, between the same pairs.
        low, high: 95 % interval of the difference; NaN with fewer than two pairs.
        p: two-sided p of no difference, given the limit.
    """

    share: float
    other: float
    low: float
    high: float
    p: float


def share_gained(
    own: Float[np.ndarray, "seeds pairs"],
    other: Float[np.ndarray, "seeds pairs"],
    known_walks: pd.DataFrame,
    rng: np.random.Generator,
    ends: EndsOfClasses | None = None,
) -> Gain:
    """On which of two paths more walks have more structure than known dissolves have, pair by pair.

    By a bootstrap over pairs, each with its walks on both paths, and apart from them over the pairs
    of the known walks, whose limit is then the same for both paths. From three training runs on the
    interval holds what these differ by, and always what pairs that share an artwork have in common.

    Args:
        own: (S, n) structure on the one path in S runs; a pair counts by its mean.
        other: (S, n) on the other.
        known_walks: table KNOWN_WALKS.
        rng: for the bootstrap.
        ends: (S, n, 2) artworks at the ends of pairs, None where no two pairs share one.

    Returns:
        All NaN without pairs or known dissolves.
    """
    nothing, n = _dissolves(known_walks), own.shape[1]
    if not n or nothing.empty:
        return Gain(*[np.nan] * 5)
    limit, limits = least_new(known_walks), _limits(nothing, rng)
    means = np.stack([over_runs(own), over_runs(other)])
    drawn = means[:, rng.integers(n, size=(_RESAMPLES, n))]
    low, high = np.percentile(np.subtract(*(drawn > limits[:, None]).mean(axis=2)), [2.5, 97.5])
    above = np.where(np.isfinite(own), own > limit, np.nan)
    above_other = np.where(np.isfinite(other), other > limit, np.nan)
    share, of_other = (means > limit).mean(axis=1)
    gained = np.subtract(*(means > limit).astype(np.float64))
    if not gained.any():
        # No sample of them differs, but others may: at most so many of n that none is (2.5 %).
        none = 1 - 0.025 ** (1 / n)
        low, high = min(low, -none), max(high, none)
    of_runs = np.nanmean(above - above_other, axis=1)
    if n < 2:
        return Gain(share, of_other, np.nan, np.nan, np.nan)
    estimate = share - of_other, float(low), float(high)
    low, high = widened(estimate, of_runs, gained, ends)
    ups, downs = int((gained > 0).sum()), int((gained < 0).sum())
    if is_plain(own, ends):  # McNemar's test, exact
        p = float(stats.binomtest(ups, ups + downs).pvalue) if ups + downs else 1.0
    else:
        p = signed_rank_p(above - above_other, ends)
    return Gain(float(share), float(of_other), max(low, -1.0), min(high, 1.0), p)


def _limits(nothing: pd.DataFrame, rng: np.random.Generator) -> Float[np.ndarray, " resamples"]:
    """What :func:`least_new` finds of resampled pairs of the known dissolves."""
    limits: np.ndarray = np.array(
        [
            np.quantile(rng.choice(mine, (_RESAMPLES, len(mine))), 0.95, axis=1)
            for _, mine in nothing.groupby("walk")["structure"]
        ]
    ).max(axis=0)
    return limits


def _dissolves(known_walks: pd.DataFrame) -> pd.DataFrame:
    """Known dissolves, each pair once, however many metrics scored it."""
    mine = known_walks[known_walks["walk"].isin(DISSOLVES)].dropna(subset="structure")
    return mine.drop_duplicates(["walk", "pair"])


def of_pairs(measures: pd.DataFrame, random: Collection[str]) -> pd.DataFrame:
    """Rho and the parts of each pair's walk, mean over seeds, of random pairs where there are any.

    The walks of one pair in several seeds, and of the closest and farthest pairs, which experiments
    share, are not independent of each other.

    Args:
        measures: table TRAJECTORY_MEASURES, of one metric.
        random: names of the experiments of random pairs.
    """
    mine = measures[measures["experiment"].isin(list(random))] if random else measures
    keys = ["model", "experiment", "class_a", "class_b", "pair"]
    return mine.groupby(keys, sort=False)[["rho", *PARTS]].mean().reset_index()
