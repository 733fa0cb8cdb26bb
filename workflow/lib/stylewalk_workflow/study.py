"""A completed config and its data: whether they go together, and what the page says of them."""

import datetime
import importlib.metadata
import itertools
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stylewalk.data import sources
from stylewalk.data.classes import check_classes, held_out
from stylewalk.data.picture_files import are_there
from stylewalk.errors import StylewalkError
from stylewalk.pages.facts import Study
from stylewalk.style.layout import DOWNLOADS, no_file
from stylewalk.trajectories.experiments import ANY

_SHOWN_VERSIONS = ("stylewalk", "torch", "scikit-learn", "numpy", "snakemake")


def check_sources(config: Mapping[str, Any]) -> None:
    """Look whether a completed config's pictures are there, before any job starts.

    Raises:
        StylewalkError: a file or folder is absent, a class has no pictures or only one, or there
            are too few for the clusters or the pairs that the config asks for.
    """
    dataset = config["dataset"]
    classes = dataset["classes"]
    source = sources.load(dataset)
    if not source.IS_BROUGHT and not are_there(dataset["images"]):
        raise StylewalkError(
            f"dataset.images: there is no folder {dataset['images']}. Write the path of the folder "
            "or zip file of images, from where Snakemake is called."
        )
    where, counts, hint = source.counts(dataset)
    too_few = [name for name in classes if counts.get(name, 0) < 2]
    check_classes(counts, classes, where, hint(too_few))
    most = dataset["per_class"] or math.inf
    faults = list(_shortages(config, {name: min(counts[name], most) for name in classes}))
    if faults:
        lines = "\n".join(f"  - {fault}" for fault in faults)
        raise StylewalkError(f"There are too few pictures.\n{lines}")


def check_weights_file(weights: str) -> None:
    """Look whether the file of a style network's weights is there, where one is given.

    Args:
        weights: ``style_network.weights`` of the config.

    Raises:
        StylewalkError: there is no such file.
    """
    if weights not in DOWNLOADS and (reason := no_file(weights)):
        raise StylewalkError(
            f"style_network.weights: there is no file {weights}: {reason}. Write the path of the "
            f"file of weights, from where Snakemake is called, or {' or '.join(DOWNLOADS)}."
        )


def check_metric_files(metrics: Mapping[str, Mapping[str, Any]]) -> None:
    """Look whether the files that style metrics name are there.

    Args:
        metrics: of the completed config.

    Raises:
        StylewalkError: one is not.
    """
    for name, settings in metrics.items():
        path = settings.get("file")
        if path and (reason := no_file(path)):
            raise StylewalkError(
                f"metrics.{name}.file: there is no file {path}: {reason}. Write the path of the "
                "file, from where Snakemake is called."
            )


def check_answers(paths: Iterable[str]) -> None:
    """Look whether the files of judges' answers are there.

    Args:
        paths: ``judging.answers`` of the config.

    Raises:
        StylewalkError: one is not.
    """
    for path in paths:
        if reason := no_file(path):
            raise StylewalkError(
                f"judging.answers: there is no file {path}: {reason}. Write the path of a file "
                "that a judge exported, from where Snakemake is called."
            )


# What lies in the folder of a pretrained model; said here, too, since the models load torch.
_IN_FOLDER = {
    "pythae": ("model_config.json", "model.pt"),
    "diffusers": ("config.json", "diffusion_pytorch_model.safetensors"),
}


def model_files(settings: Mapping[str, Any]) -> dict[str, str]:
    """Paths of the files that a model of the config is read from, by the key that names them.

    Args:
        settings: of the model, completed; of another family than ``pretrained`` none.
    """
    if settings["family"] != "pretrained":
        return {}
    if names := _IN_FOLDER.get(settings["format"]):
        folder = settings["folder"]
        return {f"folder: {name}": os.path.join(folder, name) for name in names if folder}
    return {key: settings[key] for key in ("encoder", "decoder") if settings[key]}


def check_model_files(models: Mapping[str, Mapping[str, Any]]) -> None:
    """Look whether the files of pretrained models are named, and there.

    Args:
        models: of the completed config.

    Raises:
        StylewalkError: one is not.
    """
    for name, settings in models.items():
        if settings["family"] != "pretrained":
            continue
        in_folder = settings["format"] in _IN_FOLDER
        for key in ("folder",) if in_folder else ("encoder", "decoder"):
            if not settings[key]:
                raise StylewalkError(
                    f"models.{name}.{key}: nothing is given, and the format {settings['format']} "
                    f"needs it; write its path, from where Snakemake is called."
                )
        for key, path in model_files(settings).items():
            if reason := no_file(path):
                raise StylewalkError(
                    f"models.{name}.{key}: there is no file {path}: {reason}. Write the path, from "
                    "where Snakemake is called."
                )


def here_or(path: str, other: str) -> str:
    """The path of a file in the working folder, or else the other one.

    Snakemake may be called from another folder, and a file there goes first, as its users expect.
    """
    return path if os.path.exists(path) else other


