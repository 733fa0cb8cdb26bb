"""Whether trajectories transform their pictures: shape against residual, and beside blends."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Shaped
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter

from stylewalk import numbers
from stylewalk.colours import class_colours, model_colours
from stylewalk.plots import theme
from stylewalk.plots.ends import Ends
from stylewalk.plots.theme import Drawn, Look
from stylewalk.trajectories.experiments import describe, of_random

DISSOLVE = "trajectories_dissolve"
CONTROL = "trajectories_control"

_INK = "#374151"
_BLEND = "#9CA3AF"
_TRIANGLE: Look = {"marker": "^", "linestyle": "none", "markersize": 6, "color": "#111827"}
_HEAD: Look = {"fontsize": 9.5, "color": _INK}
_MEASURES = {
    "quadratic": "quadratic contrast\n← hump        valley →",
    "gram_path_ratio": "Gram path / distance of its ends",
}
_HALF = 0.17  # of the distance of two models, from the middle of a model to each of its sides
_KEYS = ["model", "experiment", "class_a", "class_b", "pair"]


def draw(
    trajectory_measures: pd.DataFrame,
    shape_rho: pd.DataFrame,
    control_tests: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    experiments: Mapping[str, Mapping[str, Any]],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw the figures of measures of single trajectories, for the experiments of random pairs.

    Args:
        trajectory_measures: table TRAJECTORY_MEASURES.
        shape_rho: table SHAPE_RHO.
        control_tests: table CONTROL_TESTS.
        models: models in the order of the config.
        classes: classes in the order of the config.
        experiments: settings (``classes, pairs, count, steps``) of every experiment by its name.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    random = _random(experiments)
    if not random:
        return []
    seeds = trajectory_measures["seed"].nunique()
    columns = ["rho", *_MEASURES, *(f"blend_{name}" for name in _MEASURES)]
    pairs = trajectory_measures.groupby(_KEYS, sort=False)[columns].mean().reset_index()
    order = models, random
    with theme.theme():
        return [
            _dissolve(pairs, shape_rho, *order, classes, seeds, Path(folder), procedural),
            _control(pairs, control_tests, *order, seeds, Path(folder), procedural),
        ]


def _random(experiments: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {name: experiments[name] for name in of_random(experiments)}


def _dissolve(
    pairs: pd.DataFrame,
    correlations: pd.DataFrame,
    models: Sequence[str],
    experiments: Mapping[str, Mapping[str, Any]],
    classes: Sequence[str],
    seeds: int,
    folder: Path,
    procedural: bool,
) -> Drawn:
    """The quadratic contrast of every trajectory against its residual, a panel for each model."""
    title = "Shape of a profile against how little the trajectory dissolves"
    deep, columns = theme.grid_shape(len(models), 5)
    rows = len(experiments) * deep
    figure = theme.canvas(title, 0.8 + 2.7 * rows, procedural)
    blocks = figure.subplots(rows, columns, squeeze=False).reshape(len(experiments), -1)
    shown = pairs[pairs["experiment"].isin(experiments)].dropna(subset=["rho", "quadratic"])
    logarithmic = bool(len(shown)) and bool((shown["rho"] > 0).all())
    quadratic = correlations[correlations["measure"] == "quadratic"].set_index(
        ["experiment", "model"]
    )
    for block, (experiment, settings) in zip(blocks, experiments.items(), strict=True):
        walked = shown[shown["experiment"] == experiment]
        for axes, model in zip(block, models, strict=False):
            _scatter(axes, walked[walked["model"] == model], classes)
            colour = model_colours(models)[model]
            _correlation(axes, model, colour, columns, quadratic, experiment)
        _above(block[0], f"{experiment}: {describe(settings)}", 46, **_HEAD)
        for spare in block[len(models) :]:
            spare.set_axis_off()
    _share(blocks[:, : len(models)], columns, logarithmic)
    theme.legend_below(figure, _class_entries(shown, classes))
    caption = (
        f"Each dot is a pair of artworks{_over(seeds)}: across, the dissolve residual ρ, the mean "
        "distance of its images from a cross-dissolve of their ends (0 for a pure one at any "
        f"speed){', on a logarithmic scale' * logarithmic}; upwards, the quadratic contrast of its "
        "profile over its mean. Triangle: the model's median ρ. Above a panel: Spearman's rank "
        "correlation within that model, its 95 % bootstrap interval, and p adjusted by Holm. Dots "
        "that fall to the right say that humps go with transformations, as the report claims. "
        "Pairs whose ends nearly coincide have no ρ and are left out."
    )
    return theme.save(figure, folder, Drawn(DISSOLVE, title, caption))


def _over(seeds: int) -> str:
    return f" (mean over {seeds} seeds)" if seeds > 1 else ""


def _scatter(axes: Axes, rows: pd.DataFrame, classes: Sequence[str]) -> None:
    """One dot per pair, in the colours of its two ends; the median residual."""
    axes.axhline(0, color=theme.MUTED, linewidth=0.8, zorder=1)
    for (a, b), part in rows.groupby(["class_a", "class_b"], sort=False):
        first, last = Ends.of_classes(a, b, classes).colours
        dot: Look = {"fillstyle": "left", "color": first, "markerfacecoloralt": last}
        look: Look = {"marker": "o", "markersize": 4.6, "markeredgewidth": 0, "alpha": 0.8}
        axes.plot(part["rho"], part["quadratic"], linestyle="none", **dot, **look, zorder=2)
    if len(rows):
        # At the lower edge whatever the scale of the contrast.
        spot: Look = {"transform": axes.get_xaxis_transform(), "clip_on": False, "zorder": 4}
        axes.plot(rows["rho"].median(), 0.0, **_TRIANGLE, **spot)


def _above(axes: Axes, text: str, points: float, **look: Any) -> None:
    """A text so many points above the panel, as long as it likes."""
    spot: Look = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "bottom"}
    lines = text.count("\n") * "\n"
    axes.annotate(f"{lines}\N{NO-BREAK SPACE}", (0, 1), (0, points), **spot, **look)
    # The blank takes the height. The text itself would push the next panel to its right end.
    axes.annotate(text, (0, 1), (0, points), **spot, **look).set_in_layout(False)


def _correlation(
    axes: Axes, model: str, colour: str, columns: int, correlations: pd.DataFrame, experiment: str
) -> None:
    """The model's name, and under it Spearman's coefficient with its interval and p."""
    text, sure = "no correlation\n", False
    if (experiment, model) in correlations.index:
        row = correlations.loc[(experiment, model)]
        if np.isfinite(row["correlation"]):
            value, between = row["correlation"], numbers.interval(row["low"], row["high"])
            text = f"{numbers.signed(value)} ({between})\n{_p(row['p'])}, n = {int(row['n']):,}"
            sure = bool(row["p"] < 0.05)
    # A bold letter is about 0.68 of the font size wide, a panel 0.85 of its share of the page.
    letters = int(0.85 * theme.WIDTH / columns * 72 / (0.68 * 9.5))
    name = model if len(model) <= letters else f"{model[: letters - 1]}…"
    _above(axes, name, 30, color=colour, fontsize=9.5, fontweight="bold")
    _above(axes, text, 4, **_ink(sure))


def _ink(sure: bool) -> Look:
    """The look of a test's result: bold where it is significant."""
    look: Look = {"color": _INK, "fontweight": "bold"} if sure else {"color": theme.MUTED}
    return look | {"fontsize": 8, "linespacing": 1.3}


