"""Pictures as they might have been: mirrored, and moved by a few pixels.

torchvision's transforms draw once for a whole batch, and from the global random state; here each
picture has its own draw, from the generator of the training.
"""

from collections.abc import Mapping
from typing import Any

import torch
from jaxtyping import Float
from torch.nn import functional


def augment(
    images: Float[torch.Tensor, "batch 3 side side"],
    training: Mapping[str, Any],
    draws: torch.Generator,
) -> Float[torch.Tensor, "batch 3 side side"]:
    """The pictures of a batch, each mirrored with a chance of one half, and moved.

    Args:
        images: (B, 3, S, S).
        training: ``flips`` (whether to mirror) and ``shifts`` (pixels at most, in each direction;
            what comes in at an edge is the picture's own mirror image), both off where they lack.
        draws: for every random draw, on the device of the images.

    Returns:
        (B, 3, S, S), in the same order of memory.
    """
    if training.get("flips", False):
        chosen = torch.rand(len(images), generator=draws, device=images.device) < 0.5
        images = torch.where(chosen[:, None, None, None], images.flip(3), images)
    # A shift of the whole side or more would need the mirror image of a mirror image.
    most = min(int(training.get("shifts", 0)), images.shape[3] - 1)
    return moved(images, most, draws) if most else images


def moved(
    images: Float[torch.Tensor, "batch 3 side side"], most: int, draws: torch.Generator
) -> Float[torch.Tensor, "batch 3 side side"]:
    """Each picture moved by whole pixels, up to ``most`` down or up, and to either side."""
    size, device = images.shape[3], images.device
    rows, columns = torch.randint(
        2 * most + 1, (2, len(images)), generator=draws, device=device
    ).unsqueeze(2) + torch.arange(size, device=device)
    wide = functional.pad(images, (most,) * 4, mode="reflect").permute(0, 2, 3, 1)
    picture = torch.arange(len(images), device=device)[:, None, None]
    return wide[picture, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)
