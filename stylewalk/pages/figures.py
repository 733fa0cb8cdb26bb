"""What the page says of a figure: a sentence, and the files behind it."""

import importlib
from collections.abc import Callable, Mapping

import pandas as pd

from stylewalk import catalogue
from stylewalk.pages import wrapping
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import Missing


def find(name: str, study: Study) -> tuple[catalogue.Figure | None, str]:
    """The catalogue's entry of a figure, and the experiment that it is of, if any."""
    for known, figure, experiment in catalogue.figures(list(study.experiments), study.of_random):
        if known == name:
            return figure, experiment
    return None, ""


def sentence(name: str, study: Study, tables: Mapping[str, pd.DataFrame]) -> str:
    """What a figure shows in this study; empty where its tables say nothing, or it is unknown.

    Args:
        name: the figure's file name without suffix.
        study: the head of the study.
        tables: by name, as the catalogue says; those that were not made may be absent.
    """
    figure, experiment = find(name, study)
    if figure is None:
        return ""
    try:
        text = writer(figure.sentence)(study, tables, *([experiment] if experiment else []))
    except Missing:
        return ""
    return wrapping.unbroken(text)


def writer(name: str) -> Callable[..., str]:
    """A function of the sentences by its name, such as ``dataset.overview``."""
    module, function = name.split(".")
    write: Callable[..., str] = getattr(
        importlib.import_module(f"stylewalk.pages.sentences.{module}"), function
    )
    return write


def files_behind(name: str, study: Study) -> list[str]:
    """Paths, inside the run's folder, of the tables that a figure was drawn from."""
    figure, experiment = find(name, study)
    seed = study.seeds[0] if len(study.seeds) else 0
    paths = []
    for table in figure.behind if figure else ():
        models = study.models if "model" in catalogue.wildcards(table.file) else [""]
        paths += [table.file.format(model=m, experiment=experiment, seed=seed) for m in models]
    return paths


def table_file(name: str) -> str:
    """The path of a table inside the run's folder, by its name; a path stays as it is."""
    return catalogue.TABLES[name].file if name in catalogue.TABLES else name
