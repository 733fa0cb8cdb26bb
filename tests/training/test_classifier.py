"""Small networks that name pictures: they learn what is there, and say no more than they know."""

import numpy as np
import pandas as pd
import pytest
import torch

from stylewalk.catalogue.classifiers import CLASSIFIER_CALIBRATION
from stylewalk.errors import StylewalkError
from stylewalk.training import classifier

CPU = torch.device("cpu")


@pytest.fixture(autouse=True, scope="module")
def _one_thread():
    torch.set_num_threads(1)


def pictures(count=240, size=16, noise=60, seed=0):
    """Warm and cold pictures, and the name of each."""
    rng = np.random.default_rng(seed)
    warm = rng.integers(0, 2, count)
    images = rng.normal(128, noise, (count, size, size, 3))
    images[..., 0] += 40 * (2 * warm - 1)[:, None, None]
    names = pd.Series(np.where(warm == 1, "warm", "cold"))
    return np.clip(images, 0, 255).astype(np.uint8), names


def splits(count=240):
    rows = np.arange(count)
    return rows[: count // 2], rows[count // 2 :]


def test_what_can_be_seen_is_named_and_known_on_unseen_pictures():
    images, names = pictures()
    judged = classifier.train(images, names, splits(), "class", 0, CPU, steps=80)
    row = judged.calibration.iloc[0]
    assert list(judged.calibration) == list(CLASSIFIER_CALIBRATION)
    assert row["accuracy"] > 0.95
    assert row["low"] <= row["accuracy"] <= row["high"]
    assert row["n"] == 60
    assert row["calibration_error"] < 0.1
    assert judged.classifier.names == ["cold", "warm"]
    again = classifier.train(images, names, splits(), "class", 0, CPU, steps=80)
    pd.testing.assert_frame_equal(judged.calibration, again.calibration)


class Boasting(classifier.Classifier):
    """Reads off a picture's grey how likely it is white, and says it eight times too surely."""

    def forward(self, images):
        grey = images.mean(dim=(1, 2, 3))
        logit = 8 * torch.log(grey / (1 - grey))
        return torch.stack([torch.zeros_like(logit), logit], dim=1) / self.temperature


def test_the_temperature_takes_back_what_was_said_too_surely():
    rng = np.random.default_rng(0)
    grey = rng.uniform(0.2, 0.8, 4000)
    images = np.rint(255 * grey)[:, None, None, None] * np.ones((1, 4, 4, 3))
    codes = (rng.uniform(size=4000) < grey).astype(np.int64)
    model = Boasting(16, ["black", "white"]).eval()
    before = classifier._judge(model, images.astype(np.uint8), codes, 0)
    classifier._calibrate(model, images.astype(np.uint8), codes)
    after = classifier._judge(model, images.astype(np.uint8), codes, 0)
    assert float(model.temperature) == pytest.approx(8, rel=0.1)
    assert after["calibration_error"] < 0.03 < 0.2 < before["calibration_error"]
    assert after["accuracy"] == before["accuracy"]


def test_names_that_mean_nothing_are_guessed_at():
    images, names = pictures(noise=20)
    shuffled = names.sample(frac=1, random_state=1, ignore_index=True)
    row = classifier.train(images, shuffled, splits(), "class", 0, CPU, steps=60).calibration.iloc[
        0
    ]
    assert row["low"] < 0.6


def test_rare_and_blank_names_are_left_out():
    images, names = pictures()
    names = names.copy()
    names[:20] = ""
    names[20:25] = "rare"
    training = splits()[0]
    assert classifier.nameable(names, training) == ["cold", "warm"]
    assert classifier.train(images, names, splits(), "class", 0, CPU, steps=2) is not None
    assert classifier.train(images, names * 0 + "one", splits(), "class", 0, CPU, steps=2) is None


def test_the_calibration_error_is_that_of_the_definition():
    right, sure = np.array([1.0, 1, 0, 0]), np.array([0.95, 0.95, 0.95, 0.55])
    # Bins 9 (two of three right, at .95) and 5 (none of one, at .55).
    expected = 3 / 4 * abs(2 / 3 - 0.95) + 1 / 4 * 0.55
    assert classifier.calibration_error(right, sure) == pytest.approx(expected)
    assert classifier.calibration_error(np.ones(5), np.ones(5)) == 0


def test_classifiers_come_back_from_their_file(tmp_path):
    images, names = pictures()
    made = classifier.train(images, names, splits(), "class", 0, CPU, steps=20).classifier
    classifier.save({"class": made}, 16, tmp_path / "c.safetensors")
    found = classifier.load(tmp_path / "c.safetensors", CPU)["class"]
    np.testing.assert_array_equal(
        classifier.logits_of(made, images[:9]), classifier.logits_of(found, images[:9])
    )
    assert found.names == ["cold", "warm"]
    classifier.save({}, 16, tmp_path / "none.safetensors")
    assert classifier.load(tmp_path / "none.safetensors", CPU) == {}
    (tmp_path / "c.safetensors").write_bytes(b"damaged")
    with pytest.raises(StylewalkError, match="cannot be read as classifiers"):
        classifier.load(tmp_path / "c.safetensors", CPU)
