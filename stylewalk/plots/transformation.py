"""Figure of what appears between the ends of trajectories, beside walks of known kind."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import PercentFormatter

from stylewalk.colours import model_colours
from stylewalk.plots import theme
from stylewalk.plots.dots import REFERENCE, bare_rows
from stylewalk.plots.theme import Drawn, Look
from stylewalk.trajectories.experiments import of_random
from stylewalk.trajectories.transformation import PARTS, least_new, of_pairs

# Of Okabe and Ito, as classes are, but in one figure without these.
_COLOURS = {"fade": "#56B4E9", "blur": "#E69F00", "structure": "#0B5345"}
_WALK = "#374151"  # walks of known kind: diamonds, full where something new appears
_ROW = 0.3  # inches
_LEAST = 1e-6  # what a logarithm can show; less is a pure dissolve
_CAPTION = (
    "Above the line the trajectories of each model between random pairs; below it walks in pixels "
    "between artworks, of which it is known what happens. Left: dots are medians over pairs, "
    "whiskers from the 5th to the 95th percentile. Right: fade is brightness, contrast, hue, a "
    "vignette or an uneven dissolve, blur a Gaussian, structure the rest."
)


def draw(
    trajectory_measures: pd.DataFrame,
    known_walks: pd.DataFrame,
    models: Sequence[str],
    experiments: Mapping[str, Mapping[str, Any]],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw the structure of every model's trajectories, and what else their residual is made of.

    Args:
        trajectory_measures: table TRAJECTORY_MEASURES.
        known_walks: table KNOWN_WALKS.
        models: models in the order of the config.
        experiments: settings of every experiment by its name.
        folder: where the files go.
        procedural: whether to mark the figure as procedural data.
    """
    title = "Does anything new appear between the ends?"
    known = known_walks.drop_duplicates(["walk", "pair"])
    walks = list(dict.fromkeys(known["walk"]))
    own = of_pairs(trajectory_measures, of_random(experiments))
    rows = [(name, own[own["model"] == name]) for name in models]
    rows += [(name, known[known["walk"] == name]) for name in walks]
    is_new = dict(zip(known["walk"], known["is_new"], strict=True))
    looks: dict[str, Look] = {
        name: {"marker": "D", "color": _WALK}
        | ({} if is_new[name] else {"markerfacecolor": "white"})
        for name in walks
    }
    looks |= {name: {"marker": "o", "color": c} for name, c in model_colours(models).items()}
    with theme.theme():
        figure = theme.canvas(title, 1.9 + _ROW * len(rows), procedural)
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
        for y, (name, values) in enumerate(rows):
            _structure(left, values["structure"].dropna(), y, looks[name])
            _shares(right, values, y)
        left.axvline(least_new(known), **REFERENCE)
        _label(left, right, [name for name, _ in rows], len(models))
        theme.legend_below(figure, _entries())
        drawn = Drawn("trajectories_transformation", title, _CAPTION)
        return [theme.save(figure, Path(folder), drawn)]


def _label(left: Axes, right: Axes, names: Sequence[str], models: int) -> None:
    """Titles, units and names of rows; a line between the models and the walks of known kind."""
    left.set_xscale("log")
    left.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    left.set_xlabel("squares, over those of the difference of the ends")
    left.set_title("structure: what the ends do not explain")
    right.set_xlim(0, 1)
    right.xaxis.set_major_formatter(PercentFormatter(1))
    right.set_xlabel("share of the squares, over all pairs")
    right.set_title("what is no dissolve, in parts")
    left.set_yticks(range(len(names)), names)
    left.set_ylim(len(names) - 0.4, -0.6)
    for axes in (left, right):
        axes.axhline(models - 0.5, color=theme.MUTED, linewidth=0.8)
        bare_rows(axes)


def _entries() -> list[Artist]:
    """The legend."""
    sign: Look = {"marker": "D", "linestyle": "none", "color": _WALK}
    return [
        Line2D([], [], **sign, label="known to show something new"),
        Line2D([], [], **sign, markerfacecolor="white", label="known to show nothing new"),
        Line2D([], [], **{**REFERENCE, "label": "95 % of each dissolve lie below"}),
        *(Patch(color=_COLOURS[part], label=part) for part in PARTS),
    ]


def _structure(axes: Axes, values: pd.Series, y: int, dot: Look) -> None:
    if values.empty:
        return
    low, middle, high = values.clip(lower=_LEAST).quantile([0.05, 0.5, 0.95])
    axes.plot([low, high], [y, y], color=dot["color"], linewidth=1.6, alpha=0.65)
    axes.plot(middle, y, markersize=6, **dot)


def _shares(axes: Axes, values: pd.DataFrame, y: int) -> None:
    """Shares of the sum over pairs; none where nothing is left of the dissolve."""
    sums = values[list(PARTS)].sum()
    if sums.sum() < _LEAST * max(len(values), 1):
        axes.text(0.01, y, "a pure dissolve", va="center", fontsize=8.5, color="#374151")
        return
    start = 0.0
    for part in PARTS:
        share = sums[part] / sums.sum()
        axes.barh(y, share, 0.55, left=start, color=_COLOURS[part])
        start += share
