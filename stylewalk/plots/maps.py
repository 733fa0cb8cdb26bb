"""Figure of the flat maps of latent spaces."""

import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D

from stylewalk.colours import class_colours
from stylewalk.plots import theme
from stylewalk.plots.theme import Drawn, Look
from stylewalk.randomness import generator

METHODS = {"pca": "PCA", "ica": "ICA", "sammon": "Sammon", "tsne": "t-SNE", "umap": "UMAP"}
_COLUMNS = 5  # more panels beside each other are too small to read
_LARGEST = 3.4  # inches
_EDGE = "#111111"  # around artworks of the validation split
_ROOM = 0.04  # share of a map's extent that is left free around it
_NOTE = "Such maps distort: sizes of clusters and distances between them mean little."


def draw(
    latent_map: pd.DataFrame,
    map_preservation: pd.DataFrame,
    artworks: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw the maps: a block of panels per method, a panel per model.

    Args:
        latent_map: table LATENT_MAP of all models, of one seed.
        map_preservation: table MAP_PRESERVATION of the same maps.
        artworks: table ARTWORKS, which says what was held out of training.
        models: models in the order of the config.
        classes: classes in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    latent_map = latent_map.merge(artworks[["id", "split"]], on="id")
    title = "Flat maps of the latent spaces"
    methods = [name for name in METHODS if name in set(latent_map["method"])]
    shape = _shape(len(models), len(methods))
    side = min(theme.WIDTH / shape[1], _LARGEST)
    titles = {
        (method, model): textwrap.fill(f"{model}, {METHODS[method]}", int(11 * side))
        for method in methods
        for model in models
    }
    with theme.theme():
        figure = theme.canvas(title, _height(shape[0], side, titles.values(), classes), procedural)
        panels = figure.subplots(*shape, squeeze=False).reshape(len(methods), -1)
        for row, method in zip(panels, methods, strict=True):
            for axes in row[len(models) :]:
                axes.set_axis_off()
            for axes, model in zip(row, models, strict=False):
                picked = (latent_map["model"] == model) & (latent_map["method"] == method)
                of = (map_preservation["model"] == model) & (map_preservation["method"] == method)
                _panel(axes, latent_map[picked], classes)
                axes.set_title(titles[method, model])
                axes.set_xlabel(_measure(map_preservation[of]), fontsize=8)
        note: Look = {"title": _NOTE, "title_fontproperties": {"size": 8.5, "style": "italic"}}
        theme.legend_below(figure, _legend(classes), handlelength=0.8, **note)
        caption = _caption(latent_map, map_preservation, methods)
        return [theme.save(figure, Path(folder), Drawn("latent_space_maps", title, caption))]


def _shape(models: int, methods: int) -> tuple[int, int]:
    """Rows and columns of panels: the rows of one method, then those of the next."""
    if models * methods <= _COLUMNS:
        return 1, models * methods
    rows, columns = theme.grid_shape(models, _COLUMNS)
    return rows * methods, columns


def _height(rows: int, side: float, titles: Iterable[str], classes: Sequence[str]) -> float:
    """Inches for rows of square panels with their texts, and for the legend."""
    lines = 1 + max((text.count("\n") for text in titles), default=0)
    return 1.2 + 0.18 * (len(classes) // 4) + (side + 0.47 + 0.18 * lines) * rows


def _panel(axes: Axes, rows: pd.DataFrame, classes: Sequence[str]) -> None:
    """One map, its points in shuffled order, so that no class covers the others."""
    axes.set_axis_on()
    axes.set(xticks=[], yticks=[], box_aspect=1)
    axes.grid(False)
    axes.spines[:].set(visible=True, color="#D1D5DB")
    rows = rows.iloc[generator(0, "maps", "order").permutation(len(rows))]
    colours = class_colours(classes)
    ink = np.array([to_rgb(colours[name]) for name in rows["class"]]).reshape(-1, 3)
    held_out = (rows["split"] == "validation").to_numpy()
    # Many points are drawn small and pale, few large and full.
    size = float(np.clip(4000 / max(len(rows), 1), 2.0, 14.0))
    alpha = float(np.clip(0.35 + 300 / max(len(rows), 1), 0.35, 0.85))
    look: Look = {"alpha": alpha, "edgecolors": _EDGE, "linewidths": np.where(held_out, 0.4, 0.0)}
    places = rows[["x", "y"]].to_numpy()
    x, y = places.T
    # Thousands of points would make a vector file of many megabytes.
    axes.scatter(x, y, s=size * np.where(held_out, 1.5, 1), c=ink, rasterized=True, **look)
    if len(places) and np.ptp(places, axis=0).any():
        middle = (places.min(axis=0) + places.max(axis=0)) / 2
        reach = np.ptp(places, axis=0).max() * (0.5 + _ROOM)  # one scale for both axes
        axes.set(xlim=middle[0] + [-reach, reach], ylim=middle[1] + [-reach, reach])


def _measure(rows: pd.DataFrame) -> str:
    """What a map keeps, in a few words."""
    if rows.empty:
        return "not drawn"
    row = rows.iloc[0]
    if np.isnan(row["kept"]):
        return "all latents are equal"
    trust = row["trustworthiness"]
    trusted = "" if np.isnan(trust) else f"\ntrustworthiness {trust:.2f}"
    kept, chance = _percent(row["kept"]), _percent(row["chance"])
    return f"{kept} of neighbours kept\n(by chance {chance}){trusted}"


def _percent(share: float) -> str:
    """A share in percent, with two digits where it is small."""
    return f"{100 * share:.0f} %" if share >= 0.0995 else f"{100 * share:.2g} %"


def _legend(classes: Sequence[str]) -> list[Line2D]:
    """A dot per class, and the ring of artworks of the validation split."""
    colours = class_colours(classes)
    look: Look = {"linestyle": "none", "marker": "o", "markersize": 6}
    named = [Line2D([], [], color=colours[name], label=name, **look) for name in classes]
    ring: Look = {"color": "none", "markeredgecolor": _EDGE, "markeredgewidth": 0.8}
    return [*named, Line2D([], [], label="held out of training", **ring, **look)]


def _caption(maps: pd.DataFrame, preservation: pd.DataFrame, methods: Sequence[str]) -> str:
    points, artworks = (int(preservation[name].max()) for name in ("points", "artworks"))
    neighbours = preservation["neighbours"].max()
    shown = (
        f"all {theme.plural(artworks, 'artwork')}"
        if points == artworks
        else f"{points:,} of {theme.plural(artworks, 'artwork')}, drawn at random class by class"
    )
    return (
        f"The latents of each model on a plane by {', '.join(METHODS[m] for m in methods)}: "
        f"{shown}, coloured by class, seed {maps['seed'].min()}. The axes have no meaning. Such "
        "maps try to keep neighbours together and distort the rest: sizes of clusters and "
        "distances between them mean little, and clusters may appear where there are none. Below "
        f"each map, the share of an artwork's {neighbours} nearest neighbours in the latent space "
        "that are among its as many nearest on the map, on average, and what a map in random "
        "order would keep; and the map's trustworthiness (Venna and Kaski 2001): 1 where the "
        "nearest on the map are near in the latent space, about .5 in random order."
    )
