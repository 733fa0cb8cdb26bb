"""What tells latent paths between the same pictures apart: how long they are, how far from data."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float, Int

from stylewalk.latent_space import encoding
from stylewalk.style.metrics import MetricSet
from stylewalk.style.network import full_precision
from stylewalk.trajectories.paths.space import Space

OF_IMAGES = ("energy", "energy_over_line", "length_over_line", "midpoint_distance")
PATH_LENGTH = "perceptual_path_length"
# Karras, Laine and Aila 2019, section 4.1, and their code.
EPSILON = 1e-4
DISCARDED = 0.01  # of the smallest values, and of the largest
# ASSUME: so many artworks tell how far an artwork is from its nearest one, because the median of
# 1,000 distances is known within 5 %.
_ASKED = 1000

Images = Float[np.ndarray, "pairs points side side 3"]


def energies(images: Images) -> tuple[Float[np.ndarray, " pairs"], Float[np.ndarray, " pairs"]]:
    """Energy and length of trajectories in pixels.

    Of T steps whose images differ by e_t, the root of the mean squared difference in 0 to 1, the
    energy is T times the sum of e_t squared and the length the sum of e_t; the energy is the square
    of the length where all steps are alike, and larger else.

    Args:
        images: (P, T + 1, S, S, 3) on a 0..255 scale.
    """
    measures = np.empty((2, len(images)))
    for row, trajectory in enumerate(images):
        steps = np.diff(trajectory.astype(np.float64) / 255, axis=0)
        squares = np.square(steps).mean(axis=(1, 2, 3))
        measures[:, row] = len(squares) * squares.sum(), np.sqrt(squares).sum()
    return measures[0], measures[1]


def against_line(
    images: Images,
    points: Float[np.ndarray, "pairs points dimensions"] | None,
    lines: Images,
    ends: tuple[Int[np.ndarray, " pairs"], Int[np.ndarray, " pairs"]],
    space: Space,
) -> dict[str, Float[np.ndarray, " pairs"]]:
    """What a path is like beside the straight line between the same ends.

    Args:
        images: (P, T + 1, S, S, 3) decoded images on a 0..255 scale.
        points: (P, T + 1, d) their latents; None of a path that has none between its ends.
        lines: (P, T + 1, S, S, 3) of the straight lines.
        ends: rows of the artworks at both ends.
        space: the model and the artworks.

    Returns:
        (P,) each: energy; energy_over_line and length_over_line, NaN where the line does not
        change; midpoint_distance: from the middle point to the nearest artwork but the two ends,
        over the median distance of an artwork to its nearest one; NaN without points.
    """
    energy, length = energies(images)
    of_line = energies(lines)
    ratios = [
        np.divide(own, line, out=np.full_like(own, np.nan), where=line > 0)
        for own, line in zip((energy, length), of_line, strict=True)
    ]
    middle = np.full(len(images), np.nan) if points is None else _from_data(points, ends, space)
    return dict(zip(OF_IMAGES, (energy, *ratios, middle), strict=True))


def _from_data(
    points: Float[np.ndarray, "pairs points dimensions"],
    ends: tuple[Int[np.ndarray, " pairs"], Int[np.ndarray, " pairs"]],
    space: Space,
) -> Float[np.ndarray, " pairs"]:
    """Distances of middles to the nearest artwork but the ends, in those of artworks."""
    latents = space.latents
    if len(latents) < 3:
        return np.full(len(points), np.nan)
    from sklearn.neighbors import NearestNeighbors  # takes two seconds to import

    search = NearestNeighbors(n_neighbors=3).fit(latents)
    count = points.shape[1]
    middles = points[:, [(count - 1) // 2, count // 2]].mean(axis=1)
    distances, rows = search.kneighbors(middles)
    is_end = (rows == ends[0][:, None]) | (rows == ends[1][:, None])
    nearest = np.where(is_end, np.inf, distances).min(axis=1)
    asked = latents[:: max(1, len(latents) // _ASKED)]
    usual = np.median(search.kneighbors(asked)[0][:, 1])
    return nearest / usual if usual else np.full(len(points), np.nan)


def perceptual_path_length(
    images: Images,
    points: Float[np.ndarray, "pairs points dimensions"] | None,
    space: Space,
    metrics: MetricSet,
    places: Float[np.ndarray, " pairs"],
) -> dict[str, Float[np.ndarray, " pairs"]]:
    """How fast style changes at one random place of each trajectory, by each metric.

    The perceptual path length of Karras, Laine and Aila 2019 (equation 2) is the mean of these over
    many trajectories, without the smallest and the largest hundredth: see :func:`trimmed_mean`.

    Args:
        images: (P, T + 1, S, S, 3) decoded images on a 0..255 scale.
        points: (P, T + 1, d) their latents, between which the path is straight; None of a path that
            has none, which is then straight between its images.
        space: the model and the artworks.
        metrics: the study's metrics by name.
        places: (P,) t of each, drawn evenly from 0 to 1 - epsilon.

    Returns:
        By metric (P,) ``d(x(t), x(t + epsilon)) / epsilon^2``; of colours, whose order the pixels
        keep over so small a step, there is none.
    """
    smooth = MetricSet({n: m for n, m in metrics.items() if getattr(m, "is_smooth", True)})
    along = images if points is None else points
    at = np.stack([_at(along, places), _at(along, places + EPSILON)], axis=1)
    if points is not None:
        with full_precision():  # TF32 rounds by more than this step
            flat = encoding.decode(space.model, at.reshape(-1, at.shape[2]), space.device)
        at = flat.reshape(len(images), 2, *flat.shape[1:])
    losses_by_metric = smooth.between_all(at)
    return {name: losses["total"][:, 0] / EPSILON**2 for name, losses in losses_by_metric.items()}


def _at(
    along: Float[np.ndarray, "pairs points ..."], places: Float[np.ndarray, " pairs"]
) -> Float[np.ndarray, "pairs ..."]:
    """Each trajectory at its own place, 0 to 1, straight between its points; float32."""
    steps = along.shape[1] - 1
    before = np.minimum((places * steps).astype(np.int64), steps - 1)
    rows = np.arange(len(along))
    share = (places * steps - before).reshape(-1, *(1,) * (along.ndim - 2))
    first, last = along[rows, before].astype(np.float64), along[rows, before + 1]
    blended: np.ndarray = ((1 - share) * first + share * last).astype(np.float32)
    return blended


def trimmed_mean(values: Float[np.ndarray, " values"]) -> float:
    """The mean without the smallest and the largest hundredth; NaN of none.

    Of fewer than 100 values none is left out.
    """
    known = np.sort(values[np.isfinite(values)])
    cut = int(DISCARDED * len(known))
    return float(known[cut : len(known) - cut].mean()) if len(known) else np.nan


def add_to(
    measures: pd.DataFrame,
    beside: Mapping[str, Float[np.ndarray, " pairs"]],
    lengths: Mapping[str, Float[np.ndarray, " pairs"]],
) -> pd.DataFrame:
    """Measures of trajectories with those of their paths.

    Args:
        measures: columns of TRAJECTORY_MEASURES, metric after metric the same P pairs.
        beside: what :func:`against_line` gives.
        lengths: what :func:`perceptual_path_length` gives; NaN stands for a metric that is not in.
    """
    parts = []
    for name, rows in measures.groupby("metric", sort=False):
        unknown = np.full(len(rows), np.nan)
        own = {PATH_LENGTH: lengths.get(str(name), unknown)}
        parts.append(rows.assign(**beside, **own))
    return pd.concat(parts, ignore_index=True)
