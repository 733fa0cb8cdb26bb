"""Weights that are refused: of style networks, given and fetched, and of trained models."""

import functools
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import safetensors.numpy
import safetensors.torch
import torch

from bad_input.case import Case, Unsafe, cut, unsafe_pickle
from stylewalk import models
from stylewalk.style.layout import read_tensors
from stylewalk.style.network import load_network
from stylewalk.style.weights import import_weights
from stylewalk.training import loop
from tiny_network import write_tiny_network

Make = Callable[[Path], object]


@functools.cache
def network() -> tuple[dict, dict]:
    """Tensors and metadata of the tiny network."""
    with tempfile.TemporaryDirectory() as folder:
        write_tiny_network(Path(folder) / "tiny.safetensors")
        return read_tensors(Path(folder) / "tiny.safetensors")


def changed(**new: object) -> Make:
    """The tiny network with some tensors replaced; a function gets the old one."""

    def make(path: Path) -> None:
        tensors, metadata = network()
        metadata = metadata | new.get("metadata", {})
        arrays = {
            k: new[k](v) if callable(new.get(k)) else new.get(k, v) for k, v in tensors.items()
        }
        arrays = {k: np.ascontiguousarray(v) for k, v in arrays.items() if v is not None}
        safetensors.numpy.save_file(arrays, path, metadata)

    return make


def cut_to(share: float) -> Make:
    """The tiny network cut short."""

    def make(path: Path) -> None:
        write_tiny_network(path)
        path.write_bytes(cut(path.read_bytes(), share))

    return make


def content(blob: bytes) -> Make:
    return lambda path: path.write_bytes(blob)


def saved(value: object) -> Make:
    return lambda path: torch.save(value, path)


