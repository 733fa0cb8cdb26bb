"""Figure of the sweep: reconstruction loss against latent size."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from stylewalk.colours import model_colours, model_markers
from stylewalk.plots import curves, theme
from stylewalk.plots.theme import Drawn, Look
from stylewalk.statistics import over_seeds

_LOOKS: dict[str, Look] = {
    "training": {"linestyle": (0, (2, 2)), "markerfacecolor": "white"},
    "validation": {"linestyle": "-"},
}
_MARK: Look = {"color": "#E5E7EB", "linewidth": 9, "solid_capstyle": "butt", "zorder": 0}
_LEAST_SEEDS = 3  # two would give an interval of 9 standard deviations to each side
_LABELS = 14  # at most so many places on the axis of sizes


def draw(
    latent_sizes: pd.DataFrame,
    models: Sequence[str],
    own_size: int,
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw reconstruction loss against latent size.

    Args:
        latent_sizes: table LATENT_SIZES; it may hold a part of the models.
        models: all models of the study in the order of the config, which gives their colours.
        own_size: the study's own latent size, which gets a mark.
        folder: where the files go.
        procedural: whether to mark the figure as procedural data.
    """
    losses = latent_sizes[latent_sizes["term"] == "reconstruction"].dropna(subset="value")
    shown = [name for name in models if name in set(losses["model"])]
    title = "Reconstruction loss by latent size"
    with theme.theme():
        figure = theme.canvas(title, 5.2, procedural)
        axes = figure.subplots()
        colours, markers = model_colours(models), model_markers(models)
        for split, look in reversed(_LOOKS.items()):  # hollow marks lie above
            sns.lineplot(
                losses[losses["split"] == split],
                x="latent_size",
                y="value",
                **curves.by_name("model", models, colours, markers),
                markersize=5.5,
                errorbar=interval,
                err_style="bars",
                err_kws={"elinewidth": 1.1},
                zorder=3,
                ax=axes,
                **look,
            )
        _scale(axes, losses)
        marked = own_size in set(losses["latent_size"])
        if marked:
            axes.axvline(own_size, **_MARK)
        entries = theme.handles(colours, markers, shown)
        theme.legend_below(figure, [*entries, *_legend_of_looks(marked)])
        drawn = Drawn("latent_sizes", title, _caption(losses, own_size if marked else None))
        return [theme.save(figure, Path(folder), drawn)]


def interval(values: pd.Series) -> tuple[float, float]:
    """Student's 95 % interval of the mean over training runs; NaN for fewer than three."""
    if len(values) < _LEAST_SEEDS:
        return np.nan, np.nan
    return curves.around(values, *over_seeds(values)[1:])


def _scale(axes: Axes, losses: pd.DataFrame) -> None:
    """Sizes by their logarithm; losses from 0 where they are of one order of magnitude."""
    axes.set_xscale("log", base=2)
    axes.set_xlabel("latent size (dimensions, logarithmic)")
    axes.set_ylabel("mean squared error of pixels")
    sizes = sorted(set(losses["latent_size"]))
    if sizes:
        axes.set_xticks(_labelled(sizes), [f"{size:,}" for size in _labelled(sizes)])
        edge = (sizes[-1] / sizes[0]) ** 0.04 if len(sizes) > 1 else 2
        axes.set_xlim(sizes[0] / edge, sizes[-1] * edge)
    axes.xaxis.set_minor_locator(NullLocator())
    values = losses["value"]
    if len(values) and values.min() > 0 and values.max() > 8 * values.min():
        axes.set_yscale("log")
        # An interval may reach below 0, where a logarithm has no place.
        axes.set_ylim(values.min() / 1.25, values.max() * 1.25)
        axes.yaxis.set_major_formatter(lambda value, _: theme.compact(value))
        axes.yaxis.set_minor_formatter(lambda value, _: theme.compact(value))
        axes.yaxis.set_minor_locator(LogLocator(subs=(2, 5)))
        axes.tick_params(axis="y", which="minor", size=0, labelsize=8.5, labelcolor="#374151")
        axes.grid(True, which="minor", axis="y", linewidth=0.4)
    else:
        axes.set_ylim(bottom=0)


def _labelled(sizes: Sequence[int]) -> list[int]:
    """The sizes that get a label: no two closer than the labels are wide."""
    least = math.log(sizes[-1] / sizes[0]) / _LABELS
    kept = [sizes[0]]
    for size in sizes[1:]:
        if math.log(size / kept[-1]) >= least:
            kept.append(size)
    return kept


def _legend_of_looks(marked: bool) -> list[Line2D]:
    """Legend entries of what is the same for every model."""
    entries = [
        Line2D([], [], color=theme.MUTED, label=split, marker="o", markersize=5.5, **look)
        for split, look in reversed(_LOOKS.items())
    ]
    if marked:
        entries.append(Line2D([], [], label="the study's own size", **_MARK))
    return entries


def _caption(losses: pd.DataFrame, own_size: int | None) -> str:
    """What is seen, and how sure it is."""
    seeds = losses["seed"].nunique()
    uncertainty = (
        "One training run for each point, so there are no intervals."
        if seeds <= 1
        else f"Means over {seeds} seeds; too few for intervals."
        if seeds < _LEAST_SEEDS
        else f"Means over {seeds} seeds; bars: Student's 95 % interval of the mean over seeds."
    )
    mark = f" Grey band: the size of this study, {own_size:,}." if own_size else ""
    return (
        "Mean squared error between pictures (pixels from 0 to 1) and their reconstructions in the "
        "last epoch, by the number of latent dimensions; validation solid, training dotted with "
        f"hollow marks. All other settings are those of the study. {uncertainty}{mark}"
    )
