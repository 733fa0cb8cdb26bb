"""Figures as the page shows them, with what they show in words and what is behind."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import numpy as np
import pandas as pd
from PIL import Image

from stylewalk.catalogue import chapter_of_figure
from stylewalk.errors import StylewalkError
from stylewalk.pages import figures, wrapping
from stylewalk.pages.facts import Study

# A chart keeps this many colours, since it has few, and loses nothing else as WebP. What is full of
# pictures has more: it becomes a JPEG, which a print to PDF takes as it is, and WebP not.
_COLOURS = 256
_MOST_LOST = 2.5  # root mean square over pixels of the channel that changes most, 0..255
_QUALITY = 80
_LARGEST_SIDE = {"WEBP": 16_383, "JPEG": 65_500}  # pixels, of the formats
_NEAREST = Image.Resampling.NEAREST
# What figures may add to a page, in letters of their data URIs: it opens at once, and a mail takes
# it.
LARGEST_SUM = 4_200_000


@dataclass(frozen=True)
class Picture:
    """A figure of the page."""

    name: str
    title: str
    caption: str  # how to read it
    source: str  # data URI, or a path inside the run's folder, where the page lies, too
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
    def beside(self) -> str:
        """Where it is loaded from; empty where it is inside the page."""
        return "" if self.source.startswith("data:") else self.source

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


def within(pictures: Sequence[Picture], most: int | None) -> list[Picture]:
    """The same pictures, of which those that are too much for the page are loaded when seen.

    Those at a glance stay inside it first, then those that are not folded, and small ones before
    large ones, which are strips of hundreds of decoded images.

    Args:
        pictures: with data URIs.
        most: letters of these that the page may hold; None for all.
    """
    left = sum(len(picture.source) for picture in pictures) if most is None else most
    inside = set()
    order = sorted(pictures, key=lambda x: (not x.at_a_glance, x.folded, len(x.source)))
    for picture in order:
        if len(picture.source) <= left:
            left -= len(picture.source)
            inside.add(picture.name)
    return [
        picture
        if picture.name in inside
        else replace(picture, source=f"figures/{quote(picture.name)}.png")
        for picture in pictures
    ]


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
            texts, (width, height) = dict(image.info), image.size
            kind, data = _compressed(image.convert("RGB"))
        title, caption = texts["Title"], texts["Description"]
    except (OSError, KeyError) as error:
        raise StylewalkError(
            f"The figure {path} cannot be shown on the study page ({error!r}). "
            "Delete it and run again: the workflow draws it again."
        ) from error
    source = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return Picture(path.stem, title, wrapping.unbroken(caption), source, width, height)


def _compressed(image: Image.Image) -> tuple[str, bytes]:
    """The media type of an RGB image, and its bytes, some tenth of those of a PNG."""
    made = io.BytesIO()
    # Some of its pixels tell a chart from pictures, of which the rest would take seconds.
    if max(image.size) > _LARGEST_SIDE["JPEG"]:
        image.save(made, "PNG")
        return "image/png", made.getvalue()
    few = _of_few_colours(image.resize((image.width // 4 or 1, image.height // 4 or 1), _NEAREST))
    if few.lost <= 2 * _MOST_LOST and max(image.size) <= _LARGEST_SIDE["WEBP"]:
        few = _of_few_colours(image)
        if few.lost > _MOST_LOST / 2:
            # Better chosen, until of a hundred pixels one changes.
            few = _of_few_colours(image, image.width * image.height // 100)
        if few.lost <= _MOST_LOST:
            few.image.save(made, "WEBP", lossless=True, quality=50, method=4)
            return "image/webp", made.getvalue()
    image.save(made, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return "image/jpeg", made.getvalue()


class _Reduced(NamedTuple):
    image: Image.Image
    lost: float


def _of_few_colours(image: Image.Image, kmeans: int = 0) -> _Reduced:
    few = image.quantize(_COLOURS, Image.Quantize.MEDIANCUT, kmeans, dither=Image.Dither.NONE)
    reduced = few.convert("RGB")
    difference = np.asarray(reduced, np.int16) - np.asarray(image, np.int16)
    largest = np.abs(difference).max(axis=2).astype(np.float32)
    return _Reduced(reduced, float(np.sqrt(np.mean(largest**2))))
