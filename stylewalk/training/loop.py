"""Train a model of any family: batches, schedule, mixed precision, loss history, weights."""

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NotRequired, Protocol, TypedDict, cast, runtime_checkable

import numpy as np
import pandas as pd
import safetensors
import safetensors.torch
import torch
from jaxtyping import Float, Int, Integer, UInt8

from stylewalk import models
from stylewalk.errors import StylewalkError
from stylewalk.files import atomic
from stylewalk.latent_space.autoencoder import Autoencoder
from stylewalk.models.autoencoder import PerceptualError, Terms
from stylewalk.models.trunk import TrunkName
from stylewalk.progress import Progress
from stylewalk.randomness import derived_seed, generator
from stylewalk.training import checkpoints, devices
from stylewalk.training.augmentation import augment
from stylewalk.training.epoch_log import Epoch
from stylewalk.training.optimisers import Optimiser, optimisers, schedule, set_rates

STEPS_BETWEEN_CHECKS = 20  # reading a loss makes a GPU wait
METADATA_KEY = "stylewalk"
# Of the table of losses. ``epoch`` is from 1, ``value`` the unweighted mean over its images.
LOSS_COLUMNS = ("epoch", "split", "term", "value")
_PLACE = ("done", "epoch", "batch")  # where training stands
OnEpoch = Callable[[Epoch], None]


class TrainingSettings(TypedDict):
    """How a study trains, as in its config; rates are those at their peak.

    What is left out is as in the first version: the report's trunk, Adam, no augmentation.
    """

    latent_size: int
    channels: Sequence[int]
    epochs: int
    batch_size: int
    learning_rate: float
    precision: NotRequired[devices.Precision]
    steps: NotRequired[int | None]
    trunk: NotRequired[TrunkName]
    optimiser: NotRequired[Optimiser]
    muon_rate: NotRequired[float]
    muon_decay: NotRequired[float]
    flips: NotRequired[bool]
    shifts: NotRequired[int]
    perceptual: NotRequired[float]


@runtime_checkable
class TrainableModel(Autoencoder, checkpoints.Stateful, Protocol):
    """A model of any family: see :mod:`stylewalk.models`."""

    weights: dict[str, float]
    arguments: dict[str, Any]

    def losses(
        self,
        images: Float[torch.Tensor, "batch 3 side side"],
        labels: Int[torch.Tensor, " batch"],
        generator: torch.Generator,
    ) -> Terms:
        """The terms of a batch, each a mean over its images, unweighted."""

    def weights_at(self, share: float) -> Mapping[str, float]:
        """The weight of each term once this share of the training's steps is done."""

    def prepare(
        self,
        images: UInt8[np.ndarray, "pictures side side 3"],
        rows: Integer[np.ndarray, " rows"],
    ) -> None:
        """Take up what is known of the training split before the first step."""

    def add_perceptual(self, error: PerceptualError, weight: float) -> None:
        """Let training minimise a further error of decoded pictures, with this weight."""

    def parameter_groups(self, learning_rate: float) -> list[dict[str, Any]]:
        """Groups of parameters for Adam."""

    def matrices(self) -> list[torch.nn.Parameter]:
        """The dense matrices that Muon may move."""

    def train(self, mode: bool = True) -> object:
        """Bring the model into training mode."""


