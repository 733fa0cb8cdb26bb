"""The study page's table of latent paths between the same pairs."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from stylewalk import numbers
from stylewalk.pages.cells import Cell, Table
from stylewalk.pages.facts import Study

PATH_LENGTH = "perceptual_path_length"
_NAMES = {
    "energy_over_line": "energy over the line's",
    "length_over_line": "length over the line's",
    "midpoint_distance": "middle's distance from artworks",
    PATH_LENGTH: "perceptual path length",
    "rho": "ρ",
    "fade": "fade",
    "blur": "blur",
    "structure": "structure",
    "beyond_dissolves": "beyond known dissolves, %",
    "quadratic": "quadratic contrast",
}
_FACTORS = {"fade": 1000, "blur": 1000, "structure": 1000, "beyond_dissolves": 100}
_NOTE = (
    "Pair by pair: the first value is of the path, the second of the other path between the same "
    "pairs; medians, of the perceptual path length (after Karras, Laine and Aila 2019: distance "
    "in style at a random place over the square of a step of 1 / 10,000) means, of 100 pairs or "
    "more without the smallest and the largest hundredth. Energy: steps times the sum of their "
    "squares in pixels, length: their sum, over those of the straight line. Middle's distance "
    "from artworks: to the nearest but the ends, in the typical distance of an artwork from its "
    "nearest one. Difference: the same of the pairs' differences, with its 95 % interval; p: "
    "Wilcoxon's signed-rank test, or Student's of the signed ranks where pairs share artworks or "
    "training runs are three or more, two-sided, adjusted by Holm over the models and experiments "
    "of a measure, none with fewer than six pairs. Fade, blur and structure in thousandths of the "
    "squared difference of the ends. Beyond known dissolves: the share of walks whose structure is "
    "above that of 95 % of every known dissolve, with McNemar's test; the interval of the "
    "difference is over pairs and over the known dissolves, p given these."
)


def comparison(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Every model and path against the path whose pairs it walks between; none without such.

    Args:
        study: the head of the study.
        tables: by name: ``path_comparison``.
    """
    table = tables.get("path_comparison")
    if table is None or table.empty:
        return []
    shown: list[list[Cell]] = []
    for name, part in table.groupby("experiment", sort=False):
        for measure, model in ((m, o) for m in _NAMES for o in study.models):
            mine = part[(part["measure"] == measure) & (part["model"] == model)]
            for row in mine.dropna(subset="value").to_dict("records"):
                shown.append([str(name), _NAMES[measure], model, *_cells(row)])
    header = ["experiment", "measure", "model", "path", "other", "difference", "95 % interval"]
    title = "Paths between the same pairs"
    return [Table(title, [*header, "p", "pairs"], shown, _NOTE, ["path_comparison"])]


def _cells(row: Mapping[str, Any]) -> list[str]:
    """Values, their difference with its interval, p and the number of pairs."""
    factor = _FACTORS.get(row["measure"], 1)
    write = numbers.large if row["measure"] == PATH_LENGTH else numbers.significant
    value, other = (write(factor * row[key]) for key in ("value", "against_value"))
    difference, low, high = (
        _sign(factor * row[key], write) for key in ("difference", "low", "high")
    )
    between = numbers.DASH if numbers.DASH in (low, high) else f"{low} to {high}"
    return [value, other, difference, between, numbers.p_value(row["p"]), f"{int(row['n']):,}"]


def _sign(value: float, write: Callable[[float], str]) -> str:
    """With its sign, a real minus."""
    if not math.isfinite(value):
        return numbers.DASH
    return ("−" if value < 0 else "+") + write(abs(value))
