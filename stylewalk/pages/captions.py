"""Captions of figures and tables as reStructuredText, for the workflow's report."""

import os
import re
from pathlib import Path

from PIL import Image

from stylewalk.catalogue import TABLES
from stylewalk.errors import StylewalkError
from stylewalk.files import atomic

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def write_caption(path: str | os.PathLike[str], destination: str | os.PathLike[str]) -> str:
    """Write the caption of a figure or table, and give its title.

    Args:
        path: a PNG file of :mod:`stylewalk.plots`, which holds its title and caption, or a CSV file
            whose name is that of its table in the catalogue.
        destination: reStructuredText to write, in which nothing but plain text comes from the file.

    Returns:
        The title, without braces, which are wildcards to the workflow.

    Raises:
        StylewalkError: a figure is absent or was not made by :mod:`stylewalk.plots`.
    """
    path = Path(path)
    title, lines = _of_figure(path) if path.suffix == ".png" else _of_table(path)
    with atomic(destination) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return title.translate(str.maketrans("{}", "()"))


def _of_figure(path: Path) -> tuple[str, list[str]]:
    try:
        with Image.open(path) as image:
            title, caption = image.info["Title"], image.info["Description"]
    except (OSError, KeyError) as error:
        raise StylewalkError(
            f"The figure {path} holds no caption ({error!r}). Delete it and run again: the "
            "workflow draws it again."
        ) from error
    return title, [escaped(caption)]


def _of_table(path: Path) -> tuple[str, list[str]]:
    """The table's name, what it holds, and what each column does."""
    schema = TABLES[path.stem]
    columns = [f"- **{escaped(name)}**: {escaped(schema[name])}" for name in schema]
    title = schema.title[0].upper() + schema.title[1:]
    return path.stem.replace("_", " "), [f"{escaped(title)}.", "", *columns]


def escaped(text: str) -> str:
    """Text in which neither reStructuredText nor Jinja, which reads captions, finds a mark."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
