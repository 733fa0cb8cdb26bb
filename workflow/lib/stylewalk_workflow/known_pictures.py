"""What is known of a study's pictures before any job, to look for those of ``explorer.pairs``."""

import itertools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stylewalk.explorer import naming

# What reads tables is imported where it is needed: every call of Snakemake comes through here.


def check_pairs(config: Mapping[str, Any]) -> None:
    """Look whether the pictures of ``explorer.pairs`` can be there, before any job starts.

    Which pictures there are follows from the dataset's settings alone: the results of another
    selection say nothing. Some may turn out to be damaged; that is known to :func:`check_results`.

    Args:
        config: the completed config, whose sources were looked at.

    Raises:
        StylewalkError: a number is too large, there is no picture of a name, or the metadata cannot
            be used.
    """
    pairs, dataset = config["explorer"]["pairs"], config["dataset"]
    if not pairs:
        return
    classes, per_class = dataset["classes"], dataset["per_class"]
    if dataset["source"] == "huggingface":
        # Names are given to its pictures when they are fetched.
        naming.check(pairs, len(classes) * per_class if per_class else math.inf)
        return
    if dataset["source"] == "painter":
        from stylewalk.data.painter.collection import file_name

        drawn = itertools.product(sorted(classes), range(per_class))
        names = [file_name(style, number) for style, number in drawn]
        naming.check(pairs, len(names), names)
        return
    from stylewalk.data.metadata import read_folder, read_metadata
    from stylewalk.data.selection import select_artworks

    if dataset["source"] == "folder":
        frame, column = read_folder(dataset["images"]), "class"
    else:
        column = dataset["class_column"]
        frame = read_metadata(dataset["metadata"], column)
    selected, rejected = select_artworks(frame, classes, column, per_class, dataset["seed"])
    names = list(selected["filename"])
    left_out = {
        name: f"its class is {label!r}"
        if label not in classes
        else f"dataset.per_class draws {per_class} pictures of each class, and it was not drawn"
        for name, label in zip(frame["new_filename"], frame[column], strict=True)
    }
    left_out |= dict(zip(rejected["filename"], rejected["reason"], strict=True))
    naming.check(pairs, len(names), names, left_out)


def check_results(config: Mapping[str, Any], folder: str | Path) -> None:
    """Look for the pictures of ``explorer.pairs`` in a table of artworks that is up to date.

    Args:
        config: the completed config.
        folder: of the results.

    Raises:
        StylewalkError: there is no such picture, or the table is absent or damaged.
    """
    names, left_out = naming.read_names(
        Path(folder) / "artworks.parquet", Path(folder) / "rejected.parquet"
    )
    naming.resolve(config["explorer"]["pairs"], names, left_out)
