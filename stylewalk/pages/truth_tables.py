"""The study page's tables of interpolation with truth."""

from collections.abc import Callable, Iterable, Mapping

import pandas as pd

from stylewalk import numbers
from stylewalk.catalogue.truth import ORIGINALS
from stylewalk.pages.cells import Cell, Table
from stylewalk.pages.facts import Study

IMAGE_ERROR = "image_error"
_NOTE = (
    "Means over the walks with 95 % bootstrap intervals over walks; 0 is the truth. Image error: "
    "mean squared error of the pictures between the ends, pixels in 0 to 1. Mean distance: cosine "
    "distance to the nearest of all true pictures; smoothness: largest step of its factors over "
    "their whole change, less that of even steps (Berthelot et al. 2018). Errors of factors are in "
    "degrees. Reconstruction is no walk: the true pictures, encoded and decoded one by one."
)
_DIFFERENCES = (
    "Walk by walk: below 0 where the first is nearer the truth. p: Wilcoxon's signed-rank test, "
    "two-sided, adjusted by Holm over all comparisons of a measure."
)


def name_of(measure: str) -> str:
    """A measure in words, with its unit."""
    known = {
        IMAGE_ERROR: "image error, thousandths",
        "mean_distance": "mean distance, thousandths",
        "smoothness": "smoothness",
    }
    return known.get(measure, f"{measure.removesuffix('_error')}, degrees off")


def factor_of(measure: str) -> int:
    """What a measure is multiplied with to be shown."""
    return 1000 if measure in (IMAGE_ERROR, "mean_distance") else 1


def distances(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """A row for every model and path, a column for every measure; none without truth."""
    table = tables.get("interpolation_truth")
    if table is None or table.empty:
        return []
    measures = list(dict.fromkeys(table["measure"]))
    known = table.set_index(["model", "path", "measure"]).sort_index()
    order = {model: place for place, model in enumerate([ORIGINALS, *study.models])}
    pairs = list(dict.fromkeys(zip(table["model"], table["path"], strict=True)))
    shown: list[list[Cell]] = []
    for model, path in sorted(pairs, key=lambda pair: order.get(pair[0], len(order))):
        rows = [known.loc[(model, path, measure)] for measure in measures]
        cells = [_with_interval(row, m) for row, m in zip(rows, measures, strict=True)]
        shown.append([str(model), str(path), *cells, f"{int(rows[0]['n']):,}"])
    header = ["model", "path", *map(name_of, measures), "walks"]
    return [Table("Distance from the truth", header, shown, _NOTE, ["interpolation_truth"])]


def _with_interval(row: pd.Series, measure: str) -> str:
    factor = factor_of(measure)
    low, high = (numbers.significant(factor * row[end]) for end in ("low", "high"))
    return f"{numbers.significant(factor * row['mean'])} ({low} to {high})"


def differences(study: Study, tables: Mapping[str, pd.DataFrame]) -> Iterable[Table]:
    """Models and paths against each other; none without truth."""
    table = tables.get("truth_differences")
    if table is None or table.empty:
        return []
    shown: list[list[Cell]] = []
    for row in table.to_dict("records"):
        factor = factor_of(row["measure"])
        values = [_signed(factor * row[key], numbers.significant) for key in _VALUES]
        difference, low, high = values
        sides = [f"{row['model']}, {row['path']}", f"{row['against_model']}, {row['against_path']}"]
        between = f"{low} to {high}"
        known = [difference, between, numbers.p_value(row["p"]), f"{int(row['n']):,}"]
        shown.append([name_of(row["measure"]), *sides, *known])
    header = ["measure", "first", "second", "difference", "95 % interval", "p", "walks"]
    title = "Nearer the truth, walk by walk"
    return [Table(title, header, shown, _DIFFERENCES, ["truth_differences"])]


_VALUES = ("difference", "low", "high")


def _signed(value: float, write: Callable[[float], str]) -> str:
    return ("−" if value < 0 else "+") + write(abs(value))
