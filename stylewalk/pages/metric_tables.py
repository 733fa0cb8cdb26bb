"""Tables of what the style metrics see, and of what each says of the shapes."""

import itertools
from collections.abc import Mapping

import pandas as pd

from stylewalk import numbers
from stylewalk.catalogue.metrics import QUESTIONS
from stylewalk.pages import own_shapes
from stylewalk.pages.cells import Cell, Table, Verdict, sentences
from stylewalk.pages.facts import Study
from stylewalk.style.validity import AMONG, WITHOUT, class_question, passed

Tables = Mapping[str, pd.DataFrame]
# The name of PROFILE_SHAPES with the rows of all metrics: under its own stand those of one.
ALL_SHAPES = "profile_shapes of all metrics"


def validity(study: Study, tables: Tables) -> list[Table]:
    """One row for each metric: how well it answers each question."""
    table = tables.get("metric_validity")
    if table is None or table.empty:
        return []
    whole = table[table["layer"] == "total"].set_index(["metric", "question"])
    asked = [name for name in QUESTIONS if name in set(table["question"])]
    metrics = dict.fromkeys(table["metric"])
    best = set(passed(table))
    rows: list[list[Cell]] = []
    for metric in metrics:
        cells = [_cell(whole.loc[(metric, question)]) for question in asked]
        rows.append([metric, *cells, "yes" if metric in best else "no"])
    about = "; ".join(f"{n}: whether {' are nearer than '.join(QUESTIONS[n])}" for n in asked)
    behind = whole.reset_index().groupby("question")["groups"].first()
    note = (
        "Area under the ROC curve ± half of its 95 % bootstrap interval over "
        f"{int(behind.max()):,} artists, contents or artworks, 0.5 where distances know nothing. "
        f"{about[0].upper()}{about[1:]}. Passes: by the strictest question its interval lies above "
        "0.5, and it is better than plain pixels and colours on the same pairs, with its interval; "
        "these, content and learnt_pixels are no metrics of style and cannot pass. Pixels and "
        "colours learn nothing: of what a metric that learns has above them, a part is owed to "
        "the labels."
    )
    header = ["metric", *asked, "passes"]
    return [Table("What the metrics tell apart", header, rows, note, ["metric_validity"])]


def _cell(row: pd.Series) -> str:
    return f"{row['auc']:.2f} ± {(row['high'] - row['low']) / 2:.2f}"


def _marked(row: pd.Series) -> str:
    return _cell(row) + " +" * bool(row["passes"])


def by_class(study: Study, tables: Tables) -> list[Table]:
    """How well each metric tells each class from the others; none where classes are not asked of.

    Rows of a class are missing where it has too few artworks, and in tables of earlier versions.
    """
    table = tables.get("metric_validity")
    if table is None or not (question := class_question(table)):
        return []
    asked = table[table["question"] == question].set_index(["layer", "metric"])
    parts = [(name, f"{AMONG}{name}") for name in study.classes]
    parts = [(name, part) for name, part in parts if part in asked.index.get_level_values("layer")]
    if not parts:
        return []
    rows: list[list[Cell]] = []
    for metric in dict.fromkeys(table["metric"]):
        of_parts = [
            asked.loc[(p, metric)] if (p, metric) in asked.index else None for _, p in parts
        ]
        rows.append([metric, *(numbers.DASH if row is None else _marked(row) for row in of_parts)])
    first, second = QUESTIONS[question]
    note = (
        f"Of the pairs in which the class is, the chance that {first}, this one, are nearer than "
        f"{second}, of which this is one: area under the ROC curve ± half of its 95 % bootstrap "
        "interval, over contents, or else artists or artworks; 0.5 where distances know nothing of "
        "the class. +: a metric of style, whose interval lies above 0.5, and which is better than "
        "plain pixels and colours on the same pairs, with its interval. Every cell has its own "
        "interval; it is not widened for their number."
    )
    header = ["metric", *(name for name, _ in parts)]
    return [Table("Which classes the metrics tell apart", header, rows, note, ["metric_validity"])]


