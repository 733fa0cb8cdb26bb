"""The straight line between two latents: linear interpolation."""

import numpy as np
from jaxtyping import Float, Float32

from stylewalk.latent_space.autoencoder import Autoencoder
from stylewalk.registry import Settings
from stylewalk.trajectories.interpolation import between

DESCRIPTION = "The straight line between two latents, in equal steps."
SETTINGS: Settings = {}


def points(
    latents_a: Float[np.ndarray, "pairs dimensions"],
    latents_b: Float[np.ndarray, "pairs dimensions"],
    steps: int,
    model: Autoencoder | None = None,
) -> Float32[np.ndarray, "pairs {steps}+1 dimensions"]:
    """Equally spaced points on the straight lines between pairs of latents.

    Args:
        latents_a: (P, d) first ends.
        latents_b: (P, d) last ends.
        steps: steps of a line, which has one more point.
        model: not needed.

    Returns:
        (P, steps + 1, d) float32; the ends are the given latents exactly.
    """
    return between(latents_a, latents_b, steps)
