"""A data set of the Hugging Face hub, or a folder in one of its formats."""

import math
import os
from collections.abc import Mapping
from typing import Any

from stylewalk.data.huggingface.names import check_name
from stylewalk.data.sources import CLASS_COLUMN, Counts, Known, Places, Ready
from stylewalk.registry import Settings

_TEXT_OR_NULL = {"type": ["string", "null"], "minLength": 1, "default": None}

DESCRIPTION = "a data set of the Hugging Face hub, or a folder in one of its formats"
SETTINGS: Settings = {
    "class_column": CLASS_COLUMN,
    "huggingface": {
        "description": (
            "The data set of source huggingface. It is read as a stream, and no further than until "
            "every class has per_class pictures. It needs `pip install '.[huggingface]'`."
        ),
        "type": "object",
        "additionalProperties": False,
        "required": ["name"],
        "properties": {
            "name": {
                "description": (
                    "Name on the hub (owner/name), or the path of a folder in one of its formats."
                ),
                "type": "string",
                "minLength": 1,
            },
            "revision": {
                "description": (
                    "Commit, branch or tag on the hub; null takes the newest, and the record says "
                    "which."
                ),
                **_TEXT_OR_NULL,
            },
            "configuration": {
                "description": "Configuration (subset) of the data set; null takes its default.",
                **_TEXT_OR_NULL,
            },
            "split": {
                "description": "Split of the data set. Stylewalk splits what it takes on its own.",
                "type": "string",
                "pattern": "^[A-Za-z0-9_.-]+$",
                "default": "train",
            },
            "image_column": {
                "description": "Column that holds the pictures.",
                "type": "string",
                "minLength": 1,
                "default": "image",
            },
            **{
                f"{name}_column": {
                    "description": (
                        f"Column that holds the {name}; null takes the column {name} where there "
                        "is one."
                    ),
                    **_TEXT_OR_NULL,
                }
                for name in ("artist", "title", "date")
            },
            "shuffle_buffer": {
                "description": (
                    "Rows among which the next one is drawn with the seed, all held in memory; the "
                    "data set's files are read in a drawn order, too. 0 reads the rows as they "
                    "stand, so that a data set sorted by artist gives few artists."
                ),
                "type": "integer",
                "minimum": 0,
                "maximum": 100_000,
                "default": 0,
            },
        },
    },
}
IS_PROCEDURAL, IS_BROUGHT = False, True
PATHS = (("huggingface", "name"),)


def identity(dataset: Mapping[str, Any]) -> dict[str, Any]:
    settings = dataset["huggingface"]
    keys = ("name", "configuration", "split")
    return {key: settings[key] for key in keys if settings.get(key) is not None}


def places(dataset: Mapping[str, Any], folder: str) -> Places:
    return Places(f"{folder}/fetched/images.zip", f"{folder}/fetched/metadata.csv", "class")


def counts(dataset: Mapping[str, Any]) -> Counts:
    # What is in it is known when it is read, which is a job's work.
    check_name(dataset["huggingface"]["name"])
    return Counts(
        "the data set", dict.fromkeys(dataset["classes"], dataset["per_class"] or math.inf)
    )


def known(dataset: Mapping[str, Any]) -> Known:
    # Names are given to its pictures when they are fetched.
    per_class = dataset["per_class"]
    return Known(len(dataset["classes"]) * per_class if per_class else math.inf)


def origin(dataset: Mapping[str, Any]) -> str:
    settings = dataset["huggingface"]
    given = {key: settings.get(key) for key in ("configuration", "split", "revision")}
    parts = ", ".join(f"{key} {value}" for key, value in given.items() if value)
    return f"out of the Hugging Face data set {settings['name']} ({parts})"


def ready(dataset: Mapping[str, Any]) -> Ready:
    name = dataset["huggingface"]["name"]
    if os.path.isdir(name):
        return Ready("ready", f"the folder {name}; the run reads its rows")
    return Ready(
        "note",
        f"{name} on the Hugging Face hub, read when the run starts",
        "nothing, where there is internet. Else give the folder of a copy as its name.",
    )


def unread(dataset: Mapping[str, Any]) -> None:
    return None
