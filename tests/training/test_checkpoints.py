"""Training that was killed ends with the bytes of a run that never was."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml

from stylewalk.errors import StylewalkError
from stylewalk.randomness import generator
from stylewalk.training import checkpoints, loop
from stylewalk.training.checkpoints import Checkpoint

ROOT = Path(__file__).parents[2]
FAMILIES = yaml.safe_load((ROOT / "config/small.yaml").read_text())["models"]
del FAMILIES["PCA"]  # which takes no steps
REPORTS = {"trunk": "report", "optimiser": "adam", "flips": False, "shifts": 0}
BATCHES, VALIDATION_BATCHES, EPOCHS = 3, 2, 2


class Killed(Exception):
    """Stands for the end of the process."""


class Dying(Checkpoint):
    """A checkpoint whose training dies after some of them."""

    def __init__(self, folder, saves):
        super().__init__(folder, seconds=0)
        self.saves = saves

    def save(self, state):
        super().save(state)
        self.saves -= 1
        if self.saves == 0:
            raise Killed


def train(
    checkpoint=None,
    model="VAE",
    progress=None,
    device="cpu",
    threads=1,
    change=0,
    on_epoch=None,
    **other,
):
    """A short training: two epochs of three batches and two of validation."""
    rng = generator(0, "pictures")
    images = rng.integers(0, 255, (31, 16, 16, 3), dtype=np.uint8)
    images[0] += np.uint8(change)
    arguments = {"latent_size": 8, "channels": [4, 8, 8, 8], "epochs": EPOCHS, "batch_size": 8}
    arguments |= {"learning_rate": 1e-2, "precision": "float32", "trunk": "silu"}
    arguments |= {"optimiser": "muon", "flips": True, "shifts": 2, "muon_decay": 0.5} | other
    rows = np.arange(31)
    return loop.train(
        images, rows % 3, rows[:21], rows[21:], FAMILIES[model], arguments, 0, device, threads,
        progress, model, checkpoint, on_epoch,
    )  # fmt: skip


def result(trained, folder):
    """The bytes of the weights' file, and the history of losses."""
    model, losses = trained
    loop.save_weights(model, folder / "weights.safetensors")
    return (folder / "weights.safetensors").read_bytes(), losses.to_json(double_precision=15)


def die(folder, saves, **arguments):
    with pytest.raises(Killed):
        train(Dying(folder, saves), **arguments)


def last(folder):
    return folder / "last.safetensors"


@pytest.mark.parametrize(
    ("model", "device", "how"),
    [
        *((model, "cpu", {}) for model in FAMILIES),
        ("VAE", "cpu", REPORTS),
        ("AAE", "cpu", REPORTS),
        ("AAE", "cuda", {}),
    ],
)
def test_a_run_killed_again_and_again_ends_with_the_same_bytes(
    model, device, how, tmp_path, capsys
):
    if device == "cuda" and not torch.cuda.is_available():
        pytest.skip("no GPU is to be had here")
    straight = result(train(model=model, device=device, **how), tmp_path)
    folder = tmp_path / "checkpoints"
    steps = []
    # At the end of a pass; in the midst of the second epoch; in the validation of the last.
    for begun, ended in ((0, 3), (3, 4), (4, 6)):
        seen = []
        note = {"progress": lambda done, _, s=seen: s.append(done)}
        die(folder, 3, model=model, device=device, **note, **how)
        assert seen == list(range(begun + 1, ended + 1))
        steps += seen
    assert steps == list(range(1, EPOCHS * BATCHES + 1))
    again = train(Checkpoint(folder), model=model, device=device, **how)
    assert result(again, tmp_path) == straight
    printed = capsys.readouterr().err
    assert f"Training of '{model}' (seed 0) goes on from epoch 1 of 2, step 3 of 6." in printed
    assert "goes on from epoch 2 of 2, step 4 of 6." in printed
    assert "goes on from epoch 2 of 2, step 6 of 6." in printed