def wheel(member: str, blob: bytes, encrypted: bool = False, size: int | None = None) -> Make:
    """A wheel of one file. Its flags can say that it is encrypted, or larger than it is."""

    def make(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as file:
            file.writestr(member, blob)
        raw = bytearray(path.read_bytes())
        listed = raw.index(b"PK\x01\x02")
        if encrypted:
            raw[6] |= 1
            raw[listed + 8] |= 1
        if size is not None:
            raw[listed + 24 : listed + 28] = size.to_bytes(4, "little")
        path.write_bytes(raw)

    return make


def model_of(tensor: onnx.TensorProto) -> bytes:
    graph = onnx.helper.make_graph([], "g", [], [], [tensor])
    return onnx.helper.make_model(graph).SerializeToString()


def tensor_elsewhere() -> bytes:
    """An ONNX file that asks for its numbers from another file."""
    tensor = onnx.TensorProto(name="block1_conv1/kernel:0", dims=[4, 3, 3, 3], data_type=1)
    tensor.data_location = onnx.TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../../../../etc/passwd")
    return model_of(tensor)


def unknown_kind() -> bytes:
    """An ONNX file whose numbers are of a kind that does not exist."""
    tensor = onnx.TensorProto(name="block1_conv1/kernel:0", dims=[1, 1, 1, 1], data_type=99)
    return model_of(tensor)


def given(name: str, what: str, file: str, make: Make | None, *expected: str, **options) -> Case:
    """A file that the user gives as style_network.weights."""

    def run(folder: Path, out: Path) -> None:
        if make:
            make(folder / file)
        import_weights("vgg16", str(folder / file), {}, out / "made.safetensors", **options)

    return Case(name, what, run, (file, *expected))


def fetched(name: str, what: str, url: str, *expected: str, sha256: str = "f" * 64) -> Case:
    """A source of the list: ``{folder}`` holds one file, tiny.pth."""

    def run(folder: Path, out: Path) -> None:
        (folder / "tiny.pth").write_bytes(b"no weights")
        source = {"url": url.format(folder=folder), "sha256": sha256}
        sources = {"vgg16": {"torchvision": source}}
        import_weights(
            "vgg16", "torchvision", sources, out / "made.safetensors", cache=out / "kept"
        )

    return Case(name, what, run, expected)


def stored(name: str, what: str, make: Make, *expected: str) -> Case:
    """A damaged file of the workflow's own, read by a job."""

    def run(folder: Path, out: Path) -> None:
        make(folder / "stored.safetensors")
        load_network(folder / "stored.safetensors", ["conv1_1", "conv3_1"])

    return Case(name, what, run, ("stored.safetensors", *expected))


def trained(name: str, what: str, change: Callable, *expected: str) -> Case:
    """A damaged file of a trained model: ``change`` gets its path, tensors and arguments."""

    def run(folder: Path, out: Path) -> None:
        path = folder / "weights.safetensors"
        model = models.build({"family": "autoencoder"}, 16, 6, [4, 4, 8, 8], 0)
        loop.save_weights(model, path)
        change(path, model.state_dict(), dict(model.arguments))
        loop.load_weights(path)

    return Case(name, what, run, ("weights.safetensors", *expected, "Delete it and run again"))


def rewrite(path: Path, tensors: dict, arguments: object) -> None:
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    tensors = {key: tensor.contiguous() for key, tensor in tensors.items()}
    safetensors.torch.save_file(tensors, path, {loop.METADATA_KEY: text})


def first_as(change: Callable) -> Callable:
    """The first tensor changed."""
    return lambda path, tensors, arguments: rewrite(
        path, {**tensors, (key := next(iter(tensors))): change(tensors[key])}, arguments
    )


def argued(**new: object) -> Callable:
    """Other arguments."""
    return lambda path, tensors, arguments: rewrite(path, tensors, arguments | new)


def nan(array: np.ndarray) -> np.ndarray:
    return np.full_like(array, np.nan)


HUGE = changed(**{"conv2_1.weight": lambda a: a.astype(np.float64) * 1e300})
AGAIN = "fetch or make it again"
SPARSE = {"features.0.weight": torch.zeros(3).to_sparse()}
GIVEN = [
    *((f"cut_{n}", "cut short", "w.safetensors", cut_to(s), AGAIN) for n, s in
      (("empty", 0), ("header", 0.01), ("half", 0.5), ("end", 1))),
    ("names", "other names", "w.safetensors", content(safetensors.numpy.save({"a": np.zeros(3)})),
     "features none", "Give another file"),
    ("lacking", "a layer too few", "w.safetensors", changed(**{"conv5_3.bias": lambda a: None}),
     "missing conv5_3.bias", "Give a file"),
    ("shape", "a wrong shape", "w.safetensors", changed(**{"conv2_1.weight": lambda a: a[:, :2]}),
     "conv2_1", "expected (n, 4, 3, 3)", "Give a file"),
    ("nan", "no numbers", "w.safetensors", changed(**{"conv2_1.weight": nan}),
     "conv2_1", "not finite", "Give a file"),
    ("overflow", "numbers beyond 32 bits", "w.safetensors", HUGE, "conv2_1", "not finite"),
    ("no_spread", "a deviation of 0", "w.safetensors", changed(std=np.zeros_like),
     "'std' above 0", "Give a file"),
    ("other_name", "VGG19", "w.safetensors", changed(metadata={"name": "vgg19"}),
     "holds vgg19", "style_network.name"),
    ("pickle_pth", "a pickle", "w.pth", content(unsafe_pickle()), "was not opened", "Save the"),
    ("pickle_zip", "the same in a zip", "w.pth", saved({"a": Unsafe()}), "not opened", "Save"),
    ("pickle_safe", "a pickle in disguise", "w.safetensors", content(unsafe_pickle()), AGAIN),
    ("pickle_onnx", "a pickle in disguise", "w.onnx", content(unsafe_pickle()), AGAIN),
    ("bad_pickle", "opcodes without sense", "w.pth", content(b"\x80\x02."), AGAIN),
    ("sparse", "tensors without numbers", "w.pth", saved(SPARSE), AGAIN),
    ("onnx", "no ONNX", "w.onnx", content(b"\xff" * 99), AGAIN),
    ("onnx_link", "numbers from /etc/passwd", "w.onnx", content(tensor_elsewhere()),
     "another file, which is not opened"),
    ("onnx_kind", "an unknown kind", "w.onnx", content(unknown_kind()), AGAIN),
    ("no_zip", "no wheel", "w.whl", content(b"PK"), AGAIN),
    ("no_onnx", "a wheel without ONNX", "w.whl", wheel("a.txt", b"a"), "0 ONNX", "give another"),
    ("encrypted", "a locked wheel", "w.whl", wheel("a.onnx", b"a", encrypted=True), AGAIN),
    ("zip_bomb", "3 GB when unpacked", "w.whl", wheel("a.onnx", b"a", size=3 * 2**30), "Fetch it"),
    ("climbing", "a member that climbs out", "w.whl", wheel("../../e.onnx", b"\xff"), AGAIN),
    ("no_file", "nothing there", "w.pth", None, "which is no file", "the path of a file"),
    ("folder", "a folder", "w.pth", Path.mkdir, "which is no file", "the path of a file"),
    ("format", "another format", "w.h5", content(b"a"), "expected .safetensors, .pth"),
]  # fmt: skip
SUM = hashlib.sha256(b"no weights").hexdigest()
DIFFERENT = (f"SHA-256 is {SUM}", f"expected {'f' * 64}", "Fetch it again")
NETWORK = "Is there a network?"
URLS = [
    ("no_file", "a file that is not there", "file://{folder}/none.pth", "none.pth", NETWORK),
    ("no_server", "nobody answers", "http://127.0.0.1:9/w.pth", "127.0.0.1:9", NETWORK),
    ("no_address", "no address", "nonsense", "nonsense", NETWORK),
    ("bad_address", "a broken address", "http://[::1/w.pth", "http://[::1/", NETWORK),
    ("other", "another file than expected", "file://{folder}/tiny.pth", "tiny.pth", *DIFFERENT),
]
TRAINED = [
    ("cut", "cut short", lambda p, t, a: p.write_bytes(cut(p.read_bytes(), 1)), "cannot be read"),
    ("pickle", "a pickle", lambda p, t, a: p.write_bytes(unsafe_pickle()), "cannot be read"),
    ("nan", "weights that are NaN", first_as(lambda t: t * torch.nan), "no finite numbers"),
    ("shape", "a wrong shape", first_as(lambda t: t[:1]), "do not fit"),
    ("no_text", "no JSON", lambda p, t, a: rewrite(p, t, "{"), "do not fit"),
    ("family", "a module outside", argued(settings={"family": "../x"}), "do not fit"),
    ("infinite", "an infinite size", argued(latent_size=float("inf")), "do not fit"),
    ("channels", "a layer too few", argued(channels=[4]), "do not fit"),
]
STORED = [
    ("half", "cut short", cut_to(0.5), AGAIN),
    ("nan", "no numbers", changed(**{"conv2_1.weight": nan}), "conv2_1", "Delete it and run again"),
    ("shape", "wrong", changed(**{"conv2_1.weight": lambda a: a[:, :2]}), "conv2_1", "Delete it"),
    ("lacking", "a layer too few", changed(mean=lambda a: None), "lacks mean", "Delete it"),
]
CASES = [
    *(given("weights_" + name, *line) for name, *line in GIVEN),
    given("weights_sum", "another", "w.pth", content(b"no weights"), *DIFFERENT, sha256="f" * 64),
    *(fetched("fetched_" + name, *line) for name, *line in URLS),
    fetched("fetched_unchecked", "a source without a sum", "x://y", "x://y", "Add it", sha256=""),
    *(stored("stored_" + name, *line) for name, *line in STORED),
    *(trained("trained_" + name, *line) for name, *line in TRAINED),
]
