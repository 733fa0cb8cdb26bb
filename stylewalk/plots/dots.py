"""Panels with one row for each model or class, and a dot in each row.

Of several seeds the dot is their mean, single seeds are faint beside it, and the whisker is the
95 % t interval over seeds; of one seed the whisker is the interval that its table holds, if it
holds one.
"""

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from stylewalk.colours import model_colours
from stylewalk.plots import theme
from stylewalk.plots.theme import Look
from stylewalk.statistics import over_seeds

REFERENCE: Look = {
    "color": theme.MUTED,
    "linewidth": 1.2,
    "linestyle": (0, (1.5, 1.8)),
    "zorder": 1,
}


def model_rows(
    table: pd.DataFrame, models: Sequence[str]
) -> Iterator[tuple[pd.DataFrame, int, str]]:
    """The rows of each model that has any, with its place and its colour."""
    for place, model in enumerate(models):
        rows = table[table["model"] == model]
        if len(rows):
            yield rows, place, model_colours(models)[model]


def dot(
    axes: Axes,
    rows: pd.DataFrame,
    column: str,
    y: float,
    colour: str,
    marker: str = "o",
    hollow: bool = False,
) -> None:
    """The value of one seed with the interval of its table, or the mean of several with theirs."""
    values = rows[column].dropna()
    if values.empty:
        return
    mean, low, high = over_seeds(values)
    if len(values) > 1:
        faint(axes, values, y, colour)
    elif "low" in rows:
        low, high = rows.loc[values.index[0], ["low", "high"]]
    # The axis follows the dots: an interval over two seeds is as wide as any axis.
    axes.add_line(Line2D([low, high], [y, y], color=colour, linewidth=1.6, alpha=0.65, zorder=2))
    look: Look = {
        "marker": marker,
        "markersize": 6,
        "markerfacecolor": "white" if hollow else colour,
    }
    axes.plot(mean, y, color=colour, **look, zorder=4)


def faint(axes: Axes, values: Iterable[float], y: float, colour: str) -> None:
    """Single seeds."""
    look: Look = {"marker": "o", "markersize": 4, "markeredgewidth": 0, "alpha": 0.4}
    values = list(values)
    axes.plot(values, [y] * len(values), color=colour, linestyle="none", **look, zorder=3)


def model_axis(axes: Axes, models: Sequence[str]) -> None:
    """One row per model, the first above."""
    axes.set_yticks(range(len(models)), models)
    axes.set_ylim(len(models) - 0.4, -0.6)
    bare_rows(axes)


def bare_rows(axes: Axes) -> None:
    """Upright grid lines only."""
    axes.tick_params(axis="y", length=0)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.spines["left"].set_visible(False)


def seeds_note(table: pd.DataFrame) -> str:
    seeds = table["seed"].nunique()
    if seeds < 2:
        return ""
    return (
        f" Large: mean over {seeds} seeds with its 95 % t interval, cut where it is wider than the "
        "axis; faint: single seeds."
    )
