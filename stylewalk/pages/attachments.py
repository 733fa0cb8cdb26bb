"""Files that the page carries for download: compressed inside it, or beside it where too large."""

import base64
import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from stylewalk.errors import StylewalkError

# A page is opened, sent and printed as a whole: charts and tables are small, strips of decoded
# pictures are not.
LARGEST_FILE = 550_000  # bytes, compressed
LARGEST_SUM = 6_000_000
_KINDS = {".csv": "CSV", ".svg": "SVG", ".parquet": "Parquet"}


@dataclass(frozen=True)
class Attachment:
    """A file of the run as the page offers it.

    Args:
        path: inside the run's folder, where the page lies too.
        size: bytes, None where it is not known.
        packed: the file, compressed by gzip, in base64; empty where it is not in the page.
    """

    path: str
    size: int | None
    packed: str = ""

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
    def place(self) -> str:
        """Where it is, for files that are not in the page."""
        if self.packed:
            return ""
        size = f"{self.size / 1e6:.1f} MB, " if self.size and self.size >= 50_000 else ""
        return f"{size}beside this page"


def inside(folder: str | Path, paths: Iterable[str | Path]) -> dict[str, Path]:
    """The files that lie in a folder, by their path inside it; others are left out."""
    return {
        Path(path).relative_to(folder).as_posix(): Path(path)
        for path in paths
        if Path(path).is_relative_to(folder)
    }


def attach(paths: Iterable[str], files: Mapping[str, str | Path]) -> dict[str, Attachment]:
    """The attachments of a page, by their path, in the order in which it shows them.

    Args:
        paths: inside the run's folder.
        files: where those that may be carried lie; the others are referred to.

    Raises:
        StylewalkError: a file cannot be read.
    """
    made: dict[str, Attachment] = {}
    total = 0
    for path in dict.fromkeys(paths):
        if path not in files:
            made[path] = Attachment(path, None)
            continue
        data = _read(files[path])
        packed = gzip.compress(data, 9, mtime=0)
        carried = len(packed) <= LARGEST_FILE and total + len(packed) <= LARGEST_SUM
        total += len(packed) * carried
        made[path] = Attachment(
            path, len(data), base64.b64encode(packed).decode() if carried else ""
        )
    return made


def _read(path: str | Path) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise StylewalkError(
            f"{path} cannot be put into the study page ({error.strerror}). Delete it and run "
            "again: the workflow makes it again."
        ) from error