def train(
    images: UInt8[np.ndarray, "pictures side side 3"],
    labels: Integer[np.ndarray, " pictures"],
    training_rows: Integer[np.ndarray, " training"],
    validation_rows: Integer[np.ndarray, " validation"],
    settings: Mapping[str, Any],
    training: TrainingSettings,
    seed: int,
    device: str | torch.device | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    name: str | None = None,
    checkpoint: checkpoints.Checkpoint | None = None,
    on_epoch: OnEpoch | None = None,
    perceptual: PerceptualError | None = None,
) -> tuple[TrainableModel, pd.DataFrame]:
    """Train one model with one seed: the same bytes on the same machine and number of threads.

    Args:
        images: (N, S, S, 3) uint8, also memory-mapped; labels: (N,), the class of each.
        training_rows: rows of ``images`` to learn from, at least 2.
        validation_rows: rows whose losses are reported and nothing else; may be empty.
        settings: ``family`` and the family's settings, as in the config.
        training, seed: of the run. name: of the model in messages; None takes the family.
        device: ``cpu`` or ``cuda``; None takes a GPU where there is one.
        threads: threads on the CPU; None leaves the number as it is.
        progress: called after each step with the steps done and the steps in all.
        checkpoint: where training that was killed goes on from, to the same result; the caller
            removes it when the result lies on the disk. None keeps nothing.
        on_epoch: called after each epoch; at first with those that an earlier process did.
        perceptual: compares decoded pictures with their originals; its weight in the loss is
            ``training["perceptual"]``.

    Returns:
        The model on its device in evaluation mode, and the ``LOSS_COLUMNS`` of all its epochs.

    Raises:
        StylewalkError: a loss is no longer a finite number, the arguments do not fit, or SIGTERM
            or SIGINT stopped training at a checkpoint.
    """
    name = name or str(settings.get("family"))
    data = images, np.asarray(labels), np.asarray(training_rows), np.asarray(validation_rows)
    _check(*data, name)
    devices.use_threads(threads)
    chosen = devices.choose(training.get("precision", "auto"), device)
    model = _build(settings, images.shape[1], training, seed, chosen[0])
    if perceptual is not None:
        model.add_perceptual(perceptual, training.get("perceptual", 0.0))
    checkpoint = checkpoint or checkpoints.Checkpoint()
    with devices.deterministic(chosen[0]), checkpoint.stopping_on_signals():
        run = TrainingRun(model, *data, training, seed, name, *chosen, checkpoint)
        run.progress, run.on_epoch = progress, on_epoch
        run.resume(settings)
        run.epochs()
    model.eval()
    return model, pd.DataFrame(run.records, columns=list(LOSS_COLUMNS))


def _build(
    settings: Mapping[str, Any],
    image_size: int,
    training: TrainingSettings,
    seed: int,
    device: torch.device,
) -> TrainableModel:
    """A model with its starting weights, on the device."""
    latent_size, channels = training["latent_size"], training["channels"]
    trunk = training.get("trunk", "report")
    model = models.build(settings, image_size, latent_size, channels, seed, trunk)
    return cast(TrainableModel, model.to(device))


def _check(
    images: np.ndarray, labels: np.ndarray, training: np.ndarray, validation: np.ndarray, name: str
) -> None:
    """Refuse arrays that do not belong together."""
    if images.ndim != 4 or images.shape[1] != images.shape[2] or images.shape[3] != 3:
        raise StylewalkError(
            f"The images have the shape {images.shape}; expected (N, S, S, 3), squares in RGB."
        )
    if images.dtype != np.uint8:
        raise StylewalkError(f"The images are {images.dtype}; expected uint8, 0 to 255.")
    if len(labels) != len(images):
        raise StylewalkError(f"{len(images)} images but {len(labels)} classes: one for each.")
    if len(training) < 2:
        raise StylewalkError(
            f"The model '{name}' has {len(training)} images to train on and needs at least 2: "
            "give more artworks, or lower dataset.validation_fraction."
        )
    rows = np.concatenate([training, validation]).astype(np.int64)
    if rows.min() < 0 or rows.max() >= len(images):
        raise StylewalkError(
            f"The rows run from {rows.min()} to {rows.max()}, but there are {len(images)} images."
        )


