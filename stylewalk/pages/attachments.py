"""Files that the page offers for download: beside it, or compressed inside it on request."""

import base64
import gzip
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from stylewalk.errors import StylewalkError

# A page that carries its files is still sent as a whole: charts and tables are small, strips of
# decoded pictures are not.
LARGEST_FILE = 550_000  # bytes, compressed
LARGEST_SUM = 6_000_000
_T = TypeVar("_T")
_KINDS = {".csv": "CSV", ".svg": "SVG", ".parquet": "Parquet"}


@dataclass(frozen=True)
class Attachment:
    """A file of the run as the page offers it.

    Args:
        path: inside the run's folder, where the page lies too.
        size: bytes, None where it is not known.
        packed: the file, compressed by gzip, in base64; empty where it is not in the page.
        left_out: whether the page carries other files, but not this one.
    """

    path: str
    size: int | None
    packed: str = ""
    left_out: bool = False

    @property
    def kind(self) -> str:
        """``CSV``, ``SVG`` or ``Parquet``."""
        return _KINDS.get(PurePosixPath(self.path).suffix, "file")

    @property
    def name(self) -> str:
        """The file's name without its suffix; with its folders where others bear the same name."""
        path = PurePosixPath(self.path)
        if path.parts[0] in ("models", "trajectories"):
            return f"{path.stem} of {' '.join(path.parts[1:-1]).replace('seed-', 'seed ')}"
        return path.stem

    @property
    def note(self) -> str:
        """Its size where it is large, and where it is if other files are elsewhere."""
        if self.packed:
            return ""
        size = f"{self.size / 1e6:.1f} MB" if self.size and self.size >= 50_000 else ""
        return ", ".join(filter(None, (size, "beside this page" if self.left_out else "")))


def inside(folder: str | Path, paths: Iterable[str | Path]) -> dict[str, Path]:
    """The files that lie in a folder, by their path inside it; others are left out."""
    return {
        Path(path).relative_to(folder).as_posix(): Path(path)
        for path in paths
        if Path(path).is_relative_to(folder)
    }


def attach(
    paths: Iterable[str], files: Mapping[str, str | Path], carried: bool
) -> dict[str, Attachment]:
    """The attachments of a page, by their path, in the order in which it shows them.

    Args:
        paths: inside the run's folder.
        files: where they lie, as far as that is known.
        carried: whether the page holds those of ``files`` that are not too large.

    Raises:
        StylewalkError: a file cannot be read.
    """
    made: dict[str, Attachment] = {}
    total = 0
    for path in dict.fromkeys(paths):
        packed = b""
        if carried and path in files:
            packed = gzip.compress(_of_file(files[path], Path.read_bytes), 9, mtime=0)
            fits = len(packed) <= LARGEST_FILE and total + len(packed) <= LARGEST_SUM
            packed = packed if fits else b""
            total += len(packed)
        size = _of_file(files[path], lambda file: file.stat().st_size) if path in files else None
        made[path] = Attachment(
            path, size, base64.b64encode(packed).decode(), left_out=carried and not packed
        )
    return made


def _of_file(path: str | Path, read: Callable[[Path], _T]) -> _T:
    try:
        return read(Path(path))
    except OSError as error:
        raise StylewalkError(
            f"{path} cannot be put into the study page ({error.strerror}). Delete it and run "
            "again: the workflow makes it again."
        ) from error
