"""The package is told apart from what runs it: it names no workflow engine."""

from pathlib import Path

import stylewalk

ENGINE = "snake"


def test_the_package_never_names_what_runs_it():
    """Neither in what it says to a person nor in its comments; other files of it are binary."""
    files = [path for path in Path(stylewalk.__path__[0]).rglob("*") if path.is_file()]
    texts = [path for path in files if path.suffix not in (".pyc", ".npz", ".png")]
    assert len(texts) > 150
    named = [
        f"{path.name}:{number}"
        for path in texts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ENGINE in line.casefold()
    ]
    assert named == []
