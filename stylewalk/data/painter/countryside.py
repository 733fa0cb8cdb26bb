"""Contents: hills with fields and roads, and the inside of a wood."""

import numpy as np
from jaxtyping import Float

from stylewalk.data.painter.fields import mix, noise, ridge
from stylewalk.data.painter.landscapes import jitter, pick, sky, terrain
from stylewalk.data.painter.scene import Scene, around, rise


def hills(scene: Scene, rng: np.random.Generator) -> None:
    """Ridges behind one another, fields, trees, a winding road, now and then a house."""
    horizon = rng.uniform(0.36, 0.55)
    sky(scene, rng, horizon)
    layers = int(rng.integers(3, 6))
    tops = np.linspace(horizon, rng.uniform(0.76, 0.9), layers)
    green = pick(rng, (0.36, 0.46, 0.20), (0.52, 0.50, 0.22), (0.62, 0.50, 0.26))
    far = pick(rng, (0.48, 0.54, 0.66), (0.54, 0.52, 0.62))
    for i, top in enumerate(tops):
        depth = 1 - (i + 0.3) / layers
        line = top + (0.1 - 0.05 * i / layers) * ridge(rng, 0.45 + 0.2 * depth)(scene.across)
        colour = jitter(rng, mix(green, far, max(0.0, depth * 1.3 - 0.35)), 0.035)
        folds = noise(rng, scene.pixels, (5, 4), 3)
        terrain(scene, line, "grass" if depth < 0.7 else "stone", colour, depth * 0.9, folds)
        if depth < 0.75:
            _fields(scene, rng, line, depth)
            _trees(scene, rng, line, depth)
    if rng.random() < 0.6:
        _road(scene, rng, float(tops[-2]))


def _fields(
    scene: Scene, rng: np.random.Generator, line: Float[np.ndarray, "1 side"], depth: float
) -> None:
    """Strips of other crops on a hillside, which follow its crest."""
    for _ in range(rng.integers(0, 3)):
        start, thick = rng.uniform(0.02, 0.12), rng.uniform(0.02, 0.06)
        bow = 0.05 * ridge(rng)(scene.across)
        left, width = rng.uniform(-0.1, 0.7), rng.uniform(0.25, 0.5)
        inside = (scene.y > line + start + bow) & (scene.y < line + start + bow + thick)
        inside &= (scene.x + 0.6 * scene.y > left + 0.4) & (scene.x < left + width)
        crop = pick(rng, (0.80, 0.68, 0.28), (0.56, 0.60, 0.24), (0.60, 0.38, 0.24))
        scene.place(scene.mask(inside), "grass", crop, 0.75, 0.1, depth * 0.9)


def _trees(
    scene: Scene, rng: np.random.Generator, line: Float[np.ndarray, "1 side"], depth: float
) -> None:
    size = 0.09 * (1.05 - depth)
    tall = rng.random() < 0.3
    for x in rng.uniform(0, 1, rng.integers(1, 7)):
        y = float(line[0, min(int(x * scene.pixels), scene.pixels - 1)])
        radius = size * rng.uniform(0.6, 1.2)
        colour = jitter(rng, (0.20, 0.31, 0.14), 0.04)
        shadow = scene.ellipse(x - radius * scene.side, y + radius * 0.9, radius * 1.3, radius / 4)
        scene.shade(shadow, 0.55)
        crown = scene.ellipse(x, y, radius * (0.45 if tall else 1), radius * (1.8 if tall else 1))
        scene.place(crown, "foliage", colour, scene.ball(), around, depth * 0.8)


def _road(scene: Scene, rng: np.random.Generator, top: float) -> None:
    """A road that winds from the lower edge towards the hills and narrows on its way."""
    start, end = rng.uniform(0.2, 0.8), rng.uniform(0.3, 0.7)
    bend, phase = rng.uniform(0.06, 0.14), rng.uniform(0, 6)
    t = np.linspace(0, 1, 16)
    y = 1.02 + (top + 0.03 - 1.02) * t**0.7
    centre = start + (end - start) * t + bend * np.sin(5 * t + phase) * (1 - t * 0.5)
    half = 0.11 * (1 - t) ** 1.5 + 0.006
    points = list(zip(centre - half, y, strict=True))
    points += list(zip(centre[::-1] + half[::-1], y[::-1], strict=True))
    sand = pick(rng, (0.80, 0.70, 0.52), (0.72, 0.62, 0.50))
    scene.place(scene.polygon(points), "ground", sand, 0.8, rise(0.2, 1.2), 0.2)


