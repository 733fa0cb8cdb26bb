"""Content: a street with houses in perspective."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from stylewalk.data.painter.fields import mix
from stylewalk.data.painter.landscapes import jitter, pick, sky
from stylewalk.data.painter.scene import Scene, rise

_WALLS = ((0.84, 0.78, 0.66), (0.76, 0.60, 0.46), (0.70, 0.66, 0.62), (0.86, 0.70, 0.54),
          (0.62, 0.48, 0.40), (0.80, 0.80, 0.78))  # fmt: skip
_ROOFS = ((0.58, 0.28, 0.20), (0.36, 0.36, 0.42), (0.46, 0.34, 0.26))


def street(scene: Scene, rng: np.random.Generator) -> None:
    """Two rows of houses that run to one vanishing point, people, a tower at the end."""
    eye = (rng.uniform(0.34, 0.66), rng.uniform(0.52, 0.64))
    sky(scene, rng, eye[1])
    if rng.random() < 0.6:
        _tower(scene, rng, eye)
    paving = pick(rng, (0.68, 0.62, 0.54), (0.60, 0.54, 0.46), (0.74, 0.70, 0.64))
    ground = scene.mask(scene.y > eye[1])
    towards = np.arctan2(scene.y - eye[1], scene.x - eye[0])
    scene.place(ground, "ground", paving, 0.72, towards, 0.3)
    for sign in (-1, 1):
        _row(scene, rng, eye, sign)
    _shadow(scene, rng, eye)
    for distance in np.sort(rng.uniform(0.2, 0.6, rng.integers(2, 6))):
        _passer(scene, rng, eye, float(distance))


def _tower(scene: Scene, rng: np.random.Generator, eye: tuple[float, float]) -> None:
    x, y = eye[0] + rng.uniform(-0.04, 0.04), eye[1]
    height, half = rng.uniform(0.24, 0.36), rng.uniform(0.028, 0.045)
    stone = pick(rng, (0.62, 0.58, 0.56), (0.70, 0.62, 0.54))
    body = scene.polygon(
        [(x - half, y), (x - half, y - height), (x + half, y - height), (x + half, y)]
    )
    scene.place(body, "stone", stone, scene.cylinder(0.35, 0.8), np.pi / 2, 0.75)
    spire = [(x - half * 1.2, y - height), (x, y - height * 1.5), (x + half * 1.2, y - height)]
    scene.place(scene.polygon(spire), "roof", pick(rng, *_ROOFS), scene.cylinder(), 1.3, 0.75)


def _row(scene: Scene, rng: np.random.Generator, eye: tuple[float, float], sign: int) -> None:
    """Houses of one side, drawn from the far end to the near; ``t`` is the scale, 1 = front."""
    reach = (1 - eye[0] if sign > 0 else eye[0]) + 0.05
    cuts = [1.0]
    while cuts[-1] > 0.2:
        cuts.append(cuts[-1] * rng.uniform(0.58, 0.78))
    heights = rng.uniform(0.3, 0.56, len(cuts))
    for near, far, height in reversed(list(zip(cuts[:-1], cuts[1:], heights, strict=False))):

        def point(t: float, up: float) -> tuple[float, float]:
            return eye[0] + sign * (0.03 + reach * t), eye[1] + (0.34 - up) * t

        _house(scene, rng, point, near, far, height + 0.34, lit=sign != scene.side)


def _house(
    scene: Scene,
    rng: np.random.Generator,
    point: Callable[[float, float], tuple[float, float]],
    near: float,
    far: float,
    height: float,
    lit: bool,
) -> None:
    """One house front; ``point(t, up)`` is the projection of scale and height above the street."""
    depth = 0.8 * (1 - near)
    tone = 0.85 if lit else 0.42
    wall = pick(rng, *_WALLS)
    gable = height + rng.uniform(0.06, 0.2)
    middle = (near + far) / 2
    roof = [point(near, height), point(middle, gable), point(far, height)]
    scene.place(scene.polygon(roof), "roof", pick(rng, *_ROOFS), tone * 0.85, 0.5, depth)
    front = [point(near, 0), point(near, height), point(far, height), point(far, 0)]
    scene.place(scene.polygon(front), "stone", wall, rise(tone, tone * 0.8), np.pi / 2, depth)
    floors, bays = int(rng.integers(2, 4)), 3 if near - far > 0.18 else 2
    glass = mix(jitter(rng, (0.20, 0.24, 0.30), 0.03), wall, 0.12)
    for bay in range(bays):
        a = near + (far - near) * (bay + 0.28) / bays
        b = near + (far - near) * (bay + 0.74) / bays
        for floor in range(floors):
            low = height * (floor + 0.3) / floors if floor else 0.02
            high = height * (floor + 0.76) / floors
            pane = [point(a, low), point(a, high), point(b, high), point(b, low)]
            material = "window" if floor or bay % 2 else "wood"
            scene.place(scene.polygon(pane), material, glass, 0.4, np.pi / 2, depth, detail=True)


def _shadow(scene: Scene, rng: np.random.Generator, eye: tuple[float, float]) -> None:
    """The row on the sun's side throws its shadow over a part of the street."""
    width = rng.uniform(0.25, 0.75)
    edge = eye[0] + scene.side * 1.06
    inner = edge - scene.side * width
    shape = scene.polygon([eye, (edge, 1.02), (inner, 1.02)])
    if shape is not None:
        rows, columns, mask = shape
        ground = scene.is_material("ground")[rows, columns]
        scene.shade(shape._replace(mask=mask & ground), 0.5)


def _passer(scene: Scene, rng: np.random.Generator, eye: tuple[float, float], t: float) -> None:
    """A person in the street, whose head reaches about the horizon as a grown viewer's would."""
    x, foot = eye[0] + rng.uniform(-0.55, 0.55) * t, eye[1] + 0.34 * t
    tall = 0.40 * t
    coat = pick(rng, (0.16, 0.15, 0.20), (0.40, 0.18, 0.16), (0.24, 0.28, 0.40), (0.85, 0.82, 0.78))
    cast = scene.ellipse(x - scene.side * tall * 0.4, foot, tall * 0.45, tall * 0.07)
    scene.shade(cast, 0.55)
    skirt = rng.uniform(0.1, 0.24)
    body = [(tall * skirt, foot), (tall * 0.10, foot - tall * 0.5),
            (tall * 0.13, foot - tall * 0.8), (tall * 0.04, foot - tall * 0.86)]  # fmt: skip
    scene.place(scene.turned(x, body), "cloth", coat, scene.cylinder(), np.pi / 2, 0.2)
    head = scene.ellipse(x, foot - tall * 0.93, tall * 0.075, tall * 0.09)
    scene.place(head, "skin", (0.86, 0.66, 0.54), scene.ball(), around_head, 0.2, detail=True)
    hat = scene.ellipse(x, foot - tall * 1.0, tall * 0.1, tall * 0.035)
    scene.place(hat, "cloth", coat * 0.6, 0.5, 0.0, 0.2, detail=True)


def around_head(
    u: Float[np.ndarray, "1 width"], v: Float[np.ndarray, "height 1"]
) -> Float[np.ndarray, "height width"]:
    """Brush directions of a small head: upright."""
    return np.full(np.broadcast_shapes(u.shape, v.shape), np.pi / 2)
