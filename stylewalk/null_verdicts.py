"""How often a study finds a shape where there is none, by simulated studies.

A simulated study has the design of the real one, and trajectories whose mean profile is flat.
Each is judged as a study is (:mod:`stylewalk.profiles`): bootstrap, Student's t, Holm's correction
over the whole table, verdict. A horseshoe, valley or wave is then false.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb

import numpy as np
import pandas as pd
from scipy import stats

from stylewalk import profiles
from stylewalk.profiles import POOLED, contrasts, holm
from stylewalk.randomness import generator
from stylewalk.tables import FALSE_VERDICTS

SHAPES = ("horseshoe", "valley", "wave")

# ASSUME: at most so many resamples, because their standard error is then within 3.5 % of that of
# endless ones and false verdicts come as often (measured), at a small part of the time.
MOST_RESAMPLES = 400
# ASSUME: so many simulated studies share the bootstrap's draws, because the draws of weights would
# else take most of the time; the trajectories that they weigh are drawn anew for each.
_SHARED = 20
_TESTS = ("quadratic", "quartic")


@dataclass(frozen=True)
class Noise:
    """How single trajectories differ from the mean profile, all on a logarithmic scale.

    Attributes:
        level: standard deviation of a trajectory's level.
        size: standard deviation of the noise at a step.
        length: distance over which the noise along a trajectory keeps together, as a share of
            the trajectory: noises t apart correlate by exp(-(t / length)^2 / 2).
    """

    # ASSUME: these values, because they give single trajectories the contrasts that five models
    # gave on 4,500 paintings. Standard deviation about the class's mean, of the logarithm of 220
    # trajectories each: linear 1.25 to 2.10 (here 1.70), quadratic 0.60 to 1.09 (1.17), cubic 0.54
    # to 0.71 (0.73), quartic 0.29 to 0.50 (0.42); level 0.56 to 1.05 (0.87); skewness within 0.8.
    level: float = 0.5
    size: float = 1.0
    length: float = 0.25


def simulate(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    mean: np.ndarray,
    noise: Noise = Noise(),  # noqa: B008  (frozen)
) -> np.ndarray:
    """Style-loss profiles of trajectories whose expected profile is given.

    Args:
        rng: generator of the draws.
        shape: how many, along any number of axes.
        mean: (T,) expected profile, positive.
        noise: how the trajectories differ.

    Returns:
        (*shape, T) positive float64: ``mean`` times lognormal factors of expectation 1.
    """
    t = (np.arange(len(mean)) + 0.5) / len(mean)
    covariance = noise.size**2 * np.exp(-(((t[:, None] - t) / noise.length) ** 2) / 2)
    values, vectors = np.linalg.eigh(covariance + noise.level**2)
    root = vectors * np.sqrt(np.maximum(values, 0))  # rounding leaves some just below 0
    logs = rng.standard_normal((*shape, len(mean))) @ root.T
    return mean * np.exp(logs - (noise.level**2 + noise.size**2) / 2)


def false_verdicts(
    experiments: Mapping[str, Mapping],
    classes: int,
    models: int,
    bootstrap: int,
    flat_within: float,
    seed: int,
    nulls: int = 1000,
    noise: Noise = Noise(),  # noqa: B008  (frozen)
) -> pd.DataFrame:
    """Rate of false verdicts of a study's design.

    ASSUME: one seed of the training runs, and models that are independent of each other, because
    seeds average noise away, and because models that share their pairs err together, hence in
    fewer studies.

    Args:
        experiments: by name, settings ``classes`` (within or between), ``count`` and ``steps``.
        classes: number of classes.
        models: number of models; all their tests are corrected together.
        bootstrap: resamples of trajectories, of which at most :data:`MOST_RESAMPLES` are drawn.
        flat_within: a profile is flat where both intervals lie within plus or minus this.
        seed: seed of the draws.
        nulls: simulated studies.
        noise: how single trajectories differ.

    Returns:
        Table FALSE_VERDICTS: one row per experiment, in order, and a last one, "all", whose
        ``false_verdicts`` are studies with a false verdict in any experiment and whose ``n`` and
        ``steps`` are null. An experiment of one trajectory each cannot get a verdict.
    """
    bootstrap = min(bootstrap, MOST_RESAMPLES)
    found = []
    for start in range(0, nulls, _SHARED):
        count = min(_SHARED, nulls - start)
        drawn = [
            _tests(generator(seed, "nulls", name, start), count, plan, bootstrap, noise)
            for name, plan in _plans(experiments, classes, models).items()
        ]
        found.extend(_judge([part[i] for part in drawn], flat_within) for i in range(count))
    return _table(np.array(found), experiments)


@dataclass(frozen=True)
class _Plan:
    models: int
    groups: int  # classes, or pairs of classes
    n: int
    steps: int


def _plans(experiments: Mapping[str, Mapping], classes: int, models: int) -> dict[str, _Plan]:
    groups = {"within": classes, "between": comb(classes, 2)}
    return {
        name: _Plan(models, groups[one["classes"]], one["count"], one["steps"])
        for name, one in experiments.items()
    }


def _tests(
    rng: np.random.Generator, nulls: int, plan: _Plan, bootstrap: int, noise: Noise
) -> np.ndarray:
    """What is tested in one experiment: (nulls, models x (groups + 1), 2 contrasts, 3).

    The last axis holds the contrast, its standard error and the degrees of freedom.
    """
    rows = []
    basis = contrasts(plan.steps)
    basis = np.stack([np.full(plan.steps, 1 / plan.steps), *(basis[name] for name in _TESTS)], 1)
    if plan.n == 1 or not plan.groups:  # no replication, no test: see profiles.summarise
        return np.full((nulls, plan.models * (plan.groups + 1), 2, 3), np.nan)
    for _ in range(plan.models):
        sums, resampled = [], []
        for _ in range(plan.groups):
            values = simulate(rng, (nulls, plan.n), np.ones(plan.steps), noise) @ basis
            weights = rng.multinomial(plan.n, np.full(plan.n, 1 / plan.n), size=bootstrap)
            sums.append(values.mean(axis=1))
            resampled.append(np.tensordot(weights / plan.n, values, axes=(1, 1)))
            rows.append(_statistics(sums[-1], resampled[-1], plan.n, 1))
        together = sum(sums) / plan.groups, sum(resampled) / plan.groups
        rows.append(_statistics(*together, plan.n * plan.groups, plan.groups))
    return np.stack(rows, axis=1)


def _statistics(sums: np.ndarray, resampled: np.ndarray, n: int, strata: int) -> np.ndarray:
    """(nulls, 2, 3) contrast over mean, its standard error and degrees of freedom.

    Args:
        sums: (nulls, 3) mean, quadratic and quartic contrast of the mean profile.
        resampled: (B, nulls, 3) the same of the resamples.
        n: trajectories.
        strata: groups within which they were resampled.
    """
    errors = [
        profiles._error(resampled[..., place] / resampled[..., 0], n, strata) for place in (1, 2)
    ]
    free = np.full((len(sums), 2), float(n - strata))
    return np.stack([sums[:, 1:] / sums[:, :1], np.stack(errors, axis=1), free], axis=2)


def _judge(tests: list[np.ndarray], flat_within: float) -> list[bool]:
    """Whether each experiment of one study has a false verdict."""
    ends = np.cumsum([len(part) for part in tests])[:-1]
    estimate, error, free = np.moveaxis(np.concatenate(tests), 2, 0)
    p = holm((2 * stats.t.sf(np.abs(estimate) / error, free)).ravel()).reshape(estimate.shape)
    half = stats.t.ppf(1 - profiles._LEVEL / 2, free) * error
    false = np.zeros(len(p), bool)
    # Without a p below the level there is no verdict but flat and undetermined.
    for place in np.flatnonzero((p < profiles._LEVEL).any(axis=1)):
        row = {}
        for name, *values in zip(_TESTS, estimate[place], half[place], p[place], strict=True):
            middle, margin, adjusted = values
            row |= {name: middle, f"{name}_p": adjusted}
            row |= {f"{name}_low": middle - margin, f"{name}_high": middle + margin}
        false[place] = profiles._verdict(pd.Series(row), flat_within) in SHAPES
    return [bool(part.any()) for part in np.split(false, ends)]


def _table(found: np.ndarray, experiments: Mapping[str, Mapping]) -> pd.DataFrame:
    """Table FALSE_VERDICTS of (nulls, experiments) false verdicts."""
    rows = []
    for (name, one), hits in zip(experiments.items(), found.T, strict=True):
        rows.append({"experiment": name, "n": one["count"], "steps": one["steps"], "hits": hits})
    rows.append({"experiment": POOLED, "n": pd.NA, "steps": pd.NA, "hits": found.any(axis=1)})
    for row in rows:
        hits = row.pop("hits")
        count, nulls = int(hits.sum()), len(hits)
        low, high = stats.binomtest(count, nulls).proportion_ci(method="wilson")
        row |= {"nulls": nulls, "false_verdicts": count, "rate": count / nulls}
        row |= {"low": low, "high": high}
    table = pd.DataFrame(rows).astype({"n": "Int64", "steps": "Int64"})
    return table[list(FALSE_VERDICTS)]
