"""Checkpoints: training that was killed goes on, and ends with the bytes of a run never killed.

A checkpoint is one safetensors file: the model with its buffers, the state of the optimiser, the
random state and the running sums are its tensors, all the rest is JSON in its metadata, with a
checksum over both. Nothing is ever unpickled.
"""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
import safetensors
import safetensors.torch
import torch

from stylewalk.errors import StylewalkError
from stylewalk.files import atomic

FORMAT = 2  # raised when a checkpoint holds something else, or under another name
SECONDS = 60.0  # what a kill costs at most, where a step is short
VARIABLE = "STYLEWALK_CHECKPOINT_SECONDS"
# Where the disk is slow, checkpoints are rarer: they take a twentieth of the time at most.
LARGEST_SHARE = 0.05
SIGNALS = (signal.SIGTERM, signal.SIGINT)
_FILE = "last.safetensors"


class Snapshot(NamedTuple):
    """The tensors and facts that are stored: all that training goes on from."""

    tensors: dict[str, torch.Tensor]
    facts: dict[str, Any]  # what JSON can hold


@runtime_checkable
class Stateful(Protocol):
    """What a checkpoint needs of a model."""

    def state_dict(self) -> dict[str, torch.Tensor]:
        """Its weights and buffers."""

    def load_state_dict(self, state_dict: Mapping[str, torch.Tensor]) -> object:
        """Take up weights and buffers."""


class TrainingState(NamedTuple):
    """What a step of the optimiser changes."""

    model: Stateful
    optimisers: Sequence[torch.optim.Optimizer]  # their learning rates follow from the step
    draws: torch.Generator


class Checkpoint:
    """The one checkpoint of one training: each replaces the one before."""

    def __init__(
        self,
        folder: str | os.PathLike[str] | None = None,
        source: str = "",
        seconds: float | None = None,
    ):
        """Say where it lies and how often it is written.

        Args:
            folder: of this training alone, as its other content is removed; None keeps nothing.
            source: fingerprint of the code that trains; another code begins from the start.
            seconds: between two checkpoints at least; 0 writes one after every batch. None takes
                the environment's ``STYLEWALK_CHECKPOINT_SECONDS``, or else 60.
        """
        self.folder = None if folder is None else Path(folder)
        self.source = str(source)
        self.seconds = _interval() if seconds is None else seconds
        self._identity: dict[str, Any] = {}
        self._due = 0.0
        self._asked: signal.Signals | None = None  # the signal that asked to stop

    def begin(self, facts: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Snapshot | None:
        """What training of these facts on these arrays goes on from; None is the beginning.

        A checkpoint that is damaged, or of another training, is reported in words and not used.

        Args:
            facts: all that decides the result beside the arrays, as JSON can hold it.
            arrays: what is trained on, known by its content.
        """
        if self.folder is None:
            return None
        contents = {name: _digest(array) for name, array in arrays.items()}
        versions = {"format": FORMAT, "torch": torch.__version__, "numpy": np.__version__}
        whole = {**facts, **contents, **versions, "source code": self.source}
        self._identity = json.loads(json.dumps(whole, default=str))
        self._wait(0.0)
        _tidy(self.folder)
        path = self.folder / _FILE
        if not path.exists():
            return None
        try:
            identity, snapshot = read(path)
        except StylewalkError as error:
            say(f"Warning: {error} Training starts from the beginning.")
            return None
        if different := sorted(_different(identity, self._identity)):
            say(
                f"Warning: the checkpoint {path} is of another training (it differs in "
                f"{', '.join(different)}). Training starts from the beginning."
            )
            return None
        return snapshot

    def due(self) -> bool:
        """Whether to write a checkpoint now: it is time, or a signal asks to stop."""
        if self.folder is None:
            return False
        return self._asked is not None or time.monotonic() >= self._due

    def save(self, snapshot: Snapshot) -> None:
        """Replace the checkpoint; stop where a signal asked for it.

        A checkpoint is an insurance: where it cannot be written, training goes on with a warning.

        Raises:
            StylewalkError: a signal asked to stop.
        """
        if self.folder is None:
            return
        begun = time.monotonic()
        try:
            write(self.folder / _FILE, self._identity, snapshot)
            kept = "It goes on from there when the same command is run again."
        except (OSError, safetensors.SafetensorError) as error:
            kept = f"Its checkpoint in {self.folder} could not be written ({error})."
            say(f"Warning: {kept}")
        self._wait(time.monotonic() - begun)
        if self._asked is not None:
            place = f"in epoch {snapshot.facts['epoch']}"
            raise StylewalkError(f"Training was stopped by {self._asked.name} {place}. {kept}")

    def remove(self) -> None:
        """Remove the checkpoint and its folder: once the outputs lie there, or when useless."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    @contextlib.contextmanager
    def stopping_on_signals(self) -> Iterator[None]:
        """A block in which the first SIGTERM or SIGINT makes a checkpoint due, which then stops.

        The second does what it did before.
        """
        main = threading.current_thread() is threading.main_thread()
        if self.folder is None or not main:  # Python lets the main thread alone handle signals
            yield
            return
        before = {number: signal.getsignal(number) for number in SIGNALS}

        def restore() -> None:
            for number, handler in before.items():
                # None: a handler that was not set by Python, which cannot be set again either.
                signal.signal(number, signal.SIG_DFL if handler is None else handler)

        def stop(number: int, frame: object) -> None:
            self._asked = signal.Signals(number)
            restore()

        for number, handler in before.items():
            if handler is not signal.SIG_IGN:  # as under nohup
                signal.signal(number, stop)
        try:
            yield
        finally:
            restore()

    def _wait(self, took: float) -> None:
        """Put the next checkpoint off, the longer the last one took."""
        pause = max(self.seconds, took / LARGEST_SHARE) if self.seconds else 0.0
        self._due = time.monotonic() + pause


def _tidy(folder: Path) -> None:
    """Remove what a kill in the midst of writing left."""
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.name != _FILE:
            with contextlib.suppress(OSError):
                path.unlink()


def pack(state: TrainingState) -> Snapshot:
    """What a state of training holds, its tensors on the CPU."""
    tensors = {f"model.{key}": value for key, value in state.model.state_dict().items()}
    for number, optimiser in enumerate(state.optimisers):
        for place, values in optimiser.state_dict()["state"].items():
            names = {f"optimiser.{number}.{place}.{key}": value for key, value in values.items()}
            tensors |= names
    tensors["draws"] = state.draws.get_state()
    return Snapshot({key: value.detach().cpu() for key, value in tensors.items()}, {})


def unpack(snapshot: Snapshot, state: TrainingState) -> None:
    """Bring a state, made again from the same arguments, to where it was packed."""
    state.model.load_state_dict(_under("model.", snapshot.tensors))
    for number, optimiser in enumerate(state.optimisers):
        packed = optimiser.state_dict()
        parameters = [p for group in optimiser.param_groups for p in group["params"]]
        for name, value in _under(f"optimiser.{number}.", snapshot.tensors).items():
            place, key = name.split(".", 1)
            value = _laid_out_as(parameters[int(place)], value)
            packed["state"].setdefault(int(place), {})[key] = value
        optimiser.load_state_dict(packed)
    state.draws.set_state(snapshot.tensors["draws"])


def _laid_out_as(parameter: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
    """A value of the optimiser on its parameter's device and in its order of memory.

    Fused Adam takes both element by element as they lie in memory, and a file knows one order.
    """
    if value.shape != parameter.shape:
        return value.to(parameter.device, copy=True)
    return torch.empty_like(parameter, dtype=value.dtype, requires_grad=False).copy_(value)


def _under(prefix: str, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The tensors whose names start so, without it."""
    return {
        key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)
    }


