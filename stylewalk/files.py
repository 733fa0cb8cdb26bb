"""Outputs that are whole or absent: write beside, then rename."""

import contextlib
import errno
import hashlib
import json
import os
import re
import resource
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stylewalk.errors import StylewalkError

_RANDOM = "[a-z0-9_]" * 8  # what mkstemp puts into a name
_REFUSALS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG)


@contextlib.contextmanager
def atomic(path: str | os.PathLike[str], durable: bool = False) -> Iterator[Path]:
    """Give a temporary path beside ``path`` and rename it to ``path`` when the block ends well.

    The temporary file keeps the suffix of ``path``. When the block raises, the temporary file is
    removed and an older ``path`` stays as it was.

    Args:
        path: of the output.
        durable: wait until the disk has it, so that a power failure leaves the new or the old one.

    Raises:
        StylewalkError: the disk is full or may not be written to.
    """
    path = Path(path)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = _beside(path)
        yield temporary
        if durable:
            _sync(temporary)
        os.replace(temporary, path)
        if durable:
            _sync(path.parent)  # holds the name
    except Exception as error:
        code = _refusal(error, path.parent)
        if code is None:
            raise
        advice = "See to it that its disk has space and may be written to"
        if code == errno.EFBIG:
            advice = "Raise the limit on the size of files (ulimit -f), or take another disk"
        raise StylewalkError(
            f"{path} could not be written: {os.strerror(code)}. {advice}, and run again: what is "
            "finished stays."
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    """An empty temporary file in the same folder."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    # mkstemp makes files private; an output should have the mode that a plain open() gives.
    umask = os.umask(0)
    os.umask(umask)
    temporary = Path(name)
    temporary.chmod(0o666 & ~umask)
    return temporary


def _refusal(error: Exception, folder: Path) -> int | None:
    """The number of the system's reason, where that is why the disk did not take a file."""
    code: int | None = getattr(error, "errno", None)
    if code in _REFUSALS:
        return code
    filename = getattr(error, "filename", None)
    if code in (errno.EACCES, errno.EPERM) and str(filename).startswith(str(folder)):
        return code
    # safetensors has errors of its own kind, and NumPy gives no number.
    in_words = re.search(r"os error (\d+)\)", str(error))
    if in_words and int(in_words[1]) in _REFUSALS:
        return int(in_words[1])
    if isinstance(error, OSError) and re.search(r"requested and \d+ written", str(error)):
        unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
        return errno.ENOSPC if unlimited else errno.EFBIG
    return None


def remove_leftovers(path: str | os.PathLike[str]) -> None:
    """Remove the temporary files that killed jobs left beside ``path``."""
    path = Path(path)
    for leftover in path.parent.glob(f".{_literally(path.stem)}-{_RANDOM}{path.suffix}"):
        leftover.unlink(missing_ok=True)


def _literally(text: str) -> str:
    """A text in a pattern of glob."""
    return re.sub(r"([*?[])", r"[\1]", text)


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: str | os.PathLike[str], facts: Mapping[str, Any]) -> None:
    """Write facts as JSON for people, in their order: whole, or not at all."""
    with atomic(path) as temporary:
        text = json.dumps(facts, indent=2, ensure_ascii=False)
        temporary.write_text(f"{text}\n", encoding="utf-8")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
