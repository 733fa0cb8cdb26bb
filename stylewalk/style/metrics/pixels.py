"""Mean squared differences of pixels: what any metric of style has to be better than."""

from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32, Real

from stylewalk.registry import Settings
from stylewalk.style.vector_metric import VectorMetric

DESCRIPTION = "Mean squared differences of pixels in 0 to 1: a baseline, no style."
SETTINGS: Settings = {}
IS_STYLE = False


def vectors(
    images: Real[np.ndarray, "pictures side side 3"],
) -> Float32[np.ndarray, "pictures side*side*3"]:
    """Pixels (B, S, S, 3) on a 0..255 scale to (B, K) over the root of their number."""
    flat = images.reshape(len(images), -1).astype(np.float32) / 255
    scaled: np.ndarray = flat / np.sqrt(np.float32(flat.shape[1]))
    return scaled


def metric(network: str | Path, device: str | torch.device) -> VectorMetric:
    """The metric; no network is used."""
    return VectorMetric("pixels", vectors)
