"""Which picture files a study has read, so that a later run notices one that came or changed.

A folder's own time says nothing of a file in a folder below it, or of one that was replaced under
its old name. So the job that reads the pictures writes down each file's size, times and SHA-256,
and every later run compares sizes and times, which is cheap. Where times alone differ, as in a copy
of the study, the content decides.
"""

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from stylewalk.data.picture_files import Undecodable, locate
from stylewalk.errors import StylewalkError
from stylewalk.files import atomic, sha256_of


class Seen(NamedTuple):
    """A file as it was when it was written down.

    Attributes:
        size: in bytes.
        first: its time of change, in ns since 1970, when this content was first written down. It
            stands for the content in :func:`fingerprint`.
        changed, status: times of change of its content and of its status (ctime), in ns, when it
            was last known to have this content.
        sha256: of the content; blank where the file could not be read.
    """

    size: int
    first: int
    changed: int
    status: int
    sha256: str


def files_below(folder: str | os.PathLike[str]) -> list[str]:
    """Names of all files in a folder and the folders below it, sorted; hidden ones are left out."""
    names = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        inside = os.path.relpath(place, folder)
        names += [os.path.normpath(os.path.join(inside, name)) for name in files if name[0] != "."]
    return sorted(names)


def names_of_classes(images: str | os.PathLike[str], classes: Iterable[str]) -> str:
    """A sum over the names of the pictures of some classes in a folder of classes.

    Those that are passed over count, since they are listed.

    Args:
        images: folder, or zip file, with one sub-folder per class.
        classes: the classes; others change nothing.

    Returns:
        64 hexadecimal digits.

    Raises:
        StylewalkError: see :func:`stylewalk.data.metadata.list_folder`.
    """
    from stylewalk.data.metadata import list_folder

    frame, passed = list_folder(images)
    classes = list(classes)
    names = sorted(frame.loc[frame["class"].isin(classes), "new_filename"])
    unread = passed[passed["class"].isin(classes)]
    names += (unread["filename"] + ": " + unread["reason"]).tolist()
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def selected_files(path: str | os.PathLike[str]) -> list[str]:
    """The file names in a table of selected artworks; none where it is damaged."""
    from stylewalk import tables
    from stylewalk.catalogue.data import SELECTED

    try:
        return list(tables.read_table(path, SELECTED)["filename"])
    except StylewalkError:  # the job that reads it says so
        return []


def fingerprint(
    folder: str | os.PathLike[str], names: Iterable[str], record: str | os.PathLike[str]
) -> str:
    """A sum over files that stays the same as long as none comes, goes or changes its content.

    Args:
        folder: of the files.
        names: of the files, relative to the folder; those that do not exist count as absent.
        record: the file of :func:`keep`; where there is none, sizes and times decide. Times that
            turn out to mean nothing are brought up to date in it.

    Returns:
        64 hexadecimal digits.
    """
    recorded = _read(record)
    now = {name: _look(folder, name, recorded.get(name)) for name in sorted(set(names))}
    if any(seen and recorded.get(name, seen) != seen for name, seen in now.items()):
        # Only what has the same content: what changed is written down by the job that reads it.
        same = {
            n: s for n, s in now.items() if s and n in recorded and s.first == recorded[n].first
        }
        # A study that may not be written to is looked at all the same.
        with contextlib.suppress(OSError, StylewalkError):
            _write(recorded | same, record)
    facts = [[name, seen and [seen.size, seen.first]] for name, seen in now.items()]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def keep(
    folder: str | os.PathLike[str], names: Iterable[str], record: str | os.PathLike[str]
) -> None:
    """Write down files as they are, so that :func:`fingerprint` gives the same until one changes.

    Raises:
        StylewalkError: the record cannot be written.
    """
    recorded, seen = _read(record), {}
    for name in sorted(set(names)):
        if entry := _look(folder, name, recorded.get(name)):
            seen[name] = entry if entry.sha256 else entry._replace(sha256=_sum(folder, name))
    _write(seen, record)


def fingerprint_of_file(path: str | os.PathLike[str], record: str | os.PathLike[str]) -> str | None:
    """As :func:`fingerprint`, of a single file; None where there is none."""
    if not os.path.isfile(path):
        return None
    folder, name = os.path.split(os.path.realpath(path))
    return fingerprint(folder, [name], record)


def keep_file(path: str | os.PathLike[str], record: str | os.PathLike[str]) -> None:
    """As :func:`keep`, of a single file."""
    folder, name = os.path.split(os.path.realpath(path))
    keep(folder, [name], record)


def _look(folder: str | os.PathLike[str], name: str, earlier: Seen | None) -> Seen | None:
    """What a file is now; None where there is no such file, or it is none that can be read."""
    try:
        facts = (Path(folder) / name).stat()
    except (OSError, ValueError):  # ValueError: its name holds a NUL
        return None
    if not stat.S_ISREG(facts.st_mode):
        return None
    size, changed, status = facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns
    if earlier and earlier.size == size:
        if (earlier.changed, earlier.status) == (changed, status):
            return earlier
        if earlier.sha256 and _sum(folder, name) == earlier.sha256:
            return earlier._replace(changed=changed, status=status)
        # A file that was replaced by one of the same time is another one all the same.
        changed = max(changed, status) if changed == earlier.first else changed
    return Seen(size, changed, facts.st_mtime_ns, status, "")


def _sum(folder: str | os.PathLike[str], name: str) -> str:
    """SHA-256 of a file, blank where it may not be read or a link leads out of the folder."""
    try:
        return sha256_of(locate(folder, name))
    except (OSError, Undecodable):
        return ""


def _write(seen: dict[str, Seen], record: str | os.PathLike[str]) -> None:
    with atomic(record) as temporary:
        temporary.write_text(json.dumps(seen), encoding="utf-8")


def _read(record: str | os.PathLike[str]) -> dict[str, Seen]:
    """What was written down; a record that is damaged counts for nothing."""
    try:
        entries = json.loads(Path(record).read_text(encoding="utf-8"))
        return {name: _entry(*values) for name, values in entries.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _entry(size: int, first: int, changed: int, status: int, sha256: str) -> Seen:
    return Seen(int(size), int(first), int(changed), int(status), str(sha256))
