"""Profiles of the style loss along trajectories: mean over trajectories, step by step."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Shaped
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, MaxNLocator

from stylewalk.catalogue.trajectories import PIXEL_BLEND
from stylewalk.colours import model_colours
from stylewalk.plots import theme
from stylewalk.plots.ends import HANDLERS, Ends
from stylewalk.plots.theme import Drawn, Look
from stylewalk.trajectories.experiments import ANY, artworks_of, describe

OVERVIEW = "trajectories_overview"
CONTROL = PIXEL_BLEND
_COLUMNS = 5  # panels side by side
_BLEND: Look = {"color": "#9CA3AF", "linewidth": 1.3, "linestyle": (0, (1.2, 1.4)), "zorder": 1.5}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def name(experiment: str) -> str:
    """File name of an experiment's profiles, without suffix."""
    return f"trajectories_{experiment}_profiles"


@dataclass
class _Line:
    """One curve per seed, from the colour of its first end to that of its last."""

    rows: pd.DataFrame
    ends: Ends


@dataclass
class _Panel:
    """A column of two axes: the style loss, and the style loss over its mean."""

    title: str
    note: str = ""
    colour: str = "#111827"
    lines: list[_Line] = field(default_factory=list)
    control: pd.DataFrame | None = None  # rows of the pixel blends of all models


def draw(
    profiles: pd.DataFrame,
    shapes: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    experiment: str,
    settings: Mapping[str, Any],
    folder: Path,
    procedural: bool,
) -> Drawn:
    """The profiles of one experiment: one panel per model, one line per class or pair of classes.

    Args:
        profiles: rows of table STYLE_PROFILES of this experiment.
        shapes: rows of table PROFILE_SHAPES of this experiment.
        models: models in the order of the config.
        classes: classes in the order of the config.
        experiment: its name.
        settings: its settings ``classes, pairs, count, steps``.
        folder: where the files go.
        procedural: whether to mark the figure as procedural data.
    """
    apart = profiles[profiles["class_a"] != "all"]
    ends = _ends(apart, classes)
    verdicts = shapes[shapes["class_a"] == "all"].set_index("model")["verdict"]
    colours = model_colours(models)
    panels = []
    for model in models:
        panel = _Panel(model, verdicts.get(model, ""), colours[model])
        rows = dict(list(apart[apart["model"] == model].groupby(["class_a", "class_b"])))
        panel.lines = [_Line(rows[pair], look) for pair, look in ends.items() if pair in rows]
        panels.append(panel)
    title = f"Style loss along trajectories: {experiment}{_of_split(settings)}"
    figure = _grid(title, panels, procedural)
    theme.legend_below(figure, list(ends.values()), **HANDLERS)
    between = " A line runs from the colour of its first class to that of its last."
    caption = (
        f"Mean style loss between consecutive decoded images: {describe(settings)}. "
        "Above: the loss, on one scale for all models. Below: the same divided by its mean, which "
        f"shows the shape. {_uncertainty(profiles['seed'].nunique(), settings['count'])} Under a "
        "model's name: the verdict on the shape of all its trajectories together."
        + (between if settings["classes"] == "between" else "")
    )
    return theme.save(figure, folder, Drawn(name(experiment), title, caption))


def _of_split(settings: Mapping[str, Any]) -> str:
    """The artworks that an experiment keeps to, for the end of a label; empty where to none."""
    split = settings.get("split", ANY)
    return "" if split == ANY else f", {artworks_of(split)}"


def _ends(profiles: pd.DataFrame, classes: Sequence[str]) -> dict[tuple[str, str], Ends]:
    """The look of every class or pair of classes, in the order of the classes."""
    occurring = set(zip(profiles["class_a"], profiles["class_b"], strict=True))
    pairs = [(a, b) for a in classes for b in classes if (a, b) in occurring]
    return {(a, b): Ends.of_classes(a, b, classes) for a, b in pairs}


