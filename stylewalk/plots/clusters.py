"""Figures of clusters: silhouettes, what clusters consist of, and whether they are the classes."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, PercentFormatter

from stylewalk.colours import ALL_COLOUR, class_colours, model_colours, model_markers
from stylewalk.latent_space.best_clustering import best_clusterings
from stylewalk.plots import curves, theme
from stylewalk.plots.dots import REFERENCE, bare_rows, dot, model_axis, model_rows, seeds_note
from stylewalk.plots.theme import Drawn, Look
from stylewalk.statistics import over_seeds

METHODS = {"kmeans": "k-means", "spectral": "spectral clustering"}
_SHORT = {"kmeans": "k-means", "spectral": "spectral"}
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
_HOLLOW: Look = {"markersize": 6, "markerfacecolor": "white", "zorder": 3.5}


def draw(
    silhouette: pd.DataFrame,
    cluster_composition: pd.DataFrame,
    cluster_agreement: pd.DataFrame,
    cluster_agreement_by_split: pd.DataFrame,
    classifier_accuracy: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw the figures of clusters.

    Args:
        silhouette: table SILHOUETTE of all models and seeds, as all tables here.
        cluster_composition: table CLUSTER_COMPOSITION.
        cluster_agreement: table CLUSTER_AGREEMENT.
        cluster_agreement_by_split: table CLUSTER_AGREEMENT_BY_SPLIT.
        classifier_accuracy: table CLASSIFIER_ACCURACY.
        models: models in the order of the config.
        classes: classes in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    folder = Path(folder)
    agreement = cluster_agreement, cluster_agreement_by_split, classifier_accuracy
    with theme.theme():
        return [
            _silhouette(silhouette, models, folder, procedural),
            _composition(silhouette, cluster_composition, models, classes, folder, procedural),
            _agreement(silhouette, *agreement, models, folder, procedural),
        ]


def _silhouette(
    silhouette: pd.DataFrame, models: Sequence[str], folder: Path, procedural: bool
) -> Drawn:
    title = "How well the latents fall into clusters"
    methods = [name for name in METHODS if name in set(silhouette["method"])]
    rows, _ = theme.grid_shape(len(methods), 2)
    figure = theme.canvas(title, 0.9 + 2.7 * rows, procedural)
    # Models stand a little beside each other, which keeps the whiskers apart.
    beside = {m: 0.05 * (place - (len(models) - 1) / 2) for place, m in enumerate(models)}
    scores = silhouette.assign(place=silhouette["k"] + silhouette["model"].map(beside))
    for axes, method in zip(theme.grid(figure, len(methods), 2, sharey=True), methods, strict=True):
        _whiskered(axes, scores[scores["method"] == method], models)
        axes.set_title(METHODS[method])
        axes.set_xlabel("number of clusters k")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.axes[0].set_ylabel("mean silhouette")
    entries = theme.handles(model_colours(models), model_markers(models), models)
    theme.legend_below(figure, entries)
    caption = (
        "Mean silhouette (-1 to 1) by number of clusters: mean over repeats"
        + (" and seeds" if len(set(silhouette["seed"])) > 1 else "")
        + ", whiskers from the smallest to the largest. A ring marks the best k of each model."
    )
    return theme.save(figure, folder, Drawn("clusters_silhouette", title, caption))


def _whiskered(axes: Axes, scores: pd.DataFrame, models: Sequence[str]) -> None:
    """A line with whiskers for each model, a ring around its best point."""
    colours = model_colours(models)
    sns.lineplot(
        scores,
        x="place",
        y="score",
        **curves.by_name("model", models, colours, model_markers(models)),
        errorbar=lambda values: curves.around(values, values.min(), values.max()),
        err_style="bars",
        err_kws={"elinewidth": 1},
        ax=axes,
    )
    means = scores.groupby(["model", "place"])["score"].mean()
    for model, best in means.groupby("model").idxmax().items():
        look: Look = {"markersize": 11, "markerfacecolor": "none", "color": colours[model]}
        axes.plot(best[1], means[best], marker="o", linestyle="none", **look)


def _composition(
    silhouette: pd.DataFrame,
    composition: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    folder: Path,
    procedural: bool,
) -> Drawn:
    title = "What the clusters consist of"
    methods = [name for name in METHODS if name in set(composition["method"])]
    seed = composition["seed"].min()
    best = best_clusterings(silhouette[silhouette["seed"] == seed]).set_index(["model", "method"])
    figure = theme.canvas(title, 0.9 + 1.75 * len(models), procedural)
    panels = figure.subplots(len(models), len(methods), squeeze=False, sharey=True)
    for row, model in zip(panels, models, strict=True):
        for axes, method in zip(row, methods, strict=True):
            k, score = best.loc[(model, method), ["k", "score"]]
            keys = ["model", "method", "k", "seed"]
            rows = composition[(composition[keys] == [model, method, int(k), seed]).all(axis=1)]
            _one_clustering(axes, rows, classes)
            axes.set_title(f"{model}, {METHODS[method]}: k = {int(k)}, silhouette {score:.2f}")
    figure.supylabel("share of the cluster", fontsize=9, color="#374151")
    colours = class_colours(classes)
    theme.legend_below(figure, [Patch(color=colours[name], label=name) for name in classes])
    caption = (
        "Composition of each cluster by class at the best k of each model, with counts of artworks "
        "in the bars and their sum above. The pale bar on the left holds all artworks."
        + (f" Seed {seed}." if len(set(composition["seed"])) > 1 else "")
    )
    return theme.save(figure, folder, Drawn("clusters_composition", title, caption))


def _one_clustering(axes: Axes, rows: pd.DataFrame, classes: Sequence[str]) -> None:
    """Stacked bars of the clusters, and a pale one of everything."""
    counts = rows.pivot_table(index="cluster", columns="class", values="count", aggfunc="sum")
    counts = counts.reindex(columns=classes, fill_value=0).fillna(0).astype(int)
    heights = np.vstack([counts.sum(axis=0), counts.to_numpy()])
    sizes = heights.sum(axis=1)
    places = np.array([0, *(1.3 + np.arange(len(counts)))])
    bottom = np.zeros(len(places))
    for name, column in zip(classes, heights.T, strict=True):
        colour = class_colours(classes)[name]
        share = column / np.maximum(sizes, 1)
        bars = axes.bar(places, share, bottom=bottom, width=0.86, color=colour, linewidth=0)
        bars[0].set_alpha(0.45)
        for place, count, height, base in zip(places, column, share, bottom, strict=True):
            if height > 0.09:
                ink = theme.text_on(colour) if place else "#111111"
                spot: Look = {"ha": "center", "va": "center", "fontsize": 7.5, "color": ink}
                axes.text(place, base + height / 2, f"{count:,}", **spot)
        bottom += share
    for place, size in zip(places, sizes, strict=True):
        axes.text(place, 1.02, f"{size:,}", ha="center", va="bottom", fontsize=8, color=theme.MUTED)
    axes.set_xticks(places, ["all", *(f"cluster {name}" for name in counts.index)])
    axes.tick_params(axis="x", labelsize=8, length=0)
    if len(counts) > 5:
        axes.set_xticks(places, ["all", *map(str, counts.index)])
    axes.set_ylim(0, 1.16)
    axes.set_yticks([0, 0.5, 1])
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)


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
    upper = grid[0].subgridspec(1, len(_MEASURES)).subplots(squeeze=False, sharey=True)[0]
    lower = grid[1].subgridspec(1, len(_CLASSIFIERS)).subplots(squeeze=False, sharey=True)[0]
    unseen = by_split[by_split["split"] == "validation"]
    _clusterings(upper, agreement, unseen, best, rows, models)
    _classifiers(lower, accuracy, models)
    dot: Look = {"color": ALL_COLOUR, "marker": "o", "linestyle": "none", "markersize": 6}
    entries = [
        Line2D([], [], **dot, label="all artworks"),
        Line2D([], [], **dot, markerfacecolor="white", label="validation artworks alone"),
        Line2D([], [], **REFERENCE, label="share of the largest class"),
    ]
    theme.legend_below(figure, entries)
    caption = _AGREEMENT_CAPTION + (
        seeds_note(accuracy) or " Whiskers: 95 % Wilson interval over artworks."
    )
    return theme.save(figure, folder, Drawn("clusters_agreement", title, caption))


def _clusterings(
    panels: Iterable[Axes],
    agreement: pd.DataFrame,
    unseen: pd.DataFrame,
    best: dict[tuple[str, str], int],
    rows: Sequence[tuple[str, str]],
    models: Sequence[str],
) -> None:
    """One row for each model and method, one panel for each measure, values beside the dots."""
    keys = ["model", "method", "k"]
    rows_of, apart = (dict(iter(table.groupby(keys))) for table in (agreement, unseen))
    colours = model_colours(models)
    for axes, (kind, label) in zip(panels, _MEASURES.items(), strict=True):
        for y, (model, method) in enumerate(rows):
            key = model, method, best[model, method]
            mine, alone = rows_of.get(key), apart.get(key)
            value = np.nan if mine is None else mine[kind].mean()
            if mine is None or np.isnan(value):
                axes.text(0.03, y, "–", va="center", color=theme.MUTED)
                continue
            look: Look = {"marker": "o" if method == "kmeans" else "D"}
            if alone is not None and kind in alone:
                axes.plot(alone[kind].mean(), y, color=colours[model], **look, **_HOLLOW)
            dot(axes, mine, kind, y, colours[model], **look)
            _beside(axes, mine[kind].dropna(), y)
            if kind == "purity":
                rate = mine["largest_class_rate"].mean()
                axes.plot([rate, rate], [y - 0.5, y + 0.5], **REFERENCE)
        axes.set_title(label, fontsize=9)
        axes.set_xlim(-0.06, 1.06)
        axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        labels = [f"{model}, {_SHORT[method]}, k = {best[model, method]}" for model, method in rows]
        axes.set_yticks(range(len(rows)), labels)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        bare_rows(axes)


def _beside(axes: Axes, values: pd.Series, y: float) -> None:
    """The mean in figures beyond the whisker, on the side that has room, if any has."""
    mean, low, high = over_seeds(values)
    right = mean < 0.6
    end = np.nanmax([mean, high, *values]) if right else np.nanmin([mean, low, *values])
    if (end < 0.8 if right else end > 0.22) or len(values) == 1:
        spot: Look = {
            "textcoords": "offset points",
            "va": "center",
            "fontsize": 8,
            "color": "#374151",
        }
        shift, side = (7, "left") if right else (-7, "right")
        axes.annotate(f"{mean:.2f}", (end, y), (shift, -0.5), ha=side, **spot)


def _classifiers(panels: Iterable[Axes], accuracy: pd.DataFrame, models: Sequence[str]) -> None:
    """Accuracy of each classifier, one row for each model."""
    for axes, (classifier, label) in zip(panels, _CLASSIFIERS.items(), strict=True):
        for rows, y, colour in model_rows(accuracy[accuracy["classifier"] == classifier], models):
            dot(axes, rows, "accuracy", y, colour)
        rate = accuracy["largest_class_rate"].mean()
        if np.isfinite(rate):
            axes.axvline(rate, **REFERENCE)
        axes.set_title(label, fontsize=9)
        axes.set_xlabel("validation artworks classified right")
        axes.set_xlim(0, 1.02)
        axes.set_xticks(np.linspace(0, 1, 6))
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        model_axis(axes, models)
