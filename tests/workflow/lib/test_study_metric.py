"""``stylewalk style-loss --study``: the numbers of the study's own scoring, mistakes in words."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from stylewalk.style import metrics
from stylewalk_workflow import cli, style_loss
from stylewalk_workflow.provenance import record
from tiny_network import write_embedding, write_tiny_network

LAYERS = ["conv1_1", "conv2_1", "conv3_1"]
SIZE = 32
METRICS = {
    "weighted": {
        "kind": "gram",
        "layers": LAYERS,
        "layer_weights": [1, 0, 3],
        "tap": "convolution",
    },
    "cosine": {"kind": "gram_cosine", "layers": LAYERS, "pooling": "average"},
    "means": {"kind": "adain", "layers": LAYERS, "layer_weights": "balanced"},
    "sliced": {"kind": "sliced_wasserstein", "layers": LAYERS, "projections": 7, "seed": 3},
    "learnt": {"kind": "calibrated", "layers": LAYERS},
    "learnt_pixels": {"kind": "learnt_pixels"},
    "other_layers": {"kind": "gram_cosine", "layers": LAYERS[:2]},
    "colour": {"kind": "colour"},
    "own": {"kind": "embedding"},
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The results folder of a study with metrics on three layers, as its last step leaves it."""
    folder = tmp_path_factory.mktemp("results") / "tiny"
    folder.mkdir()
    network, fitted = folder / "style_network.safetensors", folder / "fitted_metrics.npz"
    write_tiny_network(network)
    write_embedding(folder / "own.onnx", size=SIZE)
    by_name = {**METRICS, "own": {"kind": "embedding", "file": str(folder / "own.onnx")}}
    many = np.random.default_rng(0).integers(0, 256, (24, SIZE, SIZE, 3), dtype=np.uint8)
    about = {"id": range(24), "class": ["a", "b"] * 12, "artist": "", "content": ""}
    rows = pd.DataFrame(about)
    made = {name: metrics.fit(each, network, "cpu", many, rows) for name, each in by_name.items()}
    metrics.write_fitted(fitted, made)
    dataset = {"image_size": SIZE, "fit": "crop"}
    config = {"metrics": by_name, "dataset": dataset}
    stages = {"style_network": [str(network)], "style_metrics": [str(fitted)]}
    found = record(config, {}, [], stages, folder)
    (folder / "provenance.json").write_text(json.dumps(found), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder, random = tmp_path_factory.mktemp("images"), np.random.default_rng(1)
    for name in ("a.png", "b.png"):
        pixels = random.integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / name)
    return [str(path) for path in sorted(folder.iterdir())]


@pytest.fixture
def run(capsys, images):
    """Run the command on two pictures; give its exit code and what it printed on either stream."""

    def run(*argv):
        code = cli.main(["style-loss", *images, *map(str, argv)])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def mistake(run):
    """The one line in which the command refuses something."""

    def mistake(*argv):
        code, out, err = run(*argv)
        assert (code, out) == (2, "")
        assert err.startswith("Error: ")
        assert len(err.splitlines()) == 1
        return err

    return mistake


@pytest.fixture
def copy(study, tmp_path):
    return shutil.copytree(study, tmp_path / "copy")


@pytest.mark.parametrize("name", METRICS)
def test_the_numbers_are_those_of_the_studys_own_scoring(run, study, images, name):
    code, out, err = run("--study", study, "--metric", name, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    config = json.loads((study / "provenance.json").read_text(encoding="utf-8"))["config"]
    network, fitted = study / "style_network.safetensors", study / "fitted_metrics.npz"
    of_study = metrics.build_all(config["metrics"], network, "cpu", metrics.read_fitted(fitted))
    shown = np.stack([np.asarray(Image.open(path)) for path in images])
    expected = of_study.between_all(shown[None])[name]
    (pair,) = found["pairs"]
    total = expected.pop("total").item()
    assert pair["total"] == pytest.approx(total, rel=1e-4)
    assert pair["total"] > 0
    parts = {part: values.item() for part, values in expected.items()}
    assert pair["layers"] == pytest.approx(parts, rel=1e-4)
    given = config["metrics"][name]
    assert (found["metric"], found["kind"]) == (name, given["kind"])
    assert found["layers"] == given.get("layers", [])
    assert found["settings_from"] == f"the study {study}"
    if given.get("layers"):
        assert (found["tap"], found["pooling"]) == (
            given.get("tap", "relu"),
            given.get("pooling", "max"),
        )


def test_a_metric_goes_by_its_kind_too_and_the_first_by_no_name(run, study):
    by_kind, by_name = (run("--study", study, "--metric", name) for name in ("adain", "means"))
    assert by_kind == by_name
    assert by_kind[1].startswith("means: vgg16 (random), tap relu, pooling max, kind adain")
    assert f"settings from the study {study}" in by_kind[1]
    assert run("--study", study)[1].startswith("weighted: ")


def test_pictures_are_brought_to_the_size_of_the_study_as_it_did(run, study, images, tmp_path):
    """Of the study the central square is taken, and half the pixels along an edge."""
    inner = np.asarray(Image.open(images[0]))
    wide = np.zeros((2 * SIZE, 4 * SIZE, 3), np.uint8)
    wide[:, SIZE : 3 * SIZE] = inner.repeat(2, axis=0).repeat(2, axis=1)
    Image.fromarray(wide).save(tmp_path / "wide.png")
    code = cli.main(["style-loss", images[0], str(tmp_path / "wide.png"), "--study", str(study)])
    assert code == 0
    found = style_loss._decode([images[0], str(tmp_path / "wide.png")], SIZE, "crop")
    assert np.abs(found[0].astype(int) - found[1]).mean() < 40  # of noise that was stretched: 85


def test_a_metric_that_the_study_lacks_is_named_with_those_it_has(mistake, study):
    assert "has no metric of this name or kind; it has weighted, " in mistake(
        "--study", study, "--metric", "content"
    )
    assert "did you mean 'sliced'" in mistake("--study", study, "--metric", "slised")
    several = mistake("--study", study, "--metric", "gram_cosine")
    assert "2 metrics of this kind: give the name of one of them, cosine or other_layers" in several


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("layers", "conv1_1"),
        ("tap", "relu"),
        ("pooling", "max"),
        ("weights", "wheel"),
        ("name", "vgg19"),
    ],
)
def test_what_the_study_settles_is_not_given_again(mistake, study, option, value):
    words = mistake("--study", study, f"--{option}", value)
    assert f"--{option} is given beside --study" in words