def overview(
    profiles: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    experiments: Mapping[str, Mapping[str, Any]],
    folder: Path,
    procedural: bool,
) -> Drawn:
    """All models in one panel per experiment, over all classes; arguments as in :func:`draw`."""
    pooled = profiles[profiles["class_a"] == "all"]
    ends = {model: Ends.of_model(model, models) for model in models}
    panels = []
    for experiment, settings in experiments.items():
        panel = _Panel(experiment, f"{settings['steps']} steps{_of_split(settings)}")
        rows = pooled[pooled["experiment"] == experiment]
        panel.lines = [_Line(rows[rows["model"] == model], ends[model]) for model in models]
        panel.control = rows[rows["model"].isin([f"{CONTROL}{model}" for model in models])]
        panels.append(panel)
    title = "Style loss along trajectories, all models"
    figure = _grid(title, panels, procedural, logarithmic=True)
    scored = any(panel.control is not None and len(panel.control) for panel in panels)
    entries = [*ends.values(), *([Line2D([], [], label="pixel blend", **_BLEND)] if scored else [])]
    theme.legend_below(figure, entries, **HANDLERS)
    dotted = ", as the dotted mean over the pixel blends of each model's decoded ends shows"
    caption = (
        "Mean style loss between consecutive decoded images over all classes. Above: the loss, on "
        "a logarithmic scale. Below: the same divided by its mean: a hump in the middle is the "
        "report's horseshoe, two humps with a dip between them its wave; a plain cross-dissolve "
        f"gives a valley{dotted * scored}. {_uncertainty(profiles['seed'].nunique())}"
    )
    return theme.save(figure, folder, Drawn(OVERVIEW, title, caption))


def _uncertainty(seeds: int, count: int = 2) -> str:
    if seeds == 1 and count == 1:
        return "A line is one trajectory, so it has no interval."
    if seeds > 1:
        return (
            f"Thick: mean over {seeds} seeds; thin: single seeds; bands: around the 95 % bootstrap "
            "intervals of all seeds."
        )
    return "Bands: 95 % bootstrap interval of the mean (one seed), where there are several pairs."


def _grid(
    title: str, panels: Sequence[_Panel], procedural: bool, logarithmic: bool = False
) -> Figure:
    """Blocks of two rows of axes: the loss above, the loss over its mean below."""
    blocks, _ = theme.grid_shape(len(panels), _COLUMNS)
    columns = math.ceil(len(panels) / blocks)  # 6 panels as 3 and 3, not as 5 and 1
    figure = theme.canvas(title, 0.85 + 3.7 * blocks, procedural)
    axes = figure.subplots(2 * blocks, columns, squeeze=False)
    exponent = 0 if logarithmic else loss_exponent(_largest(panels))
    for place, panel in enumerate(panels):
        block, column = divmod(place, columns)
        above, below = axes[2 * block, column], axes[2 * block + 1, column]
        for line in panel.lines:
            _curve(above, line, 10.0**-exponent)
            _curve(below, line, None)
        if panel.control is not None and len(panel.control):
            # The mean over models: all blends have one shape, and five lines more would hide it.
            table = panel.control.pivot_table(
                index="step", columns=["model", "seed"], values="mean"
            )
            below.plot(table.index, (table / table.mean()).mean(axis=1), **_BLEND)
        _dress(above, below, panel)
    for spare in axes.reshape(blocks, 2, columns).transpose(0, 2, 1).reshape(-1, 2)[len(panels) :]:
        spare[0].set_axis_off(), spare[1].set_axis_off()
    _share_scale(axes[0::2], loss_label(exponent), logarithmic)
    _share_scale(axes[1::2], "style loss / its mean")
    return figure


