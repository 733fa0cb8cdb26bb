"""A data set opens its own files alone, whatever its rows and its README say."""

import contextlib
import io
import json
import os
import pickle
import sys
import tarfile
import zipfile
from pathlib import Path

import datasets
import fsspec
import pyarrow.parquet as pq
import pytest

from huggingface_data import SETTINGS, encoded, paintings, write_parquet
from stylewalk.data.huggingface import inside
from stylewalk.data.huggingface.fetching import fetch
from stylewalk.errors import StylewalkError

WATCHED = {"folder": None, "seen": []}
HUB = "hf://datasets/owner/name"
COMMIT = "c0ffee" * 6 + "c0ff"


def _watch(event: str, arguments: tuple) -> None:
    """Note each file that is opened outside the data set, and each connection."""
    if not WATCHED["folder"]:
        return
    if event == "open" and isinstance(arguments[0], str | bytes | os.PathLike):
        path = os.path.realpath(os.fsdecode(arguments[0]))
        if path.startswith(WATCHED["folder"]) and "/set/" not in path and "/out/" not in path:
            WATCHED["seen"].append(path)
    if event in ("socket.connect", "socket.getaddrinfo", "os.system"):
        WATCHED["seen"].append((event, arguments))


sys.addaudithook(_watch)


@pytest.fixture
def around(tmp_path):
    """A folder ``set`` beside secrets; none of them is opened, and nobody is called."""
    inside.bar_protocols()
    (tmp_path / "secret.png").write_bytes(encoded(99))
    (tmp_path / "set2").mkdir()
    (tmp_path / "set2/secret.png").write_bytes(encoded(98))
    with zipfile.ZipFile(tmp_path / "secret.zip", "w") as archive:
        archive.writestr("a.png", encoded(97))
    (tmp_path / "set/data").mkdir(parents=True)
    WATCHED.update(folder=str(tmp_path), seen=[])
    yield tmp_path
    WATCHED["folder"] = None
    assert WATCHED["seen"] == []


def fetched(around: Path, column="style", classes=("Baroque",), **settings):
    """The bytes of the pictures that were taken, in their order, and the record."""
    files = [around / "out" / name for name in ("images.zip", "metadata.csv", "data_set.json")]
    given = {"name": str(around / "set"), **SETTINGS, **settings}
    fetch(given, column, list(classes), None, 0, *files)
    with zipfile.ZipFile(files[0]) as pictures:
        taken = [pictures.read(name) for name in pictures.namelist()]
    return taken, json.loads(files[2].read_text())


def rows_of(paths: list, folder: Path) -> None:
    """A Parquet file whose rows name pictures by these paths."""
    column = [{"bytes": None, "path": str(path)} for path in paths]
    data = paintings(len(paths), image=column, style=[0] * len(paths))
    # The library's own writer would put the files' bytes into the table.
    pq.write_table(data.data.table, folder / "data/train.parquet")


def chains(top: Path) -> list[str]:
    """Ways out of a folder ``set``."""
    secret, inner, card = top / "secret.png", top / "set/own.png", top / "set/README.md"
    return [
        *(str(secret), "../secret.png", "data/../../secret.png", "./../set2/secret.png"),
        *(f"{top}/set2/secret.png", f"/{top}/set/../secret.png", "link.png", "folder/secret.png"),
        *(f"file://{secret}", f"FILE://{secret}", f"file:{secret}", f"local://{secret}"),
        *(f"file://{inner}", f"file://{secret}::{card}", f"file://{secret}::README.md"),
        *(f"simplecache::file://{secret}", f"filecache::{secret}", f"blockcache::{inner}"),
        *(f"simplecache::{inner}", f"reference://a::{top}/set/refs.json", "memory://a"),
        *("https://example.org/a.png", "http://127.0.0.1:1/a.png", "github://o:r@main/a.png"),
        *(f"dir::file://{secret}", f"tar://a.png::{top}/set/own.tar", "jar://a::own.zip"),
        *(f"zip://a.png::{top}/secret.zip", "zip://a.png::../secret.zip", "zip://a.png::link.zip"),
        *(
            "zip://a.png::zip://b.zip::own.zip",
            "zip://../../secret.png::own.zip",
            "ZIP://a::own.zip",
        ),
        *("zip://a.png::", "::own.png", "zip://::own.zip", "zip://file:///etc/passwd::own.zip"),
        *("own.png::zip://a.png", "zip://a.png::file://own.zip", f"zip://{secret}::own.zip"),
        *("%2e%2e/secret.png", "..\\secret.png", "own.png\0", "own.png?x=../", "~/.bashrc"),
        *("pipe.png", "loop.png", ".git/config", "git.png", ".", "/", "/dev/stdin", "n" * 5000),
        *(
            "ftp://a/b",
            "sftp://a/b",
            "s3://a/b",
            "data:image/png;base64,AAAA",
            "hf://datasets/a/b/c",
        ),
    ]


