"""Read which artworks there are: from a metadata file, or from one sub-folder per class."""

import gzip
import os
import re
import warnings
import zlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from stylewalk.csv_cells import unescaped
from stylewalk.data.classes import some
from stylewalk.data.picture_files import Archive, Folder, open_pictures
from stylewalk.data.picture_kinds import READ, is_read, summary, why_misnamed, why_unread
from stylewalk.errors import StylewalkError, did_you_mean

_BELOW = "it lies in a folder below that of its class, which is not looked into; move it up"
_OPTIONAL = ("artist", "title", "date", "content", "content_group")
#: What neither XML (a figure) nor a terminal should hold: controls, halves of letters, no letters.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")  # but line breaks


def read_metadata(
    path: str | os.PathLike[str],
    class_column: str,
    is_escaped: bool = False,
    content_column: str = "content",
    group_column: str = "content_group",
) -> pd.DataFrame:
    """Read a metadata file in the layout of Painter by Numbers.

    Args:
        path: .csv, .csv.gz or .parquet. Only ``class_column`` and ``new_filename`` must be there;
            ``artist``, ``title`` and ``date`` may be absent, any cell may be blank.
        class_column: column that holds the class.
        is_escaped: whether its texts are escaped for spreadsheets, as the workflow itself does.
        content_column: column that says what is shown, alike in several classes; may be absent.
        group_column: column that says of which kind that is; may be absent.

    Returns:
        Texts, blank where unknown, in the columns ``class_column``, new_filename, artist, title,
        date, content, content_group; the index is the row of the metadata, from 0.

    Raises:
        StylewalkError: the file is absent, cannot be read, is empty, or has a column that is
            needed not at all or twice.
    """
    path = Path(path)
    frame = _read_table(path)
    names = list(map(str, frame.columns))
    given = {"content": content_column, "content_group": group_column}
    frame = _with_contents(frame, path, class_column, given)
    _check_table(frame, path, class_column, names)
    frame = _texts(_with_optional(frame, class_column), path)
    return _cleaned(frame.apply(unescaped) if is_escaped else frame)


def read_columns(path: str | os.PathLike[str], columns: Sequence[str]) -> pd.DataFrame:
    """Texts of some columns of a metadata file, blank where unknown.

    Raises:
        StylewalkError: the file cannot be read, or lacks a column or has it twice.
    """
    frame = _read_table(Path(path))
    names = list(map(str, frame.columns))
    for column in columns:
        if names.count(column) != 1:
            raise StylewalkError(
                f"The metadata {path} has the column {column!r} {names.count(column)} times"
                f"{did_you_mean(column, frame)}. Its columns: {some(names)}. Name columns that it "
                "has once."
            )
    return _cleaned(_texts(frame[list(columns)], Path(path)))


def _with_contents(
    frame: pd.DataFrame, path: Path, class_column: str, given: Mapping[str, str]
) -> pd.DataFrame:
    """The table with the columns on what is shown under our names.

    Args:
        given: by our name that of the file, which may lack it.

    Raises:
        StylewalkError: our name is that of the column of the class.
    """
    names = list(map(str, frame.columns))
    columns = {name: column for name, column in given.items() if names.count(column) == 1}
    if columns.get(class_column, class_column) != class_column:
        raise StylewalkError(
            f"The column {class_column!r} of the metadata {path} holds the class, and "
            f"{columns[class_column]!r} what is shown, which Stylewalk calls {class_column}. Give "
            "the column of the class another name, in the file and as dataset.class_column."
        )
    return frame.assign(**{name: frame[column] for name, column in columns.items()})


def _check_table(frame: pd.DataFrame, path: Path, class_column: str, names: Sequence[str]) -> None:
    """Check that the columns that are read are there once, those that are needed, and rows.

    Args:
        frame: the table, with the columns on what is shown under our names.
        names: of its columns in the file.

    Raises:
        StylewalkError: see :func:`read_metadata`.
    """
    for column in _columns(class_column):
        if names.count(column) > 1:
            raise StylewalkError(
                f"The metadata {path} has the column {column!r} {names.count(column)} times: "
                "rename or remove all but one."
            )
    for column in (class_column, "new_filename"):
        if column not in frame.columns:
            raise StylewalkError(
                f"The metadata {path} has no column {column!r}{did_you_mean(column, frame)}. "
                f"Its columns: {some(names)}. Add it, or rename the column that holds it."
                + (" Columns must be separated by commas." if _one_csv_column(path, names) else "")
            )
    if frame.empty:
        raise StylewalkError(
            f"The metadata {path} has a header but no rows: write one for each picture."
        )


