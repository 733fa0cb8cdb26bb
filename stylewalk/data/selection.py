"""From a table of artworks and a folder of images to one array of small squares.

Keep the classes asked for, decode the pictures, split each class into training and validation.
Nothing is dropped in silence: every artwork of these classes that is left out stands in a table
with its reason.
"""

import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import PurePosixPath, PureWindowsPath
from typing import Literal, TypeVar

import numpy as np
import pandas as pd
from jaxtyping import Int, Shaped, UInt8
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stylewalk.catalogue.data import ARTWORKS, REJECTED, SELECTED
from stylewalk.data.classes import check_classes, class_counts, held_out
from stylewalk.data.dates import parse_date
from stylewalk.data.decoding import Fit, decode
from stylewalk.data.metadata import printable, read_columns
from stylewalk.data.picture_files import Archive, Folder, Undecodable, open_pictures
from stylewalk.data.picture_kinds import why_unread
from stylewalk.errors import UNPRINTABLE, StylewalkError
from stylewalk.labels import Labels, Numbers
from stylewalk.progress import Progress
from stylewalk.randomness import generator

__all__ = [
    "check_left_out",
    "further_columns",
    "pack_images",
    "select_artworks",
    "split",
]

Split = Literal["training", "validation"]
SplitBy = Literal["artwork", "artist", "content"]
Item = TypeVar("Item")
Result = TypeVar("Result")

_FILES_NAMED = 3  # in an error, of each kind
_ADVICE = {
    "duplicate": "list each file once, and in one class",
    "format": "convert the pictures of kinds that are not read",
    "missing": "check that this is the folder of these pictures",
    "path": "each row needs the name of a picture inside the folder of images",
    "unreadable": "replace the damaged files",
    "too_large": "scale the too large pictures down",
}


