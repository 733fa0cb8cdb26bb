"""Pictures in one folder for each class."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stylewalk.data.classes import class_counts
from stylewalk.data.sources import IMAGES, Counts, Known, Places, Ready, in_words
from stylewalk.data.sources.table import selected
from stylewalk.registry import Settings

if TYPE_CHECKING:
    import pandas as pd

DESCRIPTION = "one sub-folder of images per class"
SETTINGS: Settings = {"images": IMAGES}
IS_PROCEDURAL = IS_BROUGHT = False
PATHS = (("images",),)


def identity(dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {"images": dataset["images"]}


def places(dataset: Mapping[str, Any], folder: str) -> Places:
    return Places(dataset["images"], None, "class")


def counts(dataset: Mapping[str, Any]) -> Counts:
    from stylewalk.data.metadata import list_folder

    listed = list_folder(dataset["images"])
    return Counts(dataset["images"], class_counts(listed.frame["class"]), listed.hint)


def known(dataset: Mapping[str, Any]) -> Known:
    from stylewalk.data.metadata import read_folder

    return selected(read_folder(dataset["images"]), "class", dataset)


def origin(dataset: Mapping[str, Any]) -> str:
    return f"in the folder {dataset['images']}"


def ready(dataset: Mapping[str, Any]) -> Ready:
    words = f"{dataset['images']}: enough pictures of {in_words(dataset['classes'])}"
    return Ready("ready", words)


def unread(dataset: Mapping[str, Any]) -> "pd.DataFrame":
    from stylewalk.data.metadata import list_folder

    return list_folder(dataset["images"]).passed
