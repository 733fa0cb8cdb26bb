"""What the README and its pages say: every example is valid, and does what it says."""

import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pytest
import yaml
from snakemake.cli import parse_args

from checkouts import ROOT, Checkout
from huggingface_data import encoded, paintings, write_parquet
from stylewalk import catalogue
from stylewalk_workflow import cli, style_loss
from stylewalk_workflow.config import complete, load_config, load_schema
from tiny_network import write_tiny_network

README = ROOT / "README.md"
SCHEMA = load_schema(ROOT / "workflow/schemas/config.schema.yaml")
SMALL = load_config(ROOT / "config/small.yaml")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#([^)]*))?\)")
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
# What a whole section of a study stands for; of the others an example may give some keys.
WHOLE = ("run", "seeds", "dataset", "models", "experiments", "sweep")
EXTENDING = ROOT / "docs/extending.md"


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: Path
    number: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.stem}-{self.number}"


BLOCKS = [
    Block(page, number, *found.groups())
    for page in PAGES
    for number, found in enumerate(FENCED.finditer(page.read_text("utf-8")), start=1)
]
# The examples of what does not exist yet have tests of their own.
YAML = [b for b in BLOCKS if b.language == "yaml" and b.page != EXTENDING]


def commands(block: Block) -> list[str]:
    """The commands of a block, without comments; long ones run over several lines."""
    joined = block.text.replace("\\\n", " ")
    parts = (shlex.split(line, comments=True) for line in joined.splitlines())
    return [shlex.join(words) for words in parts if words]


COMMANDS = [(b, line) for b in BLOCKS if b.language == "sh" for line in commands(b)]
OF_SNAKEMAKE = [shlex.split(line)[1:] for _, line in COMMANDS if line.startswith("snakemake ")]


def merged(text: str) -> dict:
    """A part of a config put into the small study."""
    study = dict(SMALL)
    for key, value in yaml.safe_load(text).items():
        study[key] = value if key in WHOLE else {**study.get(key, {}), **value}
    return study


def make_pictures(study: dict, folder: Path) -> None:
    """Write pictures where a study looks for them, enough of each class for its pairs."""
    dataset = study["dataset"]
    classes = [name for name in dataset["classes"] for _ in range(48)]
    if dataset["source"] == "huggingface":
        settings = dataset["huggingface"]
        if "artist_column" in settings:  # a folder, in which columns have names of their own
            data = paintings(240).rename_columns(
                {"style": dataset["class_column"], "artist": settings["artist_column"]}
            )
            write_parquet(data, folder / settings["name"])
        return
    for model in study["models"].values():  # a dry run looks whether its files are there
        for half in ("encoder", "decoder"):
            if half in model:
                (folder / model[half]).parent.mkdir(exist_ok=True)
                (folder / model[half]).touch()
    if dataset["source"] in ("emoji", "shadow"):  # which the run draws
        return
    images = folder / dataset["images"].removesuffix(".zip")
    files = [f"{number}.png" for number in range(len(classes))]
    if dataset["source"] == "table":
        named = [file for pair in study.get("explorer", {}).get("pairs", []) for file in pair]
        files[: len(named)] = named
    for number, (name, file) in enumerate(zip(classes, files, strict=True)):
        path = images / (name if dataset["source"] == "folder" else "") / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(number, size=40))
    if dataset["images"].endswith(".zip"):
        shutil.make_archive(str(images), "zip", images)
        shutil.rmtree(images)
    if dataset["source"] == "table":
        table = {dataset.get("class_column", "style"): classes, "new_filename": files}
        path = folder / dataset["metadata"]
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(table).to_csv(path, index=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target, anchor in LINK.findall(page.read_text("utf-8")):
        path = (page.parent / target).resolve()
        assert path.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.M)
            assert anchor in [title.lower().replace(" ", "-") for title in titles]


def test_every_page_is_linked_from_the_readme():
    linked = {(ROOT / target).resolve() for target, _ in LINK.findall(README.read_text("utf-8"))}
    assert set(PAGES[1:]) <= linked


def test_every_block_is_of_a_kind_that_is_tested():
    kinds = {block.language for block in BLOCKS}
    assert kinds == {"yaml", "sh", "python", "diff"}
    assert {b.page for b in BLOCKS if b.language in ("python", "diff")} == {EXTENDING}
    sections = [merged(block.text)["dataset"] for block in YAML]
    assert {section["source"] for section in sections} == {
        "folder",
        "table",
        "huggingface",
        "emoji",
        "shadow",
    }


# Snakemake plans one part of each kind: a plan takes seconds, and the parts are many.
PLANNED = {
    (*sorted(yaml.safe_load(block.text)), merged(block.text)["dataset"]["source"]): block
    for block in YAML
}.values()


@pytest.mark.parametrize("block", YAML, ids=str)
def test_a_part_of_a_config_is_usable(block):
    given = yaml.safe_load(block.text)
    assert given.keys() <= complete(merged(block.text), SCHEMA).keys()


