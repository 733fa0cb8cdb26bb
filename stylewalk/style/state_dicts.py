"""The convolutions in a state dict of PyTorch: read as data, whatever it is wrapped in.

A checkpoint is often a mapping with the state dict under ``state_dict`` or ``model``, and where a
network was trained on several devices, its names begin with ``module.``. Both are unwrapped. What
is no tensor is never opened: a pickle could run any code.
"""

import pickle
import re
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from stylewalk.errors import StylewalkError
from stylewalk.style.layout import unreadable

_KIND = "a state dict (names to tensors) of PyTorch"
_ALONE = "Save the tensors alone, torch.save(model.state_dict(), ...) or as safetensors"
# The keys under which a checkpoint has its state dict, and the prefixes that training adds.
_AROUND = ("state_dict", "model_state_dict", "model_state", "model", "net", "network", "weights")
_BEFORE = re.compile(r"^(?:(?:module|_orig_mod|model|net|network|vgg)\.)+")
_WITHIN = re.compile(r"^features\.(?:module|_orig_mod)\.")
_WANTED = re.compile(r"(?:features\.\d+|conv\d_\d)\.(?:weight|bias)|mean|std")
_DEEPEST = 3  # mappings around a state dict


def read_state_dict(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors of convolutions in a file of PyTorch, and ``mean`` and ``std``, by their names.

    Args:
        path: of a file of ``torch.save``, the format before version 1.6 included. The names are
            torchvision's ``features.<place>.weight`` or those of the stored layout, with any
            prefixes of training.

    Raises:
        StylewalkError: the file holds no tensors under names, or more than tensors, or is damaged.
    """
    import torch

    if reason := _no_tensors(path):
        raise StylewalkError(f"{path} cannot be read as {_KIND}: {reason}.")
    try:
        # weights_only: a pickle from elsewhere could run any code.
        state = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        # Not in torch's own words, which advise to open the file all the same.
        what = "NumPy arrays or numbers" if "numpy" in str(error) else "other objects than tensors"
        reason = f"it holds {what}, which could run any code, and was not opened. {_ALONE}"
        raise unreadable(path, _KIND, ValueError(reason)) from error
    except Exception as error:  # on a damaged file, torch raises nearly everything
        raise unreadable(path, _KIND, error) from error
    tensors: dict[str, NDArray[Any]] = {}
    for key, tensor in _named(state, path):
        if key in tensors:
            raise StylewalkError(
                f"{path} cannot be read as {_KIND}: it holds two tensors that are called {key} "
                f"without their prefixes. {_ALONE}, of one network."
            )
        try:
            tensors[key] = tensor.detach().float().numpy()
        except Exception as error:  # of a kind without numbers, such as a sparse one
            raise unreadable(path, _KIND, error) from error
    return tensors


def _no_tensors(path: Path) -> str:
    """Why a file holds no state dict, where its format shows that; else blank."""
    with path.open("rb") as file:
        head = file.read(4)
    if not head:
        return "it is empty. Fetch or make it again"
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
        if any(name.endswith("/constants.pkl") or "/code/" in name for name in names):
            return (
                "it is a TorchScript archive, which holds a program and is not opened. Save its "
                "tensors alone, torch.save(torch.jit.load(...).state_dict(), ...)"
            )
    elif tarfile.is_tarfile(path):
        return (
            "it is a tar archive, as PyTorch wrote before version 0.2, which is not opened. Load "
            f"it where you trust it. {_ALONE}"
        )
    elif not head.startswith((b"PK", b"\x80")):
        return (
            f"it is no file of PyTorch: it begins with {head!r}. Is it a page that was saved in "
            "place of the download, or named wrongly? Fetch it again"
        )
    return ""


def _named(state: Any, path: Path) -> Iterator[tuple[str, Any]]:
    """The tensors of convolutions, mean and std, by their names without prefixes."""
    import torch

    for _ in range(_DEEPEST):
        inner = [key for key in _AROUND if isinstance(_of(state, key), Mapping)]
        if not inner:
            break
        if len(inner) > 1:
            raise StylewalkError(
                f"{path} cannot be read as {_KIND}: it has several, under {', '.join(inner)}. "
                f"{_ALONE}, of the one that is meant."
            )
        state = state[inner[0]]
    tensors = {
        str(key): value
        for key, value in (state.items() if isinstance(state, Mapping) else ())
        if isinstance(value, torch.Tensor)
    }
    if not tensors:
        raise StylewalkError(
            f"{path} cannot be read as {_KIND}: it holds {_contents(state)}. {_ALONE}."
        )
    for key, tensor in tensors.items():
        name = _WITHIN.sub("features.", _BEFORE.sub("", key))
        if _WANTED.fullmatch(name):
            yield name, tensor


def _of(state: Any, key: str) -> Any:
    return state.get(key) if isinstance(state, Mapping) else None


def _contents(state: Any) -> str:
    """What a file holds in place of tensors under names, for its refusal."""
    if not isinstance(state, Mapping):
        return f"one {type(state).__name__} without names"
    keys = [f"{str(key)[:40]} ({type(value).__name__})" for key, value in state.items()]
    more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
    return f"no tensors, but {', '.join(keys[:3])}{more}" if keys else "nothing"
