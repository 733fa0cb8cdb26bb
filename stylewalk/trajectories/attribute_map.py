"""Attribute vectors on the plane of a latent space's first two principal components."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float64
from sklearn.decomposition import PCA

from stylewalk.randomness import generator
from stylewalk.trajectories.attributes import Space, attributes, sides

ARTWORK, VECTOR = "artwork", "vector"
_MOST_ARTWORKS = 300  # that are drawn behind the vectors
# Of training latents that the plane is fitted to, since pixels have thousands of dimensions.
_MOST_NUMBERS = 50_000_000
_FEWEST_FITTED = 50


def rows_of_map(space: Space, columns: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Rows of table ATTRIBUTE_MAP but for model and seed: vectors, and held-out artworks.

    A vector goes from the mean latent of training artworks that lack the attribute to that of those
    that have it. Of a vector that is orthogonal to the plane nothing is seen, which ``in_plane``
    says.

    Args:
        space: of a model; without two dimensions or held-out artworks there is no map.
        columns: texts of every artwork by attribute, with ``class``.
    """
    training, validation = space.splits
    known = list(attributes(columns, space.splits))
    if not known or min(len(training), space.latents.shape[1]) < 2:
        return
    rng = generator(space.seed, "attribute map")
    drawn = rng.permutation(validation)[:_MOST_ARTWORKS]
    most = max(_FEWEST_FITTED, _MOST_NUMBERS // space.latents.shape[1])
    fitted = training if len(training) <= most else rng.choice(training, most, replace=False)
    plane = PCA(2, random_state=space.seed).fit(space.latents[fitted])
    classes = columns["class"].to_numpy(dtype=object)
    nowhere = {"to_x": np.nan, "to_y": np.nan, "in_plane": np.nan}
    places = plane.transform(space.latents[drawn].astype(np.float64))
    for row, (x, y) in zip(drawn, places, strict=True):
        about = {"kind": ARTWORK, "column": "class", "value": str(classes[row])}
        yield {**about, "x": float(x), "y": float(y), **nowhere}
    for attribute in known:
        has, lacks = sides(space.latents, attribute, training)
        (x, y), (to_x, to_y) = plane.transform(np.stack([lacks, has]))
        about = {"kind": VECTOR, "column": attribute.column, "value": attribute.value}
        ends = {"x": float(x), "y": float(y), "to_x": float(to_x), "to_y": float(to_y)}
        yield {**about, **ends, "in_plane": share_in_plane(has - lacks, plane.components_)}


def share_in_plane(
    vector: Float64[np.ndarray, " dimensions"], components: Float64[np.ndarray, "2 dimensions"]
) -> float:
    """The part of a vector's squared length that lies along orthonormal components; NaN of none."""
    whole = float(vector @ vector)
    return float(np.square(components @ vector).sum()) / whole if whole > 0 else float("nan")
