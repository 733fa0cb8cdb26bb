"""What a person reads when a run has failed: which logs to read, and what to do."""

import os
from collections.abc import Iterable
from pathlib import Path

_SAID = ("Error: ", "Traceback (most recent call last)")
_NAMED = 5


def failed_logs(folders: Iterable[str | os.PathLike[str]], since: float) -> list[Path]:
    """Logs that name an error, the newest last.

    Args:
        folders: where logs lie, at any depth.
        since: time of the run's start, in seconds since 1970; older logs are of earlier runs.
    """
    logs = (path for folder in folders for path in Path(folder).rglob("*.log"))
    fresh = [path for path in logs if path.stat().st_mtime >= since]
    with_errors = [path for path in fresh if _names_an_error(path)]
    return sorted(with_errors, key=lambda path: (path.stat().st_mtime, path))


def _names_an_error(path: Path) -> bool:
    text = path.read_text(encoding="utf-8", errors="replace")
    return any(line.startswith(_SAID) for line in text.splitlines())


def advice(logs: Iterable[Path], log_of_snakemake: str | os.PathLike[str]) -> str:
    """Where to read why a run failed, and how to go on."""
    logs = list(logs)
    lines = ["", "The study is not complete. What failed, and why, stands in"]
    if len(logs) > _NAMED:
        lines[-1] = (
            f"The study is not complete. {len(logs)} jobs failed. Why stands in, among others,"
        )
    lines += [f"  {path}" for path in logs[:_NAMED]]
    if not logs:
        lines[-1] = "The study is not complete. No log of a rule names an error: look into"
    lines += [
        f"  {log_of_snakemake}" + (" (Snakemake's own log)" if logs else ""),
        "What is finished stays. Correct the fault and run the same command again.",
        "What is missing on this machine, `stylewalk doctor` says.",
    ]
    return "\n".join(lines)
