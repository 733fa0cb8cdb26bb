"""Does a trajectory transform its picture, or dissolve one into the other at some speed?

The shape of a style-loss profile cannot say: a cross-dissolve whose speed follows a sigmoid has
the same hump as a transformation. Three measures stand beside the shape: the residual that a
dissolve of any speed leaves (0 for a pure one), the profile of the pixel blend of the same ends
as a control, and the length of the path of Gram matrices over the distance of its ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32, Float64, Real

from stylewalk.errors import StylewalkError
from stylewalk.statistics import FEWEST_SEEDS, satterthwaite
from stylewalk.trajectories.interpolation import between
from stylewalk.trajectories.profiles import contrasts
from stylewalk.trajectories.runs import (
    growth_of,
    is_plain,
    over_runs,
    signed_rank_p,
    t_test_p,
    widened,
)
from stylewalk.trajectories.sharing import EndsOfClasses

# ASSUME: ends that differ by less than 1 of 255 (root mean square over pixels and channels) nearly
# coincide, because no eye tells them apart and rounding to bytes alone, 0.29 of 255, would then
# make a residual above 0.29.
NEARLY_EQUAL = 1.0
# ASSUME: no correlation of fewer trajectories than this, because the smallest two-sided p of 4 is
# 2 / 4! = 0.083: nothing could be found.
FEWEST_TRAJECTORIES = 5
# ASSUME: p by permutations up to this many trajectories, because Student's approximation gives
# p = 0 to a perfect order of 5, which comes by chance once in 60 times.
_PERMUTE_UP_TO = 10
_PERMUTATIONS = 9_999

# One number of each trajectory, also in each of several runs, and one of each of its steps.
Values = Sequence[float] | Float[np.ndarray, "*seeds pairs"]
StepLosses = Sequence[Sequence[float]] | Float[np.ndarray, "pairs steps"]


@dataclass(frozen=True)
class PairedTest:
    """Wilcoxon signed-rank test of a contrast against that of the control.

    Attributes:
        n: trajectories that have both contrasts.
        median_difference: median of model minus control; NaN where n is 0.
        p: two-sided p; 1 where all differences are 0, NaN where n is 0.
    """

    n: int
    median_difference: float
    p: float


@dataclass(frozen=True)
class RankCorrelation:
    """Spearman's rank correlation over trajectories; all but n are NaN where it is undefined.

    Attributes:
        n: trajectories that have both values.
        correlation: Spearman's coefficient, -1 to 1.
        p: two-sided p of a coefficient of 0.
        low: lower end of its 95 % bootstrap interval.
        high: upper end of its 95 % bootstrap interval.
    """

    n: int
    correlation: float
    p: float
    low: float
    high: float


def dissolve_residual(
    images: Real[np.ndarray, "pairs points side side 3"],
) -> tuple[Float64[np.ndarray, " pairs"], Float64[np.ndarray, "pairs points"]]:
    """How far trajectories stray from a dissolve of their ends, at whatever speed it goes.

    With the decoded ends x0 and x1 and ``a_t = <x_t - x0, x1 - x0> / |x1 - x0|^2``,
    ``rho_t = |x_t - (1 - a_t) x0 - a_t x1| / |x1 - x0|``: the distance of image t from the straight
    line through the ends, over the distance of the ends. It depends neither on the speed nor on
    a change of brightness or contrast of all images.

    Args:
        images: (P, T, S, S, 3), P trajectories of T >= 2 images on a 0..255 scale, uint8 or float;
            may be mapped from a file. Give decoded images as floats: rounding is a residual, too.

    Returns:
        ``rho`` (P,), the mean over the T - 2 images between the ends, and ``rho_t`` (P, T), 0 at
        both ends; float64. Both are NaN where the ends nearly coincide (root mean square
        difference below ``NEARLY_EQUAL``), ``rho`` also where there is no image between them.

    Raises:
        StylewalkError: an image is infinite or not a number.
    """
    _check_images(images)
    per_step = np.empty(images.shape[:2])
    for row, trajectory in enumerate(images):
        per_step[row] = _distances_from_line(trajectory)
    broken = np.isinf(per_step).any(axis=1)
    if broken.any():
        raise StylewalkError(
            f"{broken.sum()} of {len(images)} trajectories hold an image that is infinite or not "
            f"a number (first: trajectory {broken.argmax()}): the training of this model "
            "diverged. Lower its learning rate and train again."
        )
    interior = per_step[:, 1:-1]
    rho = interior.mean(axis=1) if interior.shape[1] else np.full(len(images), np.nan)
    return rho, per_step


def _distances_from_line(
    trajectory: Real[np.ndarray, "points side side 3"],
) -> Float64[np.ndarray, " points"]:
    """rho_t of one trajectory, one image at a time; inf stands for a broken image."""
    first, last = (trajectory[end].astype(np.float64).ravel() for end in (0, -1))
    distances = np.zeros(len(trajectory))
    with np.errstate(invalid="ignore"):  # the caller reports a broken image
        across = last - first
        squared = across @ across
        for t in range(1, len(trajectory) - 1):
            offset = trajectory[t].astype(np.float64).ravel() - first
            if squared:
                offset -= (offset @ across / squared) * across
            distances[t] = np.sqrt(offset @ offset)
    if not np.isfinite(squared + distances).all():
        return np.full(len(trajectory), np.inf)
    if squared < NEARLY_EQUAL**2 * across.size:
        return np.full(len(trajectory), np.nan)
    relative: np.ndarray = distances / np.sqrt(squared)
    return relative


def pixel_blend(
    images: Real[np.ndarray, "pairs points side side 3"],
) -> Float32[np.ndarray, "pairs points side side 3"]:
    """The control: the straight line in pixels between the decoded ends of each trajectory.

    Args:
        images: (P, T, S, S, 3), T >= 2 images on a 0..255 scale; only the first and the last of
            each trajectory are read.

    Returns:
        The same shape, float32, not rounded: image t is ``(1 - t / (T - 1)) x0 + t / (T - 1) x1``.
    """
    _check_images(images)
    first, last = (images[:, end].reshape(len(images), -1) for end in (0, -1))
    return between(first, last, images.shape[1] - 1).reshape(images.shape)


def _check_images(images: np.ndarray) -> None:
    if images.ndim != 5 or images.shape[1] < 2 or 0 in images.shape[2:]:
        raise ValueError(f"trajectories are {images.shape}, expected (P, T >= 2, S, S, 3)")


def gram_path_ratio(step_losses: StepLosses, end_losses: Values) -> Float64[np.ndarray, " pairs"]:
    """Length of the path of Gram matrices over the distance of its ends.

    ``sum_t sqrt(L(x_t, x_t+1)) / sqrt(L(x_0, x_1))``: the root of the style loss L is a distance of
    (weighted) Gram matrices, so that the ratio is 1 for a straight path of them and above 1 else.

    Args:
        step_losses: (P, T - 1) style loss of every step.
        end_losses: (P,) style loss between the first and the last image, of the same layers and
            weights.

    Returns:
        (P,) ratios; NaN where the ends have the same style.
    """
    steps, ends = np.asarray(step_losses, np.float64), np.asarray(end_losses, np.float64)
    if steps.ndim != 2 or ends.shape != steps.shape[:1]:
        raise ValueError(f"losses of steps are {steps.shape}, of ends {ends.shape}")
    lengths = np.sqrt(steps).sum(axis=1)
    ratios: np.ndarray = lengths / np.sqrt(np.where(ends > 0, ends, np.nan))
    return ratios


def trajectory_contrasts(
    step_losses: StepLosses, name: str = "quadratic"
) -> Float64[np.ndarray, " pairs"]:
    """One contrast of every trajectory's own profile over that profile's mean.

    Args:
        step_losses: (P, n) style loss of every step.
        name: a contrast of :func:`stylewalk.trajectories.profiles.contrasts`.

    Returns:
        (P,) contrasts; NaN where the profile is 0 throughout or has too few steps.
    """
    profiles = np.asarray(step_losses, np.float64)
    means = profiles.mean(axis=1)
    projections = profiles @ contrasts(profiles.shape[1])[name]
    relative: np.ndarray = projections / np.where(means > 0, means, np.nan)
    return relative


def paired_test(values: Values, control: Values, ends: EndsOfClasses | None = None) -> PairedTest:
    """Do paired values differ? See :func:`stylewalk.trajectories.runs.signed_rank_p`.

    Args:
        values: (n,) of pairs, or (S, n) of S training runs and n pairs. Where one or the other is
            NaN they are left out.
        control: the same.
        ends: (S, n, 2) artworks at the ends of pairs, None where no two pairs share one.
    """
    difference = np.atleast_2d(np.asarray(values, np.float64) - np.asarray(control, np.float64))
    difference = np.where(np.isfinite(difference), difference, np.nan)
    known = np.isfinite(difference).any(axis=0)
    difference, ends = difference[:, known], None if ends is None else ends[:, known]
    mean = over_runs(difference)
    if not len(mean):
        return PairedTest(0, np.nan, np.nan)
    return PairedTest(len(mean), float(np.median(mean)), signed_rank_p(difference, ends))


def paired_control(
    model_losses: StepLosses, blend_losses: StepLosses, name: str = "quadratic"
) -> PairedTest:
    """Do a model's profiles differ in shape from those of the pixel blends of the same ends?

    Args:
        model_losses: (P, n) style loss of every step of the model's trajectories.
        blend_losses: (P, n) the same of the pixel blends, in the same order.
        name: the contrast that is compared.

    Returns:
        The paired test of the trajectories' contrasts; with the quadratic one, a negative median
        difference says that the model's profiles are more of a hump than a dissolve's.
    """
    if np.shape(model_losses) != np.shape(blend_losses):
        raise ValueError(f"losses are {np.shape(model_losses)} and {np.shape(blend_losses)}")
    shapes = (trajectory_contrasts(losses, name) for losses in (model_losses, blend_losses))
    return paired_test(*shapes)


def shape_rho_correlation(
    contrasts: Float[np.ndarray, "*seeds pairs"],
    rho: Float[np.ndarray, "*seeds pairs"],
    rng: np.random.Generator,
    bootstrap: int = 2_000,
    ends: EndsOfClasses | None = None,
) -> RankCorrelation:
    """Does the shape of profiles go with how little the pictures dissolve, within one model?

    The coefficient is the mean of those of the training runs, of the pairs that all have: that of
    the pairs' means over runs would be near 1 or -1 wherever runs of either sign do not quite
    cancel. From three runs on the interval and p hold what the runs' coefficients differ by, and
    always what pairs that share an artwork have in common.

    Args:
        contrasts: (P,) contrasts of one model's trajectories, or (S, P) in S training runs; see
            :func:`trajectory_contrasts`. Of several models a difference of their means would pass
            for a correlation.
        rho: the residuals of the same trajectories; see :func:`dissolve_residual`.
        rng: generator of the resamples.
        bootstrap: resamples of trajectories.
        ends: (S, P, 2) artworks at the ends of pairs, None where no two pairs share one.

    Returns:
        Spearman's coefficient, its p and its interval; NaN with fewer than
        ``FEWEST_TRAJECTORIES`` trajectories that have both values, or where one never varies.
    """
    if np.ndim(contrasts) not in (1, 2) or np.shape(contrasts) != np.shape(rho):
        raise ValueError(f"contrasts are {np.shape(contrasts)}, residuals {np.shape(rho)}")
    runs, known = _runs_of(np.atleast_2d(contrasts), np.atleast_2d(rho))
    ends = None if ends is None else ends[:, known]
    n = runs.shape[2]
    of_runs = np.atleast_1d(_spearman(*runs)) if n >= FEWEST_TRAJECTORIES else np.empty(0)
    runs, of_runs = runs[:, np.isfinite(of_runs)], of_runs[np.isfinite(of_runs)]
    if not len(of_runs):
        return RankCorrelation(n, np.nan, np.nan, np.nan, np.nan)
    correlation = float(of_runs.mean())
    drawn = rng.integers(n, size=(bootstrap, n))
    # The ends of the runs' own intervals: as if what pairs are drawn moved all runs alike.
    ends_of_runs = [
        np.nanpercentile(_spearman(a[drawn], b[drawn]), [2.5, 97.5])
        for a, b in zip(*runs, strict=True)
    ]
    low, high = np.mean(ends_of_runs, axis=0)
    estimate = correlation, float(low), float(high)
    if is_plain(runs[0], ends):
        return RankCorrelation(n, correlation, _p(runs, correlation, rng), *estimate[1:])
    influences = np.mean([_influences(*each) for each in zip(*runs, of_runs, strict=True)], axis=0)
    low, high = np.clip(widened(estimate, of_runs, influences, ends), -1, 1)
    p = _p_over_runs(correlation, of_runs, influences, ends)
    return RankCorrelation(n, correlation, p, float(low), float(high))


def _runs_of(
    contrasts: Float[np.ndarray, "seeds pairs"], rho: Float[np.ndarray, "seeds pairs"]
) -> tuple[Float[np.ndarray, "2 runs known"], Bool[np.ndarray, " pairs"]]:
    """Both sides of the runs that have any pair, and which pairs all of these have."""
    both = np.stack([contrasts, rho]).astype(np.float64)
    finite = np.asarray(np.isfinite(both).all(axis=0))
    runs = np.flatnonzero(finite.any(axis=1))
    known: np.ndarray = finite[runs].sum(axis=0) == max(len(runs), 1)
    return both[:, runs][..., known], known


def _influences(
    contrasts: Float[np.ndarray, " pairs"], rho: Float[np.ndarray, " pairs"], correlation: float
) -> Float[np.ndarray, " pairs"]:
    """What each pair adds to the correlation of ranks, linearised (Devlin et al. 1975)."""
    from scipy import stats

    a, b = (stats.zscore(stats.rankdata(side)) for side in (contrasts, rho))
    influences: np.ndarray = a * b - correlation * (a**2 + b**2) / 2
    return influences


def _p_over_runs(
    correlation: float,
    of_runs: Float[np.ndarray, " runs"],
    influences: Float[np.ndarray, " pairs"],
    ends: EndsOfClasses | None,
) -> float:
    """Two-sided p of a mean of coefficients that are 0.

    That of n independent pairs in one run varies by 1 / (n - 1), the mean over runs by no more.
    Coefficients near 1 or -1 of three or four runs are all of one sign by chance once in 4 or 8
    times, which no test of so few can tell from a finding.
    """
    n, growth = len(influences), growth_of(influences, ends)
    factor, free = (float(growth.variance), growth.free) if growth else (1.0, 1.0)
    parts = [(factor / (n - 1), max((n - 2) * free, 1))]
    if len(of_runs) >= FEWEST_SEEDS:
        parts.append((float(of_runs.var(ddof=1) / len(of_runs)), len(of_runs) - 1.0))
    return t_test_p(correlation, *satterthwaite(parts))


def _spearman(
    a: Float[np.ndarray, "*#resamples pairs"], b: Float[np.ndarray, "*#resamples pairs"]
) -> Float[np.ndarray, "*#resamples"] | float:
    """Spearman's coefficient over the last axis; NaN where one side never varies."""
    from scipy import stats  # here, since jobs of scoring test nothing and it takes a second

    a, b = (stats.rankdata(x, axis=-1) - (x.shape[-1] + 1) / 2 for x in (a, b))
    with np.errstate(invalid="ignore"):
        norms = np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
        coefficients: np.ndarray | float = (a * b).sum(axis=-1) / norms
    return coefficients


def _p(
    runs: Float[np.ndarray, "2 seeds pairs"], correlation: float, rng: np.random.Generator
) -> float:
    """Two-sided p of the mean of the runs' Spearman coefficients."""
    n = runs.shape[2]
    if n > _PERMUTE_UP_TO and runs.shape[1] == 1:
        from scipy import stats

        return float(stats.spearmanr(*runs[:, 0]).pvalue)
    order = rng.permuted(np.tile(np.arange(n), (_PERMUTATIONS, 1)), axis=1)
    each = [_spearman(a, b[order]) for a, b in zip(*runs, strict=True)]
    shuffled = np.asarray(each).mean(axis=0)
    # Rounding must not decide whether a permutation reaches the measured one.
    reached = np.abs(shuffled) >= abs(correlation) - 1e-9
    return float((1 + reached.sum()) / (1 + _PERMUTATIONS))
