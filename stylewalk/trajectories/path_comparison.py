"""Walks of one latent path against walks between the same pairs of another, pair by pair."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy import stats

from stylewalk.catalogue.paths import BEYOND, PATH_COMPARISON
from stylewalk.randomness import generator
from stylewalk.trajectories.along_paths import PATH_LENGTH, trimmed_mean
from stylewalk.trajectories.dissolve import paired_test
from stylewalk.trajectories.runs import by_run, over_runs, widened
from stylewalk.trajectories.sharing import EndsOfClasses
from stylewalk.trajectories.transformation import Gain, share_gained
from stylewalk.trajectories.verdicts import holm

MEASURES = (
    "energy_over_line",
    "length_over_line",
    "midpoint_distance",
    PATH_LENGTH,
    "rho",
    "fade",
    "blur",
    "structure",
    "quadratic",
)
Average = Callable[[Float[np.ndarray, " values"]], float]
Interval = Callable[[Float[np.ndarray, " values"]], tuple[float, float]]
_PAIR = ["class_a", "class_b", "pair"]
FEWEST_PAIRS = 6
_RESAMPLES = 1000


def compare_paths(
    measures: pd.DataFrame, pairs_of: Mapping[str, str], known_walks: pd.DataFrame
) -> pd.DataFrame:
    """Table PATH_COMPARISON.

    Args:
        measures: table TRAJECTORY_MEASURES; see
            :func:`stylewalk.trajectories.sharing.with_ends`.
        pairs_of: of each experiment that walks between the pairs of another, that other's name.
        known_walks: table KNOWN_WALKS, which says how much structure a dissolve may have.

    Returns:
        A row for each model, such experiment, metric and measure. p-values are adjusted over the
        models and experiments of a measure, so that no other measure costs power; NaN, and not
        counted, with fewer than six pairs, of which no p is below 0.05 / 2.
    """
    rows = [
        row for name, other in pairs_of.items() for row in _rows(measures, name, other, known_walks)
    ]
    table = pd.DataFrame(rows, columns=list(PATH_COMPARISON))
    table.loc[table["n"] < FEWEST_PAIRS, "p"] = np.nan
    for _, family in table.groupby(["metric", "measure"], sort=False):
        table.loc[family.index, "p"] = holm(family["p"].to_numpy(np.float64))
    return table


def _rows(
    measures: pd.DataFrame, name: str, other: str, known_walks: pd.DataFrame
) -> Iterator[dict[str, object]]:
    """The rows of one experiment and the one whose pairs it walks between."""
    keys = ["model", "metric"]
    theirs = dict(iter(measures[measures["experiment"] == other].groupby(keys, sort=False)))
    for key, own in measures[measures["experiment"] == name].groupby(keys, sort=False):
        about = {"model": key[0], "experiment": name, "against": other}
        about |= {"path": own["path"].iloc[0], "against_path": theirs[key]["path"].iloc[0]}
        about |= {"split": own["split"].iloc[0], "metric": key[1]}
        both = own.merge(theirs[key], on=["seed", *_PAIR], suffixes=("", "_other"))
        for measure in MEASURES:
            # Seed by seed on both paths; then a pair counts once, as its walks in several seeds
            # depend on each other.
            sides = _sides(both, measure)
            yield about | {"measure": measure} | _compared(*sides, measure)
        first, second, ends = _sides(both, "structure")
        rng = generator(0, "beyond dissolves")
        gain = share_gained(first, second, known_walks, rng, ends)
        yield about | {"measure": BEYOND, "n": first.shape[1]} | _of_gain(gain)


def _sides(
    both: pd.DataFrame, measure: str
) -> tuple[
    Float[np.ndarray, "seeds pairs"], Float[np.ndarray, "seeds pairs"], EndsOfClasses | None
]:
    """A measure on both paths by run and pair, and the ends of the pairs."""
    sides = [measure, f"{measure}_other"]
    known = both.dropna(subset=sides)
    if known.empty:
        none = np.empty((both["seed"].nunique(), 0))
        return none, none, None
    values, ends = by_run(known, sides)
    return values[sides[0]], values[sides[1]], ends


def _of_gain(gain: Gain) -> dict[str, float]:
    """The columns from value on."""
    about = {"value": gain.share, "against_value": gain.other}
    about |= {"difference": gain.share - gain.other}
    return about | {"low": gain.low, "high": gain.high, "p": gain.p}


def _compared(
    own: Float[np.ndarray, "seeds pairs"],
    other: Float[np.ndarray, "seeds pairs"],
    ends: EndsOfClasses | None,
    measure: str,
) -> dict[str, float]:
    """The columns from n on."""
    test = paired_test(own, other, ends)
    average, interval = _AVERAGES[measure == PATH_LENGTH]
    differences = own - other
    of_pairs = over_runs(differences)
    value = average(of_pairs)
    # What a pair adds: to a median, on which side of it it is.
    influences = of_pairs if measure == PATH_LENGTH else np.sign(of_pairs - value)
    of_runs = np.array([average(run[np.isfinite(run)]) for run in differences])
    low, high = widened((value, *interval(of_pairs)), of_runs, influences, ends)
    return {
        "n": len(of_pairs),
        "value": average(over_runs(own)),
        "against_value": average(over_runs(other)),
        "difference": value,
        "low": low,
        "high": high,
        "p": test.p,
    }


def _median(values: Float[np.ndarray, " values"]) -> float:
    return float(np.median(values)) if len(values) else np.nan


def mean_interval(values: Float[np.ndarray, " values"]) -> tuple[float, float]:
    """The 95 % bootstrap interval of the trimmed mean; NaN with fewer than six values."""
    if len(values) < FEWEST_PAIRS:
        return np.nan, np.nan
    rng = generator(0, "perceptual path length")
    drawn = values[rng.integers(len(values), size=(_RESAMPLES, len(values)))]
    low, high = np.quantile([trimmed_mean(sample) for sample in drawn], [0.025, 0.975])
    return float(low), float(high)


def median_interval(values: Float[np.ndarray, " values"]) -> tuple[float, float]:
    """The 95 % interval of a median from order statistics, whatever the distribution.

    As many values below it as the binomial distribution of halves leaves out in 2.5 % at most
    (Conover 1999, section 3.2); NaN with fewer than six values, of which no interval is so sure.
    """
    ordered, n = np.sort(values), len(values)
    outside = int(stats.binom.ppf(0.025, n, 0.5)) if n else 0
    if not outside:
        return np.nan, np.nan
    return float(ordered[outside - 1]), float(ordered[n - outside])


# Of all measures but the perceptual path length, and of that.
_AVERAGES: tuple[tuple[Average, Interval], ...] = (
    (_median, median_interval),
    (trimmed_mean, mean_interval),
)
