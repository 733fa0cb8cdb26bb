"""Intervals over the seeds of a study."""

from collections.abc import Sequence

import numpy as np
from scipy import stats


def over_seeds(values: Sequence[float] | np.ndarray) -> tuple[float, float, float]:
    """Mean and 95 % t interval over seeds; NaN ends for one seed."""
    numbers = np.asarray(values, dtype=np.float64)
    mean = float(numbers.mean())
    if len(numbers) < 2:
        return mean, np.nan, np.nan
    half = stats.t.ppf(0.975, len(numbers) - 1) * stats.sem(numbers)
    return mean, float(numbers.mean() - half), float(numbers.mean() + half)
