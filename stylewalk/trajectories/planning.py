"""What a study's pairs and seeds will be able to decide, before they are walked.

The error of a contrast is that of a study with other numbers of pairs and seeds: the variance of
single trajectories over the pairs, and what training adds over the seeds. Both are measured on a
pilot, or taken from paintings.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Float64
from scipy import stats

from stylewalk.statistics import (
    FEWEST_FREE,
    FEWEST_SEEDS,
    effective_free,
    free_of_error,
    satterthwaite,
    t_quantile,
)
from stylewalk.trajectories.many_studies import contrast_tests, weights_of
from stylewalk.trajectories.profile_tables import Groups
from stylewalk.trajectories.profiles import contrasts, training_variance
from stylewalk.trajectories.verdicts import FLAT, HORSESHOE, LEVEL, TESTED, VERDICTS, verdicts

POWER = 0.8
_RESAMPLES = 100
_MOST_PAIRS, _MOST_SEEDS = 100_000, 100
_NUMBERS_AT_ONCE = 2_000_000  # style losses, 16 MB


@dataclass(frozen=True)
class Variances:
    """Of the contrasts over the mean of one model's trajectories in one experiment.

    Attributes:
        of_pairs: variance of a trajectory's contrast within classes, quadratic and quartic.
        of_seeds: variance that training adds to the mean contrast of a seed; NaN where it is not
            known, as from fewer than three seeds.
        effective: effective over the actual number of pairs, as losses are skewed; at most 1.
        of_error: the same of the standard error, which rests on fewer.
    """

    of_pairs: Mapping[str, float]
    of_seeds: Mapping[str, float]
    effective: float = 1.0
    of_error: float = 1.0


# Of five models and 220 random pairs of paintings each, at 64 pixels: the logarithm of the loss
# varies by 0.5 from trajectory to trajectory and by 1 along one, in smooth curves whose correlation
# falls like a Gaussian of a quarter of the trajectory.
LEVEL_SD, STEP_SD, LENGTH = 0.5, 1.0, 0.25


@dataclass(frozen=True)
class Design:
    """How many pairs a study walks between, in one experiment.

    Attributes:
        pairs: of each class, or of each two classes.
        groups: classes, or pairs of classes.
        seeds: of each model.
        tests: that the p-values are adjusted for; 2 for each model and experiment of the family.
        flat_within: margin of a flat profile.
    """

    pairs: int
    groups: int
    seeds: int
    tests: int
    flat_within: float


@dataclass(frozen=True)
class Outlook:
    """What to expect of one model in one experiment.

    Attributes:
        half_width: half of the 95 % interval of the quadratic contrast.
        humped: chances of all verdicts on a hump of the given size; they add up to 1.
        level: those on a profile without shape.
        pairs: of each group, with which a hump is told with power .8; None where no number does.
        flat_pairs: with which a profile without shape is called flat with power .8.
        seeds: with which it is, at the same pairs; None where no number does or training's variance
            is not known.
    """

    half_width: float
    humped: Mapping[str, float]
    level: Mapping[str, float]
    pairs: int | None
    flat_pairs: int | None
    seeds: int | None

    @property
    def shaped(self) -> float:
        """Chance that the hump is told."""
        return self.humped[HORSESHOE]

    @property
    def flat(self) -> float:
        """Chance that a profile without shape is called flat."""
        return self.level[FLAT]


def like_paintings(
    pairs: int, steps: int, rng: np.random.Generator
) -> Float64[np.ndarray, "{pairs} {steps}"]:
    """Log-normal style losses without any shape, that vary as those of paintings."""
    level = rng.normal(scale=LEVEL_SD, size=(pairs, 1))
    place = np.arange(steps) / steps
    correlation = np.exp(-(((place[:, None] - place) / LENGTH) ** 2) / 2)
    curve = rng.multivariate_normal(np.zeros(steps), STEP_SD**2 * correlation, pairs, method="eigh")
    losses: np.ndarray = np.exp(level + curve)
    return losses


def measure(groups: Groups) -> Variances:
    """The variances of one model in one experiment.

    Args:
        groups: by pair of classes: (S, n, T) style losses of S seeds, n pairs and T steps, NaN
            where a seed lacks a pair; see :func:`stylewalk.trajectories.profiles.tables_of`.
    """
    whole = np.concatenate(list(groups.values()), axis=1)
    profile = np.nanmean(whole, axis=(0, 1))
    of_pairs, of_seeds = {}, {}
    for name in TESTED:
        contrast = contrasts(whole.shape[2])[name]
        value = float(profile @ contrast / profile.mean())
        squares, free = 0.0, 0
        for values in groups.values():
            # A pair counts once, with its mean over seeds, as its trajectories go together.
            parts = np.nanmean(values @ contrast - value * values.mean(axis=2), axis=0)
            squares += float(np.square(parts - parts.mean()).sum())
            free += len(parts) - 1
        of_pairs[name] = squares / free / profile.mean() ** 2 if free else np.nan
        seeds = whole.shape[0]
        of_seeds[name] = np.nan
        if seeds >= FEWEST_SEEDS:
            variance, _ = training_variance(list(groups.values()), contrast, value)
            of_seeds[name] = seeds * variance
    n = whole.shape[1]
    levels = np.nanmean(whole, axis=(0, 2))
    shares = (of(n, 0, levels) / n for of in (effective_free, free_of_error))
    return Variances(of_pairs, of_seeds, *shares)


def foresee(
    pilot: Groups, design: Design, hump: float, rng: np.random.Generator, draws: int = 100
) -> Outlook:
    """What a design will decide on profiles whose trajectories vary like those of a pilot.

    Chances are counted on studies of the design that are drawn from the pilot's trajectories, once
    without their mean shape and once with a hump in its place, by the very rule that a study
    follows; the error of a chance is at most .5 / sqrt(draws). Pairs and seeds that are needed
    follow from the variances.

    Args:
        pilot: by pair of classes: (S, n, T) style losses; see :func:`measure`.
        design: pairs, seeds and tests.
        hump: size of the quadratic contrast that shall be told, such as .54.
        rng: generator of the draws.
        draws: studies of either kind.
    """
    steps = next(iter(pilot.values())).shape[2]
    level, shape = np.ones(steps), 1 - hump * contrasts(steps)["quadratic"]
    of_hump, of_level = (
        _chances(_shaped(pilot, each), design, rng, draws) for each in (shape, level)
    )
    half, free = _error(measure(pilot), design, "quadratic")
    humped, flat = (measure(_shaped(pilot, each)) for each in (shape, level))
    return Outlook(
        t_quantile(1 - LEVEL / 2, free) * half,
        of_hump,
        of_level,
        _fewest_pairs(humped, design, hump),
        _fewest(lambda n: _power_flat(flat, replace(design, pairs=n)), 2, _MOST_PAIRS),
        _fewest_seeds(humped, design, hump),
    )


def _shaped(pilot: Groups, shape: Float[np.ndarray, " steps"]) -> Groups:
    """The trajectories with this shape in the place of that of their classes' mean profiles."""
    shaped = {}
    for name, values in pilot.items():
        whole = values[:, np.isfinite(values[..., 0]).all(axis=0)]  # of pairs that all seeds have
        mean = whole.mean(axis=(0, 1))
        level = np.divide(whole, mean, out=np.ones_like(whole), where=mean > 0)
        shaped[name] = level * np.maximum(shape, 0.05) * (mean.mean() or 1.0)
    return shaped


