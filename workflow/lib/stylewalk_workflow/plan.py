"""What a study will be able to decide, and what it will cost, before it runs.

Both are foretold from a pilot: a finished run, of this study or a smaller one, whose trajectories
say how much style losses vary and whose benchmarks say how long jobs took. Without one, the
variances are those of paintings, and nothing is said of time.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from stylewalk import tables
from stylewalk.catalogue.data import ARTWORKS
from stylewalk.catalogue.trajectories import (
    PROFILE_SHAPES,
    TOO_FEW,
    TRAJECTORY_STYLE_LOSS,
    UNDETERMINED,
)
from stylewalk.errors import StylewalkError
from stylewalk.pages.durations import duration
from stylewalk.randomness import generator
from stylewalk.trajectories.experiments import of_random
from stylewalk.trajectories.planning import Design, Outlook, foresee, like_paintings
from stylewalk.trajectories.profiles import Groups, tables_of
from stylewalk_workflow import benchmarks
from stylewalk_workflow.differences import RECORD, read_record

_STORED = 500  # pairs of paintings whose trajectories are simulated where there is no pilot
_STEPS, _PICTURES, _TRAINING, _ONCE = "steps", "pictures", "training", "once"
# What the time of a rule's jobs grows with; all else is one job of a study.
_GROWS = {
    "train_model": _TRAINING,
    "encode_artworks": _PICTURES,
    "pack_images": _PICTURES,
    "compare_artworks": _PICTURES,
    "cluster_latents": _PICTURES,
    "analyse_components": _PICTURES,
    "map_latents": _PICTURES,
    "measure_classes": _PICTURES,
    "score_trajectories": _STEPS,
    "summarise_profiles": _STEPS,
    "try_verdicts": _STEPS,
    "weigh_claims": _STEPS,
}


@dataclass(frozen=True)
class Pilot:
    """A finished run.

    Attributes:
        folder: its results.
        config: the completed config that it was made with.
        losses: style losses of single trajectories under its first metric, all experiments.
        shapes: table PROFILE_SHAPES.
        pictures: how many it has.
    """

    folder: Path
    config: Mapping[str, Any]
    losses: pd.DataFrame
    shapes: pd.DataFrame
    pictures: int


@dataclass(frozen=True)
class Cost:
    """What a study takes.

    Attributes:
        seconds: of all jobs together, on this machine.
        longest: of the jobs of one model, one after the other.
        memory_mb: the most that one job holds, in MB.
        disk_mb: of the results.
    """

    seconds: float
    longest: float
    memory_mb: float
    disk_mb: float

    def wall(self, cores: int) -> float:
        """Seconds on so many cores, which are kept busy but for the longest chain of jobs."""
        return max(self.seconds / cores, self.longest)


def read_pilot(folder: Path) -> Pilot:
    """The pilot in a results folder.

    Raises:
        StylewalkError: it is not finished, or a table is damaged.
    """
    record = read_record(folder)
    config = record["config"]
    files = sorted(folder.glob("trajectories/*/*/seed-*/style_loss.parquet"))
    if not files:
        raise StylewalkError(
            f"{folder} has no trajectories (trajectories/*/*/seed-*/style_loss.parquet): give "
            "--pilot the results folder of a run that finished."
        )
    metric = next(iter(config["metrics"]))
    frames = []
    for file in files:
        frame = tables.read_table(file, TRAJECTORY_STYLE_LOSS)
        frames.append(frame[(frame["layer"] == "total") & (frame["metric"] == metric)])
    shapes = tables.read_table(folder / PROFILE_SHAPES.file, PROFILE_SHAPES)
    shapes = shapes[(shapes["metric"] == metric) & (shapes["class_a"] == "all")]
    pictures = len(tables.read_table(folder / ARTWORKS.file, ARTWORKS))
    return Pilot(folder, config, pd.concat(frames, ignore_index=True), shapes, pictures)


def find_pilot(config: Mapping[str, Any], results: Path) -> Path | None:
    """The study's own finished run, if there is one."""
    folder = results / str(config["run"])
    return folder if (folder / RECORD).is_file() else None


def outlooks(
    config: Mapping[str, Any], pilot: Pilot | None, hump: float, draws: int
) -> Iterator[tuple[str, str, Design, Outlook]]:
    """Model, experiment, its design and what to expect of it; of no model without a pilot."""
    known = tables_of(pilot.losses) if pilot else {}
    random = of_random(config["experiments"])
    for name, about in config["experiments"].items():
        family = len(random) if name in random else len(config["experiments"])
        design = Design(
            about["count"],
            groups_of(config, about),
            len(config["seeds"]),
            2 * family * len(config["models"]),
            config["profiles"]["flat_within"],
        )
        for model in config["models"] if pilot else ["any"]:
            found = _trajectories(known, model, name, about, pilot, config)
            if found is not None:
                rng = generator(0, "plan", model, name)
                yield model, name, design, foresee(found, design, hump, rng, draws)


