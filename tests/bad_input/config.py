"""Configs that are refused: values, and files."""

import copy
import functools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bad_input.case import Case
from stylewalk_workflow.config import complete, load_config, load_schema
from stylewalk_workflow.config_files import check_typed
from stylewalk_workflow.known_pictures import check_pairs
from stylewalk_workflow.study import check_sources, check_weights_file

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
    check_pairs(done)
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


def whole(name: str, what: str, content: str | bytes, *expected: str) -> Case:
    """A config file of this content alone."""

    def run(folder: Path, out: Path) -> None:
        given = content.encode() if isinstance(content, str) else content
        (folder / "study.yaml").write_bytes(given)
        check(load_config(folder / "study.yaml"))

    return Case(name, what, run, ("study.yaml", *expected))


def place(name: str, what: str, make: Callable[[Path], object], *expected: str) -> Case:
    """A config whose path leads to something else."""

    def run(folder: Path, out: Path) -> None:
        make(folder / "study.yaml")
        load_config(folder / "study.yaml")

    return Case(name, what, run, ("study.yaml", *expected))


def typed(name: str, what: str, entry: str, *expected: str) -> Case:
    """A KEY=VALUE of --config."""
    return Case(name, what, lambda folder, out: check_typed(entry), ("--config", *expected))


def laughs(count: int = 9) -> str:
    """The "billion laughs": aliases of aliases, each nine times."""
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    for i in range(1, count + 1):
        lines.append(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]")
    return "\n".join([*lines, f"x: *a{count}", ""])


def merged(count: int = 9) -> str:
    """The same by merge keys, which YAML writes out while it reads."""
    lines = ["a0: &a0 {x: 1}"]
    for i in range(1, count + 1):
        lines.append(f"a{i}: &a{i} {{<<: [{', '.join([f'*a{i - 1}'] * 9)}]}}")
    return "\n".join([*lines, ""])


def itself() -> list:
    """A list that holds itself, as a YAML alias makes it."""
    endless: list = []
    endless.append(endless)
    return endless


