"""Metrics of the features of a style network: what :mod:`stylewalk.style.metrics` share."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Real, UInt8

from stylewalk.errors import NotFitted, StylewalkError
from stylewalk.registry import Settings
from stylewalk.style.along import (
    FeatureDistance,
    as_network_takes,
    check_finite,
    check_weights,
    features_of,
    follow,
    images_at_once,
    with_total,
)
from stylewalk.style.layout import LAYERS
from stylewalk.style.network import Features, StyleNetwork, full_precision, load_network
from stylewalk.style.pairwise import Losses, Squares, squared_distances

BALANCED = "balanced"
Fitted = Mapping[str, np.ndarray]  # of all shapes
LayerWeights = Sequence[float] | str | None
Fit = Callable[..., Fitted]
Make = Callable[..., "NetworkMetric"]


def layer_settings(
    what: str, layers: Sequence[str] = LAYERS, weights: LayerWeights = None
) -> Settings:
    """The settings of a metric of layers.

    Args:
        what: what is compared of each layer.
        layers, weights: the defaults.
    """
    return {
        "layers": {
            "description": f"Convolutions whose {what} are compared.",
            "type": "array",
            "items": {"type": "string", "pattern": "^conv[1-5]_[1-4]$"},
            "minItems": 1,
            "uniqueItems": True,
            "default": list(layers),
        },
        "layer_weights": {
            "description": (
                "Weight of each layer in the sum; null gives every layer the same, balanced makes "
                "every layer count alike between artworks of the study."
            ),
            "type": ["array", "string", "null"],
            "items": {"type": "number", "minimum": 0},
            "pattern": f"^{BALANCED}$",
            "default": weights,
        },
        "tap": {
            "description": "Take features after the ReLU or directly after the convolution.",
            "enum": ["relu", "convolution"],
            "default": "relu",
        },
        "pooling": {
            "description": "Pooling between the blocks of the network.",
            "enum": ["max", "average"],
            "default": "max",
        },
    }


class NetworkMetric:
    """Distances of features, layer by layer, and their weighted sum.

    Args:
        network: the file of a style network, which is read when it is needed; or one at hand.
        kind: how features are compared.
        layers: convolutions of the network; None takes all of one at hand.
        layer_weights: weight of each layer in the sum; None gives each 1 / (their number).
        device: where to compute. tap, pooling: as :func:`stylewalk.style.network.load_network`.
        parts: what the distance is a weighted sum of: the layers, or :data:`JOINT`, for which
            ``kind`` is given the features of all layers by name.
    """

    def __init__(
        self,
        network: str | Path | StyleNetwork,
        kind: FeatureDistance,
        layers: Sequence[str] | None = None,
        layer_weights: Mapping[str, float] | None = None,
        device: str | torch.device = "cpu",
        tap: str = "relu",
        pooling: str = "max",
        parts: Sequence[str] | None = None,
    ):
        if isinstance(network, StyleNetwork):
            layers, tap, pooling = layers or network.layers, network.tap, network.pooling
        self.file, self.kind, self.device = network, kind, device
        self.layers, self.tap, self.pooling = list(layers or LAYERS), tap, pooling
        self.parts = list(parts or self.layers)
        self.weights = check_weights(self.parts, layer_weights)

    @cached_property
    def network(self) -> StyleNetwork:
        """The network, as far as the deepest of the layers."""
        if isinstance(self.file, StyleNetwork):
            return self.file
        return load_network(self.file, self.layers, self.tap, self.pooling)

    def embed(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float[torch.Tensor, "batch numbers"]:
        """Vectors (B, K) whose squared Euclidean distances are the metric's, to rounding.

        Gradients reach the images, float (B, 3, S, S) on a 0..255 scale.
        """
        with full_precision():
            features = self.network.features_of(images)
            shown = [
                self.weights[part] ** 0.5
                * self.kind.vectors(part, features_of(part, features)).flatten(1)
                for part in self.parts
            ]
            return torch.cat(shown, dim=1)

    def between(
        self,
        images: Real[np.ndarray, "trajectories points side side 3"],
        more_pairs: Sequence[tuple[int, int]] = (),
    ) -> Losses:
        """Distances along trajectories: see :mod:`stylewalk.style.metrics`."""
        return along({"style distance": self}, self.network, images, more_pairs)["style distance"]

    def pairwise(self, images: UInt8[np.ndarray, "pictures side side 3"]) -> Squares:
        """Distances of every two images: see :mod:`stylewalk.style.metrics`."""
        name = "style distance between artworks"
        return every_two({name: self}, self.network, images)[name]


def along(
    metrics: Mapping[str, NetworkMetric],
    network: StyleNetwork,
    images: Real[np.ndarray, "trajectories points side side 3"],
    more_pairs: Sequence[tuple[int, int]],
    batch_size: int | None = None,
) -> dict[str, Losses]:
    """Distances along trajectories by metrics of one network, in one pass of it.

    Args:
        metrics, network: by name; what they measure on.
        images, more_pairs: as of ``between``, see :mod:`stylewalk.style.metrics`.
        batch_size: as of :func:`stylewalk.style.along.follow`.
    """
    distances = {name: (metric.kind, metric.parts) for name, metric in metrics.items()}
    device = next(iter(metrics.values())).device
    losses = follow(network, images, distances, batch_size, device, more_pairs=more_pairs)
    return {name: with_total(losses[name], metric.weights) for name, metric in metrics.items()}


def every_two(
    metrics: Mapping[str, NetworkMetric],
    network: StyleNetwork,
    images: UInt8[np.ndarray, "pictures side side 3"],
) -> dict[str, Squares]:
    """Distances of every two images by metrics of one network, in one pass of it."""
    vectors: dict[tuple[str, str], list[np.ndarray]] = {}
    for features in batches_of_features(network, images, next(iter(metrics.values())).device):
        for name, metric in metrics.items():
            for part in metric.parts:
                shown = metric.kind.vectors(part, features_of(part, features)).cpu().numpy()
                vectors.setdefault((name, part), []).append(shown)
    squares: dict[str, Squares] = {}
    for name, metric in metrics.items():
        # Taken out one by one: those of all layers are large.
        losses = {
            part: squared_distances(np.concatenate(vectors.pop((name, part))))
            for part in metric.parts
        }
        squares[name] = with_total(losses, metric.weights)
        check_finite(squares[name], network, name)
    return squares


@torch.inference_mode()
def batches_of_features(
    network: StyleNetwork,
    images: UInt8[np.ndarray, "pictures side side 3"],
    device: str | torch.device,
) -> Iterator[Features]:
    """Features (B, maps, pixels) by layer of images (N, S, S, 3), some images at a time."""
    network.to(device)
    batch = images_at_once(None, images.shape[1] * images.shape[2], device)
    for start in range(0, len(images), batch):
        yield network(as_network_takes(images[start : start + batch]))


def plain(kind: FeatureDistance) -> tuple[Fit, Make]:
    """The functions ``fit`` and ``metric`` of a metric that has no settings but those of layers.

    Args:
        kind: how features are compared.
    """

    def fit(
        network: str | Path,
        device: str | torch.device,
        images: UInt8[np.ndarray, "pictures side side 3"],
        **settings: Any,
    ) -> Fitted:
        """The scales of the layers between artworks, where the weights follow them."""
        return scales(kind, network, device, images, **settings)

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
        """The metric on the network of a file."""
        weights = weights_of(layers, layer_weights, fitted)
        return NetworkMetric(network, kind, layers, weights, device, tap, pooling)

    return fit, metric


def scales(
    kind: FeatureDistance,
    network: str | Path,
    device: str | torch.device,
    images: UInt8[np.ndarray, "pictures side side 3"],
    *,
    layers: Sequence[str],
    layer_weights: LayerWeights,
    tap: str,
    pooling: str,
) -> Fitted:
    """The median distance of each layer between artworks, where the weights follow it.

    Args:
        kind: how features are compared.
        network, device: of the metric, as the rest of its settings.
        images: (N, S, S, 3) uint8 of a study, in random order, N >= 2.

    Returns:
        ``scale`` (layers,); nothing where the weights are not balanced.

    Raises:
        StylewalkError: a layer is the same for half of the artworks.
    """
    if layer_weights != BALANCED:
        return {}
    metric = NetworkMetric(network, kind, layers, None, device, tap, pooling)
    losses = metric.between(images[None])
    scale = np.array([np.median(losses[layer]) for layer in layers])
    if not (scale > 0).all():
        same = ", ".join(np.array(layers)[~(scale > 0)])
        raise StylewalkError(
            f"The features of {same} are the same for most of the study's artworks, so that no "
            "weight makes them count: name other layers, or give layer_weights."
        )
    return {"scale": scale}


def weights_of(
    layers: Sequence[str], given: LayerWeights, fitted: Fitted
) -> Mapping[str, float] | None:
    """The weight of each layer: as the config gives them, or such that each counts alike.

    Raises:
        NotFitted: each is to count alike on the artworks of a study, and no scales are given.
        StylewalkError: scales or weights are not as many as the layers.
    """
    if isinstance(given, str):
        if "scale" not in fitted:
            raise NotFitted(
                "Balanced layer weights come from the pictures of a study, and none were given."
            )
        scale = fitted["scale"].tolist()
        _check_count(layers, scale, "scales that balance the layers")
        return {name: 1 / (len(layers) * s) for name, s in zip(layers, scale, strict=True)}
    if given is not None:
        _check_count(layers, given, "layer weights")
        return dict(zip(layers, given, strict=True))
    return None


def _check_count(layers: Sequence[str], given: Sequence[float], what: str) -> None:
    if len(given) != len(layers):
        raise StylewalkError(
            f"There are {len(given)} {what}, and {len(layers)} layers ({', '.join(layers)}): a "
            "metric takes the layers that it was fitted on, and one weight for each."
        )


def check_numbers(
    shown: Float[torch.Tensor, "pictures numbers"], fitted: int, layers: Sequence[str]
) -> None:
    """Refuse what a metric took from artworks through other layers, or another network.

    Args:
        shown: what the network says of pictures now.
        fitted: numbers of each picture when the metric was fitted.
        layers: of the network now.
    """
    if shown.shape[1] != fitted:
        raise StylewalkError(
            f"The style metric was fitted on {fitted:,} numbers of each picture, and the style "
            f"network gives {shown.shape[1]:,} at {', '.join(layers)}: a metric takes the layers "
            "and the network that it was fitted on."
        )
