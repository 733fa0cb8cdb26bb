"""Walks of which it is known what happens on them: controls beside those of models.

Each leads from one picture of a study, in pixels and without any model: to another, or to the same
one changed. Of some something new appears on the way, of others nothing does.
"""

from collections.abc import Callable, Mapping

import numpy as np
from jaxtyping import Float32, Float64, Real
from matplotlib.colors import hsv_to_rgb, rgb_to_hsv
from scipy.ndimage import gaussian_filter, zoom

Picture = Float64[np.ndarray, "side side 3"]
Times = Float64[np.ndarray, " points"]
Pictures = Float64[np.ndarray, "points side side 3"]
# From the first and the last picture, the mean picture and times from 0 to 1.
Walk = Callable[[Picture, Picture, Picture, Times], Pictures]


def _blend(first: Picture, last: Picture, mean: Picture, t: Times) -> Pictures:
    share = t[:, None, None, None]
    blended: np.ndarray = (1 - share) * first + share * last
    return blended


def _logits(first: Picture, last: Picture, mean: Picture, t: Times) -> Pictures:
    """What a model does that is linear but for a sigmoid at its end."""
    ends = (np.clip(end / 255, 1 / 510, 1 - 1 / 510) for end in (first, last))
    a, b = (np.log(end / (1 - end)) for end in ends)
    between: np.ndarray = 255 / (1 + np.exp(-_blend(a, b, mean, t)))
    return between


def _fade(first: Picture, last: Picture, mean: Picture, t: Times) -> Pictures:
    """Half over to the mean picture in the middle, as decoders do far from the data."""
    weight = (2 * t * (1 - t))[:, None, None, None]
    faded: np.ndarray = (1 - weight) * _blend(first, last, mean, t) + weight * mean
    return faded


def _blurred(first: Picture, last: Picture, mean: Picture, t: Times) -> Pictures:
    """Out of focus in the middle: sigma 2 of 64 pixels."""
    widest = first.shape[0] / 32
    images = _blend(first, last, mean, t)
    sigmas = widest * 4 * t * (1 - t)
    return np.stack([gaussian_filter(x, (s, s, 0)) for x, s in zip(images, sigmas, strict=True)])


def _uneven(first: Picture, last: Picture, mean: Picture, t: Times) -> Pictures:
    """From the left to the right: half of the way there when the other side begins."""
    across = np.linspace(0, 1, first.shape[1])[None, None, :, None]
    share = np.clip(1.5 * t[:, None, None, None] - 0.5 * across, 0, 1)
    share = share * share * (3 - 2 * share)
    blended: np.ndarray = (1 - share) * first + share * last
    return blended


def _third(weight: float) -> Walk:
    """Something that neither end has: the mirror image of the first, upside down, midway."""

    def walk(first: Picture, last: Picture, mean: Picture, t: Times) -> Pictures:
        share = (weight * 4 * t * (1 - t))[:, None, None, None]
        other = first[::-1, ::-1]
        mixed: np.ndarray = (1 - share) * _blend(first, last, mean, t) + share * other
        return mixed

    return walk


def _hue(first: Picture, last: Picture, mean: Picture, t: Times) -> Pictures:
    """A third of the way round the circle of hues."""
    hsv = rgb_to_hsv(np.clip(first / 255, 0, 1))
    turned = np.repeat(hsv[None], len(t), axis=0)
    turned[..., 0] = (turned[..., 0] + t[:, None, None] / 3) % 1
    return np.asarray(hsv_to_rgb(turned)) * 255


def _pan(first: Picture, last: Picture, mean: Picture, t: Times) -> Pictures:
    """By a quarter of the picture, whose mirror image comes in at the edge."""
    size = first.shape[0]
    wide = np.pad(first, ((0, 0), (0, size // 4 + 1), (0, 0)), mode="reflect")
    moved = []
    for share in t * (size // 4):
        whole, rest = int(share), share - int(share)
        a, b = wide[:, whole : whole + size], wide[:, whole + 1 : whole + 1 + size]
        moved.append((1 - rest) * a + rest * b)
    return np.stack(moved)


def _zoom(first: Picture, last: Picture, mean: Picture, t: Times) -> Pictures:
    """Into the middle, up to one and a half times."""
    size = first.shape[0]
    images = []
    for share in t:
        large = zoom(first, (1 + share / 2, 1 + share / 2, 1), order=1, mode="reflect")
        edge = (large.shape[0] - size) // 2
        images.append(large[edge : edge + size, edge : edge + size])
    return np.stack(images)


#: Nothing new appears on the first six; on the others something does, the more the later.
WALKS: Mapping[str, Walk] = {
    "blend of pixels": _blend,
    "blend of logits": _logits,
    "fade over the mean": _fade,
    "blend, blurred midway": _blurred,
    "uneven blend": _uneven,
    "change of hue": _hue,
    "20 % of a third picture": _third(0.2),
    "50 % of a third picture": _third(0.5),
    "pan": _pan,
    "zoom": _zoom,
}
MORPH = "painted morph"
"""A walk that the procedural painter paints step by step: the sun moves, boats sail."""
NEW = ("20 % of a third picture", "50 % of a third picture", "pan", "zoom", MORPH)


def walk(
    name: str,
    pairs: Real[np.ndarray, "pairs 2 side side 3"],
    mean: Real[np.ndarray, "side side 3"],
    steps: int,
) -> Float32[np.ndarray, "pairs {steps}+1 side side 3"]:
    """The images of a known walk between pictures.

    Args:
        name: a key of :data:`WALKS`.
        pairs: (P, 2, S, S, 3) pictures on a 0..255 scale.
        mean: (S, S, 3) mean picture on the same scale.
        steps: steps of a walk.

    Returns:
        (P, steps + 1, S, S, 3) float32.
    """
    t = np.linspace(0, 1, steps + 1)
    ends = pairs.astype(np.float64)
    images = [WALKS[name](first, last, mean.astype(np.float64), t) for first, last in ends]
    return np.stack(images).astype(np.float32)
