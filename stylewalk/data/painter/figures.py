"""Content: a person - bust, standing, or seated - in a room or out of doors."""

from itertools import pairwise

import numpy as np
from jaxtyping import Float

from stylewalk.data.painter.fields import mix, noise, ridge
from stylewalk.data.painter.landscapes import jitter, pick, sky, terrain
from stylewalk.data.painter.scene import Region, Scene, around, rise

_SKINS = ((0.92, 0.74, 0.62), (0.86, 0.66, 0.52), (0.70, 0.50, 0.36), (0.52, 0.36, 0.26))
_HAIRS = ((0.16, 0.11, 0.09), (0.36, 0.22, 0.12), (0.66, 0.48, 0.24), (0.50, 0.22, 0.12))
_CLOTHS = ((0.20, 0.26, 0.46), (0.56, 0.16, 0.16), (0.88, 0.86, 0.80), (0.18, 0.17, 0.18),
           (0.28, 0.40, 0.28), (0.74, 0.56, 0.28), (0.60, 0.46, 0.62))  # fmt: skip


def figure(scene: Scene, rng: np.random.Generator) -> None:
    """One of three poses before one of two backgrounds."""
    pose = (_bust, _standing, _seated)[rng.choice(3, p=(0.45, 0.3, 0.25))]
    if rng.random() < (0.7 if pose is _seated else 0.45):
        room(scene, rng, rng.uniform(0.72, 0.84) if pose is not _bust else 1.2)
    else:
        _meadow(scene, rng, 0.55 if pose is _bust else 0.5)
    pose(scene, rng)


def room(scene: Scene, rng: np.random.Generator, floor: float) -> None:
    """A wall with light that falls in from one side, and a floor below the given y."""
    scene.indoors = True
    side = rng.choice([-1, 1])
    scene.sun = (0.5 + side * rng.uniform(0.3, 0.48), rng.uniform(0.1, 0.3))
    scene.sun_colour = jitter(rng, (1.0, 0.90, 0.72), 0.03)
    distance = np.hypot(scene.x - scene.sun[0], scene.y - scene.sun[1])
    patches = noise(rng, scene.pixels, (4, 4), 3)
    wall = pick(rng, (0.56, 0.50, 0.40), (0.44, 0.48, 0.44), (0.62, 0.46, 0.36), (0.42, 0.44, 0.54))
    light = np.clip(0.95 - 0.85 * distance + 0.06 * patches, 0.08, 1)
    scene.place(scene.mask(distance >= 0), "wall", wall, light, 0.9 + 0.6 * patches, 0.6)
    if floor < 1 and rng.random() < 0.6:
        x, y = 0.5 - side * rng.uniform(0.2, 0.34), rng.uniform(0.12, 0.26)
        half, tall = rng.uniform(0.09, 0.14), rng.uniform(0.1, 0.14)
        frame = [
            (x - half, y - tall),
            (x + half, y - tall),
            (x + half, y + tall),
            (x - half, y + tall),
        ]
        scene.place(scene.polygon(frame), "wood", (0.60, 0.44, 0.22), 0.7, 0.0, 0.55)
        inner = [(x + 0.78 * (a - x), y + 0.78 * (b - y)) for a, b in frame]
        view = mix(np.array([0.40, 0.46, 0.44]), wall, 0.4)
        scene.place(scene.polygon(inner), "window", view, rise(0.8, 0.4), 0.0, 0.55, detail=True)
    boards = pick(rng, (0.46, 0.32, 0.20), (0.52, 0.40, 0.30), (0.40, 0.26, 0.22))
    spot = np.clip(1.05 - 0.8 * distance, 0.15, 1)
    scene.place(scene.mask(scene.y > floor), "wood", boards, spot, 0.1, 0.3)


def _meadow(scene: Scene, rng: np.random.Generator, horizon: float) -> None:
    sky(scene, rng, horizon)
    for depth, top in ((0.7, horizon), (0.3, horizon + 0.1)):
        line = top + 0.06 * ridge(rng)(scene.across)
        colour = pick(rng, (0.40, 0.48, 0.22), (0.58, 0.54, 0.28), (0.30, 0.40, 0.26))
        colour = mix(colour, np.array([0.50, 0.56, 0.66]), 0.5 * depth)
        folds = noise(rng, scene.pixels, (6, 5), 3)
        terrain(scene, line, "grass", colour, depth, folds, 0.8)


