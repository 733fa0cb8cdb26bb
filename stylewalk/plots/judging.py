"""Figures of what judges saw: their answers by model, and with which metrics they agree."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from stylewalk.catalogue.judging import CONTROL, TOGETHER
from stylewalk.colours import ALL_COLOUR, model_colours
from stylewalk.plots import theme
from stylewalk.plots.dots import REFERENCE, bare_rows
from stylewalk.plots.theme import Drawn, Look

_ANSWERS, _METRICS = "judging_answers", "judging_metrics"
_TITLES = {_ANSWERS: "What judges saw", _METRICS: "Do metrics and shapes agree with judges?"}
_CAPTIONS = {
    _ANSWERS: (
        "Shares of the answers of the judges who are kept, by model, over all its paths, and of "
        "the controls of which the answer is known (grey). Whiskers: 95 % bootstrap intervals over "
        "judges and trials. Dotted: guessing."
    ),
    _METRICS: (
        "From the left: area under the curve of each measure of a walk for the answer that it "
        "stands for; share of answers that choose the walk with the larger total style loss under "
        "each metric, beside plain pixels; area under the curve of each metric's quadratic "
        "contrast (a valley above zero, a hump below) for change at the ends against midway; "
        "Cohen's kappa of the answer and the shape under the metric. Whiskers: 95 % bootstrap "
        "intervals over judges and trials. Dotted: guessing."
    ),
}
# Of each question: heading, unit, and the answers that are shown, with their names and markers.
_PANELS: Mapping[str, tuple[str, str, Mapping[str, tuple[str, str]]]] = {
    "kind": (
        "what happens on the walk",
        "share of answers",
        {"dissolve": ("dissolves", "o"), "fade": ("fades or blurs", "s"), "new": ("new", "^")},
    ),
    "where": (
        "where it changes most",
        "share of answers",
        {"ends": ("at the ends", "v"), "middle": ("in the middle", "D"), "even": ("evenly", "P")},
    ),
    "style": ("changes style more", "share of choices between two", {"more": ("chosen", "X")}),
    "intruder": ("intruder found", "share of answers", {"right": ("found", "*")}),
}
# By question and statistic: heading and unit.
_HEADINGS = {
    ("kind", "auc"): ("what happens", "area under the curve"),
    ("style", "agreement"): ("which changes style more", "share of answers"),
    ("where", "auc"): ("at the ends or midway", "area under the curve"),
    ("where", "kappa"): ("where, by shape", "Cohen's kappa"),
}


def draw(
    judgements: pd.DataFrame,
    judged_metrics: pd.DataFrame,
    models: Sequence[str],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw the answers and their agreement with metrics.

    Args:
        judgements: table JUDGEMENTS; judged_metrics: table JUDGED_METRICS. Without rows, as where
            no judge is kept, the figures say so.
        models: models in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    with theme.theme():
        return [
            _answers(judgements, models, Path(folder), procedural),
            _agreement(judged_metrics, Path(folder), procedural),
        ]


def _nothing(name: str, folder: Path, procedural: bool) -> Drawn:
    figure = theme.canvas(_TITLES[name], 1.6, procedural)
    said = "No judge who is kept answered anything of it."
    figure.text(0.5, 0.5, said, ha="center")
    return theme.save(figure, folder, Drawn(name, _TITLES[name], said))


def _answers(table: pd.DataFrame, models: Sequence[str], folder: Path, procedural: bool) -> Drawn:
    if table.empty:
        return _nothing(_ANSWERS, folder, procedural)
    # All of a model, and each control.
    shown = table[(table["of"] == TOGETHER) | (table["model"] == CONTROL)]
    rows = [*models, *[""] * 3]
    figure = theme.canvas(_TITLES[_ANSWERS], 2.2 + 2 * 0.4 * len(rows), procedural)
    for axes, question in zip(figure.subplots(2, 2).ravel(), _PANELS, strict=True):
        _panel(axes, shown[shown["question"] == question], question, models)
    look: Look = {"linestyle": "none", "color": ALL_COLOUR, "markersize": 5.5}
    entries = [
        Line2D([], [], label=label, marker=marker, **look)
        for _, _, answers in _PANELS.values()
        for label, marker in answers.values()
    ]
    theme.legend_below(figure, entries)
    return theme.save(figure, folder, Drawn(_ANSWERS, _TITLES[_ANSWERS], _CAPTIONS[_ANSWERS]))


def _panel(axes: Axes, table: pd.DataFrame, question: str, models: Sequence[str]) -> None:
    """The shares of one question's answers, a row for each model and control."""
    heading, unit, answers = _PANELS[question]
    colours = model_colours(models)
    controls = list(dict.fromkeys(table.loc[table["model"] == CONTROL, "of"]))
    rows = [(model, TOGETHER) for model in models] + [(CONTROL, of) for of in controls]
    known = table.set_index(["model", "of", "answer"])
    for chance in table["chance"].iloc[:1]:
        axes.axvline(chance, **REFERENCE)
    for place, row in enumerate(rows):
        colour = colours.get(row[0], theme.MUTED)
        for number, (answer, (_, marker)) in enumerate(answers.items()):
            if (*row, answer) in known.index:
                y = place + 0.24 * (number - (len(answers) - 1) / 2)
                _dot(axes, known.loc[(*row, answer)], "share", y, colour, marker)
    axes.set_title(heading)
    axes.set_xlabel(unit)
    axes.set_xlim(-0.03, 1.03)
    axes.set_yticks(range(len(rows)), [of if model == CONTROL else model for model, of in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    bare_rows(axes)


def _dot(axes: Axes, row: pd.Series, column: str, y: float, colour: str, marker: str) -> None:
    axes.plot(row[["low", "high"]], [y, y], color=colour, linewidth=1.3, alpha=0.65)
    axes.plot(row[column], y, color=colour, marker=marker, markersize=5.5)


def _agreement(table: pd.DataFrame, folder: Path, procedural: bool) -> Drawn:
    if table.empty:
        return _nothing(_METRICS, folder, procedural)
    rows = max(own["measure"].nunique() for _, own in table.groupby("question"))
    figure = theme.canvas(_TITLES[_METRICS], 1.3 + 0.34 * max(rows, 3), procedural)
    for axes, (panel, (heading, unit)) in zip(
        figure.subplots(1, len(_HEADINGS)), _HEADINGS.items(), strict=True
    ):
        own = table[(table["question"] == panel[0]) & (table["statistic"] == panel[1])]
        for chance in own["chance"].iloc[:1]:
            axes.axvline(chance, **REFERENCE)
        names = []
        for place, row in enumerate(own.to_dict("records")):
            _dot(axes, pd.Series(row), "value", place, ALL_COLOUR, "o")
            names.append(
                f"{row['measure']}: {row['answer']}" if panel[0] == "kind" else row["measure"]
            )
        axes.set_title(heading)
        axes.set_xlabel(unit)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(max(len(names), 1) - 0.4, -0.6)
        bare_rows(axes)
    return theme.save(figure, folder, Drawn(_METRICS, _TITLES[_METRICS], _CAPTIONS[_METRICS]))
