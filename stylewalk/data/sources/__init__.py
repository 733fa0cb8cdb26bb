"""Data sources: a registry (see :mod:`stylewalk.registry`) of one module for each.

``SETTINGS`` are keys of the config's section ``dataset``; those without a default must be given.
Beside them and ``DESCRIPTION``, every source's module has

- ``IS_PROCEDURAL``: whether the pictures are no real artworks, which every page and figure says,
- ``IS_BROUGHT``: whether a job of the workflow writes the pictures and the table of them, before
  they are selected,
- ``identity(dataset)``: what makes its data set another one, by name,
- ``PATHS``: settings that are paths on this machine, as tuples of keys,
- ``places(dataset, folder)``: where pictures and their table lie; ``folder`` is the run's,
- ``counts(dataset)``: pictures of each class, as far as they are known before any job,
- ``known(dataset)``: names of the study's pictures, as far as they are known before any job,
- ``origin(dataset)``: where the pictures come from, as the end of a sentence,
- ``ready(dataset)``: what is to be said of it before a run,
- ``unread(dataset)``: pictures that cannot be read here, as the columns class, filename, kind and
  reason of ``REJECTED``; None where that is not known,

and, where it is known what lies between two pictures,

- ``true_walks(dataset, count, steps)``: so many :class:`~stylewalk.data.rendered.TrueWalks`.

A module imports what reads tables or pictures inside its functions: the workflow asks it each time
that it is parsed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any, Literal, NamedTuple

from stylewalk import registry

PARTS = ("rendered",)  # modules of this folder that are no sources


class Places(NamedTuple):
    """Where the pictures of a data set lie.

    Attributes:
        images: a folder or a zip file.
        metadata: the table of them; None where their folders say all.
        class_column: its column that holds the class.
        content_column: its column that says what is shown, where it has one.
        group_column: its column that says of which kind that is, where it has one.
    """

    images: str
    metadata: str | None
    class_column: str
    content_column: str = "content"
    group_column: str = "content_group"


class Counts(NamedTuple):
    """Pictures of each class.

    Attributes:
        where: what was counted, in words.
        of: pictures of each class; infinity where only the run will know.
        hint: for some classes, what else may be said in an error, after a space.
    """

    where: str
    of: Mapping[str, float]
    hint: Callable[[Iterable[str]], str] = lambda classes: ""


class Known(NamedTuple):
    """Names of a study's pictures.

    Attributes:
        most: how many there may be; infinity where only the run will know.
        names: their names in the order of the table of artworks; None where they are not known.
        left_out: names of other pictures to why they are not among them.
    """

    most: float
    names: Sequence[str] | None = None
    left_out: Mapping[str, str] = {}


class Ready(NamedTuple):
    """What is to be said of a data set before a run."""

    state: Literal["ready", "note"]
    text: str
    advice: str = ""


def load(dataset: Mapping[str, Any]) -> ModuleType:
    """The module of a completed config's source."""
    return registry.load(__name__, dataset["source"], "data source")


# Settings that several sources have.
IMAGES = {
    "description": (
        "Folder or .zip file of images, of the sources table and folder; a zip file is not "
        "unpacked."
    ),
    "type": "string",
    "minLength": 1,
}
CLASS_COLUMN = {
    "description": (
        "Column of the metadata, or of the Hugging Face data set, that holds the class."
    ),
    "type": "string",
    "minLength": 1,
    "default": "style",
}


CONTENT_COLUMN = {
    "description": (
        "Column of the metadata that says what a picture shows, in words that several classes "
        "share: style metrics are then judged on pairs of different contents. It may be absent."
    ),
    "type": "string",
    "minLength": 1,
    "default": "content",
}
GROUP_COLUMN = {
    "description": (
        "Column of the metadata that says of which kind is what a picture shows, such as animals: "
        "a linear probe then looks for it in the latents. It may be absent."
    ),
    "type": "string",
    "minLength": 1,
    "default": "content_group",
}


def in_words(classes: Sequence[str]) -> str:
    """``4 classes``."""
    return f"{len(classes)} classes" if len(classes) > 1 else "1 class"
