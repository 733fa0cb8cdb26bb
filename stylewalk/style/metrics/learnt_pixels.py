"""A metric learnt like ``calibrated``, but from pixels: what learning alone, without style, can do.

Small pictures of 16 x 16 pixels, projected on the directions that
:mod:`stylewalk.style.calibration` learns. Where it is as good as ``calibrated``, that metric owes
nothing to what the style network sees.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from jaxtyping import Float64, Real, UInt8

from stylewalk.errors import NotFitted
from stylewalk.registry import Settings
from stylewalk.style import learning
from stylewalk.style.validity import WITHOUT
from stylewalk.style.vector_metric import VectorMetric

DESCRIPTION = "Learnt as calibrated is, but from pixels: a baseline of learning without style."
LEARNS = True
IS_STYLE = False
SETTINGS: Settings = learning.SETTINGS
_SIDE = 16


def describe(
    images: Real[np.ndarray, "pictures side side 3"],
) -> Float64[np.ndarray, "pictures numbers"]:
    """Means of the squares of a 16 x 16 grid, 0 to 1; of pictures that are smaller, the pixels."""
    count, size = images.shape[:2]
    edges = np.linspace(0, size, min(_SIDE, size) + 1).round().astype(int)[:-1]
    small = np.add.reduceat(images.astype(np.float64), edges, axis=1)
    small = np.add.reduceat(small, edges, axis=2)
    heights = np.diff([*edges, size])
    small /= 255 * np.outer(heights, heights)[None, :, :, None]
    flat: np.ndarray = small.reshape(count, -1)
    return flat


def fit(
    network: str | Path,
    device: str | torch.device,
    images: UInt8[np.ndarray, "pictures side side 3"],
    rows: pd.DataFrame,
    *,
    learn_from: str | None,
    artworks: int,
    shrinkage: float | None,
) -> dict[str, np.ndarray]:
    """Directions learnt from artworks, and those learnt without each class.

    Args:
        network, device: not used.
        images: (M, S, S, 3) uint8 of all artworks.
        rows: table ARTWORKS of those that may be learnt from, in random order.
        learn_from, artworks, shrinkage: see SETTINGS.

    Raises:
        StylewalkError: fewer than two labels have two or more of these artworks.
    """
    return learning.learn_all(describe, images, rows, learn_from, artworks, shrinkage)


def metric(
    network: str | Path,
    device: str | torch.device,
    *,
    learn_from: str | None,
    artworks: int,
    shrinkage: float | None,
    fitted: Mapping[str, np.ndarray],
) -> VectorMetric:
    """The metric; no network is used.

    Raises:
        NotFitted: nothing was learnt.
    """
    if not {"all/offset", "all/directions"} <= fitted.keys():
        raise NotFitted(
            "A metric of learnt pixels learns from the pictures of a study, and none were given."
        )
    return VectorMetric("learnt pixels", _projected(fitted, "all"))


def without(
    network: str | Path,
    device: str | torch.device,
    *,
    learn_from: str | None,
    artworks: int,
    shrinkage: float | None,
    fitted: Mapping[str, np.ndarray],
) -> Mapping[str, VectorMetric]:
    """By class the metric that was learnt without it."""
    names = [key.removesuffix("/directions") for key in fitted if key.endswith("/directions")]
    return {
        name.removeprefix(WITHOUT): VectorMetric("learnt pixels", _projected(fitted, name))
        for name in names
        if name.startswith(WITHOUT)
    }


def _projected(
    fitted: Mapping[str, np.ndarray], name: str
) -> Callable[
    [Real[np.ndarray, "pictures side side 3"]], Float64[np.ndarray, "pictures directions"]
]:
    offset, directions = (fitted[f"{name}/{key}"] for key in ("offset", "directions"))

    def vectors(
        images: Real[np.ndarray, "pictures side side 3"],
    ) -> Float64[np.ndarray, "pictures directions"]:
        projected: np.ndarray = (describe(images) - offset) @ directions
        return projected

    return vectors
