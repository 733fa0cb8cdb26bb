"""Outputs that are whole or absent: write beside, then rename."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


@contextlib.contextmanager
def atomic(path: str | os.PathLike, durable: bool = False) -> Iterator[Path]:
    """Give a temporary path beside ``path`` and rename it to ``path`` when the block ends well.

    The temporary file keeps the suffix of ``path``. When the block raises, the temporary file is
    removed and an older ``path`` stays as it was.

    Args:
        path: of the output.
        durable: wait until the disk has it, so that a power failure leaves the new or the old one.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    # mkstemp makes files private; an output should have the mode that a plain open() gives.
    umask = os.umask(0)
    os.umask(umask)
    temporary.chmod(0o666 & ~umask)
    try:
        yield temporary
        if durable:
            _sync(temporary)
        os.replace(temporary, path)
        if durable:
            _sync(path.parent)  # holds the name
    finally:
        temporary.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: str | os.PathLike, facts: Mapping[str, Any]) -> None:
    """Write facts as JSON for people, in their order: whole, or not at all."""
    with atomic(path) as temporary:
        text = json.dumps(facts, indent=2, ensure_ascii=False)
        temporary.write_text(f"{text}\n", encoding="utf-8")
