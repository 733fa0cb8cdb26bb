"""Data sets over the hub's own protocol: the library against a server beside the test."""

import json
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from hub_server import COMMIT, NAME, Hub
from huggingface_data import SETTINGS, encoded, paintings, write_parquet
from stylewalk.data.metadata import read_metadata

# The library reads the hub's address when it is imported, so each test has a process of its own.
PROGRAM = """
import json, sys
from stylewalk.errors import StylewalkError
from stylewalk.data.huggingface.fetching import fetch

try:
    fetch(*json.loads(sys.argv[1]), "images.zip", "metadata.csv", "data_set.json")
except StylewalkError as error:
    sys.exit(f"Error: {error}")
"""


@pytest.fixture
def hub(tmp_path):
    """A hub whose data set lies in ``hub.folder``."""
    (tmp_path / "hub").mkdir()
    with Hub(tmp_path / "hub") as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def fetched(
    hub: Hub, name=NAME, column="style", per_class=2, classes=("Baroque", "Realism"), **settings
):
    """The exit and words of a process, and the folder with its files."""
    folder = hub.folder.parent
    given = [{"name": name, **SETTINGS, **settings}, column, classes, per_class, 0]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(given)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        env={
            **os.environ,
            "HF_ENDPOINT": hub.address,
            "HF_HOME": str(folder / "home"),
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path]),
        },
    )
    return done.returncode, done.stderr, folder


@pytest.mark.slow
def test_of_parquet_files_no_more_are_asked_for_than_needed(hub):
    write_parquet(paintings(18), hub.folder, shards=3)
    code, printed, folder = fetched(hub, revision="main")
    assert code == 0, printed
    with zipfile.ZipFile(folder / "images.zip") as pictures:
        contents = [pictures.read(name) for name in pictures.namelist()]
    assert contents == [encoded(number) for number in (0, 2, 3, 5)]
    record = json.loads((folder / "data_set.json").read_text())
    assert record["data set"] == f"{NAME} at {COMMIT}, split train"
    parts = {path.rpartition("/")[2] for path in hub.asked if path.endswith(".parquet")}
    assert parts == {"train-00000-of-00003.parquet"}


@pytest.mark.slow
def test_pictures_that_are_files_of_their_own_are_fetched_one_by_one(hub):
    for number, name in enumerate(["Baroque", "Realism"] * 4):
        path = hub.folder / name / f"{number}.png"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(encoded(number))
    code, printed, folder = fetched(hub, column="label")
    assert code == 0, printed
    table = read_metadata(folder / "metadata.csv", "class")
    assert sorted(table["class"]) == ["Baroque"] * 2 + ["Realism"] * 2
    with zipfile.ZipFile(folder / "images.zip") as pictures:
        contents = {pictures.read(name) for name in pictures.namelist()}
    originals = {encoded(number): f"/{number}.png" for number in range(8)}
    assert len(contents) == 4
    assert contents <= set(originals)
    # The classes come one after another: of the last one, no picture is fetched in vain.
    asked = {path.rpartition("/")[2] for path in hub.asked if path.endswith(".png")}
    assert len(asked) == 4


def test_a_data_set_that_the_hub_does_not_have(hub):
    code, printed, folder = fetched(hub, name="owner/nmae")
    assert code == 1
    assert "Error: dataset.huggingface.name: there is no data set owner/nmae on the" in printed
    assert "Traceback" not in printed
    assert not (folder / "images.zip").exists()


@pytest.mark.slow
def test_a_split_that_the_data_set_does_not_have(hub):
    write_parquet(paintings(6), hub.folder)
    code, printed, _ = fetched(hub, split="tset")
    assert code == 1
    assert "tset" in printed
    assert "['train']" in printed
    assert "Traceback" not in printed


@pytest.mark.slow
def test_rows_of_the_hub_name_files_of_this_commit_alone(hub):
    """Chains of protocols once led to the user's own files and to other servers."""
    secret = hub.folder.parent / "secret.png"
    secret.write_bytes(encoded(99))
    (hub.folder / "own.png").write_bytes(encoded(7))
    with zipfile.ZipFile(hub.folder / "own.zip", "w") as archive:
        archive.writestr("deep/a.png", encoded(8))
    (hub.folder / "refs.json").write_text(json.dumps({"a": ["file://" + str(secret)]}))
    home = f"hf://datasets/{NAME}"
    bad = [str(secret), f"file://{secret}::{home}/own.png", f"simplecache::{home}/own.png"]
    bad += [f"reference://a::{home}/refs.json", f"{hub.address}/datasets/{NAME}/own.png"]
    bad += [f"{home}@main/own.png", f"{home}@refs/pr/1/own.png", f"{home}/../other/own.png"]
    bad += [f"zip://a.png::{home}/gone.zip", f"{home}/gone.png", f"{home}/data"]
    good = [f"{home}/own.png", f"{home}@{COMMIT}/own.png", f"zip://deep/a.png::{home}/own.zip"]
    column = [{"bytes": None, "path": path} for path in [*bad, *good]]
    data = paintings(len(column), image=column, style=[0] * len(column))
    (hub.folder / "data").mkdir()
    pq.write_table(data.data.table, hub.folder / "data/train.parquet")
    code, printed, folder = fetched(hub, per_class=None, classes=["Baroque"])
    assert code == 0, printed
    with zipfile.ZipFile(folder / "images.zip") as pictures:
        taken = [pictures.read(name) for name in pictures.namelist()]
    assert taken == [encoded(7), encoded(7), encoded(8)]
    record = json.loads((folder / "data_set.json").read_text())
    assert record["rows without a picture"] == len(bad)
    assert not [path for path in hub.asked if "refs" in path or "other" in path]


@pytest.mark.parametrize("card", ["README.md", ".huggingface.yaml"])
def test_a_readme_of_the_hub_names_no_file_elsewhere(hub, card):
    write_parquet(paintings(6), hub.folder)
    secret = hub.folder.parent / "secret.parquet"
    (hub.folder / "data/train-00000-of-00001.parquet").rename(secret)
    card_text = f"configs:\n- config_name: default\n  data_files: file://{secret}\n"
    (hub.folder / card).write_text(f"---\n{card_text}---\n" if card == "README.md" else card_text)
    code, printed, folder = fetched(hub)
    assert code == 1
    assert f"Error: The data set {NAME} is not read because of 'file://" in printed
    assert "Traceback" not in printed
    assert not (folder / "images.zip").exists()
