"""The checks of annotated types, and finished runs of the workflow.

Nothing imports this module: with one conftest.py in several folders, which of them it would get
depends on what was collected before.
"""

import json
import os
from pathlib import Path

import jaxtyping
import pytest
import yaml
from filelock import FileLock
from hypothesis import settings

# Before anything of these rooms is imported: every call in a test is held against the annotated
# types and shapes.
CHECKED = ("data", "judging", "latent_space", "models", "statistics", "style", "training")
CHECKED += ("trajectories",)
jaxtyping.install_import_hook([f"stylewalk.{room}" for room in CHECKED], "type_checks.check")

from checkouts import DEPLOYED, TINY, Answer, Checkout  # noqa: E402
from tiny_network import write_tiny_network  # noqa: E402

# Cores are shared and noisy: how long one example takes says nothing.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_xdist_auto_num_workers(config) -> int:
    """One more than there are cores, since tests wait for disks, browsers and processes."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.fixture
def unchecked(monkeypatch):
    """For tests of what is said of arguments that no annotation allows, as a config may give."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    """An empty folder with the workflow in it."""
    return Checkout(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Checkout:
    """The workflow with the tiny study run to its end. Tests leave it as it is."""
    return _run_once(tmp_path_factory, "finished")


@pytest.fixture(scope="session")
def deployed(tmp_path_factory) -> Checkout:
    """The same study of two models in a folder that only uses the workflow, as `snakedeploy` makes
    it for users of the Snakemake catalog. Tests leave it as it is.
    """
    pytest.importorskip("snakedeploy", reason="snakedeploy is not here, which wants Python < 3.13")
    return _run_once(tmp_path_factory, "deployed", _deploy)


def _deploy(folder: Path) -> list[str]:
    """Deploy the workflow, write the study where its users do, and give Snakemake's arguments."""
    from snakedeploy.deploy import WorkflowDeployer

    source = folder.with_name("source")
    source.mkdir()
    Checkout(source)
    WorkflowDeployer(str(source), folder).deploy("stylewalk")
    write_tiny_network(folder / "style.safetensors")
    study = {**TINY, "models": {name: TINY["models"][name] for name in DEPLOYED}}
    (folder / "config/config.yaml").write_text(yaml.safe_dump(study, sort_keys=False))
    # Where the workflow is local, snakedeploy writes its path without the folder.
    snakefile = folder / "workflow/Snakefile"
    text = snakefile.read_text()
    assert text.count('"workflow/Snakefile"') == 1
    snakefile.write_text(text.replace('"workflow/Snakefile"', f'"{source}/workflow/Snakefile"'))
    return []


def _check_out(folder: Path) -> list[str]:
    """Copy the workflow, write a study, and give Snakemake's arguments."""
    return ["--configfile", Checkout(folder).study()]


def _run_once(tmp_path_factory, name: str, prepare=_check_out) -> Checkout:
    """A finished study, which the first of the workers that needs it makes for all of them."""
    place = tmp_path_factory.getbasetemp()
    place = place.parent if "PYTEST_XDIST_WORKER" in os.environ else place
    folder, said = place / name, place / f"{name}.json"
    with FileLock(place / f"{name}.lock"):
        checkout = object.__new__(Checkout)
        checkout.folder = folder
        if not said.exists():
            folder.mkdir()
            answer = checkout.snakemake(*prepare(folder))
            assert answer.code == 0, answer.text
            said.write_text(json.dumps([answer.code, answer.text]))
    checkout.answer = Answer(*json.loads(said.read_text()))
    return checkout
