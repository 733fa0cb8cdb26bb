"""What sources say is kept between plans, and never believed of other bytes."""

import json
import shutil

import pytest

from stylewalk_workflow import fingerprint as module
from stylewalk_workflow.known_sources import FILE, MOST, KnownSources


@pytest.fixture(autouse=True)
def nothing_known(tmp_path):
    """Each test begins, and leaves the next, without entries."""
    module.load_known(tmp_path / "nowhere")
    yield
    module.load_known(tmp_path / "nowhere")


@pytest.fixture
def read(monkeypatch):
    """The names of the files whose trees are read."""
    names = []
    whole = module._said

    def said(data, path, name):
        names.append(path.name)
        return whole(data, path, name)

    monkeypatch.setattr(module, "_said", said)
    return names


def project(folder):
    """A script that imports a module, which names a data file."""
    for name, text in (
        ("scripts/s.py", "from stylewalk import m\n"),
        ("stylewalk/__init__.py", ""),
        ("stylewalk/m.py", "TEXT = open('words.txt')\n"),
        ("stylewalk/words.txt", "hello\n"),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def sums(root):
    return module.sources(root / "scripts/s.py", (), root)


def test_the_same_bytes_elsewhere_are_not_read_again(tmp_path, read):
    kept = tmp_path / "kept"
    kept.mkdir()
    module.load_known(kept)
    first = sums(project(tmp_path / "one"))
    assert set(first) == {f"stylewalk/{x}" for x in ("__init__.py", "m.py", "words.txt")} | {
        "scripts/s.py"
    }
    assert sorted(read) == ["__init__.py", "m.py", "s.py"]
    module.save_known(kept)
    read.clear()
    module.load_known(kept)
    assert sums(project(tmp_path / "two")) == first
    assert read == []


def test_what_changed_is_read_and_nothing_else(tmp_path, read):
    module.load_known(tmp_path)
    first = sums(project(tmp_path / "one"))
    module.save_known(tmp_path)
    module.load_known(tmp_path)
    read.clear()
    other = project(tmp_path / "two")
    (other / "stylewalk/m.py").write_text("TEXT = open('words.txt', 'rb')\n")
    changed = sums(other)
    assert read == ["m.py"]
    assert {name for name in first if first[name] != changed[name]} == {"stylewalk/m.py"}


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"reader": 1}', '{"entries": {}}', "\0", "[" * 200_000]
)
def test_a_damaged_file_is_as_good_as_none(tmp_path, read, content):
    (tmp_path / FILE).write_text(content)
    module.load_known(tmp_path)
    sums(project(tmp_path / "one"))
    assert sorted(read) == ["__init__.py", "m.py", "s.py"]
    module.save_known(tmp_path)
    assert json.loads((tmp_path / FILE).read_text())["entries"]


@pytest.mark.parametrize(
    "entry", [1, [], {"digest": 1}, {"digest": "0" * 16, "modules": [], "strings": []}]
)
def test_a_changed_entry_is_not_believed(tmp_path, read, entry):
    module.load_known(tmp_path)
    first = sums(project(tmp_path / "one"))
    module.save_known(tmp_path)
    content = json.loads((tmp_path / FILE).read_text())
    content["entries"] = dict.fromkeys(content["entries"], entry)
    (tmp_path / FILE).write_text(json.dumps(content))
    module.load_known(tmp_path)
    read.clear()
    assert sums(project(tmp_path / "two")) == first
    assert sorted(read) == ["__init__.py", "m.py", "s.py"]


def test_entries_of_another_reader_are_not_believed(tmp_path):
    known = KnownSources()
    known.load(tmp_path, "one")
    known.add("key", {"digest": "x"})
    known.save(tmp_path)
    known.load(tmp_path, "two")
    assert known.get("key") is None
    known.load(tmp_path, "one")
    assert known.get("key") == {"digest": "x"}


def test_no_folder_is_made_for_it_and_a_full_disk_stops_nothing(tmp_path, monkeypatch):
    known = KnownSources()
    known.load(tmp_path / "none", "one")
    known.add("key", {})
    known.save(tmp_path / "none")
    assert not (tmp_path / "none").exists()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    known.save(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_where_many_are_known_those_of_the_plan_are_kept(tmp_path):
    known = KnownSources()
    known.load(tmp_path, "one")
    for number in range(MOST):
        known.add(str(number), {})
    known.save(tmp_path)
    known.load(tmp_path, "one")
    assert len(known.entries) == MOST
    known.get("5")
    known.add("new", {})
    known.save(tmp_path)
    known.load(tmp_path, "one")
    assert set(known.entries) == {"5", "new"}
    shutil.rmtree(tmp_path)
