"""The style loss of Gatys, Ecker and Bethge 2015: distances of Gram matrices of a VGG network."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from stylewalk.style.along import Gram
from stylewalk.style.network_metric import (
    Fitted,
    LayerWeights,
    NetworkMetric,
    layer_settings,
    scales,
    weights_of,
)

DESCRIPTION = "Style loss: squared distances of Gram matrices of the style network's features."
SETTINGS = layer_settings("Gram matrices")


def fit(
    network: str | Path, device: str | torch.device, images: np.ndarray, **settings: Any
) -> Fitted:
    """The scales of the layers between artworks of the study, where the weights follow them."""
    return scales(Gram(), network, device, images, **settings)


def metric(
    network: str | Path,
    device: str | torch.device,
    *,
    layers: Sequence[str],
    layer_weights: LayerWeights,
    tap: str,
    pooling: str,
    fitted: Fitted,
) -> NetworkMetric:
    """The metric on the network of a file; see :func:`stylewalk.style.network.load_network`."""
    weights = weights_of(layers, layer_weights, fitted)
    return NetworkMetric(network, Gram(), layers, weights, device, tap, pooling)
