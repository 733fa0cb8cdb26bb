"""Pictures that a table of metadata lists."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stylewalk.data.classes import class_counts
from stylewalk.data.sources import (
    CLASS_COLUMN,
    CONTENT_COLUMN,
    GROUP_COLUMN,
    IMAGES,
    Counts,
    Known,
    Places,
    Ready,
    in_words,
)
from stylewalk.registry import Settings

if TYPE_CHECKING:
    import pandas as pd

DESCRIPTION = "a metadata file and a folder of images"
SETTINGS: Settings = {
    "metadata": {
        "description": (
            "Metadata of source table (.csv, .csv.gz or .parquet) in the layout of Painter by "
            "Numbers."
        ),
        "type": "string",
        "minLength": 1,
    },
    "images": IMAGES,
    "class_column": CLASS_COLUMN,
    "content_column": CONTENT_COLUMN,
    "content_group_column": GROUP_COLUMN,
}
IS_PROCEDURAL = IS_BROUGHT = False
PATHS = (("images",), ("metadata",))


def identity(dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {key: dataset[key] for key in ("metadata", "images")}


def places(dataset: Mapping[str, Any], folder: str) -> Places:
    columns = ("class_column", "content_column", "content_group_column")
    return Places(dataset["images"], dataset["metadata"], *(dataset[key] for key in columns))


def counts(dataset: Mapping[str, Any]) -> Counts:
    from stylewalk.data.metadata import read_metadata

    frame = read_metadata(dataset["metadata"], dataset["class_column"])
    return Counts(dataset["metadata"], class_counts(frame[dataset["class_column"]]))


def known(dataset: Mapping[str, Any]) -> Known:
    from stylewalk.data.metadata import read_metadata

    column = dataset["class_column"]
    return selected(read_metadata(dataset["metadata"], column), column, dataset)


def selected(frame: "pd.DataFrame", column: str, dataset: Mapping[str, Any]) -> Known:
    """The pictures that the workflow will select of those listed."""
    from stylewalk.data.selection import select_artworks

    classes, per_class = dataset["classes"], dataset["per_class"]
    artworks, rejected = select_artworks(frame, classes, column, per_class, dataset["seed"])
    names = list(artworks["filename"])
    left_out = {
        name: f"its class is {label!r}"
        if label not in classes
        else f"dataset.per_class draws {per_class} pictures of each class, and it was not drawn"
        for name, label in zip(frame["new_filename"], frame[column], strict=True)
    }
    left_out |= dict(zip(rejected["filename"], rejected["reason"], strict=True))
    return Known(len(names), names, left_out)


def origin(dataset: Mapping[str, Any]) -> str:
    return f"listed in {dataset['metadata']}"


def ready(dataset: Mapping[str, Any]) -> Ready:
    words = f"{dataset['metadata']}: enough pictures of {in_words(dataset['classes'])}"
    return Ready("ready", words)


def unread(dataset: Mapping[str, Any]) -> "pd.DataFrame":
    from stylewalk.data import metadata

    frame = metadata.read_metadata(dataset["metadata"], dataset["class_column"])
    return metadata.unread(frame, dataset["class_column"])
