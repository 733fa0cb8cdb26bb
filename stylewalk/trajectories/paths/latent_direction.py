"""A direction of the latent space that stands for a class, added step by step (White 2016)."""

import numpy as np
from jaxtyping import Float, Float32

from stylewalk.errors import StylewalkError
from stylewalk.registry import Settings
from stylewalk.trajectories.interpolation import between
from stylewalk.trajectories.paths.space import Space

DESCRIPTION = (
    "From the first artwork on, the attribute vector of a class (its mean latent less that of all "
    "other artworks; Larsen et al. 2016) is added in equal steps; the second artwork plays no part."
)
SETTINGS: Settings = {
    "towards": {
        "description": "The class whose attribute vector is added.",
        "type": "string",
        "minLength": 1,
    },
    "times": {
        "description": "How often the vector is added in all.",
        "type": "number",
        "exclusiveMinimum": 0,
        "maximum": 100,
        "default": 1.0,
    },
}


def points(
    latents_a: Float[np.ndarray, "pairs dimensions"],
    latents_b: Float[np.ndarray, "pairs dimensions"],
    steps: int,
    space: Space,
    *,
    towards: str,
    times: float = 1.0,
) -> Float32[np.ndarray, "pairs points dimensions"]:
    """Points from the first ends on; see :mod:`stylewalk.trajectories.paths`.

    Raises:
        StylewalkError: the study has no artworks of the class, or none of another.
    """
    of_class = np.asarray(space.classes) == towards
    if not of_class.any() or of_class.all():
        lack = f"no artworks of {towards}" if not of_class.any() else f"artworks of {towards} alone"
        raise StylewalkError(
            f"The study has {lack}: an attribute vector leads from the other artworks to those of "
            "a class."
        )
    means = [space.latents[rows].mean(axis=0, dtype=np.float64) for rows in (of_class, ~of_class)]
    ends = latents_a + times * (means[0] - means[1])
    return between(latents_a, ends.astype(np.float32), steps)