def test_no_path_of_a_row_leads_out_and_plain_ones_are_read(around):
    folder = around / "set"
    (folder / "own.png").write_bytes(encoded(7))
    (folder / "refs.json").write_text('{"version": 1, "templates": {}, "refs": {"a": "b"}}')
    (folder / "README.md").write_text("plain")
    (folder / "link.png").symlink_to(around / "secret.png")
    (folder / "link.zip").symlink_to(around / "secret.zip")
    (folder / "folder").symlink_to(around)
    (folder / "loop.png").symlink_to("loop.png")
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("token")
    (folder / "git.png").symlink_to(".git/config")
    os.mkfifo(folder / "pipe.png")
    with zipfile.ZipFile(folder / "own.zip", "w") as archive:
        archive.writestr("deep/a?b#c%20.png", encoded(8))
        archive.writestr("x", b"")
    good = ["own.png", folder / "own.png", "./data/../own.png"]
    good += [f"zip://deep/a?b#c%20.png::{p}" for p in ("own.zip", folder / "own.zip")]
    rows_of([*chains(around), *good], folder)
    taken, record = fetched(around)
    assert taken == [encoded(7)] * 3 + [encoded(8)] * 2
    assert record["rows without a picture"] == len(chains(around))


@pytest.mark.parametrize(
    "place",
    [
        *("/etc/passwd", "own.png", f"{HUB}2/a.png", "hf://datasets/owner/a.png", f"{HUB}"),
        *(f"{HUB}/", f"{HUB}@{COMMIT}", f"{HUB}@{COMMIT}/", f"{HUB}@main/a.png", f"{HUB}@/a.png"),
        *(f"{HUB}@refs/pr/1/a.png", f"{HUB}@refs%2Fpr%2F1/a.png", f"{HUB}@{COMMIT}1/a.png"),
        *(f"{HUB}/../other/a.png", f"{HUB}/a/%2e%2e/%2e%2e/other/a", f"{HUB}/%252e%252e/b"),
        *(f"{HUB}//etc/passwd", f"{HUB}/a/./b", f"{HUB}/a\\..\\b", f"{HUB}/a\0.png"),
        *("HF://datasets/owner/name/a.png", f"{HUB}/file:///etc/passwd", "hf://owner/name/a.png"),
        *(f"file:///etc/passwd::{HUB}/a.png", f"reference://a::{HUB}/refs.json"),
        *(f"simplecache::{HUB}/a.png", f"{HUB}/a.png::file:///etc/passwd", f"tar://a::{HUB}/a.tar"),
        *(f"zip://a::zip://b::{HUB}/a.zip", f"zip://a::{HUB}2/a.zip", "zip://a::/etc/passwd"),
        *(f"https://huggingface.co/datasets/owner/name/resolve/{COMMIT}/a.png", "hf://buckets/a/b"),
    ],
)
def test_of_the_hub_no_path_leads_to_another_data_set_or_commit(monkeypatch, place):
    def refuse(*_, **__):
        raise AssertionError("something was opened")

    for opener in ("fsspec.open", "builtins.open", "huggingface_hub.HfFileSystem.__init__"):
        monkeypatch.setattr(opener, refuse)
    data, fault = inside.Pictures(inside.Hub("owner/name", COMMIT)).read(place)
    monkeypatch.undo()
    assert data == b""
    assert "the path" in fault


@pytest.mark.parametrize("name", [f"{HUB}@{COMMIT}/a/b@c?d#e.png", f"{HUB}/a/b@c?d#e.png"])
def test_plain_paths_of_the_hub_are_those_of_the_commit(name):
    assert inside.Hub("owner/name", COMMIT).find(name) == f"{HUB}@{COMMIT}/a/b@c?d#e.png"


