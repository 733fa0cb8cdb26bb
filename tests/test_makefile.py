"""A Python that cannot be used is named, before anything is made."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def make(folder: Path, python: str) -> str:
    """What `make demo` says of a Python that it refuses."""
    command = ["make", f"PYTHON={python}", "demo"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    return done.stdout


@pytest.fixture
def folder(tmp_path):
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("python", "words"),
    [
        ("/nonexist", "There is no Python /nonexist."),
        ("python0", "There is no Python python0."),
        ("/", "PYTHON=/ is a folder."),
        ("./Makefile", "PYTHON=./Makefile is no Python that runs here."),
        ("/bin/true", "PYTHON=/bin/true is no Python that runs here."),
        ("./old", "./old is older than Python 3.11, which Stylewalk needs."),
    ],
)
def test_a_python_that_is_none_is_named(folder, python, words):
    (folder / "old").write_text("#!/bin/sh\necho False\n")
    (folder / "old").chmod(0o755)
    said = make(folder, python)
    assert words in said
    assert "Name a Python of 3.11 or newer: make PYTHON=python3.12 demo" in said
    assert not (folder / ".venv").exists()


def test_it_is_named_also_where_an_environment_is_there(folder):
    (folder / ".venv/bin").mkdir(parents=True)
    (folder / ".venv/bin/python").touch()
    (folder / ".venv/installed").touch()
    assert "There is no Python /nonexist." in make(folder, "/nonexist")
