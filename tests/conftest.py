"""A copy of the workflow in an empty folder, and a finished run of it."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
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

from tiny_network import write_tiny_network  # noqa: E402

ROOT = Path(__file__).parents[1]
PARTS = ("Snakefile", "workflow", "scripts", "config", "profiles", "resources", "envs")
TINY = {
    "run": "tiny",
    "seeds": [0],
    "dataset": {
        "source": "painter",
        "classes": ["Expressionism", "Realism"],
        "per_class": 12,
        "image_size": 32,
    },
    "training": {
        "latent_size": 8,
        "channels": [4, 4, 8, 8],
        "epochs": 2,
        "batch_size": 8,
        "learning_rate": 0.001,
    },
    "models": {
        "PCA": {"family": "linear"},
        "AE": {"family": "autoencoder"},
        "VAE": {"family": "variational", "beta": 1.0},
        "TVAE": {"family": "triplet", "beta": 0.4},
        "AAE": {"family": "adversarial", "discriminator_units": [8]},
    },
    "style_network": {"weights": "style.safetensors"},
    "metrics": {
        "gram": {"kind": "gram", "layers": ["conv1_1", "conv2_1"]},
        "adain": {"kind": "adain", "layers": ["conv2_1"]},
        "colour": {"kind": "colour"},
    },
    "clustering": {"k": [2, 3], "repeats": 1},
    "style_similarity": {"per_class": 6, "judged": 24, "changed": 4, "known_walks": 3},
    "true_walks": 3,
    # Without UMAP, which compiles for longer than the rest of the job takes.
    "maps": {"methods": ["ica", "tsne"]},
    "profiles": {"bootstrap": 100, "nulls": 20},
    "experiments": {
        "within_random": {"classes": "within", "pairs": "random", "count": 2, "steps": 4},
        "between_closest": {
            "classes": "between",
            "pairs": "closest",
            "count": 1,
            "steps": 4,
            "split": "validation",
        },
    },
}


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


@dataclass
class Answer:
    """What Snakemake said."""

    code: int
    text: str

    @property
    def jobs(self) -> Counter:
        """How often a dry run would run each rule."""
        table = self.text.rpartition("Job stats:")[2]
        return Counter({m[1]: int(m[2]) for m in re.finditer(r"^(\w+) +(\d+)$", table, re.M)})

    @property
    def messages(self) -> list[str]:
        """What each job says that it does."""
        return re.findall(r"^Job \d+: (.*)$", self.text, re.M)


class Checkout:
    """The workflow in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        for part in PARTS:
            source = ROOT / part
            if source.is_dir():
                ignore = shutil.ignore_patterns("style_networks")
                shutil.copytree(source, folder / part, ignore=ignore)
            else:
                shutil.copy2(source, folder / part)
        write_tiny_network(folder / "style.safetensors")

    def study(self, name: str = "study.yaml", **changes: object) -> str:
        """Write the tiny study, with some of its keys replaced, and give its path."""
        (self.folder / name).write_text(yaml.safe_dump({**TINY, **changes}, sort_keys=False))
        return name

    def snakemake(self, *arguments: str, cores: int = 2, package: Path | None = None) -> Answer:
        """Run Snakemake in the folder, with the package of another folder if one is given."""
        command = [sys.executable, "-m", "snakemake", "--cores", str(cores), *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=1800,
            env={
                **os.environ,
                "OMP_NUM_THREADS": "1",
                "NO_COLOR": "1",
                **({"PYTHONPATH": f"{package}:{package}/workflow/lib"} if package else {}),
            },
        )
        return Answer(done.returncode, done.stdout + done.stderr)


@pytest.fixture
def checkout(tmp_path) -> Checkout:
    """An empty folder with the workflow in it."""
    return Checkout(tmp_path)


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Checkout:
    """The workflow with the tiny study run to its end. Tests leave it as it is."""
    return _run_once(tmp_path_factory, "finished")


# Of the tiny study: every script runs, at half the time. Two, so that each has one thread, too.
DEPLOYED = ("PCA", "AE")


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
