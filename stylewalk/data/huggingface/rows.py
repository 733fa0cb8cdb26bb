"""The rows of a data set as a stream: its columns, its classes, the cells of a row."""

import datetime
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from stylewalk.data.classes import some
from stylewalk.data.decoding import kind_of
from stylewalk.data.huggingface import inside
from stylewalk.data.huggingface.words import patiently
from stylewalk.errors import StylewalkError, did_you_mean

ABOUT = ("artist", "title", "date")


def open_rows(settings: Mapping[str, Any], seed: int) -> tuple[Any, str, inside.Pictures]:
    """The rows as a stream, what they are in words, and the pictures that they name."""
    import datasets

    inside.bar_protocols()
    name, split = settings["name"], settings["split"]
    home: inside.Folder | inside.Hub
    if os.path.isdir(name):
        folder = inside.Folder(name)
        origin, home = f"{name}, split {split}", folder
        # Not by its name, under which the library could look elsewhere.
        place, revision = folder.path, None
    else:
        from huggingface_hub import HfApi

        # The commit of this moment, so that the record says what was read.
        info = patiently(lambda: HfApi().dataset_info(name, revision=settings["revision"]))
        origin, home = f"{info.id} at {info.sha}, split {split}", inside.Hub(info.id, info.sha)
        place, revision = info.id, info.sha
    if isinstance(home, inside.Folder) and inside.was_saved(home):
        rows = _saved(home, name, split)
    else:
        inside.check_card(home)
        builder = datasets.load_dataset_builder(place, settings["configuration"], revision=revision)
        inside.check_builder(builder, home)
        rows = builder.as_streaming_dataset(split=split)
    if rows.features:
        # First of all: else the library decodes, and fetches, many pictures ahead.
        rows = rows.decode(False)
    if settings["shuffle_buffer"]:
        rows = rows.shuffle(seed=seed, buffer_size=settings["shuffle_buffer"])
    return rows, origin, inside.Pictures(home)


def _saved(home: inside.Folder, name: str, split: str) -> Any:
    """The rows of a split out of what ``save_to_disk`` wrote, which is read as it is needed."""
    import datasets

    part, splits = inside.saved_part(home, split)
    if not part:
        raise StylewalkError(
            f"dataset.huggingface.split: {name} has no split {split!r}"
            f"{did_you_mean(split, splits)}. Its splits: {some(splits)}."
        )
    # As it lies there: a format that it was saved with would decode pictures.
    return datasets.Dataset.load_from_disk(part).with_format(None).to_iterable_dataset()


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
    known: list[str] = getattr((rows.features or {}).get(column), "names", None) or []
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


def encoded(cell: Any, pictures: inside.Pictures) -> tuple[bytes, str]:
    """The bytes of a picture, or why there are none."""
    path = None
    if isinstance(cell, Mapping):
        cell, path = cell.get("bytes"), cell.get("path")
    if not cell and path:
        cell, fault = pictures.read(str(path))
        if fault:
            return b"", fault
    if not cell:
        return b"", "its cell is empty"
    if not isinstance(cell, bytes):
        return b"", f"its cell holds {type(cell).__name__} and no encoded picture"
    if len(cell) > inside.LARGEST_PICTURE:
        return b"", f"it has more than {inside.LARGEST_PICTURE:,} bytes"
    return cell, ""


def suffix(data: bytes) -> str:
    """The ending of a picture's file name, by its first bytes; ``bin`` where it is none."""
    kind = kind_of(data) or "bin"
    return {"JPEG": "jpg", "TIFF": "tif", "JPEG2000": "jp2"}.get(kind, kind.lower())
