"""What a run was made with: processor, system, libraries. Nothing here needs torch."""

import importlib.metadata
import os
import platform
import re
from pathlib import Path

#: The packages that have a say in a study's numbers or pictures.
PACKAGES = (
    "stylewalk", "snakemake", "torch", "numpy", "scipy", "scikit-learn", "pandas", "pyarrow",
    "umap-learn", "Pillow", "matplotlib",
)  # fmt: skip


def versions() -> dict[str, str]:
    """The versions of Python and of :data:`PACKAGES`, by name."""
    found = {"Python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def describe() -> dict[str, str]:
    """The processor, the operating system, and who multiplies matrices outside torch."""
    return {"processor": processor(), "system": platform.platform(), "BLAS": _blas()}


def processor(cpuinfo: str | os.PathLike = "/proc/cpuinfo") -> str:
    """The processor's own name (Linux), else what kind it is."""
    try:
        text = Path(cpuinfo).read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    named = re.search(r"^model name\s*:\s*(\S.*)$", text, re.M)
    return named[1].strip() if named else platform.processor() or platform.machine()


def _blas() -> str:
    """The library of linear algebra that NumPy and SciPy were built with: scipy brings its own."""
    import numpy as np
    import scipy

    found = {}
    for package in (np, scipy):
        blas = package.show_config(mode="dicts")["Build Dependencies"]["blas"]
        found[package.__name__] = f"{blas.get('name')} {blas.get('version')}"
    return ", ".join(f"{text} ({name})" for name, text in found.items())
