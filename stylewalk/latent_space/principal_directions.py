"""First principal components of many resamples at once, and the angles between them.

The leading eigenvector of a covariance is found by the Lanczos iteration (Golub and Van Loan 2013,
section 10.1): it needs only products of the rows with a vector, which for many resamples of the
same rows are one matrix product. The covariance, 4,096 x 4,096 at most, is never formed.
"""

import numpy as np
from jaxtyping import Float, Float32, Float64, Num

from stylewalk.randomness import generator

_Z = 1.959963984540054  # half the width of a 95 % interval in standard errors
_BATCH = 50  # resamples at a time: 128 vectors of 4,096 float32 for each are 100 MiB
_STEPS = 128  # products at most; a first component that stands out takes about ten
# ASSUME: a first component has converged when its residual is below 1e-4 of its eigenvalue (1e-9
# for the data themselves) because even where the next eigenvalue is 2 % less, the direction is then
# within .3 degrees, far below the spread of the resamples.
_TOLERANCE = {np.dtype(np.float32): 1e-4, np.dtype(np.float64): 1e-9}


def leading_components(
    latents: Float[np.ndarray, "artworks dimensions"],
    weights: Num[np.ndarray, "resamples artworks"],
    seed: int,
) -> tuple[Float64[np.ndarray, " dimensions"], Float32[np.ndarray, "resamples dimensions"]]:
    """First principal components of some rows and of resamples of them.

    Args:
        latents: (n, d) latents.
        weights: (B, n) how often each resample holds each row.
        seed: seed of the vectors from which the iteration starts.

    Returns:
        (d,) float64 and (B, d) float32 unit vectors of arbitrary sign, NaN where the rows do not
        vary.
    """
    rng = generator(seed, "leading_components")
    rows = latents - latents.mean(axis=0, dtype=np.float64)
    rows /= np.abs(rows).max() or 1.0
    start = rng.standard_normal((1, rows.shape[1]))
    own = _lanczos(rows, np.ones((1, len(rows))), start)[0]
    rows, weights = rows.astype(np.float32), weights.astype(np.float32)
    leading = np.empty((len(weights), rows.shape[1]), np.float32)
    for first in range(0, len(weights), _BATCH):
        part = weights[first : first + _BATCH]
        # Near the component of all rows, yet with a part in every direction.
        noise = rng.standard_normal((len(part), rows.shape[1])) / np.sqrt(rows.shape[1])
        start = (np.nan_to_num(own) + noise).astype(np.float32)
        leading[first : first + _BATCH] = _lanczos(rows, part, start)
    return own, leading


def _lanczos(
    rows: Float[np.ndarray, "rows dimensions"],
    weights: Float[np.ndarray, "resamples rows"],
    start: Float[np.ndarray, "resamples dimensions"] | Float[np.ndarray, "1 dimensions"],
) -> Float[np.ndarray, "resamples dimensions"]:
    """(B, d) leading eigenvectors of the covariances of rows under (B, n) weights."""
    scatter = _Scatter(rows, weights)
    limit = min(_STEPS, rows.shape[1])
    basis = np.zeros((len(weights), limit, rows.shape[1]), rows.dtype)
    inner = np.zeros((len(weights), limit, limit), rows.dtype)
    vector = start / np.linalg.norm(start, axis=1, keepdims=True)
    for step in range(limit):
        basis[:, step] = vector
        image = scatter.times(vector)
        inner[:, step, step] = (image * vector).sum(axis=1)
        known = basis[:, : step + 1]
        for _ in range(2):  # orthogonal to all that came before, which rounding would undo
            image -= ((known @ image[:, :, None]).transpose(0, 2, 1) @ known)[:, 0]
        length = np.linalg.norm(image, axis=1)
        if step % 8 == 7 or step == limit - 1:
            values, vectors = np.linalg.eigh(inner[:, : step + 1, : step + 1])
            residual = length * np.abs(vectors[:, -1, -1])
            if (residual <= _TOLERANCE[rows.dtype] * values[:, -1]).all() or step == limit - 1:
                break
        exhausted = length <= scatter.rounding
        vector = np.where(exhausted[:, None], 0, image / np.where(exhausted, 1, length)[:, None])
        inner[:, step, step + 1] = inner[:, step + 1, step] = np.where(exhausted, 0, length)
    directions: np.ndarray = (vectors[:, None, :, -1] @ known)[:, 0]
    directions[values[:, -1] <= scatter.rounding] = np.nan
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return directions


class _Scatter:
    """Products with the scatter matrices sum w (x - m)(x - m)' of rows under many weights."""

    def __init__(self, rows: np.ndarray, weights: np.ndarray):
        self._rows, self._weights = rows, weights
        self._means = weights @ rows / weights.sum(axis=1, keepdims=True)
        # Below this an eigenvalue, (B,), is rounding.
        squares = weights @ np.einsum("ij,ij->i", rows, rows)  # no second array of this size
        self.rounding = 10 * np.finfo(rows.dtype).eps * squares

    def times(
        self, vectors: Float[np.ndarray, "resamples dimensions"]
    ) -> Float[np.ndarray, "resamples dimensions"]:
        """The (B, d) images of (B, d) vectors, each under its own weights."""
        scores = vectors @ self._rows.T - (vectors * self._means).sum(axis=1, keepdims=True)
        # The weighted scores sum to 0, so that centring one of the two factors centres both.
        images: np.ndarray = (scores * self._weights) @ self._rows
        return images


def acute_angles(
    a: Float[np.ndarray, "*#shape dimensions"], b: Float[np.ndarray, "*#shape dimensions"]
) -> Float[np.ndarray, "*#shape"]:
    """Angles in degrees, 0 to 90, between (..., d) unit vectors whose signs are arbitrary."""
    # The arc tangent of half the chord is exact where the arc cosine loses small angles.
    b = np.where((a * b).sum(axis=-1, keepdims=True) < 0, -b, b)
    chords = np.linalg.norm(a - b, axis=-1), np.linalg.norm(a + b, axis=-1)
    return np.asarray(np.degrees(2 * np.arctan2(*chords)))


def angle_interval(
    estimate: float, resampled: Float[np.ndarray, " resamples"]
) -> tuple[float, float]:
    """Ends of the 95 % interval of an angle; resamples without variance are left out."""
    resampled = resampled[np.isfinite(resampled)]
    if not (np.isfinite(estimate) and len(resampled)):
        return np.nan, np.nan
    # ASSUME: an interval of the squared sine, the share of one component that lies off the other,
    # and of 1.96 times the root mean square distance of its resamples from the estimate, because
    # noise turns components apart and so only adds to their angle: percentiles of the resamples lie
    # above the true angle (on Gaussians of known angle they held it in 0 to 90 % of trials, and
    # this interval in 95 to 100 %, or 70 to 90 % where a class is too small to show its component).
    square = np.sin(np.radians(estimate)) ** 2
    error = _Z * np.sqrt(np.mean((np.sin(np.radians(resampled)) ** 2 - square) ** 2))
    low, high = np.degrees(np.arcsin(np.sqrt(np.clip([square - error, square + error], 0, 1))))
    return float(low), float(high)
