"""Nearest neighbours of artworks in a latent space."""

import numpy as np
import pandas as pd
from jaxtyping import Float
from sklearn.neighbors import NearestNeighbors

from stylewalk.labels import Numbers
from stylewalk.latent_space.geometry import check_latents

_SPARE = 4  # more than asked for, since equal distances come in an order that rounding decides


def nearest_neighbours(
    ids: Numbers, latents: Float[np.ndarray, "artworks dimensions"], count: int
) -> pd.DataFrame:
    """The nearest other artworks of each, exactly, by Euclidean distance.

    Args:
        ids: (n,) id of each latent.
        latents: (n, d) latents.
        count: neighbours of each; all others where there are fewer.

    Returns:
        Columns id, rank (from 1), neighbour (an id) and l2; of equal distances, the smaller row
        comes first.

    Raises:
        StylewalkError: the latents are no matrix of finite numbers.
    """
    latents = check_latents(latents).astype(np.float64)
    places, count = np.asarray(ids), min(count, len(latents) - 1)
    # Centred, so that nothing cancels in an offset that all latents share.
    centred = latents - latents.mean(axis=0)
    wanted = min(count + _SPARE, len(latents) - 1)
    search = NearestNeighbors(n_neighbors=wanted, algorithm="brute").fit(centred)
    near, l2 = np.empty((len(places), count), np.int64), np.empty((len(places), count))
    for row, nearest in enumerate(search.kneighbors(return_distance=False)):
        distances = np.sqrt(((latents[nearest] - latents[row]) ** 2).sum(axis=1))
        order = np.lexsort((nearest, distances))[:count]
        near[row], l2[row] = nearest[order], distances[order]
    return pd.DataFrame(
        {
            "id": np.repeat(places, count),
            "rank": np.tile(np.arange(1, count + 1), len(places)),
            "neighbour": places[near.ravel()],
            "l2": l2.ravel(),
        }
    )
