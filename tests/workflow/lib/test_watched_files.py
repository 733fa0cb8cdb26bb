"""Whether picture files are the same as before."""

import json
import os
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stylewalk_workflow import watched_files
from stylewalk_workflow.watched_files import files_below, fingerprint, keep, names_of_classes

NAMES = ["a.jpg", "deep/b.jpg", "deep/c.jpg", "late.jpg"]


@pytest.fixture
def place(tmp_path):
    """A folder of three files of the same size, and the record of them; a fourth is named only."""
    folder = tmp_path / "images"
    (folder / "deep").mkdir(parents=True)
    for name in NAMES[:3]:
        (folder / name).write_bytes(name[-5:].encode() * 100)
        os.utime(folder / name, ns=(10**18, 10**18))
    keep(folder, NAMES, tmp_path / "record.json")
    return folder, tmp_path / "record.json"


def replace(folder):
    (folder / "deep/b.jpg").write_bytes(b"other" * 100)


def replace_with_the_same_time(folder):
    replace(folder)
    os.utime(folder / "deep/b.jpg", ns=(10**18, 10**18))


CHANGES = [
    replace,
    replace_with_the_same_time,
    lambda folder: (folder / "late.jpg").write_bytes(b"x"),
    lambda folder: (folder / "a.jpg").unlink(),
    lambda folder: (folder / "a.jpg").write_bytes(b""),
    lambda folder: (folder / "a.jpg").rename(folder / "late.jpg"),
    lambda folder: (shutil.rmtree(folder / "deep"), (folder / "deep").write_bytes(b"")),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed_and_once_it_is_read_stays_as_it_is(place, change):
    before = fingerprint(place[0], NAMES, place[1])
    change(place[0])
    after = fingerprint(place[0], NAMES, place[1])
    assert after != before
    assert fingerprint(place[0], NAMES, place[1]) == after
    keep(place[0], NAMES, place[1])
    assert fingerprint(place[0], NAMES, place[1]) == after


def test_other_times_of_the_same_content_change_nothing_and_are_read_once(place, tmp_path):
    before = fingerprint(place[0], NAMES, place[1])
    copy = shutil.copytree(place[0], tmp_path / "copy", copy_function=shutil.copyfile)
    assert fingerprint(copy, NAMES, place[1]) == before
    times = json.loads(place[1].read_text())["a.jpg"]
    assert (copy / "a.jpg").stat().st_mtime_ns in times
    keep(copy, NAMES, place[1])
    assert fingerprint(copy, NAMES, place[1]) == before


def test_without_a_record_sizes_and_times_decide(place, tmp_path):
    recorded = fingerprint(*place[:1], NAMES, place[1])
    assert fingerprint(place[0], NAMES, tmp_path / "absent.json") == recorded
    for damage in (b"", b"[]", b'{"a.jpg": 1}', b'{"a.jpg": [1, 2]}', b"[" * 10**5, b"\xff"):
        place[1].write_bytes(damage)
        assert fingerprint(place[0], NAMES, place[1]) == recorded
        os.utime(place[0] / "a.jpg", ns=(10**18, 10**18))
    os.utime(place[0] / "a.jpg")
    assert fingerprint(place[0], NAMES, place[1]) != recorded


def test_what_is_no_file_counts_as_absent(place):
    before = fingerprint(place[0], NAMES, place[1])
    os.mkfifo(place[0] / "late.jpg")  # to open it would wait for ever
    keep(place[0], [*NAMES, "deep", "nul\0", "x" * 5000], place[1])
    assert fingerprint(place[0], NAMES, place[1]) == before


@settings(max_examples=50)
@given(st.lists(st.sampled_from(NAMES), max_size=8))
def test_order_and_repetition_of_names_mean_nothing(tmp_path_factory, names):
    folder = tmp_path_factory.mktemp("names")
    (folder / "a.jpg").write_bytes(b"a")
    record = folder / "record.json"
    assert fingerprint(folder, names, record) == fingerprint(folder, set(names), record)


def test_files_below_a_folder(place):
    (place[0] / ".hidden").mkdir()
    (place[0] / ".hidden" / "x").touch()
    (place[0] / ".y").touch()
    assert files_below(place[0]) == NAMES[:3]


def test_names_of_other_classes_mean_nothing(tmp_path):
    for name in ("A/1.png", "B/1.png", "C/1.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    before = names_of_classes(tmp_path, ["A", "B"])
    (tmp_path / "C/2.png").touch()
    assert names_of_classes(tmp_path, ["B", "A"]) == before
    (tmp_path / "A/2.png").touch()
    assert names_of_classes(tmp_path, ["A", "B"]) != before


def test_a_link_out_of_the_folder_is_not_read(tmp_path, monkeypatch):
    """The sum of a file outside would stand in a record that is shared with the results."""
    (tmp_path / "images").mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "images/link.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "images/own.png").write_bytes(b"own")
    read = []
    monkeypatch.setattr(watched_files, "sha256_of", lambda path: read.append(path.name) or "sum")
    watched_files.keep(tmp_path / "images", ["link.png", "own.png"], tmp_path / "record.json")
    assert read == ["own.png"]
