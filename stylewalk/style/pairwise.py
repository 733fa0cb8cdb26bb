"""Distances of every two of some vectors."""

import numpy as np
from jaxtyping import Float, Float64

# Distances by part of a metric: along trajectories, and of every two pictures.
Losses = dict[str, Float64[np.ndarray, "trajectories distances"]]
Squares = dict[str, Float64[np.ndarray, "pictures pictures"]]

_COLUMNS = 16_384  # numbers of each vector at a time: 240 rows of float64 are 30 MiB


def squared_distances(
    vectors: Float[np.ndarray, "vectors numbers"],
) -> Float64[np.ndarray, "vectors vectors"]:
    """Squared Euclidean distances of all pairs of rows, in float64.

    The three-term identity |a|^2 + |b|^2 - 2 ab is used on differences from the mean row and in
    float64, where it is good to about 1e-15 of the largest distance; float32 would not do.

    Args:
        vectors: (B, D) float.

    Returns:
        (B, B) float64, symmetric, 0 on the diagonal and never negative.
    """
    products = np.zeros((len(vectors), len(vectors)))
    for start in range(0, vectors.shape[1], _COLUMNS):
        part = vectors[:, start : start + _COLUMNS].astype(np.float64)
        part -= part.mean(axis=0)
        products += part @ part.T
    squares = products.diagonal()
    result = np.maximum(squares[:, None] + squares - products - products.T, 0)
    np.fill_diagonal(result, 0)
    return result