def test_epochs_of_an_earlier_process_are_reported_again(tmp_path):
    """A rule's log is written again, and holds every epoch all the same."""
    die(tmp_path, 6)  # after a batch of 8 in the second epoch
    reported = []
    _, losses = train(Checkpoint(tmp_path), on_epoch=reported.append)
    assert [epoch.number for epoch in reported] == [1, 2]
    assert [epoch.images for epoch in reported] == [0, 21 - 8]
    assert [
        (epoch.number, split, term, value)
        for epoch in reported
        for split, terms in epoch.losses.items()
        for term, value in terms.items()
    ] == list(losses.itertuples(index=False, name=None))


def test_the_state_goes_back_as_it_lay_in_memory(tmp_path):
    """Fused Adam goes through memory, whatever the order of axes there."""

    def state(steps):
        states = []
        pack = checkpoints.pack
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(checkpoints, "pack", lambda taken: states.append(taken) or pack(taken))
            die(tmp_path / "checkpoints", steps, model="AAE")
        return states[-1]

    def strides(taken):
        return [
            {key: value.stride() for key, value in optimiser.state[parameter].items()}
            for optimiser in taken.optimisers
            for group in optimiser.param_groups
            for parameter in group["params"]
        ]

    first = state(1)
    assert strides(first)[0]["exp_avg"] == (48, 1, 12, 3)  # channels_last
    assert strides(state(1)) == strides(first)


SCRIPT = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from test_checkpoints import Checkpoint, train
folder, how = sys.argv[2:]

def at_step_5(done, steps):
    if done == 5:
        os.kill(os.getpid(), signal.SIGTERM)

def after_4_checkpoints(old, new, replace=os.replace, calls=[]):
    calls.append(new)
    if len(calls) == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(old, new)

if how == "killed":
    os.replace, at_step_5 = after_4_checkpoints, None
train(Checkpoint(folder, seconds=3600 if how == "terminated" else 0), progress=at_step_5)
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["killed", "terminated"])
def test_a_process_that_ends_by_a_signal_is_gone_on_from(how, tmp_path, capsys):
    folder = tmp_path / "checkpoints"
    command = [sys.executable, "-c", SCRIPT, str(ROOT / "tests/training"), str(folder), how]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if how == "terminated":
        assert done.returncode == 1
        words = "Training was stopped by SIGTERM in epoch 2. It goes on from there when the same"
        assert words in done.stderr
    else:
        assert done.returncode == -signal.SIGKILL, done.stderr
    left = sorted(path.name for path in folder.iterdir())
    assert left[-1] == "last.safetensors"
    assert len(left) == (2 if how == "killed" else 1)  # in the midst of writing
    straight = result(train(), tmp_path)
    assert result(train(Checkpoint(folder)), tmp_path) == straight
    step = {"killed": 3, "terminated": 5}[how]
    assert f"step {step} of 6" in capsys.readouterr().err
    assert os.listdir(folder) == ["last.safetensors"]


def test_a_signal_means_again_what_it_did_before(tmp_path):
    # Where the tests run in the background SIGINT is ignored, and stays so.
    ignored = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
        with Checkpoint(tmp_path).stopping_on_signals():
            within = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
        assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before
    finally:
        signal.signal(signal.SIGINT, ignored)
    assert within[0] is not before[0]
    assert within[1] is not before[1]


