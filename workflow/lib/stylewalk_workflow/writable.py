"""Whether what a study writes can be written, found out by trying, before any job starts."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from stylewalk.errors import StylewalkError

_YOURS = "Make it writable for you, or work in a copy of the checkout that is yours"
# What a file system says that knows no files without a name.
_NAMELESS = (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL, errno.ENOSYS)


def check_folder(path: str | os.PathLike[str], what: str = "", advice: str = _YOURS) -> None:
    """Look whether files can be made in a folder, or where it is absent, the folder itself.

    It is tried, since what permissions say is not all: disks are read-only or full, and file
    servers have rules of their own. Nothing is left behind.

    Args:
        path: of the folder.
        what: it is for, in a few words.
        advice: how a person goes on.

    Raises:
        StylewalkError: they cannot.
    """
    path, about = Path(path), f" ({what})" if what else ""
    place = path
    try:
        place = _nearest(path)
        _try(place)
    except NotADirectoryError as error:
        raise StylewalkError(
            f"{error.filename}{about} has to be a folder, and is a file or a link that leads "
            "nowhere. Move it away and run again."
        ) from error
    except OSError as error:
        refused = "cannot be written to" if place == path else f"cannot be made in {place}"
        raise StylewalkError(
            f"{path}{about} {refused}: {_reason(error)}. {advice}, and run again: what is in it "
            "stays as it is."
        ) from error


def check_file(path: str | os.PathLike[str], advice: str = _YOURS) -> None:
    """Look whether a file that is there may be written over.

    Raises:
        StylewalkError: it may not.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
    except FileNotFoundError:
        return
    except OSError as error:
        raise StylewalkError(
            f"{path} cannot be written to: {_reason(error)}. {advice}, and run again."
        ) from error


def check_jobs(jobs: Iterable[Any]) -> None:
    """Look whether jobs can write their outputs and logs.

    Args:
        jobs: of Snakemake, each with ``output`` and ``log``.

    Raises:
        StylewalkError: they cannot.
    """
    folders, logs = set(), set()
    for job in jobs:
        logs |= set(job.log)
        folders |= {os.path.dirname(path) or "." for path in [*job.output, *job.log]}
        for output in filter(os.path.isdir, job.output):  # its content is removed first
            folders |= {output, *(str(path) for path in Path(output).rglob("*") if path.is_dir())}
    for folder in sorted(folders):
        check_folder(folder)
    for log in sorted(logs):
        check_file(log)


def _nearest(path: Path) -> Path:
    """The folder itself, or else the nearest one around it that is there."""
    for place in (path, *path.parents):
        if os.path.lexists(place):
            if not place.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "", str(place))
            return place
    return Path(".")


def _try(folder: Path) -> None:
    """Make a file in a folder and remove it, leaving no trace, where that can be had."""
    nameless = getattr(os, "O_TMPFILE", None)
    if nameless is not None:
        try:
            os.close(os.open(folder, nameless | os.O_WRONLY, 0o600))
            return
        except OSError as error:
            if error.errno not in _NAMELESS:
                raise
    before = os.stat(folder)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".stylewalk-")
    os.close(handle)
    os.unlink(name)
    with contextlib.suppress(OSError):  # another's folder in which we may write
        os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))


def _reason(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM):
        return "you have no permission"
    if error.errno == errno.EROFS:
        return "its file system is read-only"
    return error.strerror or "it was refused"
