"""A small network that says of a picture to which class it belongs, and how surely.

Trained on pictures of the training split (after the style and content networks of Hicsonmez et al.
2020), calibrated on one half of the validation split, and judged on the other.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import safetensors.torch
import torch
from jaxtyping import Float, Float32, Float64, Int, Real, UInt8
from scipy.special import softmax
from torch import nn
from torch.nn import functional

from stylewalk.catalogue.classifiers import CLASSIFIER_CALIBRATION
from stylewalk.errors import StylewalkError
from stylewalk.files import atomic
from stylewalk.models.trunk import Encoder, Shape
from stylewalk.randomness import derived_seed, generator
from stylewalk.training.augmentation import augment
from stylewalk.training.optimisers import schedule

CHANNELS = (16, 32, 64, 64)
STEPS, BATCH = 300, 64
MOST_EPOCHS = 40  # of a few pictures, which are soon known by heart
RATE, DECAY, DROPOUT = 0.002, 0.05, 0.3
# ASSUME: reflected shifts alone, because a mirrored picture may be of another class.
_SHIFTS = {"shifts": 3}
_BINS = 10  # of the calibration error
_RESAMPLES = 1000
_FEWEST_OF_A_NAME = 8  # training pictures


class Classifier(nn.Module):
    """Pictures (B, 3, S, S) in 0..1 to logits (B, K), divided by a temperature.

    Args:
        image_size: S, a multiple of 16.
        names: of the classes.
    """

    temperature: torch.Tensor

    def __init__(self, image_size: int, names: list[str]):
        super().__init__()
        self.names = names
        self.features = Encoder(Shape(image_size, 64, CHANNELS, "silu"))
        self.head = nn.Sequential(nn.SiLU(), nn.Dropout(DROPOUT), nn.Linear(64, len(names)))
        self.register_buffer("temperature", torch.ones(()))

    def forward(
        self, images: Float[torch.Tensor, "batch 3 side side"]
    ) -> Float[torch.Tensor, "batch names"]:
        logits: torch.Tensor = self.head(self.features(images - 0.5)) / self.temperature
        return logits


@dataclass(frozen=True)
class Judged:
    """A trained classifier, and what is known of it on pictures that it has never seen."""

    classifier: Classifier
    calibration: pd.DataFrame


def nameable(labels: pd.Series, training: Int[np.ndarray, " training"]) -> list[str]:
    """The names that enough training pictures have; blank ones are none.

    Args:
        labels: (N,) of all pictures.
        training: rows to learn from.
    """
    counts = labels.iloc[training].value_counts()
    return sorted(str(n) for n, count in counts.items() if n and count >= _FEWEST_OF_A_NAME)


def train(
    images: UInt8[np.ndarray, "pictures side side 3"],
    labels: pd.Series,
    splits: tuple[Int[np.ndarray, " training"], Int[np.ndarray, " validation"]],
    target: str,
    seed: int,
    device: torch.device,
    steps: int | None = None,
) -> Judged | None:
    """Train on the training split, every class as often as another, and judge on validation.

    Args:
        images: (N, S, S, 3) uint8, also memory-mapped.
        labels: (N,) names; pictures of a blank or rare one are left out.
        splits: rows of training and of validation.
        target: what the names are of, such as class.
        seed: of starting weights, order and augmentation.
        device: where to compute.
        steps: of the training; None takes 300, or 40 epochs where that is less.

    Returns:
        None where fewer than two names have eight training pictures each.
    """
    names = nameable(labels, splits[0])
    if len(names) < 2:
        return None
    codes = labels.map({name: place for place, name in enumerate(names)}).to_numpy(np.float64)
    training, validation = (rows[np.isfinite(codes[rows])] for rows in splits)
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(derived_seed(seed, "classifier", target))
        model = Classifier(images.shape[1], names).to(device)
        own = min(STEPS, MOST_EPOCHS * math.ceil(len(training) / BATCH))
        _fit(model, images, codes, training, seed, target, own if steps is None else steps)
    model.eval()
    order = generator(seed, "calibration", target).permutation(validation)
    tuned, held_out = order[::2], order[1::2]
    if len(tuned):
        _calibrate(model, images[np.sort(tuned)], codes[np.sort(tuned)].astype(np.int64))
    about = _judge(
        model, images[np.sort(held_out)], codes[np.sort(held_out)].astype(np.int64), seed
    )
    often = pd.Series(codes[training]).value_counts(normalize=True).max()
    table = pd.DataFrame([{"target": target, "names": len(names), **about, "chance": often}])
    return Judged(model, table[list(CLASSIFIER_CALIBRATION)])


def _fit(
    model: Classifier,
    images: UInt8[np.ndarray, "pictures side side 3"],
    codes: Float64[np.ndarray, " pictures"],
    rows: Int[np.ndarray, " training"],
    seed: int,
    target: str,
    steps: int,
) -> None:
    device = model.temperature.device
    optimiser = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    rng = generator(seed, "classifier", target)
    draws = torch.Generator(device=device).manual_seed(derived_seed(seed, "moved", target))
    of_name = [rows[codes[rows] == code] for code in range(len(model.names))]
    model.train()
    for step in range(steps):
        chosen = rng.integers(len(of_name), size=BATCH)
        batch = np.array([rng.choice(of_name[code]) for code in chosen])
        pictures = torch.from_numpy(images[batch]).to(device).permute(0, 3, 1, 2).float() / 255
        logits = model(augment(pictures, _SHIFTS, draws))
        loss = functional.cross_entropy(logits, torch.from_numpy(chosen).to(device))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it so
        for group in optimiser.param_groups:
            group["lr"] = RATE * schedule(step, steps)
        optimiser.step()


def logits_of(
    model: Classifier, images: Real[np.ndarray, "pictures side side 3"], batch_size: int = 512
) -> Float32[np.ndarray, "pictures names"]:
    """Logits of pictures (N, S, S, 3) on a 0..255 scale."""
    batches = _in_batches(model, model, images, batch_size)
    return np.concatenate(batches) if batches else np.empty((0, len(model.names)), np.float32)


def probabilities_of(
    model: Classifier, images: Real[np.ndarray, "pictures side side 3"]
) -> Float64[np.ndarray, "pictures names"]:
    """Probabilities of each name for pictures (N, S, S, 3) on a 0..255 scale."""
    probabilities: np.ndarray = softmax(logits_of(model, images).astype(np.float64), axis=1)
    return probabilities


def features_of(
    model: Classifier, images: Real[np.ndarray, "pictures side side 3"], batch_size: int = 512
) -> Float32[np.ndarray, "pictures features"]:
    """What the network makes of pictures before it names them."""
    layers = model.features
    return np.concatenate(_in_batches(model, lambda x: layers(x - 0.5), images, batch_size))


def _in_batches(
    model: Classifier,
    part: Callable[[torch.Tensor], torch.Tensor],
    images: Real[np.ndarray, "pictures side side 3"],
    batch_size: int,
) -> list[np.ndarray]:
    """What a part of the network makes of each batch of pictures."""
    device, outputs = model.temperature.device, []
    for start in range(0, len(images), batch_size):
        batch = np.asarray(images[start : start + batch_size], np.float32)
        pictures = torch.from_numpy(batch).to(device).permute(0, 3, 1, 2) / 255
        with torch.inference_mode():
            outputs.append(part(pictures).float().cpu().numpy())
    return outputs


def _calibrate(
    model: Classifier,
    images: UInt8[np.ndarray, "pictures side side 3"],
    codes: Int[np.ndarray, " pictures"],
) -> None:
    """Set the temperature (Guo et al. 2017): the one that gives the least cross-entropy.

    ASSUME: at least 1, because where all of a few artworks are named right the least is at 0, and
    decoded images are none that the network knows.
    """
    logits = torch.from_numpy(logits_of(model, images)).double()
    labels = torch.from_numpy(codes)
    grid = torch.logspace(0, 1.3, 53, dtype=torch.float64)
    losses = torch.stack([functional.cross_entropy(logits / t, labels) for t in grid])
    model.temperature.fill_(float(grid[losses.argmin()]))


def _judge(
    model: Classifier,
    images: UInt8[np.ndarray, "pictures side side 3"],
    codes: Int[np.ndarray, " pictures"],
    seed: int,
) -> dict[str, float]:
    """Accuracy and calibration on pictures that neither weights nor temperature have seen."""
    logits = torch.from_numpy(logits_of(model, images)).double()
    shares = logits.softmax(dim=1).numpy()
    right = (shares.argmax(axis=1) == codes).astype(np.float64)
    sure = shares.max(axis=1)
    drawn = generator(seed, "judged").integers(max(len(codes), 1), size=(_RESAMPLES, len(codes)))
    low, high = (
        np.quantile(right[drawn].mean(axis=1), [0.025, 0.975]) if len(codes) else (np.nan,) * 2
    )
    gaps = (
        [calibration_error(right[rows], sure[rows]) for rows in drawn[:200]] if len(codes) else []
    )
    gap_low, gap_high = np.quantile(gaps, [0.025, 0.975]) if gaps else (np.nan, np.nan)
    return {
        "accuracy": float(right.mean()) if len(codes) else np.nan,
        "low": float(low),
        "high": float(high),
        "calibration_error": calibration_error(right, sure) if len(codes) else np.nan,
        "error_low": float(gap_low),
        "error_high": float(gap_high),
        "temperature": float(model.temperature),
        "n": len(codes),
    }


def calibration_error(
    right: Float64[np.ndarray, " pictures"], sure: Float64[np.ndarray, " pictures"]
) -> float:
    """Expected calibration error (Guo et al. 2017), in ten bins.

    Args:
        right: 1 where the most probable name is right, else 0.
        sure: its probability.
    """
    bins = np.minimum((sure * _BINS).astype(np.int64), _BINS - 1)
    counts = np.bincount(bins, minlength=_BINS)
    gaps = np.bincount(bins, weights=right - sure, minlength=_BINS)
    return float(np.abs(gaps).sum() / counts.sum())


def save(classifiers: Mapping[str, Classifier], image_size: int, path: str | Path) -> None:
    """Write classifiers by their targets, as safetensors."""
    tensors = {
        f"{target}.{key}": value.detach().cpu().contiguous()
        for target, model in classifiers.items()
        for key, value in model.state_dict().items()
    }
    names = {target: model.names for target, model in classifiers.items()}
    # One entry: of several, safetensors shuffles the order.
    facts = {"about": json.dumps({"image_size": image_size, "names": names}, sort_keys=True)}
    with atomic(path) as temporary:
        safetensors.torch.save_file(tensors, temporary, facts)


def load(path: str | Path, device: torch.device) -> dict[str, Classifier]:
    """Classifiers that :func:`save` wrote, in evaluation mode.

    Raises:
        StylewalkError: the file is absent or damaged.
    """
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            facts = json.loads(file.metadata()["about"])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        classifiers = {}
        for target, names in facts["names"].items():
            model = Classifier(facts["image_size"], names)
            start = f"{target}."
            model.load_state_dict(
                {key.removeprefix(start): v for key, v in tensors.items() if key.startswith(start)}
            )
            classifiers[target] = model.to(device).eval()
    except (
        OSError,
        safetensors.SafetensorError,
        LookupError,
        ValueError,
        TypeError,
        RuntimeError,
    ) as error:
        raise StylewalkError(
            f"{path} cannot be read as classifiers ({error}). Delete it and run again."
        ) from error
    return classifiers
