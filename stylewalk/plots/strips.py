"""Strips of decoded images along single trajectories, with the style loss of every step."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import shorten
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float, UInt8
from matplotlib.colors import to_rgb

from stylewalk.colours import model_colours
from stylewalk.plots import theme
from stylewalk.plots.ends import Ends
from stylewalk.plots.sheet import Sheet
from stylewalk.plots.theme import Drawn, Look
from stylewalk.trajectories.experiments import describe

_MOST = 11  # images of a strip; longer trajectories show that many at even distances

# The layout, in inches.
_LEFT, _RIGHT = 1.1, 0.6  # room for the names of models, and for the largest loss
_HEADER, _LABEL, _LOSS, _GAP, _SPACE = 0.36, 0.17, 0.28, 0.1, 0.03
_TITLE = 0.42

_Decoded = UInt8[np.ndarray, "pairs images side side 3"]


class Row(NamedTuple):
    """One trajectory in one model."""

    model: str
    images: UInt8[np.ndarray, "images side side 3"]
    losses: Float[np.ndarray, " images-1"]  # style loss of each step
    first: str  # labels of the artworks at its ends
    last: str


@dataclass(frozen=True)
class Strip:
    """One trajectory in all models."""

    experiment: str
    class_a: str
    class_b: str
    pair: int
    rows: Sequence[Row]


def name(experiment: str) -> str:
    """File name of an experiment's strips, without suffix."""
    return f"trajectories_{experiment}_strips"


def draw(
    pairs: pd.DataFrame,
    trajectory_style_loss: pd.DataFrame,
    decoded: Mapping[tuple[str, str], _Decoded],
    artworks: pd.DataFrame,
    models: Sequence[str],
    classes: Sequence[str],
    experiments: Mapping[str, Mapping[str, Any]],
    folder: str | Path,
    procedural: bool,
) -> list[Drawn]:
    """Draw the first trajectory of each class or pair of classes as strips of pictures.

    Args:
        pairs: table PAIRS of all models and experiments, of one seed, with the column ``model``.
        trajectory_style_loss: table TRAJECTORY_STYLE_LOSS of the same.
        decoded: by (experiment, model), one row per pair.
        artworks: table ARTWORKS, which names the ends.
        models: models in the order of the config.
        classes: classes in the order of the config.
        experiments: settings (``classes, pairs, count, steps``) of every experiment by its name.
        folder: where the files go.
        procedural: whether to mark the figures as procedural data.
    """
    keys = ["experiment", "model"]
    ends, losses = (dict(list(t.groupby(keys))) for t in (pairs, trajectory_style_loss))
    runs = {
        key: (ends[key], losses[key], decoded[key])
        for key in itertools.product(experiments, models)
    }
    shown = gather(runs, artworks)
    drawn = []
    with theme.theme():
        for experiment, settings in experiments.items():
            strips = [strip for strip in shown if strip.experiment == experiment]
            about = models, classes, experiment, settings, Path(folder), procedural
            drawn.append(draw_experiment(strips, *about))
    return drawn


def gather(
    runs: Mapping[tuple[str, str], tuple[pd.DataFrame, pd.DataFrame, _Decoded]],
    artworks: pd.DataFrame,
    shown: int = 1,
) -> list[Strip]:
    """Pick the trajectories to show: the first ``shown`` pairs of each class or pair of classes.

    Args:
        runs: by (experiment, model), of one seed: its table PAIRS, its table
            TRAJECTORY_STYLE_LOSS, and its decoded images, one row per pair; may be memory-mapped.
        artworks: table ARTWORKS, which names the ends.
        shown: trajectories of each class or pair of classes.

    Returns:
        One strip per trajectory, in the order of the runs.
    """
    labels = dict(zip(artworks["id"], map(artwork_label, artworks.itertuples()), strict=True))
    rows: dict[tuple[str, str, str, int], list[Row]] = {}
    for (experiment, model), (pairs, losses, images) in runs.items():
        keys = ["class_a", "class_b", "pair"]
        total = losses[losses["layer"] == "total"].sort_values("step")
        profiles = {key: steps["value"].to_numpy() for key, steps in total.groupby(keys)}
        for place, end in enumerate(pairs.itertuples()):
            if end.pair < shown:
                key = (end.class_a, end.class_b, end.pair)
                row = Row(model, images[place], profiles[key], labels[end.id_a], labels[end.id_b])
                rows.setdefault((experiment, *key), []).append(row)
    return [Strip(*key, models) for key, models in rows.items()]