def _head(
    scene: Scene,
    rng: np.random.Generator,
    x: float,
    y: float,
    size: float,
    skin: Float[np.ndarray, "3"],
) -> None:
    """Hair, neck, face and perhaps a hat; ``size`` is half the height of the face."""
    hair, turn = pick(rng, *_HAIRS), rng.uniform(-0.22, 0.22)
    long = rng.random() < 0.5
    back = scene.ellipse(
        x, y + (0.25 if long else -0.1) * size, size * 0.95, size * (1.35 if long else 1.1)
    )
    scene.place(back, "hair", hair, scene.ball(0.1, 0.8), np.pi / 2, 0.1)
    neck = [
        (size * 0.36, y + size * 0.5),
        (size * 0.36, y + size * 1.2),
        (size * 0.6, y + size * 1.6),
    ]
    scene.place(
        scene.turned(x, neck), "skin", skin * 0.95, scene.cylinder(0.12, 0.7), np.pi / 2, 0.1
    )
    face = scene.ellipse(x + turn * size * 0.4, y, size * 0.74, size)
    scene.place(face, "skin", skin, scene.ball(0.22, 1.0), np.pi / 2, 0.1)
    if size > 0.07:
        _features(scene, x + turn * size * 0.9, y, size, skin, hair)
    fringe = scene.ellipse(x + turn * size * 0.3, y - size * 0.78, size * 0.76, size * 0.36, turn)
    scene.place(fringe, "hair", hair, scene.ball(0.15, 0.9), 0.3, 0.1, detail=True)
    if rng.random() < 0.4:
        colour = pick(rng, *_CLOTHS)
        crown = scene.ellipse(x, y - size * 1.1, size * 0.72, size * 0.5)
        scene.place(crown, "cloth", colour, scene.ball(), around, 0.1)
        brim = scene.ellipse(
            x, y - size * 0.82, size * rng.uniform(1.2, 1.7), size * 0.2, turn * 0.6
        )
        scene.place(brim, "cloth", colour * 0.85, rise(0.9, 0.4), 0.0, 0.1)


def _features(
    scene: Scene,
    x: float,
    y: float,
    size: float,
    skin: Float[np.ndarray, "3"],
    hair: Float[np.ndarray, "3"],
) -> None:
    """Eyes, brows, nose and mouth of a face large enough to show them."""
    dark = mix(skin, np.array([0.12, 0.07, 0.06]), 0.85)
    for sign in (-1, 1):
        socket = scene.ellipse(x + sign * size * 0.3, y - size * 0.1, size * 0.2, size * 0.12)
        scene.shade(socket, 0.72)
        eye = scene.ellipse(x + sign * size * 0.3, y - size * 0.08, size * 0.12, size * 0.06)
        scene.place(eye, "hair", dark, 0.4, 0.0, 0.1, detail=True)
        brow = scene.ellipse(x + sign * size * 0.3, y - size * 0.27, size * 0.19, size * 0.04)
        scene.place(brow, "hair", mix(hair, skin, 0.2), 0.4, 0.0, 0.1, detail=True)
    flank = -scene.side * size * 0.1
    nose = [(x, y - size * 0.15), (x + flank, y + size * 0.24), (x, y + size * 0.28)]
    scene.shade(scene.polygon(nose), 0.62)
    scene.shade(scene.ellipse(x, y + size * 0.66, size * 0.2, size * 0.06), 0.75)
    mouth = scene.ellipse(x, y + size * 0.48, size * 0.2, size * 0.07)
    lips = mix(skin, np.array([0.66, 0.20, 0.20]), 0.65)
    scene.place(mouth, "skin", lips, 0.55, 0.0, 0.1, detail=True)


