"""Attribute vectors on the plane of a latent space's first two principal components."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float64, Int
from sklearn.decomposition import PCA

from stylewalk.randomness import generator
from stylewalk.trajectories.attributes import Attribute, Space, attributes, sides

ARTWORK, VECTOR = "artwork", "vector"
_MOST_ARTWORKS = 300  # that are drawn behind the vectors
# Of latents that are looked at together, since pixels have thousands of dimensions.
_MOST_NUMBERS = 20_000_000
_FEWEST_FITTED = 50
_SHUFFLES = 20


def rows_of_map(space: Space, columns: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows of table ATTRIBUTE_MAP but for model and seed: vectors, and held-out artworks.

    A vector goes from the mean latent of training artworks that lack the attribute to that of those
    that have it. Of a vector that is orthogonal to the plane nothing is seen, which ``in_plane``
    says; ``in_plane_shuffled`` is the same of vectors of shuffled labels, which lie there as far as
    the latents themselves do. Of pictures with very many pixels the plane is fitted to some of the
    training artworks, drawn at random.

    Args:
        space: of a model; without two dimensions or attributes there is no map.
        columns: texts of every artwork by attribute, with ``class``.
    """
    training, validation = space.splits
    known = list(attributes(columns, space.splits))
    if not known or min(len(training), space.latents.shape[1]) < 2:
        return
    rng = generator(space.seed, "attribute map")
    most = _MOST_NUMBERS // space.latents.shape[1]
    drawn = rng.permutation(validation)[: min(_MOST_ARTWORKS, max(1, most))]
    some = max(_FEWEST_FITTED, most)
    fitted = training if len(training) <= some else rng.choice(training, some, replace=False)
    # In float64: of latents far from 0 single precision finds another plane.
    plane = PCA(2, random_state=space.seed).fit(space.latents[fitted].astype(np.float64))
    classes = columns["class"].to_numpy(dtype=object)
    nowhere = dict.fromkeys(("to_x", "to_y", "in_plane", "in_plane_shuffled"), np.nan)
    places = plane.transform(space.latents[drawn].astype(np.float64))
    for row, (x, y) in zip(drawn, places, strict=True):
        about = {"kind": ARTWORK, "column": "class", "value": str(classes[row])}
        yield {**about, "x": float(x), "y": float(y), **nowhere}
    for attribute in known:
        has, lacks = sides(space.latents, attribute, training)
        (x, y), (to_x, to_y) = plane.transform(np.stack([lacks, has]))
        about = {"kind": VECTOR, "column": attribute.column, "value": attribute.value}
        ends = {"x": float(x), "y": float(y), "to_x": float(to_x), "to_y": float(to_y)}
        seen = share_in_plane(has - lacks, plane.components_)
        by_chance = _of_shuffled(space, attribute, fitted, plane.components_, rng)
        yield {**about, **ends, "in_plane": seen, "in_plane_shuffled": by_chance}


def _of_shuffled(
    space: Space,
    attribute: Attribute,
    rows: Int[np.ndarray, " rows"],
    components: Float64[np.ndarray, "2 dimensions"],
    rng: np.random.Generator,
) -> float:
    """The median share in the plane of vectors of shuffled labels; NaN where a side is empty."""
    known = attribute.rows(rows)
    has = attribute.has[known]
    if has.all() or not has.any():
        return float("nan")
    shares = []
    for _ in range(_SHUFFLES):
        shuffled = rng.permutation(has)
        means = [space.latents[known[s]].mean(axis=0, dtype=float) for s in (shuffled, ~shuffled)]
        shares.append(share_in_plane(means[0] - means[1], components))
    return float(np.median(shares))


def share_in_plane(
    vector: Float64[np.ndarray, " dimensions"], components: Float64[np.ndarray, "2 dimensions"]
) -> float:
    """The part of a vector's squared length that lies along orthonormal components; NaN of none."""
    whole = float(vector @ vector)
    return float(np.square(components @ vector).sum()) / whole if whole > 0 else float("nan")
