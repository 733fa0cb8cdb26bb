"""Check a study's config against its JSON schema and say in words what is wrong with it."""

import copy
import datetime
import difflib
import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError

import stylewalk
from stylewalk.data import sources
from stylewalk.errors import UNPRINTABLE, StylewalkError
from stylewalk_workflow import contradictions
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
# JSON takes 10.0 for a whole number; Python's range does not, and seed-1.0 is another file.
_Validator = validators.extend(  # type: ignore[no-untyped-call]  # jsonschema has no types
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


def load_schema(path: str | Path) -> dict[str, Any]:
    """Read the JSON schema, which is written in YAML."""
    # The loader in C is as safe, and takes a tenth of the time of every plan; some builds lack it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    schema: dict[str, Any] = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=loader)
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
        faults += contradictions.of_other_sources(filled.get("dataset"))
        faults += contradictions.take_pairs_of(filled.get("experiments"))
        _fill(filled, schema, schema)
        faults += [line for error in _errors(filled, schema) for line in _explain(error)]
    if not faults:
        faults += contradictions.between_keys(filled)
        faults += contradictions.confusable_names(filled)
    if faults:
        unique = list(dict.fromkeys(faults))
        raise StylewalkError("The config is not usable.\n" + "\n".join(f"  - {f}" for f in unique))
    for _, section, key in contradictions.source_paths(filled["dataset"]):
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


def in_yaml(value: object) -> str:
    """A value as a config writes it: None is null there."""
    return "null" if value is None else str(value)


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
        "enum": lambda: "one of " + ", ".join(map(in_yaml, rule)),
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
