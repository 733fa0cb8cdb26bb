"""Checksums of what jobs wrote, so that a file that was damaged since is noticed before use.

Few formats notice a flipped bit by themselves, and Snakemake does not look for one. So beside
``losses.parquet`` lies ``.losses.parquet.sha256``, beside a folder one such file for all in it, as
``sha256sum`` writes them. All of a study is looked through by

    find results/demo -name '.*.sha256' -execdir sha256sum --check --quiet {} +
"""

import os
from collections.abc import Iterable
from pathlib import Path

from stylewalk.errors import StylewalkError
from stylewalk.files import atomic, sha256_of

# Names are bytes to the system: those that are no UTF-8 come back as they were.
_TEXT = {"encoding": "utf-8", "errors": "surrogateescape"}
OF_SNAKEMAKE = ".snakemake_timestamp"  # the time of a folder that a job made


def checksum_file(path: str | os.PathLike[str]) -> Path:
    """Where the checksum of a file or folder is kept: beside it, hidden."""
    path = Path(path)
    return path.with_name(f".{path.name}.sha256")


def record(paths: Iterable[str | os.PathLike[str]]) -> None:
    """Write down the SHA-256 of each file, and of each file in each folder."""
    for path in map(Path, paths):
        files = sorted(filter(Path.is_file, path.rglob("*"))) if path.is_dir() else [path]
        files = [file for file in files if file.name != OF_SNAKEMAKE]
        names = [file.relative_to(path.parent).as_posix() for file in files]
        lines = [f"{sha256_of(file)}  {name}\n" for file, name in zip(files, names, strict=True)]
        with atomic(checksum_file(path)) as temporary:
            temporary.write_text("".join(lines), **_TEXT)


def forget(paths: Iterable[str | os.PathLike[str]]) -> None:
    """Remove the checksums of files that are about to be written again."""
    for path in paths:
        checksum_file(path).unlink(missing_ok=True)


def verify(paths: Iterable[str | os.PathLike[str]]) -> None:
    """Compare files and folders with their checksums. What has none is not looked at.

    Raises:
        StylewalkError: a file is not as it was written.
    """
    for path in map(Path, paths):
        if checksum_file(path).exists():
            _verify(path)


def _verify(path: Path) -> None:
    recorded = checksum_file(path)
    lines = recorded.read_text(**_TEXT).splitlines()
    for line in lines or [""]:
        expected, _, name = line.partition("  ")
        file = path.parent / name
        # Path("a") / "" is the folder: a line that was cut has no file.
        actual = sha256_of(file) if file.is_file() else "none, there is no such file"
        if actual != expected:
            raise StylewalkError(
                f"{file if name else path} is not as the workflow wrote it: its SHA-256 is "
                f"{actual}, and {recorded} has {expected or 'none'}. One of the two is damaged or "
                f"was edited. Delete {path} and run again: the workflow makes it again. (Where you "
                f"changed it on purpose, delete {recorded} instead.)"
            )
