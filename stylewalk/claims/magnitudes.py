"""What claims about trajectories read from the tables: levels and spreads of style loss, how sure
they are, and how the surest statement about several models at once is made.

Levels are logarithms, so that a difference of two is the ratio of two style losses: the scales of
style loss of different models, classes and style networks do not compare otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy import stats

from stylewalk.claims.weighing import (
    FAILS,
    HOLDS,
    ROLES,
    UNDETERMINED,
    Evidence,
    NoExperiment,
    NotTestable,
    above,
    judge,
)
from stylewalk.statistics import FEWEST_SEEDS, over_seeds, satterthwaite
from stylewalk.trajectories.profiles import POOLED

Key = TypeVar("Key")

LEVEL = 0.05
_Z = stats.norm.ppf(1 - LEVEL / 2)
_DRAWS = 2_000
# All orders of up to seven items are tried, 5,040; of more, as many drawn at random.
_MOST_ORDERS = 5_040


@dataclass(frozen=True)
class Estimate:
    """A number and its 95 % interval, NaN where there is none."""

    value: float
    low: float
    high: float

    def exp(self) -> "Estimate":
        """The ratio behind a difference of levels."""
        return Estimate(*(float(np.exp(x)) for x in (self.value, self.low, self.high)))

    def said(self) -> str:
        """In words: the number with its interval."""
        if not np.isfinite(self.value):
            return "not defined"
        if not np.isfinite(self.low + self.high):
            return f"{self.value:.2f} (no interval)"
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def present(evidence: Evidence, least: int = 1, but: Sequence[str] = ()) -> dict[str, str]:
    """The config's name of each of the report's models that it has, but for some."""
    wanted = [role for role in ROLES if role not in but]
    models = {role: evidence.roles[role] for role in wanted if role in evidence.roles}
    if len(models) < least:
        raise NotTestable(
            f"The config has {len(models)} of the models {', '.join(wanted)}; "
            f"the claim needs at least {least} of them."
        )
    return models


def experiment(evidence: Evidence, classes: str, pairs: str, steps: int | None = None) -> str:
    """The name of the experiment of this kind."""
    name = evidence.experiment(classes, pairs, steps)
    if name is None:
        long = "" if steps is None else f" in at least {steps} steps"
        raise NoExperiment(
            f"The config has no experiment of {pairs} pairs {classes} classes{long}."
        )
    return name


def rows(frame: pd.DataFrame, **where: str) -> pd.DataFrame:
    """The rows of these values; ``class_a`` alone stands for both ends."""
    if "class_a" in where:
        where.setdefault("class_b", where["class_a"])
    keep = np.ones(len(frame), dtype=bool)
    for column, value in where.items():
        keep &= (frame[column] == value).to_numpy()
    if not keep.any():
        about = ", ".join(f"{column} {value}" for column, value in where.items())
        raise NotTestable(f"A table that the claim needs has no rows of {about}.")
    return frame[keep]


def groups(frame: pd.DataFrame) -> list[tuple[str, str]]:
    """The classes of both ends, each combination once, without that of all together."""
    ends = frame.loc[frame["class_a"] != POOLED, ["class_a", "class_b"]].drop_duplicates()
    return sorted(ends.itertuples(index=False, name=None))


def level(profiles: pd.DataFrame) -> pd.DataFrame:
    """Logarithm of the style loss of one model and group of trajectories, mean over these steps.

    Args:
        profiles: rows of table STYLE_PROFILES, of every seed.

    Returns:
        By seed: value, and half the width of its 95 % interval.
    """
    # ASSUME: the half-width of a mean over steps is the mean of theirs because the steps of a
    # trajectory rise and fall together; it is never more than that. Measured upwards, as lower
    # ends are cut off at 0.
    means = profiles.assign(half=profiles["high"] - profiles["mean"]).groupby("seed")
    means = means[["mean", "half"]].mean()
    with np.errstate(divide="ignore"):
        return pd.DataFrame({"value": np.log(means["mean"]), "half": means["half"] / means["mean"]})


def spread(profiles: pd.DataFrame) -> pd.DataFrame:
    """Logarithm of the standard deviation over trajectories, mean over these steps; as level."""
    by_seed = profiles.groupby("seed").agg(sd=("sd", "mean"), n=("n", "mean"))
    # ASSUME: style losses are spread as exponential variables, kurtosis 9, because their standard
    # deviation is about their mean; the logarithm of a deviation of n then has the variance
    # (9 - 1) / 4 n, four times that of normal ones.
    with np.errstate(divide="ignore"):
        return pd.DataFrame(
            {"value": np.log(by_seed["sd"]), "half": _Z * np.sqrt(2 / by_seed["n"])}
        )


def minus(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    """Difference of two levels, seed by seed."""
    # ASSUME: the two are independent because their joint spread is not in the tables; they share
    # their pictures, which can only make the true interval narrower.
    return pd.DataFrame({"value": a["value"] - b["value"], "half": np.hypot(a["half"], b["half"])})


def average(levels: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Mean of the levels of different groups of trajectories, seed by seed."""
    values = sum(each["value"] for each in levels) / len(levels)
    squares = sum(each["half"] ** 2 for each in levels)
    return pd.DataFrame({"value": values, "half": np.sqrt(squares) / len(levels)})