def artwork_label(artwork: Any) -> str:
    """Artist and title of a row of ARTWORKS, shortened; its file name where both are unknown."""
    title = f"“{shorten(artwork.title, 34, placeholder='…')}”" if artwork.title else ""
    artist = shorten(artwork.artist, 28, placeholder="…") if artwork.artist else ""
    return ", ".join(part for part in (artist, title) if part) or artwork.filename


def draw_experiment(
    strips: Sequence[Strip],
    models: Sequence[str],
    classes: Sequence[str],
    experiment: str,
    settings: Mapping[str, Any],
    folder: Path,
    procedural: bool,
) -> Drawn:
    """The strips of one experiment: one block per trajectory, the models under one another.

    Args:
        strips: trajectories of this experiment, as :func:`gather` makes them.
        models: models in the order of the config.
        classes: classes in the order of the config.
        experiment: its name.
        settings: its settings ``classes, pairs, count, steps``.
        folder: where the files go.
        procedural: whether to mark the figure as procedural data.
    """
    title = f"Single trajectories: {experiment}"
    blocks = [_Block(strip, models, classes, settings["steps"]) for strip in strips]
    height = _TITLE + sum(block.height for block in blocks)
    figure = theme.canvas(title, height, procedural, layout="none")
    sheet = Sheet(figure)
    top = height - _TITLE
    for block in blocks:
        block.draw(sheet, top)
        top -= block.height
    is_straight = settings.get("straight", True)
    line = "the straight line" if is_straight else f"the path {settings['path']}"
    caption = (
        f"Decoded images along {line} between two latents: {describe(settings)}"
        f"{_which(strips, settings)}. {_loss_in_words(settings['steps'])}"
    )
    return theme.save(figure, folder, Drawn(name(experiment), title, caption))


def _which(strips: Sequence[Strip], settings: Mapping[str, Any]) -> str:
    """Which of the pairs are shown, unless all are."""
    shown = 1 + max((strip.pair for strip in strips), default=0)
    if shown >= settings["count"]:
        return ""
    return "; the first is shown" if shown == 1 else f"; the first {shown} are shown"


def _loss_in_words(steps: int) -> str:
    """What a strip shows of a trajectory of so many steps, and where its style loss is drawn."""
    if steps < _MOST:
        return (
            "The line beneath a strip is the style loss between two neighbours, drawn at the gap "
            "between them, from 0 to the number at its right."
        )
    evenly = "evenly" if steps % (_MOST - 1) == 0 else "nearly evenly"
    return (
        f"{_MOST} of the {steps + 1:,} images are shown, {evenly} spaced. The line beneath a strip "
        f"is the style loss of each of the {steps:,} steps, from 0 to the number at its right."
    )


