"""How sharp reconstructions are: energies of gradients and of spatial frequencies.

A style loss is made of what is fine, so a blurred decoder changes its level; this says by how much
a model blurs.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float, Integer, UInt8
from scipy.fft import dctn

BANDS = ("gradients", "low", "middle", "high")
_PICTURES = 1000  # of each split at most, evenly spaced
_ROWS = 128  # at a time


def energies(images: Float[np.ndarray, "pictures side side 3"]) -> Float[np.ndarray, " 4"]:
    """Energy of some pictures in each of BANDS, summed over pictures and channels.

    ``gradients`` is the sum of squared differences of neighbouring pixels, across and down. The
    others are sums of squared coefficients of the orthonormal cosine transform (DCT-II, Ahmed et
    al. 1974; all three together are the squared differences from the mean colour) of frequencies
    below S/16 cycles per picture, from there to below S/4, and from S/4 on: an eighth and a half of
    the highest that a row of S pixels can hold. Cosines, not Fourier's waves: these see an edge
    where a picture's right side does not go on at its left, and call it fine detail.

    Args:
        images: float, on any scale.
    """
    size = images.shape[1]
    gradients = sum(float((np.diff(images, axis=axis) ** 2).sum()) for axis in (1, 2))
    power = dctn(images, axes=(1, 2), norm="ortho") ** 2
    cycles = np.hypot(*np.meshgrid(*[np.arange(size) / 2] * 2))
    by_frequency = power.sum(axis=(0, 3))
    by_frequency[0, 0] = 0.0  # the mean colour
    low, high = cycles < size / 16, cycles >= size / 4
    bands = [by_frequency[band].sum() for band in (low, ~(low | high), high)]
    return np.array([gradients, *bands], float)


def sharpness(
    reconstruct: Callable[[np.ndarray], np.ndarray],
    images: UInt8[np.ndarray, "pictures side side 3"],
    splits: Mapping[str, Integer[np.ndarray, " rows"]],
) -> pd.DataFrame:
    """Energy of reconstructions over that of their originals.

    Args:
        reconstruct: pictures (N, S, S, 3) uint8 to what a model makes of them, floats on the same
            scale.
        images: uint8, also memory-mapped.
        splits: rows of each split, of which at most 1,000 are looked at.

    Returns:
        Columns split, band and ratio: 1 for what is as sharp as the originals, 0 for what has
        nothing in the band; NaN where the originals have nothing. A split without pictures is left
        out.
    """
    rows: list[tuple[str, str, float]] = []
    for split, chosen in splits.items():
        if not len(chosen):
            continue
        some = chosen[np.unique(np.linspace(0, len(chosen) - 1, _PICTURES).round().astype(int))]
        totals = np.zeros((2, len(BANDS)))
        for start in range(0, len(some), _ROWS):
            originals = np.asarray(images[some[start : start + _ROWS]])
            totals[0] += energies(np.asarray(reconstruct(originals), np.float64))
            totals[1] += energies(originals.astype(np.float64))
        of_originals = np.where(totals[1] > 0, totals[1], np.nan)
        rows += [(split, *pair) for pair in zip(BANDS, totals[0] / of_originals, strict=True)]
    return pd.DataFrame(rows, columns=["split", "band", "ratio"])
