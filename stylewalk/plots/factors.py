"""Figure of what latent spaces hold of class and content."""

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

_TARGETS = {"class": "class, by a linear probe", "content_group": "kind of content, likewise"}


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
        "Left, a dot for each latent dimension of the first seed, the larger the more variance it "
        "has: how much of its variance lies between classes and between contents (components of "
        "variance); the rest is the drawing itself. Right, artworks of contents never trained on "
        "whose class, or kind of content, a linear probe reads right, with its 95 % bootstrap "
        "interval over contents, and the most frequent kind (dotted)."
    )
    drawn = Drawn("latent_space_factors", title, caption)
    if factors.empty and probes.empty:
        figure = theme.canvas(title, 1.6, procedural)
        axes = figure.subplots()
        axes.set_axis_off()
        text = "No contents of this study are known to be in every class."
        axes.text(0.5, 0.5, text, ha="center", va="center")
        return theme.save(figure, folder, drawn)
    figure = theme.canvas(title, max(3.6, 2.2 + 0.3 * len(models)), procedural)
    left, *right = figure.subplots(1, 3, width_ratios=[1.5, 1, 1])
    _dimensions(left, factors, models)
    for axes, (target, words) in zip(right, _TARGETS.items(), strict=True):
        _read(axes, probes[probes["target"] == target], models)
        axes.set_title(words)
    right[0].set_yticks(range(len(models)), models)
    right[1].set_yticks([])
    looks = model_colours(models), model_markers(models)
    theme.legend_below(figure, theme.handles(*looks, models))
    return theme.save(figure, folder, drawn)


def _dimensions(axes: Axes, factors: pd.DataFrame, models: Sequence[str]) -> None:
    """The latent dimensions of each model's first seed."""
    colours, markers = model_colours(models), model_markers(models)
    for model in models:
        mine = factors[(factors["model"] == model) & (factors["dimension"] != ALL_DIMENSIONS)]
        mine = mine[mine["seed"] == mine["seed"].min()].dropna(subset=["class_share"])
        if mine.empty:
            continue
        size = 4 + 90 * mine["variance"] / mine["variance"].max()
        look: Look = {"color": colours[model], "marker": markers[model], "linewidths": 0.3}
        axes.scatter(
            mine["class_share"],
            mine["content_share"],
            s=size,
            alpha=0.45,
            edgecolors="white",
            **look,
        )
    axes.plot([0, 1], [1, 0], **REFERENCE)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("of the variance, between classes")
    axes.set_ylabel("between contents")
    axes.set_title("each latent dimension")
    note: Look = {"fontsize": 8, "color": theme.MUTED, "ha": "right", "va": "top"}
    axes.text(0.98, 0.98, "dotted: nothing is left", transform=axes.transAxes, **note)


def _read(axes: Axes, probes: pd.DataFrame, models: Sequence[str]) -> None:
    """One row for each model: the accuracy of the probe."""
    for rows, place, colour in model_rows(probes, models):
        dot(axes, rows, "accuracy", place, colour, model_markers(models)[rows["model"].iloc[0]])
    if len(probes):
        axes.axvline(probes["chance"].mean(), **REFERENCE)
    axes.set_xlim(0, 1.02)
    axes.set_ylim(len(models) - 0.4, -0.6)
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set_xlabel("read right")
    bare_rows(axes)
