"""Figures of latent paths: what leaving the straight line changes, and strips side by side."""

import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import UInt8
from matplotlib.axes import Axes

from stylewalk.catalogue.paths import BEYOND
from stylewalk.colours import model_colours, path_colours, path_markers
from stylewalk.plots import theme
from stylewalk.plots.dots import REFERENCE, bare_rows
from stylewalk.plots.sheet import Sheet
from stylewalk.plots.strips import artwork_label
from stylewalk.plots.theme import Drawn, Look

# Measures that are drawn: title, unit, factor.
_PANELS = {
    "energy_over_line": ("energy", "over that of the line, less 1", 1),
    "midpoint_distance": ("middle to nearest artwork", "typical distances", 1),
    "rho": ("residual ρ of the dissolve", "over the distance of the ends", 1),
    "structure": ("structure, in neither end", "thousandths of the squares", 1000),
}
_ROW, _GAP, _CELL = 0.2, 0.5, 0.62  # inches, rows, inches
_LEFT, _RIGHT, _TITLE, _HEADER, _SPACE = 1.9, 0.75, 0.45, 0.42, 0.03
_MOST = 11  # images of a strip
_OF_PAIR = ["class_a", "class_b", "pair"]
_TITLE_OF_SEVERAL = "What another path between the same pairs changes"
_COMPARISON = (
    "Medians over the pairs of a measure on the path less the same on the path whose pairs are "
    "walked; whiskers: 95 % interval of the median, not adjusted. Full where it differs after "
    "Holm's adjustment over models and paths (p < 0.05), else hollow. On the dotted line both are "
    "alike."
)


