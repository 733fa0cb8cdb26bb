"""Configs that are refused: values, and files."""

import copy
import functools
from pathlib import Path
from typing import Any

from bad_input.case import Case
from stylewalk.config import complete, load_config, load_schema
from stylewalk.study import check_sources, check_weights_file

ROOT = Path(__file__).parents[2]
INF, NAN = float("inf"), float("nan")
MODEL = {"family": "autoencoder"}
WALK = {"classes": "within", "pairs": "random", "count": 1, "steps": 4}
FOLDER = {"source": "folder", "classes": ["A", "B"]}


@functools.cache
def schema() -> dict:
    """The schema of the configs."""
    return load_schema(ROOT / "workflow/schemas/config.schema.yaml")


def check(config: dict) -> None:
    """All that Snakemake does with a config before any job."""
    done = complete(config, schema())
    check_sources(done)
    check_weights_file(done["style_network"]["weights"])


def value(name: str, what: str, path: str, given: Any, *expected: str) -> Case:
    """The demo's config with one key of another value."""

    def run(folder: Path, out: Path) -> None:
        config = load_config(ROOT / "config/config.yaml")
        *parents, last = path.split(".")
        node = config
        for key in parents:
            node = node.setdefault(key, {})
        node[last] = copy.deepcopy(given)
        check(config)

    return Case(name, what, run, expected)


def file(name: str, what: str, content: str | bytes, *expected: str) -> Case:
    """A config file of this content, after the demo's own."""

    def run(folder: Path, out: Path) -> None:
        demo = (ROOT / "config/config.yaml").read_bytes()
        more = content.encode() if isinstance(content, str) else content
        (folder / "study.yaml").write_bytes(demo + b"\n" + more)
        check(load_config(folder / "study.yaml"))

    return Case(name, what, run, ("study.yaml", *expected))


def itself() -> list:
    """A list that holds itself, as a YAML alias makes it."""
    endless: list = []
    endless.append(endless)
    return endless


VALUES = [
    ("infinite_rate", "a rate of .inf", "training.learning_rate", INF, "expected a finite number"),
    ("nan_rate", "a rate of .nan", "training.learning_rate", NAN, "expected a finite number"),
    ("nan_share", ".nan passes every bound", "dataset.max_rejected_share", NAN, "a finite number"),
    ("infinite_size", "no multiple of 16", "dataset.image_size", INF, "expected a finite number"),
    ("nan_weight", ".nan in a list", "style_network.layer_weights", [1, NAN], "[1]", "finite"),
    ("negative_rate", "below 0", "training.learning_rate", -0.1, "found -0.1", "more than 0"),
    ("whole_float", "10.0 epochs", "training.epochs", 10.0, "found 10.0", "without a point: 10"),
    ("float_seed", "seed 1.0, another folder", "seeds", [1.0], "seeds[0]", "without a point: 1"),
    ("boolean_number", "true is no 1", "training.epochs", True, "found True", "a whole number"),
    (
        "same_ends",
        "a walk nowhere",
        "explorer.pairs",
        [[7, 7]],
        "explorer.pairs[0]",
        "two different",
    ),
    (
        "three_ends",
        "three pictures",
        "explorer.pairs",
        [[1, 2, 3]],
        "pairs[0]",
        "at most 2 entries",
    ),
    (
        "named_end",
        "a title as an end",
        "explorer.pairs",
        [["Sea", 2]],
        "pairs[0][0]",
        "whole number",
    ),
    ("chosen", "a name that is kept", "experiments.Chosen", WALK, "experiments.Chosen", "rename"),
    ("text_number", "a number as text", "training.epochs", "10", "the text '10'", "--configfile"),
    ("two_seeds", "a seed twice", "seeds", [3, 3], "found [3, 3]", "no entry twice"),
    ("negative_seed", "a seed below 0", "seeds", [0, -1], "seeds[1]", "at least 0"),
    ("huge_seed", "too large for a table", "seeds", [10**40], "seeds[0]", "at most 4294967295"),
    ("huge_latent", "more than memory", "training.latent_size", 10**12, "at most 65536"),
    ("huge_steps", "more than memory", "experiments.x", WALK | {"steps": 10**9}, "at most 10000"),
    ("no_models", "no model at all", "models", {}, "at least 1"),
    ("model_null", "a model without settings", "models.AE", None, "found null", "a map of keys"),
    ("capitals", "one folder on some disks", "models", {"a": MODEL, "A": MODEL}, "rename one"),
    ("walk_capitals", "the same", "experiments", {"w": WALK, "W": WALK}, "w and W", "rename one"),
    ("no_pairs", "experiment without pairs", "experiments.x", {"classes": "within"}, "x.pairs"),
    ("run_path", "a run outside results", "run", "../other", "found the text", "letters, digits"),
    ("run_line", "a line break after it", "run", "a\n", "a line break", "expected plain text"),
    ("model_line", "a line break in a name", "models", {"a\n": MODEL}, "expected plain text"),
    ("class_line", "a line break", "dataset.classes", ["a\nb", "c"], "classes[0]", "plain text"),
    ("nul_path", "a NUL in a path", "dataset.images", "a\0b", "expected plain text"),
    ("same_looks", "é in two codings", "dataset.classes", ["\xe9", "e\u0301"], "look the same"),
    ("class_twice", "a class twice", "dataset.classes", ["Realism"] * 2, "no entry twice"),
    ("class_text", "one class without list", "dataset.classes", "Realism", "expected a list"),
    ("braces", "a wildcard", "dataset", FOLDER | {"images": "p{x}"}, "images", "rename the file"),
    ("weight_count", "a weight too few", "style_network.layer_weights", [1, 2], "one for each"),
    ("zero_weights", "no loss at all", "style_network.layer_weights", [0] * 5, "would be 0"),
    ("short_sum", "a sum cut short", "style_network.sha256", "ab12", "'ab12'", "64 digits"),
    ("no_weights", "a file that is not there", "style_network.weights", "a.pth", "a.pth", "Write"),
    ("odd_size", "cannot be halved", "dataset.image_size", 40, "found 40", "a multiple of 16"),
    ("many_clusters", "more than pictures", "clustering.k", [5000], "5000", "fewer clusters"),
    ("itself", "a list that holds itself", "seeds", itself(), "seeds[0]", "a whole number"),
]
FILES = [
    ("key_twice", "YAML takes the last", "seeds: [5]\n", "'seeds'", "line ", "keep one of them"),
    ("deep", "nested 500 times", "x: " + "[" * 500 + "]" * 500, "nested too deep"),
    ("object", "an object of Python", "x: !!python/object/apply:open [unpickled, w]", "line "),
    ("latin", "bytes of Latin-1", b"x: caf\xe9", "cannot be read", "utf-8"),
    ("control", "a control character", "x: a\0b", "cannot be read", "not allowed"),
    ("open_list", "a bracket left open", "x: [1", "cannot be read", "line "),
    ("no_such_day", "read as a date", "x: 2021-02-31", "cannot be read", "day"),
]
CASES = [value(name, what, path, given, path, *w) for name, what, path, given, *w in VALUES]
CASES += [
    *(file(*line) for line in FILES),
    value(
        "dots", "a class that climbs", "dataset.classes", ["..", "x"], "class '..'", "Classes there"
    ),
]
