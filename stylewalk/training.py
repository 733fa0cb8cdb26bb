"""Train a model of any family: batches, schedule, mixed precision, loss history, weights."""

import json
import math
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import safetensors
import safetensors.torch
import torch

from stylewalk import devices, models
from stylewalk.errors import StylewalkError
from stylewalk.files import atomic
from stylewalk.progress import Progress
from stylewalk.randomness import derived_seed, generator

WARM_UP = 0.05  # share of the steps in which the learning rate rises
STEPS_BETWEEN_CHECKS = 20  # reading a loss makes a GPU wait
METADATA_KEY = "stylewalk"


def train(
    images: np.ndarray,
    labels: np.ndarray,
    training_rows: np.ndarray,
    validation_rows: np.ndarray,
    settings: Mapping[str, Any],
    training: Mapping[str, Any],
    seed: int,
    device: str | torch.device | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    name: str | None = None,
) -> tuple[torch.nn.Module, pd.DataFrame]:
    """Train one model with one seed.

    The same arguments give the same weights on the same machine and number of threads.

    Args:
        images: (N, S, S, 3) uint8, also memory-mapped.
        labels: (N,) integers, the class of each image.
        training_rows: rows of ``images`` to learn from, at least 2.
        validation_rows: rows whose losses are reported and nothing else; may be empty.
        settings: ``family`` and the family's settings, as in the config.
        training: ``latent_size``, ``channels``, ``epochs``, ``batch_size``, ``learning_rate`` (of
            Adam, at its peak) and ``precision``, as in the config.
        seed: the run's seed.
        device: ``cpu`` or ``cuda``; None takes a GPU where there is one.
        threads: threads on the CPU; None leaves the number as it is.
        progress: called after each step with the steps done and the steps in all.
        name: name of the model in messages; None takes the family.

    Returns:
        The model on its device in evaluation mode, and a frame with ``epoch`` (from 1), ``split``,
        ``term`` and ``value`` (unweighted mean over the images of the epoch).

    Raises:
        StylewalkError: a loss is no longer a finite number, or the arguments do not fit.
    """
    name = name or str(settings.get("family"))
    training_rows, validation_rows = np.asarray(training_rows), np.asarray(validation_rows)
    _check(images, labels, training_rows, validation_rows, name)
    devices.use_threads(threads)
    device, dtype = devices.choose(training.get("precision", "auto"), device)
    model = models.build(
        settings, images.shape[1], training["latent_size"], training["channels"], seed
    )
    model.to(device)
    run = _Run(model, images, labels, training, seed, device, dtype, name, progress)
    records = []
    with devices.deterministic(device):
        run.start(training_rows)
        for epoch in range(1, training["epochs"] + 1):
            for split, means in run.epoch(epoch, training_rows, validation_rows):
                records += [(epoch, split, term, value) for term, value in means.items()]
    return model.eval(), pd.DataFrame(records, columns=["epoch", "split", "term", "value"])


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


def schedule(step: int, steps: int) -> float:
    """Share of the peak learning rate at a step: a short rise, then half a cosine down to 0.

    The rise keeps the first batches from throwing Adam off; the fall settles the last epochs
    (Loshchilov and Hutter 2017).
    """
    rise = max(1, round(WARM_UP * steps))
    if step < rise:
        return (step + 1) / rise
    return 0.5 * (1 + math.cos(math.pi * (step - rise + 1) / (steps - rise + 1)))


