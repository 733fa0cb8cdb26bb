"""What a job asks a cluster for: memory and time, as functions of the data's size.

They are upper bounds, so that no job is killed for a little more than expected. Paces are of one
thread of a CPU, measured on the demo and on 4,490 paintings, and taken three times slower than
found; a GPU needs far less than is asked for.
"""

import contextlib
import itertools
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# ASSUME: a process takes this much before it holds any data (MB): Python with its numerical
# libraries, or with torch, which on a GPU keeps a copy of its kernels in the main memory, too.
PLAIN_MB, TORCH_MB = 1000, 3000
# ASSUME: half an hour covers the start of a job, a busy node, and what does not grow.
START_MIN = 30
# ASSUME: a day, because most clusters take no more, and a training goes on where it was cut.
LONGEST_MIN = 24 * 60
# ASSUME: pictures of a study whose number nobody knows yet.
UNKNOWN_PICTURES = 50_000

_FLOAT = 4  # bytes
_MULTIPLICATIONS = 5e9  # a second; found were 15e9
_KERNEL = 16  # pixels of a convolution of the autoencoders
_STYLE_PIXEL = 400_000  # multiplications for each pixel in VGG19, the larger style network
_STYLE_VECTOR = 320_000  # numbers in the Gram matrices of one picture


def memory_mb(size: float, base: int = PLAIN_MB, attempt: int = 1) -> int:
    """Memory to ask for.

    Args:
        size: what the job holds at once, in bytes.
        base: what the process takes without data, in MB.
        attempt: 1, 2, ...; each retry asks for twice as much, since it may have been too little.

    Returns:
        Memory in MB (10^6 bytes), at least ``base``.
    """
    return math.ceil((base + size / 1e6) * 2 ** (attempt - 1))


def runtime_min(seconds: float, attempt: int = 1) -> int:
    """Time to ask for, in minutes; a retry asks for twice as much, and none for over a day."""
    return min(LONGEST_MIN, math.ceil((START_MIN + seconds / 60) * 2 ** (attempt - 1)))


def count_pictures(selected: str | Path, dataset: Mapping[str, Any]) -> int:
    """Pictures of a study: those selected, else those that the config asks for, else a guess.

    Args:
        selected: the table of selected artworks, which may not be there yet, or be damaged.
        dataset: the config's section.
    """
    if os.path.isfile(selected):
        from pyarrow import ArrowException, parquet

        with contextlib.suppress(OSError, ArrowException):
            return parquet.read_metadata(selected).num_rows
    return (dataset.get("per_class") or 0) * len(dataset["classes"]) or UNKNOWN_PICTURES


def count_pairs(experiment: Mapping[str, Any], classes: int) -> int:
    """Trajectories of an experiment: its count for each class, or for each two classes."""
    return experiment["count"] * (
        classes if experiment["classes"] == "within" else math.comb(classes, 2)
    )


def picture_bytes(pictures: int, image_size: int) -> int:
    """Size of pictures in RGB, one byte for each colour."""
    return pictures * image_size**2 * 3


def latent_bytes(pictures: int, latent_size: int) -> int:
    """What statistics of latents hold at once: a few copies of (N, d) in double precision."""
    return 6 * pictures * latent_size * 2 * _FLOAT


def network_bytes(image_size: int, training: Mapping[str, Any]) -> int:
    """What training holds: weights four times (Adam), a checkpoint, and a batch's activations.

    Args:
        image_size: height and width of the images, in pixels.
        training: the config's section; ``latent_size``, ``channels``, ``batch_size``.
    """
    weights = _dense(image_size, training) + 2 * _KERNEL * sum(_products(training["channels"]))
    maps = sum(
        channels * (image_size >> halvings) ** 2
        for halvings, channels in enumerate([3, *training["channels"]])
    )
    # Before and after the ReLU, with gradients, in encoder and decoder; triplets are three images.
    activations = 3 * 8 * training["batch_size"] * maps
    return _FLOAT * (6 * weights + activations)


def training_seconds(pictures: int, image_size: int, training: Mapping[str, Any]) -> float:
    """Time of a training on one thread.

    Args:
        pictures: how many are trained on.
        image_size: their height and width, in pixels.
        training: the config's section; ``latent_size``, ``channels``, ``epochs``.
    """
    convolutions = sum(
        _KERNEL * product * (image_size >> halvings) ** 2
        for halvings, product in enumerate(_products(training["channels"]), start=1)
    )
    forward = 2 * convolutions + _dense(image_size, training)
    # The way back costs twice the way there.
    return 3 * forward * pictures * training["epochs"] / _MULTIPLICATIONS


def encoding_seconds(pictures: int, image_size: int, training: Mapping[str, Any]) -> float:
    """Time to encode and decode every picture on one thread: an epoch, with room to write."""
    return 2 * training_seconds(pictures, image_size, {**training, "epochs": 1})


def scoring_bytes(pairs: int, steps: int, image_size: int) -> int:
    """What scoring holds: decoded images as floats, their copies, and the features of a batch.

    Args:
        pairs: trajectories.
        steps: steps of each, one fewer than its points.
        image_size: height and width of the images, in pixels.
    """
    decoded = picture_bytes(pairs * (steps + 1), image_size) * _FLOAT
    return 4 * decoded + 1_000_000_000


def scoring_seconds(pairs: int, steps: int, image_size: int) -> float:
    """Time to score trajectories and their pixel blends on one thread."""
    images = 2 * pairs * (steps + 1)
    return images * image_size**2 * _STYLE_PIXEL / _MULTIPLICATIONS


def comparing_bytes(pictures: int) -> int:
    """What comparing a sample holds: a style vector of each picture, and a copy."""
    return 2 * pictures * _STYLE_VECTOR * 2 * _FLOAT


def comparing_seconds(pictures: int, image_size: int) -> float:
    """Time to compare all pairs of a sample on one thread."""
    passes = pictures * image_size**2 * _STYLE_PIXEL
    return (passes + pictures**2 * _STYLE_VECTOR) / _MULTIPLICATIONS


def clustering_seconds(pictures: int, latent_size: int) -> float:
    """Time to cluster latents: all pairs of pictures are compared, over and over."""
    return pictures**2 * latent_size / 5e7


def _products(channels: Sequence[int]) -> list[int]:
    """Channels before each convolution times channels behind it."""
    return [before * after for before, after in itertools.pairwise([3, *channels])]


def _dense(image_size: int, training: Mapping[str, Any]) -> int:
    """Weights of the dense layers: to mean and variance, and back."""
    last = training["channels"][-1] * (image_size >> len(training["channels"])) ** 2
    return 3 * last * training["latent_size"]
