"""How much work a study's jobs have, in units that compare with those of a pilot.

Each law is a count: pictures, epochs, pixels, images that are scored, multiplications of the
convolutions that an image goes through. What no law is known for is told in words (`unscaled`).
"""

import itertools
import math
from collections.abc import Iterator, Mapping
from typing import Any

from stylewalk.data import sources
from stylewalk.errors import StylewalkError
from stylewalk.style.layout import ARCHITECTURES, layer_names
from stylewalk.trajectories.experiments import of_random

Config = Mapping[str, Any]

_LINEAR = ("linear", "pretrained")  # families that are not trained by epochs
_KERNEL = 4 * 4  # of the models' convolutions, each of which halves the picture
_CHANNELS = (64, 128, 256, 512, 512)  # of the blocks of VGG
# ASSUME: what is done to a scored image of 64 x 64 pixels beside convolutions and Gram matrices
# (measures of pictures, activations of the first layers, tables) takes as long as so many of their
# multiplications: from one layer more or two less, measured twice, 260 and 330 million followed.
_BESIDE = 300e6 / 64**2  # a pixel
# Settings that change time by no law that is known here.
_OF_TRAINING = ("trunk", "optimiser", "batch_size", "perceptual", "precision")
_OTHERS = (
    ("clustering", "methods"),
    ("clustering", "k"),
    ("clustering", "repeats"),
    ("clustering", "silhouette_rows"),
    ("maps", "methods"),
    ("maps", "points"),
    ("profiles", "bootstrap"),
    ("latent_tasks", "run"),
    ("style_similarity", "changed"),
    ("explorer", "pictures_inside"),
)


def known_pictures(config: Config) -> tuple[int | None, str]:
    """How many pictures a study will select, and else why that is not known.

    Returns:
        The number and nothing, or None and the reason, the end of a sentence.
    """
    dataset = config["dataset"]
    try:
        most = sources.load(dataset).known(dataset).most
    except StylewalkError as error:
        return None, f"{str(error).splitlines()[0].rstrip('.')}"
    if math.isinf(most):
        return None, f"the source {dataset['source']} tells it when it is read"
    return int(most), ""


def groups_of(config: Config, about: Mapping[str, Any]) -> int:
    """Classes, or pairs of classes, that an experiment walks within or between."""
    classes = len(config["dataset"]["classes"])
    return classes if about["classes"] == "within" else math.comb(classes, 2)


def trajectories(config: Config) -> float:
    """Pairs that a model walks between in all its experiments."""
    each = config["experiments"].values()
    return float(sum(groups_of(config, about) * about["count"] for about in each))


def walked_steps(config: Config) -> float:
    """Steps that a model walks in all its experiments, those with a blend beside them twice."""
    return sum(steps for _, steps in _steps(config))


def _steps(config: Config) -> Iterator[tuple[Mapping[str, Any], float]]:
    random = of_random(config["experiments"])
    for name, about in config["experiments"].items():
        pairs = groups_of(config, about) * about["count"]
        yield about, float(pairs * about["steps"] * (2 if name in random else 1))


def scored(config: Config) -> float:
    """Multiplications of decoding and scoring all steps of a model's experiments.

    Geodesics are counted at the most passes that they may take, each there and back.
    """
    total = 0.0
    for about, steps in _steps(config):
        path = config["paths"][about["path"]]
        each = decoded(config) + of_metrics(config)
        if path["kind"] == "geodesic":
            embedded = 0.0 if path["metric"] == "pixels" else of_network(config)
            each += 3 * path["passes"] * (decoded(config) + embedded)
        total += steps * each
    return total


def decoded(config: Config) -> float:
    """Multiplications of decoding, or encoding, one picture."""
    training, size = config["training"], float(config["dataset"]["image_size"])
    channels, total = [3, *training["channels"]], 0.0
    for before, after in itertools.pairwise(channels):
        size /= 2
        total += size**2 * before * after * _KERNEL
    return float(total + size**2 * channels[-1] * training["latent_size"])


def of_network(config: Config) -> float:
    """Multiplications of the style network as far as the deepest layer of any metric."""
    layers = {layer for each in config["metrics"].values() for layer in each.get("layers") or ()}
    if not layers:
        return 0.0
    name, size, total, before = config["style_network"]["name"], 0, 0.0, 3
    names = layer_names(name)
    deepest = max(names.index(layer) for layer in layers)
    for place, (block, _) in enumerate(_convolutions(name)):
        if place > deepest:
            break
        size = config["dataset"]["image_size"] // 2**block
        total += size**2 * before * _CHANNELS[block] * 9
        before = _CHANNELS[block]
    return total


def _convolutions(name: str) -> Iterator[tuple[int, int]]:
    for block, count in enumerate(ARCHITECTURES[name]):
        for number in range(count):
            yield block, number


def of_metrics(config: Config) -> float:
    """Multiplications of scoring one image: the network, Gram matrices, and what is beside."""
    size = float(config["dataset"]["image_size"])
    total = of_network(config) + _BESIDE * size**2
    for each in config["metrics"].values():
        for layer in each.get("layers") or ():
            block = int(layer[4]) - 1
            total += (size / 2**block) ** 2 * _CHANNELS[block] ** 2
    return total


def trained(config: Config, pictures: float, model: Mapping[str, Any]) -> float:
    """Multiplications of training a model."""
    area = float(config["dataset"]["image_size"]) ** 2
    if model["family"] in _LINEAR:
        return pictures * area
    return pictures * epochs(config, pictures) * decoded(config)


def epochs(config: Config, pictures: float) -> float:
    """Epochs that a model is trained for."""
    training = config["training"]
    if training.get("steps"):
        of_training = pictures * (1 - config["dataset"]["validation_fraction"])
        return float(training["steps"] * training["batch_size"] / max(of_training, 1))
    return float(training["epochs"])


def unscaled(config: Config, pilot: Config) -> list[str]:
    """What differs between study and pilot and is not reckoned with, a line each."""
    lines = []
    for section, key in [*(("training", key) for key in _OF_TRAINING), *_OTHERS]:
        values = [c.get(section, {}).get(key) for c in (config, pilot)]
        if values[0] != values[1]:
            lines.append(f"{section}.{key}: {_short(values[0])}, of the pilot {_short(values[1])}")
    for section, key, what in (
        ("models", "family", "models of family"),
        ("metrics", "kind", "metrics of kind"),
        ("paths", "kind", "paths of kind"),
    ):
        own, other = ({each[key] for each in _used(c, section)} for c in (config, pilot))
        for name in sorted(own - other):
            lines.append(f"{what} {name}, of which the pilot has none")
    if config["dataset"]["source"] != pilot["dataset"]["source"]:
        own, other = config["dataset"]["source"], pilot["dataset"]["source"]
        lines.append(f"reading or drawing pictures: source {own}, of the pilot {other}")
    if config["style_network"]["name"] != pilot["style_network"]["name"]:
        lines.append(f"memory of the style network {config['style_network']['name']}")
    return lines


def _used(config: Config, section: str) -> list[Mapping[str, Any]]:
    """The entries of a section; of paths those that an experiment walks on."""
    if section != "paths":
        return list(config[section].values())
    return [config["paths"][about["path"]] for about in config["experiments"].values()]


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."
