"""Figures of classes in the latent space: where they lie, how it is used, who finds them again.

Every panel has a dot for each row. Of several seeds the dot is their mean, single seeds are faint
beside it, and the whisker is the 95 % t interval over seeds; of one seed the whisker is the
interval that its table holds, if it holds one.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator, PercentFormatter

from stylewalk.colours import ALL_COLOUR, class_colours, class_markers, model_colours
from stylewalk.latent_space.best_clustering import best_clusterings
from stylewalk.plots import theme
from stylewalk.plots.theme import Drawn
from stylewalk.statistics import over_seeds

METHODS = {"kmeans": "k-means", "spectral": "spectral"}
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
_MEASURES = {
    "ari": "adjusted Rand index",
    "ami": "adjusted mutual inf.",
    "v_measure": "V-measure",
    "purity": "purity",
    "stability": "stability of repeats",
}
_CLASSIFIERS = {
    "linear_probe": "linear probe",
    "nearest_neighbours": "5 nearest neighbours",
}
_USE_CAPTION = (
    "How near the latents are to N(0, I), whose every dimension has a standard deviation (SD) "
    "of 1, whose norm over √d is 1 and whose excess kurtosis is 0 (dotted). Positive kurtosis: "
    "few artworks lie far out; negative: a flat spread, or groups. Active: dimensions of "
    "variance above 0.01 over artworks. Of variational models the means of the posteriors are "
    "measured, which vary less than the prior by the variance of the posteriors."
)
_AGREEMENT_CAPTION = (
    "Above: agreement of clusters with classes at the best number of clusters k of each model. "
    "Adjusted Rand index and adjusted mutual information are 0 by chance and 1 where clusters "
    "are the classes. The purity of a single cluster is the share of the largest class, and "
    "more clusters raise it. Stability: mean adjusted Rand index between repeats, 1 where the "
    "same clusters come back. Filled: of all artworks, training ones included, so that a model "
    "that was trained on their classes (a triplet loss) finds them again; hollow: of the same "
    "clusters, the validation artworks alone, whose classes no model has seen. Below: share of "
    "validation artworks whose class is read right from their latent by classifiers fitted on "
    "training artworks."
)
_HOLLOW = {"markersize": 6, "markerfacecolor": "white", "zorder": 3.5}
_WIDE = 8  # a panel whose values differ by more than this factor is logarithmic
_REFERENCE = {"color": theme.MUTED, "linewidth": 1.2, "linestyle": (0, (1.5, 1.8)), "zorder": 1}


def names() -> list[str]:
    """File names of the figures, without suffix."""
    return ["latent_space_classes", "latent_space_use", "clusters_agreement"]


def draw(
    offset_null: pd.DataFrame,
    angle: pd.DataFrame,
    distance: pd.DataFrame,
    use: pd.DataFrame,
    silhouette: pd.DataFrame,
    agreement: pd.DataFrame,
    by_split: pd.DataFrame,
    accuracy: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw the figures of classes in the latent space.

    Args:
        offset_null: table CLASS_OFFSET_NULL of all models and seeds, as all tables here.
        angle: table FIRST_COMPONENT_ANGLE.
        distance: table MEAN_DISTANCE.
        use: table POSTERIOR_USE.
        silhouette: table SILHOUETTE, which chooses the number of clusters.
        agreement: table CLUSTER_AGREEMENT.
        by_split: table CLUSTER_AGREEMENT_BY_SPLIT.
        accuracy: table CLASSIFIER_ACCURACY.
        models: models in the order of the config.
        classes: classes in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    folder = Path(folder)
    with theme.theme():
        return [
            _classes(offset_null, angle, distance, use, models, classes, folder, procedural),
            _use(use, models, folder, procedural),
            _agreement(silhouette, agreement, by_split, accuracy, models, folder, procedural),
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
    return theme.save(figure, folder, Drawn(names()[0], title, _classes_caption(angle)))


def _references(panels: Sequence[Axes], use: pd.DataFrame, models: Sequence[str], group: int):
    """What chance gives in each model's group of rows, which depends on its latent size."""
    dimensions = use.drop_duplicates("model").set_index("model")["dimensions"]
    for place, model in enumerate(models):
        height = [place * group - 0.5, place * group + group - 1.5]
        d = float(dimensions.get(model, np.nan))
        # The mean angle of two random directions is about 90 - 46 / sqrt(d) degrees.
        panels[1].plot([90 - 46 / np.sqrt(d)] * 2, height, **_REFERENCE)
        # The difference of two draws has a variance of 2 in each dimension: E|x| = 2 / sqrt(pi).
        panels[2].plot([2 * d / np.sqrt(np.pi)] * 2, height, **_REFERENCE)


