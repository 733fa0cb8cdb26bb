"""What all figures share: colours, fonts, the note on procedural data, the writing of files."""

import contextlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stylewalk.files import atomic

Look = dict[str, Any]  # keyword arguments of Matplotlib's artists, by their names

WIDTH = 10.0  # inches: the width of the study page

MUTED = "#6B7280"  # notes and reference lines

_THEME: Look = {
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.labelcolor": "#374151",
    "axes.edgecolor": "#9CA3AF",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#E5E7EB",
    "grid.linewidth": 0.8,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
    "xtick.color": "#6B7280",
    "ytick.color": "#6B7280",
    "xtick.labelcolor": "#374151",
    "ytick.labelcolor": "#374151",
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.7,
    "lines.markersize": 4,
    "lines.solid_capstyle": "round",
    "svg.hashsalt": "stylewalk",  # without it every SVG gets other identifiers
    "text.parse_math": False,  # a title may hold dollars
}


@dataclass(frozen=True)
class Drawn:
    """A figure that was made: its file name without suffix, its title and its caption."""

    name: str
    title: str
    caption: str


def theme() -> contextlib.AbstractContextManager[None]:
    """The look of all figures, for a ``with`` block around drawing and saving."""
    # The stub wants keys of a literal type, which a plain dictionary has not.
    return mpl.rc_context(_THEME)  # type: ignore[arg-type]


def canvas(
    title: str,
    height: float,
    procedural: bool,
    width: float = WIDTH,
    layout: Literal["constrained", "none"] = "constrained",
) -> Figure:
    """An empty figure with its title; a note marks procedural data.

    Args:
        title: what the figure shows.
        height: height in inches.
        procedural: whether the pictures behind it were painted by the workflow itself.
        width: width in inches.
        layout: how Matplotlib places the panels; ``none`` leaves it to the caller.
    """
    # The stub leaves out "none".
    figure = Figure(figsize=(width, height), layout=layout)  # type: ignore[arg-type]
    look: Look = {
        "ha": "left",
        "va": "top",
        "fontsize": 12,
        "fontweight": "bold",
        "color": "#111827",
    }
    # A place of its own would take the title out of the automatic layout.
    place: Look = {"y": 1 - 0.07 / height} if layout == "none" else {}
    figure.suptitle(title, x=0.012, **place, **look)
    if procedural:
        note: Look = {"ha": "right", "va": "top", "fontsize": 8, "style": "italic", "color": MUTED}
        figure.text(1 - 0.1 / width, 1 - 0.09 / height, "procedural data", **note)
    return figure


def save(figure: Figure, folder: Path, drawn: Drawn) -> Drawn:
    """Write ``<folder>/<name>.png`` (150 dpi) and ``.svg``, the same bytes for the same figure.

    The title and the caption travel inside both files, where the study page finds them.
    """
    path = Path(folder) / drawn.name
    texts = {"Title": drawn.title, "Description": drawn.caption}
    images = [image for axes in figure.axes for image in axes.images]
    # Small pictures look right when enlarged smoothly in the PNG, and untouched in the SVG,
    # which would else hold them at its own coarse resolution.
    for suffix, interpolation in ((".png", "bicubic"), (".svg", "none")):
        for image in images:
            image.set_interpolation(interpolation)
        metadata = texts | ({"Date": None} if suffix == ".svg" else {})
        # Half the time of the default, 6, for files 3 % larger.
        kept: Look = {"pil_kwargs": {"compress_level": 5}} if suffix == ".png" else {}
        with atomic(path.with_name(path.name + suffix)) as temporary:
            figure.savefig(temporary, dpi=150, metadata=metadata, **kept)
        if figure.get_layout_engine() is not None:
            figure.set_layout_engine("none")  # the layout of the first file serves the second
    return drawn


def handles(colours: dict[str, str], markers: dict[str, str], names: Sequence[str]) -> list[Line2D]:
    """Legend entries of lines with markers."""
    return [
        Line2D([], [], color=colours[name], marker=markers[name], markersize=5.5, label=name)
        for name in names
    ]


def legend_below(figure: Figure, entries: Sequence[Artist], **options: Any) -> None:
    """A legend under the panels, in one row where it fits."""
    width = sum(4 + len(str(entry.get_label())) for entry in entries)
    rows = math.ceil(width / 105)
    columns = math.ceil(len(entries) / rows)
    options = {"handlelength": 1.8, "columnspacing": 1.6} | options
    figure.legend(handles=list(entries), loc="outside lower center", ncols=columns, **options)


def text_on(colour: str) -> str:
    """Black or white, whichever reads better on the colour (relative luminance, WCAG 2)."""
    channels = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return "#111111" if linear @ (0.2126, 0.7152, 0.0722) > 0.179 else "white"


def grid_shape(count: int, columns: int) -> tuple[int, int]:
    """Rows and columns that hold ``count`` panels, at most ``columns`` of them in a row."""
    columns = max(1, min(count, columns))
    return max(1, math.ceil(count / columns)), columns


def grid(figure: Figure, count: int, columns: int, **options: Any) -> Iterator[Axes]:
    """Axes of ``count`` panels; the places left over stay blank."""
    rows, columns = grid_shape(count, columns)
    axes = figure.subplots(rows, columns, squeeze=False, **options).ravel()
    for spare in axes[count:]:
        spare.set_axis_off()
    if options.get("sharex"):
        # The panel above a blank place is the last of its column and keeps its tick labels.
        for panel in axes[max(0, count - columns) : count]:
            panel.tick_params(labelbottom=True)
    return iter(axes[:count])


def compact(value: float) -> str:
    """A number in little space: ``0.015``, ``152``, ``152k``, ``1.5M``."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= 0.9995 * size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"


def plural(count: int, noun: str) -> str:
    """``1 artwork``, ``2,000 artworks``."""
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