@pytest.mark.parametrize(
    "files",
    [
        *("file:///{top}/secret.parquet", "{top}/secret.parquet", "../secret.parquet"),
        *("../*.parquet", "http://127.0.0.1:1/a.parquet", "file:{top}/secret.parquet"),
        *("local:{top}/secret.parquet", "zip://a.parquet::{top}/secret.zip", "data/../../*"),
        *("simplecache::http://127.0.0.1:1/a.parquet", "hf://datasets/other/name/a.parquet"),
        *("~/secret.parquet", "data:text/csv,a", "'C:\\secret.parquet'"),
        "\n  - {{split: train, path: [data/train.parquet, 'file:///{top}/secret.parquet']}}",
        "\n  - {{split: train, path: [[../secret.parquet]]}}",
        "data/train.parquet\n  data_dir: ..",
        "data/train.parquet\n- config_name: other\n  data_files: ../secret.parquet",
    ],
)
@pytest.mark.parametrize("card", ["README.md", ".huggingface.yaml"])
def test_a_readme_names_no_file_elsewhere(around, files, card):
    rows_of(["a.png"], around / "set")
    write_parquet(paintings(4), around / "kept")
    (around / "kept/data/train-00000-of-00001.parquet").rename(around / "secret.parquet")
    card_text = f"configs:\n- config_name: default\n  data_files: {files}\n".format(top=around)
    card_text = f"---\n{card_text}---\n" if card == "README.md" else card_text
    (around / "set" / card).write_text(card_text)
    WATCHED["seen"].clear()  # what this test wrote
    with pytest.raises(StylewalkError, match=r"is not read because of .* plain path inside it"):
        fetched(around)


@pytest.mark.parametrize("key", ["configs", "dataset_info", "tags"])
@pytest.mark.parametrize("card", ["README.md", ".huggingface.yaml"])
@pytest.mark.parametrize("loop", [False, True])
def test_aliases_that_would_never_end_are_refused(around, key, card, loop):
    rows_of(["a.png"], around / "set")
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    card_text = f"{key}: &b [*b]\n" if loop else "\n".join([*lines, f"{key}: *a9\n"])
    card_text = f"---\n{card_text}---\n" if card == "README.md" else card_text
    (around / "set" / card).write_text(card_text)
    with pytest.raises(StylewalkError, match="aliases would unfold"):
        fetched(around)


def test_a_byte_order_mark_hides_no_readme(around):
    rows_of(["a.png"], around / "set")
    card_text = "---\r\nconfigs:\r\n- config_name: a\r\n  data_files: ../*.parquet\r\n---\r\n"
    (around / "set/README.md").write_bytes(b"\xef\xbb\xbf" + card_text.encode())
    with pytest.raises(StylewalkError, match="plain path inside it"):
        fetched(around)


def test_a_readme_that_names_own_files_is_followed(around):
    write_parquet(paintings(6), around / "set/deep")
    card_text = "- {split: train, path: ['deep/data/train-*.parquet']}"
    (around / "set/README.md").write_text(
        f"---\nconfigs:\n- config_name: default\n  data_files:\n  {card_text}\n---\n# A title\n"
    )
    assert fetched(around)[0] == [encoded(0), encoded(3)]


@pytest.mark.parametrize(
    "name",
    ["README.md", ".huggingface.yaml", "dataset_infos.json", "data/train.parquet", "metadata.csv"],
)
@pytest.mark.parametrize("to", ["link", "pipe"])
def test_no_file_that_the_library_opens_is_a_link_out_or_a_pipe(around, name, to):
    path = around / "set" / name
    if name == "metadata.csv":
        (around / "set/a.png").write_bytes(encoded(1))
    else:
        rows_of(["a.png"], around / "set")
    path.unlink(missing_ok=True)
    secret = around / f"secret{path.suffix}"
    secret.write_text("file_name,style\na.png,Baroque\n")
    path.symlink_to(secret) if to == "link" else os.mkfifo(path)
    WATCHED["seen"].clear()
    # A pipe among the data files is none for the library, which then finds no data.
    words = r"is not read because of .*(leads out|it is no file)|any data files|no column|no label"
    with pytest.raises(StylewalkError, match=words):
        fetched(around)


@pytest.mark.parametrize(
    "file_name", ["../secret.png", "{top}/secret.png", "file://{top}/secret.png"]
)
def test_the_table_of_a_folder_of_images_names_none_elsewhere(around, file_name):
    for name in ("a.png", "b.png"):
        (around / "set" / name).write_bytes(encoded(1))
    lines = f"file_name,style\na.png,Baroque\n{file_name.format(top=around)},Baroque\n"
    (around / "set/metadata.csv").write_text(lines)
    with contextlib.suppress(StylewalkError):  # the library itself refuses it, since 5.0.1
        assert fetched(around)[0] == [encoded(1)]


