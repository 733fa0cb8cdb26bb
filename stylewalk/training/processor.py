"""What this machine is. A file of its own and short: what trains and scores depends on it."""

import os
import platform
import re
from pathlib import Path


def processor(cpuinfo: str | os.PathLike[str] = "/proc/cpuinfo") -> str:
    """The processor's own name (Linux), else what kind it is."""
    try:
        text = Path(cpuinfo).read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    named = re.search(r"^model name\s*:\s*(\S.*)$", text, re.M)
    return named[1].strip() if named else platform.processor() or platform.machine()
