"""The study page's tables of samples, attribute vectors and analogies."""

from collections.abc import Mapping

import pandas as pd

from stylewalk import numbers
from stylewalk.pages.cells import Cell, Table
from stylewalk.pages.facts import Study

HELD_OUT, PIXELS, VECTOR = "held out", "pixels", "vector"
KINDS = {
    "prior": "the prior",
    "gaussian": "a fitted Gaussian",
    "posterior": "the aggregate posterior",
    "reconstruction": "reconstructions",
    "training": "training artworks",
    HELD_OUT: "held-out artworks",
}
_MEASURES = ("sharpness", "nearest", "told_apart")
_JUDGED = (
    *("accuracy", "accuracy_over_pixels", "auc", "auc_over_pixels"),
    *("gain", "gain_shuffled", "structure"),
)
_ANALOGIES = (
    *("named", "named_over_pixels"),
    *("found", "found_by_chance", "found_over_unmoved", "found_over_pixels"),
)
_NOTE = (
    "Energy of gradients and distance to the nearest training artwork, but that which a picture "
    "was made of, over those of held-out artworks: 1 is as artworks are. A blurred picture is near "
    "to many, so that a small distance need not be a copy. Told apart: area under the curve of a "
    "classifier on features of the study's small network; .5 is not at all. The network knows "
    "training artworks: their row says by how much. 95 % bootstrap intervals over pictures, given "
    "the classifier, of the first seed. The aggregate posterior of an encoder that is not random "
    "is its reconstructions of training artworks."
)
_ATTRIBUTES = (
    "Vectors are learnt on training artworks and judged on held-out ones, of the first seed; 95 % "
    "bootstrap intervals over artworks, or over what they show where that is known. Accuracy: of "
    "a limit half way between the means of training artworks, balanced, so that .5 is chance "
    "however many have the attribute; the area, which needs no limit, decides whether a vector is "
    "better than pixels. Intervals are given the vector, and empty where fewer than five different "
    "things are shown on a side. Over pixels: "
    "less the same arithmetic on plain pixels, for the same artworks. Shuffled: along a vector of "
    "shuffled labels, as long. New structure: the share of walks along the vector, added once, "
    "with more of it than dissolves between the same ends have, of which one in twenty is chance; "
    "a vector is accepted as a transformation where the whole interval lies above that, rejected "
    "where all of it lies below, and else undecided."
)
_GROUPS = (
    "a and b are the mean latents of two classes, c held-out artworks of b. Named: rise of the "
    "network's probability of class a. Found: how often the artwork of a that shows the same as c "
    "is the nearest to a - b + c among the held-out ones of a, where that is known; over unmoved: "
    "less that to c itself; over pixels: less the same arithmetic on plain pixels. 95 % bootstrap "
    "intervals over artworks c, of the first seed."
)
CHANCE = 0.05  # of walks on which nothing new appears


def measures(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Samples of every model against held-out artworks; none where they were not asked for."""
    table = _of_first_seed(tables.get("samples"))
    if table is None:
        return []
    known = {(r["model"], r["of"], r["measure"]): r for r in table.to_dict("records")}
    shown: list[list[Cell]] = []
    for model in study.models:
        for of, words in KINDS.items():
            rows = [known.get((model, of, measure)) for measure in _MEASURES]
            if any(row is not None for row in rows):
                shown.append([model, words, *(_cell(row, "value") for row in rows)])
    header = ["model", "samples of", "sharpness", "nearest artwork", "told apart"]
    return [Table("Samples against held-out artworks", header, shown, _NOTE, ["samples"])]


def attributes(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Attribute vectors of every model; none where they were not asked for."""
    table = _of_first_seed(tables.get("attributes"))
    if table is None:
        return []
    keys = ("model", "column", "value", "measure")
    known = {tuple(row[key] for key in keys): row for row in table.to_dict("records")}
    shown: list[list[Cell]] = []
    for column, value in dict.fromkeys(zip(table["column"], table["value"], strict=True)):
        for model in [PIXELS, *study.models]:
            rows = [known.get((model, column, value, measure)) for measure in _JUDGED]
            if any(row is not None for row in rows):
                cells = [_cell(row, "mean") for row in rows]
                shown.append([f"{column}: {value}", model, *cells, _accepted(rows[-1])])
    header = ["attribute", "model", "accuracy", "accuracy over pixels", "area under the curve"]
    header += ["area over pixels", "rise of probability", "shuffled", "new structure", "vector"]
    return [Table("Attribute vectors", header, shown, _ATTRIBUTES, ["attributes"])]


def analogies(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Analogies of every model; none where they were not asked for."""
    table = _of_first_seed(tables.get("analogies"))
    if table is None:
        return []
    known = {(row["model"], row["measure"]): row for row in table.to_dict("records")}
    shown: list[list[Cell]] = [
        [model, *(_cell(known.get((model, measure)), "mean") for measure in _ANALOGIES)]
        for model in [PIXELS, *study.models]
    ]
    header = ["model", "named", "over pixels", "found", "by chance", "over unmoved", "over pixels"]
    return [Table("Groups and analogies: a - b + c", header, shown, _GROUPS, ["analogies"])]


def _of_first_seed(table: pd.DataFrame | None) -> pd.DataFrame | None:
    if table is None or table.empty:
        return None
    return table[table["seed"] == table["seed"].iloc[0]]


def _cell(row: Mapping[str, float] | None, column: str) -> str:
    if row is None:
        return numbers.DASH
    value, low, high = (numbers.plain(row[key]) for key in (column, "low", "high"))
    return f"{value} ({low} to {high})"


def _accepted(row: Mapping[str, float] | None) -> str:
    if row is None:
        return numbers.DASH
    if row["low"] > CHANCE:
        return "accepted"
    return "rejected" if row["high"] <= CHANCE else "undecided"
