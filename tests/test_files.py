"""Outputs that are whole or absent."""

import os

import pytest

from stylewalk.files import atomic


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
