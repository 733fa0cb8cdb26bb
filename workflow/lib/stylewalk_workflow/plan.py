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
from stylewalk.trajectories.profile_tables import Groups, tables_of
from stylewalk_workflow import benchmarks, scaling
from stylewalk_workflow.differences import RECORD, read_record

_STORED = 500  # pairs of paintings whose trajectories are simulated where there is no pilot
# What the time of a rule's jobs grows with; all else is one job of a study.
_PICTURES, _LATENTS, _TRAINING, _SCORED = "pictures", "latents", "training", "scored"
_ROWS, _NULLS, _COMPARED, _JUDGED, _WALKS = "rows", "nulls", "compared", "judged", "walks"
_MODELS, _ONCE = "models", "once"
_GROWS = {
    "train_model": _TRAINING,
    "encode_artworks": _PICTURES,
    "pack_images": _PICTURES,
    "paint_pictures": _PICTURES,
    "train_classifiers": _PICTURES,
    "cluster_latents": _LATENTS,
    "analyse_components": _LATENTS,
    "map_latents": _LATENTS,
    "measure_classes": _LATENTS,
    "score_trajectories": _SCORED,
    "summarise_profiles": _ROWS,
    "compare_paths": _ROWS,
    "weigh_claims": _ROWS,
    "try_verdicts": _NULLS,
    "compare_artworks": _COMPARED,
    "fit_metrics": _JUDGED,
    "judge_metrics": _JUDGED,
    "score_known_walks": _WALKS,
}
# Jobs that start PyTorch, which takes longer than to start one that does not.
_WITH_TORCH = (
    *("train_model", "encode_artworks", "score_trajectories", "compare_artworks", "fit_metrics"),
    *("judge_metrics", "score_known_walks", "fit_pca", "fit_baselines", "explore_latents"),
    *("train_classifiers", "score_truth", "name_walks"),
)


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
        of_rules: seconds of the jobs of each rule.
        memory_mb: the most that one job holds, in MB.
        disk_mb: of the results.
    """

    seconds: float
    longest: float
    memory_mb: float
    disk_mb: float
    of_rules: Mapping[str, float]

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
            scaling.groups_of(config, about),
            len(config["seeds"]),
            2 * family * len(config["models"]),
            config["profiles"]["flat_within"],
        )
        for model in config["models"] if pilot else ["any"]:
            trajectories = _trajectories(known, model, name, about, pilot, config)
            if trajectories is not None:
                rng = generator(0, "plan", model, name)
                yield model, name, design, foresee(trajectories, design, hump, rng, draws)


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


def cost(config: Mapping[str, Any], pilot: Pilot, measure: str = "seconds") -> Cost:
    """What a study takes, from the pilot's benchmarks.

    Args:
        config: completed config of the study.
        pilot: the finished run.
        measure: ``seconds`` by the clock, or ``core_seconds`` of processors.

    Raises:
        StylewalkError: the pilot has none.
    """
    of_rule, memory = _measured(pilot, measure)
    starts = _starts(of_rule)
    pictures = _pictures(config, pilot)[0]
    runs = _runs(config), _runs(pilot.config)
    chains, totals = dict.fromkeys(runs[0], 0.0), {}
    for rule, jobs in of_rule.items():
        start = starts[rule in _WITH_TORCH]
        if rule == "train_model":
            # A linear model is fitted in next to no time: its job is the start of the others'.
            start = max(start, min((jobs[r] for r in _linear(pilot) if r in jobs), default=start))
        if set(jobs) & set(runs[1]):  # a job for each model and seed
            typical = float(np.mean([s for name, s in jobs.items() if name in runs[1]]))
            own = {
                run: _grown(
                    _of_model(jobs, run, typical), start, _ratio(rule, config, pilot, pictures, run)
                )
                for run in runs[0]
            }
            totals[rule] = sum(own.values())
            chains = {run: seconds + own[run] for run, seconds in chains.items()}
        else:
            factor = _ratio(rule, config, pilot, pictures)
            totals[rule] = sum(_grown(seconds, start, factor) for seconds in jobs.values())
    disk = _disk(config, pilot, pictures)
    return Cost(sum(totals.values()), max(chains.values()), memory, disk, totals)


def _measured(pilot: Pilot, measure: str) -> tuple[dict[str, dict[str, float]], float]:
    """Times of the jobs of each rule, and the memory of the largest."""
    memory = 0.0
    of_rule: dict[str, dict[str, float]] = {}
    for rule, path in benchmarks.files(pilot.folder / "benchmarks"):
        job = benchmarks.read(path)
        if job and benchmarks.is_of_study(rule):
            memory = max(memory, job.memory_mb)
            of_rule.setdefault(rule, {})[path.stem] = float(getattr(job, measure))
    if not of_rule:
        raise StylewalkError(f"{pilot.folder}/benchmarks has no records: time cannot be foretold.")
    return of_rule, memory


def _starts(of_rule: Mapping[str, Mapping[str, float]]) -> tuple[float, float]:
    """Seconds that a job takes before its work: without PyTorch, and with it.

    No job takes less than its start; the shortest does next to nothing else.
    """
    own = {rule: min(jobs.values()) for rule, jobs in of_rule.items()}
    with_torch = [seconds for rule, seconds in own.items() if rule in _WITH_TORCH]
    others = [s for rule, s in own.items() if rule == "choose_pairs"]
    return min(others, default=0.0), min(with_torch, default=0.0) if len(with_torch) > 3 else 0.0


def _grown(seconds: float, start: float, factor: float) -> float:
    """The time of a job of so many times the work, whose start takes as long as before."""
    start = min(start, seconds)
    return start + factor * (seconds - start)


def _runs(config: Mapping[str, Any]) -> list[str]:
    return [f"{model}-{seed}" for model in config["models"] for seed in config["seeds"]]


def _linear(pilot: Pilot) -> list[str]:
    """Runs of the pilot's linear models."""
    config = pilot.config
    linear = [name for name, about in config["models"].items() if about["family"] == "linear"]
    return [f"{model}-{seed}" for model in linear for seed in config["seeds"]]


