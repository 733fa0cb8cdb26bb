"""Errors of linear reconstructions, which every model has to be better than."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Integer, UInt8

from stylewalk import pixels

MEAN, PCA, LINEAR_VAE, CALIBRATED = "mean picture", "PCA", "linear VAE", "linear sigma-VAE"
FEWER = (16, 64)  # components beside as many as the latent size


def error_of_mean_picture(table: pd.DataFrame, split: str = "validation") -> float:
    """The error of the mean picture in a table of BASELINES; NaN where it is not there."""
    mine = table[(table["split"] == split) & (table["baseline"] == MEAN)]
    return float(mine["mse"].iloc[0]) if len(mine) else np.nan


def baselines(
    components: pixels.Components,
    images: UInt8[np.ndarray, "pictures side side 3"],
    splits: Mapping[str, Integer[np.ndarray, " rows"]],
    latent_size: int,
    betas: Sequence[float | str] = (),
) -> pd.DataFrame:
    """Mean squared errors of the mean picture, of PCA and of linear VAEs, on each split.

    Args:
        components: of the training split, as many as the latent size or all that it has.
        images: uint8, also memory-mapped.
        splits: rows of ``training`` and of ``validation``.
        latent_size: the most components; there are never more than training pictures less one.
        betas: weights of KL divergences in the study; ``calibrated`` stands for the one that
            follows from the decoder's best variance.

    Returns:
        The columns of BASELINES: for each split that has pictures, a row of the mean picture, of
        PCA with 16, 64 and ``latent_size`` components, and of the best linear VAE of each beta,
        with its active dimensions as components and latents that are sampled.
    """
    most = len(components.directions)
    counts = sorted({min(count, most) for count in (*FEWER, latent_size) if count <= latent_size})
    known: list[tuple[str, float]] = []
    for beta in dict.fromkeys(betas):
        if isinstance(beta, str):
            known.append(
                (CALIBRATED, pixels.calibrated_beta(components, images, splits["training"]))
            )
        else:
            known.append((LINEAR_VAE, float(beta)))
    rows: list[tuple[str, str, int, float, float]] = []
    for split, chosen in splits.items():
        if not len(chosen):
            continue
        for name, count in [(MEAN, 0), *((PCA, count) for count in counts)]:
            rows.append(
                (split, name, count, np.nan, pixels.pca_error(components, images, chosen, count))
            )
        for name, beta in known:
            active = pixels.active_components(components, beta, latent_size)
            error = pixels.linear_vae_error(components, images, chosen, beta, latent_size)
            rows.append((split, name, active, beta, error))
    return pd.DataFrame(rows, columns=["split", "baseline", "components", "beta", "mse"])