def draw(
    path_comparison: pd.DataFrame,
    trajectory_measures: pd.DataFrame,
    pairs: pd.DataFrame,
    decoded: Mapping[tuple[str, str], np.ndarray],
    artworks: pd.DataFrame,
    models: Sequence[str],
    experiments: Mapping[str, Mapping[str, Any]],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw paired differences of every model and path, and one pair's strips on all paths.

    Args:
        path_comparison: table PATH_COMPARISON; without rows the figures say so.
        trajectory_measures: table TRAJECTORY_MEASURES.
        pairs: table PAIRS of all models and experiments, of one seed, with the column ``model``.
        decoded: by (experiment, model), ``(P, T, S, S, 3)`` uint8, one row per pair.
        artworks: table ARTWORKS, which names the ends.
        models: models in the order of the config.
        experiments: settings of every experiment by its name.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    with theme.theme():
        return [
            _comparison(path_comparison, models, Path(folder), procedural),
            _strips(
                _walked(path_comparison, experiments),
                trajectory_measures,
                pairs,
                decoded,
                artworks,
                models,
                Path(folder),
                procedural,
            ),
        ]


def _comparison(
    table: pd.DataFrame, models: Sequence[str], folder: Path, procedural: bool
) -> Drawn:
    others = list(dict.fromkeys(table["against"]))
    title = f"What another path changes of {others[0]}" if len(others) == 1 else _TITLE_OF_SEVERAL
    names = list(dict.fromkeys(table["experiment"]))
    rows = len(models) * (len(names) + _GAP)
    figure = theme.canvas(title, 1.9 + _ROW * max(rows, 4), procedural)
    drawn = Drawn("paths_comparison", title, _COMPARISON + _beyond(table))
    if table.empty:
        figure.text(0.5, 0.5, "No two experiments walk between the same pairs.", ha="center")
        return theme.save(figure, folder, drawn)
    panels = figure.subplots(1, len(_PANELS), sharey=True)
    for axes, (measure, (name, unit, factor)) in zip(panels, _PANELS.items(), strict=True):
        mine = table[table["measure"] == measure]
        _differences(axes, mine, models, names, factor)
        axes.set_title(name)
        axes.set_xlabel(unit)
    panels[0].set_yticks(_places(models, names).mean(axis=1), models)
    panels[0].set_ylim(rows - _GAP / 2, -0.5 - _GAP / 2)
    labels = _labels(table)
    colours, markers = path_colours(names), path_markers(names)
    entries = theme.handles(colours, markers, names)
    for entry, label in zip(entries, labels, strict=True):
        entry.set_label(label)
        entry.set_linestyle("none")
    theme.legend_below(figure, entries)
    return theme.save(figure, folder, drawn)


def _beyond(table: pd.DataFrame) -> str:
    """Of the caption: on which share of pairs walks are more than dissolves, path against path."""
    mine = table[table["measure"] == BEYOND].dropna(subset="value")
    if mine.empty:
        return ""
    parts = [
        f"{name} "
        + ", ".join(
            f"{row['model']} {100 * row['value']:.0f} % against {100 * row['against_value']:.0f} %"
            for row in rows.to_dict("records")
        )
        for name, rows in mine.groupby("experiment", sort=False)
    ]
    return (
        " Walks with more structure than 95 % of every known dissolve, on the path against the "
        f"other path: {'; '.join(parts)}."
    )


def _labels(table: pd.DataFrame) -> list[str]:
    """The experiments, with what each is compared with where that is not the same of all."""
    against = dict(zip(table["experiment"], table["against"], strict=True))
    if len(set(against.values())) == 1:
        return list(against)
    return [f"{name} against {other}" for name, other in against.items()]


def _places(models: Sequence[str], names: Sequence[str]) -> np.ndarray:
    """(models, experiments) rows, those of a model together."""
    return np.arange(len(models))[:, None] * (len(names) + _GAP) + np.arange(len(names))


def _differences(
    axes: Axes, table: pd.DataFrame, models: Sequence[str], names: Sequence[str], factor: float
) -> None:
    """A dot with its whisker for each model and experiment."""
    colours, markers, places = path_colours(names), path_markers(names), _places(models, names)
    for (row, model), (column, name) in itertools.product(enumerate(models), enumerate(names)):
        rows = table[(table["model"] == model) & (table["experiment"] == name)]
        rows = rows.dropna(subset="difference")
        if rows.empty:
            continue
        one, y = rows.iloc[0], places[row, column]
        is_sure = one["p"] < 0.05
        axes.plot(factor * one[["low", "high"]], [y, y], color=colours[name], linewidth=1.6)
        look: Look = {"marker": markers[name], "markersize": 5.5, "color": colours[name]}
        look["markerfacecolor"] = colours[name] if is_sure else "white"
        axes.plot(factor * one["difference"], y, **look)
    axes.axvline(0, **REFERENCE)
    bare_rows(axes)


def _walked(table: pd.DataFrame, experiments: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The experiments between the pairs of one, that one first, and their paths."""
    if table.empty:
        return {}
    first = str(table["against"].iloc[0])
    names = [first, *dict.fromkeys(table.loc[table["against"] == first, "experiment"])]
    return {name: str(experiments[name]["path"]) for name in names}


def _strips(
    walked: Mapping[str, str],
    measures: pd.DataFrame,
    pairs: pd.DataFrame,
    decoded: Mapping[tuple[str, str], np.ndarray],
    artworks: pd.DataFrame,
    models: Sequence[str],
    folder: Path,
    procedural: bool,
) -> Drawn:
    """One pair of the first experiment on every path, in every model."""
    title = "One pair of artworks on every path"
    caption = (
        "Decoded images along each path between the same two artworks, of the pairs that all paths "
        "join those whose ends differ most in the first model. At the right: structure, "
        "what is neither a dissolve nor fade nor blur, in thousandths of the squared difference of "
        "the ends."
    )
    block = _HEADER + _CELL * len(walked)
    height = _TITLE + max(block * len(models), 1.0)
    figure = theme.canvas(title, height, procedural, layout="none")
    if not walked:
        figure.text(0.5, 0.5, "No two experiments walk between the same pairs.", ha="center")
        return theme.save(figure, folder, Drawn("paths_strips", title, caption))
    sheet, top = Sheet(figure), height - _TITLE
    pair = _most_different(walked, pairs, decoded, models[0])
    labels = dict(zip(artworks["id"], map(artwork_label, artworks.itertuples()), strict=True))
    for model in models:
        of_model = pairs[pairs["model"] == model]
        ends = _ends(of_model, next(iter(walked)), pair)
        _head(sheet, top, model, model_colours(models)[model], labels, ends)
        for place, (name, path) in enumerate(walked.items()):
            upper = top - _HEADER - place * _CELL
            structure = _structure(measures, model, name, ends)
            row = _row(of_model, name, ends)
            _strip(sheet, upper, path, decoded[name, model][row], structure)
        top -= block
    return theme.save(figure, folder, Drawn("paths_strips", title, caption))


def _most_different(
    walked: Mapping[str, str],
    pairs: pd.DataFrame,
    decoded: Mapping[tuple[str, str], np.ndarray],
    model: str,
) -> tuple[object, ...]:
    """Classes and number of the pair, of those on all paths, whose decoded ends differ most."""
    of_model = pairs[pairs["model"] == model]
    keys = {
        name: list(rows[_OF_PAIR].itertuples(index=False, name=None))
        for name, rows in of_model.groupby("experiment")
    }
    first = next(iter(walked))
    images = decoded[first, model]
    apart = [
        float(np.square(images[row, -1].astype(float) - images[row, 0]).mean())
        if all(key in keys[name] for name in walked)
        else -1.0
        for row, key in enumerate(keys[first])
    ]
    pair: tuple[object, ...] = keys[first][int(np.argmax(apart))]
    return pair


def _ends(pairs: pd.DataFrame, experiment: str, pair: tuple[object, ...]) -> pd.Series:
    """The row of table PAIRS of this pair."""
    own = pairs[pairs["experiment"] == experiment]
    return own[(own[_OF_PAIR] == list(pair)).all(axis=1)].iloc[0]


def _row(pairs: pd.DataFrame, experiment: str, ends: pd.Series) -> int:
    """Place of the pair among those of an experiment."""
    own = pairs[pairs["experiment"] == experiment]
    return int((own[_OF_PAIR] == ends[_OF_PAIR]).all(axis=1).to_numpy().argmax())


def _head(
    sheet: Sheet, top: float, model: str, colour: str, labels: Mapping[int, str], ends: pd.Series
) -> None:
    """A model's name, and what lies at both ends."""
    sheet.text(0.12, top - 0.3, model, fontsize=10, fontweight="bold", color=colour)
    look: Look = {"fontsize": 8, "color": "#374151", "va": "bottom"}
    right = theme.WIDTH - _RIGHT - _SPACE
    sheet.text(_LEFT, top - _HEADER + 0.05, labels[ends["id_a"]], ha="left", **look)
    sheet.text(right, top - _HEADER + 0.05, labels[ends["id_b"]], ha="right", **look)


def _structure(measures: pd.DataFrame, model: str, experiment: str, ends: pd.Series) -> float:
    """Structure of one walk of the first seed."""
    mine = measures[(measures["model"] == model) & (measures["experiment"] == experiment)]
    mine = mine[(mine[_OF_PAIR] == ends[_OF_PAIR]).all(axis=1)]
    return float(mine["structure"].iloc[0]) if len(mine) else np.nan


def _strip(
    sheet: Sheet,
    top: float,
    path: str,
    images: UInt8[np.ndarray, "points side side 3"],
    structure: float,
) -> None:
    """The images of one walk, with the name of its path and its structure."""
    shown = images[np.linspace(0, len(images) - 1, min(_MOST, len(images))).round().astype(int)]
    width = (theme.WIDTH - _LEFT - _RIGHT) / len(shown)
    size = min(width, _CELL) - _SPACE
    middle: Look = {"va": "center", "fontsize": 8.5, "color": "#374151"}
    sheet.text(_LEFT - 0.1, top - size / 2, path, ha="right", **middle)
    for place, image in enumerate(shown):
        sheet.image(_LEFT + place * width, top, size, size, image)
    if np.isfinite(structure):
        text = f"{1000 * structure:.2f}"
        sheet.text(theme.WIDTH - 0.1, top - size / 2, text, ha="right", **middle)
