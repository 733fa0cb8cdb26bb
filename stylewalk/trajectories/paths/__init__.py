"""Latent paths: a registry (see :mod:`stylewalk.registry`) of one module for each.

Beside ``DESCRIPTION`` and ``SETTINGS``, every path's module has one of two functions.

``points(latents_a, latents_b, steps, space, **settings)``, of a path through the latent space:

    latents_a, latents_b: (P, d) float, the ends of P trajectories.
    steps: steps of a trajectory, which has one more point.
    space: the trained model and the artworks (:class:`space.Space`), for paths that follow these.

    Returns (P, steps + 1, d) float32. It begins at the first latents exactly, and ends at the last
    ones unless the path goes elsewhere, as an attribute vector does.

``images(first, last, steps)``, of one that needs no latents between:

    first, last: (P, S, S, 3) float32 decoded ends on a 0..255 scale.

    Returns (P, steps + 1, S, S, 3) float32, whose ends are the given images exactly.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from stylewalk import registry
from stylewalk.latent_space import encoding
from stylewalk.trajectories.paths.space import Space

PARTS = ("space",)


def follow(
    settings: Mapping[str, Any],
    latents_a: Float[np.ndarray, "pairs dimensions"],
    latents_b: Float[np.ndarray, "pairs dimensions"],
    steps: int,
    space: Space,
) -> tuple[
    Float32[np.ndarray, "pairs points side side 3"],
    Float32[np.ndarray, "pairs points dimensions"] | None,
]:
    """The decoded images of trajectories on the path that a config names, and their latents.

    Args:
        settings: ``kind``, the name of a module here, and its settings.
        latents_a: (P, d) first ends.
        latents_b: (P, d) last ends.
        steps: steps of a trajectory.
        space: the trained model and the artworks.

    Returns:
        (P, steps + 1, S, S, 3) float32 on a 0..255 scale; (P, steps + 1, d) float32, None of a path
        that needs none.

    Raises:
        StylewalkError: an unknown path or setting, or one that this study has no use for.
    """
    path = registry.load(__name__, settings.get("kind"), "latent path")
    own = {key: value for key, value in settings.items() if key != "kind"}
    own = registry.complete(path.SETTINGS, own, f"latent path '{settings['kind']}'")
    if hasattr(path, "images"):
        ends = [encoding.decode(space.model, z, space.device) for z in (latents_a, latents_b)]
        return path.images(*ends, steps, **own), None
    points = path.points(latents_a, latents_b, steps, space, **own)
    flat = encoding.decode(space.model, points.reshape(-1, points.shape[2]), space.device)
    return flat.reshape(*points.shape[:2], *flat.shape[1:]), points
