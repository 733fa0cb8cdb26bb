"""Romanticism: deep chiaroscuro, glowing light, glazes, dramatic skies, warm darks."""

import numpy as np
from jaxtyping import Float

from stylewalk.data.painter.fields import luminance, mix, noise, saturate, soften, step
from stylewalk.data.painter.scene import Scene

_DARK = np.array([0.085, 0.055, 0.040], np.float32)
_GLOWS = ((1.0, 0.80, 0.46), (1.0, 0.66, 0.34), (1.0, 0.90, 0.66), (0.80, 0.88, 0.92))
_STORMS = ((0.20, 0.22, 0.26), (0.30, 0.20, 0.17), (0.14, 0.20, 0.26), (0.26, 0.22, 0.15))


def paint(scene: Scene, rng: np.random.Generator) -> Float[np.ndarray, "side side 3"]:
    """The scene in this style: (H, H, 3) in 0..1."""
    glow = np.asarray(_GLOWS[rng.choice(4, p=(0.35, 0.3, 0.2, 0.15))], np.float32)
    reach = rng.uniform(0.26, 0.38)
    distance = np.hypot(scene.x - scene.sun[0], 0.9 * (scene.y - scene.sun[1]))
    fall = np.exp(-((distance / reach) ** 1.3))
    heaven = scene.is_material("sky", "cloud", "sun")
    image = np.where(heaven[..., None], _storm(scene, rng, glow, fall), _earth(scene, glow, fall))
    image = soften(image.astype(np.float32), 0.003)
    image = _glaze(image, glow, fall, scene.indoors)
    corner = np.hypot(scene.x - 0.5, scene.y - 0.5)
    image *= (1 - 0.6 * step(corner, 0.34, 0.78))[..., None]
    veil = noise(rng, scene.pixels, (5, 5), 3)[..., None]
    return mix(_DARK * 0.9, image, 0.93) * (1 + 0.05 * veil)


def _earth(scene: Scene, glow: np.ndarray, fall: np.ndarray) -> np.ndarray:
    """What is not sky: nearly dark but where the light strikes it."""
    body = saturate(scene.colour, 0.9)
    body = mix(body, luminance(body)[..., None] * np.array([1.2, 0.88, 0.56], np.float32), 0.4)
    struck = step(scene.light, 0.35, 1.0)
    # ASSUME: the foreground figure keeps a light of its own, as a stage would give it, because a
    # face lost in the dark would leave nothing to be seen.
    stage = np.exp(-(((scene.x - 0.5) ** 2 + (scene.y - 0.45) ** 2) / 0.09)) * (scene.depth < 0.3)
    power = 0.08 + 0.30 * scene.light**1.5 + struck * (1.3 * fall + 0.7 * stage)
    lit = body * power[..., None] * mix(np.ones(3, np.float32), glow, 0.6)
    air = 0.5 * scene.depth**1.5 * fall * (0 if scene.indoors else 1)
    return mix(_DARK + lit, glow * 0.8, air)


def _storm(
    scene: Scene, rng: np.random.Generator, glow: np.ndarray, fall: np.ndarray
) -> np.ndarray:
    """A sky of folded clouds that burns round the sun and darkens away from it."""
    pixels = scene.pixels
    warp = noise(rng, pixels, (3, 3), 2) * 0.09 * pixels
    field = noise(rng, pixels, (5, 3), 4)
    rows = np.arange(pixels)[:, None] + warp + 0.15 * np.abs(scene.x - scene.sun[0]) * pixels
    columns = np.arange(pixels)[None, :] + np.roll(warp, pixels // 3, 0)
    field = field[_inside(rows, pixels), _inside(columns, pixels)]
    field = field + 0.7 * scene.is_material("cloud")
    dark = np.asarray(_STORMS[rng.integers(4)], np.float32)
    bank = step(field, -0.5, 1.0)
    rim = np.exp(-(((field - 0.15) / 0.35) ** 2))
    open_sky = mix(dark * 1.7, glow, np.clip(1.15 * fall, 0, 1))
    cloud = mix(dark * 0.75, glow * np.array([0.95, 0.62, 0.42], np.float32), 0.75 * fall)
    sky = mix(open_sky, cloud, 0.85 * bank)
    sky = mix(sky, glow, 0.5 * rim * np.clip(fall * 1.6, 0, 1))
    sky = soften(sky.astype(np.float32), 0.006)
    return mix(sky, np.clip(glow + 0.1, 0, 1), 0.9 * scene.is_material("sun"))


def _inside(index: np.ndarray, pixels: int) -> np.ndarray:
    inside: np.ndarray = np.clip(index, 0, pixels - 1).astype(np.int32)
    return inside


def _glaze(image: np.ndarray, glow: np.ndarray, fall: np.ndarray, indoors: bool) -> np.ndarray:
    """Thin warm layers: bright paint blooms into what lies round it, darks turn brown."""
    bloom = soften(np.clip(image - 0.35, 0, 1), 0.035)
    image = image + 0.8 * bloom
    if not indoors:
        image = 1 - (1 - np.clip(image, 0, 1)) * (1 - 0.14 * fall[..., None] * glow)
    grey = luminance(image)[..., None]
    brown = np.array([1.12, 0.98, 0.78], np.float32)
    return mix(image * brown, image, np.clip(grey[..., 0] * 1.4, 0, 1))
