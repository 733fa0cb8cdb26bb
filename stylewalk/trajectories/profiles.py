"""What a style-loss profile is: horseshoe, valley, wave or flat, and how sure that is.

A profile is the style loss of every step of a trajectory. The shape of a mean profile is measured
by its contrasts with orthonormal polynomials; its uncertainty by a bootstrap of whole
trajectories, because the steps of one trajectory depend on each other, and from three seeds on by
what training adds to it.
"""

import functools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, Float64, Int
from scipy import special

from stylewalk.catalogue.trajectories import CONFIRMATORY, EXPLORATORY
from stylewalk.randomness import generator
from stylewalk.statistics import (
    FEWEST_FREE,
    FEWEST_SEEDS,
    component_of_runs,
    effective_free,
    free_of_error,
    satterthwaite,
    t_quantile,
)
from stylewalk.trajectories.profile_tables import ALL, POOLED, Groups, Shared, shared_of, walks_of
from stylewalk.trajectories.sharing import Sharing
from stylewalk.trajectories.verdicts import (
    LEVEL,
    TESTED,
    VERDICTS,
    false_discovery,
    holm,
    verdicts,
)

CONTRASTS = ("linear", "quadratic", "cubic", "quartic")


@dataclass
class _Sample:
    """Profiles of one model, experiment and pair of classes (or of all of them: strata > 1).

    Of the pairs a seed may lack some.
    """

    class_a: str
    class_b: str
    strata: int  # pairs of classes
    pairs: int  # distinct numbers of pairs
    counts: Int[np.ndarray, " seeds"]  # trajectories
    means: Float[np.ndarray, "seeds steps"]  # mean profiles
    sd: Float[np.ndarray, "seeds steps"]  # standard deviations over trajectories
    resampled: Float[np.ndarray, "resamples seeds steps"]  # mean profiles of resampled trajectories
    levels: Float[np.ndarray, " pairs"]  # mean style loss of each pair's trajectories
    values: Sequence[Float[np.ndarray, "seeds _pairs steps"]]  # profiles of each stratum
    sharing: Sharing | None  # None where no two pairs share an artwork


@functools.cache
def contrasts(n: int) -> Mapping[str, Float64[np.ndarray, "{n}"]]:
    """Contrasts of a profile of n steps, by name.

    They are the orthonormal discrete polynomials of n equally spaced points, the last
    coefficient positive, divided by sqrt(n / 10) so that profiles of 10 and of 100 steps
    compare. A negative quadratic contrast is a hump, a positive one a valley; a negative
    quartic contrast is two humps with a dip between.

    Args:
        n: steps, at least 1.

    Returns:
        linear, quadratic, cubic and quartic: (n,) coefficients each; NaN where the degree is
        n or more, since n points do not determine it.
    """
    x = np.linspace(-1, 1, n)
    degrees = min(n, 5)
    # Legendre polynomials are nearly orthogonal already, so that the decomposition is exact.
    basis, _ = np.linalg.qr(np.polynomial.legendre.legvander(x, degrees - 1))
    basis = basis * np.sign(basis[-1]) / np.sqrt(n / 10)
    result = {name: np.full(n, np.nan) for name in CONTRASTS}
    for degree in range(1, degrees):
        result[CONTRASTS[degree - 1]] = basis[:, degree]
    return result


