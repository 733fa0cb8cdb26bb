"""Principal components of the latents on the page, along which it moves a point by itself."""

from typing import Any

import numpy as np
import scipy.linalg
from jaxtyping import Float

from stylewalk.explorer.packing import packed, significant

MOST = 8  # components
# The correlation of scores with places on the map, below which the map is of other components.
_SAME = 0.999
_LEAST = 1e-9  # of the first component's variance, below which there is no further one


def of_latents(
    latents: Float[np.ndarray, "artworks dimensions"], places: Float[np.ndarray, "artworks 2"]
) -> dict[str, Any]:
    """Where a point goes along principal components, and where on the map it lies.

    Args:
        latents: (n, d) latents of the artworks on the page.
        places: (n, 2) where they lie on its map of the first two components; NaN where they do not.
            Components are of those on the map, as the map's are.

    Returns:
        ``mean`` (d,) and ``axes`` (K, d), unit vectors with K = 8 at most; ``deviations``, standard
        deviations of the artworks along them, and ``shares`` of the variance; ``map``, for each
        axis of the map the place of the mean and how far one standard deviation goes, or None where
        the map does not go along the first two components.
    """
    known = np.isfinite(places).all(axis=1)
    rows = np.asarray(latents[known], np.float64)
    mean = rows.mean(axis=0)
    rows -= mean
    scale = np.abs(rows).max() or 1.0  # so that no square overflows
    scatter = (rows / scale).T @ (rows / scale) / len(rows)
    width = len(mean)
    most = min(MOST, width)
    values, vectors = scipy.linalg.eigh(scatter, subset_by_index=[width - most, width - 1])
    used = values[::-1] > _LEAST * max(values[-1], 1e-300)
    variances, axes = values[::-1][used], vectors.T[::-1][used]
    deviations = scale * np.sqrt(variances)
    axes *= _signs(axes, rows @ axes.T, places[known])[:, None]
    total = float(np.trace(scatter)) or 1.0
    return {
        "mean": packed(mean, "h"),
        "axes": packed(axes, "h"),
        "deviations": [significant(value, 6) for value in deviations],
        "shares": [significant(value / total) for value in variances],
        "map": _on_map(rows @ axes.T / deviations, places[known]),
    }


def _signs(
    axes: Float[np.ndarray, "components dimensions"],
    scores: Float[np.ndarray, "artworks components"],
    places: Float[np.ndarray, "artworks 2"],
) -> Float[np.ndarray, " components"]:
    """1 or -1 for each axis: as the map has the first two; of others the largest number is above 0.

    Components have no sign of their own.
    """
    largest = np.abs(axes).argmax(axis=1)
    signs = np.sign(axes[np.arange(len(axes)), largest])
    shown = min(2, len(axes))
    centred = places[:, :shown] - places[:, :shown].mean(axis=0)
    along = np.sign((scores[:, :shown] * centred).sum(axis=0))
    signs[:shown] = np.where(along == 0, signs[:shown], along)
    return np.asarray(signs)


def _on_map(
    scores: Float[np.ndarray, "artworks components"], places: Float[np.ndarray, "artworks 2"]
) -> list[list[float | None]] | None:
    """Of each axis of the map where the mean lies, and the step of one standard deviation."""
    if scores.shape[1] < 2:
        return None
    axes = []
    for score, place in zip(scores.T[:2], places.T, strict=True):
        step = float(score @ (place - place.mean()) / (score @ score))
        if not step * score.std() > _SAME * place.std() > 0:
            return None
        axes.append([significant(float(place.mean()), 6), significant(step, 6)])
    return axes
