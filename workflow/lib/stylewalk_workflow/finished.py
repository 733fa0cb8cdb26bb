"""Finished parts of a job: where it is killed, or gets one part more, the others are taken over.

Snakemake deletes a job's outputs before it runs it again. So each part's files have a second name
(a hard link; a copy on file systems that have none) in a folder beside them that is no output. They
are known by all that decides them, and by their content.
"""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from stylewalk.files import atomic, sha256_of

FOLDER = ".finished"
_RECORD = "record.json"


class FinishedPart:
    """The files of one part of a job.

    Args:
        files: the outputs of this part alone, all in a folder that no other part writes to.
        of: all that decides what is in them, as JSON can hold it.
    """

    def __init__(self, files: Iterable[str | os.PathLike[str]], of: Any):
        self.files = [Path(path) for path in files]
        self.folder = self.files[0].parent / FOLDER
        text = json.dumps(of, sort_keys=True, default=str)
        self.key = hashlib.sha256(text.encode()).hexdigest()

    def take(self) -> bool:
        """Bring the files back where they are kept, whole, and of the same making."""
        recorded = self._recorded()
        kept = [self.folder / path.name for path in self.files]
        if sorted(recorded) != sorted(copy.name for copy in kept):
            return False
        if any(not copy.is_file() or sha256_of(copy) != recorded[copy.name] for copy in kept):
            return False
        for path, copy in zip(self.files, kept, strict=True):
            _link(copy, path)
            os.utime(path)  # not older than the job's inputs
        return True

    def keep(self) -> None:
        """Keep the files for later, in place of what was kept before."""
        # The record goes first and comes last: a kill in between leaves nothing that is taken.
        (self.folder / _RECORD).unlink(missing_ok=True)
        for path in self.files:
            _link(path, self.folder / path.name)
        record = {"key": self.key, "sha256": sums(self.files)}
        with atomic(self.folder / _RECORD) as temporary:
            temporary.write_text(json.dumps(record), encoding="utf-8")

    def _recorded(self) -> dict[str, str]:
        """The SHA-256 of each kept file; empty where they were made otherwise, or not at all."""
        try:
            record = json.loads((self.folder / _RECORD).read_text(encoding="utf-8"))
            return dict(record["sha256"]) if record["key"] == self.key else {}
        except (OSError, ValueError, TypeError, KeyError):
            return {}


def sums(files: Iterable[str | os.PathLike[str]]) -> dict[str, str]:
    """The SHA-256 of files by their names without folders, which have to differ."""
    return {path.name: sha256_of(path) for path in map(Path, files)}


def _link(source: Path, target: Path) -> None:
    """Give a file another name in place of what bears it, whole at any time."""
    with atomic(target) as temporary:
        temporary.unlink()
        with contextlib.suppress(OSError):
            os.link(source, temporary)
            return
        shutil.copyfile(source, temporary)
