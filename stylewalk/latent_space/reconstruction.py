"""How well pictures come back: their errors beside PCA's, and how sharp they are.

A style loss is made of what is fine, so a blurred decoder changes its level; the energies of
gradients and of spatial frequencies say by how much a model blurs. Intervals are over pictures.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from jaxtyping import Float, Integer, UInt8
from scipy.fft import dctn

BANDS = ("gradients", "low", "middle", "high")
_PICTURES = 1000  # of each split at most, evenly spaced
_ROWS = 128  # at a time
_RESAMPLES = 2000
_RATIO = ["ratio", "low", "high"]


def energies(
    images: Float[np.ndarray, "pictures side side 3"],
) -> Float[np.ndarray, "pictures 4"]:
    """Energy of each picture in each of BANDS, summed over channels.

    ``gradients`` is the sum of squared differences of neighbouring pixels, across and down. The
    others are sums of squared coefficients of the orthonormal cosine transform (DCT-II, Ahmed et
    al. 1974; all three together are the squared differences from the mean colour) of frequencies
    below S/16 cycles per picture, from there to below S/4, and from S/4 on: an eighth and a half of
    the highest that a row of S pixels can hold. Cosines, not Fourier's waves: these see an edge
    where a picture's right side does not go on at its left, and call it fine detail.

    Args:
        images: float, on any scale.
    """
    size, each = images.shape[1], (1, 2, 3)
    gradients = sum((np.diff(images, axis=axis) ** 2).sum(axis=each) for axis in (1, 2))
    power = (dctn(images, axes=(1, 2), norm="ortho") ** 2).sum(axis=3)
    cycles = np.hypot(*np.meshgrid(*[np.arange(size) / 2] * 2))
    power[:, 0, 0] = 0.0  # the mean colour
    low, high = cycles < size / 16, cycles >= size / 4
    bands = [power[:, band].sum(axis=1) for band in (low, ~(low | high), high)]
    return np.stack([gradients, *bands], axis=1)


def quality(
    reconstruct: Callable[[np.ndarray], np.ndarray],
    images: UInt8[np.ndarray, "pictures side side 3"],
    splits: Mapping[str, Integer[np.ndarray, " rows"]],
    pca_errors: Float[np.ndarray, " pictures"],
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Errors of reconstructions, and their energy over that of the originals.

    Args:
        reconstruct: pictures (N, S, S, 3) uint8 to what a model makes of them, floats on the same
            scale.
        images: uint8, also memory-mapped.
        splits: rows of each split, of which at most 1,000 are looked at.
        pca_errors: mean squared error of each picture by PCA, pixels in 0..1.
        rng: for the bootstrap over pictures.

    Returns:
        Both with one row for each split that has pictures. Errors: split, pictures, mse (pixels in
        0..1), over_pca (of the same pictures) with its 95 % interval low, high. Sharpness: split,
        band and ratio, low, high: 1 for what is as sharp as the originals, 0 for what has nothing
        in the band; NaN where the originals have nothing.
    """
    errors, sharpness = [], []
    for split, chosen in splits.items():
        if not len(chosen):
            continue
        some = chosen[np.unique(np.linspace(0, len(chosen) - 1, _PICTURES).round().astype(int))]
        mse, rebuilt, original = _measure(reconstruct, images, some)
        over = _ratios(
            np.column_stack([mse, rebuilt]),
            np.column_stack([pca_errors[some].astype(np.float64), original]),
            rng,
        )
        errors.append((split, len(some), mse.mean(), *over[0]))
        sharpness += [(split, band, *row) for band, row in zip(BANDS, over[1:], strict=True)]
    return (
        pd.DataFrame(errors, columns=["split", "pictures", "mse", "over_pca", "low", "high"]),
        pd.DataFrame(sharpness, columns=["split", "band", *_RATIO]),
    )


def _measure(
    reconstruct: Callable[[np.ndarray], np.ndarray], images: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean squared error (N,) of each picture, and energies (N, 4) of it and of its original."""
    mse, rebuilt, original = [], [], []
    for start in range(0, len(rows), _ROWS):
        before = np.asarray(images[rows[start : start + _ROWS]])
        after = np.asarray(reconstruct(before), np.float64)
        mse.append((((after - before) / 255) ** 2).mean(axis=(1, 2, 3)))
        rebuilt.append(energies(after))
        original.append(energies(before.astype(np.float64)))
    return np.concatenate(mse), np.concatenate(rebuilt), np.concatenate(original)


def _ratios(above: np.ndarray, below: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Sums (N, K) over pictures, one over the other, and 95 % percentile intervals: (K, 3)."""
    count = len(above)
    weights = rng.multinomial(count, np.full(count, 1 / count), size=_RESAMPLES).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = above.sum(axis=0) / below.sum(axis=0)
        drawn = (weights @ above) / (weights @ below)
    ends = np.full((2, len(ratio)), np.nan)
    for k in np.flatnonzero(np.isfinite(ratio) & (count > 1)):
        ends[:, k] = np.percentile(drawn[np.isfinite(drawn[:, k]), k], [2.5, 97.5])
    return np.column_stack([np.where(np.isfinite(ratio), ratio, np.nan), *ends])
