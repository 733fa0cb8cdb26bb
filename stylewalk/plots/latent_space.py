"""Figures of the latent space: variance spectra, silhouettes and what clusters consist of."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, PercentFormatter

from stylewalk.colours import class_colours, class_markers, model_colours, model_markers
from stylewalk.latent_space.best_clustering import best_clusterings
from stylewalk.plots import theme
from stylewalk.plots.theme import Drawn

METHODS = {"kmeans": "k-means", "spectral": "spectral clustering"}


def names() -> list[str]:
    """File names of the figures, without suffix."""
    return ["latent_space_spectra", "clusters_silhouette", "clusters_composition"]


def draw(
    pca_variance: pd.DataFrame,
    silhouette: pd.DataFrame,
    composition: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    folder: str | Path,
    procedural: bool,
    spectrum_null: pd.DataFrame | None = None,
) -> list[Drawn]:
    """Draw the figures of the latent space.

    Args:
        pca_variance: table PCA_VARIANCE of all models and seeds.
        silhouette: table SILHOUETTE of all models and seeds.
        composition: table CLUSTER_COMPOSITION of all models and seeds.
        models: models in the order of the config.
        classes: classes in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
        spectrum_null: table CLASS_SPECTRUM_NULL, drawn as bands behind the spectra of the classes.
    """
    folder = Path(folder)
    with theme.theme():
        return [
            _spectra(pca_variance, spectrum_null, models, classes, folder, procedural),
            _silhouette(silhouette, models, folder, procedural),
            _clusters(silhouette, composition, models, classes, folder, procedural),
        ]


def _spectra(
    variance: pd.DataFrame,
    null: pd.DataFrame | None,
    models: Sequence[str],
    classes: Sequence[str],
    folder: Path,
    procedural: bool,
) -> Drawn:
    title = "Variance of the principal components"
    rows, columns = theme.grid_shape(len(models) + 1, 3)
    figure = theme.canvas(title, 0.9 + 2.9 * rows, procedural)
    # Each panel has its own scale, and a logarithmic one: the bands are as narrow as their shares.
    panels = theme.grid(figure, len(models) + 1, 3, sharex=True)
    first = next(panels)
    together = variance[variance["class"] == "all"]
    model_look = model_colours(models), model_markers(models)
    _curves(first, together, "model", models, *model_look)
    first.set_title("all models")
    first.legend(handles=theme.handles(*model_look, models), fontsize=8, loc="upper right")
    order = [*classes, "all"]
    class_look = class_colours(classes), class_markers(classes)
    for axes, model in zip(panels, models, strict=True):
        if null is not None:
            _bands(axes, null[null["model"] == model], classes)
        # Thin lines leave the bands behind them visible.
        thin = {"linewidth": 1.1, "markersize": 3.2} if null is not None else {}
        _curves(axes, variance[variance["model"] == model], "class", order, *class_look, **thin)
        axes.set_title(model)
    for place, axes in enumerate(figure.axes[: len(models) + 1]):
        _logarithmic(axes)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))
        if place % columns == 0:
            axes.set_ylabel("share of the variance")
        if place >= len(models) + 1 - columns:
            axes.set_xlabel("principal component")
    entries = theme.handles(*class_look, order)
    if null is not None:
        entries.append(Patch(color=theme.MUTED, alpha=0.25, label="random artworks, 95 %"))
    theme.legend_below(figure, entries)
    return theme.save(figure, folder, Drawn(names()[0], title, _spectra_caption(variance, null)))


def _logarithmic(axes: Axes) -> None:
    """A logarithmic axis of shares, with more ticks where it spans less than a decade."""
    if not any((np.asarray(line.get_ydata()) > 0).any() for line in axes.get_lines()):
        return  # latents that coincide have shares of 0, which a logarithm cannot show
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    subs = (1, 2, 5) if high > 12 * low else (1, 1.5, 2, 3, 4, 5, 7)
    axes.yaxis.set_major_locator(LogLocator(subs=subs))
    axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.3g}%")
    axes.yaxis.set_minor_locator(NullLocator())


def _spectra_caption(variance: pd.DataFrame, null: pd.DataFrame | None) -> str:
    bands = (
        " Bands in the colour of a class: 95 % of random subsets of all artworks, as many as the "
        "class has. A class whose line leaves its band differs from artworks drawn at random; few "
        "artworks alone already have larger leading shares than many. Classes of one size share "
        "one band."
    )
    return (
        "Share of the variance of the latents along each principal component. First panel: all "
        "classes together, one line per model. Others: one model each, the classes "
        "one by one and all together (grey). Logarithmic scales, each panel its own."
        + ("" if null is None else bands)
        + _seeds_note(variance)
    )


def _bands(axes: Axes, null: pd.DataFrame, classes: Sequence[str]) -> None:
    """The range of random subsets of each class's size, its ends averaged over seeds."""
    for name in classes:
        ends = null[null["class"] == name].groupby("component")[["low", "high"]].mean()
        if ends.empty:
            continue
        look = {"color": class_colours(classes)[name], "zorder": 1}
        axes.fill_between(ends.index, ends["low"], ends["high"], **look, alpha=0.25, linewidth=0)


