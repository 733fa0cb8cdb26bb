"""Walks of a study's models with their decoded pictures and what was measured on them."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import UInt8

from stylewalk import tables
from stylewalk.arrays import open_images
from stylewalk.catalogue.trajectories import PAIRS, TRAJECTORY_MEASURES, TRAJECTORY_STYLE_LOSS

_Path = str | os.PathLike[str]
_KEYS = ["class_a", "class_b", "pair"]
# Of table TRAJECTORY_MEASURES; they are of pixels, and the same whatever the metric.
_OF_PIXELS = ("rho", "fade", "blur", "structure")


@dataclass(frozen=True, eq=False)
class Walk:
    """One walk of one model.

    Args:
        model: its name in the config; ``control`` where it is made of decoded pictures alone.
        of: name of the path in the config, or what a control is known to be.
        about: experiment, classes and pair, in words.
        images: (T, S, S, 3) uint8, decoded.
        total: style loss over all steps by metric.
        quadratic: quadratic contrast of the profile by metric.
        parts: ``rho``, ``fade``, ``blur`` and ``structure`` of table TRAJECTORY_MEASURES.
    """

    model: str
    of: str
    about: str
    images: UInt8[np.ndarray, "images side side 3"]
    total: Mapping[str, float]
    quadratic: Mapping[str, float]
    parts: Mapping[str, float]

    @property
    def source(self) -> tuple[str, str]:
        """What it is of: model and path."""
        return self.model, self.of


def read_walks(
    model: str, path: str, pairs: _Path, images: _Path, style_loss: _Path, measures: _Path
) -> list[Walk]:
    """The walks of one model in one experiment, in the order of its pairs.

    Args:
        model: name of the model.
        path: name of the experiment's path.
        pairs: file of table PAIRS; images: file (P, T, S, S, 3) of their decoded images, which are
            mapped; style_loss: file of TRAJECTORY_STYLE_LOSS; measures: of TRAJECTORY_MEASURES.

    Raises:
        StylewalkError: a file cannot be read.
    """
    ends = tables.read_table(pairs, PAIRS)
    decoded = open_images(images, dimensions=5, count=len(ends))
    losses = tables.read_table(style_loss, TRAJECTORY_STYLE_LOSS)
    losses = losses[losses["layer"] == "total"].groupby(
        [*_KEYS, "metric"], as_index=False, sort=False
    )
    totals = dict(list(losses["value"].sum().groupby(_KEYS)))
    measured = dict(list(tables.read_table(measures, TRAJECTORY_MEASURES).groupby(_KEYS)))
    return list(_walks(model, path, ends, decoded, totals, measured))


def _walks(
    model: str,
    path: str,
    ends: pd.DataFrame,
    decoded: UInt8[np.ndarray, "pairs images side side 3"],
    totals: Mapping[tuple[Any, ...], pd.DataFrame],
    measured: Mapping[tuple[Any, ...], pd.DataFrame],
) -> Iterator[Walk]:
    for row, end in enumerate(ends.to_dict("records")):
        key = tuple(end[name] for name in _KEYS)
        rows = measured[key]
        about = f"{end['experiment']}: {end['class_a']} to {end['class_b']}, pair {end['pair']}"
        yield Walk(
            model,
            path,
            about,
            decoded[row],
            _by_metric(totals[key], "value"),
            _by_metric(rows, "quadratic"),
            {name: float(rows[name].iloc[0]) for name in _OF_PIXELS},
        )


def _by_metric(rows: pd.DataFrame, column: str) -> dict[str, float]:
    return {str(name): float(x) for name, x in zip(rows["metric"], rows[column], strict=True)}


def shown_steps(steps: list[int]) -> int:
    """Steps at which walks are shown: those, best from 4 to 12, that most can be cut into.

    A strip of any experiment then has as many pictures, and its steps are equally long.

    Args:
        steps: steps of each walk.
    """
    return max(
        range(2, 17),
        key=lambda shown: (sum(n % shown == 0 for n in steps), 4 <= shown <= 12, shown),
    )


def strip(
    images: UInt8[np.ndarray, "images side side 3"], steps: int
) -> UInt8[np.ndarray, "{steps}+1 side side 3"]:
    """The pictures of a walk at so many steps, the ends among them; fewer steps repeat pictures."""
    chosen = np.rint(np.linspace(0, len(images) - 1, steps + 1)).astype(int)
    return np.asarray(images[chosen])
