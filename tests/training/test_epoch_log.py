"""What a training says of itself."""

import io

import numpy as np

from stylewalk.training.epoch_log import Epoch, EpochLog
from stylewalk.training.loop import train

LOSSES = {
    "training": {"reconstruction": 0.02, "kl": 0.5, "accuracy": 0.9},
    "validation": {"reconstruction": 0.03, "kl": 0.6, "accuracy": 0.8},
}
WEIGHTS = {"reconstruction": 1.0, "kl": 0.1}


def epoch(number=3, losses=LOSSES, images=1200, seconds=1.5):
    return Epoch(number, losses, WEIGHTS, images, seconds)


def test_an_epoch_in_full_and_in_short():
    stream = io.StringIO()
    epoch_log = EpochLog(25, "AE", io.StringIO(), stream)
    assert epoch_log.note() == ""
    epoch_log.on_epoch(epoch())
    assert epoch_log.note() == "epoch 3/25, 800 images/s, loss 0.07, validation 0.09"
    assert stream.getvalue() == (
        "epoch 3/25, 800 images/s, loss 0.07, validation 0.09, 1.5 s  "
        "[training: reconstruction 0.02, kl 0.5, accuracy 0.9; "
        "validation: reconstruction 0.03, kl 0.6, accuracy 0.8]\n"
    )


def test_without_validation_and_without_a_pace():
    epoch_log = EpochLog(2, "AE", io.StringIO(), io.StringIO())
    epoch_log.on_epoch(epoch(1, {"training": LOSSES["training"]}, images=0))
    assert epoch_log.note() == "epoch 1/2, loss 0.07"


def test_the_line_on_the_terminal(monkeypatch):
    clock = iter([0.0, 36.0, 50.0])
    monkeypatch.setattr("stylewalk.progress.time.monotonic", lambda: next(clock))
    terminal = io.StringIO()
    epoch_log = EpochLog(25, "AE, seed 0", terminal, io.StringIO())
    epoch_log.progress(1, 250)  # less than a tenth says nothing
    epoch_log.progress(100, 250)  # the end of epoch 10 waits for its validation
    assert terminal.getvalue() == ""
    epoch_log.on_epoch(epoch(10))
    assert terminal.getvalue() == (
        "AE, seed 0           ████░░░░░░  40 %  "
        "epoch 10/25, 800 images/s, loss 0.07, validation 0.09  0:00:54 left\n"
    )
    epoch_log.progress(125, 250)
    last = terminal.getvalue().splitlines()[-1]
    assert " 50 %  epoch 10/25, 800 images/s, " in last
    assert last.endswith("  0:00:50 left")


def test_every_epoch_of_a_training_is_reported():
    """By the real training: numbers in the log are those of the table of losses."""
    terminal, log = io.StringIO(), io.StringIO()
    epoch_log = EpochLog(3, "AE, seed 0", terminal, log)
    images = np.random.default_rng(0).integers(0, 256, (20, 16, 16, 3), np.uint8)
    _, losses = train(
        images,
        np.zeros(20, int),
        np.arange(16),
        np.arange(16, 20),
        {"family": "autoencoder"},
        {
            "latent_size": 4,
            "channels": [2, 2, 2, 2],
            "epochs": 3,
            "batch_size": 8,
            "learning_rate": 0.01,
        },
        seed=0,
        device="cpu",
        progress=epoch_log.progress,
        on_epoch=epoch_log.on_epoch,
    )
    lines = log.getvalue().splitlines()
    assert [line.split(",")[0] for line in lines] == ["epoch 1/3", "epoch 2/3", "epoch 3/3"]
    values = losses.set_index(["epoch", "split"])["value"]
    for number, line in enumerate(lines, start=1):
        assert f"loss {values[number, 'training']:.4g}, " in line
        assert f"validation: reconstruction {values[number, 'validation']:.6g}]" in line
    lines = terminal.getvalue().splitlines()
    assert len(lines) == 6  # six steps, each more than a tenth
    assert "epoch 3/3" in lines[-1]
    assert lines[-1].endswith("done")
