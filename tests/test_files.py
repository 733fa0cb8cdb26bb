"""Outputs that are whole or absent."""

import errno
import os
import subprocess
import sys

import pytest
import safetensors

from stylewalk.errors import StylewalkError
from stylewalk.files import atomic, remove_leftovers


def test_output_appears_only_when_whole(tmp_path):
    path = tmp_path / "deep" / "table.csv"
    with atomic(path) as temporary:
        temporary.write_text("half")
        assert not path.exists()
        assert temporary.suffix == ".csv"
    assert path.read_text() == "half"
    assert os.listdir(path.parent) == ["table.csv"]


def test_failure_keeps_the_older_file(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")

    def write_half():
        with atomic(path) as temporary:
            temporary.write_text("new")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["table.csv"]


def test_mode_is_that_of_a_plain_file(tmp_path):
    plain = tmp_path / "plain"
    plain.write_text("")
    with atomic(tmp_path / "atomic") as temporary:
        temporary.write_text("")
    assert (tmp_path / "atomic").stat().st_mode == plain.stat().st_mode


def test_a_durable_output_reaches_the_disk_before_its_name(tmp_path, monkeypatch):
    done = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda handle: done.append("fsync") or fsync(handle))
    monkeypatch.setattr(os, "replace", lambda *a: done.append("replace") or replace(*a))
    with atomic(tmp_path / "table.csv", durable=True) as temporary:
        temporary.write_text("new")
    assert done == ["fsync", "replace", "fsync"]
    assert (tmp_path / "table.csv").read_text() == "new"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        safetensors.SafetensorError("I/O error: No space left on device (os error 28)"),
        OSError("4096 requested and 512 written"),  # NumPy's
    ],
    ids=["system", "safetensors", "numpy"],
)
def test_a_full_disk_is_told_in_words(tmp_path, error):
    path = tmp_path / "images.npy"

    def write():
        with atomic(path):
            raise error

    with pytest.raises(StylewalkError, match=r"images\.npy could not be written: No space left"):
        write()
    assert os.listdir(tmp_path) == []


def test_a_limit_on_the_size_of_files_has_its_own_remedy(tmp_path):
    """NumPy says the same of it as of a full disk."""
    code = (
        "import sys, numpy as np\n"
        "from stylewalk.files import atomic\n"
        "with atomic(sys.argv[1]) as temporary:\n"
        "    with open(temporary, 'wb') as file: WRITE\n"
    )
    limited = ["bash", "-c", 'ulimit -f 40; exec "$0" "$@"', sys.executable]
    for write in ("np.save(file, np.zeros(10**6))", "file.write(bytes(10**6))"):
        done = subprocess.run(
            [*limited, "-c", code.replace("WRITE", write), str(tmp_path / "images.npy")],
            capture_output=True,
            text=True,
        )
        assert "images.npy could not be written: File too large. Raise the limit" in done.stderr
        assert os.listdir(tmp_path) == []


def test_other_errors_stay_what_they_are(tmp_path):
    with pytest.raises(FileNotFoundError), atomic(tmp_path / "a"):
        (tmp_path / "nowhere").read_text()


def test_leftovers_of_killed_jobs_go_and_nothing_else(tmp_path):
    kept = [".a-abcdefgh.csv", ".a-b-abcdefgh.npy", "a.npy", ".a[1]-abcdefgh.npz", ".a-abc.npy"]
    for name in [*kept, ".a-abcdefgh.npy", ".a-_0123abc.npy"]:
        (tmp_path / name).touch()
    remove_leftovers(tmp_path / "a.npy")
    assert sorted(os.listdir(tmp_path)) == sorted(kept)
    remove_leftovers(tmp_path / "a[1].npz")
    assert sorted(os.listdir(tmp_path)) == sorted(set(kept) - {".a[1]-abcdefgh.npz"})
