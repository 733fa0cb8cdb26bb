"""Training: it learns, repeats itself byte for byte, and stops in words when it diverges."""

import itertools
import json
import warnings

import numpy as np
import pytest
import safetensors.torch
import torch

from stylewalk import models
from stylewalk.errors import StylewalkError
from stylewalk.randomness import generator
from stylewalk.training import devices, loop

FAMILIES = ["adversarial", "autoencoder", "linear", "triplet", "variational"]
TRAINED = [family for family in FAMILIES if family != "linear"]
NEW = {"trunk": "silu", "optimiser": "muon", "flips": True, "shifts": 2, "muon_decay": 0.5}


def pictures(count=24, size=16, seed=0):
    """Flat pictures of three classes: one channel of colour, and a bright upper or lower half."""
    rng = generator(seed, "pictures")
    labels = np.arange(count) % 3
    images = rng.integers(0, 60, (count, size, size, 3))
    images[np.arange(count), :, :, labels] += 90
    images[::2, : size // 2] += 90
    return images.astype(np.uint8), labels


def train(images, labels, settings=None, name=None, validation=6, seed=0, **change):
    arguments = {
        "latent_size": 8,
        "channels": [4, 8, 8, 8],
        "epochs": 2,
        "batch_size": 8,
        "learning_rate": 1e-3,
        "precision": "float32",
    } | change
    rows = np.arange(len(images))
    split = len(images) - validation
    settings = settings or {"family": "autoencoder"}
    return loop.train(
        images, labels, rows[:split], rows[split:], settings, arguments, seed, "cpu", 1, name=name
    )


def weights_of(model):
    return {key: value.clone() for key, value in model.state_dict().items()}


def equal(first, second):
    return all(torch.equal(first[key], second[key]) for key in first)


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_learns_more_than_the_mean_picture(family):
    images, labels = pictures(count=66)
    beta = {"beta": 0.01} if family in ("variational", "triplet") else {}
    change = {"epochs": 30, "learning_rate": 1e-2, "channels": [8, 16, 16, 16]}
    _, losses = train(images, labels, {"family": family, **beta}, validation=18, **change)
    scaled = images / 255
    mean_picture = ((scaled[-18:] - scaled[:-18].mean(0)) ** 2).mean()
    reconstruction = losses[
        (losses["term"] == "reconstruction") & (losses["split"] == "validation")
    ]
    assert reconstruction["value"].iloc[-1] < 0.8 * mean_picture


@pytest.mark.parametrize("family", FAMILIES)
def test_same_seed_same_bytes_whatever_was_drawn_before(family):
    images, labels = pictures()
    settings = {"family": family}
    torch.manual_seed(1)
    first, losses = train(images, labels, settings)
    torch.manual_seed(2)
    second, again = train(images, labels, settings)
    other, _ = train(images, labels, settings, seed=1)
    assert equal(weights_of(first), weights_of(second))
    assert losses.equals(again)
    assert equal(weights_of(first), weights_of(other)) == (family == "linear")


@pytest.mark.slow
@pytest.mark.parametrize("family", TRAINED)
def test_the_default_way_of_training_repeats_itself_and_learns(family):
    images, labels = pictures(count=66)
    beta = {"beta": 0.01} if family in ("variational", "triplet") else {}
    change = {"epochs": 30, "learning_rate": 1e-2, "channels": [8, 16, 16, 16], **NEW}
    first, losses = train(images, labels, {"family": family, **beta}, validation=18, **change)
    torch.manual_seed(2)
    second, again = train(images, labels, {"family": family, **beta}, validation=18, **change)
    assert equal(weights_of(first), weights_of(second))
    assert losses.equals(again)
    mean = (images[:-18] / 255).mean(0)
    assert torch.allclose(first.mean_picture, torch.tensor(mean).permute(2, 0, 1).float())
    reconstruction = losses[
        (losses["term"] == "reconstruction") & (losses["split"] == "validation")
    ]
    assert reconstruction["value"].iloc[-1] < 0.8 * ((images[-18:] / 255 - mean) ** 2).mean()


@pytest.mark.parametrize("steps", [1, 2, 3, 4, 100])
def test_training_ends_with_its_steps_or_its_epochs(steps):
    calls, images = [], pictures(count=24)[0]
    rows, taken = np.arange(24), min(steps, 9)
    _, losses = loop.train(
        images, rows % 3, rows, rows[:4], {"family": "autoencoder"},
        {"latent_size": 4, "channels": [2] * 4, "epochs": 3, "steps": steps, "batch_size": 8,
         "learning_rate": 1e-3}, 0, "cpu", 1, progress=lambda *call: calls.append(call),
    )  # fmt: skip
    assert calls == [(step, taken) for step in range(1, taken + 1)]
    assert losses["epoch"].max() == -(-taken // 3)


def test_components_are_computed_once_and_judged_as_they_are():
    """No step is taken, nothing is mirrored, and both splits have their error."""
    images, labels = pictures()
    model, losses = train(images, labels, {"family": "linear"}, epochs=5, **NEW)
    assert list(losses["epoch"]) == [1, 1]
    table = images.reshape(24, -1) / 255
    centred = table - table[:18].mean(0)
    basis = np.linalg.svd(centred[:18], full_matrices=False)[2][:8]
    rest = (centred - centred @ basis.T @ basis) ** 2
    expected = {"training": rest[:18].mean(), "validation": rest[18:].mean()}
    assert losses.set_index("split")["value"].to_dict() == pytest.approx(expected, rel=1e-3)
    assert not list(model.parameters())


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_the_weight_of_the_kl_divergence_rises_to_beta(share):
    for beta, term, full in ((0.4, "kl", 0.4), ("calibrated", "calibrated_kl", 1.0)):
        settings = {"family": "variational", "beta": beta, "warm_up": 0.5}
        model = models.build(settings, 16, 4, [2] * 4, 0, "silu")
        assert model.weights_at(share)[term] == pytest.approx(full * min(1, 0.02 + share / 0.5))
        assert model.weights_at(share)["reconstruction"] == 1
        model = models.build(settings | {"warm_up": 0}, 16, 4, [2] * 4, 0, "silu")
        assert model.weights_at(share) == model.weights


@pytest.mark.parametrize("family", FAMILIES)
def test_losses_have_every_epoch_split_and_term(family):
    images, labels = pictures()
    model, losses = train(images, labels, {"family": family}, epochs=3)
    assert list(losses) == ["epoch", "split", "term", "value"]
    terms = [*model.weights, *(["accuracy"] if family == "adversarial" else [])]
    epochs = [1] if family == "linear" else [1, 2, 3]
    expected = set(itertools.product(epochs, ["training", "validation"], terms))
    assert set(losses[["epoch", "split", "term"]].itertuples(index=False, name=None)) == expected
    assert len(losses) == len(expected)
    assert np.isfinite(losses["value"]).all()
    assert not model.training


@pytest.mark.parametrize("family", ["autoencoder", "adversarial"])
def test_validation_rows_teach_nothing(family):
    images, labels = pictures()
    first, losses = train(images, labels, {"family": family})
    images = images.copy()
    images[-6:] = 255 - images[-6:]
    second, other = train(images, labels, {"family": family})
    assert equal(weights_of(first), weights_of(second))
    assert not losses["value"].equals(other["value"])
    only_training = losses[losses["split"] == "training"]
    assert only_training.equals(other[other["split"] == "training"])


@pytest.mark.parametrize("batch_size", [4, 7, 100])
def test_validation_loss_is_the_mean_over_images_at_any_batch_size(batch_size):
    images, labels = pictures(count=26)
    model, losses = train(images, labels, validation=10, batch_size=batch_size)
    batch = torch.from_numpy(images[-10:]).permute(0, 3, 1, 2) / 255
    with torch.no_grad():
        expected = (model.decode(model.encode(batch)) - batch).square().mean()
    assert losses["value"].iloc[-1] == pytest.approx(float(expected), rel=1e-5)


def test_every_image_is_seen_once_an_epoch_and_order_changes(monkeypatch):
    seen = []
    batch = loop.TrainingRun._batch

    def spy(self, rows):
        seen.append(rows)
        return batch(self, rows)

    monkeypatch.setattr(loop.TrainingRun, "_batch", spy)
    images, labels = pictures(count=24)
    train(images, labels, validation=0, batch_size=8, epochs=2)
    first, second = np.concatenate(seen[:3]), np.concatenate(seen[3:])
    assert sorted(first) == sorted(second) == list(range(24))
    assert list(first) != list(second)


def test_a_last_batch_of_one_image_does_no_harm():
    images, labels = pictures(count=10)
    _, losses = train(images, labels, {"family": "adversarial"}, validation=1, batch_size=4)
    assert np.isfinite(losses["value"]).all()
    _, without = train(images, labels, validation=0)
    assert set(without["split"]) == {"training"}


def test_images_from_a_read_only_file_train_as_those_in_memory(tmp_path):
    images, labels = pictures()
    np.save(tmp_path / "images.npy", images)
    mapped = np.load(tmp_path / "images.npy", mmap_mode="r")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first, _ = train(mapped, labels)
    assert equal(weights_of(first), weights_of(train(images, labels)[0]))


def test_weights_of_terms_decide_what_is_learnt():
    images, labels = pictures()
    beta, change = {"family": "variational", "beta": 0.0}, {"epochs": 20, "learning_rate": 1e-2}
    light = train(images, labels, beta, **change)[1]
    heavy = train(images, labels, beta | {"beta": 1000.0}, **change)[1]
    last = [t[t["term"] == "kl"]["value"].iloc[-1] for t in (light, heavy)]
    assert last[1] < last[0] / 10


def test_bfloat16_comes_near_to_float32():
    if not devices._cpu_has_bfloat16():
        pytest.skip("this CPU has no bfloat16 instructions")
    images, labels = pictures()
    single = train(images, labels, epochs=5)[1]["value"].iloc[-1]
    mixed = train(images, labels, epochs=5, precision="bfloat16")[1]["value"].iloc[-1]
    assert mixed == pytest.approx(single, rel=0.05)
    assert mixed != single


def test_a_run_that_diverges_says_which_and_what_to_do():
    images, labels = pictures()
    with pytest.raises(StylewalkError) as error:
        train(images, labels, name="my_model", seed=7, learning_rate=1e30, epochs=9)
    message = str(error.value)
    for words in ["my_model", "seed 7", "epoch", "reconstruction", "Lower training.learning_rate"]:
        assert words in message


@pytest.mark.usefixtures("unchecked")
def test_wrong_arguments_are_reported_in_words():
    images, labels = pictures()
    for call, words in [
        (lambda: train(images[:, :, :8], labels), "squares"),
        (lambda: train(images / 255, labels), "uint8"),
        (lambda: train(images, labels[:3]), "24 images but 3"),
        (lambda: train(images, labels, validation=23), "at least 2"),
        (lambda: train(images, labels, {"family": "nothing"}), "not known"),
        (lambda: train(images, labels, precision="float8"), "float8"),
    ]:
        with pytest.raises(StylewalkError, match=words):
            call()
    rows = np.array([0, 1, 99])
    with pytest.raises(StylewalkError, match="99"):
        loop.train(images, labels, rows, rows[:0], {"family": "autoencoder"}, {}, 0)


def test_progress_counts_every_step():
    calls = []
    images, labels = pictures(count=24)
    rows = np.arange(24)
    arguments = {"latent_size": 4, "channels": [2] * 4, "epochs": 5, "batch_size": 8}
    arguments["learning_rate"] = 1e-3
    loop.train(
        images, labels, rows, rows[:4], {"family": "autoencoder"}, arguments, 0, "cpu", 1,
        progress=lambda *call: calls.append(call), name="ae",
    )  # fmt: skip
    assert calls == [(step, 15) for step in range(1, 16)]


@pytest.mark.parametrize("family", FAMILIES)
def test_saved_weights_give_the_same_model_back(family, tmp_path):
    images, labels = pictures()
    model, _ = train(images, labels, {"family": family})
    loop.save_weights(model, tmp_path / "one.safetensors")
    loop.save_weights(model, tmp_path / "two.safetensors")
    assert (tmp_path / "one.safetensors").read_bytes() == (
        tmp_path / "two.safetensors"
    ).read_bytes()
    loaded = loop.load_weights(tmp_path / "one.safetensors")
    assert weights_of(loaded).keys() == weights_of(model).keys()
    assert equal(weights_of(model), weights_of(loaded))
    assert loaded.arguments == model.arguments
    assert type(loaded) is type(model)
    assert not loaded.training
    batch = torch.from_numpy(images).permute(0, 3, 1, 2) / 255
    with torch.no_grad():
        assert torch.equal(model.encode(batch), loaded.encode(batch))


def test_files_that_hold_no_model_are_reported_in_words(tmp_path):
    path = tmp_path / "weights.safetensors"
    with pytest.raises(StylewalkError, match=r"weights\.safetensors cannot be read"):
        loop.load_weights(path)
    path.write_bytes(b"nothing of the kind")
    with pytest.raises(StylewalkError, match="cannot be read"):
        loop.load_weights(path)
    safetensors.torch.save_file({"a": torch.zeros(1)}, path)
    with pytest.raises(StylewalkError, match="not of a model that Stylewalk trained"):
        loop.load_weights(path)
    model = models.build({"family": "autoencoder"}, 16, 4, [2] * 4, 0)
    metadata = {loop.METADATA_KEY: json.dumps(model.arguments | {"latent_size": 5})}
    state = {key: value.contiguous() for key, value in model.state_dict().items()}
    safetensors.torch.save_file(state, path, metadata)
    with pytest.raises(StylewalkError, match="do not fit"):
        loop.load_weights(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StylewalkError, match="cannot be read"):
        loop.load_weights(path)