def test_any_damage_to_a_checkpoint_is_seen(tmp_path):
    folder = tmp_path / "checkpoints"
    die(folder, 4)
    path = last(folder)
    checkpoints.read(path)
    whole = path.read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    rng = generator(0, "damage")
    places = [*range(8), *rng.integers(8, header, 150), *rng.integers(header, len(whole), 50)]
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << rng.integers(8)
        path.write_bytes(flipped)
        with pytest.raises(StylewalkError, match=r"cannot be read|is damaged"):
            checkpoints.read(path)
    for length in (0, 5, 100, header, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(StylewalkError, match=r"cannot be read|is damaged"):
            checkpoints.read(path)


def test_a_damaged_checkpoint_is_reported_and_training_begins_again(tmp_path, capsys):
    straight = result(train(), tmp_path)
    folder = tmp_path / "checkpoints"
    die(folder, 4)
    whole = last(folder).read_bytes()
    for damaged in (whole[:-100], whole[:-100] + bytes([whole[-100] ^ 1]) + whole[-99:]):
        last(folder).write_bytes(damaged)
        seen = []
        trained = train(Checkpoint(folder), progress=lambda done, _, s=seen: s.append(done))
        assert result(trained, tmp_path) == straight
        assert seen[0] == 1
        printed = capsys.readouterr().err
        assert f"Warning: The checkpoint {last(folder)}" in printed
        assert "Training starts from the beginning." in printed


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"learning_rate": 2e-2}, "differs in training"),
        ({"model": "beta-VAE"}, "differs in settings"),
        ({"change": 1}, "differs in images"),
        ({"source": "another"}, "differs in source code"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_checkpoint_of_another_training_is_not_used(change, words, tmp_path, capsys):
    folder = tmp_path / "checkpoints"
    die(folder, 4)
    checkpoint = Checkpoint(folder, change.pop("source", ""), seconds=0)
    seen = []
    trained = train(checkpoint, progress=lambda done, _: seen.append(done), **change)
    assert seen[0] == 1
    assert words in capsys.readouterr().err
    assert result(trained, tmp_path) == result(train(**change), tmp_path)
    # It took the place of the other.
    assert os.listdir(folder) == ["last.safetensors"]
    assert checkpoints.read(last(folder))[0] == checkpoint._identity


def test_another_number_of_threads_begins_again(tmp_path, capsys, monkeypatch):
    die(tmp_path / "checkpoints", 4)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)
    train(Checkpoint(tmp_path / "checkpoints"))
    assert "differs in number of CPU threads" in capsys.readouterr().err


def test_checkpoints_are_written_as_often_as_asked(tmp_path, monkeypatch):
    written = []
    write = checkpoints.write
    monkeypatch.setattr(checkpoints, "write", lambda *a: written.append(write(*a)))
    train(Checkpoint(tmp_path / "a", seconds=0))
    assert len(written) == EPOCHS * (BATCHES + VALIDATION_BATCHES)
    written.clear()
    train(Checkpoint(tmp_path / "b"))
    assert not written
    assert not (tmp_path / "b").exists()
    checkpoint = Checkpoint(tmp_path / "c", seconds=1)
    checkpoint._wait(took=10)
    now = checkpoints.time.monotonic()
    assert now + 190 < checkpoint._due < now + 201  # a twentieth of the time
    monkeypatch.setenv(checkpoints.VARIABLE, "7.5")
    assert Checkpoint(tmp_path).seconds == 7.5
    for wrong in ("often", "-1", "nan"):
        monkeypatch.setenv(checkpoints.VARIABLE, wrong)
        with pytest.raises(StylewalkError, match=f"CHECKPOINT_SECONDS: found '{wrong}'"):
            Checkpoint(tmp_path)


def test_a_full_disk_stops_no_training(tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    straight = result(train(), tmp_path)
    monkeypatch.setattr(checkpoints, "write", full)
    assert result(train(Checkpoint(tmp_path / "checkpoints", seconds=0)), tmp_path) == straight
    assert "could not be written ([Errno 28] No space left" in capsys.readouterr().err


def test_a_run_that_diverges_leaves_no_checkpoint_of_it(tmp_path):
    folder = tmp_path / "checkpoints"
    with pytest.raises(StylewalkError, match="diverged"):
        train(Checkpoint(folder, seconds=0), learning_rate=1e30, epochs=9)
    assert not folder.exists()


def test_remove_leaves_nothing(tmp_path):
    checkpoint = Checkpoint(tmp_path / "checkpoints", seconds=0)
    train(checkpoint)
    assert (tmp_path / "checkpoints").exists()
    checkpoint.remove()
    checkpoint.remove()
    assert not (tmp_path / "checkpoints").exists()
