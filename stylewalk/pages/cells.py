"""Tables as the page shows them, and what their cells and notes say of several seeds."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from stylewalk import numbers
from stylewalk.catalogue.trajectories import DEPENDS
from stylewalk.statistics import over_seeds

_NUMBER = re.compile(r"([+−-]?[\d,]+(?:\.\d+)?)( %|°|)")
_GLYPHS = {"horseshoe": "∩", "valley": "∪", "wave": "∿", "flat": "—", DEPENDS: "≠"}


@dataclass(frozen=True)
class Verdict:
    """A verdict, shown with a glyph of its shape, and what stands beside it in small letters."""

    text: str
    beside: str = ""

    @property
    def glyph(self) -> str:
        """A sign that looks like the shape."""
        return _GLYPHS.get(self.text, "?")


Cell = str | Verdict


def is_wordy(cell: Cell) -> bool:
    """Whether a cell holds words, which begin on the left, and no number."""
    return isinstance(cell, Verdict) or (
        any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell))
    )


@dataclass(frozen=True)
class Table:
    """A table as it is shown: the first column names the row.

    Args:
        title: what it is a table of.
        header: names of the columns.
        rows: cells.
        note: how to read it.
        behind: names of the run's tables that it was made from.
        foot: rows that stay below however the table is sorted: sums and references.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    behind: Sequence[str] = ()
    foot: Sequence[Sequence[Cell]] = ()


def spread(values: Sequence[float], write: Callable[[float], str]) -> str:
    """One seed's value as it is; of several, the mean ± half of its 95 % t interval over seeds.

    Args:
        values: one for each seed; NaN does not count, and nothing at all is a dash.
        write: how a value is written; half of the interval gets as many decimals.
    """
    known = pd.Series(values, dtype=float).dropna()
    if known.empty:
        return numbers.DASH
    mean, _, high = over_seeds(known)
    return plus_minus(mean, high - mean, write)


def plus_minus(mean: float, half: float, write: Callable[[float], str]) -> str:
    """A value ± half of its interval, which gets as many decimals; NaN leaves it out."""
    text = write(mean)
    plain = _NUMBER.fullmatch(text)
    if not np.isfinite(half):
        return text
    if plain is None:  # such as 1.53 million
        return f"{text} ± {write(half)}"
    number, unit = plain.groups()
    half *= 100 if unit == " %" else 1  # values are shares
    decimals = len(number.partition(".")[2])
    # One unit for both, set apart: 12.3 ± 0.4 %.
    return f"{number}{'' if unit == ' %' else unit} ± {half:,.{decimals}f}{unit}"


def seeds_note(table: pd.DataFrame) -> str:
    """What ± means in a table with several seeds; empty for one."""
    seeds = table["seed"].nunique()
    return f"Mean over {seeds} seeds ± half of its 95 % t interval." if seeds > 1 else ""


def sentences(parts: Sequence[str]) -> str:
    """The parts of a note that say something, one after the other."""
    return " ".join(filter(None, parts))
