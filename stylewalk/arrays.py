"""Read the arrays that the workflow keeps in files, and refuse what is none."""

import os

import numpy as np
from jaxtyping import Integer, Shaped

from stylewalk.errors import StylewalkError

_ADVICE = "Delete it and run again: the workflow makes it again."


def open_images(
    path: str | os.PathLike[str], dimensions: int = 4, count: int | None = None
) -> np.ndarray:
    """Map pictures from an ``.npy`` file.

    Args:
        path: the file.
        dimensions: 4 for pictures (N, S, S, 3), 5 for trajectories of them (P, T, S, S, 3).
        count: how many there must be; None takes any number from 1 on.

    Returns:
        uint8 array, mapped read-only.

    Raises:
        StylewalkError: the file is absent, damaged, or holds something else.
    """
    try:
        images: np.ndarray = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # on a damaged file, NumPy raises nearly everything
        raise _unreadable(path, error) from error
    _check(path, "the file", images, dimensions)
    if count is not None and len(images) != count:
        raise StylewalkError(f"{path} holds {len(images)} pictures, expected {count}. {_ADVICE}")
    return images


def read_images(path: str | os.PathLike[str], *names: str) -> tuple[np.ndarray, ...]:
    """Read arrays of pictures (N, S, S, 3) uint8 out of an ``.npz`` file.

    Raises:
        StylewalkError: the file is absent or damaged, or lacks one of these arrays.
    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            pictures = tuple(arrays[name] for name in names)
    except Exception as error:
        raise _unreadable(path, error) from error
    for name, images in zip(names, pictures, strict=True):
        _check(path, name, images, 4)
    return pictures


def rows_of_splits(split: Shaped[np.ndarray, " pictures"]) -> dict[str, Integer[np.ndarray, " _"]]:
    """Rows by split: those of ``training``, then of ``validation``, which may be none.

    Args:
        split: the split of each artwork.
    """
    return {name: np.flatnonzero(split == name) for name in ("training", "validation")}


def _check(path: str | os.PathLike[str], name: str, images: object, dimensions: int) -> None:
    """Refuse what is no array of pictures."""
    kind = getattr(images, "dtype", None)
    shape: tuple[int, ...] = getattr(images, "shape", ())
    if kind != np.uint8 or len(shape) != dimensions or shape[-1] != 3 or 0 in shape:
        raise StylewalkError(
            f"{path} holds no pictures: {name} is {kind or 'no array'} {shape}, expected uint8 "
            f"in {dimensions} dimensions, the last of 3. {_ADVICE}"
        )


def _unreadable(path: str | os.PathLike[str], error: Exception) -> StylewalkError:
    return StylewalkError(f"{path} cannot be read as pictures ({error}). {_ADVICE}")
