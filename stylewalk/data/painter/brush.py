"""Strokes of a loaded brush, laid in many at a time."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from PIL import Image, ImageDraw


class Brush(NamedTuple):
    """How strokes are laid; lengths are shares of the picture's edge.

    Attributes:
        spacing: distance between neighbouring strokes.
        length, width: of a stroke.
        wander: standard deviation of a stroke's direction, radians.
        value, hue: standard deviation of a stroke's brightness and of each of its colours.
    """

    spacing: float
    length: float
    width: float
    wander: float = 0.25
    value: float = 0.05
    hue: float = 0.03


def lay(
    rng: np.random.Generator,
    canvas: Image.Image,
    colours: Float[np.ndarray, "side side 3"],
    angle: Float[np.ndarray, "side side"],
    brush: Brush,
    where: Bool[np.ndarray, "side side"] | None = None,
    share: float = 1.0,
) -> None:
    """Draw strokes on the canvas, each in the colour found under its middle.

    Args:
        rng: gives places, directions and the deviations of colour.
        canvas: RGB picture of H by H pixels, changed in place.
        colours: (H, H, 3) in 0..1. angle: (H, H) radians.
        where: (H, H) bool; strokes whose middle lies outside are left out.
        share: of the strokes that is laid, the others being left out by chance.
    """
    side = canvas.width
    middle, turn, size, shift = _draws(rng, brush)
    row, column = (np.clip((middle * side).astype(int), 0, side - 1)).T
    keep = rng.random(len(row)) < share
    if where is not None:
        keep &= where[row, column]
    row, column, turn = row[keep], column[keep], turn[keep]
    direction = angle[row, column] + turn
    half = np.stack([np.cos(direction), np.sin(direction)], 1) * (0.5 * side * brush.length)
    half *= size[keep][:, None]
    centre = middle[keep][:, ::-1] * side
    ends = np.concatenate([centre - half, centre + half], 1).tolist()
    paint = np.clip(colours[row, column] + shift[keep], 0, 1)
    paint = np.rint(paint * 255).astype(int).tolist()
    width = max(1, round(brush.width * side))
    draw = ImageDraw.Draw(canvas)
    for line, colour in zip(ends, paint, strict=True):
        draw.line(line, fill=tuple(colour), width=width)


def _draws(rng: np.random.Generator, brush: Brush) -> tuple[np.ndarray, ...]:
    """Places (y, x) on a jittered grid in random order, turns, relative lengths, colour shifts."""
    steps = int(np.ceil(1 / brush.spacing)) + 1
    grid = np.stack(np.meshgrid(np.arange(steps), np.arange(steps), indexing="ij"), -1)
    middle = (grid.reshape(-1, 2) + rng.uniform(-0.5, 0.5, (steps * steps, 2))) / (steps - 1)
    middle = middle[rng.permutation(len(middle))]
    count = len(middle)
    turn = rng.normal(0, brush.wander, count)
    size = rng.uniform(0.7, 1.3, count)
    shift = rng.normal(0, brush.value, (count, 1)) + rng.normal(0, brush.hue, (count, 3))
    return middle, turn, size, shift


def begin(colours: Float[np.ndarray, "side side 3"]) -> Image.Image:
    """A canvas primed with the colours, (H, H, 3) in 0..1."""
    return Image.fromarray(np.rint(np.clip(colours, 0, 1) * 255).astype(np.uint8), "RGB")


def finish(canvas: Image.Image) -> Float[np.ndarray, "side side 3"]:
    """The canvas as (H, H, 3) float32 in 0..1."""
    return np.asarray(canvas, np.float32) / 255
