"""What scenes out of doors share - sky and terrain - and the content sea."""

import numpy as np
from jaxtyping import Float, Float32

from stylewalk.data.painter.fields import mix, noise, ridge, step
from stylewalk.data.painter.scene import Scene, around, rise

Colour = tuple[float, float, float] | Float[np.ndarray, "3"]
# Colours of the sky's top, of its rim, and of the light.
HOURS = {
    "day": ((0.33, 0.54, 0.82), (0.78, 0.87, 0.93), (1.00, 0.97, 0.86)),
    "dawn": ((0.50, 0.58, 0.80), (0.98, 0.80, 0.70), (1.00, 0.86, 0.68)),
    "evening": ((0.34, 0.36, 0.60), (0.98, 0.68, 0.40), (1.00, 0.76, 0.42)),
    "overcast": ((0.56, 0.61, 0.67), (0.84, 0.84, 0.81), (0.96, 0.96, 0.93)),
    "night": ((0.07, 0.11, 0.27), (0.28, 0.38, 0.56), (0.94, 0.95, 0.86)),
}
_HOUR_SHARES = (0.36, 0.18, 0.20, 0.16, 0.10)


def jitter(
    rng: np.random.Generator, colour: Colour, spread: float = 0.06
) -> Float32[np.ndarray, "3"]:
    """A colour near the one given."""
    return np.clip(np.asarray(colour) + rng.normal(0, spread, 3), 0.02, 1.0).astype(np.float32)


def pick(rng: np.random.Generator, *choices: Colour) -> Float32[np.ndarray, "3"]:
    """One of some colours, a little changed."""
    return jitter(rng, choices[rng.integers(len(choices))])


def sky(scene: Scene, rng: np.random.Generator, horizon: float, low_sun: bool = False) -> None:
    """Fill the picture with a sky: hour of the day, sun or moon, clouds."""
    hour = rng.choice(list(HOURS), p=_HOUR_SHARES)
    top, rim, sun = (jitter(rng, colour, 0.03) for colour in HOURS[hour])
    low_sun = low_sun or hour in ("dawn", "evening")
    height = rng.uniform(0.55, 0.85) if low_sun else rng.uniform(0.2, 0.5)
    side, aside = rng.choice([-1, 1]), rng.uniform(0.1, 0.36)
    aside += scene.time * (0.46 - 2 * aside)  # as far from the other end of where it may be
    scene.sun = (side * aside + 0.5, horizon * height)
    scene.sun_colour = sun
    scene.daylight = 0.62 if hour == "night" else 1.0
    share = np.clip(scene.y / max(horizon, 0.2), 0, 1) ** 1.3
    colour = mix(np.broadcast_to(top, (*share.shape, 3)), rim, share)
    distance = np.hypot(scene.x - scene.sun[0], (scene.y - scene.sun[1]) * 1.2)
    colour = mix(colour, sun, 0.55 * np.exp(-((distance / 0.22) ** 2)))
    scene.place(scene.mask(distance >= 0), "sky", colour, 0.7, 0.25 * ridge(rng)(scene.across), 1.0)
    if rng.random() < 0.75 or hour == "night":
        radius = rng.uniform(0.028, 0.05)
        disc = scene.ellipse(*scene.sun, radius, radius)
        scene.place(disc, "sun", mix(sun, np.ones(3), 0.4), 1.0, around, 1.0)
    _clouds(scene, rng, horizon, rim)