def _entries(classes: Sequence[str], chance: bool) -> list[Line2D]:
    """The legend: classes, what chance gives, and where a class is no different from it."""
    grey = {"color": theme.MUTED, "linestyle": "none"}
    stroke = {"marker": "|", "markersize": 9, "markeredgewidth": 2, "label": "permuted labels"}
    dotted = _REFERENCE | {"label": "random directions; two draws of N(0, I)"}
    hollow = {"marker": "o", "markersize": 6, "markerfacecolor": "white"}
    return [
        *theme.handles(class_colours(classes), class_markers(classes), classes),
        Line2D([], [], **grey, **stroke),
        Line2D([], [], **dotted),
        *([Line2D([], [], **grey, **hollow, label="no larger than chance")] if chance else []),
    ]


def _classes_caption(angle: pd.DataFrame) -> str:
    whisker = _seeds_note(angle) or (
        " Whiskers: 95 % bootstrap interval of the angle over artworks; the other two panels have "
        "no interval."
    )
    return (
        "Left: distance of each class's centroid from that of all artworks, over the mean distance "
        "within the class; the upright stroke is its mean under permuted labels, and a hollow dot "
        "is no larger than those (p of 0.05 or more"
        + (" in any seed" if _seeds_note(angle) else "")
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
    found = dict(iter(table.groupby(["model", "class"])))
    for place, model in enumerate(models):
        if place % 2 == 0:
            span = place * (len(classes) + 1) - 1, (place + 1) * (len(classes) + 1) - 1
            axes.axhspan(*span, color="#F6F7F9", linewidth=0, zorder=0)
        for step, name in enumerate(classes):
            rows, y = found.get((model, name)), place * (len(classes) + 1) + step
            if rows is None:
                continue
            hollow = False
            if "chance" in rows:
                chance, value = rows["chance"].mean(), rows[column].mean()
                axes.plot([chance, value], [y, y], color=colours[name], linewidth=1, alpha=0.45)
                stroke = {"marker": "|", "markersize": 7, "markeredgewidth": 1.8}
                axes.plot(chance, y, color=theme.MUTED, **stroke, zorder=2)
                hollow = bool((rows["p_l1"] >= 0.05).any())
            _dot(axes, rows, column, y, colours[name], markers[name], hollow)
    middle = (len(classes) - 1) / 2
    axes.set_yticks([place * (len(classes) + 1) + middle for place in range(len(models))], models)
    axes.set_ylim(len(models) * (len(classes) + 1) - 1, -1)
    _bare(axes)


def _use(use: pd.DataFrame, models: Sequence[str], folder: Path, procedural: bool) -> Drawn:
    title = "How the latent dimensions are used"
    figure = theme.canvas(title, 1.75 + 0.36 * len(models), procedural)
    panels = figure.subplots(1, 4, sharey=True)
    bar = {"linewidth": 5, "solid_capstyle": "butt"}
    use = use.assign(share=use["active"] / use["dimensions"])
    for rows, y, colour in _model_rows(use, models):
        low, high = rows["sd_min"].mean(), rows["sd_max"].mean()
        panels[0].plot([low, high], [y, y], color=colour, **bar)
        for column in ("sd_min", "sd_max") if len(rows) > 1 else ():
            _faint(panels[0], rows[column], y, colour)
        norm, spread = rows["norm_mean"].mean(), rows["norm_sd"].mean()
        panels[1].plot([norm - spread, norm + spread], [y, y], color=colour, **bar, alpha=0.3)
        _dot(panels[1], rows, "norm_mean", y, colour)
        _dot(panels[2], rows, "kurtosis", y, colour)
        panels[3].barh(y, rows["share"].mean(), 0.5, color=colour, alpha=0.85)
        count = f"{rows['active'].mean():.4g} of {rows['dimensions'].iloc[0]}"
        panels[3].text(1.03, y, count, va="center", fontsize=8.5, color="#374151", clip_on=False)
    for axes, (head, label), gauss in zip(panels, _USES.items(), (1, 1, 0, None), strict=True):
        axes.set_title(head)
        axes.set_xlabel(label)
        _model_axis(axes, models)
        if gauss is not None:
            axes.axvline(gauss, **_REFERENCE)
    for axes in panels[:2]:
        axes.set_xlim(0, max(1.15, axes.get_xlim()[1]))
    panels[3].set_xlim(0, 1)
    panels[3].xaxis.set_major_formatter(PercentFormatter(1))
    panels[3].set_xticks([0, 0.5, 1])
    theme.legend_below(figure, [Line2D([], [], **{**_REFERENCE, "label": "N(0, I)"})])
    caption = _USE_CAPTION + _seeds_note(use)
    return theme.save(figure, folder, Drawn(names()[1], title, caption))


def _agreement(
    silhouette: pd.DataFrame,
    agreement: pd.DataFrame,
    by_split: pd.DataFrame,
    accuracy: pd.DataFrame,
    models: Sequence[str],
    folder: Path,
    procedural: bool,
) -> Drawn:
    title = "Whether the classes are found again"
    best = best_clusterings(silhouette).set_index(["model", "method"])["k"].to_dict()
    rows = [(m, method) for m in models for method in METHODS if (m, method) in best]
    heights = [0.24 * len(rows) + 0.7, 0.3 * len(models) + 0.7]
    figure = theme.canvas(title, sum(heights) + 0.95, procedural)
    grid = figure.add_gridspec(2, 1, height_ratios=heights)
    upper = grid[0].subgridspec(1, len(_MEASURES)).subplots(sharey=True)
    lower = grid[1].subgridspec(1, len(_CLASSIFIERS)).subplots(sharey=True)
    unseen = by_split[by_split["split"] == "validation"]
    _clusterings(upper, agreement, unseen, best, rows, models)
    _classifiers(lower, accuracy, models)
    dot = {"color": ALL_COLOUR, "marker": "o", "linestyle": "none", "markersize": 6}
    entries = [
        Line2D([], [], **dot, label="all artworks"),
        Line2D([], [], **dot, markerfacecolor="white", label="validation artworks alone"),
        Line2D([], [], **_REFERENCE, label="share of the largest class"),
    ]
    theme.legend_below(figure, entries)
    caption = _AGREEMENT_CAPTION + (
        _seeds_note(accuracy) or " Whiskers: 95 % Wilson interval over artworks."
    )
    return theme.save(figure, folder, Drawn(names()[2], title, caption))


def _clusterings(
    panels: Sequence[Axes],
    agreement: pd.DataFrame,
    unseen: pd.DataFrame,
    best: dict[tuple[str, str], int],
    rows: Sequence[tuple[str, str]],
    models: Sequence[str],
) -> None:
    """One row for each model and method, one panel for each measure, values beside the dots."""
    keys = ["model", "method", "k"]
    found, apart = (dict(iter(table.groupby(keys))) for table in (agreement, unseen))
    colours = model_colours(models)
    for axes, (kind, label) in zip(panels, _MEASURES.items(), strict=True):
        for y, (model, method) in enumerate(rows):
            key = model, method, best[model, method]
            mine, alone = found.get(key), apart.get(key)
            value = np.nan if mine is None else mine[kind].mean()
            if np.isnan(value):
                axes.text(0.03, y, "–", va="center", color=theme.MUTED)
                continue
            look = {"marker": "o" if method == "kmeans" else "D"}
            if alone is not None and kind in alone:
                axes.plot(alone[kind].mean(), y, color=colours[model], **look, **_HOLLOW)
            _dot(axes, mine, kind, y, colours[model], **look)
            _beside(axes, mine[kind].dropna(), y)
            if kind == "purity":
                rate = mine["largest_class_rate"].mean()
                axes.plot([rate, rate], [y - 0.5, y + 0.5], **_REFERENCE)
        axes.set_title(label, fontsize=9)
        axes.set_xlim(-0.06, 1.06)
        axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        labels = [
            f"{model}, {METHODS[method]}, k = {best[model, method]}" for model, method in rows
        ]
        axes.set_yticks(range(len(rows)), labels)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        _bare(axes)


def _beside(axes: Axes, values: pd.Series, y: float) -> None:
    """The mean in figures beyond the whisker, on the side that has room, if any has."""
    mean, low, high = over_seeds(values)
    right = mean < 0.6
    end = np.nanmax([mean, high, *values]) if right else np.nanmin([mean, low, *values])
    if (end < 0.8 if right else end > 0.22) or len(values) == 1:
        spot = {"textcoords": "offset points", "va": "center", "fontsize": 8, "color": "#374151"}
        shift, side = (7, "left") if right else (-7, "right")
        axes.annotate(f"{mean:.2f}", (end, y), (shift, -0.5), ha=side, **spot)


def _classifiers(panels: Sequence[Axes], accuracy: pd.DataFrame, models: Sequence[str]) -> None:
    """Accuracy of each classifier, one row for each model."""
    for axes, (classifier, label) in zip(panels, _CLASSIFIERS.items(), strict=True):
        for rows, y, colour in _model_rows(accuracy[accuracy["classifier"] == classifier], models):
            _dot(axes, rows, "accuracy", y, colour)
        rate = accuracy["largest_class_rate"].mean()
        if np.isfinite(rate):
            axes.axvline(rate, **_REFERENCE)
        axes.set_title(label, fontsize=9)
        axes.set_xlabel("validation artworks classified right")
        axes.set_xlim(0, 1.02)
        axes.set_xticks(np.linspace(0, 1, 6))
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        _model_axis(axes, models)


def _model_rows(
    table: pd.DataFrame, models: Sequence[str]
) -> Iterator[tuple[pd.DataFrame, int, str]]:
    """The rows of each model that has any, with its place and its colour."""
    for place, model in enumerate(models):
        rows = table[table["model"] == model]
        if len(rows):
            yield rows, place, model_colours(models)[model]


def _dot(
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
        _faint(axes, values, y, colour)
    elif "low" in rows:
        low, high = rows.loc[values.index[0], ["low", "high"]]
    # The axis follows the dots: an interval over two seeds is as wide as any axis.
    axes.add_line(Line2D([low, high], [y, y], color=colour, linewidth=1.6, alpha=0.65, zorder=2))
    look = {"marker": marker, "markersize": 6, "markerfacecolor": "white" if hollow else colour}
    axes.plot(mean, y, color=colour, **look, zorder=4)


def _faint(axes: Axes, values: Iterable[float], y: float, colour: str) -> None:
    """Single seeds."""
    look = {"marker": "o", "markersize": 4, "markeredgewidth": 0, "alpha": 0.4}
    values = list(values)
    axes.plot(values, [y] * len(values), color=colour, linestyle="none", **look, zorder=3)


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


def _model_axis(axes: Axes, models: Sequence[str]) -> None:
    """One row per model, the first above."""
    axes.set_yticks(range(len(models)), models)
    axes.set_ylim(len(models) - 0.4, -0.6)
    _bare(axes)


def _bare(axes: Axes) -> None:
    """Upright grid lines only."""
    axes.tick_params(axis="y", length=0)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.spines["left"].set_visible(False)


def _seeds_note(table: pd.DataFrame) -> str:
    seeds = table["seed"].nunique()
    if seeds < 2:
        return ""
    return (
        f" Large: mean over {seeds} seeds with its 95 % t interval, cut where it is wider than the "
        "axis; faint: single seeds."
    )