def woods(scene: Scene, rng: np.random.Generator) -> None:
    """Trunks before a mass of leaves, a floor with patches of sun, a clearing, a path."""
    horizon = rng.uniform(0.5, 0.68)
    sky(scene, rng, horizon)
    season = pick(rng, (0.26, 0.40, 0.16), (0.40, 0.46, 0.18), (0.66, 0.42, 0.14))
    crowns = 0.16 + 0.1 * ridge(rng)(scene.across)
    gap = 0.34 * np.exp(-(((scene.x - scene.sun[0]) / rng.uniform(0.1, 0.25)) ** 2))
    leaves = noise(rng, scene.pixels, (9, 9), 3)
    mass = crowns + gap + 0.05 * leaves
    back = jitter(rng, mix(season, np.array([0.42, 0.52, 0.52]), 0.35), 0.03)
    terrain(scene, mass, "foliage", back, 0.6, leaves, 0.9)
    floor = horizon + 0.03 * ridge(rng)(scene.across)
    soil = pick(rng, (0.42, 0.34, 0.20), (0.36, 0.40, 0.18), (0.56, 0.38, 0.18))
    terrain(scene, floor, "grass", soil, 0.25, noise(rng, scene.pixels, (10, 4), 3))
    if rng.random() < 0.55:
        _road(scene, rng, horizon)
    for distance in np.sort(rng.uniform(0.05, 1.0, rng.integers(5, 12)))[::-1]:
        _trunk(scene, rng, float(distance), horizon)
    canopy = scene.mask(scene.y < 0.05 + 0.12 * ridge(rng)(scene.across) + 0.06 * leaves)
    light = np.clip(0.5 + 0.3 * leaves, 0.1, 1)
    scene.place(canopy, "foliage", season, light, leaves, 0.05)


def _trunk(scene: Scene, rng: np.random.Generator, distance: float, horizon: float) -> None:
    """One tree with boughs and its shadow on the floor; ``distance`` is 0 near .. 1 far."""
    near = 1 - distance
    x, foot = rng.uniform(0.03, 0.97), horizon + 0.03 + 0.36 * near**2
    half, lean = 0.008 + 0.034 * near**1.5, rng.normal(0, 0.04)
    birch = rng.random() < 0.25
    bark = (
        pick(rng, (0.82, 0.80, 0.74)) if birch else pick(rng, (0.34, 0.25, 0.18), (0.28, 0.24, 0.2))
    )
    length = (x - scene.sun[0]) * 0.7
    cast = [(x - half, foot), (x + half, foot), (x + length + half * 2, foot + 0.2 * near + 0.06)]
    scene.shade(scene.polygon([*cast, (x + length - half, foot + 0.2 * near + 0.06)]), 0.5)
    for _ in range(rng.integers(1, 4)):
        y, sign = rng.uniform(0.05, 0.4), rng.choice([-1, 1])
        start = x + lean * (foot - y)
        end = (start + sign * rng.uniform(0.08, 0.2), y - rng.uniform(0.06, 0.2))
        bough = [(start, y + half), (start, y - half), end]
        scene.place(scene.polygon(bough), "wood", bark * 0.85, 0.45, -0.8 * sign, 0.5 * distance)
    top = x + lean * foot
    outline = [(x - half * 1.5, foot), (x - half, foot - 0.06), (top - half * 0.6, -0.02)]
    outline += [(top + half * 0.6, -0.02), (x + half, foot - 0.06), (x + half * 1.6, foot)]
    light = scene.cylinder(0.12, 0.9)
    scene.place(scene.polygon(outline), "wood", bark, light, np.pi / 2, 0.55 * distance)