def _bust(scene: Scene, rng: np.random.Generator) -> None:
    """Head and shoulders: the sitter fills the picture's lower half."""
    x, y, size = rng.uniform(0.42, 0.58), rng.uniform(0.30, 0.38), rng.uniform(0.13, 0.17)
    skin, cloth = pick(rng, *_SKINS), pick(rng, *_CLOTHS)
    drop, wide = size * 1.25, rng.uniform(0.28, 0.36)
    shoulder = y + drop
    torso = [(0.06, shoulder), (0.14, shoulder + 0.04), (wide * 0.8, shoulder + 0.11), (wide, 0.82),
             (wide + 0.05, 1.03)]  # fmt: skip
    folds = rng.uniform(2, 5)

    def light(
        u: Float[np.ndarray, "1 width"], v: Float[np.ndarray, "height 1"]
    ) -> Float[np.ndarray, "height width"]:
        wrinkles = 0.07 * np.sin(folds * 6 * (u - 0.5) * (0.4 + v) + 4 * v)
        shade: np.ndarray = np.clip(scene.cylinder(0.15, 0.95)(u, v) + wrinkles, 0.05, 1)
        return shade

    scene.place(scene.turned(x, torso), "cloth", cloth, light, lambda u, v: 1.57 + (u - 0.5), 0.1)
    _head(scene, rng, x, y, size, skin)
    collar = pick(rng, (0.92, 0.90, 0.84), *_CLOTHS[:2])
    for sign in (-1, 1):
        offsets = ((0.0, 0.13), (0.02, 0.0), (0.085, 0.01), (0.07, 0.08))
        flap = [(x + sign * across, shoulder + down) for across, down in offsets]
        tone = 0.9 if sign == scene.side else 0.6
        scene.place(scene.polygon(flap), "cloth", collar, tone, 0.8 * sign, 0.1)


def _standing(scene: Scene, rng: np.random.Generator) -> None:
    """A full figure in a long skirt or a coat, with a cast shadow, perhaps under a parasol."""
    x, top, size = rng.uniform(0.35, 0.65), rng.uniform(0.16, 0.24), rng.uniform(0.055, 0.07)
    skin, cloth = pick(rng, *_SKINS), pick(rng, *_CLOTHS)
    foot, shoulder = rng.uniform(0.88, 0.95), top + size * 1.5
    waist, flare = shoulder + 0.2, rng.uniform(0.12, 0.24)
    cast = scene.ellipse(x - scene.side * 0.2, foot, 0.28, 0.035)
    scene.shade(cast, 0.45)
    skirt = [(0.055, waist - 0.02), (0.09, waist + 0.05), (flare * 0.8, foot - 0.16), (flare, foot)]
    gown = mix(cloth, pick(rng, *_CLOTHS), 0.4 if rng.random() < 0.5 else 0.0)
    scene.place(scene.turned(x, skirt), "cloth", gown, scene.cylinder(0.15), np.pi / 2, 0.1)
    trunk = [
        (0.035, shoulder - 0.01),
        (0.085, shoulder + 0.03),
        (0.06, waist),
        (0.062, waist + 0.01),
    ]
    scene.place(scene.turned(x, trunk), "cloth", cloth, scene.cylinder(0.2), np.pi / 2, 0.1)
    parasol = rng.random() < 0.5 and not scene.indoors
    for sign in (-1, 1):
        elbow = (x + sign * 0.115, waist - 0.03)
        hand = (x + sign * 0.07, waist + 0.06)
        if parasol and sign == scene.side:
            hand = (x + sign * 0.13, shoulder + 0.03)
        _limb(scene, [(x + sign * 0.075, shoulder + 0.035), elbow, hand], 0.022, cloth * 0.95, skin)
    _head(scene, rng, x, top, size, skin)
    if parasol:
        _parasol(scene, rng, x + scene.side * 0.13, shoulder)


