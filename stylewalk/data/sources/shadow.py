"""A pole and its shadow, of which every picture between two is known."""

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

DESCRIPTION = "a pole whose shadow turns and grows, after Oring et al. 2020"
SETTINGS: Settings = {}
IS_PROCEDURAL = IS_BROUGHT = True
PATHS = ()


def true_walks(dataset: Mapping[str, Any], count: int, steps: int) -> "TrueWalks":
    from stylewalk.data.rendered import shadow, true_walks

    return true_walks(shadow, count, steps, dataset["seed"], dataset["image_size"])
