"""Which source of our packages each script reaches, held against what Python loads."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from stylewalk.pages import study
from stylewalk_workflow import fingerprint as fingerprint_module
from stylewalk_workflow.fingerprint import ROOT, fingerprint, sources

FAMILIES = ("autoencoder", "variational", "triplet", "adversarial")


def rules() -> dict[str, str]:
    """The text of every rule with a script, by its name."""
    found = {}
    for path in (ROOT / "workflow/rules").glob("*.smk"):
        for part in re.split(r"^ *rule(?= \w+:|:)", path.read_text(encoding="utf-8"), flags=re.M)[
            1:
        ]:
            if "script:" in part:
                found[part.partition(":")[0].strip() or "plot_figures"] = part
    return found


def of_scripts() -> dict[str, set[str]]:
    """What every script reaches, families of models aside."""
    scripts = sorted((ROOT / "scripts").glob("*.py"))
    return {script.stem: set(sources(script)) for script in scripts}


def test_every_rule_has_the_source_of_its_script_as_a_parameter():
    for name, text in rules().items():
        script = re.search(r'/scripts/(\w+)\.py"', text)[1]
        code = (ROOT / f"scripts/{script}.py").read_text(encoding="utf-8")
        loads = re.search(r"loop\.(train|load_weights)\(", code)
        # Of the models that one job loads, all families are among its modules.
        loads = loads and script not in ("score_truth", "explore_latents", "write_explorer")
        argument = ", loads_models=True" if loads else ""
        # Rules that are one for each module that draws, and the page, find modules by name.
        # As a training does with a perceptual term, where the config asks for it.
        by_name = ("plot_figures", "write_study_page", "score_trajectories", "compare_artworks")
        by_name += (
            "train_model",
            "fit_metrics",
            "judge_metrics",
            "score_known_walks",
            "weigh_claims",
        )
        by_name += ("render_pictures", "score_truth", "explore_latents", "write_explorer")
        argument += r", modules=[^\n]*" if script in by_name else ""
        assert re.search(rf'\*\*source\("{script}"{argument}\),', text), name
    assert {re.search(r"/scripts/(\w+)", text)[1] for text in rules().values()} == set(of_scripts())


# Each script's own imports, as Python carries them out. What is neither of our packages nor of
# the standard library is a stand-in, so that nothing large is loaded.
TRUTH = """
import ast, importlib.machinery, json, sys, types
from unittest.mock import MagicMock

OURS = ("stylewalk", "stylewalk_workflow")

class Class(type):
    def __getitem__(cls, parameters):
        return cls
    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return MagicMock()
    def __getitem__(cls, shape):
        return cls

