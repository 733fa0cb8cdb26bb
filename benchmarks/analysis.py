"""The analysis of 37,464 latents of 4,096 numbers, the report's full size, through the real rules.

The latents are drawn: four classes, a spectrum that falls slowly. Each rule runs alone, as
``snakemake`` runs it, with its start-up; its memory is that of its largest process.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from benchmarks import rounds
from stylewalk.latent_space.table import write_latents

ROWS, DIMENSIONS = 37_464, 4096
CLASSES = ["Expressionism", "Impressionism", "Realism", "Romanticism"]
RUN = Path("results/bench_full")
TRAINED = RUN / "models/AE/seed-0"
WALKS = {
    "within_closest": ("within", "closest"),
    "within_farthest": ("within", "farthest"),
    "between_closest": ("between", "closest"),
}
# What is asked of the workflow, and the rule that makes it.
TARGETS = {
    "components": ("analyse_components", TRAINED / "pca_variance.parquet"),
    "classes": ("measure_classes", TRAINED / "class_offset.parquet"),
    "clusters": ("cluster_latents", TRAINED / "silhouette.parquet"),
    **{
        f"pairs_{name}": ("choose_pairs", RUN / f"trajectories/{name}/AE/seed-0/pairs.parquet")
        for name in WALKS
    },
}


def latents(rows: int, dimensions: int = DIMENSIONS) -> tuple[pd.DataFrame, np.ndarray]:
    """(artworks, latents): Gaussian classes whose centres lie near each other."""
    rng = np.random.default_rng(0)
    spread = (1 / np.sqrt(1 + np.arange(dimensions) / 20)).astype(np.float32)
    centres = rng.normal(0, 0.3, (len(CLASSES), dimensions)).astype(np.float32) * spread
    number = np.arange(rows) % len(CLASSES)
    values = rng.standard_normal((rows, dimensions), dtype=np.float32)
    values *= spread
    values += centres[number]
    split = np.where(np.arange(rows) % 5 == 0, "validation", "training")
    artworks = pd.DataFrame(
        {"id": np.arange(rows), "class": np.array(CLASSES)[number], "split": split}
    )
    return artworks, values


def prepare() -> Path:
    """A run that has come as far as its latents; gives its config."""
    shutil.rmtree(RUN, ignore_errors=True)
    TRAINED.mkdir(parents=True)
    artworks, values = latents(ROWS)
    write_latents(TRAINED / "latents.parquet", artworks, np.array_split(values, 20))
    config = RUN / "config.yaml"
    walks = {
        name: {"classes": classes, "pairs": pairs, "count": 1, "steps": 10}
        for name, (classes, pairs) in WALKS.items()
    }
    training = {"channels": [32, 64, 128, 256], "epochs": 1, "batch_size": 64}
    study = {
        "run": RUN.name,
        "seeds": [0],
        "dataset": {"source": "painter", "classes": CLASSES, "per_class": ROWS // len(CLASSES)},
        "training": training | {"latent_size": DIMENSIONS, "learning_rate": 0.001},
        "clustering": {"repeats": 5},
        "models": {"AE": {"family": "autoencoder"}},
        "experiments": walks,
    }
    config.write_text(yaml.safe_dump(study))
    return config


def run_rule(config: Path, rule: str, target: Path) -> tuple[float, float]:
    """Seconds and gigabytes of one rule."""
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--quiet", "all"]
    command += ["--configfile", str(config), "--allowed-rules", rule, "--", str(target)]
    start = time.perf_counter()
    process = subprocess.Popen(command)
    # The largest of the process and of the processes that it waited for.
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - start, usage.ru_maxrss * 1024 / 1e9


def main() -> None:
    arguments = rounds.arguments(__doc__)
    config = prepare()
    rows, total, most = [], 0.0, 0.0
    for name, (rule, target) in TARGETS.items():
        seconds, gigabytes = run_rule(config, rule, target)
        total, most = total + seconds, max(most, gigabytes)
        rows += [rounds.alone(f"full_size_{name}", seconds, "s")]
        rows += [rounds.alone(f"full_size_{name}_memory", gigabytes, "GB")]
    rows += [rounds.alone("full_size", total, "s"), rounds.alone("full_size_memory", most, "GB")]
    shutil.rmtree(RUN)
    rounds.write(rows, arguments.out)


if __name__ == "__main__":
    main()
