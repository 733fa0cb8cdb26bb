"""Latent paths: a registry (see :mod:`stylewalk.registry`) of one module for each.

Beside ``DESCRIPTION`` and ``SETTINGS``, every path's module has a function

``points(latents_a, latents_b, steps, model, **settings)``

    latents_a, latents_b: (P, d) float, the ends of P trajectories.
    steps: steps of a trajectory, which has one more point.
    model: the trained model in evaluation mode, for paths that follow what its decoder does.

    Returns (P, steps + 1, d) float32, whose ends are the given latents exactly.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from stylewalk import registry
from stylewalk.latent_space.autoencoder import Autoencoder


def points(
    settings: Mapping[str, Any],
    latents_a: Float[np.ndarray, "pairs dimensions"],
    latents_b: Float[np.ndarray, "pairs dimensions"],
    steps: int,
    model: Autoencoder,
) -> Float32[np.ndarray, "pairs {steps}+1 dimensions"]:
    """The points of trajectories on the path that a config names.

    Args:
        settings: ``kind``, the name of a module here, and its settings.
        latents_a: (P, d) first ends.
        latents_b: (P, d) last ends.
        steps: steps of a trajectory.
        model: the trained model.

    Returns:
        (P, steps + 1, d) float32.

    Raises:
        StylewalkError: an unknown path or setting.
    """
    path = registry.load(__name__, settings.get("kind"), "latent path")
    own = {key: value for key, value in settings.items() if key != "kind"}
    own = registry.complete(path.SETTINGS, own, f"latent path '{settings['kind']}'")
    result: np.ndarray = path.points(latents_a, latents_b, steps, model, **own)
    return result