def test_options_that_a_metric_lacks_are_refused(mistake, study, tmp_path):
    write_tiny_network(tmp_path / "tiny.safetensors")
    given = ["--metric", "colour", "--weights", tmp_path / "tiny.safetensors"]
    assert "--layers is given, and a metric of kind colour has none" in mistake(
        *given, "--layers", "conv1_1"
    )
    given[1] = "gram"
    assert "has no layer conv9_1" in mistake(*given, "--layers", "conv9_1")


def test_an_unfinished_study_or_none_is_told(mistake, copy, tmp_path):
    (copy / "provenance.json").unlink()
    assert "has no provenance.json" in mistake("--study", copy)
    assert "is no folder" in mistake("--study", tmp_path / "absent")


def test_a_record_without_metrics_is_told(mistake, copy):
    path = copy / "provenance.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    for config in ({}, {"metrics": {}, "dataset": {}}, {"metrics": {"a": 1}, "dataset": 3}):
        path.write_text(json.dumps({**found, "config": config}), encoding="utf-8")
        assert "does not tell the kinds of the study's metrics" in mistake("--study", copy)


@pytest.mark.parametrize("name", ["fitted_metrics.npz", "style_network.safetensors"])
def test_a_file_that_is_not_the_studys_is_told_by_its_sum(mistake, copy, name):
    path = copy / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    words = mistake("--study", copy, "--metric", "means")
    assert f"{path} is not the file that provenance.json beside it tells of" in words
    path.unlink()
    assert f"{path} is not there" in mistake("--study", copy, "--metric", "means")


def forget_sums(folder):
    """The record as earlier versions wrote it, without sums of these files."""
    path = folder / "provenance.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**found, "data": {}}), encoding="utf-8")


def test_without_a_sum_a_damaged_file_is_told_as_well(mistake, copy):
    forget_sums(copy)
    (copy / "fitted_metrics.npz").write_bytes(b"none")
    assert "fitted_metrics.npz cannot be read" in mistake("--study", copy, "--metric", "means")


@pytest.mark.parametrize("name", ["means", "sliced", "learnt", "learnt_pixels"])
def test_a_file_without_the_metric_is_told(mistake, copy, name):
    forget_sums(copy)
    metrics.write_fitted(copy / "fitted_metrics.npz", {})
    assert f"holds nothing of {name}: run the study again" in mistake(
        "--study", copy, "--metric", name
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("means", "none were given at conv4_1"),
        ("sliced", "There are 3 scales that balance the layers, and 4 layers"),
        ("learnt", "takes the layers and the network that it was fitted on"),
    ],
)
def test_layers_that_do_not_match_are_told(mistake, copy, name, words):
    path = copy / "provenance.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    found["config"]["metrics"][name]["layers"] = [*LAYERS, "conv4_1"]
    if name == "means":
        found["config"]["metrics"][name]["layer_weights"] = None
    path.write_text(json.dumps(found), encoding="utf-8")
    assert words in mistake("--study", copy, "--metric", name)


def test_layer_weights_that_do_not_match_are_told(mistake, copy):
    path = copy / "provenance.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    found["config"]["metrics"]["weighted"]["layer_weights"] = [1.0]
    path.write_text(json.dumps(found), encoding="utf-8")
    assert "There are 1 layer weights, and 3 layers" in mistake("--study", copy)
