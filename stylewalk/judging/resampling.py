"""Intervals of what judges say, over judges and trials at once."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float, Int, Real

from stylewalk.judging.alpha import DRAWS

# Draws that are held in memory together.
_AT_ONCE = 200
# Trials on either side of a curve, below which the area under it has no interval.
_FEWEST = 5
Answered = Bool[np.ndarray, "judges trials"]
Weights = Float[np.ndarray, "draws judges trials"]
# From weights of answers to a statistic of each draw.
Statistic = Callable[[Weights], Float[np.ndarray, " draws"]]


def interval(
    statistic: Statistic, answered: Answered, rng: np.random.Generator
) -> tuple[float, float, float]:
    """A statistic of answers with its 95 % interval.

    Judges and trials are drawn anew at once, and an answer counts as often as both together
    (pigeonhole bootstrap: Owen 2007), so that the interval holds for other judges and other walks.
    One judge alone is held fixed.

    Args:
        statistic: of weights (B, J, T), 0 where nothing was answered.
        answered: (J, T) whether a judge answered a trial.
        rng: generator of the draws.

    Returns:
        The statistic, and the ends of its interval; NaN where there are fewer than two trials, or
        where no draw differs from another, which says nothing of how sure it is.
    """
    whole = answered[None].astype(np.float64)
    value = float(statistic(whole)[0])
    judges, trials = answered.shape
    if trials < 2:
        return value, np.nan, np.nan
    found = []
    for _ in range(DRAWS // _AT_ONCE):
        of_judges = _drawn(judges, rng) if judges > 1 else np.ones((_AT_ONCE, 1))
        weights = of_judges[:, :, None] * _drawn(trials, rng)[:, None, :]
        found.append(statistic(weights * whole))
    known = np.concatenate(found)
    known = known[np.isfinite(known)]
    if not len(known) or not np.ptp(known):
        return value, np.nan, np.nan
    low, high = np.percentile(known, [2.5, 97.5])
    return value, float(low), float(high)


def permutation_p(
    statistic: Callable[[Int[np.ndarray, " trials"]], float], trials: int, rng: np.random.Generator
) -> float:
    """One-sided p of a statistic against measures that know nothing of the trials.

    It is exact at any number of trials, as intervals are not (Phipson and Smyth 2010).

    Args:
        statistic: of an order in which the measure of each trial is another one's.
        trials: how many there are.
        rng: generator of the orders.

    Returns:
        Share of orders, the given one among them, that give as much or more; NaN where the
        statistic has no value.
    """
    value = statistic(np.arange(trials))
    if not np.isfinite(value):
        return np.nan
    drawn = [statistic(rng.permutation(trials)) for _ in range(DRAWS - 1)]
    # Sums in another order may differ in their last bits.
    return float(1 + np.sum(np.array(drawn) >= value - 1e-12)) / DRAWS


def _drawn(count: int, rng: np.random.Generator) -> Float[np.ndarray, "draws {count}"]:
    """How often each of so many things is drawn, again and again."""
    return rng.multinomial(count, np.full(count, 1 / count), size=_AT_ONCE).astype(np.float64)


def share(
    hits: Bool[np.ndarray, "judges trials"], answered: Answered, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Share of answers that hit, with its interval.

    Where all hit, or none, no draw differs from another. The far end is then that share of trials
    at which as many alike would be seen once in forty times (Clopper and Pearson 1934).
    """
    count = hits.astype(np.float64)

    def of(weights: Weights) -> Float[np.ndarray, " draws"]:
        with np.errstate(invalid="ignore"):
            found: np.ndarray = (weights * count).sum(axis=(1, 2)) / weights.sum(axis=(1, 2))
        return found

    value, low, high = interval(of, answered, rng)
    far = 0.025 ** (1 / answered.any(axis=0).sum())
    if value == 1:
        return value, float(far), 1.0
    return (value, 0.0, float(1 - far)) if value == 0 else (value, low, high)


def area_of(
    is_answer: Bool[np.ndarray, "judges trials"],
    among: Answered,
    values: Real[np.ndarray, " trials"],
) -> float:
    """Area under the curve, as of :func:`area`, alone; NaN where all or none answered so."""
    yes = (among & is_answer).sum(axis=0)
    no = (among & ~is_answer).sum(axis=0)
    larger = (values[:, None] > values[None, :]) + 0.5 * (values[:, None] == values[None, :])
    pairs = int(yes.sum()) * int(no.sum())
    return float(yes @ larger @ no / pairs) if pairs else np.nan


def area(
    is_answer: Bool[np.ndarray, "judges trials"],
    among: Answered,
    values: Real[np.ndarray, " trials"],
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Area under the curve of a measure of trials for one answer, with its interval.

    The chance that the measure is larger of a trial of which this was answered than of one of
    which it was not, ties by half, over all pairs of answers.

    Args:
        is_answer: whether this was answered.
        among: which answers count.
        values: the measure of each trial.
        rng: generator of the draws.

    Returns:
        The area and its interval, whose ends are NaN where fewer than five trials were answered so,
        or otherwise: with so few, draws hardly differ.
    """
    larger = (values[:, None] > values[None, :]) + 0.5 * (values[:, None] == values[None, :])
    positive = is_answer.astype(np.float64)

    def of(weights: Weights) -> Float[np.ndarray, " draws"]:
        yes = (weights * positive).sum(axis=1)
        no = (weights * (1 - positive)).sum(axis=1)
        with np.errstate(invalid="ignore"):
            found: np.ndarray = np.einsum("bt,ts,bs->b", yes, larger, no, optimize=True) / (
                yes.sum(axis=1) * no.sum(axis=1)
            )
        return found

    value, low, high = interval(of, among, rng)
    sides = (among & is_answer).any(axis=0).sum(), (among & ~is_answer).any(axis=0).sum()
    return (value, low, high) if min(sides) >= _FEWEST else (value, np.nan, np.nan)


def kappa_of(
    given: Float[np.ndarray, "judges trials answers"],
    said: Float[np.ndarray, "trials answers"],
    answered: Answered,
) -> float:
    """Cohen's kappa, as of :func:`kappa`, alone; NaN where both always say the same one thing."""
    table = np.einsum("jta,tk->ak", given * answered[..., None], said)
    table = table / table.sum()
    by_chance = float(table.sum(axis=0) @ table.sum(axis=1))
    return (float(np.trace(table)) - by_chance) / (1 - by_chance) if by_chance < 1 else np.nan


def kappa(
    given: Float[np.ndarray, "judges trials answers"],
    said: Float[np.ndarray, "trials answers"],
    answered: Answered,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Cohen's kappa of answers and what a measure says, with its interval (Cohen 1960).

    Args:
        given: 1 at the answer that was given.
        said: 1 at the answer that the measure stands for.
        answered: whether there is an answer.
        rng: generator of the draws.
    """

    def of(weights: Weights) -> Float[np.ndarray, " draws"]:
        table = np.einsum("bjt,jta,tk->bak", weights, given, said, optimize=True)
        table = table / table.sum(axis=(1, 2), keepdims=True)
        same = np.trace(table, axis1=1, axis2=2)
        by_chance = (table.sum(axis=1) * table.sum(axis=2)).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            found: np.ndarray = np.where(
                by_chance < 1, (same - by_chance) / (1 - by_chance), np.nan
            )
        return found

    return interval(of, answered, rng)
