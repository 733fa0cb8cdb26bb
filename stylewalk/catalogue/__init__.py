"""Every output of a study in one place: its tables, its figures, its chapters.

The rules, the page, the explorer, the workflow's report and the tests read it. A chapter is a
module of this folder; a table or a figure is an entry of its chapter.
"""

from collections.abc import Iterator, Sequence

from stylewalk.catalogue import (
    claims,
    classifiers,
    clusters,
    data,
    judging,
    latent_space,
    metrics,
    models,
    paths,
    samples,
    trajectories,
    truth,
)
from stylewalk.catalogue.outputs import Array, Chapter, Figure, Plot, Table, wildcards

__all__ = [
    "CHAPTERS",
    "TABLES",
    "WARNING",
    "Array",
    "Chapter",
    "Figure",
    "Plot",
    "Table",
    "chapter_of_figure",
    "chapter_of_table",
    "evidence",
    "figures",
    "made_in",
    "plots",
    "sentence_modules",
    "study_tables",
    "wildcards",
]

# In the order of the page.
CHAPTERS = (
    data.CHAPTER,
    models.CHAPTER,
    latent_space.CHAPTER,
    clusters.CHAPTER,
    metrics.CHAPTER,
    trajectories.CHAPTER,
    paths.CHAPTER,
    truth.CHAPTER,
    classifiers.CHAPTER,
    samples.CHAPTER,
    judging.CHAPTER,
    claims.CHAPTER,
)
# What stands above all chapters' findings, where there is reason to.
WARNING = "collapse.collapsed"
_MODULES = (
    data,
    models,
    latent_space,
    clusters,
    metrics,
    trajectories,
    paths,
    truth,
    classifiers,
    samples,
    judging,
    claims,
)
# Of the run: what its chapters show, and what lies between the steps.
TABLES = {
    entry.name: entry
    for module in _MODULES
    for entry in vars(module).values()
    if isinstance(entry, Table)
}


def study_tables() -> list[Table]:
    """The tables that every study has, for people, in the order of the chapters."""
    return [table for chapter in CHAPTERS for table in chapter.tables if not table.optional]


def made_in(step: str) -> list[Table]:
    """The tables that a step makes for each model and seed."""
    return [table for table in TABLES.values() if table.step == step]


def evidence() -> list[Table]:
    """The tables on which claims are weighed."""
    return [table for table in TABLES.values() if table.evidence]


def plots() -> list[Plot]:
    """What draws figures, in the order of the page."""
    return [plot for chapter in CHAPTERS for plot in chapter.plots]


def figures(
    experiments: Sequence[str], of_random: Sequence[str], of: Sequence[Figure] | None = None
) -> Iterator[tuple[str, Figure, str]]:
    """The figures of a study with their names, and the experiment that each is of, if any.

    Args:
        experiments: names of the study's experiments.
        of_random: those of random pairs; without any, the figures of such are left out.
        of: the figures that are asked for; None takes all, the optional ones included.
    """
    entries = [f for chapter in CHAPTERS for f in chapter.figures] if of is None else of
    for figure in entries:
        if figure.of_random and not of_random:
            continue
        if not figure.of_experiment:
            yield figure.name, figure, ""
            continue
        for experiment in of_random if figure.of_random else experiments:
            yield figure.name.format(experiment=experiment), figure, experiment


def sentence_modules() -> list[str]:
    """The modules of :mod:`stylewalk.pages.sentences` that the page is written with."""
    named = [figure.sentence for chapter in CHAPTERS for figure in chapter.figures]
    named += [WARNING, *(chapter.finding for chapter in CHAPTERS if chapter.finding)]
    return sorted({name.split(".")[0] for name in named})


def chapter_of_table(name: str) -> Chapter:
    """The chapter that shows a table."""
    return next(c for c in CHAPTERS if name in (table.name for table in c.tables))


def chapter_of_figure(figure: Figure) -> Chapter:
    """The chapter that shows a figure."""
    return next(chapter for chapter in CHAPTERS if figure in chapter.figures)
