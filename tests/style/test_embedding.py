"""The metric of a network of the user's own: small ONNX files made here, and other files."""

import numpy as np
import onnx
import pytest

from stylewalk.errors import StylewalkError
from stylewalk.style import metrics
from stylewalk.style.metrics import embedding
from tiny_network import write_embedding

PLAIN = {"mean": [0.0, 0.0, 0.0], "deviation": [1.0, 1.0, 1.0]}


def network(path, **how):
    """A small network's file, and the settings of the metric of it."""
    write_embedding(path, **how)
    return {"kind": "embedding", "file": str(path), **PLAIN}


def pictures(count=5, size=8, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, size, size, 3), dtype=np.uint8)


def expected(images):
    means = images.astype(np.float64).mean(axis=(1, 2)) / 255
    vectors = means @ np.array([[1, 0], [0, 1], [1, 1]])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return 2 - 2 * vectors @ vectors.T


@pytest.mark.parametrize("batch", ["batch", 1, 2, 3, 8])
def test_distances_are_two_less_twice_the_cosine(tmp_path, batch):
    images = pictures(4)
    metric = metrics.build(network(tmp_path / "n.onnx", batch=batch), "", "cpu")
    found = metric.pairwise(images)
    np.testing.assert_allclose(found["total"], expected(images), atol=1e-6)
    along = metric.between(images[None].astype(np.float32), [(0, 2)])["total"][0]
    wanted = expected(images)[[0, 1, 2, 0], [1, 2, 3, 2]]
    np.testing.assert_allclose(along, wanted, atol=1e-6)


def test_pictures_are_resized_to_what_the_network_takes_and_normalised(tmp_path):
    flat = np.full((2, 16, 16, 3), 0, np.uint8)
    flat[0], flat[1] = (255, 0, 0), (0, 255, 0)
    settings = network(tmp_path / "n.onnx", size=8)
    assert metrics.build(settings, "", "cpu").pairwise(flat)["total"][0, 1] == pytest.approx(2)
    shifted = settings | {"mean": [-1.0, -1.0, -1.0]}  # (3, 2) and (2, 3)
    found = metrics.build(shifted, "", "cpu").pairwise(flat)["total"][0, 1]
    assert found == pytest.approx(2 - 2 * 12 / 13, rel=1e-5)
    free = network(tmp_path / "free.onnx", size="side")
    with pytest.raises(StylewalkError, match=r"give a size .* as metrics\.<name>\.size"):
        metrics.build(free, "", "cpu").pairwise(flat)
    sized = metrics.build(free | {"size": 12}, "", "cpu").pairwise(flat)["total"][0, 1]
    assert sized == pytest.approx(2)
    with pytest.raises(StylewalkError, match=r"takes pictures of 8 x 8, and .*size is 12"):
        metrics.build(settings | {"size": 12}, "", "cpu").pairwise(flat)


def test_a_study_knows_its_file_by_the_sum(tmp_path):
    settings = network(tmp_path / "n.onnx")
    fitted = metrics.fit(settings, "", "cpu", pictures())
    assert metrics.build(settings, "", "cpu", fitted)
    network(tmp_path / "n.onnx", bias=0.5)
    with pytest.raises(StylewalkError, match=r"n\.onnx is not the one .*SHA-256 is \w+, expected"):
        metrics.build(settings, "", "cpu", fitted)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"channels": 2}, r"takes pictures .*expected one input of float32 \(B, 3, height"),
        ({"kept": True}, r"float32 \(5, 3, 8, 8\) for 5 pictures; expected floats \(5, K\)"),
        ({"bias": float("nan")}, "vectors that are not finite, or 0"),
    ],
)
def test_another_network_is_refused_in_words(tmp_path, given, words):
    settings = network(tmp_path / "n.onnx", **given)
    with pytest.raises(StylewalkError, match=words):
        metrics.fit(settings, "", "cpu", pictures())


def test_outputs_are_named(tmp_path):
    settings = network(tmp_path / "n.onnx", output="style")
    assert metrics.fit(settings | {"output": "style"}, "", "cpu", pictures())
    with pytest.raises(StylewalkError, match=r"has no output 'content'; it has style"):
        metrics.fit(settings | {"output": "content"}, "", "cpu", pictures())


def test_files_that_are_no_network_are_refused_in_words(tmp_path):
    settings = {"kind": "embedding", "file": str(tmp_path / "none.onnx")}
    with pytest.raises(StylewalkError, match=r"metrics\.<name>\.file: there is no file"):
        metrics.build(settings, "", "cpu")
    (tmp_path / "none.onnx").write_bytes(b"\x80\x04pickle")
    with pytest.raises(StylewalkError, match="cannot be read as an ONNX network"):
        metrics.fit(settings, "", "cpu", pictures())


def test_without_the_engine_the_error_says_what_to_install(tmp_path, monkeypatch):
    settings = network(tmp_path / "n.onnx")
    monkeypatch.setattr(embedding.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StylewalkError, match=r"pip install '\.\[onnx\]'"):
        metrics.fit(settings, "", "cpu", pictures())


def test_weights_in_another_file_are_refused_since_no_sum_covers_them(tmp_path):
    settings = network(tmp_path / "n.onnx")
    model = onnx.load(tmp_path / "n.onnx")
    onnx.save(model, tmp_path / "n.onnx", save_as_external_data=True, size_threshold=0)
    with pytest.raises(StylewalkError, match=r"lie in another file .*Save it as one file"):
        metrics.fit(settings, "", "cpu", pictures())


def test_a_network_that_tells_no_pictures_apart_is_refused(tmp_path):
    same = np.repeat(pictures(1), 4, axis=0)
    with pytest.raises(StylewalkError, match="the same vector for every picture"):
        metrics.fit(network(tmp_path / "n.onnx"), "", "cpu", same)
