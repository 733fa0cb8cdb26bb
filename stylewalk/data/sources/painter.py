"""Procedural paintings, drawn by the workflow itself."""

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stylewalk.data.painter import STYLES
from stylewalk.data.sources import Counts, Known, Places, Ready, in_words
from stylewalk.registry import Settings

if TYPE_CHECKING:
    from stylewalk.data.rendered import TrueWalks

DESCRIPTION = "procedural paintings, drawn by the workflow itself"
SETTINGS: Settings = {}
REQUIRED = ("per_class",)  # of the settings that all sources have
IS_PROCEDURAL = IS_BROUGHT = True
PATHS = ()


def identity(dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def places(dataset: Mapping[str, Any], folder: str) -> Places:
    pictures, table = f"{folder}/painted/images", f"{folder}/painted/metadata.csv"
    return Places(pictures, table, "style", "scene", "genre")


def counts(dataset: Mapping[str, Any]) -> Counts:
    return Counts("the painter's styles", dict.fromkeys(STYLES, dataset["per_class"]))


def known(dataset: Mapping[str, Any]) -> Known:
    from stylewalk.data.painter.collection import file_name

    drawn = itertools.product(sorted(dataset["classes"]), range(dataset["per_class"]))
    names = [file_name(style, number) for style, number in drawn]
    return Known(len(names), names)


def origin(dataset: Mapping[str, Any]) -> str:
    return f"painted by the workflow itself (seed {dataset['seed']})"


def ready(dataset: Mapping[str, Any]) -> Ready:
    total = len(dataset["classes"]) * dataset["per_class"]
    return Ready(
        "ready", f"{total:,} pictures of {in_words(dataset['classes'])}, painted by the run"
    )


def unread(dataset: Mapping[str, Any]) -> None:
    return None


def true_walks(dataset: Mapping[str, Any], count: int, steps: int) -> "TrueWalks | None":
    from stylewalk.data.painter.collection import paint_morphs
    from stylewalk.data.rendered import TrueWalks

    classes, seed, size = dataset["classes"], dataset["seed"], dataset["image_size"]
    morphs = paint_morphs(classes, seed, steps, size, each=-(-count // len(classes)))
    return TrueWalks(morphs[:count]) if morphs is not None else None