def left_out(study: Study, tables: Tables) -> list[Table]:
    """How a metric that learns from labels does on a class of which it learnt nothing."""
    table = tables.get("metric_validity")
    if table is None:
        return []
    without = table[table["layer"].str.startswith(WITHOUT)]
    if without.empty:
        return []
    learns = set(without["metric"])
    others = table[~table["metric"].isin(learns)]
    of = table.set_index(["metric", "layer", "question"])
    rows: list[list[Cell]] = []
    for metric, layer, question in without[["metric", "layer", "question"]].itertuples(index=False):
        name = layer.removeprefix(WITHOUT)
        beside = others[(others["layer"] == f"{AMONG}{name}") & (others["question"] == question)]
        best = beside.loc[beside["auc"].idxmax()] if len(beside) else None
        whole = (metric, f"{AMONG}{name}", question)
        rows.append(
            [
                metric,
                name,
                question,
                _cell(of.loc[(metric, layer, question)]),
                _cell(of.loc[whole]) if whole in of.index else numbers.DASH,
                f"{_cell(best)} ({best['metric']})" if best is not None else numbers.DASH,
            ]
        )
    note = (
        "Area under the ROC curve as above, of the pairs in which the class is: by directions that "
        "were learnt from the other classes alone, by those that were learnt from all, and by the "
        "best of the metrics that learn nothing. Where the first is not above the last, what was "
        "learnt is of no use for a class that is new."
    )
    header = ["metric", "class", "question", "learnt without it", "learnt with it", "not learnt"]
    title = "What a metric that learns knows of a class that it never saw"
    return [Table(title, header, rows, note, ["metric_validity"])]


def verdicts(study: Study, tables: Tables) -> list[Table]:
    """Each model's pooled shapes under every metric; none where there is one metric alone."""
    shapes = tables.get(ALL_SHAPES)
    if shapes is None or shapes["metric"].nunique() < 2:
        return []
    pooled = shapes[shapes["class_a"] == "all"]
    own = own_shapes.read(study, tables)
    metrics = list(dict.fromkeys(pooled["metric"]))
    of = pooled.set_index(["model", "experiment", "metric"])["verdict"].to_dict()
    rows: list[list[Cell]] = []
    for experiment, model in itertools.product(study.experiments, study.models):
        row_verdicts = [of.get((model, experiment, metric), "") for metric in metrics]
        if own.metrics:
            row_verdicts.insert(0, own.verdicts.get((model, experiment), ""))
        rows.append([experiment, model, *(Verdict(v) if v else numbers.DASH for v in row_verdicts)])
    note = sentences([own.note, "What one metric calls a horseshoe another may call a valley."])
    header = ["experiment", "model", *["the study's own"] * bool(own.metrics), *metrics]
    behind = ["study_shapes", "profile_shapes"]
    return [Table("Shapes under every metric", header, rows, note, behind)]


def known_shapes(study: Study, tables: Tables) -> list[Table]:
    """The quadratic contrast of walks of known kind under every metric."""
    known = tables.get("known_walks")
    if known is None or known.empty:
        return []
    middle = known.groupby(["walk", "metric"], sort=False)["quadratic"].median()
    walks, metrics = (list(dict.fromkeys(known[key])) for key in ("walk", "metric"))
    rows: list[list[Cell]] = [
        [walk, *(numbers.signed(middle.get((walk, metric), float("nan"))) for metric in metrics)]
        for walk in walks
    ]
    note = (
        "Median quadratic contrast over pairs of artworks, of walks in pixels and without a model: "
        "below 0 a hump (horseshoe), above 0 a valley. What a plain blend of pixels has, a model's "
        "walk may have without showing anything new: a shape says something where it is not that "
        "of the blend."
    )
    title = "Walks of known kind under every metric"
    return [Table(title, ["walk", *metrics], rows, note, ["known_walks"])]
