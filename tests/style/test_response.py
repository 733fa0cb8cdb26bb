"""What changes of pictures do to a metric, where the answer is known."""

import numpy as np
import pytest

from stylewalk.catalogue.metrics import METRIC_RESPONSE
from stylewalk.style.metrics import MetricSet, build
from stylewalk.style.response import CHANGES, response
from stylewalk.style.vector_metric import VectorMetric
from stylewalk.tables import conform


@pytest.fixture(scope="module")
def images():
    """Smooth pictures of middling colours, which no change clips."""
    rng = np.random.default_rng(0)
    coarse = rng.uniform(95, 150, (12, 8, 8, 3))
    return np.rint(coarse.repeat(4, axis=1).repeat(4, axis=2)).astype(np.uint8)


def found(images, metrics=None):
    metrics = metrics or {"pixels": build({"kind": "pixels"}, "none", "cpu")}
    table = response(MetricSet(metrics), images, np.random.default_rng(1))
    conform(table, METRIC_RESPONSE)
    return table.set_index(["metric", "change"])


def test_plain_pixels_answer_by_arithmetic(images):
    table = found(images).loc["pixels"]
    assert list(table.index) == list(CHANGES)
    assert table.loc["contrast x 0.7", "ratio"] == pytest.approx(0.49, rel=0.01)
    assert table.loc["brightness + 25", "ratio"] == pytest.approx(1, rel=0.01)
    between = ((images[1:] / 255.0 - images[:-1] / 255.0) ** 2).mean(axis=(1, 2, 3))
    moved = (25 / 255) ** 2 / np.median(between)
    assert table.loc["brightness + 25", "moved"] == pytest.approx(moved, rel=0.01)
    # Noise of its own for each of the two adds its variance twice.
    noisy = np.median((between + 2 * (10 / 255) ** 2) / between)
    assert table.loc["noise, SD 10", "ratio"] == pytest.approx(noisy, rel=0.05)
    assert table.loc["blur, sigma 1", "ratio"] < 1
    assert (table["low"] <= table["ratio"]).all()
    assert (table["ratio"] <= table["high"]).all()


def test_a_metric_of_brightness_alone_sees_nothing_else(images):
    """The mean over the picture and its channels: blur and mirroring at an edge leave it nearly."""
    mean = VectorMetric("mean", lambda x: x.reshape(len(x), -1).mean(axis=1, keepdims=True))
    table = found(images, {"mean": mean}).loc["mean"]
    assert table.loc["brightness + 25", "ratio"] == pytest.approx(1, rel=0.01)
    assert table.loc["blur, sigma 1", "moved"] == pytest.approx(0, abs=0.02)
    assert table.loc["brightness + 25", "moved"] > 10


def test_pictures_that_are_all_the_same_have_no_ratio(images):
    table = found(np.repeat(images[:1], 4, axis=0))
    assert table["ratio"].isna().all()
    assert table["moved"].isna().all()


def test_every_change_changes_and_keeps_the_shape(images):
    rng = np.random.default_rng(0)
    plain = images.astype(float)
    for name, change in CHANGES.items():
        after = change(plain, rng)
        assert after.shape == plain.shape, name
        assert not np.allclose(after, plain), name
