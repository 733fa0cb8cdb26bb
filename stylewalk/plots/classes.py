"""Figures of classes in the latent space: where they lie, and how the space is used."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Shaped
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator, PercentFormatter

from stylewalk.colours import class_colours, class_markers
from stylewalk.plots import theme
from stylewalk.plots.dots import (
    REFERENCE,
    bare_rows,
    dot,
    faint,
    model_axis,
    model_rows,
    seeds_note,
)
from stylewalk.plots.theme import Drawn, Look

_WHERE = {
    "offset from the centre": "L1 distance of centroids\n/ mean L1 distance within the class",
    "angle of first components": "acute angle to the first component\nof all artworks",
    "mean distance within": "L1 distance of two artworks,\nsum over dimensions",
}
_USES = {
    "spread of the dimensions": "SD of a dimension,\nsmallest to largest",
    "length of a latent": "norm / √d,\nmean ± SD over artworks",
    "tails": "mean excess kurtosis\n← flat          heavy →",
    "active dimensions": "share of variance\nabove 0.01",
}
_USE_CAPTION = (
    "How near the latents are to N(0, I), whose every dimension has a standard deviation (SD) "
    "of 1, whose norm over √d is 1 and whose excess kurtosis is 0 (dotted). Positive kurtosis: "
    "few artworks lie far out; negative: a flat spread, or groups. Active: dimensions of "
    "variance above 0.01 over artworks. Of variational models the means of the posteriors are "
    "measured, which vary less than the prior by the variance of the posteriors."
)
_WIDE = 8  # a panel whose values differ by more than this factor is logarithmic


def draw(
    class_offset_null: pd.DataFrame,
    first_component_angle: pd.DataFrame,
    mean_distance: pd.DataFrame,
    posterior_use: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw where the classes lie, and how the latent dimensions are used.

    Args:
        class_offset_null: table CLASS_OFFSET_NULL of all models and seeds, as all tables here.
        first_component_angle: table FIRST_COMPONENT_ANGLE.
        mean_distance: table MEAN_DISTANCE.
        posterior_use: table POSTERIOR_USE.
        models: models in the order of the config.
        classes: classes in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    folder = Path(folder)
    tables = class_offset_null, first_component_angle, mean_distance, posterior_use
    with theme.theme():
        return [
            _classes(*tables, models, classes, folder, procedural),
            _use(posterior_use, models, folder, procedural),
        ]


def _classes(
    offset_null: pd.DataFrame,
    angle: pd.DataFrame,
    distance: pd.DataFrame,
    use: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    folder: Path,
    procedural: bool,
) -> Drawn:
    title = "Where the classes lie in the latent space"
    row = 0.19 if len(classes) < 6 else 0.14
    figure = theme.canvas(title, 1.75 + row * len(models) * (len(classes) + 1), procedural)
    panels = figure.subplots(1, 3, sharey=True)
    keys = ["model", "seed", "class"]
    offsets = offset_null.merge(distance[[*keys, "l1"]], on=keys, how="left")
    offsets["chance"] = offsets["null_l1"] / offsets["l1"].where(offsets["l1"] > 0)
    tables = (offsets, angle, distance)
    columns = ("relative_l1", "degrees", "l1")
    for axes, table, column in zip(panels, tables, columns, strict=True):
        _by_class(axes, table, column, models, classes)
    _references(panels, use, models, len(classes) + 1)
    _scale(panels[0], [*offsets["relative_l1"], *offsets["chance"]])
    panels[1].set_xlim(-2, 92)
    panels[1].set_xticks(range(0, 91, 15), [f"{degrees}°" for degrees in range(0, 91, 15)])
    _scale(panels[2], distance["l1"], zero=True)
    for axes, (head, label) in zip(panels, _WHERE.items(), strict=True):
        axes.set_title(head)
        axes.set_xlabel(label)
    theme.legend_below(figure, _entries(classes, bool((offsets["p_l1"] >= 0.05).any())))
    return theme.save(figure, folder, Drawn("latent_space_classes", title, _classes_caption(angle)))


def _references(
    panels: Shaped[np.ndarray, " panels"], use: pd.DataFrame, models: Sequence[str], group: int
) -> None:
    """What chance gives in each model's group of rows, which depends on its latent size."""
    dimensions = use.drop_duplicates("model").set_index("model")["dimensions"]
    for place, model in enumerate(models):
        height = [place * group - 0.5, place * group + group - 1.5]
        d = float(dimensions.get(model, np.nan))
        # The mean angle of two random directions is about 90 - 46 / sqrt(d) degrees.
        panels[1].plot([90 - 46 / np.sqrt(d)] * 2, height, **REFERENCE)
        # The difference of two draws has a variance of 2 in each dimension: E|x| = 2 / sqrt(pi).
        panels[2].plot([2 * d / np.sqrt(np.pi)] * 2, height, **REFERENCE)


def _entries(classes: Sequence[str], chance: bool) -> list[Line2D]:
    """The legend: classes, what chance gives, and where a class is no different from it."""
    grey: Look = {"color": theme.MUTED, "linestyle": "none"}
    stroke: Look = {
        "marker": "|",
        "markersize": 9,
        "markeredgewidth": 2,
        "label": "permuted labels",
    }
    dotted: Look = REFERENCE | {"label": "random directions; two draws of N(0, I)"}
    hollow: Look = {"marker": "o", "markersize": 6, "markerfacecolor": "white"}
    return [
        *theme.handles(class_colours(classes), class_markers(classes), classes),
        Line2D([], [], **grey, **stroke),
        Line2D([], [], **dotted),
        *([Line2D([], [], **grey, **hollow, label="no larger than chance")] if chance else []),
    ]


