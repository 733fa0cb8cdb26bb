"""What figures of lines share, which seaborn draws: looks by name, seeds, and whiskers."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from stylewalk.plots.theme import Look

_FAINT: Look = {"linewidth": 0.7, "alpha": 0.35, "markers": False}


def by_name(
    column: str, order: Sequence[str], colours: Mapping[str, str], markers: Mapping[str, str]
) -> Look:
    """Arguments of :func:`seaborn.lineplot`: a line for each name of a column, as elsewhere.

    Args:
        column: the column of names.
        order: names that get a line; the last one's lies above the others.
        colours: of the names.
        markers: of the names.
    """
    look: Look = {"hue": column, "hue_order": order, "palette": colours}
    look |= {"style": column, "style_order": order, "markers": markers, "dashes": False}
    # seaborn's own edges are white.
    return look | {"markeredgecolor": None, "markeredgewidth": 1, "legend": False}


def over_seeds(axes: Axes, table: pd.DataFrame, look: Look, **mapping: Any) -> None:
    """Draw lines of means over seeds, and single seeds faint behind them.

    Args:
        axes: where.
        table: a row for each seed and point.
        look: of the lines of means.
        mapping: what :func:`seaborn.lineplot` takes.
    """
    mapping |= {"data": table, "ax": axes}
    if len(set(table["seed"])) > 1:
        sns.lineplot(**(mapping | _FAINT), units="seed", estimator=None)
    sns.lineplot(**mapping, errorbar=None, **look)
    axes.set(xlabel="", ylabel="")  # names of columns


def around(values: pd.Series, low: float, high: float) -> tuple[float, float]:
    """An interval that holds the mean, beside which rounding may put it where values are equal."""
    mean = float(values.mean())
    return min(low, mean), max(high, mean)