def _clouds(
    scene: Scene, rng: np.random.Generator, horizon: float, rim: Float[np.ndarray, "3"]
) -> None:
    """Banks of cloud, flatter towards the horizon, lit from the sun's side."""
    cover = rng.uniform(0.15, 1.0)
    field = noise(rng, scene.pixels, (int(rng.integers(4, 8)), 3), 4)
    field += 0.5 * np.sin(scene.y * rng.uniform(8, 16) + rng.uniform(0, 6))
    shift = max(1, scene.pixels // 24)
    lit = 0.62 + 0.5 * (field - np.roll(field, (shift, -shift * scene.side), (0, 1)))
    inside = (field > cover) & (scene.y < horizon)
    white = mix(rim, np.array([1.0, 0.98, 0.95]), 0.6) * scene.sun_colour
    scene.place(scene.mask(inside), "cloud", white, np.clip(lit, 0.15, 1), 0.3 * field, 1.0)


def terrain(
    scene: Scene,
    line: Float[np.ndarray, "#side side"],
    material: str,
    colour: Float[np.ndarray, "3"],
    depth: float,
    folds: Float[np.ndarray, "side side"],
    slope: float = 0.25,
) -> None:
    """Everything below a line (a y for every x), with folds that catch the light."""
    inside = scene.y > line
    tilt = np.gradient(line, axis=1) * scene.pixels
    light = 0.62 - 0.8 * tilt * scene.side * -1 + 0.22 * folds
    below = np.clip((scene.y - line) / 0.3, 0, 1)
    angle = np.arctan(tilt) + slope * folds
    light = np.clip(light - 0.12 * below, 0.08, 1)
    scene.place(scene.mask(inside), material, colour, light, angle, depth)


def sea(scene: Scene, rng: np.random.Generator) -> None:
    """Horizon, waves, a glittering path under the sun, boats, now and then a headland or beach."""
    horizon = rng.uniform(0.34, 0.6)
    sky(scene, rng, horizon, low_sun=rng.random() < 0.5)
    if rng.random() < 0.45:
        _headland(scene, rng, horizon)
    _water(scene, rng, horizon)
    for _ in range(rng.integers(1, 4)):
        size, x = rng.uniform(0.1, 0.3), rng.uniform(0.12, 0.88)
        x += 0.3 * scene.time * (1 if x < 0.5 else -1)
        _boat(scene, rng, x, horizon + 0.03 + size * 0.5, size)
    if rng.random() < 0.4:
        shore = 0.86 + 0.05 * ridge(rng)(scene.across) + rng.uniform(-0.15, 0.15) * (scene.x - 0.5)
        foam = scene.mask((scene.y > shore - 0.025) & (scene.y < shore))
        scene.place(foam, "foam", (0.93, 0.95, 0.95), 0.9, 0.0, 0.1, detail=True)
        sand = pick(rng, (0.80, 0.70, 0.50), (0.70, 0.60, 0.46))
        terrain(scene, shore, "ground", sand, 0.05, noise(rng, scene.pixels, (10, 4), 2))


def _water(scene: Scene, rng: np.random.Generator, horizon: float) -> None:
    inside = scene.y > horizon
    near = np.clip((scene.y - horizon) / (1 - horizon), 0, 1)
    deep = pick(rng, (0.10, 0.32, 0.48), (0.12, 0.40, 0.44), (0.16, 0.30, 0.40))
    rim = scene.colour[min(int(horizon * scene.pixels), scene.pixels - 1)].mean(0)
    colour = mix(mix(np.broadcast_to(rim, (*near.shape, 3)), deep, 0.35 + 0.6 * near), rim, 0.12)
    # Waves of equal length in the world crowd towards the horizon: phase goes as 1 / distance.
    swell = noise(rng, scene.pixels, (6, 3), 2)
    phase = rng.uniform(9, 16) / (0.16 + near) + 1.3 * swell + 1.5 * ridge(rng)(scene.across)
    chop = noise(rng, scene.pixels, (24, 6), 2)
    wave = np.sin(phase * 2.2) * (0.35 + 0.65 * near) + 0.45 * chop
    glitter = np.exp(-(((scene.x - scene.sun[0]) / (0.05 + 0.12 * near)) ** 2))
    glitter *= step(wave, 0.0, 0.5)
    colour = mix(colour, scene.sun_colour, 0.8 * glitter)
    light = np.clip(0.5 + 0.28 * wave + 0.5 * glitter, 0.05, 1)
    scene.place(scene.mask(inside), "water", colour, light, 0.25 * swell * near, 0.6)
    scene.depth[inside] = 0.9 * (1 - near[inside])
    crests = scene.mask(inside & (wave > rng.uniform(0.95, 1.35)) & (near > 0.12))
    scene.place(crests, "foam", (0.92, 0.95, 0.96), 0.95, 0.15 * swell, 0.3, detail=True)


def _headland(scene: Scene, rng: np.random.Generator, horizon: float) -> None:
    towards = -scene.side
    edge = scene.x if towards < 0 else 1 - scene.x
    reach, height = rng.uniform(0.3, 0.6), rng.uniform(0.1, 0.28)
    rise_ = np.clip(1 - edge / reach, 0, 1) ** 0.6 * (1 + 0.25 * ridge(rng, 0.7, 7)(scene.across))
    line = np.where(rise_ > 0, horizon - height * rise_, 2.0).astype(np.float32)
    stone = pick(rng, (0.48, 0.44, 0.38), (0.42, 0.46, 0.34), (0.78, 0.74, 0.66))
    terrain(scene, line, "stone", stone, 0.6, noise(rng, scene.pixels, (5, 10), 2), 1.0)


def _boat(scene: Scene, rng: np.random.Generator, x: float, y: float, size: float) -> None:
    """A sailing boat: hull, mast, one or two sails and their broken reflection."""
    lean = rng.uniform(-0.12, 0.12)
    wood = pick(rng, (0.36, 0.22, 0.14), (0.20, 0.18, 0.20), (0.55, 0.16, 0.12))
    cloth = pick(rng, (0.95, 0.92, 0.84), (0.90, 0.80, 0.60), (0.75, 0.32, 0.18))
    for i in range(4):
        band = y + size * (0.16 + 0.14 * i)
        half = size * (0.34 - 0.06 * i)
        shift = rng.uniform(-0.1, 0.1) * size
        mirror = scene.ellipse(x + shift, band, half, size * 0.035)
        scene.place(mirror, "water", mix(cloth, wood, 0.5), 0.45, 0.0, 0.4, detail=True)
    top = (x + lean * size, y - size)
    for sign, reach in ((1, 0.5), (-1, rng.uniform(0.2, 0.42))):
        foot = [
            (x + sign * 0.03 * size, y - 0.08 * size),
            (x + sign * reach * size, y - 0.1 * size),
        ]
        light = 0.9 if sign == scene.side else 0.62
        scene.place(scene.polygon([top, *foot]), "sail", cloth, light, 1.3 * sign, 0.35)
    mast = [(x - 0.012, y), top, (top[0] + 0.008, top[1]), (x + 0.006, y)]
    scene.place(scene.polygon(mast), "wood", wood * 0.8, 0.4, np.pi / 2, 0.35, detail=True)
    hull = [(-0.46, -0.05), (0.52, -0.08), (0.36, 0.12), (-0.34, 0.12)]
    shape = scene.polygon([(x + a * size, y + b * size) for a, b in hull])
    scene.place(shape, "wood", wood, rise(0.75, 0.25), 0.05, 0.35)
