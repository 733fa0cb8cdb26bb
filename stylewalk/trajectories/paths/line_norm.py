"""The straight line with its norms put right: those of its points change evenly."""

import numpy as np
from jaxtyping import Float, Float32

from stylewalk.registry import Settings
from stylewalk.trajectories.interpolation import between
from stylewalk.trajectories.paths.space import Space

DESCRIPTION = (
    "The straight line, each point stretched to the norm between those of the ends: in many "
    "dimensions the middle of a line is nearer to 0 than any artwork."
)
SETTINGS: Settings = {}


def points(
    latents_a: Float[np.ndarray, "pairs dimensions"],
    latents_b: Float[np.ndarray, "pairs dimensions"],
    steps: int,
    space: Space | None = None,
) -> Float32[np.ndarray, "pairs points dimensions"]:
    """Points of the line, stretched; see :mod:`stylewalk.trajectories.paths`. 0 stays 0."""
    result = between(latents_a, latents_b, steps)
    norms = np.linalg.norm(result.astype(np.float64), axis=2, keepdims=True)
    even = np.linspace(norms[:, 0], norms[:, -1], steps + 1, axis=1)
    inner = slice(1, -1)  # the ends stay as they were given, to the bit
    factor = np.divide(even, norms, out=np.ones_like(norms), where=norms > 0)
    result[:, inner] *= factor[:, inner]
    return result
