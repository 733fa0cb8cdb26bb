"""Figures of samples, neighbours, attribute vectors and analogies."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import UInt8
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from stylewalk.colours import ALL_COLOUR, model_colours, model_markers
from stylewalk.plots import theme
from stylewalk.plots.dots import REFERENCE, bare_rows, model_axis
from stylewalk.plots.sheet import cell_size, contact_sheet
from stylewalk.plots.theme import Drawn, Look

PIXELS, HELD_OUT = "pixels", "held out"
_Strips = UInt8[np.ndarray, "rows cells side side 3"]
_KINDS = {
    "prior": ("prior", "^"),
    "gaussian": ("fitted Gaussian", "D"),
    "posterior": ("aggregate posterior", "o"),
    "reconstruction": ("reconstructions", "s"),
}
_TITLES = {
    "samples_measures": "Samples against held-out artworks",
    "samples_strips": "Samples of the prior and of the aggregate posterior",
    "samples_neighbours": "The nearest artworks of a held-out one, decoded",
    "attributes_measures": "Attribute vectors on held-out artworks",
    "attributes_strips": "An artwork moved along an attribute vector",
    "analogies_strips": "An analogy: a - b + c",
}
_CAPTIONS = {
    "samples_measures": (
        "Energy of gradients, and distance to the nearest training artwork, both over those of "
        "held-out artworks; and how well a classifier on features of a small network tells them "
        "from these (.5: not at all), of the first seed. Whiskers: 95 % bootstrap intervals over "
        "pictures. Dotted: other held-out artworks. A blurred picture is near to many, so that a "
        "small distance need not be a copy. Where no classes could be learnt the last panel is "
        "empty."
    ),
    "samples_strips": (
        "Five decoded draws of the prior, or of a Gaussian fitted to the latents where a model has "
        "no prior, and five of the aggregate posterior, of the first seed. Above: held-out ones."
    ),
    "samples_neighbours": (
        "A held-out artwork, its reconstruction, and its nearest training artworks by latents as "
        "the model decodes them, of the first seed."
    ),
    "attributes_measures": (
        "Left: how well the projection on the vector, learnt on training artworks, tells held-out "
        "artworks that have the attribute from those that lack it. Middle: by how much the "
        "network's probability of it rises when the vector is added to artworks that lack it. "
        "Right: share of these walks with more structure than dissolves of the same ends have, of "
        "which one in twenty is chance (dotted). Grey diamonds: the same arithmetic on plain "
        "pixels. Whiskers: 95 % intervals over artworks, of the first seed."
    ),
    "attributes_strips": (
        "A held-out artwork that lacks the first attribute, decoded, and moved along its vector in "
        "eight steps, up to twice the vector, of the first seed. Above: the same on plain pixels."
    ),
    "analogies_strips": (
        "The decoded mean of two classes a and b, a held-out artwork c of b, and a - b + c: c as "
        "it would be in a, of the first seed. Above: the same on plain pixels."
    ),
}
_MEASURES = {
    "sharpness": ("energy of gradients", "over held-out artworks"),
    "nearest": ("nearest artwork", "distance, over held-out artworks"),
    "told_apart": ("told from artworks", "area under the curve"),
}
_JUDGED = {
    "auc": ("tells apart", "area under the curve", 0.5),
    "gain": ("comes to look so", "rise of probability", 0.0),
    "structure": ("shows something new", "share of walks", 0.05),
}


def draw(
    samples: pd.DataFrame,
    attributes: pd.DataFrame,
    analogies: pd.DataFrame,
    sample_strips: _Strips,
    neighbour_strips: _Strips,
    attribute_strips: _Strips,
    analogy_strips: _Strips,
    models: Sequence[str],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw measures and strips of samples, attribute vectors and analogies.

    Args:
        samples: table SAMPLES; attributes: ATTRIBUTES; analogies: ANALOGIES. Without rows the
            figures say that they were not asked for.
        sample_strips: a row of held-out artworks, then one of each model.
        neighbour_strips: a row of each model.
        attribute_strips: a row of pixels, then one of each model; analogy_strips: the same.
        models: models in the order of the config.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    colours = model_colours(models)
    named = [(model, colours[model]) for model in models]
    first = {"samples_strips": HELD_OUT, "samples_neighbours": ""}
    strips = {
        "samples_strips": (
            sample_strips,
            [(0, "prior, or fitted Gaussian"), (5, "aggregate posterior")],
        ),
        "samples_neighbours": (neighbour_strips, _NEIGHBOURS),
        "attributes_strips": (attribute_strips, _TIMES),
        "analogies_strips": (analogy_strips, _ANALOGY),
    }
    drawn = []
    with theme.theme():
        for name in _TITLES:
            if name in strips:
                images, headings = strips[name]
                above = first.get(name, PIXELS)
                labels = [(above, ALL_COLOUR), *named] if above else named
                drawn.append(_strip(name, images, labels, headings, Path(folder), procedural))
            elif name == "samples_measures":
                drawn.append(_measures(samples, models, Path(folder), procedural))
            else:
                drawn.append(_judged(attributes, models, Path(folder), procedural))
    return drawn


_NEIGHBOURS = [(0, "artwork"), (1, "reconstruction"), (2, "nearest training artworks, decoded")]
_TIMES = [(0, "0"), (4, "once"), (8, "twice")]
_ANALOGY = [(0, "mean of a"), (1, "mean of b"), (2, "c of b"), (3, "a - b + c")]


def _nothing(name: str, folder: Path, procedural: bool) -> Drawn:
    """A figure that says why there is nothing to see."""
    figure = theme.canvas(_TITLES[name], 1.6, procedural)
    said = "Not asked for (latent_tasks), or too few artworks are held out."
    figure.text(0.5, 0.5, said, ha="center")
    return theme.save(figure, folder, Drawn(name, _TITLES[name], said))


def _strip(
    name: str,
    images: _Strips,
    labels: Sequence[tuple[str, str]],
    headings: Sequence[tuple[int, str]],
    folder: Path,
    procedural: bool,
) -> Drawn:
    if len(images) != len(labels):
        return _nothing(name, folder, procedural)
    rows = [(*label, cells) for label, cells in zip(labels, images, strict=True)]
    top = 0.75
    height = top + cell_size(images.shape[1], theme.WIDTH) * len(rows) + 0.1
    figure = theme.canvas(_TITLES[name], height, procedural, layout="none")
    contact_sheet(figure, rows, images.shape[1], top, headings)
    return theme.save(figure, folder, Drawn(name, _TITLES[name], _CAPTIONS[name]))


def _measures(table: pd.DataFrame, models: Sequence[str], folder: Path, procedural: bool) -> Drawn:
    name = "samples_measures"
    if table.empty:
        return _nothing(name, folder, procedural)
    figure = theme.canvas(_TITLES[name], 1.7 + 0.52 * len(models), procedural)
    panels = figure.subplots(1, len(_MEASURES), sharey=True)
    for axes, (measure, (heading, unit)) in zip(panels, _MEASURES.items(), strict=True):
        mine = table[table["measure"] == measure]
        for value in mine.loc[mine["of"] == HELD_OUT, "value"].iloc[:1]:
            axes.axvline(value, **REFERENCE)
        for place, (kind, (_, marker)) in enumerate(_KINDS.items()):
            shift = 0.17 * (place - (len(_KINDS) - 1) / 2)
            _dots(axes, mine[mine["of"] == kind], models, shift, marker)
        axes.set_title(heading)
        axes.set_xlabel(unit)
        if measure != "told_apart":
            axes.set_xlim(left=0)
    model_axis(panels[0], models)
    for axes in panels[1:]:
        bare_rows(axes)
    look: Look = {"linestyle": "none", "color": ALL_COLOUR, "markersize": 5.5}
    entries = [Line2D([], [], label=label, marker=mark, **look) for label, mark in _KINDS.values()]
    theme.legend_below(figure, entries)
    return theme.save(figure, folder, Drawn(name, _TITLES[name], _CAPTIONS[name]))


def _dots(
    axes: Axes, table: pd.DataFrame, models: Sequence[str], shift: float, marker: str
) -> None:
    """The first seed of each model, with its interval."""
    colours = model_colours(models)
    for place, model in enumerate(models):
        rows = table[table["model"] == model]
        if rows.empty:
            continue
        y = place + shift
        axes.plot(rows.iloc[0][["low", "high"]], [y, y], color=colours[model], linewidth=1.4)
        look: Look = {"marker": marker, "markersize": 5, "color": colours[model]}
        axes.plot(rows.iloc[0]["value"], y, **look)


def _judged(table: pd.DataFrame, models: Sequence[str], folder: Path, procedural: bool) -> Drawn:
    name = "attributes_measures"
    if table.empty:
        return _nothing(name, folder, procedural)
    table = table[table["seed"] == table["seed"].iloc[0]]
    shown = list(dict.fromkeys(zip(table["column"], table["value"], strict=True)))
    sides = [PIXELS, *models]
    figure = theme.canvas(_TITLES[name], 1.7 + len(shown) * (0.25 + 0.1 * len(sides)), procedural)
    panels = figure.subplots(1, len(_JUDGED), sharey=True)
    looks: Mapping[str, Look] = {
        PIXELS: {"color": "#8A8A8A", "marker": "D", "markerfacecolor": "white"},
        **{
            model: {"color": model_colours(models)[model], "marker": model_markers(models)[model]}
            for model in models
        },
    }
    for axes, (measure, (heading, unit, chance)) in zip(panels, _JUDGED.items(), strict=True):
        axes.axvline(chance, **REFERENCE)
        known = table[table["measure"] == measure].set_index(["column", "value", "model"])
        for place, attribute in enumerate(shown):
            for number, side in enumerate(sides):
                if (*attribute, side) in known.index:
                    y = place + 0.8 * ((number + 0.5) / len(sides) - 0.5)
                    row = known.loc[(*attribute, side)]
                    axes.plot(row[["low", "high"]], [y, y], color=looks[side]["color"], lw=1.2)
                    axes.plot(row["mean"], y, markersize=4.5, **looks[side])
        axes.set_title(heading)
        axes.set_xlabel(unit)
        bare_rows(axes)
    panels[0].set_yticks(range(len(shown)), [in_words(*attribute) for attribute in shown])
    panels[0].set_ylim(len(shown) - 0.45, -0.55)
    entries = [Line2D([], [], label=side, linestyle="none", **looks[side]) for side in sides]
    theme.legend_below(figure, entries)
    return theme.save(figure, folder, Drawn(name, _TITLES[name], _CAPTIONS[name]))


def in_words(column: str, value: str) -> str:
    """An attribute as a reader calls it."""
    if column == "century":
        return f"{value} century"
    return value if column in ("class", "content_group") else f"{column}: {value}"