def groups_of(config: Mapping[str, Any], about: Mapping[str, Any]) -> int:
    """Classes, or pairs of classes, that an experiment walks within or between."""
    classes = len(config["dataset"]["classes"])
    return classes if about["classes"] == "within" else math.comb(classes, 2)


def _trajectories(
    known: Mapping[tuple[str, str], Groups],
    model: str,
    name: str,
    about: Mapping[str, Any],
    pilot: Pilot | None,
    config: Mapping[str, Any],
) -> Groups | None:
    """Trajectories of the pilot that are like those of an experiment: of its name, or its kind."""
    if pilot is None:
        rng = generator(0, "plan", "paintings")
        return {("a", "b"): like_paintings(_STORED, about["steps"], rng)[None]}
    if (model, name) in known and _has_pairs(known[model, name]):
        return known[model, name]
    for other, settings in pilot.config["experiments"].items():
        alike = all(settings[key] == about[key] for key in ("classes", "pairs", "steps"))
        if alike and (model, other) in known and _has_pairs(known[model, other]):
            return known[model, other]
    # Random pairs within classes say most: there are more of them.
    for (other_model, _), groups in known.items():
        is_whole = next(iter(groups.values())).shape[2] == about["steps"]
        if other_model == model and is_whole and _has_pairs(groups):
            return groups
    return None


def _has_pairs(groups: Groups) -> bool:
    """Whether a variance within each pair of classes can be taken."""
    return all(values.shape[1] > 1 for values in groups.values())


def walked_steps(config: Mapping[str, Any]) -> float:
    """Steps that a model walks in all its experiments, those with a blend beside them twice."""
    random = of_random(config["experiments"])
    return float(
        sum(
            groups_of(config, about)
            * about["count"]
            * about["steps"]
            * (2 if name in random else 1)
            for name, about in config["experiments"].items()
        )
    )


def cost(config: Mapping[str, Any], pilot: Pilot) -> Cost:
    """What a study takes, from the pilot's benchmarks.

    Raises:
        StylewalkError: the pilot has none.
    """
    ratios = _ratios(config, pilot)
    runs = _runs(config), _runs(pilot.config)
    seconds, chains, memory = 0.0, dict.fromkeys(runs[0], 0.0), 0.0
    of_rule: dict[str, dict[str, float]] = {}
    for rule, path in benchmarks.files(pilot.folder / "benchmarks"):
        job = benchmarks.read(path)
        if job and benchmarks.is_of_study(rule):
            memory = max(memory, job.memory_mb)
            of_rule.setdefault(rule, {})[path.stem] = job.seconds
    if not of_rule:
        raise StylewalkError(f"{pilot.folder}/benchmarks has no records: time cannot be foretold.")
    for rule, jobs in of_rule.items():
        factor = ratios[_GROWS.get(rule, _ONCE)]
        if set(jobs) & set(runs[1]):  # a job for each model and seed
            typical = float(np.mean([s for name, s in jobs.items() if name in runs[1]]))
            for run in runs[0]:
                own = factor * _of_model(jobs, run, typical)
                seconds += own
                chains[run] += own
        else:
            of_all = len(runs[0]) / len(runs[1]) if _GROWS.get(rule) == _STEPS else 1.0
            seconds += factor * of_all * sum(jobs.values())
    return Cost(seconds, max(chains.values()), memory, _disk(config, pilot, ratios))


def _runs(config: Mapping[str, Any]) -> list[str]:
    return [f"{model}-{seed}" for model in config["models"] for seed in config["seeds"]]


def _of_model(jobs: Mapping[str, float], run: str, typical: float) -> float:
    """Seconds of a model's job; of another seed of it, or of another model, where it had none."""
    model = run.rpartition("-")[0]
    own = [seconds for name, seconds in jobs.items() if name.rpartition("-")[0] == model]
    return jobs.get(run, float(np.mean(own)) if own else typical)


def _ratios(config: Mapping[str, Any], pilot: Pilot) -> dict[str, float]:
    """How many times as much of each thing the study has as the pilot."""
    pictures = (_pictures(config) or pilot.pictures) / pilot.pictures
    epochs = _epochs(config, pictures * pilot.pictures) / _epochs(pilot.config, pilot.pictures)
    return {
        _ONCE: 1.0,
        _PICTURES: pictures,
        _TRAINING: pictures * epochs,
        _STEPS: walked_steps(config) / walked_steps(pilot.config),
    }


