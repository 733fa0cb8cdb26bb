"""Wasserstein distances of the colours of two pictures, wherever these stand.

In CIE L*a*b* (1976, D65, from sRGB by IEC 61966-2-1), where a difference of 1 is just seen: of each
coordinate the squared distance of the two distributions over pixels (in one dimension, of sorted
values: Villani 2003, theorem 2.18), summed over the three.
"""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float64, Real

from stylewalk.registry import Settings
from stylewalk.style.vector_metric import VectorMetric

DESCRIPTION = "Squared Wasserstein distances of the distributions of colours (CIE L*a*b*)."
SETTINGS: Settings = {}
IS_STYLE = False

# Linear sRGB to XYZ over the white point D65, IEC 61966-2-1.
_WHITE = np.array([0.95047, 1.0, 1.08883])
_XYZ = (
    np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
         [0.0193339, 0.1191920, 0.9503041]]
    )
    / _WHITE[:, None]
)  # fmt: skip
_EDGE = (6 / 29) ** 3


def lab(images: Real[np.ndarray, "*shape 3"]) -> Float64[np.ndarray, "*shape 3"]:
    """sRGB (..., 3) on a 0..255 scale to L* in 0..100, a* and b*, float64."""
    srgb = np.clip(np.asarray(images, np.float64) / 255, 0, 1)
    linear = np.where(srgb > 0.04045, ((srgb + 0.055) / 1.055) ** 2.4, srgb / 12.92)
    xyz = linear @ _XYZ.T
    x, y, z = np.moveaxis(
        np.where(xyz > _EDGE, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29), -1, 0
    )
    colours: np.ndarray = np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)
    return colours


def vectors(
    images: Real[np.ndarray, "pictures side side 3"],
) -> Float64[np.ndarray, "pictures side*side*3"]:
    """Sorted coordinates (B, K) of all pixels of images (B, S, S, 3), over the root of M pixels."""
    colours = lab(images).reshape(len(images), -1, 3)
    ordered: np.ndarray = np.sort(colours, axis=1) / np.sqrt(colours.shape[1])
    return ordered.reshape(len(images), -1)


def metric(network: str | Path, device: str | torch.device) -> VectorMetric:
    """The metric; no network is used."""
    return VectorMetric("colour", vectors, is_smooth=False)
