"""Which artworks of the metadata a study takes: those of its classes whose file names can be used.

Nothing is dropped in silence: every artwork of these classes that is left out stands in a table
with its reason.
"""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath, PureWindowsPath

import numpy as np
import pandas as pd

from stylewalk.catalogue.data import REJECTED, SELECTED
from stylewalk.data.classes import check_classes, class_counts
from stylewalk.data.dates import parse_date
from stylewalk.data.metadata import printable
from stylewalk.data.picture_files import plain_path
from stylewalk.data.rejected import by_reason
from stylewalk.errors import UNPRINTABLE, StylewalkError
from stylewalk.randomness import generator


def select_artworks(
    frame: pd.DataFrame, classes: Sequence[str], class_column: str, per_class: int | None, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the artworks of some classes, without unusable or doubled file names.

    A file that is listed twice in one class is kept once; one that is listed in two of the
    classes is left out altogether, since its class is unknown.

    Args:
        frame: metadata: see :func:`stylewalk.data.metadata.read_metadata`.
        classes: classes to keep.
        class_column: column that holds the class.
        per_class: artworks to draw from each class, without replacement; None takes all.
        seed: seed of the draw.

    Returns:
        The selected and the rejected artworks, in the order of the metadata: the columns of
        ``SELECTED`` and ``REJECTED``.

    Raises:
        StylewalkError: a class is absent or has fewer than two usable artworks.
    """
    check_classes(class_counts(frame[class_column]), classes, "the metadata")
    kept = frame[frame[class_column].isin(list(classes))]
    kept = kept.assign(row=kept.index, **{"class": kept[class_column]})
    kept = kept.rename(columns={"new_filename": "filename"})
    faults = pd.DataFrame(_metadata_faults(kept), columns=["row", "kind", "reason"])
    rejected = kept[["row", "class", "filename"]].merge(faults, on="row")
    rejected["filename"] = rejected["filename"].map(printable)
    kept = kept[~kept["row"].isin(faults["row"])]
    try:
        check_classes(class_counts(kept["class"]), classes, "the metadata without unusable rows")
    except StylewalkError as error:
        raise StylewalkError("\n".join([str(error), *by_reason(rejected)])) from None
    if per_class is not None:
        kept = kept.loc[_sample(kept["class"], per_class, seed)]
    dates = {text: parse_date(text) for text in kept["date"].unique()}
    for column, place in (("year", 0), ("century", 1)):
        numbers = [dates[text][place] for text in kept["date"]]
        kept = kept.assign(**{column: pd.array(numbers, dtype="Int64")})
    return kept[list(SELECTED)].reset_index(drop=True), rejected[list(REJECTED)]


def _metadata_faults(kept: pd.DataFrame) -> Iterator[tuple[int, str, str]]:
    """(row, kind, reason) of the rows that cannot be used, in their order."""
    classes_of: dict[str, dict[str, None]] = {}
    for filename, name in zip(kept["filename"], kept["class"], strict=True):
        classes_of.setdefault(plain_path(filename), {})[name] = None
    first_row: dict[str, int] = {}
    for row, filename in zip(kept["row"], kept["filename"], strict=True):
        path = plain_path(filename)
        first = first_row.setdefault(path, row)
        if reason := _name_fault(filename):
            yield row, "path", reason
        elif len(classes_of[path]) > 1:
            yield row, "duplicate", f"listed in the classes {' and '.join(classes_of[path])}"
        elif first != row:
            yield row, "duplicate", f"listed before, in row {first}"


def _name_fault(filename: str) -> str | None:
    """What is wrong with a file name of the metadata, before any look at the disk."""
    posix, windows = PurePosixPath(filename), PureWindowsPath(filename)
    if not filename.strip():
        return "there is no picture: the file name is blank"
    if posix.is_absolute() or windows.is_absolute():
        return "an absolute path; expected one inside the folder of images"
    if ".." in posix.parts or ".." in windows.parts:
        return "the path leads out of a folder with '..'"
    if "\0" in filename or printable(filename) != filename:
        return "the file name is not valid text (UTF-8)"
    if UNPRINTABLE.search(filename):
        return "the file name holds a line break or a control character; rename the file"
    return None


def _sample(classes: pd.Series, per_class: int, seed: int) -> np.ndarray:
    """Index labels of a draw from each class, in order."""
    # ASSUME: a class with fewer artworks than asked for gives all it has, because classes of real
    # collections are uneven and the counts are shown.
    drawn = [
        generator(seed, "sample", name).choice(rows, min(per_class, len(rows)), replace=False)
        for name, rows in classes.groupby(classes).groups.items()
    ]
    return np.sort(np.concatenate(drawn))
