"""Smooth random fields and small colour sums on arrays in 0..1.

Nothing here depends on the number of pixels but the sampling: the same generator gives the same
field at every size.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float, Float32, Integer, UInt8
from PIL import Image
from scipy.ndimage import gaussian_filter

GREY = np.array([0.30, 0.59, 0.11], np.float32)  # luma weights of ITU-R BT.601


def noise(
    rng: np.random.Generator,
    side: int,
    cells: tuple[int, int] = (4, 4),
    octaves: int = 3,
) -> Float32[np.ndarray, "{side} {side}"]:
    """Sum of bicubic value noise with halved amplitude per octave.

    Args:
        rng: gives ``octaves`` grids of normal draws.
        side: pixels along an edge of the result.
        cells: grid points down and across in the first octave; unequal numbers stretch the noise.
        octaves: number of grids, each twice as fine as the one before.

    Returns:
        (side, side) float32, mean about 0 and standard deviation a little under 1.
    """
    total = np.zeros((side, side), np.float32)
    power = 0.0
    for octave in range(octaves):
        grid = rng.standard_normal((cells[0] * 2**octave, cells[1] * 2**octave))
        layer = Image.fromarray(grid.astype(np.float32)).resize(
            (side, side), Image.Resampling.BICUBIC
        )
        total += np.asarray(layer) * 0.5**octave
        power += 0.25**octave
    return total / np.float32(np.sqrt(power))


def ridge(
    rng: np.random.Generator, roughness: float = 0.5, waves: int = 5
) -> Callable[[np.ndarray], np.ndarray]:
    """A random smooth function of x in 0..1, about -1..1: a sum of sines of falling amplitude."""
    frequency = np.cumsum(rng.uniform(0.4, 1.1, waves))
    phase = rng.uniform(0, 2 * np.pi, waves)
    amplitude = roughness ** np.arange(waves)
    amplitude /= amplitude.sum()

    def height(x: np.ndarray) -> np.ndarray:
        angle = 2 * np.pi * frequency * np.asarray(x)[..., None] + phase
        heights: np.ndarray = (np.sin(angle) @ amplitude).astype(np.float32)
        return heights

    return height


def mix(a: np.ndarray, b: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """``a`` where share is 0 and ``b`` where it is 1; a (H, W) share is spread over the colours."""
    share = np.asarray(share, np.float32)
    if share.ndim == 2:
        share = share[..., None]
    mixed: np.ndarray = a + (np.asarray(b, np.float32) - a) * share
    return mixed


def luminance(colour: Float[np.ndarray, "*shape 3"]) -> Float[np.ndarray, "*shape"]:
    """(..., 3) colours to (...) grey values."""
    return np.asarray(colour @ GREY)


def saturate(colour: Float[np.ndarray, "*shape 3"], amount: float) -> Float[np.ndarray, "*shape 3"]:
    """Scale the distance of each colour from its grey: 0 is grey, 1 leaves it, 2 doubles it."""
    grey = luminance(colour)[..., None]
    scaled: np.ndarray = grey + (colour - grey) * np.float32(amount)
    return scaled


def step(
    values: Float[np.ndarray, "*shape"], low: float, high: float
) -> Float[np.ndarray, "*shape"]:
    """Smooth rise from 0 at ``low`` to 1 at ``high`` (cubic Hermite)."""
    t = np.clip((values - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def soften(
    image: Float[np.ndarray, "side side *colours"], radius: float
) -> Float32[np.ndarray, "side side *colours"]:
    """Gaussian blur of (H, W) or (H, W, 3) by ``radius``, a share of the edge of the picture."""
    sigma = radius * image.shape[0]
    blurred: np.ndarray = gaussian_filter(
        image, (sigma, sigma, 0)[: image.ndim], mode="nearest", truncate=2.5, output=np.float32
    )
    return blurred


def edges(part: Integer[np.ndarray, "side side"]) -> Bool[np.ndarray, "side side"]:
    """(H, W) bool, true where a pixel's part differs from that to the right or below."""
    edge = np.zeros(part.shape, bool)
    edge[:, :-1] |= part[:, :-1] != part[:, 1:]
    edge[:-1] |= part[:-1] != part[1:]
    return edge


def relief(
    image: Float[np.ndarray, "side side 3"], strength: float
) -> Float[np.ndarray, "side side 3"]:
    """Light falling from the upper left over the paint, as if bright paint lay thick."""
    grey = luminance(image)
    slope = np.zeros_like(grey)
    slope[1:, 1:] = grey[1:, 1:] - grey[:-1, :-1]
    lit: np.ndarray = image + (np.float32(strength) * np.clip(slope, -0.3, 0.3))[..., None]
    return lit


def reduce(
    image: Float[np.ndarray, "large large 3"], size: int
) -> UInt8[np.ndarray, "{size} {size} 3"]:
    """Average blocks of a (k*size, k*size, 3) image in 0..1 to (size, size, 3) uint8."""
    factor = image.shape[0] // size
    blocks = np.clip(image, 0, 1).reshape(size, factor, size, factor, 3).mean(axis=(1, 3))
    reduced: np.ndarray = np.rint(blocks * 255).astype(np.uint8)
    return reduced