def write(path: str | os.PathLike[str], identity: Mapping[str, Any], snapshot: Snapshot) -> None:
    """Write a checkpoint: whole, or not at all, also where the power fails."""
    tensors = {key: value.detach().cpu().contiguous() for key, value in snapshot.tensors.items()}
    text = json.dumps({"identity": identity, "facts": snapshot.facts}, sort_keys=True)
    with atomic(path, durable=True) as temporary:
        metadata = {"text": text, "sha256": content(tensors, text)}
        safetensors.torch.save_file(tensors, temporary, metadata)


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], Snapshot]:
    """The identity of the training that a checkpoint belongs to, and the state that it holds.

    Raises:
        StylewalkError: it cannot be read, or does not have the content that was written.
    """
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        whole = metadata["sha256"] == content(tensors, metadata["text"])
        text = json.loads(metadata["text"]) if whole else {}
    except (OSError, safetensors.SafetensorError, ValueError, KeyError, RuntimeError) as error:
        raise StylewalkError(f"The checkpoint {path} cannot be read ({error}).") from error
    if not whole:
        raise StylewalkError(f"The checkpoint {path} is damaged: its checksum does not fit.")
    return text["identity"], Snapshot(tensors, text["facts"])


def content(tensors: Mapping[str, torch.Tensor], text: str = "") -> str:
    """SHA-256 of a text, and of the names, types, shapes and values of tensors on the CPU."""
    digest = hashlib.sha256(text.encode())
    for name, value in sorted(tensors.items()):
        digest.update(f"\n{name} {value.dtype} {list(value.shape)}\n".encode())
        digest.update(value.contiguous().reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def layout(model: Stateful) -> list[list[Any]]:
    """Name and shape of all that a model holds."""
    return [[name, list(value.shape)] for name, value in model.state_dict().items()]


def _digest(array: np.ndarray) -> str:
    """SHA-256 of an array's type, shape and values; a memory-mapped one is read page by page."""
    digest = hashlib.sha256(f"{array.dtype.str} {array.shape}\n".encode())
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _different(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[str]:
    """The names under which two identities differ."""
    for name in first.keys() | second.keys():
        if first.get(name) != second.get(name):
            yield name


def _interval() -> float:
    """Seconds between two checkpoints, as the environment has it."""
    text = os.environ.get(VARIABLE, str(SECONDS))
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise StylewalkError(f"{VARIABLE}: found '{text}', expected seconds, at least 0.")
    return seconds


def say(words: str) -> None:
    """Print to a person; in a workflow, into the rule's log."""
    print(words, file=sys.stderr, flush=True)
