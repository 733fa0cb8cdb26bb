"""Impressionism: short broken strokes, a high-key palette, dabs of complementary colour."""

import numpy as np
from jaxtyping import Float
from PIL import Image

from stylewalk.data.painter.brush import Brush, begin, finish, lay
from stylewalk.data.painter.fields import edges, luminance, mix, noise, relief, saturate, soften
from stylewalk.data.painter.scene import Scene

_SHADOWS = ((0.44, 0.46, 0.78), (0.40, 0.54, 0.78), (0.54, 0.44, 0.72))
_LIGHTS = ((1.0, 0.94, 0.76), (1.0, 0.90, 0.80), (0.98, 0.97, 0.88))


def paint(scene: Scene, rng: np.random.Generator) -> Float[np.ndarray, "side side 3"]:
    """The scene in this style: (H, H, 3) in 0..1."""
    shadow = np.asarray(_SHADOWS[rng.integers(3)], np.float32)
    bright = np.asarray(_LIGHTS[rng.integers(3)], np.float32)
    colour = _high_key(scene, shadow, bright)
    angle = scene.angle + 0.35 * noise(rng, scene.pixels, (4, 4), 2)
    fine = soften(edges(scene.part).astype(np.float32), 0.02) > 0.05
    canvas = begin(soften(colour, 0.02))
    lay(rng, canvas, colour, angle, Brush(0.044, 0.095, 0.034, 0.25, 0.03, 0.022))
    lay(rng, canvas, colour, angle, Brush(0.027, 0.055, 0.018, 0.3, 0.035, 0.028))
    lay(rng, canvas, colour, angle, Brush(0.017, 0.03, 0.0115, 0.3, 0.03, 0.022), where=fine)
    _dabs(rng, canvas, scene, colour, angle)
    return relief(finish(canvas), 0.35)


def _high_key(scene: Scene, shadow: np.ndarray, bright: np.ndarray) -> np.ndarray:
    """Pale, clear colours: lights turn to warm white, shadows to violet and blue, never black."""
    vivid = np.clip(saturate(scene.colour, 1.5), 0, 1) ** 0.68
    light = scene.light
    dim = np.clip(1 - light / 0.62, 0, 1)
    colour = mix(vivid, shadow * (0.35 + 0.8 * luminance(vivid)[..., None]), 0.75 * dim)
    colour = mix(colour, bright * scene.sun_colour, 0.5 * np.clip((light - 0.6) / 0.4, 0, 1))
    air = np.array([0.80, 0.84, 0.94], np.float32)
    colour = mix(colour, air, 0.4 * scene.depth * ~scene.is_material("sky", "cloud", "sun"))
    return 0.07 + 0.93 * colour


def _dabs(
    rng: np.random.Generator,
    canvas: Image.Image,
    scene: Scene,
    colour: np.ndarray,
    angle: np.ndarray,
) -> None:
    """Touches of the complementary colour where colour is strong, of light where it is bright."""
    grey = luminance(colour)[..., None]
    opposite = np.clip(grey * 1.1 - 0.8 * (colour - grey) + 0.04, 0, 1)
    dab = Brush(0.028, 0.04, 0.016, 0.5, 0.05, 0.04)
    lay(rng, canvas, opposite, angle, dab, share=0.07)
    sparkle = mix(colour, np.array([1.0, 0.97, 0.88], np.float32), 0.7)
    lay(rng, canvas, sparkle, angle, dab, where=scene.light > 0.82, share=0.22)
