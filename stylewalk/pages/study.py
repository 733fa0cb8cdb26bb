"""The study page: one HTML file, whose largest figures and whose files lie beside it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup

from stylewalk.pages import attachments, cells, claims, head, html, tabulate, wrapping
from stylewalk.pages.chapters import chapters
from stylewalk.pages.durations import Step, duration, in_words
from stylewalk.pages.facts import Study
from stylewalk.pages.figures import table_file
from stylewalk.pages.findings import findings
from stylewalk.pages.pictures import LARGEST_SUM, Picture, show, within

# All files of the folder of templates are named here, so that a change of one makes the page again.
TEMPLATES = ("study.html.j2", "head.html.j2", "parts.html.j2", "claims.html.j2")
STYLES = ("palette.css", "page.css", "tables.css", "figures.css", "claims.css", "print.css")
SCRIPTS = ("theme.js", "sort.js", "files.js", "zoom.js", "claims.js", "chapters.js")


def render(
    study: Study,
    tables: Mapping[str, pd.DataFrame],
    figures: Sequence[str | Path],
    files: Mapping[str, str | Path] | None = None,
    steps: Sequence[Step] = (),
    explorer: str = "",
    files_inside: bool = False,
) -> str:
    """The study page as HTML, with its figures inside it as far as they fit.

    Args:
        study: the head of the study.
        tables: by name: ``artworks``, ``losses``, ``pca_variance``, ``silhouette``,
            ``profile_shapes`` and, where something was left out, ``rejected``, or stands more than
            once, ``duplicates``; each as its schema of the same name says.
        figures: PNG files that :mod:`stylewalk.plots` made. The name of a file decides in which
            chapter it is shown; its title and caption are read from inside the file.
        files: by their path inside the run's folder, files that the page offers for download, as
            far as they are known here.
        steps: how long the jobs took.
        explorer: address of the page of the latent space, relative to this one, if there is one.
        files_inside: whether the page holds all figures, and these files, but for those that are
            too large. They lie beside it in either case.

    Raises:
        StylewalkError: a figure is absent or was not made by :mod:`stylewalk.plots`, or a file
            cannot be read.
    """
    pictures = [show(path, study, tables) for path in figures]
    pictures = [picture for picture in pictures if picture.sentence or not picture.if_said]
    pictures = within(pictures, None if files_inside else LARGEST_SUM)
    overview = [picture for picture in pictures if picture.at_a_glance]
    glance = tabulate.at_a_glance(study, tables)
    made = chapters(study, tables, [p for p in pictures if not p.at_a_glance])
    offered = [path for picture in overview for path in (picture.vector, *picture.behind)]
    offered += [table_file(name) for table in glance for name in table.behind]
    offered += [path for chapter in made for path in chapter.files()]
    environment = _environment()
    style, scripts = _joined(environment, STYLES), _joined(environment, SCRIPTS)
    return environment.get_template(TEMPLATES[0]).render(
        study=study,
        outcome=head.outcome(study, tables),
        findings=findings(study, tables),
        glance=glance,
        overview=overview,
        chapters=made,
        counts=claims.counts(tables),
        attachments=attachments.attach(offered, files or {}, files_inside),
        files_inside=files_inside,
        computed=in_words(steps),
        steps=steps,
        explorer=explorer,
        style=style,
        scripts=scripts,
        policy=html.policy([style], [scripts], any(picture.beside for picture in pictures)),
    )


def _environment() -> Environment:
    """The page's templates, with the words that they use."""
    environment = html.environment("stylewalk.pages")
    environment.tests["verdict"] = lambda cell: isinstance(cell, cells.Verdict)
    environment.tests["wordy"] = cells.is_wordy
    environment.tests["picture"] = lambda part: isinstance(part, Picture)
    environment.filters["breakable"] = wrapping.breakable
    environment.filters["unbroken"] = wrapping.unbroken
    environment.filters["table_file"] = table_file
    environment.filters["duration"] = duration
    return environment


def _joined(environment: Environment, names: Sequence[str]) -> Markup:
    """Our own style or scripts as they are."""
    assert environment.loader is not None
    texts = [environment.loader.get_source(environment, name)[0] for name in names]
    return Markup("\n" + "".join(texts))
