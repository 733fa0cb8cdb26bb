"""Figure of what latent spaces hold of class and content."""

import math
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from stylewalk.catalogue.latent_space import ALL_DIMENSIONS
from stylewalk.colours import model_colours, model_markers
from stylewalk.plots import theme
from stylewalk.plots.dots import REFERENCE, bare_rows, dot, model_rows
from stylewalk.plots.theme import Drawn, Look

_TARGETS = {
    "class": "class read by a linear probe",
    "content_group": "kind of content, likewise",
}
_COLUMNS = 6


def draw(
    latent_factors: pd.DataFrame,
    content_probes: pd.DataFrame,
    models: Sequence[str],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw what class and content explain of each latent dimension, and what is read of them.

    Args:
        latent_factors: table LATENT_FACTORS.
        content_probes: table CONTENT_PROBES.
        models: models in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figure as procedural data.
    """
    with theme.theme():
        return [_factors(latent_factors, content_probes, models, Path(folder), procedural)]


def _factors(
    factors: pd.DataFrame,
    probes: pd.DataFrame,
    models: Sequence[str],
    folder: Path,
    procedural: bool,
) -> Drawn:
    title = "What the latent spaces hold of class and of content"
    caption = (
        "Above, a mark for each latent dimension of the first seed, the larger the more variance "
        "it has: how much of its variance lies between classes and between contents (components "
        "of variance); on the dotted line nothing is left for the single drawing. Below, the share "
        "of artworks, of contents never trained on, whose class or kind of content a linear probe "
        "reads right, with its 95 % bootstrap interval over contents; dotted, the most frequent "
        "kind."
    )
    drawn = Drawn("latent_space_factors", title, caption)
    if factors.empty and probes.empty:
        figure = theme.canvas(title, 1.6, procedural)
        axes = figure.subplots()
        axes.set_axis_off()
        text = "No contents of this study are known to be in every class."
        axes.text(0.5, 0.5, text, ha="center", va="center")
        return theme.save(figure, folder, drawn)
    deep = theme.grid_shape(len(models), _COLUMNS)[0]
    wide = math.ceil(len(models) / deep)  # 7 as 4 and 3, not as 6 and 1
    read_height = 1.0 + 0.27 * len(models)
    figure = theme.canvas(title, 1.3 + 2.1 * deep + read_height, procedural)
    spec = figure.add_gridspec(deep + 1, 2 * wide, height_ratios=[2.1] * deep + [read_height])
    first: Axes | None = None
    for place, model in enumerate(models):
        row, column = divmod(place, wide)
        cell = spec[row, 2 * column : 2 * column + 2]
        axes = figure.add_subplot(cell, sharex=first, sharey=first)
        first = first or axes
        mine = factors[(factors["model"] == model) & (factors["dimension"] != ALL_DIMENSIONS)]
        _dimensions(axes, mine, model, models)
        axes.tick_params(labelleft=column == 0)
    for half, (target, words) in enumerate(_TARGETS.items()):
        axes = figure.add_subplot(spec[deep, half * wide : (half + 1) * wide])
        _read(axes, probes[probes["target"] == target], models)
        axes.set_title(words)
        axes.set_yticks(range(len(models)), models if half == 0 else [""] * len(models))
    return theme.save(figure, folder, drawn)


def _dimensions(axes: Axes, mine: pd.DataFrame, model: str, models: Sequence[str]) -> None:
    """The latent dimensions of a model's first seed."""
    colours, markers = model_colours(models), model_markers(models)
    mine = mine[mine["seed"] == mine["seed"].min()].dropna(subset=["class_share"])
    size = 4 + 60 * mine["variance"] / mine["variance"].max() if len(mine) else []
    look: Look = {"color": colours[model], "marker": markers[model], "linewidths": 0.3}
    xy = mine["class_share"], mine["content_share"]
    axes.scatter(*xy, s=size, alpha=0.5, edgecolors="white", **look)
    axes.plot([0, 1], [1, 0], **REFERENCE)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("between classes", fontsize=8.5)
    if axes.get_subplotspec().is_first_col():  # type: ignore[union-attr]  # each has one
        axes.set_ylabel("between contents", fontsize=8.5)
    axes.set_title(model, color=colours[model])


def _read(axes: Axes, probes: pd.DataFrame, models: Sequence[str]) -> None:
    """One row for each model: the accuracy of the probe."""
    for rows, place, colour in model_rows(probes, models):
        dot(axes, rows, "accuracy", place, colour, model_markers(models)[rows["model"].iloc[0]])
    if len(probes):
        axes.axvline(probes["chance"].mean(), **REFERENCE)
    axes.set_xlim(0, 1.02)
    axes.set_ylim(len(models) - 0.4, -0.6)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("read right, of contents never trained on", fontsize=8.5)
    bare_rows(axes)