def _curves(axes, variance, column, order, colours, markers, **look) -> None:
    """One line per name of a column, in the order given; seeds are averaged, and faint behind."""
    for name in order:
        rows = variance[variance[column] == name]
        table = rows.pivot_table(index="component", columns="seed", values="share")
        if table.shape[1] > 1:
            axes.plot(table.index, table.to_numpy(), color=colours[name], linewidth=0.7, alpha=0.3)
        axes.plot(
            table.index, table.mean(axis=1), color=colours[name], marker=markers[name], **look
        )


def _silhouette(
    silhouette: pd.DataFrame, models: Sequence[str], folder: Path, procedural: bool
) -> Drawn:
    title = "How well the latents fall into clusters"
    methods = [name for name in METHODS if name in set(silhouette["method"])]
    rows, _ = theme.grid_shape(len(methods), 2)
    figure = theme.canvas(title, 0.9 + 2.7 * rows, procedural)
    colours, markers = model_colours(models), model_markers(models)
    for axes, method in zip(theme.grid(figure, len(methods), 2, sharey=True), methods, strict=True):
        for place, model in enumerate(models):
            picked = (silhouette["method"] == method) & (silhouette["model"] == model)
            scores = silhouette[picked].groupby("k")["score"].agg(["mean", "min", "max"])
            shift = 0.05 * (place - (len(models) - 1) / 2)  # keeps the whiskers apart
            _whiskered(axes, scores, shift, colours[model], markers[model])
        axes.set_title(METHODS[method])
        axes.set_xlabel("number of clusters k")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.axes[0].set_ylabel("mean silhouette")
    theme.legend_below(figure, theme.handles(colours, markers, models))
    caption = (
        "Mean silhouette (-1 to 1) by number of clusters: mean over repeats"
        + (" and seeds" if len(set(silhouette["seed"])) > 1 else "")
        + ", whiskers from the smallest to the largest. A ring marks the best k of each model."
    )
    return theme.save(figure, folder, Drawn(names()[1], title, caption))


def _whiskered(axes: Axes, scores: pd.DataFrame, shift: float, colour: str, marker: str) -> None:
    """One line with whiskers, a ring around its best point."""
    if scores.empty:
        return
    x = scores.index + shift
    axes.plot(x, scores["mean"], color=colour, marker=marker)
    axes.vlines(x, scores["min"], scores["max"], color=colour, linewidth=1, alpha=0.6)
    best = int(np.argmax(scores["mean"]))
    ring = {"markersize": 11, "markerfacecolor": "none", "markeredgecolor": colour}
    axes.plot(x[best], scores["mean"].iloc[best], marker="o", linestyle="none", **ring)


def _clusters(
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
    return theme.save(figure, folder, Drawn(names()[2], title, caption))


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
                spot = {"ha": "center", "va": "center", "fontsize": 7.5, "color": ink}
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


def _seeds_note(table: pd.DataFrame) -> str:
    seeds = table["seed"].nunique()
    return f" Mean over {seeds} seeds, single seeds faint." if seeds > 1 else ""
