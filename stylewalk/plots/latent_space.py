"""Figure of the latent space: the variance of its principal components."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from stylewalk.colours import class_colours, class_markers, model_colours, model_markers
from stylewalk.plots import curves, theme
from stylewalk.plots.theme import Drawn, Look


def draw(
    pca_variance: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    folder: str | Path,
    procedural: bool,
    class_spectrum_null: pd.DataFrame | None = None,
) -> list[Drawn]:
    """Draw the variance of the principal components.

    Args:
        pca_variance: table PCA_VARIANCE of all models and seeds.
        models: models in the order of the config.
        classes: classes in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figure as procedural data.
        class_spectrum_null: table CLASS_SPECTRUM_NULL, drawn as bands behind the spectra of the
            classes.
    """
    with theme.theme():
        about = models, classes, Path(folder), procedural
        return [_spectra(pca_variance, class_spectrum_null, *about)]


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
    xy = {"x": "component", "y": "share"}
    curves.over_seeds(first, together, {}, **xy, **curves.by_name("model", models, *model_look))
    first.set_title("all models")
    first.legend(handles=theme.handles(*model_look, models), fontsize=8, loc="upper right")
    order = [*classes, "all"]
    class_look = class_colours(classes), class_markers(classes)
    for axes, model in zip(panels, models, strict=True):
        if null is not None:
            _bands(axes, null[null["model"] == model], classes)
        # Thin lines leave the bands behind them visible.
        thin: Look = {"linewidth": 1.1, "markersize": 3.2} if null is not None else {}
        about = curves.by_name("class", order, *class_look)
        curves.over_seeds(axes, variance[variance["model"] == model], thin, **xy, **about)
        axes.set_title(model)
    for place, axes in enumerate(figure.axes[: len(models) + 1]):
        _logarithmic(axes)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10))
        if place % columns == 0:
            axes.set_ylabel("share of the variance")
        if place >= len(models) + 1 - columns:
            axes.set_xlabel("principal component")
    entries: list[Line2D | Patch] = [*theme.handles(*class_look, order)]
    if null is not None:
        entries.append(Patch(color=theme.MUTED, alpha=0.25, label="random artworks, 95 %"))
    theme.legend_below(figure, entries)
    return theme.save(
        figure, folder, Drawn("latent_space_spectra", title, _spectra_caption(variance, null))
    )


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
        look: Look = {"color": class_colours(classes)[name], "zorder": 1}
        axes.fill_between(ends.index, ends["low"], ends["high"], **look, alpha=0.25, linewidth=0)


def _seeds_note(table: pd.DataFrame) -> str:
    seeds = table["seed"].nunique()
    return f" Mean over {seeds} seeds, single seeds faint." if seeds > 1 else ""
