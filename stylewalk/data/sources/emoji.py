"""Emoji: 1,586 contents by four hands, drawn by the workflow out of npm packages."""

from collections.abc import Mapping
from typing import Any

from stylewalk.data.emoji import CONTENTS, HANDS
from stylewalk.data.emoji.packages import check_folder, check_renderer
from stylewalk.data.sources import Counts, Known, Places, Ready
from stylewalk.registry import Settings

DESCRIPTION = "emoji: the same 1,586 contents drawn by four hands, out of npm packages of SVG"
SETTINGS: Settings = {
    "emoji": {
        "description": (
            "The emoji of source emoji. Classes are hands: Noto, Twemoji, OpenMoji and Fluent; "
            "per_class draws contents, the same of every hand. It needs `pip install '.[emoji]'`."
        ),
        "type": "object",
        "additionalProperties": False,
        "default": {},
        "properties": {
            "packages": {
                "description": (
                    "Folder of the four packages as npm pack writes them; those that it lacks are "
                    "fetched into it by npm. Each is held against its SHA-256."
                ),
                "type": "string",
                "minLength": 1,
                "default": "resources/emoji",
            }
        },
    },
}
IS_PROCEDURAL, IS_BROUGHT = False, True
PATHS = (("emoji", "packages"),)


def identity(dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {}  # packages are known by their sums, wherever they lie


def places(dataset: Mapping[str, Any], folder: str) -> Places:
    pictures, table = f"{folder}/drawn/images.zip", f"{folder}/drawn/metadata.csv"
    return Places(pictures, table, "style", "content", "content_group")


def counts(dataset: Mapping[str, Any]) -> Counts:
    check_renderer()
    check_folder(dataset["emoji"]["packages"])
    return Counts("the hands of the emoji", dict.fromkeys(HANDS, _contents(dataset)))


def known(dataset: Mapping[str, Any]) -> Known:
    # Which contents are drawn is known when the packages are read.
    return Known(len(dataset["classes"]) * _contents(dataset))


def origin(dataset: Mapping[str, Any]) -> str:
    packages = ", ".join(f"{hand.package}@{hand.version}" for hand in HANDS.values())
    return f"drawn by the workflow itself out of the npm packages {packages}"


def ready(dataset: Mapping[str, Any]) -> Ready:
    folder = dataset["emoji"]["packages"]
    total = len(dataset["classes"]) * _contents(dataset)
    words = f"{total:,} emoji by {len(dataset['classes'])} hands, drawn by the run"
    if lacking := check_folder(folder):
        return Ready(
            "note",
            f"{words}; npm fetches {len(lacking)} packages into {folder} first",
            "nothing, where there are npm and the internet. Else put these files there, as "
            f"`npm pack` writes them: {', '.join(lacking)}.",
        )
    return Ready("ready", words)


def unread(dataset: Mapping[str, Any]) -> None:
    return None


def _contents(dataset: Mapping[str, Any]) -> int:
    return min(dataset["per_class"] or CONTENTS, CONTENTS)
