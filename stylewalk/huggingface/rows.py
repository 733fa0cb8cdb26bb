"""The rows of a data set as a stream: its columns, its classes, the cells of a row."""

import datetime
import io
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from stylewalk.errors import StylewalkError
from stylewalk.huggingface.words import patiently
from stylewalk.metadata import did_you_mean, some

ABOUT = ("artist", "title", "date")
LARGEST_PICTURE = 2**28  # bytes: more than any picture, and little enough to hold


def open_rows(settings: Mapping[str, Any], seed: int) -> tuple[Any, str, str]:
    """The rows as a stream, what they are in words, and where their pictures must lie."""
    import datasets

    name, split = settings["name"], settings["split"]
    options = {"split": split, "streaming": True}
    if not os.path.isdir(name):
        from huggingface_hub import HfApi

        # The commit of this moment, so that the record says what was read.
        found = patiently(lambda: HfApi().dataset_info(name, revision=settings["revision"]))
        origin, home = f"{found.id} at {found.sha}, split {split}", f"hf://datasets/{found.id}"
        rows = datasets.load_dataset(
            found.id, settings["configuration"], revision=found.sha, **options
        )
    else:
        origin, home = f"{name}, split {split}", os.path.realpath(name)
        if _was_saved(name):
            rows = _saved(datasets.load_from_disk(name), name, split)
        else:
            rows = datasets.load_dataset(name, settings["configuration"], **options)
    if rows.features:
        # First of all: else the library decodes, and fetches, many pictures ahead.
        rows = rows.decode(False)
    if settings["shuffle_buffer"]:
        rows = rows.shuffle(seed=seed, buffer_size=settings["shuffle_buffer"])
    return rows, origin, home


def _was_saved(folder: str) -> bool:
    """Whether ``save_to_disk`` wrote a folder."""
    return any((Path(folder) / name).exists() for name in ("state.json", "dataset_dict.json"))


def _saved(found: Any, name: str, split: str) -> Any:
    """The rows of a split out of what ``save_to_disk`` wrote, which is read as it is needed."""
    if isinstance(found, dict):
        if split not in found:
            raise StylewalkError(
                f"dataset.huggingface.split: {name} has no split {split!r}"
                f"{did_you_mean(split, found)}. Its splits: {some(list(found))}."
            )
        found = found[split]
    return found.to_iterable_dataset()


def find_columns(rows: Any, settings: Mapping[str, Any], class_column: str) -> dict[str, str]:
    """The data set's column for each of image, class, artist, title and date that it has."""
    names = rows.column_names or list(next(iter(rows)))
    wanted = {"image": settings["image_column"], "class": class_column}
    keys = {"image": "dataset.huggingface.image_column", "class": "dataset.class_column"}
    for kind in ABOUT:
        given = settings[f"{kind}_column"]
        keys[kind] = f"dataset.huggingface.{kind}_column"
        if given is not None or kind in names:
            wanted[kind] = given or kind
    for kind, column in wanted.items():
        if column not in names:
            raise StylewalkError(
                f"{keys[kind]}: the data set {settings['name']} has no column {column!r}"
                f"{did_you_mean(column, names)}. Its columns: {some(names)}."
            )
    _check_pictures(rows, wanted["image"], settings["name"])
    return wanted


def _check_pictures(rows: Any, column: str, name: str) -> None:
    """Refuse a column of labels, texts or numbers before everything is read in vain."""
    import datasets

    features = rows.features or {}
    feature = features.get(column)
    binary = isinstance(feature, datasets.Value) and "binary" in feature.dtype
    if isinstance(feature, datasets.ClassLabel | datasets.Value) and not binary:
        others = [key for key, kind in features.items() if isinstance(kind, datasets.Image)]
        raise StylewalkError(
            f"dataset.huggingface.image_column: the column {column!r} of the data set {name} holds "
            f"no pictures. Columns that do: {some(others) or 'none'}."
        )


def _reader(rows: Any, kind: str, column: str) -> Callable[[Any], str]:
    """A function from a cell to its text: the name of a ClassLabel, else the text itself."""
    import datasets

    feature = (rows.features or {}).get(column)
    if isinstance(feature, datasets.ClassLabel):
        # -1 stands for no label.
        return lambda cell: "" if cell is None or cell < 0 else feature.int2str(cell)
    if feature is not None and not isinstance(feature, datasets.Value):
        raise StylewalkError(
            f"The column {column!r}, named for the {kind}, holds no single text or label in a row "
            f"but {feature}. Name another column."
        )
    return _as_text


def _as_text(cell: Any) -> str:
    if isinstance(cell, datetime.datetime):
        cell = cell.date()
    return "" if cell is None else str(cell).strip()


def check_labels(rows: Any, column: str, classes: Sequence[str], name: str) -> None:
    """Refuse a class that a ClassLabel does not list, before anything is read in vain."""
    known = getattr((rows.features or {}).get(column), "names", None)
    absent = [label for label in classes if known and label not in known]
    if absent:
        faults = "; ".join(f"there is no class {c!r}{did_you_mean(c, known)}" for c in absent)
        raise StylewalkError(
            f"dataset.classes: in the column {column!r} of the data set {name} {faults}. "
            f"Classes there: {some(known)}."
        )


def cells(rows: Any, columns: Mapping[str, str]) -> Iterator[tuple[Any, dict[str, str]]]:
    """The picture's cell of each row, not decoded, and the texts of its other columns by kind."""
    texts = {kind: _reader(rows, kind, columns[kind]) for kind in columns if kind != "image"}
    # Of Parquet files, other columns are not even read.
    rows = rows.select_columns(list(dict.fromkeys(columns.values())))
    for row in rows:
        about = {kind: read(row.get(columns[kind])) for kind, read in texts.items()}
        yield row.get(columns["image"]), about


def encoded(cell: Any, home: str) -> tuple[bytes, str]:
    """The bytes of a picture, or why there are none."""
    path = None
    if isinstance(cell, Mapping):
        cell, path = cell.get("bytes"), cell.get("path")
    if not cell and path:
        cell, fault = _at(str(path), home)
        if fault:
            return b"", fault
    if not cell:
        return b"", "its cell is empty"
    if not isinstance(cell, bytes):
        return b"", f"its cell holds {type(cell).__name__} and no encoded picture"
    if len(cell) > LARGEST_PICTURE:
        return b"", f"it has more than {LARGEST_PICTURE:,} bytes"
    return cell, ""


def _at(path: str, home: str) -> tuple[bytes, str]:
    """The bytes at a path that a row names, which must lie in the data set itself.

    A path may be chained, as in ``zip://a.jpg::hf://datasets/owner/name/train.zip``.
    """
    import fsspec

    on_disk = path.rpartition("::")[2]
    if home.startswith("hf://"):
        inside = on_disk.startswith((f"{home}/", f"{home}@")) and ".." not in on_disk
    else:
        inside = Path(os.path.realpath(on_disk)).is_relative_to(home)
    if not inside:
        return b"", "its path leads out of the data set"
    try:
        with fsspec.open(path, "rb") as file:
            return file.read(LARGEST_PICTURE + 1), ""
    except FileNotFoundError:
        return b"", "there is no file at its path"


def suffix(data: bytes) -> str:
    """The ending of a picture's file name, by its first bytes; ``bin`` where it is none."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            kind = image.format
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return "bin"
    return {"JPEG": "jpg", "TIFF": "tif"}.get(kind, kind.lower())
