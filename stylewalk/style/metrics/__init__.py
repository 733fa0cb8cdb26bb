"""Style metrics: a registry (see :mod:`stylewalk.registry`) of one module for each.

Beside ``DESCRIPTION`` and ``SETTINGS``, every metric's module has a function
``metric(network, device, **settings)``, given the file of the style network. A metric that depends
on the artworks of a study has, too, ``fit(network, device, images, **settings)``, which makes named
arrays of a sample of them, (N, S, S, 3) uint8 in random order; ``metric`` is then given these as
``fitted``. One that learns from labels says ``LEARNS = True``: its ``fit`` takes the images of all
artworks and, as ``rows``, the table ARTWORKS of those from which it may learn, and its function
``without``, of the arguments of ``metric``, gives by class what was learnt without it. One that is
no metric of style, but stands beside those, says ``IS_STYLE = False``. What ``metric`` makes has

``between(images, more_pairs) -> {part: values}``

    images: (P, T, S, S, 3), P trajectories of T images, floats on a 0..255 scale.
    more_pairs: pairs of points of a trajectory between which the distance is wanted, too.

    Returns, for each part of the metric (a layer of the network, say) and for ``total``, float64
    (P, T - 1 + more pairs): the distance in style between each image and the next, then those of
    the other pairs.

``pairwise(images) -> {part: (N, N) float64}``

    images: (N, S, S, 3) uint8.

    Returns, for the same parts, the distance of every two images, to rounding.

Metrics that are made together (:func:`build_all`) share one pass of the style network.

A distance is 0 for equal images, the same in both directions, and never negative. Its root is taken
for a length where paths are measured, as of squared distances.
"""

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pandas as pd
import torch
from jaxtyping import Real, UInt8

from stylewalk import registry
from stylewalk.errors import StylewalkError
from stylewalk.files import atomic
from stylewalk.style.network import StyleNetwork, load_network
from stylewalk.style.network_metric import Fitted, NetworkMetric, along, every_two
from stylewalk.style.pairwise import Losses, Squares


@runtime_checkable
class StyleMetric(Protocol):
    """What is made of a metric's module."""

    def between(
        self,
        images: Real[np.ndarray, "trajectories points side side 3"],
        more_pairs: Sequence[tuple[int, int]] = (),
    ) -> Losses:
        """Distances in style along trajectories; see the package."""

    def pairwise(self, images: UInt8[np.ndarray, "pictures side side 3"]) -> Squares:
        """Distances in style of every two images; see the package."""


def build(
    settings: Mapping[str, Any],
    network: str | Path,
    device: str | torch.device,
    fitted: Fitted | None = None,
) -> StyleMetric:
    """The metric that a config names.

    Args:
        settings: ``kind``, the name of a module here, and its settings.
        network: the file of the style network.
        device: where to compute.
        fitted: what :func:`fit` made of a study's artworks, where the metric depends on these.

    Raises:
        StylewalkError: an unknown metric or setting, or the network cannot be used.
    """
    module, own = _entry(settings)
    if hasattr(module, "fit"):
        own["fitted"] = fitted or {}
    metric: StyleMetric = module.metric(network, device, **own)
    return metric


def fit(
    settings: Mapping[str, Any],
    network: str | Path,
    device: str | torch.device,
    images: UInt8[np.ndarray, "pictures side side 3"],
    rows: pd.DataFrame | None = None,
) -> Fitted:
    """What a metric takes from a study's artworks, by name; nothing where it takes none.

    Args:
        settings, network, device: as of :func:`build`.
        images: (N, S, S, 3) uint8, in random order.
        rows: for one that learns from labels, the rows of the table ARTWORKS from which it may, in
            random order; ``images`` are then those of all artworks.

    Raises:
        StylewalkError: the artworks, or the network, cannot be used.
    """
    module, own = _entry(settings)
    if not hasattr(module, "fit"):
        return {}
    labelled = {"rows": rows} if learns(settings) else {}
    fitted: Fitted = module.fit(network, device, images, **labelled, **own)
    return fitted


def learns(settings: Mapping[str, Any]) -> bool:
    """Whether a metric learns from artworks with their labels."""
    return bool(getattr(_entry(settings)[0], "LEARNS", False))


def without(
    settings: Mapping[str, Any],
    network: str | Path,
    device: str | torch.device,
    fitted: Fitted,
) -> Mapping[str, StyleMetric]:
    """By class a metric that was learnt without it; nothing of one that does not learn."""
    module, own = _entry(settings)
    if not learns(settings):
        return {}
    by_class: Mapping[str, StyleMetric] = module.without(network, device, fitted=fitted, **own)
    return by_class