def _limb(
    scene: Scene,
    joints: list[tuple[float, float]],
    half: float,
    colour: Float[np.ndarray, "3"],
    skin: Float[np.ndarray, "3"],
) -> None:
    """An arm of two straight pieces with a hand at its end."""
    for (ax, ay), (bx, by) in pairwise(joints):
        length = max(float(np.hypot(bx - ax, by - ay)), 1e-6)
        nx, ny = (by - ay) / length * half, (ax - bx) / length * half
        piece = [(ax + nx, ay + ny), (ax - nx, ay - ny), (bx - nx * 0.8, by - ny * 0.8),
                 (bx + nx * 0.8, by + ny * 0.8)]  # fmt: skip
        tone = 0.8 if ax * scene.side > 0.5 * scene.side else 0.45
        scene.place(scene.polygon(piece), "cloth", colour, tone, np.pi / 2, 0.08, detail=True)
    x, y = joints[-1]
    hand = scene.ellipse(x, y, half * 0.95, half * 0.95)
    scene.place(hand, "skin", skin, scene.ball(0.3), around, 0.08)


def _parasol(scene: Scene, rng: np.random.Generator, x: float, hand: float) -> None:
    top = 0.06
    stick = [(x - 0.006, top), (x + 0.006, top), (x + 0.006, hand + 0.08), (x - 0.006, hand + 0.08)]
    scene.place(scene.polygon(stick), "wood", (0.4, 0.28, 0.18), 0.5, np.pi / 2, 0.05)
    cloth = pick(rng, (0.92, 0.86, 0.72), (0.80, 0.30, 0.24), (0.40, 0.54, 0.44))
    t = np.linspace(np.pi, 2 * np.pi, 14)
    dome = np.stack([x + 0.2 * np.cos(t), top + 0.08 + 0.1 * np.sin(t)], 1)
    scene.place(scene.polygon(dome), "cloth", cloth, scene.ball(0.3), 0.4, 0.05)


def _seated(scene: Scene, rng: np.random.Generator) -> None:
    """A person on a chair, turned to one side: back, lap and shins make a step."""
    face = rng.choice([-1, 1])
    x, top, size = (
        0.5 - face * rng.uniform(0.06, 0.14),
        rng.uniform(0.2, 0.27),
        rng.uniform(0.08, 0.095),
    )
    skin, cloth, lower = (pick(rng, *colours) for colours in (_SKINS, _CLOTHS, _CLOTHS))
    shoulder, seat, foot = top + size * 1.45, top + 0.46, 0.95

    def at(*points: tuple[float, float]) -> Region | None:
        return scene.polygon([(x + face * a, b) for a, b in points])

    chair = pick(rng, (0.36, 0.22, 0.14), (0.56, 0.40, 0.20), (0.46, 0.16, 0.14))
    back = at((-0.17, shoulder - 0.02), (-0.11, shoulder - 0.02), (-0.1, foot), (-0.16, foot))
    scene.place(back, "wood", chair, scene.cylinder(), np.pi / 2, 0.15)
    leg = at((-0.15, seat + 0.06), (0.22, seat + 0.06), (0.21, seat + 0.1), (0.2, foot),
             (0.16, foot), (0.16, seat + 0.12), (-0.15, seat + 0.12))  # fmt: skip
    scene.place(leg, "wood", chair, 0.5, 0.0, 0.15)
    scene.shade(scene.ellipse(x, foot, 0.36, 0.035), 0.5)
    lap = at((-0.13, seat - 0.06), (0.1, seat - 0.08), (0.31, seat - 0.03), (0.34, seat + 0.06),
             (0.31, foot - 0.02), (0.38, foot + 0.01), (0.2, foot + 0.01), (0.19, seat + 0.12),
             (-0.13, seat + 0.1))  # fmt: skip
    scene.place(lap, "cloth", lower, rise(0.95, 0.3), rise(0.1, 1.5), 0.1)
    body = at((-0.04, shoulder - 0.02), (0.04, shoulder - 0.02), (0.12, shoulder + 0.05),
              (0.11, seat), (-0.13, seat + 0.02), (-0.13, shoulder + 0.05))  # fmt: skip
    scene.place(body, "cloth", cloth, scene.cylinder(0.15), np.pi / 2, 0.1)
    joints = [(0.02, shoulder + 0.08), (0.03, seat - 0.1), (0.22, seat - 0.09)]
    _limb(scene, [(x + face * a, b) for a, b in joints], 0.036, cloth * 0.9, skin)
    _head(scene, rng, x, top, size, skin)