def test_files_in_other_layouts_that_can_lead_elsewhere_are_not_read(around):
    """HDF5 has links to other files, XML entities, and so on."""
    for name in ("a.h5", "a.xml", "a.lance", "a.vortex", "a.eval"):
        path = around / "set/data" / name
        path.write_bytes(b"\x89HDF\r\n\x1a\n")
        with pytest.raises(StylewalkError, match=r"of the kind .* Convert it|cannot be used"):
            fetched(around)
        path.unlink()


class Runs:
    """A pickle that makes a folder."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_no_pickle_array_network_or_script_is_loaded(around):
    ran = around / "set/ran"
    blob = pickle.dumps(Runs(ran))
    for name in ("set.py", "data.pkl", "train.pickle", "a.pth", "a.npy", "dataset_dict.pkl"):
        (around / "set" / name).write_bytes(
            blob if name != "set.py" else b"import os; os.mkdir('ran')"
        )
    with tarfile.open(around / "set/data/train.tar", "w") as tar:
        for number in range(2):
            members = {"png": encoded(number), "pth": blob, "npy": blob, "style.txt": b"Baroque"}
            for kind, content in members.items():
                member = tarfile.TarInfo(f"{number}.{kind}")
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    with pytest.raises(StylewalkError, match="scripts are no longer supported"):
        fetched(around)
    (around / "set/set.py").unlink()
    taken, _ = fetched(around, column="style.txt", image_column="png")
    assert taken == [encoded(0), encoded(1)]
    assert not ran.exists()


def test_labels_are_read_from_no_file(around):
    write_parquet(paintings(3, labelled=False), around / "set/more")
    (around / "names.txt").write_text("secret")
    label = "dtype: {class_label: {names_file: " + str(around / "names.txt") + "}}"
    (around / "set/README.md").write_text(
        f"---\ndataset_info:\n  features:\n  - name: style\n    {label}\n---\n"
    )
    WATCHED["seen"].clear()
    with pytest.raises(StylewalkError):
        fetched(around, classes=["secret"])


@pytest.mark.parametrize("kind", ["one", "splits"])
@pytest.mark.parametrize(
    "change",
    [
        *(
            "../../other/{name}",
            "../other/{name}",
            "{top}/other/{name}",
            "file://{top}/other/{name}",
        ),
        *("linked.arrow", "pipe.arrow", 7, None),
    ],
)
def test_what_save_to_disk_wrote_names_no_file_elsewhere(around, kind, change):
    paintings(4).save_to_disk(around / "other")
    folder = around / "set"
    part = folder
    if kind == "one":
        paintings(4).save_to_disk(folder)
    else:
        datasets.DatasetDict({"train": paintings(4)}).save_to_disk(folder)
        part = folder / "train"
    name = next((around / "other").glob("*.arrow")).name
    (part / "linked.arrow").symlink_to(around / "other" / name)
    os.mkfifo(part / "pipe.arrow")
    state = json.loads((part / "state.json").read_text())
    named = change.format(name=name, top=around) if isinstance(change, str) else change
    state["_data_files"] = [{"filename": named}]
    (part / "state.json").write_text(json.dumps(state))
    WATCHED["seen"].clear()
    with pytest.raises(StylewalkError, match="is not read because of"):
        fetched(around)


@pytest.mark.parametrize("split", ["../other", "..", ".", "x::file:///etc", "train/../../other"])
def test_a_split_that_save_to_disk_wrote_is_a_folder_of_the_data_set(around, split):
    paintings(4).save_to_disk(around / "other")
    (around / "set/dataset_dict.json").write_text(json.dumps({"splits": [split, "train"]}))
    WATCHED["seen"].clear()
    with pytest.raises(StylewalkError, match="is not read because of"):
        fetched(around, split=split)


def test_a_snapshot_in_the_cache_of_the_hub_is_read_through_its_links(around):
    cache = around / "set/datasets--owner--name"
    snapshot = cache / "snapshots" / COMMIT
    write_parquet(paintings(6), snapshot)
    (cache / "blobs").mkdir()
    for number, path in enumerate(snapshot.rglob("*.parquet")):
        blob = path.rename(cache / "blobs" / f"{number:040x}")
        path.symlink_to(os.path.relpath(blob, path.parent))
    assert fetched(around, name=str(snapshot))[0] == [encoded(0), encoded(3)]


@pytest.mark.parametrize(
    "path",
    ["http://127.0.0.1:1/a", "memory://a", "reference://", "simplecache::memory://a", "ftp://a"],
)
def test_the_libraries_follow_no_protocol_in_this_process(path):
    inside.bar_protocols()
    with pytest.raises(StylewalkError, match="names the protocol"):
        fsspec.core.url_to_fs(path)
