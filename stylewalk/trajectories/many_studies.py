"""The shapes of many simulated studies at once, by the rule of :mod:`.profiles`.

What :func:`stylewalk.trajectories.profiles.shapes_of` does to one study, with an axis of studies in
front of every array, which takes a fortieth of the time: a study's few hundred short arrays cost
more in calls than in numbers. A test holds both to the same numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy import special

from stylewalk.statistics import FEWEST_FREE, FEWEST_SEEDS, satterthwaite
from stylewalk.trajectories.profiles import contrasts, training_variance
from stylewalk.trajectories.verdicts import LEVEL, TESTED

# Profiles of one pair of classes, and how often each pair was drawn by each resample.
Values = Float[np.ndarray, "studies seeds _pairs steps"]
Weights = Int[np.ndarray, "studies resamples _pairs"]


@dataclass(frozen=True)
class Tests:
    """Contrasts of the mean profile of one model and experiment, in many studies.

    Attributes:
        value: quadratic and quartic contrast over the mean.
        half: half of their 95 % intervals; NaN without replication.
        reach: half of their 90 % intervals.
        p: two-sided, not adjusted; NaN where there are too few pairs for a test.
    """

    value: Float[np.ndarray, "studies 2"]
    half: Float[np.ndarray, "studies 2"]
    reach: Float[np.ndarray, "studies 2"]
    p: Float[np.ndarray, "studies 2"]


def weights_of(
    counts: Sequence[int], studies: int, resamples: int, rng: np.random.Generator
) -> list[Weights]:
    """How often each resample draws each pair, for pairs of classes of these numbers of pairs."""
    return [rng.multinomial(n, np.full(n, 1 / n), size=(studies, resamples)) for n in counts]


def places_of(
    studies: int, seeds: int, pairs: int, rng: np.random.Generator
) -> tuple[Int[np.ndarray, "{studies} {seeds}"], Int[np.ndarray, "{studies} {pairs}"]]:
    """Places of seeds, held fixed where they are few, and of pairs, with replacement."""
    fixed = np.tile(np.arange(seeds), (studies, 1))
    return (
        rng.integers(seeds, size=fixed.shape) if seeds >= FEWEST_SEEDS else fixed,
        rng.integers(pairs, size=(studies, pairs)),
    )


def contrast_tests(groups: Sequence[Values], weights: Sequence[Weights]) -> list[Tests]:
    """Tests of each pair of classes, and last of all of them together.

    Args:
        groups: of each pair of classes the profiles, without NaN.
        weights: see :func:`weights_of`.
    """
    means = [values.mean(axis=(1, 2)) for values in groups]
    drawn = [
        (each @ values.mean(axis=1)) / values.shape[2]
        for each, values in zip(weights, groups, strict=True)
    ]
    counts = [values.shape[2] for values in groups]
    tests = [
        _tests([values], mean, resampled)
        for values, mean, resampled in zip(groups, means, drawn, strict=True)
    ]
    shares = np.array(counts) / sum(counts)
    together = [
        sum(share * part for share, part in zip(shares, parts, strict=True))
        for parts in (means, drawn)
    ]
    return [*tests, _tests(groups, *together)]


def _tests(
    strata: Sequence[Values],
    mean: Float[np.ndarray, "studies steps"],
    drawn: Float[np.ndarray, "studies resamples steps"],
) -> Tests:
    named = contrasts(mean.shape[1])
    coefficients = np.stack([named[name] for name in TESTED], axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = (mean / mean.mean(axis=1, keepdims=True)) @ coefficients
        resampled = (drawn / drawn.mean(axis=2, keepdims=True)) @ coefficients
    among, free = _free(strata)
    size = np.maximum(among, 1.0)[:, None]
    if sum(values.shape[2] for values in strata) > len(strata):
        error = resampled.std(axis=1, ddof=1) * np.sqrt((size + len(strata)) / size)
    else:
        error = np.full_like(value, np.nan)
    free = np.broadcast_to(np.maximum(free, 1.0)[:, None], value.shape)
    if strata[0].shape[1] >= FEWEST_SEEDS:
        error, free = _with_training(strata, value, error, free)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = 2 * special.stdtr(free, -np.abs(value) / error)
    p = np.where(error == 0, np.where(value == 0, 1.0, 0.0), p)
    p = np.where((among >= FEWEST_FREE)[:, None] & np.isfinite(value + error), p, np.nan)
    half, reach = (error * _quantile(1 - share, free) for share in (LEVEL / 2, LEVEL))
    return Tests(value, half, reach, p)


def _free(
    strata: Sequence[Values],
) -> tuple[Float[np.ndarray, " studies"], Float[np.ndarray, " studies"]]:
    """As effective_free and free_of_error of :mod:`stylewalk.statistics`."""
    levels = np.concatenate([values.mean(axis=(1, 3)) for values in strata], axis=1)
    n = levels.shape[1]
    largest = levels.max(axis=1, keepdims=True, initial=0.0)
    shares = np.divide(levels, largest, out=np.ones_like(levels), where=largest > 0)
    of_ratio, of_error = (
        (n - len(strata)) * (shares**power).sum(axis=1) ** 2 / (shares ** (2 * power)).sum(axis=1)
        for power in (1, 2)
    )
    return of_ratio / n, of_error / n


def _with_training(
    strata: Sequence[Values],
    value: Float[np.ndarray, "studies 2"],
    error: Float[np.ndarray, "studies 2"],
    free: Float[np.ndarray, "studies 2"],
) -> tuple[Float[np.ndarray, "studies 2"], Float[np.ndarray, "studies 2"]]:
    """Standard errors and degrees of freedom with what training adds."""
    named = contrasts(strata[0].shape[3])
    whole, together = np.empty_like(error), np.empty_like(error)
    for study, column in np.ndindex(*error.shape):
        own = [values[study] for values in strata]
        training = training_variance(own, named[TESTED[column]], float(value[study, column]))
        parts = [(float(error[study, column]) ** 2, float(free[study, column])), training]
        variance, degrees = satterthwaite(parts) if np.isfinite(parts[0][0]) else training
        whole[study, column], together[study, column] = np.sqrt(variance), degrees
    return whole, together


def _quantile(share: float, free: Float[np.ndarray, "studies 2"]) -> Float[np.ndarray, "studies 2"]:
    quantile: np.ndarray = np.where(
        np.isfinite(free), special.stdtrit(np.minimum(free, 1e300), share), special.ndtri(share)
    )
    return quantile
