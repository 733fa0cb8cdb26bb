"""How long the jobs of a study computed, in words."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """All jobs of one rule."""

    rule: str
    jobs: int
    seconds: float  # added up
    longest: float  # of one job
    memory_mb: float = 0.0  # the most that one held, in MB (10^6 bytes); 0 where not known


def in_words(steps: Sequence[Step], named: int = 3) -> str:
    """The sum and the longest steps; empty where nothing was measured."""
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