class _Run:
    """One training run: what its epochs share."""

    def __init__(self, model, images, labels, training, seed, device, dtype, name, progress):
        self.model, self.images, self.labels = model, images, np.asarray(labels)
        self.training, self.seed, self.name = training, seed, name
        self.device, self.dtype, self.progress = device, dtype, progress
        self.done = 0

    def start(self, rows: np.ndarray) -> None:
        """Make the optimiser, its schedule and the generator of the training draws."""
        groups = self.model.parameter_groups(self.training["learning_rate"])
        self.steps = self.training["epochs"] * len(_split(rows, self.training["batch_size"]))
        # Fused: on a CPU a step of this Adam takes a sixth of the time.
        self.optimiser = torch.optim.Adam(groups, fused=True)
        self.scheduler = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser, lambda step: schedule(step, self.steps)
        )
        self.draws = self._generator("training")

    def _generator(self, purpose: str) -> torch.Generator:
        """Draws on the device, for one purpose."""
        seed = derived_seed(self.seed, "draws", purpose)
        return torch.Generator(device=self.device).manual_seed(seed)

    def epoch(
        self, epoch: int, training_rows: np.ndarray, validation_rows: np.ndarray
    ) -> Iterator[tuple[str, dict[str, float]]]:
        """One pass over each split; gives the split and the means of its terms."""
        order = generator(self.seed, "order", epoch).permutation(training_rows)
        batches = _split(order, self.training["batch_size"])
        self.model.train()
        yield "training", self._pass(batches, epoch, self._step, self.draws)
        if len(validation_rows):
            # Shuffled, so that batches hold several classes, and the same in every epoch.
            order = generator(self.seed, "order", "validation").permutation(validation_rows)
            batches = _split(order, self.training["batch_size"], smallest=1)
            self.model.eval()
            with torch.inference_mode():
                draws = self._generator("validation")
                yield "validation", self._pass(batches, epoch, self._losses, draws)

    def _pass(self, batches, epoch, compute, draws) -> dict[str, float]:
        """Means of the terms over batches, each weighted by its images."""
        sums: dict[str, Any] = defaultdict(float)
        for number, (images, labels) in enumerate(self._prefetched(batches), start=1):
            for term, value in compute(images, labels, draws).items():
                sums[term] = sums[term] + value.detach().double() * len(images)
            if number % STEPS_BETWEEN_CHECKS == 0 or number == len(batches):
                self._check_finite(sums, epoch)
        count = sum(map(len, batches))
        return {term: float(value) / count for term, value in sums.items()}

    def _losses(self, images, labels, draws) -> dict[str, torch.Tensor]:
        """The terms of a batch."""
        with devices.mixed_precision(self.device, self.dtype):
            return self.model.losses(images, labels, draws)

    def _step(self, images, labels, draws) -> dict[str, torch.Tensor]:
        """Move the parameters by one batch."""
        terms = self._losses(images, labels, draws)
        self.optimiser.zero_grad(set_to_none=True)
        sum(weight * terms[term] for term, weight in self.model.weights.items()).backward()
        self.optimiser.step()
        self.scheduler.step()
        self.done += 1
        if self.progress:
            self.progress(self.done, self.steps)
        return terms

    def _check_finite(self, sums: Mapping[str, torch.Tensor], epoch: int) -> None:
        """Stop as soon as a term is no number any more."""
        for term, value in sums.items():
            if not math.isfinite(float(value)):
                raise StylewalkError(
                    f"Training of '{self.name}' (seed {self.seed}) went astray in epoch {epoch}: "
                    f"the term '{term}' is {float(value)}. Lower training.learning_rate "
                    f"(now {self.training['learning_rate']}), or the weight of the term in the "
                    "model's settings, and run again."
                )

    def _batch(self, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        """Images (B, 3, S, S) in 0..1 and labels (B,) on the device."""
        # One gather for the batch; memory order stays that of uint8 NHWC, which is channels_last.
        images = torch.from_numpy(self.images[rows])
        labels = torch.from_numpy(self.labels[rows].astype(np.int64))
        if self.device.type == "cuda":
            images = images.pin_memory().to(self.device, non_blocking=True)
            labels = labels.to(self.device, non_blocking=True)
        return images.permute(0, 3, 1, 2).float() / 255, labels

    def _prefetched(self, batches: list[np.ndarray]):
        """Batches on the device; before a GPU asks, the next one is on its way."""
        if self.device.type != "cuda":
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


def save_weights(model: torch.nn.Module, path: str | os.PathLike) -> None:
    """Write all weights, and how the model was built, as safetensors: whole, or not at all."""
    tensors = {key: value.detach().cpu().contiguous() for key, value in model.state_dict().items()}
    metadata = {METADATA_KEY: json.dumps(model.arguments, sort_keys=True)}
    with atomic(path) as temporary:
        safetensors.torch.save_file(tensors, temporary, metadata)


def load_weights(path: str | os.PathLike) -> torch.nn.Module:
    """The model that :func:`save_weights` wrote, on the CPU in evaluation mode.

    Raises:
        StylewalkError: the file is absent, damaged, or holds no model of Stylewalk.
    """
    path = Path(path)
    advice = "Delete it and run again: the workflow trains the model anew."
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
    return model.eval()