def _classes_caption(angle: pd.DataFrame) -> str:
    whisker = seeds_note(angle) or (
        " Whiskers: 95 % bootstrap interval of the angle over artworks; the other two panels have "
        "no interval."
    )
    return (
        "Left: distance of each class's centroid from that of all artworks, over the mean distance "
        "within the class; the upright stroke is its mean under permuted labels, and a hollow dot "
        "is no larger than those (p of 0.05 or more"
        + (" in any seed" if seeds_note(angle) else "")
        + "). Middle: acute angle between the first principal component of the class and that of "
        "all artworks; dotted, the mean angle of two random directions. Right: mean L1 distance of "
        "two artworks of a class; dotted, of two draws of N(0, I), where it is within the axis. "
        "All artworks count: a model trained on the classes (a triplet loss) has drawn those of "
        "its training artworks apart." + whisker
    )


def _by_class(
    axes: Axes, table: pd.DataFrame, column: str, models: Sequence[str], classes: Sequence[str]
) -> None:
    """A dot for each class in each model's group of rows."""
    colours, markers = class_colours(classes), class_markers(classes)
    rows_of = dict(iter(table.groupby(["model", "class"])))
    for place, model in enumerate(models):
        if place % 2 == 0:
            span = place * (len(classes) + 1) - 1, (place + 1) * (len(classes) + 1) - 1
            axes.axhspan(*span, color="#F6F7F9", linewidth=0, zorder=0)
        for step, name in enumerate(classes):
            rows, y = rows_of.get((model, name)), place * (len(classes) + 1) + step
            if rows is None:
                continue
            hollow = False
            if "chance" in rows:
                chance, value = rows["chance"].mean(), rows[column].mean()
                axes.plot([chance, value], [y, y], color=colours[name], linewidth=1, alpha=0.45)
                stroke: Look = {"marker": "|", "markersize": 7, "markeredgewidth": 1.8}
                axes.plot(chance, y, color=theme.MUTED, **stroke, zorder=2)
                hollow = bool((rows["p_l1"] >= 0.05).any())
            dot(axes, rows, column, y, colours[name], markers[name], hollow)
    middle = (len(classes) - 1) / 2
    axes.set_yticks([place * (len(classes) + 1) + middle for place in range(len(models))], models)
    axes.set_ylim(len(models) * (len(classes) + 1) - 1, -1)
    bare_rows(axes)


def _use(use: pd.DataFrame, models: Sequence[str], folder: Path, procedural: bool) -> Drawn:
    title = "How the latent dimensions are used"
    figure = theme.canvas(title, 1.75 + 0.36 * len(models), procedural)
    panels = figure.subplots(1, 4, sharey=True)
    bar: Look = {"linewidth": 5, "solid_capstyle": "butt"}
    use = use.assign(share=use["active"] / use["dimensions"])
    for rows, y, colour in model_rows(use, models):
        low, high = rows["sd_min"].mean(), rows["sd_max"].mean()
        panels[0].plot([low, high], [y, y], color=colour, **bar)
        for column in ("sd_min", "sd_max") if len(rows) > 1 else ():
            faint(panels[0], rows[column], y, colour)
        norm, spread = rows["norm_mean"].mean(), rows["norm_sd"].mean()
        panels[1].plot([norm - spread, norm + spread], [y, y], color=colour, **bar, alpha=0.3)
        dot(panels[1], rows, "norm_mean", y, colour)
        dot(panels[2], rows, "kurtosis", y, colour)
        panels[3].barh(y, rows["share"].mean(), 0.5, color=colour, alpha=0.85)
        count = f"{rows['active'].mean():.4g} of {rows['dimensions'].iloc[0]}"
        panels[3].text(1.03, y, count, va="center", fontsize=8.5, color="#374151", clip_on=False)
    for axes, (head, label), gauss in zip(panels, _USES.items(), (1, 1, 0, None), strict=True):
        axes.set_title(head)
        axes.set_xlabel(label)
        model_axis(axes, models)
        if gauss is not None:
            axes.axvline(gauss, **REFERENCE)
    for axes in panels[:2]:
        axes.set_xlim(0, max(1.15, axes.get_xlim()[1]))
    panels[3].set_xlim(0, 1)
    panels[3].xaxis.set_major_formatter(PercentFormatter(1))
    panels[3].set_xticks([0, 0.5, 1])
    theme.legend_below(figure, [Line2D([], [], **{**REFERENCE, "label": "N(0, I)"})])
    caption = _USE_CAPTION + seeds_note(use)
    return theme.save(figure, folder, Drawn("latent_space_use", title, caption))


def _scale(axes: Axes, values: Iterable[float], zero: bool = False) -> None:
    """Logarithmic where values differ much, else linear, from zero where asked for."""
    values = np.asarray(list(values), dtype=np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return
    least, most = values.min(), values.max()
    if least > 1e-6 and most > _WIDE * least:
        axes.set_xscale("log")
        axes.set_xlim(least / 1.35, most * 1.35)
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_major_formatter(lambda value, _: theme.compact(value))
        axes.xaxis.set_minor_locator(NullLocator())
    elif most > 0:
        axes.set_xlim(0 if zero or least >= 0 else least, most * 1.08)
