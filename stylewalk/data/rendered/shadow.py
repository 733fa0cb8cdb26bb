"""A pole in the sun, whose shadow turns and grows (after Oring, Yakhini and Hel-Or 2020).

Seen from above at a slant: the ground is foreshortened, the pole stands upright.
"""

import numpy as np
from jaxtyping import Float, Float64, UInt8

from stylewalk.data.rendered import Factor, grid_of, segments

#: Where the sun stands: anticlockwise from the right, and above the ground.
FACTORS = (Factor("azimuth", 0, 360, 2), Factor("elevation", 35, 70, 2.5))
CLASSES = ("East", "North", "West", "South")
_SLANT = 0.6  # how much shorter what lies away from the eye looks
_POLE = 0.3  # height of the pole, over the width of the picture
_WIDTH = 0.07
_GROUND, _FAR = np.array([214.0, 196, 160]), np.array([176.0, 186, 190])
_WOOD, _SHADE = np.array([120.0, 66, 36]), np.array([62.0, 60, 84])


def render(
    values: Float[np.ndarray, "pictures 2"], size: int
) -> UInt8[np.ndarray, "pictures {size} {size} 3"]:
    """Pictures of suns at azimuths and elevations (N, 2) in degrees."""
    azimuth, elevation = np.radians(values).T
    foot = np.tile(_foot(size), (len(values), 1))
    long = _POLE * size / np.tan(elevation)
    away = np.stack([_SLANT * np.sin(azimuth), -np.cos(azimuth)], axis=1) * long[:, None]
    shadow = segments(foot, foot + away, _WIDTH * size, size)[..., None]
    ground = _ground(size)[None]
    # The sun's warmth is told by nothing but the shadow: both factors show in it alone.
    painted = ground + 0.75 * shadow * (_SHADE - ground)
    return _with_pole(painted, size)


def background(size: int) -> UInt8[np.ndarray, "{size} {size} 3"]:
    """The pole without a shadow."""
    pole: np.ndarray = _with_pole(_ground(size)[None], size)[0]
    return pole


def _foot(size: int) -> Float64[np.ndarray, " 2"]:
    """Where the pole stands."""
    return np.array([0.06 * size, 0.0])


def _ground(size: int) -> Float64[np.ndarray, "{size} {size} 3"]:
    down, _ = grid_of(size)
    near = (down / size + 0.5)[..., None]
    ground: np.ndarray = near * _GROUND + (1 - near) * _FAR
    whole: np.ndarray = np.broadcast_to(ground, (size, size, 3)).copy()
    return whole


def _with_pole(
    pictures: Float64[np.ndarray, "pictures side side 3"], size: int
) -> UInt8[np.ndarray, "pictures side side 3"]:
    foot = _foot(size)[None]
    pole = segments(foot, foot - [[_POLE * size, 0]], _WIDTH * size, size)[..., None]
    painted: np.ndarray = np.rint(pictures + pole * (_WOOD - pictures)).astype(np.uint8)
    return painted
