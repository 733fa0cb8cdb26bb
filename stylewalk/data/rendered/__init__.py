"""Pictures that are drawn from a few numbers, so that what lies between two of them is known.

A registry (see :mod:`stylewalk.registry`) of one module for each kind of picture. Each has

- ``FACTORS``: what its numbers are (:class:`Factor`); the first goes round a circle,
- ``CLASSES``: names of equal parts of that circle, in order; the first is around 0 degrees,
- ``render(values (N, F), size) -> (N, size, size, 3) uint8``,
- ``background(size) -> (size, size, 3) uint8``: what all pictures have in common.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from jaxtyping import Float, Float64, UInt8
from numpy.random import Generator

from stylewalk import registry
from stylewalk.randomness import generator

PARTS = ("collection",)
# ASSUME: ends of a walk are from 30 to 150 degrees apart because nearer ones leave nothing to show,
# and of opposite ones both ways round are right.
NEAREST, FARTHEST = 30.0, 150.0
CIRCLE = 360.0


@dataclass(frozen=True)
class Factor:
    """A number that a picture is drawn from, in degrees.

    Attributes:
        name: as a column is called.
        low, high: its range; of one that goes round the circle 0 and 360.
        step: of the pictures that decoded ones are compared with.
    """

    name: str
    low: float
    high: float
    step: float

    @property
    def is_circular(self) -> bool:
        return self.high - self.low == CIRCLE

    @property
    def grid(self) -> Float64[np.ndarray, " values"]:
        """Values from low on, each a step further; without the end of a circle."""
        count = round((self.high - self.low) / self.step)
        steps = np.arange(count if self.is_circular else count + 1)
        values: np.ndarray = self.low + float(self.step) * steps
        return values


@dataclass(frozen=True)
class KnownFactors:
    """What the pictures of true walks were drawn from, and all pictures that there are.

    Attributes:
        factors: what is known.
        on_walks: (W, T, F) of the walks, not brought back into 0..360.
        bank: (N, S, S, 3) pictures of all values.
        of_bank: (N, F) their values.
        background: (S, S, 3) what all pictures have in common.
    """

    factors: Sequence[Factor]
    on_walks: Float64[np.ndarray, "walks points factors"]
    bank: UInt8[np.ndarray, "entries side side 3"]
    of_bank: Float64[np.ndarray, "entries factors"]
    background: UInt8[np.ndarray, "side side 3"]


@dataclass(frozen=True)
class TrueWalks:
    """Walks of which every picture between the ends is known.

    Attributes:
        images: (W, T, S, S, 3).
        known: the factors behind them, where they are known.
    """

    images: UInt8[np.ndarray, "walks points side side 3"]
    known: KnownFactors | None = None


def load(name: str) -> ModuleType:
    """The module of a kind of picture."""
    return registry.load(__name__, name, "kind of rendered picture")


def draw_values(
    kind: ModuleType, place: int, count: int, rng: Generator
) -> Float64[np.ndarray, "{count} factors"]:
    """Values of pictures of a class, uniform in its part of the circle and in the other ranges.

    Args:
        kind: the module of the kind.
        place: of the class in its ``CLASSES``.
        count: pictures.
        rng: of the draws.
    """
    first, *others = kind.FACTORS
    width = CIRCLE / len(kind.CLASSES)
    around = first.low + width * (place + rng.uniform(-0.5, 0.5, count))
    rest = [rng.uniform(factor.low, factor.high, count) for factor in others]
    return np.stack([around % CIRCLE, *rest], axis=1)


def true_walks(kind: ModuleType, count: int, steps: int, seed: int, size: int) -> TrueWalks:
    """Walks between random pictures of a kind, drawn at every step, and all pictures of the kind.

    All values change evenly, the first the shorter way round.

    Args:
        kind: the module of the kind.
        count: walks.
        steps: steps of a walk.
        seed: of the draws.
        size: pixels along an edge.
    """
    rng = generator(seed, "true walks")
    others = kind.FACTORS[1:]
    start = rng.uniform(0, CIRCLE, count)
    turn = rng.choice([-1, 1], count) * rng.uniform(NEAREST, FARTHEST, count)
    ends = [np.stack([start, start + turn])]
    ends += [rng.uniform(factor.low, factor.high, (2, count)) for factor in others]
    a, b = np.stack(ends, axis=2)
    t = np.linspace(0, 1, steps + 1)[None, :, None]
    values = (1 - t) * a[:, None] + t * b[:, None]
    flat = values.reshape(-1, values.shape[2])
    images = kind.render(flat, size).reshape(*values.shape[:2], size, size, 3)
    grid = np.stack(np.meshgrid(*(f.grid for f in kind.FACTORS), indexing="ij"), axis=-1)
    of_bank = grid.reshape(-1, len(kind.FACTORS))
    bank, background = kind.render(of_bank, size), kind.background(size)
    return TrueWalks(images, KnownFactors(kind.FACTORS, values, bank, of_bank, background))


def grid_of(size: int) -> tuple[Float64[np.ndarray, "..."], Float64[np.ndarray, "..."]]:
    """(size, 1) and (1, size) places of pixels: down and to the right of the middle, in pixels."""
    places = np.arange(size) - (size - 1) / 2
    return places[:, None], places[None, :]


def segments(
    starts: Float[np.ndarray, "pictures 2"],
    ends: Float[np.ndarray, "pictures 2"],
    width: float,
    size: int,
) -> Float64[np.ndarray, "pictures {size} {size}"]:
    """How far each pixel is covered by a line with round ends, 0 to 1, soft over one pixel.

    Args:
        starts, ends: (N, 2) down and right of the middle, in pixels.
        width: of the line in pixels.
        size: pixels along an edge.
    """
    down, right = grid_of(size)
    along = ends - starts
    length = np.maximum((along**2).sum(axis=1), 1e-12)[:, None, None]
    y = down[None] - starts[:, 0, None, None]
    x = right[None] - starts[:, 1, None, None]
    share = (y * along[:, 0, None, None] + x * along[:, 1, None, None]) / length
    share = np.clip(share, 0, 1)
    away = np.hypot(y - share * along[:, 0, None, None], x - share * along[:, 1, None, None])
    covered: np.ndarray = np.clip(width / 2 + 0.5 - away, 0, 1)
    return covered
