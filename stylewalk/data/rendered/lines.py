"""Lines from the middle outwards at one angle: the benchmark of Berthelot et al. 2018.

Theirs are 16 pixels long in pictures of 32; here half as long as the picture is wide, at any size.
"""

import numpy as np
from jaxtyping import Float, UInt8

from stylewalk.data.rendered import Factor, segments

FACTORS = (Factor("angle", 0, 360, 0.5),)
CLASSES = ("East", "North", "West", "South")
_WIDTH = 1.5 / 32  # of a picture


def render(
    values: Float[np.ndarray, "pictures 1"], size: int
) -> UInt8[np.ndarray, "pictures {size} {size} 3"]:
    """White lines on black, at angles (N, 1) in degrees, anticlockwise from the right."""
    angles = np.radians(values[:, 0])
    # Half a line's width and a pixel stay free, so that the round end is whole.
    length = size / 2 - size * _WIDTH / 2 - 0.5
    tips = length * np.stack([-np.sin(angles), np.cos(angles)], axis=1)
    covered = segments(np.zeros_like(tips), tips, size * _WIDTH, size)
    return np.repeat(np.rint(255 * covered).astype(np.uint8)[..., None], 3, axis=3)


def background(size: int) -> UInt8[np.ndarray, "{size} {size} 3"]:
    """Black."""
    return np.zeros((size, size, 3), np.uint8)
