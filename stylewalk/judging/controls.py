"""Walks and artworks of which the right answer is known: what judges are tested with.

They are made of what models decoded, since pictures sharper than those of all other trials would
give them away.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float64, UInt8

from stylewalk.catalogue.judging import CONTROL, DISSOLVE
from stylewalk.judging.walks import Walk

#: Known walks on which what happens is beyond doubt, by the answer to question ``kind``.
KINDS: Mapping[str, str] = {
    "dissolve": DISSOLVE,
    "fade": "fade over the mean",
    "new": "a third picture midway",
}
# ASSUME: nine tenths midway, because half, as known walks have it for measures, is near what an eye
# can tell on pictures as soft as decoded ones.
_MIDWAY = 0.9
#: When a blend has come how far, by the answer to question ``where``.
TIMINGS: Mapping[str, tuple[Float64[np.ndarray, " _"], Float64[np.ndarray, " _"]]] = {
    "even": (np.array([0.0, 1.0]), np.array([0.0, 1.0])),
    "middle": (np.array([0.0, 0.35, 0.65, 1.0]), np.array([0.0, 0.03, 0.97, 1.0])),
    "ends": (np.array([0.0, 0.25, 0.75, 1.0]), np.array([0.0, 0.48, 0.52, 1.0])),
}
_HARDLY = 0.06  # how far a walk comes that hardly moves


def known_kind(
    right: str, walk: Walk, third: Walk, mean: Float64[np.ndarray, "side side 3"], steps: int
) -> Walk:
    """A walk between the decoded ends of a walk on which it is known what happens.

    Args:
        right: one of :data:`KINDS`.
        walk: the walk whose ends are joined.
        third: another one, whose first picture may appear midway.
        mean: mean picture, on a 0..255 scale.
        steps: steps of the known walk.
    """
    t = np.linspace(0, 1, steps + 1)
    images = _blend(walk, t)
    over = {"fade": mean, "new": np.asarray(third.images[0], dtype=np.float64)}.get(right)
    if over is not None:
        weight = (_MIDWAY * 4 * t * (1 - t))[:, None, None, None]
        images = (1 - weight) * images + weight * over
    return _control(KINDS[right], walk, images)


def clearness(walk: Walk, mean: Float64[np.ndarray, "side side 3"]) -> float:
    """How clearly a walk's ends differ from one another and from the mean picture.

    Returns:
        The least of the three mean squared differences.
    """
    first, last = np.asarray(walk.images[[0, -1]], dtype=np.float64)
    apart = (first - last, first - mean, last - mean)
    return float(min(np.square(difference).mean() for difference in apart))


def strangeness(other: Walk, walk: Walk) -> float:
    """How far the first picture of another walk is from both ends of one.

    Returns:
        The lesser of the two mean squared differences.
    """
    picture = np.asarray(other.images[0], dtype=np.float64)
    ends = np.asarray(walk.images[[0, -1]], dtype=np.float64)
    return float(np.square(ends - picture).mean(axis=(1, 2, 3)).min())


def timed(name: str, walk: Walk, steps: int) -> Walk:
    """A blend of the decoded ends of a walk that changes most at a known place."""
    when = np.interp(np.linspace(0, 1, steps + 1), *TIMINGS[name])
    return _control(f"blend: {name}", walk, _blend(walk, when))


def still(walk: Walk, steps: int) -> Walk:
    """A walk that hardly leaves the first end."""
    return _control("hardly moves", walk, _blend(walk, np.linspace(0, _HARDLY, steps + 1)))


def _blend(
    walk: Walk, when: Float64[np.ndarray, " images"]
) -> Float64[np.ndarray, "images side side 3"]:
    first, last = np.asarray(walk.images[[0, -1]], dtype=np.float64)
    share = when[:, None, None, None]
    blended: np.ndarray = (1 - share) * first + share * last
    return blended


def _control(name: str, walk: Walk, images: Float64[np.ndarray, "images side side 3"]) -> Walk:
    whole = np.clip(np.rint(images), 0, 255).astype(np.uint8)
    about = f"between decoded ends of {walk.model}, {walk.of}, {walk.about}"
    return Walk(CONTROL, name, about, whole, {}, {}, {})


def nearly_same(
    image: UInt8[np.ndarray, "side side 3"], count: int, rng: np.random.Generator
) -> UInt8[np.ndarray, "{count} side side 3"]:
    """One picture several times, moved by a hair and a little brighter or darker each time."""
    made = []
    for _ in range(count):
        moved = np.roll(image, rng.integers(-1, 2, size=2), axis=(0, 1))
        made.append(np.clip(moved * rng.uniform(0.92, 1.08), 0, 255).astype(np.uint8))
    return np.stack(made)