def _of_model(jobs: Mapping[str, float], run: str, typical: float) -> float:
    """Seconds of a model's job; of another seed of it, or of another model, where it had none."""
    model = run.rpartition("-")[0]
    own = [seconds for name, seconds in jobs.items() if name.rpartition("-")[0] == model]
    return jobs.get(run, float(np.mean(own)) if own else typical)


def _pictures(config: Mapping[str, Any], pilot: Pilot) -> tuple[float, str]:
    """Pictures of the study, and what is to be said where they are the pilot's."""
    known, why = scaling.known_pictures(config)
    return (float(pilot.pictures), why) if known is None else (float(known), "")


def _ratio(
    rule: str, config: Mapping[str, Any], pilot: Pilot, pictures: float, run: str = ""
) -> float:
    """How many times the pilot's work a rule's job has, of a model's job that of its run."""
    grows = _GROWS.get(rule, _MODELS if rule.startswith(("plot_", "write_")) else _ONCE)
    if grows == _TRAINING:
        model = config["models"][run.rpartition("-")[0]]
        whole = scaling.trained(config, pictures, model)
        return whole / scaling.trained(pilot.config, pilot.pictures, model)
    own, other = (
        _amount(grows, each, count)
        for each, count in ((config, pictures), (pilot.config, pilot.pictures))
    )
    return float(own / other) if other else 1.0


def _amount(grows: str, config: Mapping[str, Any], pictures: float) -> float:
    """Work of a kind, in units of its own."""
    similarity, runs = config["style_similarity"], len(_runs(config))
    of_metrics = scaling.of_metrics(config)
    amounts = {
        _ONCE: 1.0,
        _MODELS: float(len(config["models"])),
        _PICTURES: pictures * config["dataset"]["image_size"] ** 2,
        _LATENTS: pictures * config["training"]["latent_size"],
        _SCORED: scaling.scored(config),
        _ROWS: runs * scaling.walked_steps(config) * len(config["metrics"]),
        _NULLS: runs * scaling.trajectories(config) * config["profiles"]["nulls"],
        _COMPARED: similarity["per_class"] * len(config["dataset"]["classes"]) * of_metrics,
        _JUDGED: similarity["judged"] * of_metrics,
        _WALKS: similarity["known_walks"] * of_metrics,
    }
    return float(amounts[grows])


