"""Means and deviations of the channels, as adaptive instance normalisation moves them.

Huang and Belongie 2017, *Arbitrary style transfer in real-time with adaptive instance
normalization*: the style of a picture is taken to be the mean and the standard deviation of every
channel. Here each is standardised over artworks of the study, so that every one counts alike.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, UInt8
from torch import Tensor

from stylewalk.errors import NotFitted
from stylewalk.style.network import load_network
from stylewalk.style.network_metric import (
    Fitted,
    LayerWeights,
    NetworkMetric,
    batches_of_features,
    check_numbers,
    layer_settings,
    scales,
    weights_of,
)

DESCRIPTION = (
    "Mean squared differences of channel means and deviations, standardised over the study's "
    "artworks."
)
SETTINGS = layer_settings("channel statistics")


class ChannelStatistics:
    """Means and standard deviations of channels over pixels, standardised.

    Args:
        centre, spread: by layer, the mean and the standard deviation (2 N,) of each statistic.
    """

    def __init__(
        self,
        centre: Mapping[str, Float[Tensor, " _statistics"]],
        spread: Mapping[str, Float[Tensor, " _statistics"]],
    ):
        self.centre, self.spread = centre, spread

    def represent(
        self, layer: str, features: Float[Tensor, "pictures maps pixels"]
    ) -> Float[Tensor, "pictures 2*maps"]:
        """Features (B, N, M) to standardised statistics (B, 2 N)."""
        centre, spread = (of[layer].to(features.device) for of in (self.centre, self.spread))
        raw = statistics(features)
        check_numbers(raw, len(centre), [layer])
        return (raw - centre) / spread

    def distance(
        self, layer: str, a: Float[Tensor, "pairs statistics"], b: Float[Tensor, "pairs statistics"]
    ) -> Float[Tensor, " pairs"]:
        """Mean squared differences (B,)."""
        return (a - b).square().mean(dim=1)

    def vectors(
        self, layer: str, features: Float[Tensor, "pictures maps pixels"]
    ) -> Float[Tensor, "pictures 2*maps"]:
        """The statistics over the root of their number."""
        vectors: Tensor = self.represent(layer, features) / (2 * features.shape[1]) ** 0.5
        return vectors


def statistics(
    features: Float[Tensor, "pictures maps pixels"],
) -> Float[Tensor, "pictures 2*maps"]:
    """Mean and standard deviation over pixels of features (B, N, M): (B, 2 N)."""
    mean = features.mean(dim=2)
    # Not torch.var, which takes five times as long where channels come last.
    variance = features.square().mean(dim=2) - mean.square()
    return torch.cat([mean, variance.clamp(min=0).sqrt()], dim=1)


def fit(
    network: str | Path,
    device: str | torch.device,
    images: UInt8[np.ndarray, "pictures side side 3"],
    *,
    layers: Sequence[str],
    layer_weights: LayerWeights,
    tap: str,
    pooling: str,
) -> Fitted:
    """Mean and deviation of every statistic over artworks (N, S, S, 3); 1 where it never varies."""
    at_hand = load_network(network, layers, tap, pooling)
    parts = [
        {layer: statistics(features[layer]).double().cpu().numpy() for layer in layers}
        for features in batches_of_features(at_hand, images, device)
    ]
    fitted: dict[str, np.ndarray] = {}
    for layer in layers:
        values = np.concatenate([part[layer] for part in parts])
        spread = values.std(axis=0)
        fitted[f"centre/{layer}"] = values.mean(axis=0)
        fitted[f"spread/{layer}"] = np.where(spread > 0, spread, 1.0)
    same: Any = {"layers": layers, "layer_weights": layer_weights, "tap": tap, "pooling": pooling}
    return {**fitted, **scales(_kind(layers, fitted), network, device, images, **same)}


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
    """The metric on the network of a file.

    Raises:
        NotFitted: the statistics of the study's artworks are not given.
    """
    weights = weights_of(layers, layer_weights, fitted)
    kind = _kind(layers, fitted)
    return NetworkMetric(network, kind, layers, weights, device, tap, pooling)


def _kind(layers: Sequence[str], fitted: Fitted) -> ChannelStatistics:
    missing = [
        layer for layer in layers if not {f"centre/{layer}", f"spread/{layer}"} <= fitted.keys()
    ]
    if missing:
        raise NotFitted(
            "Channel statistics are standardised over the pictures of a study, and none were given "
            f"at {', '.join(missing)}."
        )
    centre, spread = (
        {layer: torch.from_numpy(fitted[f"{name}/{layer}"]).float() for layer in layers}
        for name in ("centre", "spread")
    )
    return ChannelStatistics(centre, spread)
