"""Figures of the style metrics: what they tell apart, and what changes of pictures do to them."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from stylewalk.catalogue.metrics import QUESTIONS
from stylewalk.plots import theme
from stylewalk.plots.dots import REFERENCE, bare_rows
from stylewalk.plots.theme import Drawn, Look
from stylewalk.style.validity import AMONG, WITHOUT

_PASSES, _FAILS, _LAYER = "#01665E", "#A50F15", theme.MUTED
_ROW = 0.36  # inches


def draw(
    metric_validity: pd.DataFrame,
    metric_response: pd.DataFrame,
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw what the metrics see.

    Args:
        metric_validity: table METRIC_VALIDITY.
        metric_response: table METRIC_RESPONSE.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    with theme.theme():
        return [
            _validity(metric_validity, Path(folder), procedural),
            _response(metric_response, Path(folder), procedural),
        ]


def _validity(table: pd.DataFrame, folder: Path, procedural: bool) -> Drawn:
    title = "What do the metrics tell apart on these pictures?"
    metrics = list(dict.fromkeys(table["metric"]))
    asked = [name for name in QUESTIONS if name in set(table["question"])]
    figure = theme.canvas(title, 1.9 + _ROW * max(len(metrics), 1), procedural)
    panels = figure.subplots(1, max(len(asked), 1), sharex=True, sharey=True, squeeze=False)[0]
    for axes, question in zip(panels, asked, strict=False):
        _one_question(axes, table[table["question"] == question], metrics)
        first, second = QUESTIONS[question]
        axes.set_title(question)
        axes.set_xlabel(f"chance that {first}\nare nearer than {second}", fontsize=8.5)
    if not asked:
        panels[0].set_axis_off()
        panels[0].text(0.5, 0.5, "The labels of this study answer no question.", ha="center")
    dot: Look = {"marker": "o", "linestyle": "none"}
    entries = [
        Line2D([], [], color=_PASSES, **dot, label="passes"),
        Line2D([], [], color=_FAILS, markerfacecolor="white", **dot, label="does not"),
        Line2D([], [], color=_LAYER, marker="|", linestyle="none", label="a single layer"),
        Line2D([], [], **{**REFERENCE, "label": "no better than a coin"}),
    ]
    theme.legend_below(figure, entries)
    caption = (
        "Area under the ROC curve of distances over pairs of artworks, with its 95 % bootstrap "
        "interval over artists, contents or artworks. A metric passes where the interval lies "
        "above 0.5 and the metric is better than plain pixels and colours, with an interval."
    )
    return theme.save(figure, folder, Drawn("metrics_validity", title, caption))


def _one_question(axes: Axes, rows: pd.DataFrame, metrics: Sequence[str]) -> None:
    """One row for each metric: its dot with the interval, and its layers."""
    for y, metric in enumerate(metrics):
        mine = rows[rows["metric"] == metric]
        single = ~mine["layer"].isin(["total", metric])
        single &= ~mine["layer"].str.startswith((WITHOUT, AMONG))
        layers = mine.loc[single, "auc"]
        if len(layers) > 1:
            axes.plot(layers, [y] * len(layers), "|", color=_LAYER, markersize=7, alpha=0.8)
        for row in mine[mine["layer"] == "total"].itertuples():
            colour = _PASSES if row.passes else _FAILS
            axes.plot([row.low, row.high], [y, y], color=colour, linewidth=1.6, alpha=0.65)
            fill = colour if row.passes else "white"
            axes.plot(row.auc, y, "o", color=colour, markerfacecolor=fill, markersize=6)
    axes.axvline(0.5, **REFERENCE)
    axes.set_yticks(range(len(metrics)), metrics)
    axes.set_ylim(len(metrics) - 0.4, -0.6)
    bare_rows(axes)


def _response(table: pd.DataFrame, folder: Path, procedural: bool) -> Drawn:
    title = "What changes of all pictures do to the distances"
    metrics, changes = (list(dict.fromkeys(table[key])) for key in ("metric", "change"))
    wide = {
        key: table.pivot_table(index="metric", columns="change", values=key, dropna=False).reindex(
            index=metrics, columns=changes
        )
        for key in ("ratio", "moved")
    }
    figure = theme.canvas(title, 1.9 + 2 * (_ROW * len(metrics) + 0.4), procedural)
    panels = figure.subplots(2, 1, sharex=True)
    heads = {
        "ratio": "distance of two changed artworks, over that of the two as they are",
        "moved": "distance of an artwork from itself changed, over that of two artworks",
    }
    for axes, (key, values) in zip(panels, wide.items(), strict=True):
        _grid(axes, values, is_ratio=key == "ratio")
        axes.set_title(heads[key])
        axes.set_yticks(np.arange(len(metrics)) + 0.5, metrics)
        axes.set_xticks(np.arange(len(changes)) + 0.5, changes)
        axes.tick_params(length=0)
        axes.grid(False)
    caption = (
        "Medians over pairs. Above, 1 is a metric that the change leaves alone; below, 0 is one "
        "that takes the changed artwork for the same."
    )
    return theme.save(figure, folder, Drawn("metrics_response", title, caption))


def _grid(axes: Axes, values: pd.DataFrame, is_ratio: bool) -> None:
    """A field for each metric and change, with its number."""
    shown = values.to_numpy(float)
    look: Look = {"edgecolors": "white", "linewidth": 1.5}
    if is_ratio:  # a half is as far from 1, which is white, as a double
        with np.errstate(divide="ignore"):
            shade = np.log2(shown)
        axes.pcolormesh(shade, cmap="PuOr_r", vmin=-2, vmax=2, **look)
        strong = np.abs(shade) > 1.3
    else:  # from the same picture, white, to as far as another
        axes.pcolormesh(shown, cmap="Greens", vmin=0, vmax=1.5, **look)
        strong = shown > 0.9
    for y, x in np.ndindex(shown.shape):
        text = f"{shown[y, x]:.2f}" if np.isfinite(shown[y, x]) else "–"
        colour = "white" if strong[y, x] else "#111111"
        axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", fontsize=9, color=colour)
    axes.invert_yaxis()
    for spine in axes.spines.values():
        spine.set_visible(False)
