"""Figures of the data: artworks per class and per century, and examples."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import UInt8
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from stylewalk.colours import class_colours
from stylewalk.plots import theme
from stylewalk.plots.sheet import cell_size, contact_sheet
from stylewalk.plots.theme import Drawn

EXAMPLES = 10  # pictures per class on the contact sheet
_TITLE = 0.4  # inches


def draw(
    artworks: pd.DataFrame,
    images: UInt8[np.ndarray, "artworks side side 3"],
    classes: Sequence[str],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw the figures of the data.

    Args:
        artworks: table ARTWORKS.
        images: row ``id`` of which is an artwork; may be memory-mapped.
        classes: classes in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    with theme.theme():
        return [
            _overview(artworks, classes, Path(folder), procedural),
            _examples(artworks, images, classes, Path(folder), procedural),
        ]


def _overview(
    artworks: pd.DataFrame, classes: Sequence[str], folder: Path, procedural: bool
) -> Drawn:
    title = "Artworks per class and per century"
    figure = theme.canvas(title, 3.9, procedural)
    per_class, per_century = figure.subplots(1, 2, width_ratios=(1, 1.35))
    _per_class(per_class, artworks, classes)
    unknown = _per_century(per_century, artworks, classes)
    colours = class_colours(classes)
    entries = [Patch(color=colours[name], label=name) for name in classes]
    entries.append(Patch(facecolor="#BBBBBB", hatch="////", edgecolor="white", label="validation"))
    theme.legend_below(figure, entries)
    held_out = int((artworks["split"] == "validation").sum())
    caption = (
        f"{theme.plural(len(artworks), 'artwork')}, of which {held_out:,} (hatched) are held out "
        f"for validation. Right: century of the year in which a work was begun; "
        f"{unknown:,} have no date that can be read."
    )
    return theme.save(figure, folder, Drawn("dataset_overview", title, caption))


def _per_class(axes: Axes, artworks: pd.DataFrame, classes: Sequence[str]) -> None:
    """Bars of the classes, training below and validation above."""
    counts = pd.crosstab(artworks["class"], artworks["split"])
    counts = counts.reindex(index=classes, columns=["training", "validation"], fill_value=0)
    colours = class_colours(classes)
    for place, (name, row) in enumerate(counts.iterrows()):
        axes.bar(place, row["training"], color=colours[name], width=0.72)
        axes.bar(
            place,
            row["validation"],
            bottom=row["training"],
            color=colours[name],
            hatch="////",
            edgecolor="white",
            linewidth=0,
            width=0.72,
            alpha=0.75,
        )
        axes.annotate(
            f"{row.sum():,}",
            (place, row.sum()),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
    axes.set_xticks(range(len(classes)), classes)
    if len(classes) > 4 or max(map(len, classes)) > 13:
        axes.tick_params(axis="x", rotation=25)
    axes.set_title("Per class")
    axes.set_ylabel("artworks")
    axes.margins(y=0.1)
    axes.yaxis.set_major_formatter("{x:,.0f}")


def _per_century(axes: Axes, artworks: pd.DataFrame, classes: Sequence[str]) -> int:
    """Stacked bars of the centuries; returns how many artworks have none."""
    known = artworks["century"].notna()
    dated = artworks.loc[known, "century"].astype(int)
    centuries = list(range(dated.min(), dated.max() + 1)) if known.any() else []
    counts = pd.crosstab(dated, artworks.loc[known, "class"])
    counts = counts.reindex(index=centuries, columns=classes, fill_value=0)
    unknown = artworks.loc[~known, "class"].value_counts().reindex(classes, fill_value=0)
    heights = np.vstack([counts.to_numpy(), unknown.to_numpy()])
    places = np.arange(len(heights), dtype=float)
    places[-1] += 0.5 if centuries else 0  # a gap sets the undated apart
    bottom = np.zeros(len(heights))
    for name, column in zip(classes, heights.T, strict=True):
        axes.bar(places, column, bottom=bottom, width=0.72, color=class_colours(classes)[name])
        bottom += column
    for place, total in zip(places, bottom, strict=True):
        axes.annotate(
            f"{int(total):,}", (place, total), (0, 2), textcoords="offset points", ha="center"
        )
    axes.set_xticks(places, [*map(_ordinal, centuries), "no date"])
    margin = max(0.7, (5 - len(places)) / 2)  # few bars stay slim
    axes.set_xlim(places[0] - margin, places[-1] + margin)
    axes.set_title("Per century")
    axes.margins(y=0.1)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    return int((~known).sum())


def _ordinal(number: int) -> str:
    """``19th``, ``21st``."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number in (11, 12, 13) else ending}"


def _examples(
    artworks: pd.DataFrame,
    images: UInt8[np.ndarray, "artworks side side 3"],
    classes: Sequence[str],
    folder: Path,
    procedural: bool,
) -> Drawn:
    title = "Examples of each class"
    rows = []
    for name in classes:
        ids = artworks.loc[artworks["class"] == name, "id"].to_numpy()
        shown = ids[np.unique(np.linspace(0, len(ids) - 1, EXAMPLES).round().astype(int))]
        rows.append((name, "#374151", images[shown]))
    height = _TITLE + 0.08 + cell_size(EXAMPLES, theme.WIDTH) * len(rows)
    figure = theme.canvas(title, height, procedural, layout="none")
    contact_sheet(figure, rows, EXAMPLES, _TITLE)
    size = images.shape[1]
    caption = (
        f"Pictures as the models see them, {size} by {size} pixels, taken at even distances from "
        "the artworks of each class."
    )
    return theme.save(figure, folder, Drawn("dataset_examples", title, caption))
