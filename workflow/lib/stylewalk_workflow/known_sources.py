"""What sources say, kept from one plan to the next, since reading their trees takes longest.

An entry is known by the bytes of its file, so that no time stamp has to be trusted, and all of them
by what reads trees. A sum over the entries tells whether they are as they were written; whatever is
wrong with the file, trees are read again.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from stylewalk.errors import StylewalkError
from stylewalk.files import atomic

FILE = "stylewalk_sources.json"
MOST = 4000  # entries; of more, those of this plan alone are kept

Entry = dict[str, Any]


class KnownSources:
    """Entries by key, read from a folder and written back.

    Attributes:
        entries: as they were read, and new ones.
        used: keys that were asked for or added.
    """

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.used: set[str] = set()
        self._reader, self._is_new = "", False

    def load(self, folder: str | Path, reader: str) -> None:
        """Take the entries of a folder, if they are by the same reader.

        Args:
            folder: where the file lies, or may come to lie.
            reader: what reads trees; entries of another are not taken.
        """
        self.entries, self.used = {}, set()
        self._reader, self._is_new = reader, False
        try:
            content = json.loads((Path(folder) / FILE).read_text("utf-8"))
            entries = content["entries"]
            if (content["reader"], content["sum"]) == (reader, _sum(entries)):
                self.entries = entries
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return

    def get(self, key: str) -> Entry | None:
        """An entry; none where it is not known."""
        entry = self.entries.get(key)
        if entry is not None:
            self.used.add(key)
        return entry

    def add(self, key: str, entry: Entry) -> None:
        """Keep an entry."""
        self.entries[key] = entry
        self.used.add(key)
        self._is_new = True

    def save(self, folder: str | Path) -> None:
        """Write the entries where something is new, into a folder that is there already."""
        if not self._is_new or not Path(folder).is_dir():
            return
        kept = self.entries
        if len(kept) > MOST:
            kept = {key: entry for key, entry in kept.items() if key in self.used}
        try:
            with atomic(Path(folder) / FILE) as path:
                content = {"reader": self._reader, "sum": _sum(kept), "entries": kept}
                path.write_text(json.dumps(content), "utf-8")
        except (OSError, StylewalkError):
            return  # a full disk costs the next plan a second, no more
        self._is_new = False


def _sum(entries: dict[str, Entry]) -> str:
    return hashlib.sha256(json.dumps(entries, sort_keys=True).encode()).hexdigest()
