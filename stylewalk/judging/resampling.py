"""Intervals of what judges say, over judges and trials at once."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Bool, Float, Real, Shaped

from stylewalk.judging.alpha import DRAWS

# Draws that are held in memory together.
_AT_ONCE = 200
# Trials on either side of a curve, below which the area under it has no interval.
_FEWEST = 5
Given = Shaped[np.ndarray, "judges trials"]
Answered = Bool[np.ndarray, "judges trials"]
# From weights of answers, and the answers (one set of them, or one of each draw), to a statistic.
Statistic = Callable[
    [Float[np.ndarray, "draws judges trials"], Shaped[np.ndarray, "sets judges trials"]],
    Float[np.ndarray, " draws"],
]


def interval(
    statistic: Statistic, given: Given, answered: Answered, rng: np.random.Generator
) -> tuple[float, float, float]:
    """A statistic of answers with its 95 % interval.

    Judges and trials are drawn anew at once, and an answer counts as often as both together
    (pigeonhole bootstrap: Owen 2007), so that the interval holds for other judges and other walks,
    from some five judges on: with two or three who differ much, 95 % hold three in four times. One
    judge alone is held fixed.

    Args:
        statistic: of weights (B, J, T), 0 where nothing was answered, and of answers.
        given: (J, T) the answers.
        answered: (J, T) whether an answer counts.
        rng: generator of the draws.

    Returns:
        The statistic, and the ends of its interval; NaN where there are fewer than two trials, or
        where no draw differs from another, which says nothing of how sure it is.
    """
    whole = answered[None].astype(np.float64)
    value = float(statistic(whole, given[None])[0])
    judges, trials = answered.shape
    if trials < 2:
        return value, np.nan, np.nan
    batches = []
    for _ in range(DRAWS // _AT_ONCE):
        of_judges = _drawn(judges, rng) if judges > 1 else np.ones((_AT_ONCE, 1))
        weights = of_judges[:, :, None] * _drawn(trials, rng)[:, None, :]
        batches.append(statistic(weights * whole, given[None]))
    known = np.concatenate(batches)
    known = known[np.isfinite(known)]
    if not len(known) or not np.ptp(known):
        return value, np.nan, np.nan
    low, high = np.percentile(known, [2.5, 97.5])
    return value, float(low), float(high)


def permutation_p(
    statistic: Statistic,
    given: Given,
    answered: Answered,
    rng: np.random.Generator,
    strata: Shaped[np.ndarray, " trials"] | None = None,
) -> float:
    """One-sided p of a statistic against measures that know nothing of the trials.

    Where trials of a stratum are exchangeable it is exact at any number of them, as intervals are
    not (Phipson and Smyth 2010).

    Args:
        statistic: of answers and the measures of their trials.
        given: (J, T) the answers, which are put to the measures of other trials.
        answered: (J, T) whether an answer counts.
        rng: generator of the orders of trials.
        strata: what each trial is of. Answers stay within theirs, since a measure that differs
            between models for another reason would agree with answers that do; None for one.

    Returns:
        Share of orders, the given one among them, that give as much or more; NaN where the
        statistic has no value.
    """
    value = float(statistic(answered[None].astype(np.float64), given[None])[0])
    if not np.isfinite(value):
        return np.nan
    trials = given.shape[1]
    codes = np.zeros(trials) if strata is None else np.unique(strata, return_inverse=True)[1]
    batches = []
    for _ in range(DRAWS // _AT_ONCE):
        orders = np.empty((_AT_ONCE, trials), int)
        orders[:, np.argsort(codes, kind="stable")] = np.argsort(
            codes + rng.random((_AT_ONCE, trials)), axis=1
        )
        weights, shuffled = (np.moveaxis(table[:, orders], 0, 1) for table in (answered, given))
        batches.append(statistic(weights.astype(np.float64), shuffled))
    drawn = np.concatenate(batches)
    drawn[0] = value  # the given order is one of them
    # Sums in another order may differ in their last bits; without a value is no less.
    return float(np.mean(~(drawn < value - 1e-12)))


def _drawn(count: int, rng: np.random.Generator) -> Float[np.ndarray, "draws {count}"]:
    """How often each of so many things is drawn, again and again."""
    return rng.multinomial(count, np.full(count, 1 / count), size=_AT_ONCE).astype(np.float64)


def share(says: Shaped[np.ndarray, " trials"]) -> Statistic:
    """Share of answers that are what a measure says of their trial."""

    def of(weights: np.ndarray, given: np.ndarray) -> np.ndarray:
        hits = (weights * (given == says)).sum(axis=(1, 2))
        with np.errstate(invalid="ignore"):
            shares: np.ndarray = hits / weights.sum(axis=(1, 2))
        return shares

    return of


def share_interval(
    says: Shaped[np.ndarray, " trials"], given: Given, answered: Answered, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Share of answers that are what a measure says, with its interval.

    Where all are, or none, no draw differs from another. The far end is then that share of trials
    at which as many alike would be seen once in forty times (Clopper and Pearson 1934).
    """
    value, low, high = interval(share(says), given, answered, rng)
    far = 0.025 ** (1 / answered.any(axis=0).sum())
    if value == 1:
        return value, float(far), 1.0
    return (value, 0.0, float(1 - far)) if value == 0 else (value, low, high)


def area(answer: str, values: Real[np.ndarray, " trials"]) -> Statistic:
    """Area under the curve of a measure of trials for one answer.

    The chance that the measure is larger of a trial of which this was answered than of one of
    which it was not, ties by half, over all pairs of answers; NaN where all or none answered so.
    """
    larger = (values[:, None] > values[None, :]) + 0.5 * (values[:, None] == values[None, :])

    def of(weights: np.ndarray, given: np.ndarray) -> np.ndarray:
        positive = given == answer
        yes, no = (weights * positive).sum(axis=1), (weights * ~positive).sum(axis=1)
        pairs = yes.sum(axis=1) * no.sum(axis=1)
        with np.errstate(invalid="ignore"):
            areas: np.ndarray = ((yes @ larger) * no).sum(axis=1) / pairs
        return areas

    return of


def area_interval(
    answer: str,
    values: Real[np.ndarray, " trials"],
    given: Given,
    answered: Answered,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """The area under a curve with its interval.

    Returns:
        The area and its interval, whose ends are NaN where fewer than five trials were answered so,
        or otherwise: with so few, draws hardly differ.
    """
    value, low, high = interval(area(answer, values), given, answered, rng)
    is_it = given == answer
    sides = (answered & is_it).any(axis=0).sum(), (answered & ~is_it).any(axis=0).sum()
    return (value, low, high) if min(sides) >= _FEWEST else (value, np.nan, np.nan)


def kappa(answers: Sequence[str], says: Shaped[np.ndarray, " trials"]) -> Statistic:
    """Cohen's kappa of answers and what a measure says (Cohen 1960).

    NaN where both always say the same one thing.
    """
    names = np.array(list(answers))
    said = (says[:, None] == names).astype(np.float64)

    def of(weights: np.ndarray, given: np.ndarray) -> np.ndarray:
        by_trial = np.stack([(weights * (given == name)).sum(axis=1) for name in names], axis=1)
        table = by_trial @ said
        with np.errstate(divide="ignore", invalid="ignore"):
            table = table / table.sum(axis=(1, 2), keepdims=True)
            same = np.trace(table, axis1=1, axis2=2)
            by_chance = (table.sum(axis=1) * table.sum(axis=2)).sum(axis=1)
            kappas: np.ndarray = np.where(
                by_chance < 1, (same - by_chance) / (1 - by_chance), np.nan
            )
        return kappas

    return of
