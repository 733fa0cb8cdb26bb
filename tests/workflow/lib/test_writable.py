"""Whether a folder can be written to: tried, without a trace."""

import errno
import os
import types

import pytest

from stylewalk.errors import StylewalkError
from stylewalk_workflow import writable
from stylewalk_workflow.writable import check_file, check_folder, check_jobs


def test_a_try_leaves_no_trace(tmp_path, monkeypatch):
    os.utime(tmp_path, ns=(10**18, 10**18))
    check_folder(tmp_path)
    check_folder(tmp_path / "not" / "yet")
    monkeypatch.delattr(os, "O_TMPFILE", raising=False)  # as on other systems
    check_folder(tmp_path)
    assert os.listdir(tmp_path) == []
    assert tmp_path.stat().st_mtime_ns == 10**18


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EACCES, "you have no permission"),
        (errno.EROFS, "its file system is read-only"),
        (errno.ENOSPC, "No space left on device"),
    ],
)
@pytest.mark.parametrize("below", ["", "results/demo"])
def test_what_the_system_says_is_told(tmp_path, monkeypatch, code, words, below):
    def refuse(*_, **__):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StylewalkError) as caught:
        check_folder(tmp_path / below, "the results")
    assert f"{tmp_path / below} (the results) cannot be " in str(caught.value)
    assert words in str(caught.value)
    with pytest.raises(StylewalkError, match=f"log cannot be written to: {words}"):
        check_file(tmp_path / "log")


def test_a_file_system_without_nameless_files(tmp_path, monkeypatch):
    opened = os.open

    def refuse(path, flags, *more, **options):
        if flags & getattr(os, "O_TMPFILE", 0) == getattr(os, "O_TMPFILE", -1):
            raise OSError(errno.EOPNOTSUPP, "no")
        return opened(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", refuse)
    check_folder(tmp_path)
    monkeypatch.setattr(writable.tempfile, "mkstemp", lambda **_: opened(tmp_path / "a/b", 0))
    with pytest.raises(StylewalkError, match="cannot be written to"):
        check_folder(tmp_path)


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_is_named(tmp_path, kind):
    if kind == "file":
        (tmp_path / "results").touch()
    else:
        (tmp_path / "results").symlink_to("nowhere")
    with pytest.raises(StylewalkError, match=r"results \(the results\) has to be a folder"):
        check_folder(tmp_path / "results" / "demo", "the results")


def test_all_that_jobs_write_is_tried(tmp_path, monkeypatch):
    tried = []
    monkeypatch.setattr(writable, "check_folder", lambda path: tried.append(path))
    monkeypatch.setattr(writable, "check_file", lambda path: tried.append(path))
    (tmp_path / "images" / "A").mkdir(parents=True)
    images, table, log = (str(tmp_path / name) for name in ("images", "t/a.csv", "logs/a.log"))
    check_jobs([types.SimpleNamespace(output=[images, table, "plain"], log=[log])])
    folders = [".", str(tmp_path), images, f"{images}/A", f"{tmp_path}/t", f"{tmp_path}/logs"]
    assert sorted(tried) == sorted([*folders, log])