GRAM, WEIGHTS, NOTHING = {"kind": "gram"}, {"layer_weights": [1, 2]}, {"layer_weights": [0] * 5}
ARC = {"kind": "slerp"}
VALUES = [
    ("arc_as_line", "a line that is none", "paths", {"line": ARC}, "paths.line", "rename the path"),
    ("kept_path", "a path named truth", "paths", {"truth": ARC}, "paths.truth", "something else"),
    ("infinite_rate", "a rate of .inf", "training.learning_rate", INF, "expected a finite number"),
    ("nan_rate", "a rate of .nan", "training.learning_rate", NAN, "expected a finite number"),
    ("nan_share", ".nan passes every bound", "dataset.max_rejected_share", NAN, "a finite number"),
    ("infinite_size", "no multiple of 16", "dataset.image_size", INF, "expected a finite number"),
    ("nan_weight", ".nan in a list", "metrics.gram.layer_weights", [1, NAN], "[1]", "finite"),
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
        "pairs[0]",
        "no picture 'Sea'",
        "column filename",
    ),
    (
        "near_end",
        "a misspelt file",
        "explorer.pairs",
        [["realism-00003.jpeg", 2]],
        "pairs[0]",
        "did you mean 'realism-00003.jpg'?",
    ),
    (
        "far_number",
        "a number too large",
        "explorer.pairs",
        [[0, 960]],
        "pairs[0]",
        "no picture 960",
        "from 0 to 959",
        "column id",
    ),
    (
        "far_text",
        "the same as --config gives it",
        "explorer.pairs",
        [["0", "9" * 5000]],
        "0 to 959",
    ),
    ("blank_end", "a blank name", "explorer.pairs", [["", 1]], "pairs[0][0]", "not empty"),
    ("true_end", "true is no name", "explorer.pairs", [[True, 1]], "pairs[0][0]", "in quotes"),
    (
        "unknown_path_of_chosen",
        "a path that is none",
        "explorer.paths",
        ["line", "circle"],
        "explorer.paths[1]",
        "no path circle",
        "line, slerp, geodesic",
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
    ("one_letter", "Snakemake sees a loop", "models", {"a" * 60: MODEL}, "20 times", "shorten it"),
    ("two_letters", "the same", "experiments", {"ab" * 25: WALK}, "20 times", "shorten it"),
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
    (
        "weight_count",
        "a weight too few",
        "metrics.gram",
        GRAM | {"layer_weights": [1, 2]},
        "one for each",
    ),
    (
        "zero_weights",
        "no loss at all",
        "metrics.gram",
        GRAM | {"layer_weights": [0] * 5},
        "would be 0",
    ),
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
    ("no_such_day", "read as a date", "x: 2021-02-31", "line 63", "day", "in quotes"),
    ("tab", "a tab for indentation", "x:\n\ty: 1\n", "line 64", "no tabs", "put blanks"),
    ("deep_map", "60 maps", "".join("  " * i + "a:\n" for i in range(60)), "nested too deep"),
    ("one_byte", "Latin-1", "x: caf\xe9".encode("latin-1"), "line 63", "0xe9", "as UTF-8"),
    ("two_documents", "a second one", "---\nrun: b\n", "line 63", "single document", "delete"),
    ("no_number", "a tag that does not fit", "x: !!int ''", "line 63", "reads as int", "quotes"),
    ("octal", "10 with a zero before it", "seed: 010\n", "line 63", "is 8 to YAML", "base 8"),
    ("sexagesimal", "a time", "seed: 1:20\n", "line 63", "is 80 to YAML", "colon base 60"),
    ("huge_number", "5000 digits", f"x: {'9' * 5000}\n", "line 63", "reads as int", "quotes"),
    ("alias_in_itself", "it has no end", "x: &a [1, *a]\n", "line 63", "holds itself", "aliases"),
    ("key_in_itself", "the same in a key", "x: &a {? [*a] : 1}\n", "line 63", "holds itself"),
    ("no_alias", "a text with a star", "x: *b\n", "line 63", "undefined alias", "in quotes"),
    ("laughs", "9^10 seeds of 400 bytes", laughs(), "line 68", "more than 100,000", "write the"),
    ("merged", "the same by merge keys", merged(), "line 68", "more than 100,000 values"),
    (
        "chain",
        "aliases 200 deep",
        "a0: &a0 [1]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 200)),
        "nested too deep",
    ),
    ("mapped_twice", "a key twice inside", "x: {a: 1, a: 2}\n", "line 63", "'a' is given twice"),
    ("template", "code in it", "__use_yte__: true\n", "__use_yte__", "run the Python code"),
    ("template_off", "code that is not run", "__use_yte__: false\n", "delete the key"),
    ("template_quoted", "a key in escapes", '"\\x5f_use_yte__": 1\n', "run the Python code"),
    ("template_merged", "by a merge", "<<: {__use_yte__: 1}\n", "run the Python code"),
    ("template_tagged", "with a tag", "!!str __use_yte__: 1\n", "run the Python code"),
    ("template_of_python", "its own tag", "!!python/str __use_yte__: 1\n", "without a tag"),
]
WHOLE = [
    ("utf_16", "Windows' Unicode", "run: a\n".encode("utf-16"), "UTF-16", "Save it as UTF-8"),
    ("utf_16_bare", "the same, unmarked", ("run: a\n" * 9).encode("utf-16-be"), "Save it as UTF-8"),
    ("utf_32", "32 bits", "run: a\n".encode("utf-32"), "UTF-32", "Save it as UTF-8"),
    ("no_words", "an empty file", "", "no map of keys", "config/README.md"),
    ("only_text", "a word", "run", "no map of keys", "config/README.md"),
    ("a_list", "a list", "- run: a\n", "no map of keys", "config/README.md"),
    ("a_zip", "another file", b"PK\3\4\x14\0\xff\xfe" * 99, "no utf-8", "no text at all"),
    ("large", "a megabyte", "x: " + "a" * 2**20, "1,048,579 bytes", "another file?"),
    ("no_colon", "a key alone", "run demo\nseeds: [1]\n", "line 2", "in the same column"),
    ("json_twice", "JSON, a key twice", '{"run": "a", "run": "b"}', "'run'", "keep one of them"),
    ("json_deep", "JSON, 60 deep", '{"a": ' * 60 + "1" + "}" * 60, "nested too deep"),
    ("json_deeper", "what ends its reader", "[" * 10**5, "nested too deep"),
    ("json_template", "JSON", '{"__use_yte__": true}', "__use_yte__", "delete the key"),
]
PLACES = [
    ("not_there", "no file", lambda path: None, "There is no config", "Give the path"),
    (
        "near",
        "a name misspelt",
        lambda path: (path.parent / "stduy.yaml").touch(),
        "did you mean",
        "stduy.yaml",
    ),
    ("a_folder", "a folder", Path.mkdir, "is a folder", "path of a file in it"),
    ("a_pipe", "a pipe, which ends never", os.mkfifo, "a pipe or a device", "into a file first"),
    (
        "a_loop",
        "a link to itself",
        lambda p: p.symlink_to(p.name),
        "cannot be read",
        "another file",
    ),
]
TYPED = [
    ("dotted", "a key inside", "training.epochs=3", "training.epochs", "training: {epochs: 3}"),
    ("no_value", "a key alone", "epochs", "expected KEY=VALUE"),
    ("short_key", "one letter", "a=1", "first level", "config/README.md"),
    ("typed_laughs", "the same, typed", f"seeds={laughs()}", "seeds=...", "without aliases"),
    ("typed_itself", "the same, typed", "seeds=&a [*a]", "seeds=...", "holds itself"),
    ("typed_twice", "a key twice", "training={epochs: 1, epochs: 2}", "'epochs'", "given twice"),
    ("typed_deep", "500 lists", "seeds=" + "[" * 500, "seeds=...", "nested too deep"),
]
CASES = [value(name, what, path, given, path, *w) for name, what, path, given, *w in VALUES]
CASES += [
    *(file(*line) for line in FILES),
    *(whole(*line) for line in WHOLE),
    *(place(*line) for line in PLACES),
    *(typed(*line) for line in TYPED),
    value(
        "dots", "a class that climbs", "dataset.classes", ["..", "x"], "class '..'", "Classes there"
    ),
]
