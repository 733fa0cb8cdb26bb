"""Figures as the page shows them: inlined, with what they show in words and what is behind."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from PIL import Image

from stylewalk.catalogue import chapter_of_figure
from stylewalk.errors import StylewalkError
from stylewalk.pages import figures, wrapping
from stylewalk.pages.facts import Study

# A chart is small and sharp as PNG; a figure full of paintings is ten times smaller as WebP.
_LARGEST_PNG = 600_000  # bytes


@dataclass(frozen=True)
class Picture:
    """A figure inlined in the page."""

    name: str
    title: str
    caption: str  # how to read it
    source: str  # data URI
    width: int  # pixels
    height: int
    sentence: str = ""  # what it shows in this study
    behind: Sequence[str] = ()  # paths, inside the run's folder, of its tables
    chapter: str = ""  # anchor; empty where the catalogue does not know it
    experiment: str = ""  # that it is of, if any
    folded: bool = False
    at_a_glance: bool = False
    if_said: bool = False

    @property
    def alt(self) -> str:
        """What stands for it where it cannot be seen."""
        return f"{self.title}. {self.sentence}" if self.sentence else self.title

    @property
    def vector(self) -> str:
        """The path of the same figure as SVG."""
        return f"figures/{self.name}.svg"


def show(path: str | Path, study: Study, tables: Mapping[str, pd.DataFrame]) -> Picture:
    """A figure with its sentence and the tables behind it.

    Raises:
        StylewalkError: as :func:`read_picture`.
    """
    picture = read_picture(path)
    figure, experiment = figures.find(picture.name, study)
    if figure is not None:
        picture = replace(
            picture,
            chapter=chapter_of_figure(figure).anchor,
            experiment=experiment,
            folded=figure.folded,
            at_a_glance=figure.at_a_glance,
            if_said=figure.if_said,
        )
    return replace(
        picture,
        sentence=figures.sentence(picture.name, study, tables),
        behind=figures.files_behind(picture.name, study),
    )


def read_picture(path: str | Path) -> Picture:
    """Read a figure with its title and caption, ready to be inlined.

    Raises:
        StylewalkError: the file is absent or was not made by :mod:`stylewalk.plots`.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            texts, (width, height), kind = dict(image.info), image.size, "png"
            if len(data) > _LARGEST_PNG:
                buffer = io.BytesIO()
                image.convert("RGB").save(buffer, "WEBP", quality=88, method=4)
                data, kind = buffer.getvalue(), "webp"
        title, caption = texts["Title"], texts["Description"]
    except (OSError, KeyError) as error:
        raise StylewalkError(
            f"The figure {path} cannot be shown on the study page ({error!r}). "
            "Delete it and run again: the workflow draws it again."
        ) from error
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    return Picture(path.stem, title, wrapping.unbroken(caption), source, width, height)