class _Block:
    """One trajectory in all models."""

    def __init__(
        self, strip: Strip, models: Sequence[str], classes: Sequence[str], steps: int
    ) -> None:
        order = {model: place for place, model in enumerate(models)}
        self.rows = sorted(strip.rows, key=lambda row: order[row.model])
        self.ends = Ends.of_classes(strip.class_a, strip.class_b, classes)
        self.colours = model_colours(models)
        # Where models have chosen different artworks, every row names its own.
        self.shared = len({(row.first, row.last) for row in self.rows}) == 1
        self.points = min(_MOST, steps + 1)
        self.cell = min((theme.WIDTH - _LEFT - _RIGHT) / self.points, 1.1)
        self.width = self.cell * self.points - _SPACE
        self.row = (0 if self.shared else _LABEL) + self.cell + _LOSS + _GAP
        self.height = _HEADER + (_LABEL if self.shared else 0) + self.row * len(self.rows)

    def draw(self, sheet: Sheet, top: float) -> None:
        """Draw the block below ``top``."""
        sheet.text(_LEFT, top - 0.17, self.ends.name, fontsize=10, fontweight="bold")
        shades = np.array([[to_rgb(shade) for shade in self.ends.shades(64)]])
        sheet.image(_LEFT, top - 0.24, self.width, 0.035, shades)
        top -= _HEADER
        if self.shared:
            self._labels(sheet, top, self.rows[0])
            top -= _LABEL
        for row in self.rows:
            self._one(sheet, top, row)
            top -= self.row

    def _one(self, sheet: Sheet, top: float, row: Row) -> None:
        """One model's strip and its style loss."""
        if not self.shared:
            self._labels(sheet, top, row)
            top -= _LABEL
        ink = self.colours[row.model]
        size = self.cell - _SPACE
        look: Look = {"ha": "right", "va": "center", "fontweight": "bold", "color": ink}
        sheet.text(_LEFT - 0.1, top - size / 2, row.model, **look)
        shown = np.linspace(0, len(row.images) - 1, self.points).round().astype(int)
        sheet.image(_LEFT, top, self.width, size, _side_by_side(row.images[shown], size))
        # The loss runs from the middle of the first image to that of the last.
        bottom = top - self.cell - _LOSS + 0.04
        box = _LEFT + size / 2, bottom, self.width - size, _LOSS - 0.05
        _draw_loss(sheet, box, np.asarray(row.losses, float), ink)

    def _labels(self, sheet: Sheet, top: float, row: Row) -> None:
        """Artist and title of both ends, over the first and the last image."""
        look: Look = {"fontsize": 8, "color": "#374151", "va": "bottom"}
        sheet.text(_LEFT, top - _LABEL + 0.04, row.first, ha="left", **look)
        sheet.text(_LEFT + self.width, top - _LABEL + 0.04, row.last, ha="right", **look)


def _side_by_side(
    images: UInt8[np.ndarray, "images side side 3"], size: float
) -> UInt8[np.ndarray, "side width 3"]:
    """Images of so many inches as one, which is drawn in a fraction of the time.

    White gaps of ``_SPACE`` inches lie between them, to the nearest pixel, and of one at least.
    """
    count, side = images.shape[:2]
    gap = max(1, round(_SPACE / size * side))
    joined = np.full((side, count * (side + gap) - gap, 3), 255, np.uint8)
    for place, image in enumerate(images):
        joined[:, place * (side + gap) :][:, :side] = image
    return joined


def _draw_loss(
    sheet: Sheet,
    box: tuple[float, float, float, float],
    losses: Float[np.ndarray, " steps"],
    colour: str,
) -> None:
    """The style loss of every step, at the gaps between points that span the width of the box."""
    left, bottom, width, height = box
    largest = float(np.nanmax(losses)) or 1.0
    x = left + (np.arange(len(losses)) + 0.5) / len(losses) * width
    y = bottom + height * losses / largest
    sheet.axes.plot((left, left + width), (bottom, bottom), color="#D1D5DB", linewidth=0.8)
    sheet.axes.fill_between(x, bottom, y, color=colour, alpha=0.12, linewidth=0)
    marker: Look = {"marker": "o", "markersize": 2.6} if len(losses) <= 20 else {}
    sheet.axes.plot(x, y, color=colour, linewidth=1.3, **marker)
    edge = theme.WIDTH - 0.08
    look: Look = {"fontsize": 7.5, "color": theme.MUTED, "va": "center", "ha": "right"}
    sheet.text(edge, bottom + height - 0.02, theme.compact(largest), **look)
    sheet.text(edge, bottom, "0", **look)
