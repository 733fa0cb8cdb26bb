"""The study page: one HTML file that holds everything it shows."""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from PIL import Image

from stylewalk.errors import StylewalkError
from stylewalk.pages import claims, dissolve_tables, latent_tables, tabulate
from stylewalk.pages.facts import Study
from stylewalk.pages.tabulate import Table
from stylewalk.plots.profiles import OVERVIEW, describe

# A chart is small and sharp as PNG; a figure full of paintings is ten times smaller as WebP.
_LARGEST_PNG = 600_000  # bytes


@dataclass(frozen=True)
class Picture:
    """A figure inlined in the page."""

    name: str
    title: str
    caption: str
    source: str  # data URI
    width: int  # pixels
    height: int


@dataclass
class Chapter:
    """A chapter of the page, or the part of a chapter about one experiment."""

    anchor: str
    title: str
    text: str = ""
    tables: list[Table] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    folded: list[Table | Picture] = field(default_factory=list)
    parts: list["Chapter"] = field(default_factory=list)
    claims: list["claims.Weighed"] = field(default_factory=list)


def render(study: Study, tables: Mapping[str, pd.DataFrame], figures: Sequence[str | Path]) -> str:
    """The study page as HTML, with every figure inside it.

    Args:
        study: the head of the study.
        tables: by name: ``artworks``, ``losses``, ``pca_variance``, ``silhouette``,
            ``profile_shapes`` and, where something was left out, ``rejected``; each as its schema
            of the same name says.
        figures: PNG files that :mod:`stylewalk.plots` made. The name of a file decides in which
            chapter it is shown; its title and caption are read from inside the file.

    Raises:
        StylewalkError: a figure is absent or was not made by :mod:`stylewalk.plots`.
    """
    environment = Environment(
        loader=PackageLoader("stylewalk.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.tests["verdict"] = lambda cell: isinstance(cell, tabulate.Verdict)
    environment.filters["breakable"] = _breakable
    environment.tests["picture"] = lambda part: isinstance(part, Picture)
    pictures = [read_picture(path) for path in figures]
    return environment.get_template("study.html.j2").render(
        study=study,
        glance=tabulate.at_a_glance(study, tables),
        overview=[picture for picture in pictures if picture.name == OVERVIEW],
        chapters=_chapters(study, tables, [p for p in pictures if p.name != OVERVIEW]),
    )


def _breakable(name: str) -> Markup:
    """A name that may wrap after its underscores."""
    return Markup("_<wbr>").join(name.split("_"))


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
            "Delete it and run again: the workflow draws it anew."
        ) from error
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    caption = caption.replace(" %", "\N{NO-BREAK SPACE}%")
    return Picture(path.stem, title, caption, source, width, height)


def _chapters(
    study: Study, tables: Mapping[str, pd.DataFrame], pictures: Sequence[Picture]
) -> list[Chapter]:
    """The chapters in the order of the report."""
    chapters = [
        Chapter("data", "Data", study.data, tabulate.artworks(study, tables)),
        Chapter(
            "models",
            "Models",
            "All models share one convolutional autoencoder; they differ in their losses.",
            [tabulate.losses(study, tables)],
        ),
        Chapter(
            "latent-space",
            "Latent space",
            "How the artworks spread in the latent space of each model.",
            [
                tabulate.first_components(study, tables),
                *latent_tables.class_geometry(study, tables),
            ],
        ),
        Chapter(
            "clusters",
            "Clusters",
            "Whether the latents fall into groups, and whether the groups are the classes.",
            [tabulate.clusters(study, tables), *latent_tables.agreement(study, tables)],
        ),
        Chapter(
            "trajectories",
            "Trajectories",
            "Straight lines between two latents, decoded step by step. The style loss between "
            "neighbouring images says how much the style changes in each step.",
            [
                *dissolve_tables.dissolve(study, tables),
                *dissolve_tables.false_verdicts(study, tables),
            ],
            parts=[_experiment(study, tables, name) for name in study.experiments],
        ),
    ]
    if "claims" in tables:
        chapters.append(_claims(study, tables))
    _place(chapters, pictures)
    return chapters


def _claims(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    """What the report says, and what this study says of it."""
    text = (
        "Each claim of W. B. A. Rich, Exploring the latent space of autoencoders with a metric of "
        "artistic style (2021), weighed by a numeric rule on the tables of this study: "
        f"{claims.counts(tables)}. A claim holds where the whole 95 % interval of its statistic "
        "meets the rule and fails where all of it breaks the rule; where a single training run "
        "leaves no interval, the figure itself decides and the sentence says so."
    )
    if study.procedural:
        text = (
            "These verdicts are no evidence about paintings: the pictures of this study were "
            "painted by the workflow itself. " + text
        )
    return Chapter("claims", "Claims", text, claims=claims.weighed(tables))


def _experiment(study: Study, tables: Mapping[str, pd.DataFrame], name: str) -> Chapter:
    """The part about one experiment."""
    pooled, apart = tabulate.shapes(study, tables, name)
    words = describe(study.experiments[name])
    text = f"{words[0].upper()}{words[1:]}."
    return Chapter(f"trajectories-{name}", name, text, [pooled], folded=[apart])


def _place(chapters: Sequence[Chapter], pictures: Sequence[Picture]) -> None:
    """Put every picture into its chapter, by the beginning of its name."""
    prefixes = {"dataset": 0, "training": 1, "latent_sizes": 1, "latent_space": 2, "clusters": 3}
    prefixes |= {"trajectories": 4}
    for picture in pictures:
        found = [place for prefix, place in prefixes.items() if picture.name.startswith(prefix)]
        if not found:
            raise StylewalkError(
                f"The figure {picture.name} belongs to no chapter of the study page. "
                f"The names of its figures begin with {', '.join(prefixes)}."
            )
        chapter = chapters[found[0]]
        for part in chapter.parts:
            if picture.name in (
                f"trajectories_{part.title}_profiles",
                f"trajectories_{part.title}_spread",
            ):
                part.pictures.append(picture)
                break
            if picture.name == f"trajectories_{part.title}_strips":
                part.folded.insert(0, picture)
                break
        else:
            chapter.pictures.append(picture)
