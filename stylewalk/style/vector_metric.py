"""Metrics of one vector for each image, whose squared Euclidean distance they are."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float, Float64, Real, UInt8

from stylewalk.style.pairwise import Losses, Squares, squared_distances

_PIXELS_AT_ONCE = 1024 * 64 * 64


class VectorMetric:
    """Squared distances of vectors.

    Args:
        part: the name under which the distance stands beside ``total``, which it is, too.
        vectors: images (B, S, S, 3) on a 0..255 scale, uint8 or float, to vectors (B, K).
        is_smooth: whether it grows evenly with small changes of pixels.
    """

    def __init__(
        self,
        part: str,
        vectors: Callable[
            [Real[np.ndarray, "pictures side side 3"]], Float[np.ndarray, "pictures numbers"]
        ],
        is_smooth: bool = True,
    ):
        self.part, self.vectors, self.is_smooth = part, vectors, is_smooth

    def between(
        self,
        images: Real[np.ndarray, "trajectories points side side 3"],
        more_pairs: Sequence[tuple[int, int]] = (),
    ) -> Losses:
        """Distances along trajectories: see :mod:`stylewalk.style.metrics`."""
        count, points = images.shape[:2]
        distances = np.empty((count, points - 1 + len(more_pairs)))
        for row, trajectory in enumerate(images):
            vectors = self._of(trajectory)
            pairs = [vectors[a] - vectors[b] for a, b in more_pairs]
            steps = np.concatenate([np.diff(vectors, axis=0), *(p[None] for p in pairs)])
            distances[row] = (steps**2).sum(axis=1)
        return {self.part: distances, "total": distances}

    def pairwise(self, images: UInt8[np.ndarray, "pictures side side 3"]) -> Squares:
        """Distances of every two images: see :mod:`stylewalk.style.metrics`."""
        distances = squared_distances(self._of(images))
        return {self.part: distances, "total": distances}

    def _of(
        self, images: Real[np.ndarray, "pictures side side 3"]
    ) -> Float64[np.ndarray, "pictures numbers"]:
        """Vectors (B, K), float64, some images at a time."""
        size = max(1, _PIXELS_AT_ONCE // int(np.prod(images.shape[1:3])))
        parts = [
            self.vectors(np.asarray(images[start : start + size]))
            for start in range(0, len(images), size)
        ]
        return np.concatenate(parts).astype(np.float64)
