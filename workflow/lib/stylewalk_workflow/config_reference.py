"""Every key of the config as a page of Markdown, written from the schema: ``make docs``."""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from stylewalk_workflow.config import resolve

SCHEMA = Path("workflow/schemas/config.schema.yaml")
PAGE = Path("config/README.md")
_BOUNDS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "above {}",
    "maximum": "at most {}",
    "multipleOf": "a multiple of {}",
}
_HEAD = """# Every key of the config

Written from `workflow/schemas/config.schema.yaml` by `make docs`; do not edit by hand.
`config.yaml` is the embedded default, `small.yaml` a study of your own pictures, `paper.yaml` the
report's study. A config is checked before any job starts: unknown keys, wrong types and
contradictions are all told at once.
"""


def reference(schema: Mapping[str, Any]) -> str:
    """The page for a schema: a chapter for each section, a row for each key in it."""
    lines = [_HEAD, "## At the top", "", *_table(_plain(schema), schema)]
    for name, section in schema["properties"].items():
        inner = section.get("additionalProperties")
        if "properties" in section:
            lines += _chapter(f"`{name}`", section, schema)
            for key, node in section["properties"].items():
                if "properties" in node:
                    lines += _chapter(f"`{name}.{key}`", node, schema)
        elif isinstance(inner, Mapping) and "properties" in inner:
            lines += _chapter(f"`{name}.<name>`", inner, schema, section["description"])
    for rule in schema["$defs"]["model"]["allOf"]:
        family = resolve(rule["then"], schema)
        title = f"`models.<name>` of the family `{family['properties']['family']['const']}`"
        lines += _chapter(title, family, schema)
    return "\n".join(lines) + "\n"


def _plain(schema: Mapping[str, Any]) -> dict:
    """The schema with the keys alone that are no sections."""
    keys = {k: v for k, v in schema["properties"].items() if v.get("type") != "object"}
    return {"properties": keys, "required": schema.get("required", [])}


def _chapter(
    title: str, section: Mapping, root: Mapping, description: str | None = None
) -> list[str]:
    about = description or section["description"]
    return ["", f"## {title}", "", about, "", *_table(section, root)]


def _table(section: Mapping, root: Mapping) -> list[str]:
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


def _values(node: Mapping, root: Mapping) -> Iterator[str]:
    """What a key may hold, in words."""
    node = resolve(node, root)
    if "enum" in node:
        yield " or ".join(f"`{value}`" for value in node["enum"])
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
    PAGE.write_text(reference(yaml.safe_load(SCHEMA.read_text("utf-8"))), "utf-8")
    print(f"{PAGE} is written", file=sys.stderr)
