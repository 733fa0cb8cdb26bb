"""Lines at one angle, of which every picture between two is known."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stylewalk.data.sources.rendered import (
    CLASSES,
    REQUIRED,
    counts,
    identity,
    known,
    origin,
    places,
    ready,
    unread,
)
from stylewalk.registry import Settings

if TYPE_CHECKING:
    from stylewalk.data.rendered import TrueWalks

__all__ = [
    "CLASSES",
    "REQUIRED",
    "counts",
    "identity",
    "known",
    "origin",
    "places",
    "ready",
    "unread",
]

DESCRIPTION = "lines at one angle, the benchmark of interpolation of Berthelot et al. 2018"
SETTINGS: Settings = {}
IS_PROCEDURAL = IS_BROUGHT = True
PATHS = ()


def true_walks(dataset: Mapping[str, Any], count: int, steps: int) -> "TrueWalks":
    from stylewalk.data.rendered import lines, true_walks

    return true_walks(lines, count, steps, dataset["seed"], dataset["image_size"])