def _columns(class_column: str) -> list[str]:
    """Names of the columns that are read, in our order; that of the class may be one of ours."""
    return list(dict.fromkeys([class_column, "new_filename", *_OPTIONAL]))


def _with_optional(frame: pd.DataFrame, class_column: str) -> pd.DataFrame:
    """The columns that are read, blank where the file lacks one that may be absent."""
    absent = [column for column in _OPTIONAL if column not in frame.columns]
    return frame.assign(**dict.fromkeys(absent, ""))[_columns(class_column)]


def _texts(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The cells as texts, blank where unknown.

    Raises:
        StylewalkError: a Parquet file holds bytes that are none.
    """
    try:
        return frame.astype(object).where(frame.notna(), "").astype(str)
    except UnicodeDecodeError as error:
        raise StylewalkError(
            f"The metadata {path} holds bytes that are no UTF-8 ({error}). "
            "Save its columns as texts."
        ) from error


def _cleaned(frame: pd.DataFrame) -> pd.DataFrame:
    """The texts in one line each, see :func:`_plain`."""
    # Not the file name: a blank at its end may be part of it.
    return frame.apply(lambda texts: texts if texts.name == "new_filename" else _plain(texts))


def _plain(texts: pd.Series) -> pd.Series:
    """The texts in one line each where they hold what no figure can, without blanks around."""
    has_controls = texts.str.contains(_CONTROLS)
    return texts.where(~has_controls, texts.str.replace(_CONTROLS, " ", regex=True)).str.strip()


def _wide_coding(path: Path) -> str | None:
    """UTF-16 or UTF-32 where a CSV file is in one of them, with a mark at its start or without."""
    opener = gzip.open if path.suffix.lower() == ".gz" else open
    with opener(path, "rb") as file:
        start = file.read(4)
    zeros = [place for place, byte in enumerate(start) if byte == 0]
    if start in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "UTF-32"
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    # Without a mark, by the letters of the header.
    wide = {(1, 2, 3): "UTF-32LE", (0, 1, 2): "UTF-32BE", (1, 3): "UTF-16LE", (0, 2): "UTF-16BE"}
    return wide.get(tuple(zeros))


def _other_coding(path: Path, coding: str, name: str) -> StylewalkError:
    return StylewalkError(
        f"The metadata {path} is not in UTF-8 but, it seems, in {coding}. Save it again as CSV "
        f"UTF-8, or convert it: iconv -f {name} -t UTF-8 {path.name} > utf8.csv."
    )


def _one_csv_column(path: Path, names: Sequence[str]) -> bool:
    return len(names) == 1 and path.suffix.lower() != ".parquet"


def _read_table(path: Path) -> pd.DataFrame:
    """The file as a frame; of a CSV, every cell is a text as it stands (the artist `NA`)."""
    if not os.path.isfile(path):  # not Path.is_file, which fails for a name too long
        raise StylewalkError(
            f"The metadata {path} does not exist or is no file: give the path of the table."
        )
    try:
        if path.suffix.lower() == ".parquet":
            # What pandas notes in a file may be damaged, and is not needed.
            return pq.read_table(path).to_pandas(ignore_metadata=True).reset_index(drop=True)
        if not path.name.lower().endswith((".csv", ".csv.gz")):
            raise StylewalkError(f"The metadata {path} must end in .csv, .csv.gz or .parquet.")
        if coding := _wide_coding(path):
            raise _other_coding(path, coding, coding)
        with warnings.catch_warnings():
            # Rows longer than the header: pandas would cut them off and only warn.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            options = {"dtype": str, "keep_default_na": False, "encoding": "utf-8"}
            frame = pd.read_csv(path, index_col=False, **options)
            # As they stand: pandas renames the second of two columns of one name.
            names = pd.read_csv(path, index_col=False, header=None, nrows=1, **options)
            return frame.set_axis(names.iloc[0].to_numpy(), axis=1)
    except pd.errors.EmptyDataError as error:
        raise StylewalkError(
            f"The metadata {path} is empty; expected a header and rows."
        ) from error
    except UnicodeDecodeError as error:
        raise _other_coding(path, "Latin-1 or Windows-1252", "WINDOWS-1252") from error
    except (pd.errors.ParserError, pd.errors.ParserWarning, pa.ArrowException) as error:
        raise StylewalkError(
            f"The metadata {path} cannot be read as a table: {error}. Save it again, with quotes "
            "in pairs and no row longer than the header."
        ) from error
    except (OSError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise StylewalkError(
            f"The metadata {path} cannot be read: {error}. Copy or save it again."
        ) from error


class Listed(NamedTuple):
    """What lies in a folder of classes.

    Attributes:
        frame: the pictures: see :func:`read_folder`.
        passed: what is passed over though it seems meant, as ``REJECTED``: pictures of kinds
            that are not read here, and those in folders below that of a class. Their rows follow
            those of the pictures.
    """

    frame: pd.DataFrame
    passed: pd.DataFrame

    def hint(self, classes: Iterable[str]) -> str:
        """What is passed over in some classes, in words for an error; blank where nothing is."""
        passed = self.passed[self.passed["class"].isin(list(classes))]
        kinds = passed[passed["kind"] == "format"]
        lines = [f" {summary(kinds['filename'])} are passed over:"] if len(kinds) else []
        lines += [f" {reason}." for reason in dict.fromkeys(passed["reason"])]
        return "".join(lines)


def list_folder(images: str | os.PathLike[str]) -> Listed:
    """List a folder, or a zip file, with one sub-folder of images per class.

    Images directly in ``images``, hidden entries, and files that are no pictures are passed over
    without a word.

    Raises:
        StylewalkError: the folder is absent or has no sub-folder with images, or the zip file is
            damaged.
    """
    try:
        with open_pictures(images) as pictures:
            files, deep = sorted(pictures.names()), sorted(pictures.deeper())
            faults = [(name, "format", why) for name in files if (why := _why(name, pictures))]
    except OSError as error:
        raise StylewalkError(
            f"The folder of images {images} cannot be listed: {error}. Let it be read."
        ) from error
    names = [name for name in files if is_read(name)]
    # One row for each, so that they count towards the share that may be left out.
    faults += [(name, "path", _BELOW) for name in deep if is_read(name) or why_unread(name)]
    passed = pd.DataFrame(faults, columns=["filename", "kind", "reason"], dtype=object)
    passed["class"] = [printable(name.split("/")[0]) for name in passed["filename"]]
    passed["filename"] = passed["filename"].map(printable)
    passed["row"] = np.arange(len(names), len(names) + len(passed))
    if not names:
        hint = Listed(passed, passed).hint(passed["class"])
        raise StylewalkError(
            f"The folder {images} has no images in sub-folders. Expected one sub-folder per class, "
            f"such as Realism/1.jpg, with files that end in {', '.join(READ)}.{hint}"
        )
    classes = [printable(name.split("/")[0]) for name in names]
    # Plain objects: names from the disk that are not UTF-8 do not fit into pandas' texts.
    frame = pd.DataFrame({"class": classes, "new_filename": names}, dtype=object)
    return Listed(frame.assign(**dict.fromkeys(_OPTIONAL, "")), passed)


def _why(name: str, pictures: Folder | Archive) -> str | None:
    """Why a file in the folder of a class is passed over, if it is a picture."""
    if is_read(name):
        return None
    # Few files: those whose names are no picture's at all.
    return why_unread(name) or why_misnamed(pictures.start(name))


def unread(frame: pd.DataFrame, class_column: str) -> pd.DataFrame:
    """The rows of a table whose pictures are of kinds that are not read here, by their names.

    Returns:
        Columns class, filename, kind and reason, as in ``REJECTED``.
    """
    faults = [
        (name, filename, "format", why)
        for name, filename in zip(frame[class_column], frame["new_filename"], strict=True)
        if (why := why_unread(filename))
    ]
    return pd.DataFrame(faults, columns=["class", "filename", "kind", "reason"])


def read_folder(images: str | os.PathLike[str]) -> pd.DataFrame:
    """Read a folder, or a zip file, with one sub-folder of images per class.

    Returns:
        The layout of :func:`read_metadata`: class, new_filename (``Class/name.jpg``, sorted),
        and blank artist, title, date.

    Raises:
        StylewalkError: see :func:`list_folder`.
    """
    return list_folder(images).frame


def printable(text: str) -> str:
    """The text with ? for what is not UTF-8 in a name from the disk, which no table takes."""
    return text.encode("utf-8", "replace").decode()
