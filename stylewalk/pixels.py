"""Linear descriptions of pictures: their mean, their principal components, the linear VAE.

What a model of latent spaces has to be better than. Pixels lie in 0..1, and errors are means over
pixels and channels.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer, UInt8

from stylewalk.errors import StylewalkError
from stylewalk.files import atomic

_ROWS = 512  # pictures at a time: 25 MB of floats at 64 x 64
_FEW = 0.8  # of all components: with more, the full decomposition is as quick


def blocks(
    images: UInt8[np.ndarray, "pictures side side 3"], rows: Integer[np.ndarray, " rows"]
) -> Iterator[Float[np.ndarray, "_ pixels"]]:
    """Some pictures as rows of float32 pixels in 0..1, a few hundred at a time, in order."""
    for start in range(0, len(rows), _ROWS):
        chosen = np.asarray(images[rows[start : start + _ROWS]])
        yield chosen.reshape(len(chosen), -1).astype(np.float32) / 255


def mean_picture(
    images: UInt8[np.ndarray, "pictures side side 3"], rows: Integer[np.ndarray, " rows"]
) -> Float[np.ndarray, "side side 3"]:
    """The mean of some pictures, float32 in 0..1."""
    total = sum(block.sum(axis=0, dtype=np.float64) for block in blocks(images, rows))
    mean: np.ndarray = (np.asarray(total) / len(rows)).astype(np.float32)
    return mean.reshape(images.shape[1:])


@dataclass(frozen=True)
class Components:
    """Principal components of the pixels of some pictures.

    Attributes:
        mean: (D,) pixels in 0..1, D = S * S * 3.
        directions: (K, D) of unit length, the one of the largest variance first.
        variances: (K,) of the pictures along them, over their number.
        pictures: how many there were.
    """

    mean: Float[np.ndarray, " pixels"]
    directions: Float[np.ndarray, "components pixels"]
    variances: Float[np.ndarray, " components"]
    pictures: int


def principal_components(
    images: UInt8[np.ndarray, "pictures side side 3"],
    rows: Integer[np.ndarray, " rows"],
    count: int,
) -> Components:
    """The first principal components of some pictures, or all that they have.

    Randomised (Halko et al. 2011, by scikit-learn) where few of many are asked for. Of more
    pictures than pixels by their covariance, which takes no more memory however many there are:
    that of 64 x 64 pixels 0.6 GB, and 4,096 of their components 0.2 GB.

    Args:
        images: uint8, also memory-mapped.
        rows: the pictures to describe, at least 2.
        count: components at most; there are at most one fewer than pictures.
    """
    pixels = int(np.prod(images.shape[1:]))
    count = min(count, len(rows) - 1, pixels)
    if len(rows) > pixels and count < _FEW * pixels:
        return _of_covariance(images, rows, count)
    from sklearn.decomposition import PCA  # takes a second to import

    table = np.empty((len(rows), pixels), np.float32)
    for place, block in zip(range(0, len(rows), _ROWS), blocks(images, rows), strict=True):
        table[place : place + len(block)] = block
    few = count < _FEW * min(table.shape)
    settings = {"svd_solver": "randomized" if few else "full", "iterated_power": 7}
    mean = table.mean(axis=0, dtype=np.float64).astype(np.float32)
    table -= mean  # in place, so that scikit-learn's own centring finds nothing to do
    pca = PCA(count, copy=False, random_state=0, **settings).fit(table)
    variances = pca.singular_values_.astype(np.float64) ** 2 / len(rows)
    return Components(mean, pca.components_.astype(np.float32), variances, len(rows))


def _of_covariance(
    images: UInt8[np.ndarray, "pictures side side 3"],
    rows: Integer[np.ndarray, " rows"],
    count: int,
) -> Components:
    """The same from the covariance of the pixels, which is summed up block by block."""
    from sklearn.utils.extmath import randomized_svd

    mean = mean_picture(images, rows).ravel()
    covariance = np.zeros((len(mean), len(mean)), np.float32)
    for block in blocks(images, rows):
        centred = block - mean
        covariance += centred.T @ centred / np.float32(len(rows))
    # Eigenvalues fall twice as fast as singular values: half of the iterations do.
    _, variances, directions = randomized_svd(covariance, count, n_iter=4, random_state=0)
    return Components(mean, directions.astype(np.float32), variances.astype(np.float64), len(rows))


def write_components(path: str | os.PathLike[str], components: Components) -> None:
    """Write components, whole or not at all: the same bytes for the same."""
    with atomic(path) as temporary:
        np.savez(temporary, **vars(components))


def read_components(path: str | os.PathLike[str]) -> Components:
    """What :func:`write_components` wrote.

    Raises:
        StylewalkError: the file is absent or damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            parts = {name: arrays[name] for name in ("mean", "directions", "variances")}
            return Components(**parts, pictures=int(arrays["pictures"]))
    except Exception as error:  # on a damaged file, NumPy raises nearly everything
        raise StylewalkError(
            f"{path} cannot be read as principal components ({error}). Delete it and run again: "
            "the workflow makes it again."
        ) from error


