"""Spherical linear interpolation (Shoemake 1985; of latents, White 2016)."""

import numpy as np
from jaxtyping import Float, Float32

from stylewalk.registry import Settings
from stylewalk.trajectories.interpolation import between
from stylewalk.trajectories.paths.space import Space

DESCRIPTION = (
    "The great circle between the directions of two latents, while the norm changes evenly."
)
SETTINGS: Settings = {}
# ASSUME: directions closer than this, or to opposition, have no one great circle for float32.
_SMALLEST_SINE = 1e-6


def points(
    latents_a: Float[np.ndarray, "pairs dimensions"],
    latents_b: Float[np.ndarray, "pairs dimensions"],
    steps: int,
    space: Space | None = None,
) -> Float32[np.ndarray, "pairs points dimensions"]:
    """Points on great circles, at equal angles; see :mod:`stylewalk.trajectories.paths`.

    Where directions coincide or oppose each other, or a latent is 0, the straight line.
    """
    a, b = np.asarray(latents_a, np.float64), np.asarray(latents_b, np.float64)
    norms_a, norms_b = (np.linalg.norm(x, axis=1, keepdims=True) for x in (a, b))
    cosines = (a * b).sum(axis=1, keepdims=True) / np.maximum(norms_a * norms_b, 1e-300)
    angles = np.arccos(np.clip(cosines, -1, 1))
    straight = (np.sin(angles) < _SMALLEST_SINE) | (norms_a * norms_b == 0)
    sines = np.where(straight, 1, np.sin(angles))
    result = between(latents_a, latents_b, steps)
    for place, t in enumerate(np.linspace(0, 1, steps + 1)[1:-1], 1):
        on_circle = (np.sin((1 - t) * angles) * a / np.maximum(norms_a, 1e-300)) + (
            np.sin(t * angles) * b / np.maximum(norms_b, 1e-300)
        )
        curved = on_circle / sines * ((1 - t) * norms_a + t * norms_b)
        result[:, place] = np.where(straight, result[:, place], curved)
    return result
