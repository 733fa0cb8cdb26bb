"""The workflow in a folder of its own, with the tiny study that most tests of it run."""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import yaml

from tiny_network import write_tiny_network

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

# Of the tiny study: every script runs, at half the time. Two, so that each has one thread, too.
DEPLOYED = ("PCA", "AE")


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
