"""Numbers of pairs in several training runs: tests and intervals that hold for other runs, too.

With one run or two, and no artwork in two pairs, pairs are all that varies. From three runs on what
training adds is in errors as well, and what pairs that share an artwork have in common always is.
"""

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy import special, stats

from stylewalk.statistics import FEWEST_SEEDS, component_of_runs, satterthwaite, t_quantile
from stylewalk.trajectories.sharing import EndsOfClasses, Growth, Sharing, ends_of

_PAIR = ["class_a", "class_b", "pair"]
# Half of a 95 % interval of a normal distribution in standard deviations.
_NORMAL = t_quantile(0.975, np.inf)


def by_run(
    rows: pd.DataFrame, columns: Sequence[str]
) -> tuple[dict[str, Float[np.ndarray, "seeds pairs"]], EndsOfClasses | None]:
    """Columns of one model's trajectories of one experiment, by run and pair.

    Args:
        rows: one for each run and pair; see :func:`stylewalk.trajectories.sharing.with_ends`.
        columns: which.

    Returns:
        (S, n) values, NaN where a run lacks a pair, by column; and the (S, n, 2) ends of the pairs,
        None where they are not known.
    """
    # Keys are sorted, which is the order of ends_of too, once its classes are.
    wide = rows.set_index([*_PAIR, "seed"])[list(columns)].unstack().sort_index()  # noqa: PD010
    values = {name: wide[name].to_numpy(np.float64).T for name in columns}
    if "id_a" not in rows:
        return values, None
    ends = ends_of(rows)
    return values, np.concatenate([ends[classes] for classes in sorted(ends)], axis=1)


def over_runs(values: Float[np.ndarray, "seeds pairs"]) -> Float[np.ndarray, " pairs"]:
    """Mean over the runs that have a pair; NaN where none has."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        mean: np.ndarray = np.nanmean(values, axis=0)
    return mean


def growth_of(influences: Float[np.ndarray, " pairs"], ends: EndsOfClasses | None) -> Growth | None:
    """What sharing does to a number with these influences; None where no two pairs share.

    Args:
        influences: of each pair.
        ends: (S, n, 2) ends of the pairs, None where they are not known.
    """
    sharing = None if ends is None or ends.shape[1] < 2 else Sharing([ends])
    return sharing.growth(influences) if sharing is not None and sharing.is_any else None


def is_plain(values: Float[np.ndarray, "seeds pairs"], ends: EndsOfClasses | None) -> bool:
    """Whether pairs are independent and all that varies."""
    return len(values) < FEWEST_SEEDS and growth_of(np.ones(values.shape[1]), ends) is None


def signed_rank_p(
    differences: Float[np.ndarray, "seeds pairs"], ends: EndsOfClasses | None = None
) -> float:
    """Two-sided p of differences that are symmetric about 0.

    Of independent pairs Wilcoxon's signed-rank test of the means over runs. Else Student's t test
    of the signed ranks themselves (Conover and Iman 1981), whose error is the sum of what pairs,
    what they share, and from three runs on training adds, with Satterthwaite's degrees of freedom.

    Args:
        differences: (S, n) of S runs and n pairs, NaN where a run lacks a pair; every pair is in
            one.
        ends: (S, n, 2) ends of the pairs, None where no two share an artwork.

    Returns:
        1 where all differences are 0, NaN without pairs.
    """
    mean = over_runs(differences)
    if not len(mean):
        return np.nan
    if not mean.any():
        return 1.0
    if is_plain(differences, ends):
        return float(stats.wilcoxon(mean).pvalue)
    if len(mean) < 2:
        return np.nan
    scores = np.full(differences.shape, np.nan)
    known = np.isfinite(differences)
    ranks = stats.rankdata(np.abs(differences[known]))
    scores[known] = np.sign(differences[known]) * ranks
    of_pairs = over_runs(scores)
    variance, free = of_pairs.var(ddof=1) / len(of_pairs), len(of_pairs) - 1.0
    if growth := growth_of(of_pairs, ends):
        variance, free = variance * float(growth.variance), max(free * growth.free, 1)
    parts = [(float(variance), free)]
    if len(scores) >= FEWEST_SEEDS:
        parts.append(component_of_runs(scores[:, known.all(axis=0)]))
    return t_test_p(float(of_pairs.mean()), *satterthwaite(parts))


def t_test_p(value: float, variance: float, free: float) -> float:
    """Two-sided p of Student's t."""
    if not variance:
        return 1.0 if value == 0 else 0.0
    t = -abs(value) / np.sqrt(variance)
    return float(2 * (special.stdtr(free, t) if np.isfinite(free) else special.ndtr(t)))


def widened(
    estimate: tuple[float, float, float],
    of_runs: Float[np.ndarray, " seeds"],
    influences: Float[np.ndarray, " pairs"],
    ends: EndsOfClasses | None = None,
) -> tuple[float, float]:
    """The ends of a 95 % interval over independent pairs, with what else varies.

    Each half is taken for so many standard deviations of a normal distribution. Unchanged where
    pairs are independent and runs fewer than three.

    Args:
        estimate: a number with the lower and the upper end.
        of_runs: (S,) the number in each run.
        influences: (n,) what each pair adds to the number, but for a factor.
        ends: as of :func:`signed_rank_p`.
    """
    value, low, high = estimate
    growth = growth_of(influences, ends)
    of_runs = of_runs[np.isfinite(of_runs)]
    if (growth is None and len(of_runs) < FEWEST_SEEDS) or not np.isfinite(low + high):
        return low, high
    halves = []
    for half in (value - low, high - value):
        variance, free = (half / _NORMAL) ** 2, np.inf
        if growth is not None:
            variance = variance * float(growth.variance)
            free = max((len(influences) - 1) * growth.free, 1)
        parts = [(variance, free)]
        if len(of_runs) >= FEWEST_SEEDS:
            parts.append((of_runs.var(ddof=1) / len(of_runs), len(of_runs) - 1.0))
        total, free = satterthwaite(parts)
        halves.append(float(np.sqrt(total)) * t_quantile(0.975, free))
    return value - halves[0], value + halves[1]
