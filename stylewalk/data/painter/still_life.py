"""Content: a bowl, bottles, jugs and fruit on a table."""

import numpy as np
from jaxtyping import Float

from stylewalk.data.painter.fields import mix
from stylewalk.data.painter.figures import room
from stylewalk.data.painter.landscapes import jitter, pick
from stylewalk.data.painter.scene import Scene, around, rise

_FRUITS = ((0.78, 0.20, 0.14), (0.90, 0.56, 0.16), (0.88, 0.78, 0.24), (0.52, 0.62, 0.22),
           (0.44, 0.16, 0.30), (0.88, 0.58, 0.42))  # fmt: skip


def still_life(scene: Scene, rng: np.random.Generator) -> None:
    """Tall vessels behind, a bowl of fruit, loose fruit in front, perhaps a cloth."""
    table = rng.uniform(0.52, 0.64)
    room(scene, rng, 1.2)
    wood = pick(rng, (0.52, 0.34, 0.20), (0.62, 0.46, 0.30), (0.40, 0.28, 0.22))
    near = np.clip(1.1 - 0.9 * np.abs(scene.x - scene.sun[0]), 0.25, 1)
    scene.place(scene.mask(scene.y > table), "wood", wood, near, 0.05, 0.3)
    edge = scene.mask(scene.y > rng.uniform(0.92, 0.96))
    scene.place(edge, "wood", wood * 0.6, 0.4, 0.0, 0.2)
    if rng.random() < 0.65:
        _drape(scene, rng, table)
    places = rng.permutation([0.2, 0.42, 0.64, 0.82]) + rng.uniform(-0.05, 0.05, 4)
    vessels = [_bottle, _jug, _glass]
    for i in range(rng.integers(1, 3)):
        vessel = vessels[rng.integers(3)]
        vessel(scene, rng, places[i], table + rng.uniform(0.08, 0.14))
    if rng.random() < 0.85:
        _bowl(scene, rng, places[2], table + rng.uniform(0.18, 0.25))
    for x, y in zip(rng.uniform(0.12, 0.88, 5), np.sort(rng.uniform(0.12, 0.3, 5)), strict=True):
        if rng.random() < 0.75:
            _fruit(scene, rng, x, table + y, rng.uniform(0.045, 0.07))


def _cast(scene: Scene, x: float, y: float, half: float) -> None:
    """The shadow of a thing that stands at (x, y)."""
    scene.shade(scene.ellipse(x - scene.side * half * 1.1, y, half * 1.8, half * 0.36), 0.4)


def _drape(scene: Scene, rng: np.random.Generator, table: float) -> None:
    """A cloth over a part of the table, with folds that hang over its front."""
    left = rng.uniform(0.0, 0.4)
    right = left + rng.uniform(0.4, 0.6)
    cloth = pick(
        rng, (0.92, 0.90, 0.85), (0.84, 0.86, 0.90), (0.64, 0.24, 0.20), (0.30, 0.40, 0.56)
    )
    waves, slant = rng.uniform(3, 6), rng.uniform(-0.12, 0.12)
    points = [(left, table + 0.03), (right, table + 0.02)]
    points += [(right + slant + 0.06, 0.9), (right + slant - 0.05, 1.03), (left + slant, 1.03)]
    points += [(left + slant - 0.06, 0.86)]

    def light(
        u: Float[np.ndarray, "1 width"], v: Float[np.ndarray, "height 1"]
    ) -> Float[np.ndarray, "height width"]:
        fold = np.sin(waves * 6.3 * (u + 0.25 * v) + 3 * v) * np.clip(v * 1.6 - 0.2, 0, 1)
        shade: np.ndarray = np.clip(0.78 + 0.28 * fold - 0.15 * v, 0.1, 1)
        return shade

    scene.place(scene.polygon(points), "cloth", cloth, light, rise(0.1, 1.4), 0.25)


def _bottle(scene: Scene, rng: np.random.Generator, x: float, y: float) -> None:
    tall, half = rng.uniform(0.34, 0.46), rng.uniform(0.045, 0.06)
    glass = pick(rng, (0.16, 0.26, 0.16), (0.30, 0.18, 0.10), (0.18, 0.26, 0.36))
    _cast(scene, x, y, half)
    profile = [(half * 0.36, y - tall), (half * 0.36, y - tall * 0.72), (half, y - tall * 0.56),
               (half, y - 0.01), (half * 0.85, y + 0.008)]  # fmt: skip
    scene.place(scene.turned(x, profile), "glass", glass, scene.cylinder(0.08, 0.8), 1.57, 0.2)
    if rng.random() < 0.5:
        label = [(half * 0.98, y - tall * 0.42), (half * 0.98, y - tall * 0.16)]
        paper = (0.84, 0.78, 0.62)
        scene.place(scene.turned(x, label), "cloth", paper, scene.cylinder(0.3), 0.0, 0.2, True)
    shine = x + scene.side * half * 0.5
    glint = scene.ellipse(shine, y - tall * 0.36, half * 0.1, tall * 0.16)
    scene.place(glint, "glass", (0.95, 0.96, 0.92), 1.0, 1.57, 0.2, detail=True)


