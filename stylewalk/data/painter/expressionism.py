"""Expressionism: bent shapes, bold outlines, flat unnatural colours, thick directed strokes."""

import numpy as np
from jaxtyping import Float
from scipy.ndimage import binary_dilation, minimum_filter

from stylewalk.data.painter.brush import Brush, begin, finish, lay
from stylewalk.data.painter.fields import edges, luminance, mix, noise, relief
from stylewalk.data.painter.scene import MATERIALS, Scene

# Three colours a material may take, as the street scenes and landscapes of 1905-1915 do.
_INKS = {
    "sky": ((0.96, 0.72, 0.10), (0.90, 0.28, 0.12), (0.05, 0.45, 0.50), (0.16, 0.20, 0.62)),
    "cloud": ((0.98, 0.88, 0.52), (0.90, 0.46, 0.58), (0.30, 0.72, 0.62)),
    "sun": ((1.0, 0.92, 0.20), (0.95, 0.18, 0.12), (1.0, 0.98, 0.80)),
    "water": ((0.04, 0.24, 0.66), (0.02, 0.52, 0.46), (0.36, 0.12, 0.54)),
    "foam": ((0.98, 0.94, 0.70), (0.72, 0.94, 0.84), (0.98, 0.70, 0.66)),
    "ground": ((0.93, 0.52, 0.60), (0.96, 0.78, 0.18), (0.62, 0.24, 0.58)),
    "grass": ((0.08, 0.56, 0.24), (0.93, 0.42, 0.08), (0.80, 0.80, 0.10), (0.78, 0.16, 0.34)),
    "foliage": ((0.02, 0.36, 0.28), (0.12, 0.18, 0.58), (0.84, 0.24, 0.08), (0.42, 0.62, 0.08)),
    "wood": ((0.72, 0.14, 0.14), (0.28, 0.10, 0.42), (0.90, 0.46, 0.06)),
    "stone": ((0.18, 0.30, 0.72), (0.90, 0.58, 0.10), (0.84, 0.22, 0.30), (0.10, 0.54, 0.50)),
    "roof": ((0.80, 0.10, 0.12), (0.20, 0.14, 0.46), (0.06, 0.44, 0.34)),
    "window": ((0.99, 0.86, 0.26), (0.06, 0.08, 0.30), (0.10, 0.50, 0.60)),
    "cloth": ((0.10, 0.14, 0.56), (0.78, 0.08, 0.20), (0.04, 0.44, 0.30), (0.92, 0.66, 0.06)),
    "skin": ((0.98, 0.74, 0.38), (0.92, 0.52, 0.42), (0.68, 0.78, 0.40)),
    "hair": ((0.10, 0.08, 0.26), (0.78, 0.22, 0.04), (0.06, 0.26, 0.28)),
    "fruit": ((0.90, 0.12, 0.10), (0.98, 0.60, 0.04), (0.36, 0.66, 0.10), (0.60, 0.12, 0.46)),
    "glass": ((0.02, 0.40, 0.34), (0.10, 0.22, 0.62), (0.52, 0.10, 0.40)),
    "ceramic": ((0.94, 0.90, 0.74), (0.16, 0.36, 0.76), (0.92, 0.40, 0.12)),
    "wall": ((0.82, 0.22, 0.14), (0.06, 0.40, 0.44), (0.88, 0.62, 0.08), (0.40, 0.20, 0.52)),
    "sail": ((0.98, 0.92, 0.66), (0.92, 0.30, 0.14), (0.96, 0.74, 0.16)),
}
_INK = np.array([0.05, 0.04, 0.11], np.float32)
_COOL = np.array([0.10, 0.10, 0.42], np.float32)
_WARM = np.array([1.0, 0.90, 0.42], np.float32)


def paint(scene: Scene, rng: np.random.Generator) -> Float[np.ndarray, "side side 3"]:
    """The scene in this style: (H, H, 3) in 0..1."""
    bent = _bend(scene, rng)
    part = scene.part[bent]
    colour = _flat(scene, rng)[bent]
    angle = scene.angle[bent] + 0.5 * noise(rng, scene.pixels, (3, 3), 2)
    canvas = begin(colour)
    lay(rng, canvas, colour, angle, Brush(0.042, 0.17, 0.034, 0.16, 0.085, 0.03))
    lay(rng, canvas, colour, angle, Brush(0.04, 0.09, 0.02, 0.2, 0.06, 0.03))
    # Eyes, windows and the like would drown in broad strokes: touched up with a small brush.
    small = binary_dilation(edges(scene.material[bent]) & ~edges(part), iterations=2)
    lay(rng, canvas, colour, angle, Brush(0.013, 0.022, 0.013, 0.1, 0.04, 0.02), where=small)
    image = relief(finish(canvas), 0.4)
    return mix(image, _INK, _outline(part, rng) * 0.96)


def _bend(scene: Scene, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns from which each pixel is taken: a lean, an arch, and a slow wobble."""
    pixels, amount = scene.pixels, rng.uniform(0.022, 0.038)
    lean, arch = rng.normal(0, 0.10), rng.uniform(-0.10, 0.10)
    across = scene.x + amount * noise(rng, pixels, (3, 3), 2)
    across += lean * (scene.y - 0.55) + arch * (scene.y - 0.5) ** 2
    down = scene.y + amount * noise(rng, pixels, (3, 3), 2) + 0.5 * lean * (scene.x - 0.5)
    index = (np.stack([down, across]) * pixels).astype(np.int32)
    rows, columns = np.clip(index, 0, pixels - 1)
    return rows, columns


def _flat(scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """One ink per part, in three tones that jump from shade to light."""
    base = _inks(scene, rng)
    grey = luminance(scene.colour)[..., None]
    base = base * np.clip(0.72 + 0.5 * grey, 0, 1.15)
    dark, bright = scene.light < rng.uniform(0.3, 0.4), scene.light > rng.uniform(0.74, 0.84)
    base = mix(base, _COOL, 0.62 * dark)
    flat: np.ndarray = np.clip(mix(base, _WARM, 0.42 * bright), 0, 1).astype(np.float32)
    return flat


def _inks(scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """The ink of each pixel; parts of one material may differ, details keep to one choice."""
    choice = rng.integers(0, 12, len(MATERIALS))
    other = rng.random(scene.parts + 1) < 0.4
    shift = rng.integers(1, 3, scene.parts + 1) * other
    table = np.zeros((len(MATERIALS), 12, 3), np.float32)
    for name, inks in _INKS.items():
        # Each list is repeated to a common length so that a choice is one index for all.
        table[MATERIALS.index(name)] = np.resize(np.asarray(inks, np.float32), (12, 3))
    index = (choice[scene.material] + shift[scene.part]) % 12
    chosen: np.ndarray = table[scene.material, index]
    return chosen


def _outline(part: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """(H, H) bool of dark contours of uneven width round the parts that are large enough."""
    side = part.shape[0]
    share = np.bincount(part.ravel())[part] / side**2
    part = np.where(share < 0.002, -1, part)
    thin = edges(part) & (share > 0.002)
    thin = binary_dilation(thin, iterations=max(1, round(0.005 * side)))
    thick = binary_dilation(thin, iterations=max(1, round(0.006 * side)))
    crowded = minimum_filter(share, max(3, round(0.03 * side))) < 0.02
    outline: np.ndarray = np.where((noise(rng, side, (6, 6), 2) > 0.0) & ~crowded, thick, thin)
    return outline
