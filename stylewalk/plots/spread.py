"""How trajectories spread around their mean profile, beside the profile of the pixel blends."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, Int, Shaped
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from stylewalk.colours import ALL_COLOUR, model_colours
from stylewalk.plots import theme
from stylewalk.plots.ends import Ends
from stylewalk.plots.profiles import CONTROL, loss_exponent, loss_label
from stylewalk.plots.theme import Drawn, Look
from stylewalk.trajectories.experiments import describe, of_random

_COLUMNS = 6  # panels side by side
# Of more pairs of classes than this a panel for each of them and each model fills many pages.
_MOST = 12
_INK = "#374151"
_TITLE_SIZE = 8.5  # points
_BLEND: Look = {"color": "#4B5563", "linewidth": 1.1, "linestyle": (0, (1.2, 1.4)), "zorder": 3}


@dataclass(frozen=True)
class _Panel:
    """One model and one class or pair of classes, or all of them together."""

    title: str
    colour: str  # of the title
    ends: Ends
    rows: pd.DataFrame
    blend: pd.DataFrame


def name(experiment: str) -> str:
    """File name of an experiment's figure, without suffix."""
    return f"trajectories_{experiment}_spread"


def draw(
    style_profiles: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    experiments: Mapping[str, Mapping[str, Any]],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw the figure of every experiment of random pairs.

    Args:
        style_profiles: table STYLE_PROFILES, in which ``pixel_blend:<model>`` is a model's control.
        models: models in the order of the config.
        classes: classes in the order of the config.
        experiments: settings (``classes, pairs, count, steps``) of every experiment by its name.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    made = []
    with theme.theme():
        for experiment, settings in experiments.items():
            if experiment in of_random(experiments):
                rows = style_profiles[style_profiles["experiment"] == experiment]
                bands, together = _bands(rows, models, classes)
                title = f"Spread of the style loss: {experiment}"
                figure = _grid(title, bands, procedural)
                caption = _caption(settings, rows["seed"].nunique(), together)
                drawn = Drawn(name(experiment), title, caption)
                made.append(theme.save(figure, Path(folder), drawn))
    return made


def _bands(
    rows: pd.DataFrame, models: Sequence[str], classes: Sequence[str]
) -> tuple[dict[str, list[_Panel]], int]:
    """Panels by the label of their rows; how many pairs are put together.

    A model is a row; of too many pairs of classes it is a panel of the only row.
    """
    rows_of = dict(list(rows.groupby(["model", "class_a", "class_b"])))
    nothing = rows.iloc[:0]
    apart = {key[1:] for key in rows_of}
    keys = [(a, b) for a in classes for b in classes if (a, b) in apart]

    def panel(title: str, colour: str, model: str, key: tuple[str, str], ends: Ends) -> _Panel:
        mine, blend = (rows_of.get((m, *key), nothing) for m in (model, f"{CONTROL}{model}"))
        return _Panel(title, colour, ends, mine, blend)

    if len(keys) > _MOST:
        colours = model_colours(models)
        together = ("all", "all")
        row = [panel(m, colours[m], m, together, Ends.of_model(m, models)) for m in models]
        return {"": row}, len(keys)
    looks = {key: Ends.of_classes(*key, classes) for key in keys}
    return {
        model: [panel(look.name, _INK, model, key, look) for key, look in looks.items()]
        for model in models
    }, 0


def _grid(title: str, bands: Mapping[str, Sequence[_Panel]], procedural: bool) -> Figure:
    """Every band in rows of its own, as wide as the page."""
    count = max(len(panels) for panels in bands.values())
    deep, columns = theme.grid_shape(count, _COLUMNS)
    columns = math.ceil(count / deep)  # 10 panels as 5 and 5, not as 6 and 4
    everything = [panel for panels in bands.values() for panel in panels]
    lines = max((_broken(p.title, columns).count("\n") for p in everything), default=0)
    # Titles repeat in every row where a band has several, else they stand over the first alone.
    title_rows = len(bands) * deep if deep > 1 else 1
    panel_height = 1.15 if len(bands) * deep > 1 else 2.2
    height = 1 + len(bands) * deep * panel_height + title_rows * (0.2 + 0.15 * lines)
    figure = theme.canvas(title, height, procedural)
    axes = figure.subplots(len(bands) * deep, columns, squeeze=False, sharex=True)
    blocks = axes.reshape(len(bands), deep * columns)
    exponent = loss_exponent(max(map(_top, everything), default=0.0))
    colours = model_colours(list(bands))
    for place, (block, (label, panels)) in enumerate(zip(blocks, bands.items(), strict=True)):
        for spot, panel in zip(block, panels, strict=False):
            _fill(spot, panel, 10.0**-exponent)
            if place == 0 or deep > 1:
                text = _broken(panel.title, columns)
                spot.set_title(text, fontsize=_TITLE_SIZE, color=panel.colour)
        _dress(block, panels, exponent)
        block[0].set_ylabel(label, color=colours[label], fontweight="bold")
    _label_steps(axes)
    figure.supylabel(loss_label(exponent), fontsize=9, color=_INK)
    theme.legend_below(figure, _entries(everything))
    return figure


def _broken(title: str, columns: int) -> str:
    """A panel's title in as many lines as its width needs, the last class on a line of its own."""
    # A bold letter is about 0.68 of the font size wide, a panel 0.8 of its share of the page.
    letters = max(8, int(0.8 * theme.WIDTH / columns * 72 / (0.68 * _TITLE_SIZE)))
    if len(title) <= letters:
        return title
    first, arrow, last = title.partition("→ ")
    last = fill(arrow.replace(" ", "\N{NO-BREAK SPACE}") + last, letters) if arrow else ""
    return "\n".join(filter(None, (fill(first, letters), last)))


def _dress(block: Shaped[np.ndarray, " places"], panels: Sequence[_Panel], exponent: int) -> None:
    """A vertical scale from 0 for each panel; the places left over stay blank.

    ASSUME: no shared scale because the loss of one class is often ten times that of another, which
    would then lie on the axis; the profiles' own figure compares them.
    """
    for spare in block[len(panels) :]:
        spare.set_axis_off()
    for panel, axes in zip(panels, block, strict=False):
        top = _top(panel) * 10.0**-exponent
        axes.set_ylim(0, 1.04 * top if top > 0 else 1)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 2.5, 5, 10]))


