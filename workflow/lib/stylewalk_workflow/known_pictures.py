"""What is known of a study's pictures before any job, to look for those of ``explorer.pairs``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stylewalk.data import sources
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
    pictures = sources.load(dataset).known(dataset)
    naming.check(pairs, pictures.most, pictures.names, pictures.left_out)


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
