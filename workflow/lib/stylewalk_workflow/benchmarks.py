"""What Snakemake measured of the jobs of a study: their time and the memory that they held."""

import csv
import functools
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from stylewalk.pages.durations import Step
from stylewalk.pages.facts import Study

_LARGEST = 1e9  # no job takes so many seconds or MB; NaN is no number either


class Measured(NamedTuple):
    """One job, or the largest of several."""

    seconds: float
    memory_mb: float  # largest resident set; 0 where Snakemake saw none, as of very short jobs
    core_seconds: float = 0.0  # that processors worked; those by the clock where none were seen


def read(path: str | Path) -> Measured | None:
    """What one file of benchmarks says; None where it is gone or is none."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        seconds = float(rows[-1]["s"])
        worked = _number(rows[-1].get("cpu_time") or "-")
        job = Measured(seconds, _number(rows[-1]["max_rss"]), _worked(seconds, worked))
    except (OSError, ValueError, TypeError, KeyError, IndexError, csv.Error):
        return None
    return job if all(0 <= number < _LARGEST for number in job) else None


def _worked(seconds: float, seen: float) -> float:
    """Seconds of processors of a whole job, of which Snakemake saw them up to its last look.

    It looks every half second for 15 seconds, then every 30: what it saw is of the time until then.
    """
    last = 15 + (seconds - 15) // 30 * 30 if seconds > 15 else seconds
    return seen * seconds / last if seen else seconds


def _number(text: str) -> float:
    """A number of a table in which NA and - stand for none."""
    return 0.0 if text in ("NA", "-", "") else float(text)


def files(folder: str | Path) -> Iterator[tuple[str, Path]]:
    """The rule and the path of each file: ``<rule>.tsv`` or ``<rule>/<job>.tsv``."""
    folder = Path(folder)
    for path in sorted(folder.rglob("*.tsv")):
        yield path.relative_to(folder).parts[0].removesuffix(".tsv"), path


@functools.cache
def largest(folder: str, rule: str) -> Measured | None:
    """The longest time and the largest memory of an earlier run's jobs of a rule, if any."""
    measured = [job for name, path in files(folder) if name == rule and (job := read(path))]
    if not measured:
        return None
    return Measured(max(j.seconds for j in measured), max(j.memory_mb for j in measured))


def is_of_study(rule: str) -> bool:
    """Whether a study itself has jobs of a rule: a sweep and an export are targets of their own."""
    return "sweep" not in rule and rule != "export_model"


def steps(folder: str | Path, study: Study) -> list[Step]:
    """Steps by the time that their jobs took, the longest first.

    Jobs of models and seeds that the study no longer has do not count, nor do those of targets of
    their own.

    Args:
        folder: of the run's benchmarks.
        study: the head of the study.
    """
    jobs, by_rule = _jobs(study), dict[str, list[Measured]]()
    for rule, path in files(folder):
        is_own = path.parent == Path(folder) or path.stem in jobs
        if is_own and is_of_study(rule) and (job := read(path)):
            by_rule.setdefault(rule, []).append(job)
    steps = [
        Step(
            rule,
            len(each),
            sum(job.seconds for job in each),
            max(job.seconds for job in each),
            max(job.memory_mb for job in each),
        )
        for rule, each in by_rule.items()
    ]
    return sorted(steps, key=lambda step: (-step.seconds, step.rule))


def _jobs(study: Study) -> set[str]:
    """Names of the files of jobs for each model and seed."""
    return {f"{model}-{seed}" for model in study.models for seed in study.seeds}
