"""Read a data set until every class has its pictures, and write them down."""

import os
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from stylewalk import csv_cells
from stylewalk.data.classes import check_classes
from stylewalk.data.huggingface.inside import Pictures
from stylewalk.data.huggingface.names import check_name
from stylewalk.data.huggingface.rows import (
    ABOUT,
    cells,
    check_labels,
    encoded,
    find_columns,
    open_rows,
    suffix,
)
from stylewalk.data.huggingface.words import in_words
from stylewalk.files import atomic, write_json
from stylewalk.progress import Progress

#: Columns of the table that is written: those of source ``table``, and the row of the data set.
COLUMNS = ("class", "new_filename", "artist", "title", "date", "row")
ROWS_BETWEEN_WORDS = 1000  # in the log: of a data set that is sorted, a class may come late
_NEVER_CHANGES = (1980, 1, 1, 0, 0, 0)  # the earliest date of a zip file: same pictures, same bytes


def fetch(
    settings: Mapping[str, Any],
    class_column: str,
    classes: Sequence[str],
    per_class: int | None,
    seed: int,
    archive: str | os.PathLike[str],
    metadata: str | os.PathLike[str],
    record: str | os.PathLike[str],
    progress: Progress | None = None,
) -> None:
    """Read a data set until every class has its pictures, and write them down.

    Args:
        settings: ``dataset.huggingface`` of the completed config.
        class_column: column of the data set that holds the class, as a text or a ClassLabel.
        classes: classes to keep.
        per_class: pictures at which a class is full; reading stops when all are. None reads all.
        seed: of the shuffle, where the settings ask for one.
        archive: zip file to write: the pictures as they are encoded, ``<row>.jpg`` and the like.
        metadata: CSV to write, in :data:`COLUMNS`, with its texts escaped for spreadsheets. A row
            of these classes whose picture is missing, too large or outside the data set has a
            blank ``new_filename``.
        record: JSON to write: what was read, from which revision, and how many rows.
        progress: called with (pictures, pictures in all), where ``per_class`` says how many.

    Raises:
        StylewalkError: the data set, a column or a class is absent, or reading failed.
    """
    check_name(settings["name"])
    with in_words(settings["name"]):
        rows, origin, named = open_rows(settings, seed)
        columns = find_columns(rows, settings, class_column)
        check_labels(rows, columns["class"], classes, settings["name"])
        gathered = _Gathered(classes, per_class, named, progress)
        with atomic(archive) as path, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as pictures:
            for picture, about in cells(rows, columns):
                gathered.take(picture, about, pictures)
                if gathered.is_full():
                    break
            check_classes(gathered.labels, classes, f"the column {columns['class']} of {origin}")
    with atomic(metadata) as path:
        csv_cells.write(pd.DataFrame(gathered.rows, columns=list(COLUMNS)), path)
    facts = {"data set": origin, **settings, "columns": columns, **gathered.facts()}
    write_json(record, facts)
    print("\n".join(f"{key}: {value}" for key, value in facts.items()))


@dataclass
class _Gathered:
    """What was taken so far."""

    classes: Sequence[str]
    per_class: int | None
    named: Pictures  # those that rows name by paths
    progress: Progress | None
    rows: list[tuple[object, ...]] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)  # of every row that was read
    read: int = 0

    def take(self, cell: Any, about: Mapping[str, str], pictures: zipfile.ZipFile) -> None:
        """Write the next row's picture down, if its class is wanted and not full."""
        name, number = about["class"], self.read
        if self.read and self.read % ROWS_BETWEEN_WORDS == 0:
            counts = ", ".join(f"{self.taken[name]:,} of {name}" for name in self.classes)
            print(f"{self.read:,} rows read, pictures taken: {counts}", flush=True)
        self.read += 1
        if name:
            self.labels[name] += 1
        if name not in self.classes or self._has_enough(name):
            return
        data, fault = encoded(cell, self.named)
        filename = "" if fault else f"{number:08d}.{suffix(data)}"
        self.rows.append((name, filename, *(about.get(key, "") for key in ABOUT), number))
        if fault:
            print(f"Row {number} ({name}) has no picture: {fault}.")
            return
        pictures.writestr(zipfile.ZipInfo(filename, _NEVER_CHANGES), data)
        self.taken[name] += 1
        if self.progress and self.per_class:
            self.progress(self.taken.total(), self.per_class * len(self.classes))

    def _has_enough(self, name: str) -> bool:
        return self.per_class is not None and self.taken[name] >= self.per_class

    def is_full(self) -> bool:
        return all(map(self._has_enough, self.classes))

    def facts(self) -> dict[str, Any]:
        """How much was read and kept."""
        return {
            "rows read": self.read,
            "rows without a class": self.read - self.labels.total(),
            "pictures": {name: self.taken[name] for name in self.classes},
            "rows without a picture": sum(not row[1] for row in self.rows),
        }
