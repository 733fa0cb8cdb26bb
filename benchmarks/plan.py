"""Does ``stylewalk plan`` foretell how long a study takes? A small pilot, and a larger study.

    python -m benchmarks.plan                                    # runs both, some minutes
    python -m benchmarks.plan results/pilot results/study        # two finished runs

Procedural paintings are walked twice, the second time with more pictures, epochs, pairs and layers
of the style network. What the pilot's jobs took foretells the study's; times are of processors, so
that other work on the machine counts little. By default both go as far as the shapes of profiles
(painting, training, encoding, scoring, verdicts); ``--whole`` runs all of both.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from stylewalk import tables
from stylewalk.catalogue.data import ARTWORKS
from stylewalk.catalogue.trajectories import FALSE_VERDICTS, PROFILE_SHAPES
from stylewalk_workflow import benchmarks, plan
from stylewalk_workflow.config import complete, load_config, load_schema

SCHEMA = Path("workflow/schemas/config.schema.yaml")
LAYERS = ["conv1_1", "conv2_1", "conv3_1"]
SIZES = {"pilot": (60, 12, 10, 2), "study": (150, 20, 24, 3)}  # per class, epochs, pairs, layers


def config_of(name: str) -> dict[str, Any]:
    """The demo's config with three of its models and other sizes."""
    config = load_config(Path("config/config.yaml"))
    per_class, epochs, pairs, layers = SIZES[name]
    config["run"] = f"bench-plan-{name}"
    config["dataset"]["per_class"] = per_class
    config["training"]["epochs"] = epochs
    config["models"] = {model: config["models"][model] for model in ("VAE", "AAE", "PCA")}
    walks = {"pairs": "random", "count": pairs, "steps": 10}
    config["experiments"] = {
        "within_random": walks | {"classes": "within"},
        "between_random": walks | {"classes": "between", "count": pairs // 2},
    }
    config["paths"] = {"line": {"kind": "line"}}
    config["metrics"] = {"gram": {"kind": "gram", "layers": LAYERS[:layers]}}
    return config


def run(config: dict[str, Any], whole: bool) -> Path:
    """The results folder of a study that was run here."""
    file, folder = Path(f"results/{config['run']}.json"), Path("results") / config["run"]
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(config))
    targets = [] if whole else [str(folder / t.file) for t in (PROFILE_SHAPES, FALSE_VERDICTS)]
    command = [sys.executable, "-m", "snakemake", *targets, "--cores", "2", "--quiet", "all"]
    subprocess.run([*command, "--forceall", "--configfile", str(file)], check=True)
    return folder


def measured(folder: Path) -> dict[str, float]:
    """Seconds of processors of each rule's jobs."""
    found: dict[str, float] = {}
    for rule, path in benchmarks.files(folder / "benchmarks"):
        job = benchmarks.read(path)
        if job and benchmarks.is_of_study(rule):
            found[rule] = found.get(rule, 0.0) + job.core_seconds
    return found


def pilot_of(folder: Path, config: dict[str, Any]) -> plan.Pilot:
    """A run as a pilot of times, which need no trajectories."""
    pictures = len(tables.read_table(folder / ARTWORKS.file, ARTWORKS))
    return plan.Pilot(folder, config, pd.DataFrame(), pd.DataFrame(), pictures)


def compare(pilot: plan.Pilot, config: dict[str, Any], study: Path) -> pd.DataFrame:
    """Foretold and real seconds of processors, by rule and in all."""
    foretold = plan.cost(config, pilot, "core_seconds").of_rules
    own, real = measured(pilot.folder), measured(study)
    rules = [rule for rule in foretold if rule in real]
    table = pd.DataFrame(
        {
            "rule": rules,
            "pilot": [own[rule] for rule in rules],
            "foretold": [foretold[rule] for rule in rules],
            "real": [real[rule] for rule in rules],
        }
    ).sort_values("real", ascending=False)
    whole = table.drop(columns="rule").sum().to_dict() | {"rule": "in all"}
    table = pd.concat([table, pd.DataFrame([whole])], ignore_index=True)
    off = 100 * (table["foretold"] / table["real"] - 1)
    return table.round(1).assign(off=off.map("{:+.0f} %".format))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("runs", type=Path, nargs="*", help="a finished pilot and a finished study")
    parser.add_argument("--whole", action="store_true", help="run all of both studies")
    given = parser.parse_args()
    if given.runs:
        folders = dict(zip(SIZES, given.runs, strict=True))
        configs = {name: plan.read_record(each)["config"] for name, each in folders.items()}
    else:
        schema = load_schema(SCHEMA)
        folders = {name: run(config_of(name), given.whole) for name in SIZES}
        configs = {name: complete(config_of(name), schema) for name in SIZES}
    pilot = pilot_of(folders["pilot"], configs["pilot"])
    print(compare(pilot, configs["study"], folders["study"]).to_markdown(index=False))


if __name__ == "__main__":
    main()
