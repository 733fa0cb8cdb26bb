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
    "the first seed; first, the same on plain pixels. Units: standard deviations of held-out "
    "artworks along the first component. Signs and order of components are arbitrary, so that "
    "lengths may be compared between panels and directions may not. Panels end a little beyond the "
    "longest arrow: where that is short, most artworks lie outside, since vectors are small beside "
    "what sets single artworks apart. Dots: held-out artworks in the colour of their class, of at "
    "most 300. Below: the share of the vectors' squared length that lies in the plane, at the "
    "median, and the same of shuffled labels."
)
_COLUMNS = 3
_ROOM = 1.3  # around the longest arrow


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
        height = 1.1 + 0.2 * (len(known) // 4) + (side_length + 0.45) * rows
        figure = theme.canvas(_TITLE, height, procedural)
        panels = figure.subplots(rows, columns, squeeze=False).ravel()
        for axes in panels[len(sides) :]:
            axes.set_axis_off()
        scaled = {side: _in_deviations(first[first["model"] == side]) for side in sides}
        reach = max(_longest(table) for table in scaled.values()) * _ROOM or 1.0
        for axes, side in zip(panels, sides, strict=False):
            _panel(axes, scaled[side], known, classes, reach, 72 * side_length)
            axes.set_title(side)
        theme.legend_below(figure, _legend(first, known, classes), handlelength=1.4)
        return [theme.save(figure, Path(folder), Drawn(_NAME, _TITLE, _CAPTION))]


def _in_deviations(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of one space, in standard deviations of artworks along the first component."""
    unit = float(table.loc[table["kind"] == ARTWORK, "x"].std(ddof=0)) or 1.0
    places = ["x", "y", "to_x", "to_y"]
    return table.assign(**{name: table[name] / unit for name in places})


def _longest(table: pd.DataFrame) -> float:
    """How far the ends of arrows are from the middle, along either component."""
    arrows = table[table["kind"] == VECTOR]
    return float(np.abs(arrows[["x", "y", "to_x", "to_y"]].to_numpy()).max(initial=0.0))


def _panel(
    axes: Axes,
    table: pd.DataFrame,
    known: list[tuple[str, str]],
    classes: Sequence[str],
    reach: float,
    points: float,
) -> None:
    """Dots and arrows of one space, in a panel of about so many points each way."""
    dots, arrows = table[table["kind"] == ARTWORK], table[table["kind"] == VECTOR]
    colours = class_colours(classes)
    ink = [colours.get(name, ALL_COLOUR) for name in dots["value"]]
    axes.scatter(dots["x"], dots["y"], s=10, c=ink, alpha=0.35, linewidths=0)
    for row in arrows.to_dict("records"):
        attribute, tip = (row["column"], row["value"]), (row["to_x"], row["to_y"])
        along = np.array([row["to_x"] - row["x"], row["to_y"] - row["y"]])
        length = max(float(np.linalg.norm(along)), 1e-12)
        # A head no longer than its arrow.
        head = float(np.clip(0.7 * points * length / (2 * reach), 1.0, 11.0))
        look = {"arrowstyle": "-|>", "mutation_scale": head, "linewidth": min(1.6, 0.2 * head)}
        look |= {"color": _colour(attribute, colours), "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", tip, (row["x"], row["y"]), arrowprops=look)
        beside: Look = {"textcoords": "offset points", "ha": "center", "va": "center"}
        x, y = 8 * along / length
        number = str(known.index(attribute) + 1)
        axes.annotate(number, tip, (x, y), fontsize=8, color="#111111", **beside)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), box_aspect=1)
    axes.locator_params(nbins=5)
    axes.grid(False)
    axes.spines[:].set(visible=True, color="#D1D5DB")
    seen, by_chance = (arrows[key].median() for key in ("in_plane", "in_plane_shuffled"))
    if np.isfinite([seen, by_chance]).all():
        text = f"{seen:.0%} of squared lengths here (shuffled {by_chance:.0%})"
        axes.set_xlabel(text, fontsize=8)


def _colour(attribute: tuple[str, str], colours: dict[str, str]) -> str:
    """A class has its colour; every other attribute is told by its number."""
    column, value = attribute
    return colours.get(value, ALL_COLOUR) if column == "class" else ALL_COLOUR


def _legend(
    table: pd.DataFrame, known: list[tuple[str, str]], classes: Sequence[str]
) -> list[Line2D]:
    """Arrows by their numbers, then the colours of dots whose class has no arrow."""
    colours = class_colours(classes)
    entries = []
    for number, attribute in enumerate(known, start=1):
        label, ink = f"{number} {in_words(*attribute)}", _colour(attribute, colours)
        entries.append(Line2D([], [], color=ink, lw=2, label=label))
    shown = set(table.loc[table["kind"] == ARTWORK, "value"])
    others = [name for name in classes if name in shown and ("class", name) not in known]
    look: Look = {"linestyle": "none", "marker": "o", "markersize": 4}
    return entries + [Line2D([], [], color=colours[name], label=name, **look) for name in others]