@dataclass
class TrainingRun:
    """One training: what its epochs share, and where it stands.

    Attributes:
        state: what a step of the optimiser changes.
        steps: steps of the whole training; done: those that were taken.
        last_epoch: the number of epochs; one for a model that has no parameters to train.
        epoch: the epoch under way, from 1; batch: steps taken in it.
        sums: of each term over the images of the epoch.
        records: the losses of the epochs that have ended.
    """

    model: TrainableModel
    images: UInt8[np.ndarray, "pictures side side 3"]
    labels: Integer[np.ndarray, " pictures"]
    training_rows: Integer[np.ndarray, " training"]
    validation_rows: Integer[np.ndarray, " validation"]
    training: TrainingSettings
    seed: int
    name: str
    device: torch.device
    dtype: torch.dtype | None
    checkpoint: checkpoints.Checkpoint
    progress: Progress | None = None
    on_epoch: OnEpoch | None = None
    state: checkpoints.TrainingState = field(init=False)
    steps: int = field(init=False)
    last_epoch: int = field(init=False)
    done: int = 0
    epoch: int = 1
    batch: int = 0
    sums: dict[str, torch.Tensor] = field(default_factory=dict)
    records: list[tuple[int, str, str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the optimisers and the generator of the training draws."""
        moving = optimisers(
            self.model,
            self.training.get("optimiser", "adam"),
            self.training["learning_rate"],
            self.training.get("muon_rate", 0.02),
            self.training.get("muon_decay", 0.0),
        )
        batches = len(_split(self.training_rows, self.training["batch_size"]))
        self.steps = self.training["epochs"] * batches if moving else 0
        if moving and self.training.get("steps"):
            self.steps = min(self.steps, self.training["steps"] or 0)
        self.last_epoch = max(1, math.ceil(self.steps / batches))
        self.state = checkpoints.TrainingState(self.model, moving, self._generator("training"))

    def resume(self, settings: Mapping[str, Any]) -> None:
        """Take up the checkpoint of the same training, where there is one."""
        on_cpu = self.device.type == "cpu"
        # ASSUME: the processor's model is left out because a cluster may give a job another node,
        # where going on is worth more than bytes that no single machine promises anyway.
        facts = {
            "settings": dict(settings),
            "training": dict(self.training),
            "seed": int(self.seed),
            "device": self.device.type,
            "precision": str(self.dtype),
            # Another number sums in another order; on a GPU, threads compute nothing.
            "number of CPU threads": torch.get_num_threads() if on_cpu else None,
            "layout of the model": checkpoints.layout(self.model),
        }
        arrays = {
            "images": self.images,
            "classes": self.labels,
            "training split": self.training_rows,
            "validation split": self.validation_rows,
        }
        snapshot = self.checkpoint.begin(facts, arrays)
        if snapshot is None:
            self.model.prepare(self.images, self.training_rows)
            return
        checkpoints.unpack(snapshot, self.state)
        self.done, self.epoch, self.batch = (snapshot.facts[k] for k in _PLACE)
        self.sums = {
            term: snapshot.tensors[f"sum.{term}"].to(self.device)
            for term in snapshot.facts["terms"]
        }
        self.records = [tuple(record) for record in snapshot.facts["records"]]
        self._report_resumed()
        checkpoints.say(
            f"Training of '{self.name}' (seed {self.seed}) goes on from epoch {self.epoch} of "
            f"{self.last_epoch}, step {self.done} of {self.steps}."
        )

    def _report_resumed(self) -> None:
        """Report the epochs of an earlier process, whose words are gone."""
        if self.on_epoch is None:
            return
        losses: dict[int, dict[str, dict[str, float]]] = {}
        for epoch, split, term, value in self.records:
            losses.setdefault(epoch, {}).setdefault(split, {})[term] = value
        for epoch, means in losses.items():
            weights = dict(self.model.weights)
            self.on_epoch(Epoch(epoch, means, weights, 0, 0.0, self.last_epoch))

    def epochs(self) -> None:
        """Train from where training stands to the end."""
        while self.epoch <= self.last_epoch:
            self.records += self._epoch()
            self.epoch, self.batch, self.sums = self.epoch + 1, 0, {}

    def _keep(self) -> None:
        """Write a checkpoint where one is due.

        Validation changes nothing, so a checkpoint in it stands at the end of the training pass.
        """
        if not self.checkpoint.due():
            return
        self._check_finite(self.sums)
        tensors, facts = checkpoints.pack(self.state)
        tensors |= {f"sum.{term}": value.cpu() for term, value in self.sums.items()}
        facts |= {name: getattr(self, name) for name in _PLACE}
        facts |= {"terms": list(self.sums), "records": self.records}
        self.checkpoint.save(checkpoints.Snapshot(tensors, facts))

    def _generator(self, purpose: str) -> torch.Generator:
        """Draws on the device, for one purpose."""
        seed = derived_seed(self.seed, "draws", purpose)
        return torch.Generator(device=self.device).manual_seed(seed)

    def _epoch(self) -> list[tuple[int, str, str, float]]:
        """One pass over each split, or what is left of it; gives the rows of the history."""
        order = generator(self.seed, "order", self.epoch).permutation(self.training_rows)
        batches = _split(order, self.training["batch_size"])
        if self.state.optimisers:  # the last epoch may be cut short
            batches = batches[: self.batch + self.steps - self.done]
        self.model.train()
        draws = self.state.draws
        images, start = sum(map(len, batches[self.batch :])), time.monotonic()
        means = {"training": self._pass(batches, self._step, draws, self.sums, self.batch)}
        seconds = time.monotonic() - start
        if len(self.validation_rows):
            # Shuffled, so that batches hold several classes, and the same in every epoch.
            order = generator(self.seed, "order", "validation").permutation(self.validation_rows)
            batches = _split(order, self.training["batch_size"], smallest=1)
            self.model.eval()
            with torch.inference_mode():
                draws = self._generator("validation")
                means["validation"] = self._pass(batches, self._losses, draws, {})
        if self.on_epoch:
            weights = dict(self.model.weights)
            self.on_epoch(Epoch(self.epoch, means, weights, images, seconds, self.last_epoch))
        return [
            (self.epoch, split, term, value)
            for split, terms in means.items()
            for term, value in terms.items()
        ]

    def _pass(
        self,
        batches: list[np.ndarray],
        compute: Callable[[torch.Tensor, torch.Tensor, torch.Generator], dict[str, torch.Tensor]],
        draws: torch.Generator,
        sums: dict[str, torch.Tensor],
        done: int = 0,
    ) -> dict[str, float]:
        """Means of the terms over batches, each weighted by its images; some may be done before."""
        left = self._prefetched(batches[done:])
        for number, (images, labels) in enumerate(left, start=done + 1):
            for term, value in compute(images, labels, draws).items():
                sums[term] = sums.get(term, 0.0) + value.detach().double() * len(images)
            if number % STEPS_BETWEEN_CHECKS == 0 or number == len(batches):
                self._check_finite(sums)
            self._keep()
        count = sum(map(len, batches))
        return {term: float(value) / count for term, value in sums.items()}

    def _losses(
        self,
        images: Float[torch.Tensor, "batch 3 side side"],
        labels: Int[torch.Tensor, " batch"],
        draws: torch.Generator,
    ) -> Terms:
        """The terms of a batch."""
        with devices.mixed_precision(self.device, self.dtype):
            return self.model.losses(images, labels, draws)

    def _step(
        self,
        images: Float[torch.Tensor, "batch 3 side side"],
        labels: Int[torch.Tensor, " batch"],
        draws: torch.Generator,
    ) -> Terms:
        """Move the parameters by one batch."""
        if not self.state.optimisers:
            with torch.inference_mode():
                return self._losses(images, labels, draws)
        terms = self._losses(augment(images, self.training, draws), labels, draws)
        for optimiser in self.state.optimisers:
            optimiser.zero_grad(set_to_none=True)
        weights = self.model.weights_at(self.done / self.steps)
        weighted = (weight * terms[term] for term, weight in weights.items())
        torch.as_tensor(sum(weighted)).backward()  # type: ignore[no-untyped-call]  # torch leaves it so
        set_rates(self.state.optimisers, schedule(self.done, self.steps))
        for optimiser in self.state.optimisers:
            optimiser.step()
        self.done, self.batch = self.done + 1, self.batch + 1
        if self.progress:
            self.progress(self.done, self.steps)
        return terms

    def _check_finite(self, sums: Mapping[str, torch.Tensor]) -> None:
        """Stop as soon as a term is no number any more."""
        for term, value in sums.items():
            if not math.isfinite(float(value)):
                self.checkpoint.remove()  # it may be near the edge itself
                raise StylewalkError(
                    f"Training of '{self.name}' (seed {self.seed}) diverged in epoch "
                    f"{self.epoch}: the term '{term}' is {float(value)}. Lower "
                    f"training.learning_rate (now {self.training['learning_rate']}), or the weight "
                    "of the term in the model's settings, and run again."
                )

    def _batch(
        self, rows: Int[np.ndarray, " batch"]
    ) -> tuple[Float[torch.Tensor, "batch 3 side side"], Int[torch.Tensor, " batch"]]:
        """Images (B, 3, S, S) in 0..1 and labels (B,) on the device."""
        # One gather for the batch; memory order stays that of uint8 NHWC, which is channels_last.
        images = torch.from_numpy(self.images[rows])
        labels = torch.from_numpy(self.labels[rows].astype(np.int64))
        if self.device.type == "cuda":
            images = images.pin_memory().to(self.device, non_blocking=True)
            labels = labels.to(self.device, non_blocking=True)
        return images.permute(0, 3, 1, 2).float() / 255, labels

    def _prefetched(self, batches: list[np.ndarray]) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Batches on the device; before a GPU asks, the next one is on its way."""
        if self.device.type != "cuda" or not batches:
            yield from map(self._batch, batches)
            return
        with ThreadPoolExecutor(1) as loader:
            ahead = loader.submit(self._batch, batches[0])
            for rows in batches[1:]:
                batch, ahead = ahead.result(), loader.submit(self._batch, rows)
                yield batch
            yield ahead.result()


def _split(rows: np.ndarray, batch_size: int, smallest: int = 2) -> list[np.ndarray]:
    """Rows in batches; a last one under ``smallest`` is left out.

    A batch of one image has no batch statistics. The order changes, so no image is always left out.
    """
    batches = [rows[i : i + batch_size] for i in range(0, len(rows), batch_size)]
    return [batch for batch in batches if len(batch) >= smallest]


def save_weights(model: TrainableModel, path: str | os.PathLike[str]) -> None:
    """Write all weights, and how the model was built, as safetensors: whole, or not at all."""
    tensors = {key: value.detach().cpu().contiguous() for key, value in model.state_dict().items()}
    metadata = {METADATA_KEY: json.dumps(model.arguments, sort_keys=True)}
    with atomic(path) as temporary:
        safetensors.torch.save_file(tensors, temporary, metadata)


def load_weights(path: str | os.PathLike[str]) -> TrainableModel:
    """The model that :func:`save_weights` wrote, on the CPU in evaluation mode.

    Raises:
        StylewalkError: the file is absent, damaged, or holds no model of Stylewalk.
    """
    path = Path(path)
    advice = "Delete it and run again: the workflow trains the model again."
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    except (OSError, safetensors.SafetensorError) as error:
        raise StylewalkError(f"{path} cannot be read as weights ({error}). {advice}") from error
    if METADATA_KEY not in metadata:
        raise StylewalkError(
            f"{path} holds weights, but not of a model that Stylewalk trained: "
            f"its metadata lack the key '{METADATA_KEY}'. {advice}"
        )
    try:
        model = models.build(**json.loads(metadata[METADATA_KEY]))
        model.load_state_dict(tensors)
    except (RuntimeError, TypeError, ValueError, OverflowError, StylewalkError) as error:
        raise StylewalkError(
            f"The weights in {path} do not fit the model that they name. {advice}"
        ) from error
    if not all(torch.isfinite(tensor).all() for tensor in tensors.values()):
        raise StylewalkError(f"The weights in {path} are no finite numbers. {advice}")
    return cast(TrainableModel, model.eval())