def settle(levels: pd.DataFrame) -> Estimate:
    """A level over its seeds: its interval is given these where they are fewer than three.

    From three on what the seeds differ by is added to it, with degrees of freedom after
    Satterthwaite, so that seeds that agree cost next to nothing.
    """
    # The runs walk between the same pictures: their mean is no surer than each.
    value, half = map(float, levels[["value", "half"]].mean(skipna=False))
    seeds = len(levels)
    if seeds >= FEWEST_SEEDS:
        training = float(levels["value"].var(skipna=False)) / seeds
        half = _half([((half / _Z) ** 2, np.inf), (training, seeds - 1)])
    return Estimate(value, value - half, value + half)


def _half(parts: Sequence[tuple[float, float]]) -> float:
    """Half the 95 % interval of a number whose variance is a sum; see ``satterthwaite``."""
    variance, free = satterthwaite(parts)
    return float(stats.t.ppf(1 - LEVEL / 2, free) * np.sqrt(variance))


def over_groups(values: pd.DataFrame) -> Estimate:
    """Mean of values (seeds x groups): t interval over groups, and over seeds from three on."""
    of_groups, of_seeds = (values.mean(axis=axis, skipna=False) for axis in (0, 1))
    if len(of_seeds) < FEWEST_SEEDS:
        return Estimate(*over_seeds(of_groups))
    sides = [each for each in (of_groups, of_seeds) if len(each) > 1]
    half = _half([(each.var(skipna=False) / len(each), len(each) - 1) for each in sides])
    mean = float(of_seeds.mean(skipna=False))
    return Estimate(mean, mean - half, mean + half)


def smallest(estimates: Mapping[Key, Estimate]) -> tuple[Key, Estimate]:
    """The smallest of several numbers, and which it is.

    Returns:
        Its name, and the estimate: its lower end is the smallest of the lower ends, so that it is
        above a bound where all are; its upper end the smallest of upper ends that are widened by
        Bonferroni's correction, since of many numbers one is small by chance.
    """
    name = min(estimates, key=lambda key: (np.isnan(estimates[key].value), estimates[key].value))
    wider = stats.norm.ppf(1 - LEVEL / 2 / len(estimates)) / _Z
    low = np.min([estimate.low for estimate in estimates.values()])
    high = np.min([f.value + wider * (f.high - f.value) for f in estimates.values()])
    return name, Estimate(estimates[name].value, float(low), float(high))


