"""Walks of one latent path against walks between the same pairs of another, pair by pair."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy import stats

from stylewalk.catalogue.paths import PATH_COMPARISON
from stylewalk.trajectories.along_paths import PATH_LENGTH, trimmed_mean
from stylewalk.trajectories.dissolve import paired_test
from stylewalk.trajectories.profiles import holm

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
_PAIR = ["class_a", "class_b", "pair"]


def compare_paths(measures: pd.DataFrame, pairs_of: Mapping[str, str]) -> pd.DataFrame:
    """Table PATH_COMPARISON.

    Args:
        measures: table TRAJECTORY_MEASURES.
        pairs_of: of each experiment that walks between the pairs of another, that other's name.

    Returns:
        A row for each model, such experiment, metric and measure. p-values are adjusted over all
        rows of a metric; NaN where no pair has the measure on both paths.
    """
    rows = [row for name, other in pairs_of.items() for row in _rows(measures, name, other)]
    table = pd.DataFrame(rows, columns=list(PATH_COMPARISON))
    for _, of_metric in table.groupby("metric", sort=False):
        adjusted = holm(of_metric["p"].to_numpy(np.float64))
        table.loc[of_metric.index, "p"] = adjusted
    return table


def _rows(measures: pd.DataFrame, name: str, other: str) -> Iterator[dict[str, object]]:
    """The rows of one experiment and the one whose pairs it walks between."""
    keys = ["model", "metric"]
    theirs = dict(iter(measures[measures["experiment"] == other].groupby(keys, sort=False)))
    for key, own in measures[measures["experiment"] == name].groupby(keys, sort=False):
        against = theirs[key]
        about = {
            "model": own["model"].iloc[0],
            "experiment": name,
            "against": other,
            "path": own["path"].iloc[0],
            "against_path": against["path"].iloc[0],
            "split": own["split"].iloc[0],
            "metric": own["metric"].iloc[0],
        }
        # A pair counts once, as its walks in several seeds depend on each other.
        both = [table.groupby(_PAIR)[list(MEASURES)].mean() for table in (own, against)]
        first, second = both[0].align(both[1], join="inner", axis=0)
        for measure in MEASURES:
            values = first[measure].to_numpy(np.float64), second[measure].to_numpy(np.float64)
            yield about | {"measure": measure} | _compared(*values, measure)


def _compared(
    own: Float[np.ndarray, " pairs"], other: Float[np.ndarray, " pairs"], measure: str
) -> dict[str, float]:
    """The columns from n on."""
    known = np.isfinite(own) & np.isfinite(other)
    own, other = own[known], other[known]
    test = paired_test(own, other)
    average = trimmed_mean if measure == PATH_LENGTH else _median
    low, high = median_interval(own - other)
    return {
        "n": len(own),
        "value": average(own),
        "against_value": average(other),
        "difference": test.median_difference,
        "low": low,
        "high": high,
        "p": test.p,
    }


def _median(values: Float[np.ndarray, " values"]) -> float:
    return float(np.median(values)) if len(values) else np.nan


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
