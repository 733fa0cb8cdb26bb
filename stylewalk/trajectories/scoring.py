"""Score trajectories, and the pixel blends of their ends beside them where that is asked for."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from stylewalk.style.metrics import StyleMetric
from stylewalk.style.network import style_loss_table
from stylewalk.trajectories.controls import PREFIX, closed_loops, split_loops
from stylewalk.trajectories.dissolve import trajectory_measures

# ASSUME: this many pictures of 64 x 64 pixels in one piece of work because as floats they take
# 200 MB, and one more pass for each piece is nothing beside the pass itself.
_PIXELS_AT_ONCE = 4096 * 64 * 64


def score(
    metrics: Mapping[str, StyleMetric],
    images: np.ndarray,
    pairs: pd.DataFrame,
    control: bool,
    of: Mapping[str, str | int],
) -> dict[str, pd.DataFrame]:
    """Distance in style of every step, the control's, and the measures of every trajectory.

    Args:
        metrics: the style metrics by name.
        images: (P, T, S, S, 3) decoded images, floats on a 0..255 scale.
        pairs: the P pairs behind them, table PAIRS.
        control: whether to score the pixel blends, too.
        of: ``model``, ``seed`` of its training run, and the name of the latent ``path``.

    Returns:
        ``style_loss`` and ``control`` (table TRAJECTORY_STYLE_LOSS; the control's model is
        ``pixel_blend:<model>``, and without control it has no rows) and ``measures`` (table
        TRAJECTORY_MEASURES), metric after metric.
    """
    parts = [
        {
            kind: frame.assign(metric=name, path=of["path"])
            for kind, frame in _score_piece(
                metric, images[part], pairs.iloc[part], control, str(of["model"]), int(of["seed"])
            ).items()
        }
        for name, metric in metrics.items()
        for part in _pieces(images)
    ]
    return {kind: pd.concat([part[kind] for part in parts], ignore_index=True) for kind in parts[0]}


def _score_piece(
    metric: StyleMetric,
    images: np.ndarray,
    pairs: pd.DataFrame,
    control: bool,
    model: str,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """The same of some trajectories by one metric, without its name."""
    loops, closing = closed_loops(images, control)
    own, blend, ends = split_loops(metric.between(loops, closing), images.shape[1] - 1)
    beside = {part: values[:0] for part, values in own.items()} if blend is None else blend
    scored = pairs if control else pairs[:0]
    total = None if blend is None else blend["total"]
    measures = trajectory_measures(images, own["total"], total, ends["total"], pairs)
    return {
        "style_loss": style_loss_table(own, pairs, model, seed),
        "control": style_loss_table(beside, scored, f"{PREFIX}{model}", seed),
        "measures": measures.assign(model=model, seed=seed),
    }


def _pieces(images: np.ndarray) -> Iterator[slice]:
    """Slices of trajectories that fit the memory together."""
    pixels = int(np.prod(images.shape[1:4]))
    size = max(1, _PIXELS_AT_ONCE // (2 * pixels))
    for start in range(0, len(images), size):
        yield slice(start, start + size)
