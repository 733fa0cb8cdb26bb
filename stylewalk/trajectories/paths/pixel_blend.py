"""The blend in pixels of the decoded ends: what any path through a latent space is held against."""

import numpy as np
from jaxtyping import Float32

from stylewalk.registry import Settings
from stylewalk.trajectories.interpolation import between

DESCRIPTION = "The cross-dissolve of the two decoded ends in pixels, which uses no latents between."
SETTINGS: Settings = {}


def images(
    first: Float32[np.ndarray, "pairs side side 3"],
    last: Float32[np.ndarray, "pairs side side 3"],
    steps: int,
) -> Float32[np.ndarray, "pairs points side side 3"]:
    """Blends of decoded images in equal steps; see :mod:`stylewalk.trajectories.paths`."""
    a, b = (ends.reshape(len(ends), -1) for ends in (first, last))
    return between(a, b, steps).reshape(len(first), steps + 1, *first.shape[1:])