def is_style(settings: Mapping[str, Any]) -> bool:
    """Whether a metric is one of style, and no baseline beside those."""
    return bool(getattr(_entry(settings)[0], "IS_STYLE", True))


def _entry(settings: Mapping[str, Any]) -> tuple[ModuleType, dict[str, Any]]:
    """The module of a metric, and its settings."""
    module = registry.load(__name__, settings.get("kind"), "style metric")
    own = {key: value for key, value in settings.items() if key != "kind"}
    return module, registry.complete(module.SETTINGS, own, f"style metric '{settings['kind']}'")


class MetricSet(dict[str, StyleMetric]):
    """Metrics by name, of which those on one style network share every pass of it."""

    def between_all(
        self,
        images: Real[np.ndarray, "trajectories points side side 3"],
        more_pairs: Sequence[tuple[int, int]] = (),
    ) -> dict[str, Losses]:
        """By name what each metric's ``between`` gives."""
        losses: dict[str, Losses] = {}
        for names, network in self._groups:
            if network is None:
                losses |= {name: self[name].between(images, more_pairs) for name in names}
            else:
                losses |= along(self._on_network(names), network, images, more_pairs)
        return {name: losses[name] for name in self}

    def pairwise_all(self, images: UInt8[np.ndarray, "pictures side side 3"]) -> dict[str, Squares]:
        """By name what each metric's ``pairwise`` gives."""
        squares: dict[str, Squares] = {}
        for names, network in self._groups:
            if network is None:
                squares |= {name: self[name].pairwise(images) for name in names}
            else:
                squares |= every_two(self._on_network(names), network, images)
        return {name: squares[name] for name in self}

    def _on_network(self, names: Sequence[str]) -> dict[str, NetworkMetric]:
        return {name: self[name] for name in names}  # type: ignore[misc]  # see _groups

    @cached_property
    def _groups(self) -> list[tuple[list[str], StyleNetwork | None]]:
        """Names of metrics that share a network, and it; None where there is nothing to share."""
        together: dict[object, list[str]] = {}
        for name, metric in self.items():
            own: object = name
            if isinstance(metric, NetworkMetric) and not isinstance(metric.file, StyleNetwork):
                own = (str(metric.file), metric.tap, metric.pooling, str(metric.device))
            together.setdefault(own, []).append(name)
        groups: list[tuple[list[str], StyleNetwork | None]] = []
        for names in together.values():
            first = self[names[0]]
            if (
                len(names) == 1
                or not isinstance(first, NetworkMetric)
                or isinstance(first.file, StyleNetwork)
            ):
                groups.append((names, None))
                continue
            layers = sorted({layer for m in self._on_network(names).values() for layer in m.layers})
            groups.append((names, load_network(first.file, layers, first.tap, first.pooling)))
        return groups


def build_all(
    by_name: Mapping[str, Mapping[str, Any]],
    network: str | Path,
    device: str | torch.device,
    fitted: Mapping[str, Fitted] | None = None,
) -> MetricSet:
    """The metrics of a study.

    Args:
        by_name: the settings of each; network, device: as of :func:`build`.
        fitted: by name what each took from the study's artworks.
    """
    given = fitted or {}
    return MetricSet({n: build(each, network, device, given.get(n)) for n, each in by_name.items()})


def write_fitted(path: str | os.PathLike[str], fitted: Mapping[str, Fitted]) -> None:
    """Write what metrics took from artworks, whole or not at all: the same bytes for the same."""
    arrays = {f"{name}/{key}": array for name, of in fitted.items() for key, array in of.items()}
    with atomic(path) as temporary:
        np.savez(temporary, **arrays)  # type: ignore[arg-type]  # its keywords are arrays


def read_fitted(path: str | os.PathLike[str]) -> dict[str, Fitted]:
    """What :func:`write_fitted` wrote, by metric.

    Raises:
        StylewalkError: the file is absent or damaged.
    """
    fitted: dict[str, dict[str, np.ndarray]] = {}
    try:
        with np.load(path, allow_pickle=False) as arrays:
            for key in arrays.files:
                name, _, own = key.partition("/")
                fitted.setdefault(name, {})[own] = arrays[key]
    except Exception as error:  # on a damaged file, NumPy raises nearly everything
        raise StylewalkError(
            f"{path} cannot be read as what style metrics took from a study ({error}). Delete it "
            "and run again: the workflow makes it again."
        ) from error
    return dict(fitted)
