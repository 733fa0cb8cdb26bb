"""Intervals over the seeds of a study."""

from collections.abc import Sequence

import numpy as np
from scipy import stats


def over_seeds(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean and 95 % t interval over seeds; NaN ends for one seed."""
    values = np.asarray(values, dtype=np.float64)
    if len(values) < 2:
        return float(values.mean()), np.nan, np.nan
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return float(values.mean()), float(values.mean() - half), float(values.mean() + half)
