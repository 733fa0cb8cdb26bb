"""Columns of the metadata beyond those that every study reads."""

import os
from collections.abc import Sequence

import pandas as pd

from stylewalk.data.metadata import read_columns
from stylewalk.data.picture_files import plain_path


def further_columns(
    path: str | os.PathLike[str], filenames: pd.Series, columns: Sequence[str]
) -> pd.DataFrame:
    """Texts of some columns of the metadata, of the artworks of a study.

    Args:
        path: of the metadata; not read where no column is asked for.
        filenames: of the artworks, as in table ARTWORKS.
        columns: names of the columns.

    Returns:
        A row for each artwork, in their order, blank where unknown.

    Raises:
        StylewalkError: the metadata lacks a column, has it twice, or cannot be read.
    """
    if not columns:
        return pd.DataFrame(index=range(len(filenames)))
    frame = read_columns(path, ["new_filename", *columns])
    frame = frame.assign(at=frame["new_filename"].map(plain_path)).drop_duplicates("at")
    texts = frame.set_index("at")[list(columns)].reindex(filenames.map(plain_path))
    return texts.fillna("").reset_index(drop=True)
