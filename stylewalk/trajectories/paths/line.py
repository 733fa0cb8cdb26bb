"""The straight line between two latents: linear interpolation."""

import numpy as np
from jaxtyping import Float, Float32

from stylewalk.registry import Settings
from stylewalk.trajectories.interpolation import between
from stylewalk.trajectories.paths.space import Space

DESCRIPTION = "The straight line between two latents, in equal steps."
SETTINGS: Settings = {}


def points(
    latents_a: Float[np.ndarray, "pairs dimensions"],
    latents_b: Float[np.ndarray, "pairs dimensions"],
    steps: int,
    space: Space | None = None,
) -> Float32[np.ndarray, "pairs points dimensions"]:
    """Equally spaced points on straight lines; see :mod:`stylewalk.trajectories.paths`."""
    return between(latents_a, latents_b, steps)
