"""The config's schema, and every key of it as a page of Markdown: ``make docs``.

The schema is put together of the keys that ``study.schema.yaml`` gives and those that the modules
of each registry declare, so that every key is described once.
"""

import copy
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from stylewalk import registry
from stylewalk_workflow.config import in_yaml, resolve

BASE = Path("workflow/schemas/study.schema.yaml")
SCHEMA = Path("workflow/schemas/config.schema.yaml")
PAGE = Path("config/README.md")
# The order of the keys is that of the page, and no object of Python is named.
_AS_TEXT: dict[str, Any] = {
    "Dumper": yaml.SafeDumper,
    "sort_keys": False,
    "width": 100,
    "allow_unicode": True,
}
_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "multipleOf": "a multiple of {}",
}
_SCHEMA_HEAD = (
    "# Written by `make docs` from study.schema.yaml and the settings that modules declare; do not "
    "edit by hand.\n"
)
_HEAD = """# Every key of the config

Written by `make docs` from `workflow/schemas/study.schema.yaml` and the settings that the modules
of model families, style metrics, latent paths and data sources declare; do not edit by hand.
`config.yaml` is the embedded default, `small.yaml` a study of your own pictures, `paper.yaml` the
report's study. A config is checked before any job starts: unknown keys, wrong types and
contradictions are all reported at once.
"""


def schema_of(base: Mapping[str, Any]) -> dict[str, Any]:
    """The whole schema: in place of each ``registry`` what its modules declare.

    Args:
        base: the schema of all other keys. A node with a ``registry`` of ``package``, ``key`` and
            ``what`` gets the key, whose values are the names of the package's modules, and the
            settings of each: for its own where it has no properties, beside them where it has.
    """
    schema = copy.deepcopy(dict(base))
    for name, node in list(schema["$defs"].items()):
        if "registry" in node:
            about = node.pop("registry")
            entries = _entries(about["package"])
            key = {"description": _kinds(about, entries), "enum": list(entries)}
            node |= {"type": "object", "required": [about["key"]]}
            node |= {"properties": {about["key"]: key}, "allOf": []}
            for entry, module in entries.items():
                place = f"{name}_{entry}"
                node["allOf"].append(_branch(about["key"], entry, {"$ref": f"#/$defs/{place}"}))
                schema["$defs"][place] = {
                    "description": module.DESCRIPTION,
                    "additionalProperties": False,
                    "required": _needed(module),
                    "properties": {about["key"]: {"const": entry}, **module.SETTINGS},
                }
    for node in schema["properties"].values():
        if "registry" in node:
            _beside(node)
    return schema


def _beside(node: dict[str, Any]) -> None:
    """Put the settings of a registry's modules beside a section's own keys, in place."""
    about = node.pop("registry")
    entries = _entries(about["package"])
    settings: dict[str, Any] = {}
    node["allOf"] = []
    for name, module in entries.items():
        settings |= module.SETTINGS
        needed = [*_needed(module), *getattr(module, "REQUIRED", ())]
        node["allOf"].append(_branch(about["key"], name, {"required": needed}))
    key = {"description": _kinds(about, entries), "enum": list(entries)}
    node["properties"] = {about["key"]: key, **settings, **node["properties"]}


def _needed(module: ModuleType) -> list[str]:
    """The settings of a registry's module that must be given."""
    return [key for key, rule in module.SETTINGS.items() if "default" not in rule]


def _entries(package: str) -> dict[str, ModuleType]:
    """The modules of a registry by name."""
    return {name: registry.load(package, name, "entry") for name in registry.names(package)}


def _kinds(about: Mapping[str, str], entries: Mapping[str, ModuleType]) -> str:
    """What each value of a registry's key means."""
    kinds = "; ".join(
        f"{name}: {module.DESCRIPTION.rstrip('.')}" for name, module in entries.items()
    )
    return f"{about['what']}. {kinds}."


def _branch(key: str, value: str, then: Mapping[str, Any]) -> dict[str, Any]:
    """A rule for one value of a key."""
    condition = {"properties": {key: {"const": value}}, "required": [key]}
    return {"if": condition, "then": dict(then)}


def reference(schema: Mapping[str, Any]) -> str:
    """The page for a schema: a chapter for each section, a row for each key in it."""
    lines = [_HEAD, "## At the top", "", *_table(_plain(schema), schema)]
    for name, section in schema["properties"].items():
        inner = section.get("additionalProperties")
        inner = resolve(inner, schema) if isinstance(inner, Mapping) else inner
        if "properties" in section:
            lines += _chapter(f"`{name}`", section, schema)
            for key, node in section["properties"].items():
                if "properties" in node:
                    lines += _chapter(f"`{name}.{key}`", node, schema)
        elif isinstance(inner, Mapping) and "properties" in inner:
            lines += _chapter(f"`{name}.<name>`", inner, schema, section["description"])
    for section, name in (("models", "model"), ("metrics", "metric"), ("paths", "path")):
        for rule in schema["$defs"][name]["allOf"]:
            entry = resolve(rule["then"], schema)
            ((key, kind),) = (
                (k, v["const"]) for k, v in entry["properties"].items() if "const" in v
            )
            title = f"`{section}.<name>` of the {key} `{kind}`"
            lines += _chapter(title, entry, schema)
    return "\n".join(lines) + "\n"


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with the keys alone that are no sections."""
    keys = {k: v for k, v in schema["properties"].items() if v.get("type") != "object"}
    return {"properties": keys, "required": schema.get("required", [])}


def _chapter(
    title: str, section: Mapping[str, Any], root: Mapping[str, Any], description: str | None = None
) -> list[str]:
    about = description or section["description"]
    return ["", f"## {title}", "", about, "", *_table(section, root)]


def _table(section: Mapping[str, Any], root: Mapping[str, Any]) -> list[str]:
    rows = ["| key | what it is | values | default |", "| --- | --- | --- | --- |"]
    for key, node in section["properties"].items():
        node = {**resolve(node, root), **{k: v for k, v in node.items() if k != "$ref"}}
        if "const" in node:
            continue
        needed = "must be given" if key in section.get("required", []) else "none"
        default = f"`{json.dumps(node['default'])}`" if "default" in node else needed
        cells = [f"`{key}`", node["description"], ", ".join(_values(node, root)), default]
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return rows if len(rows) > 2 else ["No settings of its own."]


def _values(node: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[str]:
    """What a key may hold, in words."""
    node = resolve(node, root)
    if "enum" in node:
        yield " or ".join(f"`{in_yaml(value)}`" for value in node["enum"])
        return
    types = node.get("type", "string")
    types = [types] if isinstance(types, str) else types
    names = {
        "object": "a map, see below",
        "array": "list",
        "null": "`null`",
        "string": "text",
        "number": "number",
    }
    kinds = " or ".join(names.get(kind, kind) for kind in types)
    yield f"{kinds} of {', '.join(_values(node['items'], root))}" if "items" in node else kinds
    for bound, words in _BOUNDS.items():
        if bound in node:
            yield words.format(f"{node[bound]:,}")


if __name__ == "__main__":
    whole = schema_of(yaml.safe_load(BASE.read_text("utf-8")))
    SCHEMA.write_text(_SCHEMA_HEAD + yaml.dump(json.loads(json.dumps(whole)), **_AS_TEXT), "utf-8")
    PAGE.write_text(reference(whole), "utf-8")
    print(f"{SCHEMA} and {PAGE} are written", file=sys.stderr)
