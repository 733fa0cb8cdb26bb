"""One painting: a content, a style, a seed."""

import difflib
from collections.abc import Collection
from math import ceil

import numpy as np
from jaxtyping import UInt8

from stylewalk.data.painter import STYLES, expressionism, impressionism, realism, romanticism
from stylewalk.data.painter.countryside import hills, woods
from stylewalk.data.painter.fields import reduce
from stylewalk.data.painter.figures import figure
from stylewalk.data.painter.landscapes import sea
from stylewalk.data.painter.scene import Scene
from stylewalk.data.painter.still_life import still_life
from stylewalk.data.painter.townscapes import street
from stylewalk.errors import StylewalkError
from stylewalk.randomness import generator

_CONTENTS = {
    "sea": sea,
    "hills": hills,
    "woods": woods,
    "street": street,
    "figure": figure,
    "still life": still_life,
}
_PAINTERS = (expressionism.paint, impressionism.paint, realism.paint, romanticism.paint)
_STYLES = dict(zip(STYLES, _PAINTERS, strict=True))
CONTENTS = tuple(_CONTENTS)
_WORKING_PIXELS = 176  # strokes and outlines are drawn on at least so many pixels, then reduced


def paint(
    content: str, style: str, seed: int, size: int = 64, number: int = 0
) -> UInt8[np.ndarray, "{size} {size} 3"]:
    """Paint one picture.

    Args:
        content: one of :data:`CONTENTS`; style: one of :data:`STYLES`.
        seed: the same seed, number and content give the same scene in every style.
        size: pixels along each edge, at least 8.
        number: number of the scene in its collection.

    Returns:
        (size, size, 3) uint8 RGB, the same bytes for the same arguments.

    Raises:
        StylewalkError: no such content or style, or a size below 8.
    """
    scene = draw_scene(content, seed, number, size)
    return paint_scene(scene, style, seed, number, size)


def paint_morph(
    style: str, seed: int, number: int, steps: int, size: int = 64
) -> UInt8[np.ndarray, "points {size} {size} 3"]:
    """Paint a scene by the sea at every step while the sun moves and the boats sail.

    Args:
        style, seed, number, size: as of :func:`paint`.
        steps: steps from the first picture to the last.

    Returns:
        (steps + 1, size, size, 3) uint8 RGB, the first as :func:`paint` paints it.
    """
    times = np.linspace(0, 1, steps + 1).tolist()
    scenes = (draw_scene("sea", seed, number, size, time) for time in times)
    return np.stack([paint_scene(scene, style, seed, number, size) for scene in scenes])


def draw_scene(content: str, seed: int, number: int, size: int, time: float = 0.0) -> Scene:
    """The scene ``number`` before it is painted, larger than ``size`` by a whole factor >= 2.

    By the sea, the sun and the boats move on as ``time`` goes from 0 to 1.
    """
    check_known("content", content, CONTENTS)
    if size < 8:
        raise StylewalkError(f"The painter was asked for pictures of {size} pixels; it needs 8.")
    scene = Scene(size * max(2, ceil(_WORKING_PIXELS / size)), time)
    _CONTENTS[content](scene, generator(seed, "scene", number))
    scene.light[~scene.is_material("sky", "cloud", "sun")] *= scene.daylight
    return scene


def paint_scene(
    scene: Scene, style: str, seed: int, number: int, size: int
) -> UInt8[np.ndarray, "{size} {size} 3"]:
    """Put a scene into paint: (size, size, 3) uint8. The scene is left as it was."""
    check_known("style", style, STYLES)
    rng = generator(seed, "manner", number, style)  # the word seeds the pictures
    return reduce(_STYLES[style](scene, rng), size)


def check_known(what: str, name: str, known: Collection[str]) -> None:
    """Raise a StylewalkError with the nearest known name where ``name`` is not among them."""
    if name in known:
        return
    near = difflib.get_close_matches(str(name), known, 1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise StylewalkError(
        f"The painter knows no {what} {name!r}.{hint} It knows: {', '.join(known)}."
    )
