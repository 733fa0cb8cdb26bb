"""Geodesics: the curves of least energy under what a decoder, or a style metric, makes of them."""

import numpy as np
from jaxtyping import Float, Float32

from stylewalk.registry import Settings
from stylewalk.trajectories.geodesics import least_energy
from stylewalk.trajectories.interpolation import between
from stylewalk.trajectories.paths.space import PIXELS, Space

DESCRIPTION = (
    "The curve of least energy under the decoder's metric (Arvanitidis et al. 2018; Shao et al. "
    "2018), or under a style metric of the study: the images on it change as little as they can."
)
SETTINGS: Settings = {
    "metric": {
        "description": (
            "What the energy is of: pixels of the decoded images, or the name of a metric of the "
            "study on the style network, at a hundred times the cost."
        ),
        "type": "string",
        "minLength": 1,
        "default": PIXELS,
    },
    "tolerance": {
        "description": "A curve is done where two steps each lower its energy by less than this "
        "part.",
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 0.1,
        "default": 0.001,
    },
    "passes": {
        "description": "How often the images of a curve are decoded at most.",
        "type": "integer",
        "minimum": 1,
        "default": 100,
    },
}
# ASSUME: so many images at once because of more a decoder's activations leave a CPU's caches.
_IMAGES_AT_ONCE = 256


def points(
    latents_a: Float[np.ndarray, "pairs dimensions"],
    latents_b: Float[np.ndarray, "pairs dimensions"],
    steps: int,
    space: Space,
    *,
    metric: str = PIXELS,
    tolerance: float = 0.001,
    passes: int = 100,
) -> Float32[np.ndarray, "pairs points dimensions"]:
    """Points on curves of least energy; see :mod:`stylewalk.trajectories.paths`.

    Raises:
        StylewalkError: the metric has no gradients; see ``Space.embedding``.
    """
    embed = space.embedding(metric)
    result = between(latents_a, latents_b, steps)
    size = max(1, _IMAGES_AT_ONCE // steps)
    for start in range(0, len(result), size):
        part = result[start : start + size]
        part[:] = least_energy(embed, part, tolerance, passes, space.device).points
    return result
