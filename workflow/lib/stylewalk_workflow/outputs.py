"""Read what earlier jobs made, as the catalogue describes it."""

import importlib
import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from stylewalk import tables
from stylewalk.arrays import open_images, read_images
from stylewalk.catalogue.outputs import Array, Plot, Table, wildcards

Paths = str | Sequence[str]


def read_table(
    table: Table,
    paths: Paths,
    models: Sequence[str],
    experiments: Sequence[str] = (),
    seeds: Sequence[int] = (),
) -> pd.DataFrame:
    """A table, the rows of all its files one below the other.

    Args:
        table: its entry.
        paths: its file, or its files, which run over experiments, then models, then seeds.
        models: the study's, in the order of the files.
        experiments: the same.
        seeds: the same; none where the files are of the first seed alone.

    Returns:
        The table; where it lies in a file for each model and does not name it, with the columns
        ``model`` and, of several seeds, ``seed`` before its own.
    """
    if not wildcards(table.file):
        return tables.read_table(_first(paths), table)
    frames = []
    for (_, model, *seed), path in zip(
        _keys(table, models, experiments, seeds), paths, strict=True
    ):
        frame = tables.read_table(path, table)
        if "model" not in frame:
            frame.insert(0, "model", model)
            if seed:
                frame.insert(1, "seed", seed[0])
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def _first(paths: Paths) -> str:
    return paths if isinstance(paths, str) else paths[0]


# The catalogue is imported by name where one entry of it is needed: what it says of others makes
# nothing again. The rule has the entry as a parameter.


def plot_of(module: str) -> Plot:
    """The catalogue's entry of the figures that a module draws."""
    plots: list[Plot] = importlib.import_module("stylewalk.catalogue").plots()
    return next(plot for plot in plots if plot.module == module)


def table_of(name: str) -> Table:
    """The catalogue's entry of a table."""
    tables_: dict[str, Table] = importlib.import_module("stylewalk.catalogue").TABLES
    return tables_[name]


def read_plot(
    plot: Plot, files: Mapping[str, Paths], settings: Mapping[str, Any], metric: str
) -> dict[str, Any]:
    """All that a plot's ``draw`` is given, by the names of its parameters.

    Args:
        plot: its entry.
        files: the file or files of each of its tables and arrays, of the first seed.
        settings: the settings that it needs, ``models`` and ``experiments`` among them where a
            file of each is read.
        metric: name of the style metric that is shown, of those that a table may hold.
    """
    models, experiments = settings.get("models", ()), list(settings.get("experiments", ()))
    data: dict[str, Any] = {}
    for name, entry in plot.read().items():
        if isinstance(entry, Table):
            whole = read_table(entry, files[name], models, experiments)
            data[name] = whole if entry.of_all_metrics else tables.of_metric(whole, metric)
        elif wildcards(entry.file):
            data[name] = _read_arrays(entry, files[name], models, experiments)
        else:
            # One picture for each artwork, in a plot that has both.
            count = len(data["artworks"]) if "artworks" in data else None
            data[name] = open_images(_first(files[name]), entry.dimensions, count)
    return {**data, **settings}


def _read_arrays(
    array: Array, paths: Paths, models: Sequence[str], experiments: Sequence[str]
) -> dict[Any, Any]:
    """A map to pictures from (experiment, model) or the model."""
    keys = _keys(array, models, experiments, ())
    if array.file.endswith(".npz"):
        pictures = [read_images(path, "originals", "reconstructions") for path in paths]
        return {model: pair for (_, model), pair in zip(keys, pictures, strict=True)}
    return {key: open_images(path, array.dimensions) for key, path in zip(keys, paths, strict=True)}


def _keys(
    entry: Table | Array, models: Sequence[str], experiments: Sequence[str], seeds: Sequence[int]
) -> list[tuple[Any, ...]]:
    """(experiment, model) of each file, and the seed where there are several."""
    of_experiment = experiments if "experiment" in wildcards(entry.file) else [""]
    return list(itertools.product(of_experiment, models, *([seeds] if seeds else [])))
