"""What the Snakemake workflow catalog asks of a workflow, and what it is told."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from checkouts import ROOT

# As in an environment that has Snakemake and pandas, and not this package.
BARE = """
import sys

ABSENT = {"PIL", "datasets", "matplotlib", "onnx", "pyarrow", "safetensors", "scipy"}
ABSENT |= {"jaxtyping", "sklearn", "torch", "torchvision", "umap"}

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in repr(finder)]
sys.meta_path.insert(0, Absent())
"""


@pytest.mark.slow
@pytest.mark.parametrize("place", ["Snakefile", "workflow/Snakefile"])
def test_the_workflow_is_linted_where_snakemake_alone_is_installed(tmp_path, place):
    """So parsing it imports nothing that takes long."""
    (tmp_path / "sitecustomize.py").write_text(BARE)
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--lint", "--snakefile", place],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "your workflow is in a good condition" in done.stdout + done.stderr


@pytest.mark.slow
def test_the_catalog_finds_the_workflow_and_its_files_formatted():
    """What its generator looks at, in its order; linting stands above."""
    readme = (ROOT / "README.md").read_text("utf-8").lower()
    assert "snakemake" in readme
    assert "workflow" in readme  # it seeks repositories by these two words
    snakefile, rules = ROOT / "workflow/Snakefile", sorted((ROOT / "workflow/rules").iterdir())
    assert snakefile.is_file()  # where there is a folder workflow it has to lie there
    assert rules
    assert {path.suffix for path in rules} == {".smk"}
    done = subprocess.run(
        [Path(sys.executable).with_name("snakefmt"), "--check", "-v", snakefile, *rules],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_catalog_is_told_what_is_true():
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text("utf-8"))["usage"]
    assert set(usage) == {"mandatory-flags", "software-stack-deployment", "report"}
    assert usage["report"] is True
    for file in ("config/README.md", "workflow/Snakefile", "LICENSE"):
        assert (ROOT / file).is_file()
    assert "snakemake" in (ROOT / "README.md").read_text("utf-8")
    assert usage["software-stack-deployment"]["conda"] is True
    rules = "".join(path.read_text("utf-8") for path in (ROOT / "workflow/rules").glob("*.smk"))
    scripts, environments = (re.findall(f"^ +{x}:$", rules, re.M) for x in ("script", "conda"))
    assert len(scripts) == len(environments)
    assert "container:" not in rules
    assert usage["software-stack-deployment"]["apptainer"] is False


@pytest.mark.parametrize(
    ("checkout", "named", "installed"),
    [
        (True, "", "install --no-deps --editable ."),
        (True, "git+https://elsewhere", "install --no-deps --editable ."),
        (False, "git+https://elsewhere@v1", "install --no-deps git+https://elsewhere@v1"),
        (False, "", None),
    ],
)
def test_an_environment_of_conda_gets_the_package(tmp_path, checkout, named, installed):
    """Of the checkout that it is made in, or of the address that a deployed study names."""
    (tmp_path / "pip").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "pip").chmod(0o755)
    if checkout:
        shutil.copy(ROOT / "pyproject.toml", tmp_path)
    done = subprocess.run(
        ["bash", ROOT / "envs/stylewalk.post-deploy.sh"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "STYLEWALK_PACKAGE": named},
    )
    if installed:
        assert (done.returncode, done.stdout.strip()) == (0, installed)
    else:
        assert done.returncode == 1
        assert "set STYLEWALK_PACKAGE" in done.stderr


@pytest.mark.slow
def test_the_study_for_continuous_integration_is_one(tmp_path):
    shutil.copytree(ROOT / ".test", tmp_path / "test")
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--cores", "1"]
    done = subprocess.run(
        [*command, "--snakefile", "workflow/Snakefile", "--directory", str(tmp_path / "test")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "results/test/study.html" in done.stdout + done.stderr