def select_artworks(
    frame: pd.DataFrame, classes: Sequence[str], class_column: str, per_class: int | None, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep the artworks of some classes, without unusable or doubled file names.

    A file that is listed twice in one class is kept once; one that is listed in two of the
    classes is left out altogether, since its class is unknown.

    Args:
        frame: metadata: see :func:`read_metadata`.
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
        raise StylewalkError("\n".join([str(error), *_by_reason(rejected)])) from None
    if per_class is not None:
        kept = kept.loc[_sample(kept["class"], per_class, seed)]
    dates = {text: parse_date(text) for text in kept["date"].unique()}
    for column, place in (("year", 0), ("century", 1)):
        numbers = [dates[text][place] for text in kept["date"]]
        kept = kept.assign(**{column: pd.array(numbers, dtype="Int64")})
    return kept[list(SELECTED)].reset_index(drop=True), rejected[list(REJECTED)]


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
    frame = frame.assign(at=frame["new_filename"].map(_plain_path)).drop_duplicates("at")
    found = frame.set_index("at")[list(columns)].reindex(filenames.map(_plain_path))
    return found.fillna("").reset_index(drop=True)


def _metadata_faults(kept: pd.DataFrame) -> Iterator[tuple[int, str, str]]:
    """(row, kind, reason) of the rows that cannot be used, in their order."""
    classes_of: dict[str, dict[str, None]] = {}
    for filename, name in zip(kept["filename"], kept["class"], strict=True):
        classes_of.setdefault(_plain_path(filename), {})[name] = None
    first_row: dict[str, int] = {}
    for row, filename in zip(kept["row"], kept["filename"], strict=True):
        path = _plain_path(filename)
        first = first_row.setdefault(path, row)
        if reason := _name_fault(filename):
            yield row, "path", reason
        elif len(classes_of[path]) > 1:
            yield row, "duplicate", f"listed in the classes {' and '.join(classes_of[path])}"
        elif first != row:
            yield row, "duplicate", f"listed before, in row {first}"


def _plain_path(filename: str) -> str:
    """The same for ``a.jpg`` and ``./a.jpg``, ``b/a.jpg`` and ``b//a.jpg``: one file, not two."""
    return str(PurePosixPath(filename))


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


def split(
    classes: Labels,
    validation_fraction: float,
    seed: int,
    first: Numbers | None = None,
) -> Shaped[np.ndarray, " artworks"]:
    """Split every class at random into training and validation.

    Args:
        classes: class of each artwork, length N.
        validation_fraction: share of each class for validation; at least one artwork of a class
            goes to either side.
        seed: seed of the draw. A class's draw does not depend on the other classes.
        first: (N,) for each artwork the first of those that are the same, see
            :func:`stylewalk.data.duplicates.find`; they go to one side, all of them, but where a
            class would then have nothing on the other. None takes every artwork for another one.

    Returns:
        Array (N,) of ``training`` and ``validation``.

    Raises:
        StylewalkError: a class has one artwork.
    """
    labels = np.asarray(classes, dtype=object)
    names = np.unique(labels).tolist()
    check_classes(pd.Series(labels).value_counts().to_dict(), names, "the pictures")
    result = np.full(len(labels), "training", dtype=object)
    orders, counts = {}, {}
    for name in names:
        rows = np.flatnonzero(labels == name)
        counts[name] = held_out(len(rows), validation_fraction)
        orders[name] = generator(seed, "split", name).permutation(rows)
        result[orders[name][: counts[name]]] = "validation"
    if first is not None and (np.asarray(first) != np.arange(len(labels))).any():
        _keep_together(result, labels, np.asarray(first), orders, counts)
    return result


def together(first: Numbers, names: Labels) -> Int[np.ndarray, " artworks"]:
    """Join groups of artworks that go to one side of the split by what they have in common.

    Args:
        first: (N,) see :func:`split`.
        names: (N,) their artist or content; blank where unknown, which joins none.

    Returns:
        (N,) the first of each joined group.
    """
    count, labels = len(first), np.asarray(names, dtype=object)
    known = np.flatnonzero(labels != "")
    _, places, codes = np.unique(labels[known].astype(str), return_index=True, return_inverse=True)
    rows = np.concatenate([np.arange(count), known])
    columns = np.concatenate([np.asarray(first), known[places[codes]]])
    edges = coo_array((np.ones(len(rows)), (rows, columns)), shape=(count, count))
    _, groups = connected_components(edges, directed=False)
    _, starts, codes = np.unique(groups, return_index=True, return_inverse=True)
    joined: np.ndarray = starts[codes]
    return joined


def _keep_together(
    sides: np.ndarray,
    classes: np.ndarray,
    first: np.ndarray,
    orders: Mapping[str, np.ndarray],
    counts: Mapping[str, int],
) -> None:
    """Bring those that are the same to one side, in place.

    Args:
        sides: the split as it was drawn.
        classes, first: see :func:`split`.
        orders: rows of each class in the order of its draw.
        counts: how many of each class validation is to have.
    """
    drawn = sides.copy()
    groups = pd.Series(np.arange(len(first))).groupby(first).indices
    for root, rows in groups.items():
        # What is larger than the validation of its class would leave little to train on.
        fits = all(n <= counts[name] for name, n in Counter(classes[rows]).items())
        sides[rows] = drawn[root] if fits or len(rows) == 1 else "training"
    single = np.array([len(groups[root]) == 1 for root in first])
    for name, order in orders.items():
        alone = order[single[order]]  # those that are drawn first come first
        surplus = (sides[order] == "validation").sum() - counts[name]
        if surplus > 0:
            sides[alone[sides[alone] == "validation"][::-1][:surplus]] = "training"
        else:
            sides[alone[sides[alone] == "training"][:-surplus]] = "validation"
    for name, order in orders.items():
        parts = [groups[root] for root in dict.fromkeys(first[order])]
        _give_both_sides(sides, classes, name, parts)
        if len(set(sides[order])) == 1:
            sides[order] = drawn[order]


def _give_both_sides(
    sides: np.ndarray, classes: np.ndarray, name: str, groups: Sequence[np.ndarray]
) -> None:
    """Where all of a class lie on one side, move its smallest group that no class needs there.

    Args:
        sides, classes: see :func:`_keep_together`.
        name: the class.
        groups: rows of the groups that it has a part in.
    """
    present = set(sides[classes == name])
    if len(present) > 1:
        return
    here, there = (
        ("training", "validation") if "training" in present else ("validation", "training")
    )
    for rows in sorted(groups, key=len):
        stay = (sides == here) & ~np.isin(np.arange(len(sides)), rows)
        if set(classes[rows]) <= set(classes[stay]):
            sides[rows] = there
            return


def pack_images(
    selected: pd.DataFrame,
    images_folder: str | os.PathLike[str],
    size: int,
    fit: Fit,
    validation_fraction: float,
    seed: int,
    max_rejected_share: float,
    max_pixels: int = 200_000_000,
    progress: Progress | None = None,
    threads: int = 1,
    left_out: pd.DataFrame | None = None,
    rows: int | None = None,
) -> tuple[UInt8[np.ndarray, "pictures {size} {size} 3"], pd.DataFrame, pd.DataFrame]:
    """Decode the selected artworks into one array.

    Args:
        selected: N artworks: ``SELECTED``.
        images_folder: folder of the images, or a zip file of them. A file outside it is never
            opened, not even through a symbolic link.
        size, fit, max_pixels: see :func:`stylewalk.data.decoding.decode`.
        validation_fraction, seed: see :func:`split`; only decoded pictures are split.
        max_rejected_share: largest share of the artworks, 0 to 1, that may be rejected, by their
            metadata or their picture: see :func:`check_left_out`.
        progress: called with (pictures done, N) after every picture.
        threads: pictures decoded at the same time. The result does not depend on it.
        left_out: the artworks that were rejected by their metadata, ``REJECTED``.
        rows: artworks of the study's classes in the metadata, if ``selected`` was drawn.

    Returns:
        uint8 RGB array (n, size, size, 3) of the decoded pictures, their ``ARTWORKS`` with
        the array's row as id, and the ``REJECTED``, all in the order of ``selected``.

    Raises:
        StylewalkError: the folder is absent, too many pictures are rejected, or a class keeps
            fewer than two.
    """
    images, good, faults = _decode_all(
        selected["filename"].tolist(), images_folder, size, fit, max_pixels, threads, progress
    )
    rejected = _rejected(selected, faults)
    before = rejected.iloc[:0] if left_out is None else left_out
    rows = len(before) + len(selected) if rows is None else rows
    check_left_out(before, rows, images_folder, max_rejected_share, selected, rejected)
    artworks = selected.iloc[good].reset_index(drop=True)
    artworks["id"] = np.arange(len(artworks))
    artworks["split"] = split(artworks["class"], validation_fraction, seed)
    return images[: len(good)], artworks[list(ARTWORKS)], rejected


def _decode_all(
    filenames: Sequence[str],
    images_folder: str | os.PathLike[str],
    size: int,
    fit: Fit,
    max_pixels: int,
    threads: int,
    progress: Progress | None,
) -> tuple[UInt8[np.ndarray, "pictures {size} {size} 3"], list[int], dict[int, Undecodable]]:
    """The pictures that decode in one array, their places, and what is wrong with the others.

    The array has room for all: a second one, of those that decode alone, would double the memory.
    """
    images = np.empty((len(filenames), size, size, 3), np.uint8)
    good: list[int] = []
    faults: dict[int, Undecodable] = {}
    with open_pictures(images_folder) as pictures:

        def decode_one(filename: str) -> np.ndarray | Undecodable:
            return _decode_one(pictures, filename, size, fit, max_pixels)

        for place, result in enumerate(_in_threads(decode_one, filenames, threads)):
            if isinstance(result, Undecodable):
                faults[place] = result
            else:
                images[len(good)] = result  # the rejected leave no gap
                good.append(place)
            if progress:
                progress(place + 1, len(filenames))
    return images, good, faults


def _decode_one(
    pictures: Folder | Archive, filename: str, size: int, fit: Fit, max_pixels: int
) -> np.ndarray | Undecodable:
    """A picture, or what is wrong with it."""
    try:
        return decode(pictures.find(filename), size, fit, max_pixels)
    except Undecodable as fault:
        why = why_unread(filename) if fault.kind == "unreadable" else None
        return Undecodable("format", why) if why else fault


def _in_threads(
    one: Callable[[Item], Result], items: Sequence[Item], threads: int
) -> Iterator[Result]:
    """The results in order."""
    with ThreadPoolExecutor(threads) as pool, warnings.catch_warnings():
        # Pillow warns of oddities (a corrupt EXIF block) without naming the file.
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield from pool.map(one, items)


def _rejected(selected: pd.DataFrame, faults: Mapping[int, Undecodable]) -> pd.DataFrame:
    rejected = selected.iloc[list(faults)].reset_index(drop=True)
    rejected["kind"] = [fault.kind for fault in faults.values()]
    rejected["reason"] = [fault.reason for fault in faults.values()]
    return rejected[list(REJECTED)]


def check_left_out(
    by_metadata: pd.DataFrame,
    rows: int,
    where: str | os.PathLike[str],
    max_rejected_share: float,
    selected: pd.DataFrame | None = None,
    by_picture: pd.DataFrame | None = None,
) -> None:
    """Stop where too many artworks are left out, or all but one of a class.

    The share is that of the rows that cannot be used, whatever the reason. Where artworks were
    drawn, only their pictures were looked at, and the share of faults among them stands for all.

    Args:
        by_metadata: artworks that were rejected by their metadata, ``REJECTED``.
        rows: artworks of the study's classes in the metadata.
        where: what they were read from.
        max_rejected_share: largest share that may be left out, 0 to 1.
        selected: artworks whose pictures were decoded; None where none were as yet.
        by_picture: those of them that were rejected, ``REJECTED``.

    Raises:
        StylewalkError: the counts by reason, examples, and what to do.
    """
    first = by_metadata.iloc[:0]
    selected = first if selected is None else selected
    by_picture = first if by_picture is None else by_picture
    # In fractions: 3 of 15 are no more than 0.2.
    usable = 1 - Fraction(len(by_metadata), max(rows, 1))
    usable *= 1 - Fraction(len(by_picture), max(len(selected), 1))
    share = float(1 - usable)
    left = Counter(selected["class"]) - Counter(by_picture["class"])
    small = [name for name in selected["class"].unique() if left[name] < 2]
    if share <= max_rejected_share and not small and rows:
        return
    drawn = rows - len(by_metadata) - len(selected) if len(selected) else 0
    counts = f"{len(by_metadata) + len(by_picture):,} of {rows:,} pictures ({share:.1%})"
    if drawn:
        counts = f"{len(by_picture):,} of {len(selected):,} drawn pictures"
        if len(by_metadata):
            counts = f"{len(by_metadata):,} of {rows:,} rows, and {counts}"
        counts += f" ({share:.1%} in all)"
    lines = [f"{counts} in {where} cannot be used"]
    if share > max_rejected_share:
        lines[0] += f"; max_rejected_share allows {max_rejected_share:.1%}"
    lines[0] += "."
    lines += [f"Class {name!r} keeps {left[name]}; at least 2 are needed." for name in small]
    lines += _by_reason(pd.concat([by_metadata, by_picture]))
    if share > max_rejected_share:
        lines.append(
            "Mend them, or raise dataset.max_rejected_share in the config to go on without them."
        )
    raise StylewalkError("\n".join(lines))


def _by_reason(rejected: pd.DataFrame) -> Iterator[str]:
    """Counts of rejected artworks by reason with what to do, and the first of each."""
    # Of unusable names the reasons are few, and each has another remedy.
    key = rejected["kind"].where(rejected["kind"] != "path", "path: " + rejected["reason"])
    for name, count in key.value_counts().items():
        alike = rejected[key == name]
        kind = alike["kind"].iloc[0]
        advice = f": {_ADVICE[kind]}" if kind in _ADVICE else ""
        yield f"{count:,} {kind}{advice}."
        for file in alike.head(_FILES_NAMED).itertuples():
            yield f"  {file.filename.strip() or f'row {file.row}'}: {file.reason}"
        if count > _FILES_NAMED:
            yield f"  and {count - _FILES_NAMED:,} more"


def examples(
    artworks: pd.DataFrame, classes: Sequence[str], count: int = 12
) -> Int[np.ndarray, " shown"]:
    """Rows of validation artworks to show, as many of each class as of any other.

    Args:
        artworks: table of schema ARTWORKS.
        classes: the classes, in the order in which they are shown.
        count: artworks in all, at most.

    Returns:
        (M,) ids, class by class, at even distances within each class; at least one of each.
    """
    shown = []
    for name in classes:
        held_out = (artworks["class"] == name) & (artworks["split"] == "validation")
        ids = artworks.loc[held_out, "id"].to_numpy()
        places = np.linspace(0, len(ids) - 1, min(len(ids), max(1, count // len(classes))))
        shown.append(ids[places.round().astype(int)])
    return np.concatenate(shown)


def brightness(images: UInt8[np.ndarray, "pictures side side 3"]) -> pd.DataFrame:
    """How light each packed picture is.

    Args:
        images: (N, S, S, 3) uint8, row i of artwork i; may be mapped from a file.

    Returns:
        Columns ``id`` and ``brightness``: the mean over pixels of the luma of Rec. 709, 0 to 1.
    """
    means = np.stack([image.mean(axis=(0, 1)) for image in images])
    luma = means @ (0.2126, 0.7152, 0.0722) / 255
    return pd.DataFrame({"id": np.arange(len(images)), "brightness": luma})
