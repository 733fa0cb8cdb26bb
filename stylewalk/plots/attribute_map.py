"""Figure of attribute vectors on the plane of the first two principal components."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from stylewalk.colours import ALL_COLOUR, class_colours
from stylewalk.plots import theme
from stylewalk.plots.samples import in_words
from stylewalk.plots.theme import Drawn, Look

ARTWORK, VECTOR, PIXELS = "artwork", "vector", "pixels"
_NAME, _TITLE = "attributes_map", "Attribute vectors on the first two principal components"
_CAPTION = (
    "Arrows go from the mean latent of training artworks that lack an attribute to that of those "
    "that have it, on the plane of the first two principal components of the training latents, of "
    "the first seed. Dots: held-out artworks in the colour of their class; the panels are cut at "
    "two standard deviations, or where the longest arrow ends. Below: the share of the vectors' "
    "squared length that lies in the plane, at the median. First: the same on plain pixels."
)
_COLUMNS = 3
_ROOM = 1.15  # around the longest arrow


def draw(
    attribute_map: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw a panel of arrows for plain pixels and for each model.

    Args:
        attribute_map: table ATTRIBUTE_MAP; without rows the figure says why.
        models: models in the order of the config.
        classes: classes in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figure as procedural data.
    """
    with theme.theme():
        if attribute_map.empty:
            said = "Not asked for (latent_tasks), or too few artworks have or lack an attribute."
            figure = theme.canvas(_TITLE, 1.6, procedural)
            figure.text(0.5, 0.5, said, ha="center")
            return [theme.save(figure, Path(folder), Drawn(_NAME, _TITLE, said))]
        first = attribute_map[attribute_map["seed"] == attribute_map["seed"].iloc[0]]
        sides = [side for side in (PIXELS, *models) if side in set(first["model"])]
        vectors = first[first["kind"] == VECTOR]
        known = list(dict.fromkeys(zip(vectors["column"], vectors["value"], strict=True)))
        rows, columns = theme.grid_shape(len(sides), _COLUMNS)
        side_length = theme.WIDTH / columns
        height = 1.1 + 0.2 * (len(known) // 4) + (side_length + 0.35) * rows
        figure = theme.canvas(_TITLE, height, procedural)
        panels = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes in panels[len(sides) :]:
            axes.set_axis_off()
        for axes, side in zip(panels, sides, strict=False):
            _panel(axes, first[first["model"] == side], known, classes)
            axes.set_title(side)
        theme.legend_below(figure, _legend(known, classes), handlelength=1.4)
        return [theme.save(figure, Path(folder), Drawn(_NAME, _TITLE, _CAPTION))]


def _panel(
    axes: Axes, table: pd.DataFrame, known: list[tuple[str, str]], classes: Sequence[str]
) -> None:
    dots, arrows = table[table["kind"] == ARTWORK], table[table["kind"] == VECTOR]
    colours = class_colours(classes)
    ink = [colours.get(name, ALL_COLOUR) for name in dots["value"]]
    axes.scatter(dots["x"], dots["y"], s=7, c=ink, alpha=0.35, linewidths=0)
    for row in arrows.to_dict("records"):
        attribute = row["column"], row["value"]
        look = {"arrowstyle": "-|>", "color": _colour(attribute, colours), "linewidth": 1.6}
        tip, tail = (row["to_x"], row["to_y"]), (row["x"], row["y"])
        axes.annotate("", tip, tail, arrowprops={**look, "shrinkA": 0, "shrinkB": 0})
        number = str(known.index(attribute) + 1)
        along = np.subtract(tip, tail)
        x, y = 9 * along / max(float(np.linalg.norm(along)), 1e-12)
        where: Look = {"textcoords": "offset points", "ha": "center", "va": "center"}
        axes.annotate(number, tip, (x, y), fontsize=8, color="#111111", **where)
    reach = _reach(dots, arrows)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[], box_aspect=1)
    axes.grid(False)
    axes.spines[:].set(visible=True, color="#D1D5DB")
    seen = arrows["in_plane"].median()
    axes.set_xlabel("" if np.isnan(seen) else f"{seen:.0%} of the vectors in the plane", fontsize=8)


def _reach(dots: pd.DataFrame, arrows: pd.DataFrame) -> float:
    """How far a panel goes from the mean of training latents, which is its middle."""
    spread = 2 * float(dots[["x", "y"]].to_numpy().std(axis=0).max()) if len(dots) else 0.0
    longest = float(np.abs(arrows[["x", "y", "to_x", "to_y"]].to_numpy()).max(initial=0.0))
    return max(spread, _ROOM * longest) or 1.0


def _colour(attribute: tuple[str, str], colours: dict[str, str]) -> str:
    """A class has its colour; every other attribute is told by its number."""
    column, value = attribute
    return colours.get(value, ALL_COLOUR) if column == "class" else ALL_COLOUR


def _legend(known: list[tuple[str, str]], classes: Sequence[str]) -> list[Line2D]:
    colours = class_colours(classes)
    return [
        Line2D(
            [],
            [],
            color=_colour(attribute, colours),
            lw=2,
            label=f"{number} {in_words(*attribute)}",
        )
        for number, attribute in enumerate(known, start=1)
    ]
