"""How long the jobs of a study computed, from what each wrote at the end of its log."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stylewalk.logs import seconds_of
from stylewalk.pages.facts import Study


@dataclass(frozen=True)
class Step:
    """All jobs of one rule."""

    rule: str
    jobs: int
    seconds: float  # added up
    longest: float  # of one job


def durations(folder: str | Path, study: Study) -> list[Step]:
    """Steps by the time that their jobs took, the longest first.

    Logs of jobs that have not ended, or are of models, seeds and experiments that the study no
    longer has, do not count, nor does a sweep, which is a target of its own.

    Args:
        folder: of the run's logs: ``<rule>.log`` or ``<rule>/<job>.log``.
        study: the head of the study.
    """
    folder, found = Path(folder), {}
    jobs = _jobs(study)
    for path in sorted(folder.rglob("*.log")):
        inside = path.relative_to(folder).parts
        is_own = len(inside) == 1 or path.stem in jobs
        seconds = seconds_of(path) if is_own and "sweep" not in inside[0] else None
        if seconds is not None:
            found.setdefault(inside[0].removesuffix(".log"), []).append(seconds)
    steps = [Step(rule, len(each), sum(each), max(each)) for rule, each in found.items()]
    return sorted(steps, key=lambda step: (-step.seconds, step.rule))


def _jobs(study: Study) -> set[str]:
    """Names of the logs of jobs for each model and seed, or for each experiment of these."""
    trained = {f"{model}-{seed}" for model in study.models for seed in study.seeds}
    return trained | {f"{name}-{job}" for name in study.experiments for job in trained}


def in_words(steps: Sequence[Step], named: int = 3) -> str:
    """The sum and the longest steps; empty where no log tells."""
    if not steps:
        return ""
    jobs = sum(step.jobs for step in steps)
    longest = ", ".join(
        f"{step.rule.replace('_', ' ')} {duration(step.seconds)}" for step in steps[:named]
    )
    return (
        f"{duration(sum(step.seconds for step in steps))} in {jobs:,} job{'s' * (jobs > 1)}, "
        f"added up though some ran side by side; longest: {longest}"
    )


def duration(seconds: float) -> str:
    """``0.4 s``, ``12 s``, ``3 min 5 s``, ``2 h 10 min``."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60:,} h {minutes % 60} min"
