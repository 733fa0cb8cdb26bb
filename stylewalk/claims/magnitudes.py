"""How sure a number about trajectories is, and the surest statement about several at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd
from jaxtyping import Float, Real
from scipy import stats

from stylewalk.catalogue.trajectories import TOO_FEW, UNDETERMINED
from stylewalk.claims.estimates import LEVEL, Estimate, interval
from stylewalk.claims.resampling import Level
from stylewalk.claims.weighing import (
    FAILS,
    HOLDS,
    ROLES,
    Evidence,
    Finding,
    NotTestable,
    above,
    judge,
)
from stylewalk.statistics import FEWEST_SEEDS
from stylewalk.trajectories.profile_tables import POOLED

# All orders of up to seven items are tried, 5,040; of more, as many drawn at random.
_MOST_ORDERS = 5_040


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


def settle(level: Level) -> Estimate:
    """A level over its seeds: its interval is given these where they are fewer than three.

    From three on what the seeds differ by is added to that of pairs, with degrees of freedom after
    Satterthwaite, so that seeds that agree cost next to nothing. NaN ends with too few pairs.
    """
    return interval(float(level.of_seeds.mean()), level.parts())


def finding(verdict: str, estimate: Estimate, sentence: str, published: float = np.nan) -> Finding:
    """What a claim's number gave; without an interval there are too few pairs to decide."""
    if verdict == UNDETERMINED and not np.isfinite(estimate.low + estimate.high):
        verdict = TOO_FEW
    return Finding(verdict, sentence, published, estimate.value, estimate.low, estimate.high)


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
    x: Real[np.ndarray, "groups items"], y: Sequence[Sequence[Level]], rng: np.random.Generator
) -> RankAgreement:
    """Mean over groups of the rank correlation of x and y over k items.

    Args:
        x: (G, k) numbers that are taken as exact.
        y: (G, k) levels, whose draws are those of the coefficient.
        rng: generator of the draws of seeds.

    Returns:
        The coefficient; its p-values rest on the exact distribution over the orders of the items,
        the same order in all groups. NaN where a side never varies.
    """
    values = np.array([[level.of_seeds.mean() for level in group] for group in y])
    likely = [[level.samples(rng) for level in group] for group in y]
    value = float(_spearman(x, values))
    drawn = _spearman(x, np.moveaxis(np.array(likely), 2, 0))
    undefined = np.isnan(drawn).any() or np.isnan(value)
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


def _spearman(
    x: Real[np.ndarray, "groups items"], y: Float[np.ndarray, "*draws groups items"]
) -> Float[np.ndarray, "*draws"]:
    """Spearman's coefficient over the last axis, mean over the axis before it."""
    a, b = (stats.rankdata(side, axis=-1) - (side.shape[-1] + 1) / 2 for side in (x, y))
    with np.errstate(invalid="ignore"):
        each = (a * b).sum(axis=-1) / np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1))
    return np.asarray(np.where(np.isnan(y).any(axis=-1), np.nan, each).mean(axis=-1))


def both(verdicts: Iterable[str]) -> str:
    """The verdict on a claim of several halves: it holds where all do, fails where one does."""
    verdicts = set(verdicts)
    if FAILS in verdicts:
        return FAILS
    if verdicts == {HOLDS}:
        return HOLDS
    return TOO_FEW if TOO_FEW in verdicts else UNDETERMINED


def runs(seeds: int) -> str:
    """What an interval is of, in words."""
    if seeds >= FEWEST_SEEDS:
        return f"intervals over pairs and {seeds} training runs"
    return f"intervals given {'one training run' if seeds == 1 else f'{seeds} training runs'}"