class Module(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Class(name, (), {}) if name[0].isupper() else MagicMock()

class Finder:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in OURS and top not in sys.stdlib_module_names:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
    def create_module(self, spec):
        return Module(spec.name)
    def exec_module(self, module):
        pass

sys.meta_path.insert(0, Finder())
def ours():
    return [name for name in sys.modules if name.partition(".")[0] in OURS]

def carry_out(nodes):
    imports = [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
    exec(compile(ast.Module(imports, []), "imports", "exec"), {})

for path in sys.argv[1:]:
    for name in ours():
        del sys.modules[name]
    carry_out(ast.walk(ast.parse(open(path).read())))
    # Imports inside functions, too, of all that is loaded so far.
    looked_at = set()
    while waiting := set(ours()) - looked_at:
        looked_at |= waiting
        for name in waiting:
            tree = ast.parse(open(sys.modules[name].__file__).read())
            functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
            carry_out(node for function in functions for node in ast.walk(function))
    print(json.dumps([path, ours()]))
"""


@pytest.mark.slow
def test_the_modules_reached_are_those_that_python_loads():
    scripts = sorted((ROOT / "scripts").glob("*.py"))
    done = subprocess.run(
        [sys.executable, "-c", TRUTH, *map(str, scripts)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    loaded = dict(map(json.loads, done.stdout.splitlines()))
    for script in scripts:
        found = {
            ".".join(Path(name).with_suffix("").parts).removesuffix(".__init__")
            for name in (name.removeprefix("workflow/lib/") for name in sources(script))
            if name.startswith("stylewalk") and name.partition(":")[0].endswith(".py")
        }
        # Of the catalogue, single tables count, though Python loads all of it.
        beside, catalogue = (
            {name for name in names if ("catalogue" in name) == inside}
            for inside, names in ((False, loaded[str(script)]), (True, found))
        )
        assert found - catalogue == beside, script.name
        assert catalogue <= set(loaded[str(script)]), script.name


@pytest.mark.slow
def test_of_the_catalogue_the_tables_that_a_script_needs_count(tmp_path):
    """A further figure, or a table of another chapter, must not train models again."""
    for package in ("stylewalk", "workflow/lib"):
        shutil.copytree(ROOT / package, tmp_path / package)

    def changed(file, old, new):
        path = tmp_path / "stylewalk/catalogue" / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        _clear()
        names = ("train_model", "tabulate_losses", "score_trajectories", "write_study_page")
        scripts = {name: ROOT / f"scripts/{name}.py" for name in names}
        differ = {n for n, s in scripts.items() if sources(s) != sources(s, (), tmp_path)}
        path.write_text(text, encoding="utf-8")
        return differ

    assert changed("models.py", '"training_losses"', '"training_loss"') == {"write_study_page"}
    # What its rows are in words is no reason to make it again, a column is.
    assert changed("models.py", '"losses of every epoch"', '"losses"') == set()
    assert changed("models.py", '"epoch": ("int",', '"epoch": ("float",') == {
        *("train_model", "tabulate_losses", "write_study_page"),
    }
    both = {"score_trajectories", "write_study_page"}
    assert changed("trajectories.py", "artwork at the first end", "the first end") == both
    shared = changed("columns.py", "name of the model", "the model")
    assert shared == {"train_model", "tabulate_losses", "score_trajectories", "write_study_page"}


def _clear():
    for function in (fingerprint_module._sources, fingerprint_module._read):
        function.cache_clear()


def test_names_made_at_run_time_import_families_figures_and_sentences_alone():
    calls = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "stylewalk").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call)
        and re.search(
            r"import_module|__import__|exec\b|run_path|run_module", ast.unparse(node.func)
        )
    }
    assert calls == {"stylewalk/registry.py", "stylewalk/pages/figures.py"}


def test_every_data_file_of_the_package_counts_where_it_is_read():
    reached_by = {}
    for path in (ROOT / "stylewalk").rglob("*"):
        if path.is_file() and path.suffix not in (".py", ".pyc"):
            name = path.relative_to(ROOT).as_posix()
            reached_by[name] = {script for script, files in of_scripts().items() if name in files}
    explorer, judge = (
        {name for name in reached_by if name.startswith(f"stylewalk/{room}/templates/")}
        for room in ("explorer", "judging")
    )
    assert {Path(name).suffix for name in explorer} == {".j2", ".css", ".js"}
    assert {Path(name).suffix for name in judge} == {".j2", ".css", ".js"}
    assert reached_by == {
        **{name: {"write_explorer"} for name in explorer},
        **{name: {"write_judge_page"} for name in judge},
        "stylewalk/claims/published.yaml": {"weigh_claims", "write_study_page"},
        "stylewalk/pages/templates/model_card.md.j2": {"export_model"},
        **{
            f"stylewalk/pages/templates/{name}": {"write_study_page"}
            for name in (*study.TEMPLATES, *study.STYLES, *study.SCRIPTS)
        },
        "stylewalk/pages/templates/palette.css": {"write_study_page", "write_judge_page"},
    }


@pytest.mark.parametrize(
    ("module", "scripts"),
    {
        "plots/theme": set(),
        "training/loop": {
            *("train_model", "encode_artworks", "score_trajectories", "score_truth"),
            *("explore_latents", "write_explorer", "export_model"),
        },
        "latent_space/maps": {"map_latents", "place_artworks"},
        "explorer/trajectories": {"write_explorer"},
        "latent_space/neighbours": {"place_artworks"},
        "judging/trials": {"write_judge_page", "weigh_judgements"},
        "claims/shapes": {"weigh_claims", "write_study_page"},
        "data/painter/brush": {"paint_pictures", "score_known_walks"},
        "data/emoji/collection": {"draw_emoji"},
        "style/calibration": set(),  # reached by a metric that the config names
        "../workflow/lib/stylewalk_workflow/cli": set(),
        "../workflow/lib/stylewalk_workflow/style_loss": set(),
    }.items(),
)
def test_a_module_belongs_to_few_scripts(module, scripts):
    path = os.path.normpath(f"stylewalk/{module}.py")
    found = {name for name, files in of_scripts().items() if path in files}
    assert found == scripts


@pytest.mark.parametrize(
    ("module", "changed"),
    {
        "triplet": {"triplet"},
        "adversarial": {"adversarial"},
        "variational": {"variational", "triplet"},
        "autoencoder": set(FAMILIES),
        "trunk": set(FAMILIES),
        "__init__": set(FAMILIES),
    }.items(),
)
def test_a_model_depends_on_its_own_family_alone(tmp_path, module, changed):
    for package in ("stylewalk", "workflow/lib"):
        shutil.copytree(ROOT / package, tmp_path / package)
    with open(tmp_path / f"stylewalk/models/{module}.py", "a", encoding="utf-8") as file:
        file.write("\n# A comment.\nx = 1\n")
    script = ROOT / "scripts/train_model.py"
    found = {
        family
        for family in FAMILIES
        if fingerprint(script, [f"stylewalk.models.{family}"])
        != fingerprint(script, [f"stylewalk.models.{family}"], tmp_path)
    }
    assert found == changed