def _label_steps(axes: Shaped[np.ndarray, "rows columns"]) -> None:
    """Numbers of the steps under the lowest panel of each column."""
    for column in axes.T:
        used = [panel for panel in column if panel.axison]
        for panel in used:
            panel.tick_params(labelbottom=panel is used[-1])
            panel.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, steps=[1, 2, 5, 10]))
        for panel in used[-1:]:
            panel.set_xlabel("step")


def _top(panel: _Panel) -> float:
    """The largest value that a panel shows."""
    ends = [0.0]
    if len(panel.rows):
        _, mean, sd = _spread(panel.rows)
        ends.append(np.nanmax(mean + np.nan_to_num(sd)))
    if len(panel.blend):
        ends.append(np.nanmax(_spread(panel.blend)[1]))
    return float(max(ends))


def _spread(
    rows: pd.DataFrame,
) -> tuple[Int[np.ndarray, " steps"], Float[np.ndarray, " steps"], Float[np.ndarray, " steps"]]:
    """Steps, means over seeds, and the standard deviation within a seed (root mean square)."""
    steps = rows.assign(variance=rows["sd"] ** 2).groupby("step")[["mean", "variance"]].mean()
    return steps.index.to_numpy(), steps["mean"].to_numpy(), np.sqrt(steps["variance"].to_numpy())


def _fill(axes: Axes, panel: _Panel, scale: float) -> None:
    """The mean, a band of one standard deviation around it, and the blend's mean."""
    if len(panel.rows):
        step, mean, sd = _spread(panel.rows)
        low, high = np.maximum(mean - sd, 0) * scale, (mean + sd) * scale
        axes.fill_between(step, low, high, color=panel.ends.mixed, alpha=0.2, linewidth=0)
        panel.ends.plot(axes, step, mean * scale, markers=False)
    if len(panel.blend):
        step, mean, _ = _spread(panel.blend)
        axes.plot(step, mean * scale, **_BLEND)


def _entries(panels: Sequence[_Panel]) -> list[Line2D | Patch]:
    """The legend: what is a line and what is a band."""
    mean = Line2D([], [], color=ALL_COLOUR, label="mean of the model's trajectories")
    entries: list[Line2D | Patch] = [mean]
    if any(panel.rows["sd"].notna().any() for panel in panels):
        band: Look = {"color": ALL_COLOUR, "alpha": 0.2, "linewidth": 0}
        entries.append(Patch(label="± 1 standard deviation", **band))
    if any(len(panel.blend) for panel in panels):
        entries.append(Line2D([], [], label="mean of the pixel blends of their ends", **_BLEND))
    return entries


def _caption(settings: Mapping[str, Any], seeds: int, together: int) -> str:
    """What is seen. ``together``: pairs of classes in one panel, 0 where each has its own."""
    what = "one row of panels for each model, every panel with its own scale"
    if together:
        what = (
            f"the {together} pairs of classes together, which table style_profiles holds one by one"
        )
    over = (
        f" Of {seeds} seeds: the mean of their means, and the root of their mean variance."
        if seeds > 1
        else ""
    )
    return (
        f"Mean style loss of every step and its spread over trajectories: {describe(settings)}; "
        f"{what}. The band says how much single trajectories differ, not how sure the mean is; it "
        "is cut at 0, below which no style loss lies. Dotted: the pixel blends of the same decoded "
        f"ends, which is what a plain cross-dissolve gives.{over}"
    )
