"""Shapes of profiles: the quadratic and the quartic contrast with their intervals."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from stylewalk.catalogue.trajectories import TOO_FEW, UNDETERMINED
from stylewalk.colours import class_colours, model_colours
from stylewalk.plots import theme
from stylewalk.plots.ends import Ends
from stylewalk.plots.theme import Drawn, Look
from stylewalk.trajectories.experiments import describe

NAME = "trajectories_shapes"
_CONTRASTS = {
    "quadratic": "quadratic contrast\n← hump          valley →",
    "quartic": "quartic contrast\n← two humps          two dips →",
}


def draw(
    shapes: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    experiments: Mapping[str, Mapping[str, Any]],
    folder: Path,
    procedural: bool,
    flat_within: float | None = None,
) -> Drawn:
    """Contrasts of every model and experiment: all classes large, single classes small.

    Args:
        shapes: table PROFILE_SHAPES.
        models: models in the order of the config.
        classes: classes in the order of the config.
        experiments: settings of every experiment by its name.
        folder: where the files go.
        procedural: whether to mark the figure as procedural data.
        flat_within: half the width of the band in which a profile counts as flat; None draws none.
    """
    title = "Shapes of the profiles"
    height = 0.9 + len(experiments) * (0.75 + 0.3 * len(models))
    figure = theme.canvas(title, height, procedural)
    panels = figure.subplots(len(experiments), 2, squeeze=False, sharey=True, sharex="col")
    for row, (experiment, settings) in zip(panels, experiments.items(), strict=True):
        rows = shapes[shapes["experiment"] == experiment]
        for axes, contrast in zip(row, _CONTRASTS, strict=True):
            _forest(axes, rows, contrast, models, classes, flat_within)
        row[0].set_title(f"{experiment}: {describe(settings)}")
        _verdicts(row[1], rows, models)
    for axes, label in zip(panels[-1], _CONTRASTS.values(), strict=True):
        axes.set_xlabel(label, fontsize=8.5)
    theme.legend_below(figure, _entries(shapes, classes, flat_within))
    caption = (
        "Contrasts of the mean profile divided by its mean, on orthonormal polynomials. Large: all "
        "trajectories of a model, with a 95 % bootstrap interval; small: single classes, or pairs "
        "of classes in two colours. Right: the verdict on all trajectories of the model."
    )
    return theme.save(figure, folder, Drawn(NAME, title, caption))


def _forest(
    axes: Axes,
    rows: pd.DataFrame,
    contrast: str,
    models: Sequence[str],
    classes: Sequence[str],
    flat_within: float | None,
) -> None:
    """One row per model: a dot with its interval, single classes beneath."""
    if flat_within:
        axes.axvspan(-flat_within, flat_within, color="#EEF0F3", zorder=0)
    axes.axvline(0, color=theme.MUTED, linewidth=0.8, zorder=1)
    for place, model in enumerate(models):
        mine = rows[rows["model"] == model]
        for shape in mine[mine["class_a"] != "all"].itertuples():
            ends = Ends.of_classes(shape.class_a, shape.class_b, classes)
            first, last = ends.colours
            halves: Look = {"fillstyle": "left", "color": first, "markerfacecoloralt": last}
            look: Look = {"marker": "o", "markersize": 4.5, "markeredgewidth": 0, "alpha": 0.9}
            axes.plot(getattr(shape, contrast), place + 0.26, **halves, **look, zorder=2)
        for shape in mine[mine["class_a"] == "all"].itertuples():
            colour = model_colours(models)[model]
            low, high = getattr(shape, f"{contrast}_low"), getattr(shape, f"{contrast}_high")
            axes.plot([low, high], [place, place], color=colour, linewidth=2.2, zorder=3)
            fill = "white" if np.isnan(low) else colour  # no interval: a hollow dot
            dot: Look = {"marker": "o", "markersize": 7, "markerfacecolor": fill, "zorder": 4}
            axes.plot(getattr(shape, contrast), place, color=colour, **dot)
    axes.set_yticks(range(len(models)), models)
    axes.set_ylim(len(models) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(labelbottom=True)


def _verdicts(axes: Axes, rows: pd.DataFrame, models: Sequence[str]) -> None:
    """The verdict of every model to the right of its row."""
    pooled = rows[rows["class_a"] == "all"].set_index("model")["verdict"]
    for place, model in enumerate(models):
        verdict = pooled.get(model, "")
        is_open = verdict in (TOO_FEW, UNDETERMINED)
        weight = "normal" if is_open else "bold"
        colour = theme.MUTED if is_open else model_colours(models)[model]
        spot: Look = {
            "xycoords": ("axes fraction", "data"),
            "va": "center",
            "annotation_clip": False,
        }
        axes.annotate(verdict, (1.02, place), **spot, fontsize=8.5, fontweight=weight, color=colour)


def _entries(
    shapes: pd.DataFrame, classes: Sequence[str], flat_within: float | None
) -> list[Line2D | Patch]:
    """The legend: classes, and the band of flat profiles."""
    dot: Look = {"marker": "o", "linestyle": "none", "markersize": 6}
    colours = class_colours(classes)
    used = set(shapes["class_a"]) | set(shapes["class_b"])
    named = [name for name in classes if name in used]
    entries: list[Line2D | Patch] = [
        Line2D([], [], color=colours[name], label=name, **dot) for name in named
    ]
    if flat_within:
        entries.append(Patch(color="#E3E6EB", label=f"flat within ±{flat_within:g}"))
    return entries
