"""The pictures of the selected artworks in one array of small squares."""

import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
import pandas as pd
from jaxtyping import UInt8

from stylewalk.catalogue.data import ARTWORKS, REJECTED
from stylewalk.data.decoding import Fit, decode
from stylewalk.data.picture_files import Archive, Folder, Undecodable, open_pictures
from stylewalk.data.picture_kinds import why_unread
from stylewalk.data.rejected import check_left_out
from stylewalk.data.split import split
from stylewalk.progress import Progress

Item = TypeVar("Item")
Result = TypeVar("Result")


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
        validation_fraction, seed: see :func:`stylewalk.data.split.split`; only decoded pictures
            are split.
        max_rejected_share: largest share of the artworks, 0 to 1, that may be rejected, by their
            metadata or their picture: see :func:`stylewalk.data.rejected.check_left_out`.
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
