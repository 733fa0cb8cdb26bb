"""The line at the end of a job's log that says how long the job took."""

import re
from pathlib import Path

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
