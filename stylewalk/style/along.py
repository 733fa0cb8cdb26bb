"""Distances along trajectories, with every image in the style network once for all metrics."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float, Float64, Real
from torch import Tensor

from stylewalk.errors import StylewalkError
from stylewalk.style.gram import gram_vectors, layer_style_loss
from stylewalk.style.network import Features, Images, StyleNetwork
from stylewalk.style.pairwise import Losses

JOINT = "all layers"
"""Name of the part of a metric that compares all its layers together."""
_PIXELS = 64 * 64


@runtime_checkable
class FeatureDistance(Protocol):
    """How the features of one layer are compared, or of :data:`JOINT` those of all by name."""

    def represent(self, layer: str, features: Any) -> Float[Tensor, "pictures *shown"]:
        """Features (B, N, M) to what is compared, (B, ...)."""

    def distance(
        self, layer: str, a: Float[Tensor, "pairs *shown"], b: Float[Tensor, "pairs *shown"]
    ) -> Float[Tensor, " pairs"]:
        """Distances (B,) of two images by what :meth:`represent` gives: 0 for equal ones."""

    def vectors(self, layer: str, features: Any) -> Float[Tensor, "pictures numbers"]:
        """Vectors (B, K) whose squared Euclidean distances are the distances, to rounding."""


class Gram:
    """The style loss of Gatys, Ecker and Bethge 2015."""

    def represent(
        self, layer: str, features: Float[Tensor, "pictures maps pixels"]
    ) -> Float[Tensor, "pictures maps pixels"]:
        """The features themselves: see :func:`stylewalk.style.gram.layer_style_loss`."""
        return features

    def distance(
        self,
        layer: str,
        a: Float[Tensor, "pairs maps pixels"],
        b: Float[Tensor, "pairs maps pixels"],
    ) -> Float[Tensor, " pairs"]:
        """Style loss (B,) of one layer."""
        return layer_style_loss(a, b)

    def vectors(
        self, layer: str, features: Float[Tensor, "pictures maps pixels"]
    ) -> Float[Tensor, "pictures numbers"]:
        """Scaled Gram matrices."""
        return gram_vectors(features)


@torch.inference_mode()
def follow(
    network: StyleNetwork,
    images: Real[np.ndarray, "trajectories points height width 3"],
    distances: Mapping[str, tuple[FeatureDistance, Sequence[str]]],
    batch_size: int | None = None,
    device: str | torch.device = "cpu",
    progress: Callable[[int, int], None] | None = None,
    more_pairs: Sequence[tuple[int, int]] = (),
) -> dict[str, Losses]:
    """Distances of every step of trajectories; every image passes the network once.

    Args:
        network: the style network; it is moved to ``device``.
        images: (P, T, H, W, 3), P trajectories of T images, uint8 or float on a 0..255 scale; may
            be mapped from a file. Give decoded images as floats: the rounding of uint8 outweighs
            small steps.
        distances: by name, how layers are compared, and which of the network's.
        batch_size: images of 64 x 64 pixels in one pass; of larger ones fewer are taken, so that
            the memory stays the same. None takes 16 on a CPU, whose caches hold no more, else 64.
        device: where to compute.
        progress: called with the images done and the images in all.
        more_pairs: points of a trajectory between which the distance is wanted, too.

    Returns:
        By name and layer the distances (P, T - 1 + more pairs), float64: of the steps, then of the
        other pairs.

    Raises:
        StylewalkError: a distance is not finite.
    """
    count, points, height, width, _ = images.shape
    flat = images.reshape(count * points, height, width, 3)
    batch = images_at_once(batch_size, height * width, device)
    network.to(device)
    wanted = {
        (name, layer): _Series(kind, layer, count, points, more_pairs)
        for name, (kind, layers) in distances.items()
        for layer in layers
    }
    for start in range(0, len(flat), batch):
        features = network(as_network_takes(flat[start : start + batch]))
        for (_, layer), series in wanted.items():
            series.take(start, features_of(layer, features))
        if progress:
            progress(min(start + batch, len(flat)), len(flat))
    all_losses: dict[str, Losses] = {name: {} for name in distances}
    for (name, layer), series in wanted.items():
        all_losses[name][layer] = series.distances()
    for name, losses in all_losses.items():
        check_finite(losses, network, name)
    return all_losses


def features_of(part: str, features: Features) -> Any:
    """What a part of a metric compares: the features of a layer, or those of all by name."""
    return features if part == JOINT else features[part]


class _Series:
    """The distances of one layer along P trajectories of T images, which come batch by batch."""

    def __init__(
        self,
        kind: FeatureDistance,
        layer: str,
        count: int,
        points: int,
        more_pairs: Sequence[tuple[int, int]],
    ):
        self.kind, self.layer, self.points, self.more_pairs = kind, layer, points, more_pairs
        # Between each image and the next, last image of one trajectory to first of another
        # included: that column of the table is dropped at the end.
        self.steps = np.zeros(count * points)
        self.others = np.zeros((count, len(more_pairs)))
        self.ends = {point for pair in more_pairs for point in pair}
        self.last: Tensor | None = None
        self.kept: dict[int, Tensor] = {}  # by the point of the present trajectory

    def take(self, start: int, features: Any) -> None:
        """The features of the images from ``start`` on."""
        shown = self.kind.represent(self.layer, features)
        if self.last is not None:
            self.steps[start - 1] = self._distance(self.last, shown[:1])
        inner = self.kind.distance(self.layer, shown[:-1], shown[1:]).cpu().numpy()
        self.steps[start : start + len(inner)] = inner
        self.last = shown[-1:].clone()  # a copy: a view would keep the whole batch
        for place in range(start, start + len(shown)) if self.ends else ():
            trajectory, point = divmod(place, self.points)
            if point in self.ends:
                self.kept[point] = shown[[place - start]]  # a copy
            if point == max(self.ends):
                pairs = [(self.kept[a], self.kept[b]) for a, b in self.more_pairs]
                self.others[trajectory] = [self._distance(a, b) for a, b in pairs]

    def _distance(self, a: Tensor, b: Tensor) -> float:
        return self.kind.distance(self.layer, a, b).item()

    def distances(self) -> Float64[np.ndarray, "trajectories distances"]:
        """(P, T - 1 + more pairs): of the steps, then of the other pairs."""
        within = self.steps.reshape(-1, self.points)[:, :-1]
        return np.concatenate([within, self.others], axis=1)


def trajectory_style_loss(
    network: StyleNetwork,
    images: Real[np.ndarray, "trajectories points height width 3"],
    layer_weights: Mapping[str, float] | None = None,
    batch_size: int | None = None,
    device: str | torch.device = "cpu",
    progress: Callable[[int, int], None] | None = None,
    more_pairs: Sequence[tuple[int, int]] = (),
) -> Losses:
    """Style loss of every step of trajectories: see :func:`follow`.

    Args:
        layer_weights: weight of each of the network's layers; None gives each 1 / (their number).
        network, images, batch_size, device, progress, more_pairs: as there.

    Returns:
        Layer to style loss (P, T - 1 + more pairs), float64, unweighted; and ``total``, the
        weighted sum.

    Raises:
        StylewalkError: the weights are of other layers than the network's, or a loss is not finite.
    """
    weights = check_weights(network.layers, layer_weights)
    distances = {"style loss": (Gram(), network.layers)}
    losses = follow(network, images, distances, batch_size, device, progress, more_pairs)
    return with_total(losses["style loss"], weights)


def with_total(
    losses: dict[str, Float64[np.ndarray, "*shape"]], weights: Mapping[str, float]
) -> dict[str, Float64[np.ndarray, "*shape"]]:
    """The losses of layers, and ``total``, their weighted sum."""
    total = sum((weights[layer] * loss for layer, loss in losses.items()), np.zeros(()))
    return {**losses, "total": np.asarray(total)}


def images_at_once(batch_size: int | None, pixels: int, device: str | torch.device) -> int:
    """Images of so many pixels in one pass."""
    batch_size = batch_size or (16 if torch.device(device).type == "cpu" else 64)
    # ASSUME: 64 x 64 pixels are what batch_size counts, because the report's images have this size.
    return max(1, batch_size * _PIXELS // max(pixels, _PIXELS))


def as_network_takes(images: Real[np.ndarray, "pictures height width 3"]) -> Images:
    """Images (B, H, W, 3) as the network's forward wants them: floats with channels first."""
    batch = torch.from_numpy(np.array(images))
    return batch.permute(0, 3, 1, 2) if batch.is_floating_point() else batch


def check_weights(
    layers: Sequence[str], layer_weights: Mapping[str, float] | None
) -> Mapping[str, float]:
    """The weights given, one for each layer; None gives each the same.

    Raises:
        StylewalkError: they are of other layers.
    """
    if layer_weights is None:
        return dict.fromkeys(layers, 1 / len(layers))
    if set(layer_weights) != set(layers):
        raise StylewalkError(
            f"Layer weights are given for {', '.join(layer_weights)}, "
            f"but the style network gives {', '.join(layers)}: give one for each."
        )
    return layer_weights


def check_finite(
    losses: Mapping[str, Float64[np.ndarray, "..."]], network: StyleNetwork, what: str
) -> None:
    """Refuse a network that does not suit the images."""
    broken = [layer for layer, values in losses.items() if not np.isfinite(values).all()]
    if broken:
        raise StylewalkError(
            f"The {what} of {', '.join(broken)} is not finite. The weights of the style network "
            f"({network.description['source']}) do not suit images of 0 to 255: give others."
        )