def pca_errors(
    components: Components,
    images: UInt8[np.ndarray, "pictures side side 3"],
    rows: Integer[np.ndarray, " rows"],
    count: int,
) -> Float[np.ndarray, " rows"]:
    """Mean squared error of each picture rebuilt from its first components; 0 of them: the mean."""
    errors = []
    for block in blocks(images, rows):
        centred = block - components.mean
        scores = (centred @ components.directions[:count].T).astype(np.float64)
        squares = (centred.astype(np.float64) ** 2).sum(axis=1) - (scores**2).sum(axis=1)
        # A difference of sums that are rounded may fall below 0 where everything is rebuilt.
        errors.append(np.maximum(squares, 0.0) / len(components.mean))
    all_errors: np.ndarray = np.concatenate(errors)
    return all_errors


def clipped_pca_errors(
    components: Components,
    images: UInt8[np.ndarray, "pictures side side 3"],
    count: int,
) -> Float[np.ndarray, " pictures"]:
    """The same of all pictures, rebuilt and clipped to 0..1, as pictures of models are shown."""
    errors = []
    for block in blocks(images, np.arange(len(images))):
        scores = (block - components.mean) @ components.directions[:count].T
        rebuilt = np.clip(components.mean + scores @ components.directions[:count], 0, 1)
        errors.append(((block - rebuilt) ** 2).mean(axis=1, dtype=np.float64))
    all_errors: np.ndarray = np.concatenate(errors)
    return all_errors


def pca_error(
    components: Components,
    images: UInt8[np.ndarray, "pictures side side 3"],
    rows: Integer[np.ndarray, " rows"],
    count: int,
) -> float:
    """The mean over pictures of :func:`pca_errors`."""
    return float(pca_errors(components, images, rows, count).mean())


def active_components(components: Components, beta: float, latent_size: int) -> int:
    """How many latent dimensions the best linear VAE uses: those above the decoder's variance."""
    above = components.variances > decoder_variance(beta, len(components.mean))
    return int(min(above.sum(), latent_size))


def decoder_variance(beta: float, pixels: int) -> float:
    """The variance of a Gaussian decoder that a weight of the KL divergence stands for.

    The loss is ``SSE / D + beta * KL / 4096`` with D pixels; that of a decoder of variance v is
    ``SSE / (2 v) + KL`` (Kingma and Welling 2014), so v = beta * D / 8192.
    """
    return beta * pixels / 8192


def calibrated_beta(
    components: Components,
    images: UInt8[np.ndarray, "pictures side side 3"],
    rows: Integer[np.ndarray, " rows"],
) -> float:
    """The beta that stands for the decoder's best variance, of the best linear sigma-VAE.

    By maximum likelihood, probabilistic PCA with d components has the mean variance of the
    directions that it leaves out (Tipping and Bishop 1999, eq. 8), here over those pictures.

    Args:
        components: of these pictures, as many as the latent size.
        images: uint8. rows: the training split.
    """
    pixels, kept = len(components.mean), len(components.directions)
    left_out = pca_error(components, images, rows, kept) * pixels
    variance = left_out / max(pixels - kept, 1)
    return variance * 8192 / pixels


def linear_vae_error(
    components: Components,
    images: UInt8[np.ndarray, "pictures side side 3"],
    rows: Integer[np.ndarray, " rows"],
    beta: float,
    latent_size: int,
) -> float:
    """Mean squared error of the best linear VAE of a beta, with sampled latents, in closed form.

    Its encoder and decoder are those of probabilistic PCA (Tipping and Bishop 1999; for the VAE,
    Lucas et al. 2019): of a component with variance l above the decoder's variance v, a picture's
    score s is rebuilt as ``s (1 - v / l)``, with a noise of variance ``v (l - v) / l``.

    Args:
        components: of the training split.
        images: uint8. rows: the pictures that are rebuilt.
        beta: weight of the KL divergence, as in the family ``variational``.
        latent_size: dimensions at most.
    """
    variance = decoder_variance(beta, len(components.mean))
    active = active_components(components, beta, latent_size)
    of_active = components.variances[:active]
    noise = (variance * (of_active - variance) / of_active).sum()
    total = 0.0
    for block in blocks(images, rows):
        centred = block - components.mean
        scores = (centred @ components.directions[:active].T).astype(np.float64)
        total += (centred.astype(np.float64) ** 2).sum() - (scores**2).sum()
        total += ((scores * variance / of_active) ** 2).sum()
    return float((total / len(rows) + noise) / len(components.mean))