def largest(estimates: Mapping[Key, Estimate]) -> tuple[Key, Estimate]:
    """The largest of several numbers, and which it is; see :func:`smallest`."""
    turned = {name: Estimate(-f.value, -f.high, -f.low) for name, f in estimates.items()}
    name, estimate = smallest(turned)
    return name, Estimate(-estimate.value, -estimate.high, -estimate.low)


@dataclass(frozen=True)
class RankAgreement:
    """Spearman's coefficient over few items: its estimate, and how often chance gives as much.

    Attributes:
        estimate: mean coefficient; the interval is of the trajectories behind the numbers.
        p_above: share of the orders of the items with so large a coefficient.
        p_below: share of the orders with so small a one.
    """

    estimate: Estimate
    p_above: float
    p_below: float

    def verdict(self, sign: int) -> str:
        """Is it of this sign, surely and beyond what the order of the items gives by chance?"""
        low, high = sorted((sign * self.estimate.low, sign * self.estimate.high))
        judged = judge(low, high, at_least=above(0))
        p_for, p_against = (self.p_above, self.p_below)[::sign]
        by_chance = {HOLDS: p_for, FAILS: p_against}.get(judged, 0) > LEVEL
        return UNDETERMINED if by_chance else judged


def rank_agreement(
    x: np.ndarray, y: Sequence[Sequence[Estimate]], rng: np.random.Generator
) -> RankAgreement:
    """Mean over groups of the rank correlation of x and y over k items.

    Args:
        x: (G, k) numbers that are taken as exact.
        y: (G, k) estimates; each is drawn within its interval for that of the coefficient.
        rng: generator of the draws.

    Returns:
        The coefficient; its p-values rest on the exact distribution over the orders of the items,
        the same order in all groups. NaN where a side never varies.
    """
    values = np.array([[estimate.value for estimate in group] for group in y])
    errors = np.array([[(f.high - f.low) / 2 / _Z for f in group] for group in y])
    value = float(_spearman(x, values))
    drawn = _spearman(x, values + errors * rng.standard_normal((_DRAWS, *values.shape)))
    undefined = np.isnan(errors).any() or np.isnan(value)
    # Draws add noise to noise and hardly reach a perfect order: the interval is drawn out to it.
    ends = np.percentile(drawn, [2.5, 97.5]) if not undefined else np.full(2, np.nan)
    low, high = np.minimum(ends[0], value), np.maximum(ends[1], value)
    if x.shape[1] <= 7:
        orders = np.array(list(permutations(range(x.shape[1]))))
    else:
        orders = rng.permuted(np.tile(np.arange(x.shape[1]), (_MOST_ORDERS, 1)), axis=1)
    chance = _spearman(x, np.moveaxis(values[:, orders], 0, 1))
    above, below = (np.mean(sign * chance >= sign * value - 1e-9) for sign in (1, -1))
    return RankAgreement(Estimate(value, float(low), float(high)), float(above), float(below))


def _spearman(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Spearman's coefficient over the last axis, mean over the axis before it."""
    a, b = (stats.rankdata(side, axis=-1) - (side.shape[-1] + 1) / 2 for side in (x, y))
    with np.errstate(invalid="ignore"):
        each = (a * b).sum(axis=-1) / np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    mean: np.ndarray = np.where(np.isnan(y).any(axis=-1), np.nan, each).mean(axis=-1)
    return mean


def both(verdicts: Iterable[str]) -> str:
    """The verdict on a claim of several halves: it holds where all do, fails where one does."""
    verdicts = set(verdicts)
    if FAILS in verdicts:
        return FAILS
    return HOLDS if verdicts == {HOLDS} else UNDETERMINED


def runs(frame: pd.DataFrame) -> str:
    """What an interval is of, in words."""
    seeds = frame["seed"].nunique()
    if seeds >= FEWEST_SEEDS:
        return f"intervals over {seeds} training runs"
    return f"intervals given {'one training run' if seeds == 1 else f'{seeds} training runs'}"
