"""How long each job took: a line at the end of its log, and what the logs of a study add up to."""

import re
from pathlib import Path

from stylewalk.pages.durations import Step
from stylewalk.pages.facts import Study

_LINE = re.compile(rb"^Finished in (\d+\.\d) s\.$", re.MULTILINE)


def finished(seconds: float) -> bytes:
    """The line of a job that took so long."""
    return f"Finished in {seconds:.1f} s.\n".encode()


def seconds_of(path: str | Path) -> float | None:
    """How long the job of a log took; None where it has not ended well, or the log is gone."""
    try:
        found = _LINE.findall(Path(path).read_bytes())
    except OSError:
        return None
    return float(found[-1]) if found else None


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
