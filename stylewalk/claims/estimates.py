"""A number with its interval, and the surest statement about several at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from jaxtyping import Float

from stylewalk.statistics import over_seeds, satterthwaite, t_quantile

Key = TypeVar("Key")

LEVEL = 0.05


@dataclass(frozen=True)
class Estimate:
    """A number and its 95 % interval, NaN where there is none.

    Attributes:
        free: degrees of freedom of Student's t behind the interval.
        is_ratio: whether the interval is symmetric about the number's logarithm.
    """

    value: float
    low: float
    high: float
    free: float = np.inf
    is_ratio: bool = False

    def exp(self) -> "Estimate":
        """The ratio behind a difference of levels."""
        value, low, high = (float(np.exp(x)) for x in (self.value, self.low, self.high))
        return Estimate(value, low, high, self.free, is_ratio=True)

    def within(self, low: float, high: float) -> "Estimate":
        """The same with whichever ends are wider; those given are of many artworks."""
        ends = float(np.fmin(self.low, low)), float(np.fmax(self.high, high))
        is_wider = ends == (low, high)
        return Estimate(self.value, *ends, np.inf if is_wider else self.free, self.is_ratio)

    def ends(self, count: int) -> tuple[float, float]:
        """The interval, widened by Bonferroni's correction for the surest of so many numbers."""
        wider = t_quantile(1 - LEVEL / 2 / count, self.free) / t_quantile(1 - LEVEL / 2, self.free)
        value, low, high = self.value, self.low, self.high
        if self.is_ratio:
            with np.errstate(divide="ignore", invalid="ignore"):
                value, low, high = np.log([value, low, high])
        with np.errstate(invalid="ignore"):
            low, high = value - wider * (value - low), value + wider * (high - value)
        return (float(np.exp(low)), float(np.exp(high))) if self.is_ratio else (low, high)

    def said(self) -> str:
        """In words: the number with its interval."""
        if not np.isfinite(self.value):
            return "not defined"
        if not np.isfinite(self.low + self.high):
            return f"{self.value:.2f} (no interval)"
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def of_seeds(values: Float[np.ndarray, " seeds"]) -> Estimate:
    """Mean and t interval over seeds; NaN ends for one."""
    return Estimate(*over_seeds(values), max(len(values) - 1, 1))


def interval(value: float, parts: Sequence[tuple[float, float]]) -> Estimate:
    """The 95 % interval of a number whose variance is a sum; see ``satterthwaite``."""
    variance, free = satterthwaite(parts)
    half = t_quantile(1 - LEVEL / 2, free) * np.sqrt(variance)
    return Estimate(value, value - half, value + half, free)


def smallest(estimates: Mapping[Key, Estimate]) -> tuple[Key, Estimate]:
    """The smallest of several numbers, and which it is.

    Returns:
        Its name, and the estimate: its lower end is the smallest of the lower ends, so that it is
        above a bound where all are; its upper end the smallest of upper ends that are widened by
        Bonferroni's correction, since of many numbers one is small by chance.
    """
    name = min(estimates, key=lambda key: (np.isnan(estimates[key].value), estimates[key].value))
    low = np.min([estimate.low for estimate in estimates.values()])
    high = np.min([estimate.ends(len(estimates))[1] for estimate in estimates.values()])
    return name, Estimate(estimates[name].value, float(low), float(high))


def largest(estimates: Mapping[Key, Estimate]) -> tuple[Key, Estimate]:
    """The largest of several numbers, and which it is; see :func:`smallest`."""
    name = max(
        estimates, key=lambda key: (not np.isnan(estimates[key].value), estimates[key].value)
    )
    low = np.max([estimate.ends(len(estimates))[0] for estimate in estimates.values()])
    high = np.max([estimate.high for estimate in estimates.values()])
    return name, Estimate(estimates[name].value, float(low), float(high))