def _disk(config: Mapping[str, Any], pilot: Pilot, pictures: float) -> float:
    """MB of results: trajectories by their images, models by their number, pictures by theirs."""
    models = len(_runs(config)) / len(_runs(pilot.config))
    own, other = (float(c["dataset"]["image_size"]) ** 2 for c in (config, pilot.config))
    steps = scaling.walked_steps(config) / scaling.walked_steps(pilot.config)
    of_pictures = pictures * own / (pilot.pictures * other)
    factor = {"trajectories": steps * models * own / other, "models": models}
    factor |= {"images.npy": of_pictures, "painted": of_pictures}
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
    forecasts = list(outlooks(config, pilot, hump, draws))
    of = f"the trajectories of {pilot.folder}" if pilot else "paintings, since there is no pilot"
    lines = [f"Study {config['run']}, foretold from {of}.", *_cost(config, pilot, cores), ""]
    lines += [
        "Chances of the verdicts on mean profiles, all classes together, of two profiles: one with",
        f"a hump of {hump:g} (quadratic contrast), and one that is level, without shape. Half: of",
        "the 95 % interval of the contrast. Pairs: of each class or two classes, with which such a",
        "hump is told, or a level profile called flat, 8 times in 10.",
        "",
    ]
    lines.append(_table(forecasts))
    left = set(config["experiments"]) - {name for _, name, _, _ in forecasts}
    if left:
        lines.append(
            f"Nothing can be said of {', '.join(sorted(left))}: the pilot has one pair of a class, "
            "or other steps."
        )
    lines += _seeds(forecasts)
    if pilot is not None:
        lines += _undecided(config, pilot, forecasts, hump, command)
    return "\n".join(lines)


def _table(forecasts: Sequence[tuple[str, str, Design, Outlook]]) -> str:
    """A line for each model and experiment."""
    rows = [
        {
            "model": model,
            "experiment": name,
            "pairs": str(design.pairs),
            "half": _number(each.half_width),
            "hump: chances": _chances(each.humped),
            "level: chances": _chances(each.level),
            "pairs: hump": _count(each.pairs),
            "flat": _count(each.flat_pairs),
        }
        for model, name, design, each in forecasts
    ]
    table: str = pd.DataFrame(rows).to_string(index=False)
    return table


def _chances(of: Mapping[str, float]) -> str:
    """Chances in percent, the largest first, without verdicts that never came about."""
    told = sorted((item for item in of.items() if item[1]), key=lambda item: -item[1])
    return ", ".join(f"{verdict} {100 * chance:.3g} %" for verdict, chance in told)


def _count(pairs: int | None) -> str:
    return "no number" if pairs is None else str(pairs)


def _cost(config: Mapping[str, Any], pilot: Pilot | None, cores: int) -> list[str]:
    if pilot is None:
        return ["Time, memory and disk: not known before a run; `make demo` is a pilot of some."]
    needs, work = cost(config, pilot), cost(config, pilot, "core_seconds")
    pictures, why = _pictures(config, pilot)
    of = f"{pictures:,.0f} pictures"
    if why:
        of = f"{of}, which are the pilot's, since the study's are not known: {why}"
    lines = [
        f"Time on {cores} core{'s' * (cores > 1)}: about {duration(needs.wall(cores))} "
        f"({duration(needs.seconds)} of jobs, of which processors worked "
        f"{duration(work.seconds)}; the rest they waited, as the pilot's did).",
        f"Memory of the largest job, as in the pilot: {needs.memory_mb / 1000:.1f} GB; disk: "
        f"{needs.disk_mb / 1000:.2f} GB. Reckoned with {of}.",
    ]
    if others := scaling.unscaled(config, pilot.config):
        lines += ["Not reckoned with:", *(f"  - {other}" for other in others)]
    return lines


def _seeds(forecasts: list[tuple[str, str, Design, Outlook]]) -> list[str]:
    """How many seeds would do with the pairs as they are."""
    parts = [
        f"{model} in {name} {each.seeds} seeds"
        for model, name, _, each in forecasts
        if each.seeds and each.shaped < 0.8
    ]
    return [f"With the pairs as they are, such a hump is told with: {', '.join(parts)}."] * bool(
        parts
    )


def _undecided(
    config: Mapping[str, Any],
    pilot: Pilot,
    forecasts: list[tuple[str, str, Design, Outlook]],
    hump: float,
    command: str,
) -> list[str]:
    """What it takes to know more of the shapes that the pilot itself left open."""
    lines = []
    verdicts = pilot.shapes.set_index(["model", "experiment"])["verdict"]
    for name, about in config["experiments"].items():
        open_ = [
            (model, each)
            for model, other, _, each in forecasts
            if other == name and verdicts.get((model, name)) in (UNDETERMINED, TOO_FEW)
        ]
        for what, needed in (
            (f"tell a hump of {hump:g}", {model: each.pairs for model, each in open_}),
            ("call a level profile flat", {model: each.flat_pairs for model, each in open_}),
        ):
            more = {m: n - about["count"] for m, n in needed.items() if n and n > about["count"]}
            if more:
                most = max(more.values())
                plural = "s" * (most > 1)
                lines.append(
                    f"{name}: {most} more pair{plural} a group would {what} with power .8, in "
                    f"{', '.join(more)}. Write experiments.{name}.count: {about['count'] + most}, "
                    "then"
                )
    return ["", *lines, f"  {command}"] if lines else []


def _number(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else "none"