def check_braces(*paths: str) -> None:
    """Refuse folders and programs whose path Snakemake cannot write into a job's command.

    Raises:
        StylewalkError: one has braces.
    """
    for path in paths:
        if set(path) & set("{}"):
            raise StylewalkError(
                f"{path}: Snakemake takes braces in a path for names of its own. Rename the "
                "folder, or move what is in it to one without braces."
            )


def _shortages(config: Mapping[str, Any], counts: Mapping[str, int]) -> Iterator[str]:
    """What so many pictures of each class cannot give, in words."""
    total, largest = sum(counts.values()), max(config["clustering"]["k"])
    if largest >= total:
        yield f"clustering.k: {largest} clusters of {total} pictures; take fewer clusters."
    for name, experiment in config["experiments"].items():
        most = experiment["sample"] or math.inf
        split, fraction = experiment["split"], config["dataset"]["validation_fraction"]
        there = {n: min(_of_split(split, m, fraction), most) for n, m in counts.items()}
        if experiment["classes"] == "within":
            possible = {n: there[n] * (there[n] - 1) // 2 for n in there}
        else:
            ends = itertools.combinations(there, 2)
            possible = {f"{a} and {b}": there[a] * there[b] for a, b in ends}
        where = min(possible, key=lambda name: possible[name])
        if experiment["count"] > possible[where]:
            yield (
                f"experiments.{name}.count: {experiment['count']} pairs, but the "
                f"{'' if split == ANY else f'{split} '}pictures of {where} make only "
                f"{possible[where]}; lower the count{' or take split: any' * (split != ANY)}."
            )


def _of_split(split: str, count: float, validation_fraction: float) -> float:
    """So many pictures of a class, or the part of them that a split gets."""
    # ASSUME: as many as the split aims at, though pictures that are the same stay on one side,
    # because it fills up with single ones; only where most are the same can it be others.
    if split == ANY or math.isinf(count):
        return count
    validation = held_out(int(count), validation_fraction)
    return validation if split == "validation" else count - validation


def label_paths(config: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The settings of every experiment, and whether its trajectories are straight lines."""
    return {
        name: {**about, "straight": config["paths"][about["path"]]["kind"] == "line"}
        for name, about in config["experiments"].items()
    }


def _metric_in_words(metrics: Mapping[str, Mapping[str, Any]]) -> str:
    """The first style metric, which the page shows, and whether there are others."""
    name, metric = next(iter(metrics.items()))
    if metric["kind"] == "gram":
        given = metric["layer_weights"] or []
        numbers = [] if isinstance(given, str) else [f"{weight:g}" for weight in given]
        weights = ", ".join(numbers) or (given if isinstance(given, str) else "equal")
        text = (
            f"Layers {', '.join(metric['layers'])}, weights {weights}; features taken after the "
            f"{'ReLU' if metric['tap'] == 'relu' else 'convolution'}; {metric['pooling']} pooling."
        )
    else:
        settings = "".join(f", {k} {value}" for k, value in metric.items() if k != "kind")
        text = (
            f"Shown is another metric, {name} (kind {metric['kind']}{settings}): read its distance "
            "where the page says style loss or Gram matrices."
        )
    if len(metrics) > 1:
        text += f" Of the metrics {', '.join(metrics)} the page shows {name}; the tables hold all."
    return text


def study_facts(
    config: Mapping[str, Any], artworks: int, network: Mapping[str, str], same: str = ""
) -> Study:
    """What the head of the study page says of a completed config.

    Args:
        config: the completed config.
        artworks: how many artworks there are in the end.
        network: what the style network's file says of itself: ``name``, ``source``, ``credit``.
        same: whether pictures are the same, in words.
    """
    dataset = config["dataset"]
    source = sources.load(dataset)
    size = dataset["image_size"]
    return Study(
        run=config["run"],
        data=f"{artworks:,} pictures of {len(dataset['classes'])} "
        f"class{'es' * (len(dataset['classes']) > 1)}, {size} by {size} "
        f"pixels, {source.origin(dataset)}.",
        procedural=source.IS_PROCEDURAL,
        models=list(config["models"]),
        classes=dataset["classes"],
        experiments=label_paths(config),
        seeds=config["seeds"],
        style_network=f"{network['name'].upper()}, {network['source']}. {network['credit']} "
        f"{_metric_in_words(config['metrics'])}",
        versions={name: importlib.metadata.version(name) for name in _SHOWN_VERSIONS},
        date=datetime.date.today().isoformat(),
        with_beta=[name for name, settings in config["models"].items() if "beta" in settings],
        betas={name: each["beta"] for name, each in config["models"].items() if "beta" in each},
        metric=next(iter(config["metrics"])),
        claims_metric=next((n for n, m in config["metrics"].items() if m["kind"] == "gram"), ""),
        same=same,
    )
