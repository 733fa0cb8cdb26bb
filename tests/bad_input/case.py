"""What a case of bad input is."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

MARK = "unpickled"  # the file that a pickle leaves where it is run


@dataclass(frozen=True)
class Case:
    """One bad input.

    Attributes:
        name: of the case, unlike every other.
        what: the input in words.
        run: makes the input in a folder of its own, its first argument, and gives it to the
            package, which may write into the folder that is its second; gives the rejected rows, if
            that is how the package answers.
        expected: words of the error, the culprit first and the remedy last; or of the row of
            ``rejected.parquet``: the file, the kind and the reason.
        is_rejected: whether a row is expected, in place of an error.
    """

    name: str
    what: str
    run: Callable[[Path, Path], pd.DataFrame | None]
    expected: tuple[str, ...]
    is_rejected: bool = False


class Unsafe:
    """Its pickle makes a file in the working folder when it is read."""

    def __reduce__(self):
        return open, (MARK, "w")


def unsafe_pickle() -> bytes:
    """Bytes that no reader may take for anything."""
    return pickle.dumps(Unsafe(), protocol=2)


def cut(blob: bytes, share: float) -> bytes:
    """The beginning of a file; of 1, all but its last 3 bytes."""
    return blob[: min(int(share * len(blob)), len(blob) - 3)]


def flipped(blob: bytes, share: float) -> bytes:
    """A file with one bit of another value, at a share of its length."""
    place = int(share * len(blob))
    return blob[:place] + bytes([blob[place] ^ 16]) + blob[place + 1 :]
