"""Figures of interpolation with truth: distances from it, and strips beside the true walk."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import UInt8
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from stylewalk.catalogue.truth import BLEND, RECONSTRUCTION, TRUTH
from stylewalk.colours import ALL_COLOUR, model_colours, path_colours, path_markers
from stylewalk.plots import theme
from stylewalk.plots.dots import REFERENCE, bare_rows
from stylewalk.plots.sheet import cell_size, contact_sheet
from stylewalk.plots.theme import Drawn, Look

_PANELS = {
    "image_error": ("image error", "thousandths of squares", 1000),
    "mean_distance": ("mean distance", "thousandths of the cosine", 1000),
    "smoothness": ("smoothness", "largest step, less an even one", 1),
}
_ROW, _GAP = 0.2, 0.6  # inches, rows
_RING: Look = {"marker": "o", "markersize": 8, "markerfacecolor": "none"}
_ERRORS = (
    "Means over walks between pictures of which the truth is known; whiskers: 95 % bootstrap "
    "interval over walks; 0 is the truth. Dotted: the dissolve of the model's own decoded ends, "
    "which an interpolation is nearer the truth than. Rings: the true pictures as the model "
    "reconstructs them, which no walk can be expected to beat. Walks differ more from each other "
    "than models do: the table of differences holds model against model walk by walk."
)
_STRIPS = (
    "A true walk, the blend of its ends, and what each model decodes on its first path between the "
    "same ends."
)


def draw(
    interpolation_truth: pd.DataFrame,
    true_strips: UInt8[np.ndarray, "rows points side side 3"],
    models: Sequence[str],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw distances from the truth of every model and path, and one walk of each model.

    Args:
        interpolation_truth: table INTERPOLATION_TRUTH; without rows the figures say so.
        true_strips: the true walk, the blend of its ends, then a walk of each model.
        models: models in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    with theme.theme():
        if interpolation_truth.empty:
            return [_nothing(name, title, Path(folder), procedural) for name, title in _TITLES]
        return [
            _errors(interpolation_truth, models, Path(folder), procedural),
            _strips(true_strips, models, Path(folder), procedural),
        ]


_TITLES = (
    ("truth_errors", "How far walks are from the truth"),
    ("truth_strips", "A true walk, and what each model makes of it"),
)


def _nothing(name: str, title: str, folder: Path, procedural: bool) -> Drawn:
    figure = theme.canvas(title, 1.6, procedural)
    figure.text(0.5, 0.5, "What lies between two of these pictures is not known.", ha="center")
    return theme.save(figure, folder, Drawn(name, title, ""))


def _errors(table: pd.DataFrame, models: Sequence[str], folder: Path, procedural: bool) -> Drawn:
    walked = table[~table["path"].isin([BLEND, RECONSTRUCTION, TRUTH])]
    paths = list(dict.fromkeys(walked["path"]))
    rows = len(models) * (len(paths) + _GAP)
    name, title = _TITLES[0]
    figure = theme.canvas(title, 1.9 + _ROW * max(rows, 6), procedural)
    measures = list(dict.fromkeys(table["measure"]))
    panels = figure.subplots(1, len(measures), sharey=True, squeeze=False)[0]
    for axes, measure in zip(panels, measures, strict=True):
        other = (measure.removesuffix("_error"), "degrees off", 1)
        heading, unit, factor = _PANELS.get(measure, other)
        _panel(axes, table[table["measure"] == measure], models, paths, factor)
        axes.set_title(heading)
        axes.set_xlabel(unit)
    middles = [place * (len(paths) + _GAP) + (len(paths) - 1) / 2 for place in range(len(models))]
    panels[0].set_yticks(middles, models)
    panels[0].set_ylim(rows - _GAP / 2 - 0.5, -0.5 - _GAP / 2)
    entries = theme.handles(path_colours(paths), path_markers(paths), paths)
    for entry in entries:
        entry.set_linestyle("none")
    entries += [
        Line2D([], [], linestyle="none", color=ALL_COLOUR, label="reconstructions", **_RING),
        Line2D([], [], **REFERENCE, label="blend of the decoded ends"),
    ]
    theme.legend_below(figure, entries)
    return theme.save(figure, folder, Drawn(name, title, _ERRORS))


def _panel(
    axes: Axes, table: pd.DataFrame, models: Sequence[str], paths: Sequence[str], factor: float
) -> None:
    """A dot with its whisker for each model and path, beside its dissolve and reconstructions."""
    colours, markers = path_colours(paths), path_markers(paths)
    known = table.set_index(["model", "path"])
    for row, model in enumerate(models):
        top = row * (len(paths) + _GAP)
        for place, path in enumerate(paths):
            if (model, path) not in known.index:
                continue
            one, y = known.loc[(model, path)], top + place
            axes.plot(factor * one[["low", "high"]], [y, y], color=colours[path], linewidth=1.6)
            look: Look = {"marker": markers[path], "markersize": 5.5, "color": colours[path]}
            axes.plot(factor * one["mean"], y, **look)
        if (model, BLEND) in known.index:
            at = factor * known.loc[(model, BLEND), "mean"]
            axes.plot([at, at], [top - 0.6, top + len(paths) - 0.4], **REFERENCE)
        if (model, RECONSTRUCTION) in known.index:
            at = factor * known.loc[(model, RECONSTRUCTION), "mean"]
            middle = top + (len(paths) - 1) / 2
            axes.plot(at, middle, color=ALL_COLOUR, **_RING)
    # A little room for what lies at 0, the truth.
    axes.set_xlim(left=-0.03 * axes.get_xlim()[1])
    bare_rows(axes)


def _strips(
    strips: UInt8[np.ndarray, "rows points side side 3"],
    models: Sequence[str],
    folder: Path,
    procedural: bool,
) -> Drawn:
    name, title = _TITLES[1]
    colours = model_colours(models)
    labels = [("truth", ALL_COLOUR), ("blend of ends", ALL_COLOUR)]
    labels += [(model, colours[model]) for model in models]
    rows = [(*label, images) for label, images in zip(labels, strips, strict=True)]
    top = 0.45
    height = top + cell_size(strips.shape[1], theme.WIDTH) * len(rows) + 0.1
    figure = theme.canvas(title, height, procedural, layout="none")
    contact_sheet(figure, rows, strips.shape[1], top)
    return theme.save(figure, folder, Drawn(name, title, _STRIPS))
