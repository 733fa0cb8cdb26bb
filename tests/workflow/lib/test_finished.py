"""Finished parts of a job: taken over whole and of the same making, or not at all."""

import json
import os

import pytest

from stylewalk_workflow import finished
from stylewalk_workflow.finished import FOLDER, FinishedPart


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / "a.parquet", tmp_path / "b.npy"]
    for path in paths:
        path.write_text(path.name)
    return paths


def make_anew(files):
    """As Snakemake deletes a job's outputs before it runs it again."""
    for path in files:
        path.unlink()


def test_what_was_kept_is_taken_over_with_a_new_date(files):
    FinishedPart(files, {"steps": 4}).keep()
    os.utime(files[0], (1, 1))
    make_anew(files)
    assert FinishedPart(files, {"steps": 4}).take()
    assert [path.read_text() for path in files] == ["a.parquet", "b.npy"]
    assert files[0].stat().st_mtime > 1
    assert sorted(path.name for path in files[0].parent.iterdir()) == [
        FOLDER,
        "a.parquet",
        "b.npy",
    ]


@pytest.mark.parametrize("of", [{"steps": 5}, {"steps": 4, "more": None}, None])
def test_of_another_making_nothing_is_taken(files, of):
    FinishedPart(files, {"steps": 4}).keep()
    make_anew(files)
    assert not FinishedPart(files, of).take()
    assert not any(path.exists() for path in files)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "b.npy").unlink(),
        lambda folder: (folder / "a.parquet").write_text("A.parquet"),
        lambda folder: (folder / "record.json").write_text("{"),
        lambda folder: (folder / "record.json").write_text("[]"),
        lambda folder: (folder / "record.json").unlink(),
    ],
)
def test_what_is_not_whole_is_not_taken(files, spoil):
    FinishedPart(files, 1).keep()
    make_anew(files)
    spoil(files[0].parent / FOLDER)
    assert not FinishedPart(files, 1).take()
    assert not any(path.exists() for path in files)


def test_a_part_with_one_file_more_is_made_again(files):
    FinishedPart(files[:1], 1).keep()
    assert not FinishedPart(files, 1).take()


def test_kept_again_it_is_what_came_last(files):
    FinishedPart(files, 1).keep()
    make_anew(files)
    for path in files:
        path.write_text("later")
    FinishedPart(files, 2).keep()
    make_anew(files)
    assert not FinishedPart(files, 1).take()
    assert FinishedPart(files, 2).take()
    assert files[1].read_text() == "later"


def test_a_kill_while_it_is_kept_leaves_nothing_that_is_taken(files, monkeypatch):
    FinishedPart(files, 1).keep()
    real = finished._link

    def killed(source, target):
        if target.name == "b.npy":
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(finished, "_link", killed)
    with pytest.raises(KeyboardInterrupt):
        FinishedPart(files, 1).keep()
    assert not FinishedPart(files, 1).take()


def test_file_systems_without_hard_links_hold_copies(files, monkeypatch):
    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(finished.os, "link", refuse)
    FinishedPart(files, 1).keep()
    record = json.loads((files[0].parent / FOLDER / "record.json").read_text())
    assert set(record["sha256"]) == {"a.parquet", "b.npy"}
    make_anew(files)
    assert FinishedPart(files, 1).take()
    assert files[0].read_text() == "a.parquet"
