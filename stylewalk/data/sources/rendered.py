"""What the sources whose pictures are drawn from a few numbers have in common.

Such a source imports all of it, and adds its ``DESCRIPTION`` and its ``true_walks``.
"""

import itertools
from collections.abc import Mapping
from typing import Any

from stylewalk.data.sources import Counts, Known, Places, Ready, in_words
from stylewalk.registry import Settings

__all__ = [
    "CLASSES",
    "IS_BROUGHT",
    "IS_PROCEDURAL",
    "PATHS",
    "REQUIRED",
    "SETTINGS",
    "counts",
    "identity",
    "known",
    "origin",
    "places",
    "ready",
    "unread",
]

SETTINGS: Settings = {}

REQUIRED = ("per_class",)  # of the settings that all sources have
CLASSES = ("East", "North", "West", "South")
IS_PROCEDURAL = IS_BROUGHT = True
PATHS = ()


def identity(dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def places(dataset: Mapping[str, Any], folder: str) -> Places:
    return Places(f"{folder}/rendered/images", f"{folder}/rendered/metadata.csv", "style")


def counts(dataset: Mapping[str, Any]) -> Counts:
    what = f"the classes of the source {dataset['source']}"
    return Counts(what, dict.fromkeys(CLASSES, dataset["per_class"]))


def known(dataset: Mapping[str, Any]) -> Known:
    from stylewalk.data.rendered.collection import file_name

    drawn = itertools.product(sorted(dataset["classes"]), range(dataset["per_class"]))
    names = [file_name(of_class, number) for of_class, number in drawn]
    return Known(len(names), names)


def origin(dataset: Mapping[str, Any]) -> str:
    return f"drawn by the workflow itself (seed {dataset['seed']})"


def ready(dataset: Mapping[str, Any]) -> Ready:
    total = len(dataset["classes"]) * dataset["per_class"]
    return Ready("ready", f"{total:,} pictures of {in_words(dataset['classes'])}, drawn by the run")


def unread(dataset: Mapping[str, Any]) -> None:
    return None