def _epochs(config: Mapping[str, Any], pictures: float) -> float:
    """Epochs that a model is trained for."""
    training = config["training"]
    if training.get("steps"):
        of_training = pictures * (1 - config["dataset"]["validation_fraction"])
        return float(training["steps"] * training["batch_size"] / max(of_training, 1))
    return float(training["epochs"])


def _pictures(config: Mapping[str, Any]) -> int | None:
    """How many pictures a config says that there are at most; None where it does not."""
    per_class = config["dataset"].get("per_class")
    return per_class * len(config["dataset"]["classes"]) if per_class else None


def _disk(config: Mapping[str, Any], pilot: Pilot, ratios: Mapping[str, float]) -> float:
    """MB of results: trajectories by their steps, models and latents by their number."""
    models = len(_runs(config)) / len(_runs(pilot.config))
    factor = {"trajectories": ratios[_STEPS] * models, "models": models}
    total = 0.0
    for path in pilot.folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            first = path.relative_to(pilot.folder).parts[0]
            total += factor.get(first, 1.0) * path.stat().st_size
    return total / 1e6


def report(
    config: Mapping[str, Any],
    pilot: Pilot | None,
    hump: float,
    cores: int,
    draws: int,
    command: str,
) -> str:
    """What ``stylewalk plan`` prints."""
    found = list(outlooks(config, pilot, hump, draws))
    of = f"the trajectories of {pilot.folder}" if pilot else "paintings, since there is no pilot"
    lines = [f"Study {config['run']}, foretold from {of}.", *_cost(config, pilot, cores), ""]
    lines += [
        f"Chances of the verdicts on mean profiles, all classes together: of a hump of {hump:g}",
        "(quadratic contrast), and of a profile without shape. Half: of the 95 % interval of the",
        "contrast. Pairs: of each class or two classes, to tell such a hump 8 times in 10.",
        "",
    ]
    lines.append(_table(found))
    left = set(config["experiments"]) - {name for _, name, _, _ in found}
    if left:
        lines.append(
            f"Nothing can be said of {', '.join(sorted(left))}: the pilot has one pair of a class, "
            "or other steps."
        )
    lines += _seeds(found)
    if pilot is not None:
        lines += _undecided(config, pilot, found, command)
    return "\n".join(lines)


def _table(found: Sequence[tuple[str, str, Design, Outlook]]) -> str:
    """A line for each model and experiment."""
    header = [
        "model",
        "experiment",
        "pairs",
        "half",
        "hump told",
        "flat told",
        "too few",
        "pairs needed",
    ]
    rows = [
        [
            model,
            name,
            str(design.pairs),
            _number(each.half_width),
            _percent(each.shaped),
            _percent(each.flat),
            _percent(each.too_few),
            "no number" if each.pairs is None else str(each.pairs),
        ]
        for model, name, design, each in found
    ]
    table: str = pd.DataFrame(rows, columns=header).to_string(index=False)
    return table


def _cost(config: Mapping[str, Any], pilot: Pilot | None, cores: int) -> list[str]:
    if pilot is None:
        return ["Time, memory and disk: not known before a run; `make demo` is a pilot of some."]
    needs = cost(config, pilot)
    return [
        f"Time on {cores} core{'s' * (cores > 1)}: about {duration(needs.wall(cores))} "
        f"({duration(needs.seconds)} of jobs); memory of the largest job: "
        f"{needs.memory_mb / 1000:.1f} GB; disk: {needs.disk_mb / 1000:.2f} GB."
    ]


def _seeds(found: list[tuple[str, str, Design, Outlook]]) -> list[str]:
    """How many seeds would do with the pairs as they are."""
    parts = [
        f"{model} in {name} {each.seeds} seeds"
        for model, name, _, each in found
        if each.seeds and each.shaped < 0.8
    ]
    return [f"With the pairs as they are, such a hump is told with: {', '.join(parts)}."] * bool(
        parts
    )


def _undecided(
    config: Mapping[str, Any],
    pilot: Pilot,
    found: list[tuple[str, str, Design, Outlook]],
    command: str,
) -> list[str]:
    """What would settle the shapes that the pilot itself left open."""
    lines = []
    verdicts = pilot.shapes.set_index(["model", "experiment"])["verdict"]
    for name, about in config["experiments"].items():
        open_ = [
            (model, each.pairs - about["count"])
            for model, other, _, each in found
            if other == name
            and verdicts.get((model, name)) in (UNDETERMINED, TOO_FEW)
            and each.pairs is not None
            and each.pairs > about["count"]
        ]
        if open_:
            more = max(count for _, count in open_)
            lines.append(
                f"{name}: {more} more pairs a group would settle {', '.join(m for m, _ in open_)}. "
                f"Write experiments.{name}.count: {about['count'] + more}, then"
            )
    return ["", *lines, f"  {command}"] if lines else []


def _number(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "none"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
