"""The page of config keys is that of the schema."""

import yaml

from stylewalk_workflow.config_reference import PAGE, SCHEMA, reference

SECTIONS = {
    "properties": {
        "name": {"description": "A | name.", "type": "string"},
        "sizes": {
            "description": "Sizes.",
            "type": ["array", "null"],
            "items": {"type": "integer", "minimum": 2},
            "default": None,
        },
        "part": {
            "description": "A part.",
            "type": "object",
            "required": ["kind"],
            "properties": {
                "kind": {"description": "Its kind.", "enum": ["a", "b"]},
                "inner": {
                    "description": "Inside.",
                    "type": "object",
                    "properties": {"deep": {"description": "Deep.", "type": "string"}},
                },
                "share": {"type": "number", "exclusiveMinimum": 0, "description": "A share."},
            },
        },
    },
    "required": ["name"],
    "$defs": {name: {"allOf": []} for name in ("model", "metric", "path")},
}


def test_the_page_beside_the_configs_is_current():
    assert PAGE.read_text("utf-8") == reference(yaml.safe_load(SCHEMA.read_text("utf-8"))), (
        "the schema has changed: make docs"
    )


def test_every_key_has_a_row_with_its_values_and_default():
    page = reference(SECTIONS)
    assert "| `name` | A \\| name. | text | must be given |" in page
    assert "| `sizes` | Sizes. | list or `null` of integer, at least 2 | `null` |" in page
    assert "## `part`\n\nA part.\n" in page
    assert "| `kind` | Its kind. | `a` or `b` | must be given |" in page
    assert "| `inner` | Inside. | a map, see below | none |" in page
    assert "## `part.inner`\n\nInside.\n" in page
    assert "| `deep` | Deep. | text | none |" in page
    assert "| `share` | A share. | number, above 0 | none |" in page