def _share(
    blocks: Shaped[np.ndarray, "experiments models"], columns: int, logarithmic: bool
) -> None:
    """One scale for all panels, with numbers and labels at the left panels and below all."""
    every = list(blocks.ravel())
    for axes in every if logarithmic else []:
        axes.set_xscale("log")  # before the limits are read, which then have other margins
    filled = [axes for axes in every if len(axes.lines) > 1] or every
    across = np.array([axes.get_xlim() for axes in filled])
    upwards = np.array([axes.get_ylim() for axes in filled])
    for block in blocks:
        for place, axes in enumerate(block):
            axes.set_xlim(across[:, 0].min(), across[:, 1].max())
            axes.set_ylim(upwards[:, 0].min(), upwards[:, 1].max())
            if logarithmic:
                _plain_numbers(axes.xaxis)
            axes.grid(True, axis="both")
            axes.tick_params(labelleft=place % columns == 0)
            axes.set_xlabel("dissolve residual ρ")
            if place % columns == 0:
                axes.set_ylabel(_MEASURES["quadratic"], fontsize=8.5)


def _plain_numbers(axis: Axis) -> None:
    """Plain numbers at a logarithmic axis, the more of them the less it spans."""
    low, high = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high > 5 * low else (1, 1.5, 2, 3, 5, 7)))
    axis.set_major_formatter(lambda value, _: theme.compact(value))
    axis.set_minor_formatter(NullFormatter())
    axis.set_tick_params(which="minor", size=0)


def _class_entries(shown: pd.DataFrame, classes: Sequence[str]) -> list[Line2D]:
    """The legend: classes, and the median."""
    dot: Look = {"marker": "o", "linestyle": "none", "markersize": 6, "markeredgewidth": 0}
    colours = class_colours(classes)
    used = set(shown["class_a"]) | set(shown["class_b"])
    entries = [Line2D([], [], color=colours[n], label=n, **dot) for n in classes if n in used]
    return [*entries, Line2D([], [], label="median ρ", **_TRIANGLE)]