def _dress(above: Axes, below: Axes, panel: _Panel) -> None:
    """Titles, labels and the line at 1 of one column."""
    above.set_title(panel.title, color=panel.colour, pad=16 if panel.note else 6)
    if panel.note:
        spot: Look = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
        above.annotate(panel.note, (0, 1), (0, 4), fontsize=8, color=theme.MUTED, **spot)
    below.axhline(1, color=theme.MUTED, linewidth=0.8, linestyle=(0, (1, 2)), zorder=1)
    below.set_xlabel("step")
    above.tick_params(labelbottom=False)
    below.sharex(above)
    below.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, steps=[1, 2, 5, 10]))


def _largest(panels: Sequence[_Panel]) -> float:
    return max(
        (line.rows["mean"].max() for panel in panels for line in panel.lines if len(line.rows)),
        default=1.0,
    )


def loss_exponent(largest: float) -> int:
    """The power of ten, a multiple of three, that brings the losses near 1 to 1,000."""
    if not np.isfinite(largest) or largest <= 0 or 1e-2 <= largest < 1e4:
        return 0
    return 3 * math.floor(math.log10(largest) / 3)


def loss_label(exponent: int) -> str:
    """The label of an axis of losses over that power of ten."""
    return f"style loss / 10{str(exponent).translate(_RAISED)}" if exponent else "style loss"


def _curve(axes: Axes, line: _Line, scale: float | None) -> None:
    """Draw one line; ``scale`` None divides every seed's profile by its own mean."""
    seeds = [rows.sort_values("step") for _, rows in line.rows.groupby("seed", sort=True)]
    if not seeds:
        return
    tables = []
    for rows in seeds:
        mean = rows["mean"].mean()
        factor = scale if scale is not None else (1 / mean if mean else np.nan)
        tables.append(rows[["mean", "low", "high"]].to_numpy(float) * factor)
    x = seeds[0]["step"].to_numpy()
    means, lows, highs = np.stack(tables).transpose(2, 0, 1)
    # Around the intervals of all seeds: wider than an interval over seeds, never narrower.
    low, high = lows.min(axis=0), highs.max(axis=0)
    axes.fill_between(x, low, high, color=line.ends.mixed, alpha=0.16, linewidth=0)
    if len(tables) > 1:
        for mean in means:
            line.ends.plot(axes, x, mean, linewidth=0.7, alpha=0.4, markers=False)
    # Many steps, of a single trajectory above all, go up and down too fast for a thick line.
    many = len(x) > 20
    line.ends.plot(axes, x, means.mean(axis=0), linewidth=1.1 if many else 1.7, markers=not many)


def _share_scale(
    rows: Shaped[np.ndarray, "rows columns"], label: str, logarithmic: bool = False
) -> None:
    """One vertical scale for all axes of the rows, labelled in the first column only."""
    used = [axes for axes in rows.ravel() if axes.axison and axes.has_data()]
    if not used:
        return
    if logarithmic and all(_positive(axes) for axes in used):
        low = max(1e-12, min(axes.get_ylim()[0] for axes in used))
        ratio = max(axes.get_ylim()[1] for axes in used) / low
        # The more decades, the fewer numbers between them have room.
        subs = (3,) if ratio > 1e3 else (2, 5) if ratio > 10 else (2, 3, 4, 6, 8)
        for axes in used:
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter(lambda value, _: theme.compact(value))
            axes.yaxis.set_minor_locator(LogLocator(subs=subs))
            axes.yaxis.set_minor_formatter(lambda value, _: theme.compact(value))
            axes.grid(True, axis="y", which="minor")
            axes.tick_params(which="minor", size=0, labelsize=8.5, labelcolor="#374151")
    low = min(axes.get_ylim()[0] for axes in used)
    high = max(axes.get_ylim()[1] for axes in used)
    for axes in used:
        axes.set_ylim(low if logarithmic or "mean" in label else min(0, low), high)
    for row in rows:
        row[0].set_ylabel(label)
        for axes in row[1:]:
            axes.tick_params(labelleft=False, which="both")


def _positive(axes: Axes) -> bool:
    values = [np.asarray(line.get_ydata(), float) for line in axes.lines]
    return bool(values) and all(np.nanmin(value) > 0 for value in values if len(value))