def _jug(scene: Scene, rng: np.random.Generator, x: float, y: float) -> None:
    tall, half = rng.uniform(0.22, 0.32), rng.uniform(0.08, 0.11)
    clay = pick(rng, (0.86, 0.84, 0.80), (0.62, 0.34, 0.22), (0.36, 0.46, 0.60), (0.70, 0.60, 0.36))
    _cast(scene, x, y, half)
    way = rng.choice([-1, 1])
    handle = scene.ellipse(x + way * half, y - tall * 0.58, half * 0.55, tall * 0.26)
    scene.place(handle, "ceramic", clay, 0.55, around, 0.2)
    hole = scene.ellipse(x + way * half, y - tall * 0.58, half * 0.32, tall * 0.17)
    scene.place(hole, "wall", clay * 0.35, 0.3, 0.0, 0.2, detail=True)
    profile = [(half * 0.62, y - tall), (half * 0.5, y - tall * 0.85),
               (half * 0.95, y - tall * 0.5), (half, y - tall * 0.32), (half * 0.7, y - 0.01),
               (half * 0.6, y + 0.008)]  # fmt: skip
    scene.place(scene.turned(x, profile), "ceramic", clay, scene.cylinder(0.12), 1.57, 0.2)
    mouth = scene.ellipse(x, y - tall, half * 0.62, half * 0.16)
    scene.place(mouth, "ceramic", clay * 0.4, 0.4, 0.0, 0.2, detail=True)
    glint = scene.ellipse(x + scene.side * half * 0.45, y - tall * 0.42, half * 0.12, half * 0.24)
    scene.place(glint, "ceramic", mix(clay, np.ones(3), 0.8), 1.0, 1.57, 0.2, detail=True)


def _glass(scene: Scene, rng: np.random.Generator, x: float, y: float) -> None:
    """A stemmed glass with wine in it."""
    tall, half = rng.uniform(0.2, 0.27), rng.uniform(0.05, 0.065)
    wine = pick(rng, (0.46, 0.06, 0.12), (0.86, 0.72, 0.34))
    clear = jitter(rng, (0.62, 0.66, 0.66), 0.03)
    _cast(scene, x, y, half * 0.8)
    stem = [
        (half * 0.12, y - tall * 0.5),
        (half * 0.12, y - 0.02),
        (half * 0.75, y),
        (half * 0.75, y + 0.01),
    ]
    scene.place(scene.turned(x, stem), "glass", clear, scene.cylinder(0.3), 1.57, 0.15)
    cup = [(half * 0.85, y - tall), (half, y - tall * 0.72), (half * 0.7, y - tall * 0.52),
           (half * 0.1, y - tall * 0.44)]  # fmt: skip
    scene.place(scene.turned(x, cup), "glass", clear, scene.cylinder(0.35), 1.57, 0.15)
    fill = [
        (half * 0.95, y - tall * 0.78),
        (half * 0.7, y - tall * 0.53),
        (half * 0.1, y - tall * 0.46),
    ]
    scene.place(scene.turned(x, fill), "glass", wine, scene.cylinder(0.25), 1.57, 0.15, detail=True)


def _bowl(scene: Scene, rng: np.random.Generator, x: float, y: float) -> None:
    """A bowl heaped with fruit."""
    half, tall = rng.uniform(0.15, 0.2), rng.uniform(0.1, 0.14)
    clay = pick(rng, (0.88, 0.86, 0.82), (0.34, 0.44, 0.60), (0.60, 0.36, 0.24), (0.42, 0.50, 0.40))
    _cast(scene, x, y, half)
    rim = scene.ellipse(x, y - tall, half, half * 0.22)
    scene.place(rim, "ceramic", clay * 0.5, 0.4, 0.0, 0.2)
    for row, count in ((0.55, 2), (0.15, 3)):
        for i in range(count):
            offset = (i - (count - 1) / 2) * half * 0.6 + rng.uniform(-0.01, 0.01)
            radius = half * rng.uniform(0.33, 0.42)
            _round(scene, rng, x + offset, y - tall - radius * row, radius)
    profile = [
        (half, y - tall),
        (half * 0.92, y - tall * 0.6),
        (half * 0.55, y - 0.012),
        (half * 0.5, y),
    ]
    scene.place(scene.turned(x, profile), "ceramic", clay, scene.cylinder(0.12), 0.0, 0.15)


def _round(scene: Scene, rng: np.random.Generator, x: float, y: float, radius: float) -> None:
    """One fruit with a glint."""
    colour = pick(rng, *_FRUITS)
    oblong = rng.uniform(0.88, 1.12)
    shape = scene.ellipse(x, y, radius, radius * oblong)
    scene.place(shape, "fruit", colour, scene.ball(0.12), around, 0.15)
    spot = scene.ellipse(
        x + scene.side * radius * 0.36, y - radius * 0.4, radius * 0.16, radius * 0.12
    )
    scene.place(spot, "fruit", mix(colour, np.ones(3), 0.75), 1.0, 0.0, 0.15, detail=True)


def _fruit(scene: Scene, rng: np.random.Generator, x: float, y: float, radius: float) -> None:
    """A fruit on the table with its shadow; now and then a pear."""
    _cast(scene, x, y, radius)
    if rng.random() < 0.25:
        colour = pick(rng, (0.70, 0.66, 0.24), (0.80, 0.62, 0.26))
        profile = [(radius * 0.2, y - radius * 2.7), (radius * 0.45, y - radius * 2.1),
                   (radius, y - radius * 0.9), (radius * 0.85, y - radius * 0.2),
                   (radius * 0.4, y)]  # fmt: skip
        scene.place(scene.turned(x, profile), "fruit", colour, scene.ball(0.15), around, 0.1)
        return
    _round(scene, rng, x, y - radius * 0.9, radius)