def _control(
    pairs: pd.DataFrame,
    tests: pd.DataFrame,
    models: Sequence[str],
    experiments: Mapping[str, Mapping[str, Any]],
    seeds: int,
    folder: Path,
    procedural: bool,
) -> Drawn:
    """Every model beside its pixel blends: a row for each experiment, a column for each measure."""
    title = "Trajectories beside the pixel blends of their own ends"
    figure = theme.canvas(title, 0.95 + 2.75 * len(experiments), procedural)
    grid = figure.subplots(len(experiments), len(_MEASURES), squeeze=False)
    differences = tests.set_index(["experiment", "measure", "model"])
    for row, (experiment, settings) in zip(grid, experiments.items(), strict=True):
        rows = pairs[pairs["experiment"] == experiment]
        for axes, (measure, label) in zip(row, _MEASURES.items(), strict=True):
            _beside(axes, rows, measure, models)
            _differences(axes, differences, experiment, measure, models)
            axes.set_ylabel(label, fontsize=8.5)
        _above(row[0], f"{experiment}: {describe(settings)}", 32, **_HEAD)
    for column, measure in zip(grid.T, _MEASURES, strict=True):
        _align(column, measure == "gram_path_ratio")
    theme.legend_below(figure, _control_entries())
    caption = (
        "Of each model: its trajectories on the left, and on the right the pixel blends of the "
        f"same decoded ends, joined pair by pair{_over(seeds)}; dot: median, bar: quartiles. "
        "Above: the median difference, trajectory minus blend, and p of Wilcoxon's signed-rank "
        "test, adjusted by Holm. A negative difference of quadratic contrasts: the profile is less "
        "of a valley than that of a plain cross-dissolve. Gram path ratio (logarithmic scale): "
        "length of the path of Gram matrices over the distance of its ends. Not even a blend goes "
        "straight there, so that the blend is the reference, not 1."
    )
    return theme.save(figure, folder, Drawn(CONTROL, title, caption))


def _beside(axes: Axes, rows: pd.DataFrame, measure: str, models: Sequence[str]) -> None:
    """The pairs of every model, joined, with median and quartiles of both sides."""
    if measure == "quadratic":
        axes.axhline(0, color=theme.MUTED, linewidth=0.8, zorder=1)
    colours = model_colours(models)
    for place, model in enumerate(models):
        both = rows.loc[rows["model"] == model, [measure, f"blend_{measure}"]].dropna()
        if both.empty:
            continue
        sides = place + np.array([-_HALF, _HALF])
        # Many pairs lie over one another: the more there are, the fainter is each.
        alpha = float(np.clip(12 / len(both), 0.06, 0.5))
        axes.plot(sides, both.to_numpy().T, color=colours[model], linewidth=0.7, alpha=alpha)
        for side, colour, values in zip(
            sides, (colours[model], _BLEND), both.to_numpy().T, strict=True
        ):
            low, middle, high = np.percentile(values, [25, 50, 75])
            bar: Look = {"linewidth": 5, "solid_capstyle": "butt", "zorder": 3}
            axes.plot([side, side], [low, high], color=colour, **bar)
            dot: Look = {"marker": "o", "markersize": 6.5, "markerfacecolor": "white", "zorder": 4}
            axes.plot(side, middle, color=colour, markeredgewidth=1.6, **dot)


def _differences(
    axes: Axes, differences: pd.DataFrame, experiment: str, measure: str, models: Sequence[str]
) -> None:
    """The median difference and its p above each model's columns."""
    for place, model in enumerate(models):
        if (experiment, measure, model) not in differences.index:
            continue
        row = differences.loc[(experiment, measure, model)]
        spot: Look = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
        look: Look = {"ha": "center", "va": "bottom"} | _ink(bool(row["p"] < 0.05))
        p = _p(row["p"])
        if len(models) > 6:  # too narrow for more
            look["fontsize"], p = 7, p.removeprefix("p ").removeprefix("= ")
        text = f"{numbers.signed(row['median_difference'])}\n{p}"
        axes.annotate(text, (place, 1), (0, 3), **spot, **look)
    axes.set_xticks(range(len(models)), models)
    axes.set_xlim(-0.6, len(models) - 0.4)
    if max(map(len, models)) * len(models) > 50:
        for label in axes.get_xticklabels():
            label.set(rotation=15, ha="right", rotation_mode="anchor")
    axes.tick_params(axis="x", length=0)


def _p(p: float) -> str:
    """``p < 0.001``, ``p = 0.034``, a dash where there is none."""
    text = numbers.p_value(p)
    if text == numbers.DASH:
        return text
    return f"p {text}" if text.startswith("<") else f"p = {text}"


def _align(column: Shaped[np.ndarray, " experiments"], logarithmic: bool) -> None:
    """One scale for all experiments."""
    logarithmic = logarithmic and all(map(_positive, column))
    filled = [axes for axes in column if len(axes.lines) > 1]
    for axes in filled if logarithmic else []:
        axes.set_yscale("log")
    limits = np.array([axes.get_ylim() for axes in filled])
    for axes in filled:
        axes.set_ylim(limits[:, 0].min(), limits[:, 1].max())
        if logarithmic:
            _plain_numbers(axes.yaxis)


def _positive(axes: Axes) -> bool:
    values = [np.min(line.get_ydata()) for line in axes.lines]
    return bool(values) and bool(min(values) > 0)


def _control_entries() -> list[Line2D]:
    """The legend: both sides of a pair."""
    look: Look = {"linewidth": 5, "solid_capstyle": "butt"}
    return [
        Line2D([], [], color="#222222", label="trajectories of a model (in its colour)", **look),
        Line2D([], [], color=_BLEND, label="pixel blends of their ends", **look),
    ]
