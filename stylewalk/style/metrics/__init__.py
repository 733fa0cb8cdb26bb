"""Style metrics: a registry (see :mod:`stylewalk.registry`) of one module for each.

Beside ``DESCRIPTION`` and ``SETTINGS``, every metric's module has a function
``metric(network, device, **settings)``, given the file of the style network, whose result has

``between(images, more_pairs) -> {part: values}``

    images: (P, T, S, S, 3), P trajectories of T images, floats on a 0..255 scale.
    more_pairs: pairs of points of a trajectory between which the distance is wanted, too.

    Returns, for each part of the metric (a layer of the network, say) and for ``total``, float64
    (P, T - 1 + more pairs): the distance in style between each image and the next, then those of
    the other pairs.

``pairwise(images) -> (N, N) float64``

    images: (N, S, S, 3) uint8.

    Returns the distance of every two images, to rounding.

A distance is 0 for equal images, the same in both directions, and never negative. Its root is taken
for a length where paths are measured, as of squared distances.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch

from stylewalk import registry


@runtime_checkable
class StyleMetric(Protocol):
    """What is made of a metric's module."""

    def between(
        self, images: np.ndarray, more_pairs: Sequence[tuple[int, int]] = ()
    ) -> dict[str, np.ndarray]:
        """Distances in style along trajectories; see the package."""

    def pairwise(self, images: np.ndarray) -> np.ndarray:
        """Distances in style of every two images; see the package."""


def build(
    settings: Mapping[str, Any], network: str | Path, device: str | torch.device
) -> StyleMetric:
    """The metric that a config names.

    Args:
        settings: ``kind``, the name of a module here, and its settings.
        network: the file of the style network.
        device: where to compute.

    Raises:
        StylewalkError: an unknown metric or setting, or the network cannot be used.
    """
    module = registry.load(__name__, settings.get("kind"), "style metric")
    own = {key: value for key, value in settings.items() if key != "kind"}
    own = registry.complete(module.SETTINGS, own, f"style metric '{settings['kind']}'")
    metric: StyleMetric = module.metric(network, device, **own)
    return metric
