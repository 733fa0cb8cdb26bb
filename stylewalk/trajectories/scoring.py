"""Score trajectories, and the pixel blends of their ends beside them where that is asked for."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float, Float32, Float64

from stylewalk.catalogue.trajectories import TRAJECTORY_STYLE_LOSS
from stylewalk.randomness import generator
from stylewalk.style.metrics import MetricSet
from stylewalk.trajectories.along_paths import (
    EPSILON,
    OF_IMAGES,
    PATH_LENGTH,
    add_to,
    against_line,
    perceptual_path_length,
)
from stylewalk.trajectories.controls import PREFIX, OfEnds, OfSteps, closed_loops, split_loops
from stylewalk.trajectories.measures import picture_measures, trajectory_measures
from stylewalk.trajectories.paths import follow
from stylewalk.trajectories.paths.space import Space

# ASSUME: this many pictures of 64 x 64 pixels in one piece of work because as floats they take
# 200 MB, and one more pass for each piece is nothing beside the pass itself.
_PIXELS_AT_ONCE = 4096 * 64 * 64


def decode_path(
    path: Mapping[str, Any], space: Space, pairs: pd.DataFrame, steps: int
) -> tuple[
    Float32[np.ndarray, "pairs points side side 3"],
    Float32[np.ndarray, "pairs points dimensions"] | None,
]:
    """Decoded images of every point between the ends of each pair, and their latents.

    Args:
        path: the latent path's ``kind`` and its settings.
        space: the trained model and the latents of all artworks.
        pairs: table PAIRS of P pairs.
        steps: steps of a trajectory, which has one more point.

    Returns:
        (P, steps + 1, S, S, 3) float32 on a 0..255 scale; (P, steps + 1, d), None where the path
        has no latents between its ends.
    """
    latents = space.latents
    return follow(path, latents[pairs["id_a"]], latents[pairs["id_b"]], steps, space)


def compare_with_line(
    scored: Mapping[str, pd.DataFrame],
    images: Float32[np.ndarray, "pairs points side side 3"],
    points: Float32[np.ndarray, "pairs points dimensions"] | None,
    pairs: pd.DataFrame,
    most: int,
    space: Space,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """The tables of :func:`score` with what tells paths between the same pictures apart.

    Args:
        scored: tables by name.
        images: (P, steps + 1, S, S, 3) of the path.
        points: (P, steps + 1, d) of the path; see :func:`decode_path`.
        pairs: the P pairs, table PAIRS.
        most: of each class, the first so many pairs are compared; of others nothing is measured.
        space: the model and the artworks.
        seed: of the places at which the perceptual path length is measured.
    """
    rows = np.flatnonzero(pairs["pair"] < most)
    chosen, shown = pairs.iloc[rows], images[rows]
    along = None if points is None else points[rows]
    lines, _ = decode_path({"kind": "line"}, space, chosen, images.shape[1] - 1)
    ends = chosen["id_a"].to_numpy(), chosen["id_b"].to_numpy()
    beside = against_line(shown, along, lines, ends, space)
    metrics = MetricSet(space.metrics)
    lengths = perceptual_path_length(shown, along, space, metrics, _places(chosen, seed))

    def whole(values: Float[np.ndarray, " chosen"]) -> Float64[np.ndarray, " pairs"]:
        column = np.full(len(pairs), np.nan)
        column[rows] = values
        return column

    known = [{name: whole(values) for name, values in of.items()} for of in (beside, lengths)]
    return {**scored, "measures": add_to(scored["measures"], *known)}


def _places(pairs: pd.DataFrame, seed: int) -> Float64[np.ndarray, " pairs"]:
    """A place of each trajectory, the same on every path between a pair."""
    places = np.empty(len(pairs))
    for classes, number in pairs.groupby(["class_a", "class_b"], sort=False)["pair"]:
        rng = generator(seed, "perceptual path length", *map(str, classes))
        of_classes = rng.uniform(0, 1 - EPSILON, number.max() + 1)
        places[pairs.index.get_indexer(number.index)] = of_classes[number]
    return places


def score(
    metrics: MetricSet,
    images: Float[np.ndarray, "pairs points side side 3"],
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
        _score_piece(metrics, images[part], pairs.iloc[part], control, of)
        for part in _pieces(images)
    ]
    return {
        kind: pd.concat([part[name][kind] for name in metrics for part in parts], ignore_index=True)
        for kind in parts[0][next(iter(metrics))]
    }


def _score_piece(
    metrics: MetricSet,
    images: Float[np.ndarray, "pairs points side side 3"],
    pairs: pd.DataFrame,
    control: bool,
    of: Mapping[str, str | int],
) -> dict[str, dict[str, pd.DataFrame]]:
    """The same of some trajectories, by metric."""
    loops, closing = closed_loops(images, control)
    losses_by_metric = metrics.between_all(loops, closing)
    # The pictures' own measures are the same by every metric.
    pictures, steps = picture_measures(images), images.shape[1] - 1
    return {
        name: _tables(*split_loops(losses, steps), pictures, pairs, {**of, "metric": name})
        for name, losses in losses_by_metric.items()
    }


def _tables(
    own: OfSteps,
    blend: OfSteps | None,
    ends: OfEnds,
    pictures: Mapping[str, Float[np.ndarray, " pairs"]],
    pairs: pd.DataFrame,
    of: Mapping[str, str | int],
) -> dict[str, pd.DataFrame]:
    """The same by one metric: see :func:`stylewalk.trajectories.controls.split_loops`."""
    beside = {part: values[:0] for part, values in own.items()} if blend is None else blend
    scored = pairs[:0] if blend is None else pairs
    total = None if blend is None else blend["total"]
    measures = trajectory_measures(pictures, own["total"], total, ends["total"], pairs)
    # Known of experiments whose paths are compared: see compare_with_line.
    measures = measures.assign(**dict.fromkeys([*OF_IMAGES, PATH_LENGTH], np.nan))
    return {
        "style_loss": step_table(own, pairs, of),
        "control": step_table(beside, scored, {**of, "model": f"{PREFIX}{of['model']}"}),
        "measures": measures.assign(**of),
    }


def step_table(values: OfSteps, pairs: pd.DataFrame, of: Mapping[str, str | int]) -> pd.DataFrame:
    """The tidy table of distances along trajectories, ordered by pair, step and layer.

    Args:
        values: part of the metric, and ``total``, to distances (P, T - 1).
        pairs: the P pairs behind the rows, with the columns of table PAIRS.
        of: ``model``, ``seed``, ``path`` and ``metric``.

    Returns:
        P x (T - 1) x layers rows with the columns of TRAJECTORY_STYLE_LOSS.
    """
    stacked = np.stack(list(values.values()), axis=2)  # pairs, steps, layers
    count, steps, layers = stacked.shape
    if count != len(pairs):
        raise ValueError(f"distances of {count} trajectories, but {len(pairs)} pairs")
    ends = pairs[["experiment", "split", "class_a", "class_b", "pair"]]
    table = ends.iloc[np.repeat(np.arange(count), steps * layers)].reset_index(drop=True)
    table = table.assign(
        **of,
        step=np.tile(np.repeat(np.arange(1, steps + 1), layers), count),
        layer=np.tile(list(values), count * steps),
        value=stacked.ravel(),
    )
    return table[list(TRAJECTORY_STYLE_LOSS)]


def _pieces(images: Float[np.ndarray, "pairs points side side 3"]) -> Iterator[slice]:
    """Slices of trajectories that fit the memory together."""
    pixels = int(np.prod(images.shape[1:4]))
    size = max(1, _PIXELS_AT_ONCE // (2 * pixels))
    for start in range(0, len(images), size):
        yield slice(start, start + size)
