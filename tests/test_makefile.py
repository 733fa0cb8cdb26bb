"""What make installs, and that a Python that cannot be used is named before anything is made."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from test_lower_bounds import lower_bounds

ROOT = Path(__file__).parents[1]
LOCK = "envs/constraints.txt"


def make(folder: Path, python: str) -> str:
    """What `make demo` says of a Python that it refuses."""
    command = ["make", f"PYTHON={python}", "demo"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    return done.stdout


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "envs").mkdir()
    for name in ("Makefile", "pyproject.toml", LOCK):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def planned(folder: Path, *words: str) -> str:
    """The commands that make would run, where an environment without packages is there."""
    (folder / ".venv/bin").mkdir(parents=True, exist_ok=True)
    for name in ("python", "uv"):
        (folder / ".venv/bin" / name).touch()
    command = ["make", "--dry-run", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.replace("\\\n", "")


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


@pytest.mark.parametrize("target", ["demo", "test"])
def test_the_two_commands_install_the_versions_that_were_tried(folder, target):
    assert f"--constraint {LOCK} --editable '.[test]'" in planned(folder, target)


@pytest.mark.parametrize("changed", ["pyproject.toml", LOCK])
def test_what_is_installed_follows_the_versions(folder, changed):
    planned(folder, "test")
    (folder / ".venv/installed").touch()
    assert "pip install" not in planned(folder, "test")
    later = (folder / ".venv/installed").stat().st_mtime + 10
    os.utime(folder / changed, (later, later))
    assert "pip install" in planned(folder, "test")


def test_the_newest_and_the_lowest_versions_have_environments_of_their_own(folder):
    newest, lowest = planned(folder, "test-newest"), planned(folder, "test-lowest")
    assert "--upgrade-strategy eager --editable '.[test]'" in newest
    assert re.search(r"--python .venv-lowest/bin/python --resolution lowest-direct\s+--ed", lowest)
    assert ".venv-newest/bin/python -m pytest" in newest
    assert '.venv-lowest/bin/python -m pytest -m "not studies" tests/test_lower_bounds.py' in lowest
    for commands in (newest, lowest):
        assert LOCK not in commands


def test_the_lock_is_for_every_system_and_names_no_index(folder):
    assert f"--output-file {LOCK} pyproject.toml" in planned(folder, "lock")
    assert "--upgrade" in planned(folder, "lock", "UPGRADE=--upgrade")
    lines = (ROOT / LOCK).read_text("utf-8").splitlines()
    locked = [Requirement(line) for line in lines]  # so no option and no address among them
    assert all(re.fullmatch(r"==[\w.]+", str(line.specifier)) for line in locked)
    assert not any(line.url or line.extras for line in locked)
    # Those for a GPU are left out where there is none.
    gpu = [line for line in locked if line.name.startswith(("nvidia-", "cuda-", "triton"))]
    assert gpu
    assert not any(line.marker.evaluate({"sys_platform": "darwin"}) for line in gpu)


def test_the_lock_has_a_version_within_the_bounds_of_each_dependency():
    lines = (ROOT / LOCK).read_text("utf-8").splitlines()
    locked = {line.name: line.specifier for line in map(Requirement, lines)}
    for name, bound in lower_bounds().items():
        (version,) = locked[name.lower()]
        assert Version(version.version) >= bound, name