@pytest.mark.slow
@pytest.mark.parametrize("block", PLANNED, ids=str)
def test_a_part_of_a_config_makes_a_whole_study(block, checkout):
    study = complete(merged(block.text), SCHEMA)
    if study["style_network"]["weights"] != "wheel":
        write_tiny_network(checkout.folder / study["style_network"]["weights"])
    for metric in study["metrics"].values():
        if "file" in metric:
            (checkout.folder / metric["file"]).parent.mkdir()
            (checkout.folder / metric["file"]).write_bytes(b"looked at by the run")
    for name in study["judging"]["answers"]:
        (checkout.folder / name).write_text("looked at by the run")
    make_pictures(study, checkout.folder)
    (checkout.folder / "my_study.yaml").write_text(yaml.safe_dump(study, sort_keys=False))
    answer = checkout.snakemake("--dry-run", "--configfile", "my_study.yaml")
    assert answer.code == 0, answer.text
    assert answer.jobs["train_model"] == len(study["models"]) * len(study["seeds"])
    fetched = study["dataset"]["source"] == "huggingface"
    assert answer.jobs["fetch_huggingface"] == fetched


@pytest.mark.parametrize("words", OF_SNAKEMAKE, ids=shlex.join)
def test_options_of_snakemake_exist(words):
    """Of plugins that are not installed here, the name alone is known."""
    plugins = {"--executor": "snakemake_executor_plugin_", "--logger": "snakemake_logger_plugin_"}
    for option, prefix in plugins.items():
        if option in words:
            name = prefix + words[words.index(option) + 1].replace("-", "_")
            if find_spec(name) is None:
                pytest.skip(f"{name} is not installed")
    if "profiles/slurm" in words and find_spec("snakemake_executor_plugin_slurm") is None:
        pytest.skip("the plugin for Slurm is not installed")
    parse_args(words)
    with pytest.raises(SystemExit):
        parse_args([*words, "--no-such-option"])


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Checkout:
    """The first example of the README, ready to run."""
    checkout = Checkout(tmp_path_factory.mktemp("study"))
    config = merged(YAML[0].text)
    make_pictures(config, checkout.folder)
    (checkout.folder / "my_study.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return checkout


def may_be_tried(words: list[str]) -> bool:
    """Whether a command can be tried with --dry-run in a fresh checkout, on this machine."""
    return not {"--executor", "--profile", "--unlock", "--report", "--logger"} & set(words)


@pytest.mark.slow
@pytest.mark.parametrize("words", list(filter(may_be_tried, OF_SNAKEMAKE)), ids=shlex.join)
def test_commands_of_snakemake_plan_the_study(study, words):
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--dry-run", *words],
        cwd=study.folder,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "train_model" in done.stdout + done.stderr


def test_other_commands_are_there():
    extras = (ROOT / "pyproject.toml").read_text("utf-8").partition("optional-dependencies]")[2]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    tools = {}
    for _, line in COMMANDS:
        first, *words = shlex.split(line)
        tools.setdefault(first, []).append(words)
    assert set(tools) <= {"make", "pip", "snakemake", "stylewalk", "find"}
    for target, *_ in tools["make"]:
        assert f"\n{target}:" in makefile
    for install, name in tools["pip"]:
        assert install == "install"
        extra = re.fullmatch(r"\.\[(\w+)\]", name)
        assert name.startswith("snakemake-executor-plugin") or f"\n{extra[1]} = [" in extras


def test_targets_of_make_that_are_named_exist():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = {name for page in PAGES for name in re.findall(r"`make ([\w-]+)`", page.read_text())}
    assert named >= {"demo", "test", "lint"}
    for name in named:
        assert f"\n{name}:" in makefile, name


@pytest.mark.slow
@pytest.mark.xdist_group("finished")
def test_commands_of_stylewalk_run(study, finished, monkeypatch, capsys):
    monkeypatch.chdir(study.folder)
    monkeypatch.setattr(style_loss, "_stored", lambda *_: Path("style.safetensors"))
    for name in ("a.jpg", "b.jpg"):
        Path(name).write_bytes(encoded(ord(name[0]), kind="JPEG"))
    for name in ("a", "b", "demo"):
        shutil.copytree(finished.folder / "results/tiny", f"results/{name}")
    lines = [shlex.split(line)[1:] for _, line in COMMANDS if line.startswith("stylewalk ")]
    # What weighs judges' answers wants such: tests/workflow/lib/test_judging_command.py.
    lines = [words for words in lines if words[0] != "judge"]
    assert {words[0] for words in lines} == {"style-loss", "doctor", "plan", "diff"}
    for words in lines:
        words += ["--draws", "10"] * (words[0] == "plan")  # for speed
        assert cli.main(words) in (0, 1), words  # 1: something is missing on this machine
        out = capsys.readouterr()
        assert out.out
        assert not out.err.startswith("Error")


def test_tables_and_figures_that_are_named_are_made():
    """The names stand in the README's table of questions, and as files."""
    rows = re.findall(r"^\| [^|]+\? \|(.*)\|(.*)\|$", README.read_text("utf-8"), re.M)
    assert len(rows) > 8
    figures = {name for name, _, _ in catalogue.figures(["any"], ["any"])}
    for named_tables, named_figures in rows:
        for name in re.findall(r"`(\w+)(?:\.parquet)?`", named_tables):  # not explorer.html
            assert name in catalogue.TABLES, name
        for name in re.findall(r"`(\w+)`", named_figures):
            assert name in figures, name


def test_keys_that_are_named_are_in_the_schema():
    found = 0
    for page in PAGES:
        for section, key in re.findall(r"`([a-z_]+)\.([a-z_]+)`", page.read_text("utf-8")):
            if section in SCHEMA["properties"] and key != "html":
                assert key in SCHEMA["properties"][section]["properties"], (page.name, key)
                found += 1
    assert found