def summarise(
    style_loss: pd.DataFrame,
    bootstrap: int,
    flat_within: float,
    seed: int,
    confirmatory: Collection[str] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Mean profiles with intervals, and the shapes of profiles with verdicts.

    Classes are described one by one and together, under the class "all". There each trajectory
    counts the same, and trajectories are resampled within their own classes, which are given.
    With one seed or two, intervals are conditional on the seeds; from three on they hold what
    training adds (see :func:`training_variance`). What pairs that share an artwork have in common
    counts, too (see :mod:`stylewalk.trajectories.sharing`).

    P-values of shapes are adjusted in two families. The shapes of all classes together in the
    experiments ``confirmatory`` are one, by Holm; all others explore, by false discovery rate.

    Args:
        style_loss: table of schema TRAJECTORY_STYLE_LOSS; rows of layer ``total`` are used. With
            the columns of :func:`stylewalk.trajectories.sharing.with_ends`; where they are not
            there, no two pairs share an artwork.
        bootstrap: resamples of trajectories.
        flat_within: a profile is flat where both contrasts surely lie within plus or minus this.
        seed: seed of the bootstrap.
        confirmatory: experiments that the study was made to decide.

    Returns:
        Tables of schemas STYLE_PROFILES (one row for each seed and step) and PROFILE_SHAPES
        (over all seeds; ``controls.add_measures`` adds its last columns). Intervals are null where
        a class has one trajectory; contrasts are null where the style loss is 0 throughout or has
        too few steps.

    Raises:
        StylewalkError: there is no style loss to summarise, some is not finite, or a trajectory
            lacks a step.
    """
    profiles, shapes = [], []
    shared = shared_of(style_loss)
    for (model, experiment), seeds, tables in walks_of(style_loss):
        beside = shared.get((model, experiment), {})
        samples = [
            _sample(
                key,
                values,
                bootstrap,
                generator(seed, "bootstrap", model, experiment, *key),
                beside.get(key),
            )
            for key, values in tables.items()
        ]
        samples.append(_pool(samples, list(tables.values()), beside.get(ALL)))
        for sample in samples:
            profiles.append(_profile(sample, model, experiment, seeds))
            shapes.append({"model": model, "experiment": experiment} | _shape(sample))
    shape_table = pd.DataFrame(shapes)
    judged = _judge(shape_table, _decides(shape_table, confirmatory), flat_within)
    return pd.concat(profiles, ignore_index=True), judged


def shapes_of(
    walks: Mapping[tuple[str, str], Groups],
    bootstrap: int,
    flat_within: float,
    rng: np.random.Generator,
    confirmatory: Collection[str] = (),
    shared: Mapping[tuple[str, str], Shared] | None = None,
) -> pd.DataFrame:
    """The shapes that :func:`summarise` would find, without tables.

    Args:
        walks: by model and experiment, by pair of classes: (S, n, T) profiles of S seeds, NaN where
            a seed lacks a pair.
        bootstrap: resamples of trajectories.
        flat_within: a profile is flat where both contrasts surely lie within plus or minus this.
        rng: generator of the resamples.
        confirmatory: experiments that the study was made to decide.
        shared: which pairs share artworks, by model and experiment; none where nothing is given.

    Returns:
        The columns of PROFILE_SHAPES that describe shapes; of each model and experiment the pairs
        of classes, then all together.
    """
    rows = []
    for (model, experiment), tables in walks.items():
        beside = (shared or {}).get((model, experiment), {})
        samples = [
            _sample(key, values, bootstrap, rng, beside.get(key)) for key, values in tables.items()
        ]
        samples.append(_pool(samples, list(tables.values()), beside.get(ALL)))
        names = {"model": model, "experiment": experiment}
        rows += [names | _shape(sample) for sample in samples]
    shapes = pd.DataFrame(rows)
    return _judge(shapes, _decides(shapes, confirmatory), flat_within)


def pooled_verdict(
    groups: Groups,
    tests: int,
    bootstrap: int,
    flat_within: float,
    rng: np.random.Generator,
) -> str:
    """The verdict on the mean profile of all pairs of classes together, one of so many tests.

    Args:
        groups: by pair of classes: (S, n, T) profiles; see :func:`shapes_of`.
        tests: for which p-values are corrected after Bonferroni, as Holm does where the others are
            of no shape.
        bootstrap: resamples of trajectories.
        flat_within: a profile is flat where both contrasts surely lie within plus or minus this.
        rng: generator of the resamples.
    """
    samples = [_sample(key, values, bootstrap, rng) for key, values in groups.items()]
    row: dict[str, Any] = _shape(_pool(samples, list(groups.values())))
    value, reach, p = (
        np.array([row[f"{name}{of}"] for name in TESTED]) for of in ("", "_reach", "_p")
    )
    return VERDICTS[int(verdicts(value, reach, p * tests, flat_within))]


def _decides(shapes: pd.DataFrame, confirmatory: Collection[str]) -> pd.Series:
    """Which shapes are those of all classes together in experiments that are to be decided."""
    decides: pd.Series = shapes["experiment"].isin(list(confirmatory))
    return decides & (shapes["class_a"] == POOLED)


def _sample(
    key: tuple[str, str],
    values: Float[np.ndarray, "seeds pairs steps"],
    bootstrap: int,
    rng: np.random.Generator,
    sharing: Sharing | None = None,
) -> _Sample:
    """Describe and resample the profiles of one pair of classes.

    A pair is drawn for all seeds at once: random pairs are the same pictures in every seed, so
    that their trajectories depend on each other. Where they are not, nothing is lost by it.
    """
    n = values.shape[1]
    present = np.isfinite(values[..., 0])
    weights = rng.multinomial(n, np.full(n, 1 / n), size=bootstrap).astype(np.float64)
    sums = np.stack([weights @ part for part in np.nan_to_num(values)], axis=1)
    with np.errstate(invalid="ignore"):  # a resample may miss all pairs that a seed has
        resampled = sums / (weights @ present.T)[..., None]
    return _Sample(
        *key,
        1,
        n,
        present.sum(axis=1),
        np.nanmean(values, axis=1),
        _deviation(values),
        resampled,
        np.nanmean(values, axis=(0, 2)),
        [values],
        sharing,
    )


def _pool(
    samples: list[_Sample],
    tables: list[Float[np.ndarray, "seeds _pairs steps"]],
    sharing: Sharing | None = None,
) -> _Sample:
    """All pairs of classes together: every trajectory counts the same."""
    counts = np.sum([sample.counts for sample in samples], axis=0)
    shares = [(sample.counts / counts)[:, None] for sample in samples]
    together = list(zip(shares, samples, strict=True))
    return _Sample(
        POOLED,
        POOLED,
        len(samples),
        sum(sample.pairs for sample in samples),
        counts,
        sum(share * sample.means for share, sample in together),
        _deviation(np.concatenate(tables, axis=1)),
        sum(share * sample.resampled for share, sample in together),
        np.concatenate([sample.levels for sample in samples]),
        tables,
        sharing,
    )


def _deviation(
    values: Float[np.ndarray, "seeds pairs steps"],
) -> Float[np.ndarray, "seeds steps"]:
    """Standard deviation over the trajectories of each seed, NaN for one trajectory."""
    counts = np.isfinite(values).sum(axis=1)
    squares = np.nansum((values - np.nanmean(values, axis=1, keepdims=True)) ** 2, axis=1)
    deviation: np.ndarray = np.sqrt(squares / np.where(counts > 1, counts - 1, np.nan))
    return deviation


def _profile(sample: _Sample, model: str, experiment: str, seeds: list[np.integer]) -> pd.DataFrame:
    """Rows of the table of mean profiles."""
    frames = []
    for place, seed in enumerate(seeds):
        n = int(sample.counts[place])
        low, high = _interval(sample, place)
        low = np.maximum(low, 0)  # a style loss is never negative
        columns = {"model": model, "seed": seed, "experiment": experiment}
        columns |= {"class_a": sample.class_a, "class_b": sample.class_b}
        columns |= {"step": np.arange(1, len(low) + 1), "n": n, "mean": sample.means[place]}
        frames.append(pd.DataFrame(columns | {"sd": sample.sd[place], "low": low, "high": high}))
    return pd.concat(frames, ignore_index=True)


def _shape(sample: _Sample) -> dict[str, object]:
    """One row of the table of shapes, its p-values not yet adjusted, without verdict.

    ``quadratic_reach`` and ``quartic_reach`` are halves of 90 % intervals, for the verdict alone.
    """
    profile, resampled = sample.means.mean(axis=0), sample.resampled.mean(axis=1)
    row: dict[str, object] = {"class_a": sample.class_a, "class_b": sample.class_b}
    for name, contrast in contrasts(len(profile)).items():
        with np.errstate(invalid="ignore"):
            value = float(profile @ contrast / profile.mean())
        row[name] = value
        if name in TESTED:
            with np.errstate(invalid="ignore"):
                values = resampled @ contrast / resampled.mean(axis=1)
            error, free, enough = _error_of_contrast(sample, contrast, value, values)
            half = error * t_quantile(1 - LEVEL / 2, free)
            row[f"{name}_low"], row[f"{name}_high"] = value - half, value + half
            row[f"{name}_reach"] = error * t_quantile(1 - LEVEL, free)
            row[f"{name}_p"] = _p_value(value, error, free) if enough else np.nan
    return row


def _error_of_contrast(
    sample: _Sample,
    contrast: Float[np.ndarray, " steps"],
    value: float,
    resampled: Float[np.ndarray, " resamples"],
) -> tuple[float, float, bool]:
    """Standard error of a contrast over its mean, its degrees of freedom, and if pairs suffice.

    Trajectories are resampled for all seeds at once, which holds the seeds fixed. What training
    adds is a variance of its own; degrees of freedom of the sum are Satterthwaite's (1946), so that
    few seeds that agree cost next to nothing.
    """
    n, strata = sample.pairs, sample.strata
    among, free = (of(n, strata, sample.levels) for of in (effective_free, free_of_error))
    error = float(_error(resampled, n, strata, max(among, 1.0)))
    if sample.sharing:
        growth = sample.sharing.growth(_influences(sample.values, contrast, value))
        error *= float(np.sqrt(growth.variance))
        among, free = among * growth.free, free * growth.free
    enough, free = among >= FEWEST_FREE, max(free, 1.0)
    if len(sample.counts) < FEWEST_SEEDS:
        return error, free, enough
    training, training_free = training_variance(sample.values, contrast, value)
    if not np.isfinite(error):
        # One pair of each class, which is given.
        return float(np.sqrt(training)), training_free, enough
    variance, free = satterthwaite([(error**2, free), (training, training_free)])
    return float(np.sqrt(variance)), free, enough


def _influences(
    strata: Sequence[Float[np.ndarray, "seeds _pairs steps"]],
    contrast: Float[np.ndarray, " steps"],
    value: float,
) -> Float[np.ndarray, " pairs"]:
    """What each pair adds to a contrast over its mean, but for a factor; linearised."""
    parts = (np.nanmean(v @ contrast - value * v.mean(axis=2), axis=0) for v in strata)
    influences: np.ndarray = np.nan_to_num(np.concatenate(list(parts)))
    return influences


def training_variance(
    strata: Sequence[Float[np.ndarray, "seeds _pairs steps"]],
    contrast: Float[np.ndarray, " steps"],
    value: float,
) -> tuple[float, float]:
    """Variance that training adds to a contrast over its mean, and its degrees of freedom.

    See :func:`stylewalk.statistics.component_of_runs`. The ratio is linearised at its value.

    Args:
        strata: (S, n, T) profiles of each stratum; pairs that a seed lacks do not count.
        contrast: (T,) coefficients.
        value: the contrast over the mean.
    """
    whole = np.concatenate([v[:, np.isfinite(v[..., 0]).all(axis=0)] for v in strata], axis=1)
    seeds, pairs = whole.shape[:2]
    if not pairs or not whole.mean():
        return 0.0, float(seeds - 1)
    return component_of_runs((whole @ contrast - value * whole.mean(axis=2)) / whole.mean())


def _error(
    resampled: Float[np.ndarray, "resamples *numbers"], n: int, strata: int, free: float
) -> Float[np.ndarray, "*numbers"] | float:
    """Bootstrap standard error over the first axis; NaN without replication.

    A resample of n varies as if it were of n - 1, which is made good here (Hesterberg 2015), n
    being the effective size where levels differ.
    """
    if n - strata < 1 or np.isnan(resampled).all():
        return np.full(resampled.shape[1:], np.nan)
    spread = np.nanstd if np.isnan(resampled).any() else np.std
    error: np.ndarray | float = spread(resampled, axis=0, ddof=1) * np.sqrt((free + strata) / free)
    return error


def _interval(
    sample: _Sample, place: int
) -> tuple[Float[np.ndarray, " steps"], Float[np.ndarray, " steps"]]:
    """Ends of the 95 % intervals of a seed's mean profile: Student's t times bootstrap errors."""
    # ASSUME: t intervals rather than percentiles of the resamples, because percentiles cannot
    # reach beyond the data (those of 2 or 3 trajectories cover the truth 44 or 73 times in 100),
    # and because interval and p-value then agree.
    n, strata = int(sample.counts[place]), sample.strata
    free = float(max(n - strata, 1))
    error = _error(sample.resampled[:, place], n, strata, free)
    sharing = sample.sharing.of_seed(place) if sample.sharing else None
    if sharing and sharing.is_any:
        of_seed = [stratum[place] for stratum in sample.values]  # noqa: PD011
        # A pair that this seed lacks counts as its classes' mean.
        known = [np.where(np.isfinite(v), v, np.nanmean(v, axis=0)) for v in of_seed]
        growth = sharing.growth(np.concatenate(known))
        error, free = error * np.sqrt(growth.variance), max(free * growth.free, 1.0)
    half = t_quantile(1 - LEVEL / 2, free) * error
    return sample.means[place] - half, sample.means[place] + half


def _p_value(estimate: float, error: float, free: float) -> float:
    """Two-sided p of a contrast of 0; NaN without replication."""
    # ASSUME: Student's t rather than the share of resamples beyond 0, because that share cannot
    # fall under 1 / 2,000, and Holm's correction over a table of hundreds of tests would then
    # leave nothing to find.
    if not np.isfinite(estimate + error):
        return np.nan
    if error == 0:
        return 1.0 if estimate == 0 else 0.0
    return float(2 * special.stdtr(free, -abs(estimate) / error))


def _judge(shapes: pd.DataFrame, decides: pd.Series, flat_within: float) -> pd.DataFrame:
    """The shapes with p-values adjusted in their families, and verdicts.

    Args:
        shapes: rows of :func:`_shape`.
        decides: which of them are confirmatory.
        flat_within: a profile is flat where both contrasts surely lie within plus or minus this.
    """
    tests = [f"{name}_p" for name in TESTED]
    shapes["family"] = np.where(decides, CONFIRMATORY, EXPLORATORY)
    for rows, adjust in ((decides, holm), (~decides, false_discovery)):
        p = shapes.loc[rows, tests].to_numpy(np.float64)
        shapes.loc[rows, tests] = adjust(p.ravel()).reshape(-1, 2)
    value, reach, adjusted = (
        shapes[[f"{name}{of}" for name in TESTED]].to_numpy(np.float64)
        for of in ("", "_reach", "_p")
    )
    places = verdicts(value, reach, adjusted, flat_within)
    shapes["verdict"] = [VERDICTS[place] for place in places]
    return shapes.drop(columns=[f"{name}_reach" for name in TESTED])
