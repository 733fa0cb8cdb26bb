"""Realism: smooth modelling, earth tones, fine detail, moderate contrast."""

import numpy as np
from jaxtyping import Float

from stylewalk.data.painter.fields import edges, luminance, mix, noise, saturate, soften
from stylewalk.data.painter.scene import MATERIALS, Scene

_EARTH = np.array([0.62, 0.50, 0.36], np.float32)
_HAZE = np.array([0.70, 0.71, 0.69], np.float32)
# How much the fine grain of a material shows: leaves and grass a lot, skin and sky hardly.
_GRAIN = {
    "foliage": 0.22, "grass": 0.11, "ground": 0.06, "stone": 0.06, "wood": 0.07, "roof": 0.14,
    "water": 0.06, "cloth": 0.05, "hair": 0.12, "wall": 0.035, "fruit": 0.05, "cloud": 0.04,
}  # fmt: skip


def paint(scene: Scene, rng: np.random.Generator) -> Float[np.ndarray, "side side 3"]:
    """The scene in this style: (H, H, 3) in 0..1."""
    open_air = scene.is_material("sky", "cloud", "sun", "water")
    colour = saturate(_air(scene), rng.uniform(0.70, 0.88)) ** 0.85
    earthy = luminance(colour)[..., None] * _EARTH / luminance(_EARTH)
    colour = mix(colour, earthy, np.where(open_air, 0.12, 0.34).astype(np.float32))
    shade = soften(scene.light, 0.006)[..., None]
    warm = np.where(open_air[..., None], 0.60 + 0.52 * shade, 0.24 + 0.92 * shade)
    tint = mix(np.array([0.86, 0.92, 1.0], np.float32), np.array([1.04, 1.0, 0.93]), shade[..., 0])
    image = colour * warm * tint
    if not scene.indoors:
        image = mix(
            image, _HAZE * (0.35 + 0.65 * image.mean() / 0.5), 0.5 * scene.depth**1.5 * ~open_air
        )
    image *= 1 + _grain(scene, rng)
    image *= _contact(scene)
    image = mix(image, _curve(image), 0.5)
    varnish = np.array([0.98, 0.94, 0.86], np.float32)
    varnished: np.ndarray = image * varnish * (0.50 / (0.04 + image.mean())) ** 0.7
    return varnished


def _air(scene: Scene) -> np.ndarray:
    """Local colours, those of the sky run into one another: clouds have no hard rim."""
    heaven = scene.is_material("sky", "cloud")[..., None]
    return np.where(heaven, soften(scene.colour, 0.012), scene.colour)


def _grain(scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """Fine texture, (H, H, 1), as strong as the material under it bears."""
    strength = np.zeros(len(MATERIALS), np.float32)
    for name, value in _GRAIN.items():
        strength[MATERIALS.index(name)] = value
    fine = noise(rng, scene.pixels, (64, 64), 2)
    grain: np.ndarray = np.clip(strength[scene.material] * fine, -0.5, 0.6)[..., None]
    return grain


def _contact(scene: Scene) -> np.ndarray:
    """Darkening where objects meet, as less light reaches there: (H, H, 1) factors."""
    solid = np.where(scene.is_material("sky", "cloud", "sun"), -1, scene.part)
    crease = soften(edges(solid).astype(np.float32), 0.007) * (solid >= 0)
    factors: np.ndarray = (1 - 0.6 * np.clip(crease, 0, 0.5))[..., None]
    return factors


def _curve(image: np.ndarray) -> np.ndarray:
    """A gentle S curve."""
    image = np.clip(image, 0, 1)
    curved: np.ndarray = image * image * (3 - 2 * image)
    return curved