def _chances(
    pilot: Groups, design: Design, rng: np.random.Generator, draws: int
) -> dict[str, float]:
    """How often each verdict comes about in studies of the design.

    Trajectories are drawn out of those of all classes, brought to the levels of their place's, as
    false verdicts are tried: see :func:`stylewalk.trajectories.null_verdicts.simulated`.
    """
    levels = [values.mean() for values in pilot.values()]
    parts = zip(pilot.values(), levels, strict=True)
    pool = np.concatenate([values / level for values, level in parts], axis=1)
    available = pool.shape[0]
    # What training adds is known from three seeds on; else all are as the first.
    known = available >= FEWEST_SEEDS
    steps = pool.shape[2] * design.pairs * design.groups * (design.seeds if known else 1)
    at_once = max(1, min(draws, _NUMBERS_AT_ONCE // steps))
    counts = np.zeros(len(VERDICTS), dtype=np.int64)
    for start in range(0, draws, at_once):
        studies = min(at_once, draws - start)
        shape = (studies, design.seeds if known else 1, 1)
        seeds = rng.integers(available, size=shape) if known else np.zeros(shape, dtype=np.int64)
        groups = []
        for place in range(design.groups):
            drawn = rng.integers(pool.shape[1], size=(studies, 1, design.pairs))
            groups.append(pool[seeds, drawn] * levels[place % len(levels)])
        weights = weights_of([design.pairs] * design.groups, studies, _RESAMPLES, rng)
        pooled = contrast_tests(groups, weights)[-1]
        # Bonferroni's is Holm's first step: all other tests of the family are of no shape.
        places = verdicts(pooled.value, pooled.reach, pooled.p * design.tests, design.flat_within)
        counts += np.bincount(places, minlength=len(VERDICTS))
    return dict(zip(VERDICTS, (counts / draws).tolist(), strict=True))


def _error(variances: Variances, design: Design, name: str) -> tuple[float, float]:
    """Standard error of a contrast and its degrees of freedom; NaN without replication."""
    n = design.pairs * design.groups
    free = max((n - design.groups) * variances.of_error, 1.0)
    if design.pairs < 2:
        return np.nan, free
    parts = [(variances.of_pairs[name] / n, free)]
    training = variances.of_seeds[name]
    if design.seeds >= FEWEST_SEEDS and np.isfinite(training):
        parts.append((training / design.seeds, design.seeds - 1.0))
    variance, free = satterthwaite(parts)
    return float(np.sqrt(variance)), free


def _power(variances: Variances, design: Design, hump: float) -> float:
    """Chance that a hump is told among so many tests, all but its own without shape."""
    error, free = _error(variances, design, "quadratic")
    among = (design.pairs - 1) * design.groups * variances.effective
    if not np.isfinite(error) or among < FEWEST_FREE:
        return 0.0
    if not error:
        return 1.0
    limit = t_quantile(1 - LEVEL / 2 / design.tests, free)
    return float(stats.nct.sf(limit, free, hump / error))


def _power_flat(variances: Variances, design: Design) -> float:
    """Chance that a profile without shape is called flat.

    Both contrasts have to pass two one-sided tests at 5 % (Schuirmann 1987), taken for independent:
    each is so far within the margin with the chance that a normal error is less than what the
    margin leaves.
    """
    chance = 1.0
    for name in TESTED:
        error, free = _error(variances, design, name)
        if not np.isfinite(error):
            return 0.0
        left = design.flat_within - t_quantile(1 - LEVEL, free) * error
        chance *= max(2 * float(stats.norm.cdf(left / error)) - 1, 0.0) if error else 1.0
    return chance


def _fewest_pairs(variances: Variances, design: Design, hump: float) -> int | None:
    """The fewest pairs of a group with power .8."""
    return _fewest(lambda n: _power(variances, replace(design, pairs=n), hump), 2, _MOST_PAIRS)


def _fewest_seeds(variances: Variances, design: Design, hump: float) -> int | None:
    """The fewest seeds with power .8, from three on."""
    if not np.isfinite(variances.of_seeds["quadratic"]):
        return None
    first = FEWEST_SEEDS
    return _fewest(lambda n: _power(variances, replace(design, seeds=n), hump), first, _MOST_SEEDS)


def _fewest(power: Callable[[int], float], low: int, high: int) -> int | None:
    """The smallest number with enough power, or None.

    Numbers are doubled, then halved between the last two: with a few seeds, power falls again
    where pairs are so many that training alone decides, of which few seeds know little.
    """
    enough = low
    while power(enough) < POWER:
        if enough >= high:
            return None
        low, enough = enough + 1, min(2 * enough, high)
    while low < enough:
        middle = (low + enough) // 2
        if power(middle) >= POWER:
            enough = middle
        else:
            low = middle + 1
    return low
