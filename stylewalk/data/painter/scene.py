"""What is painted, before anybody paints it: shapes with material, local colour, light and depth.

A scene is a stack of maps of one size. Contents draw shapes into it from back to front; the four
styles read the maps and differ only in how they put them into paint.
Coordinates are shares of the picture: x to the right, y downwards, both 0..1.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from PIL import Image, ImageDraw

MATERIALS = (
    "sky", "cloud", "sun", "water", "foam", "ground", "grass", "foliage", "wood", "stone", "roof",
    "window", "cloth", "skin", "hair", "fruit", "glass", "ceramic", "wall", "sail",
)  # fmt: skip

# Of (u, v), see Scene.place.
Light = Callable[
    [Float[np.ndarray, "1 width"], Float[np.ndarray, "height 1"]],
    Float[np.ndarray, "#height width"],
]
Value = float | Float[np.ndarray, "#height #width"] | Light


class Region(NamedTuple):
    """A rectangle of pixels and the mask of the shape inside it."""

    rows: slice
    columns: slice
    mask: Bool[np.ndarray, "rows columns"]


class Scene:
    """The maps of one scene.

    Attributes:
        x, y: (H, W) coordinates of each pixel's middle; across: (1, W), one row of x.
        part: (H, W) int, number of the object; outlines run between different numbers.
        material: (H, W) int, index into :data:`MATERIALS`.
        colour: (H, W, 3) local colour in 0..1.
        light: (H, W) 0 deep shade .. 1 full light.
        angle: (H, W) direction in which a brush follows the form, radians, 0 = horizontal.
        depth: (H, W) 0 near .. 1 far away.
        sun: (x, y) of the light; ``side`` is +1 where it comes from the right, -1 from the left.
        sun_colour: (3,) colour of the light. ``indoors``: no sky is seen.
        daylight: factor of the light on all that is not sky, below 1 by moonlight.
        time: 0 when the scene is first seen, 1 when the sun and the boats have moved on.
    """

    def __init__(self, pixels: int, time: float = 0.0):
        self.pixels, self.time = pixels, time
        centres = (np.arange(pixels, dtype=np.float32) + 0.5) / pixels
        self.x, self.y = np.meshgrid(centres, centres)
        self.across = centres[None, :]
        self.part = np.zeros((pixels, pixels), np.int16)
        self.material = np.zeros((pixels, pixels), np.uint8)
        self.colour = np.full((pixels, pixels, 3), 0.5, np.float32)
        self.light = np.full((pixels, pixels), 0.7, np.float32)
        self.angle = np.zeros((pixels, pixels), np.float32)
        self.depth = np.zeros((pixels, pixels), np.float32)
        self.sun = (0.7, 0.2)
        self.sun_colour = np.array([1.0, 0.95, 0.85], np.float32)
        self.indoors = False
        self.daylight = 1.0
        self.parts = 0

    @property
    def side(self) -> int:
        return 1 if self.sun[0] >= 0.5 else -1

    def mask(self, inside: Bool[np.ndarray, "side side"]) -> Region:
        """A region from a mask over the whole picture."""
        return Region(slice(0, self.pixels), slice(0, self.pixels), inside)

    def polygon(
        self, points: Sequence[tuple[float, float]] | Float[np.ndarray, "corners 2"]
    ) -> Region | None:
        """The pixels inside a polygon; None where it lies outside the picture."""
        scaled = np.asarray(points, np.float64) * self.pixels
        low = np.clip(np.floor(scaled.min(0)), 0, self.pixels).astype(int)
        high = np.clip(np.ceil(scaled.max(0)) + 1, 0, self.pixels).astype(int)
        width, height = high - low
        if width < 1 or height < 1:
            return None
        image = Image.new("L", (int(width), int(height)))
        ImageDraw.Draw(image).polygon([tuple(p) for p in (scaled - low).tolist()], fill=255)
        return Region(slice(low[1], high[1]), slice(low[0], high[0]), np.asarray(image) > 0)

    def ellipse(self, x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> Region | None:
        """The pixels of an ellipse with half axes ``rx`` and ``ry``, turned by radians."""
        t = np.linspace(0, 2 * np.pi, 28, endpoint=False)
        across, down = rx * np.cos(t), ry * np.sin(t)
        c, s = np.cos(turn), np.sin(turn)
        return self.polygon(np.stack([x + across * c - down * s, y + across * s + down * c], 1))

    def turned(self, x: float, profile: Sequence[tuple[float, float]]) -> Region | None:
        """A body of revolution (bottle, bowl, trunk): (half width, y) pairs about the axis x."""
        right = [(x + half, y) for half, y in profile]
        left = [(x - half, y) for half, y in reversed(profile)]
        return self.polygon(right + left)

    def place(
        self,
        region: Region | None,
        material: str,
        colour: Sequence[float] | Float[np.ndarray, "3"] | Float[np.ndarray, "height width 3"],
        light: Value = 0.7,
        angle: Value = 0.0,
        depth: float = 0.0,
        detail: bool = False,
    ) -> None:
        """Put a shape in front of all that is there.

        Args:
            region: where; None draws nothing.
            light, angle: a number, an array of the region's shape, or a function of (u, v), the
                coordinates inside the shape's box, both 0..1.
            detail: true keeps the number of the part beneath, so that no outline surrounds it.
        """
        if region is None or not region.mask.any():
            return
        rows, columns, mask = region
        if not detail:
            self.parts += 1
            np.copyto(self.part[rows, columns], self.parts, where=mask)
        np.copyto(self.material[rows, columns], MATERIALS.index(material), where=mask)
        colour = np.asarray(colour, np.float32)
        np.copyto(self.colour[rows, columns], colour, where=mask[..., None])
        np.copyto(self.light[rows, columns], _spread(light, mask), where=mask)
        np.copyto(self.angle[rows, columns], _spread(angle, mask), where=mask)
        np.copyto(self.depth[rows, columns], depth, where=mask)

    def shade(self, region: Region | None, factor: float) -> None:
        """Multiply the light inside a region: a cast shadow (below 1) or a sunlit patch (above)."""
        if region is not None:
            self.light[region.rows, region.columns][region.mask] *= factor

    def is_material(self, *names: str) -> Bool[np.ndarray, "side side"]:
        """(H, W) bool, true where the material is one of the names."""
        return np.isin(self.material, [MATERIALS.index(name) for name in names])

    def cylinder(self, dark: float = 0.2, bright: float = 0.95) -> Light:
        """Light on an upright round body: bright towards the sun, with a core shadow."""
        towards = self.side

        def light(u: np.ndarray, v: np.ndarray) -> np.ndarray:
            across = (u - 0.5) * 2 * towards
            return dark + (bright - dark) * np.clip(0.55 + 0.55 * across - 0.25 * across**4, 0, 1)

        return light

    def ball(self, dark: float = 0.15, bright: float = 1.0) -> Light:
        """Light on a round body under a light above and to the sun's side."""
        towards = self.side

        def light(u: np.ndarray, v: np.ndarray) -> np.ndarray:
            distance = np.hypot(u - 0.5 - 0.17 * towards, v - 0.32)
            return dark + (bright - dark) * np.clip(1.12 - 1.5 * distance, 0, 1)

        return light


def _spread(value: Value, mask: np.ndarray) -> np.ndarray:
    """A number, array or function of (u, v) as an array of the mask's shape."""
    if callable(value):
        height, width = mask.shape
        u = (np.arange(width, dtype=np.float32) + 0.5) / width
        v = (np.arange(height, dtype=np.float32) + 0.5) / height
        value = value(u[None, :], v[:, None])
    return np.broadcast_to(np.asarray(value, np.float32), mask.shape)


def rise(top: float, bottom: float) -> Light:
    """Light or angle that changes evenly from the top of a shape to its bottom."""
    return lambda u, v: top + (bottom - top) * v + 0 * u


def around(
    u: Float[np.ndarray, "1 width"], v: Float[np.ndarray, "height 1"]
) -> Float[np.ndarray, "height width"]:
    """Brush directions that go round the centre of a shape."""
    return np.arctan2(v - 0.5, u - 0.5) + np.pi / 2
