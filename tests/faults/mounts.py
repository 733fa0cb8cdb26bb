"""Faults of the disk, which need the right to mount."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from random import Random

from place import Missed, NotPossible, Place, demand, demand_words, outputs_of

PAGE = 4096  # bytes: tmpfs gives out no less
AMPLE = "size=256m"


@contextlib.contextmanager
def _mounted(target: Path, *arguments: str | Path) -> Iterator[None]:
    """Mount something, and unmount it in the end."""
    done = subprocess.run(["mount", *arguments, target], capture_output=True, text=True)
    if done.returncode:
        raise NotPossible(f"no mounts are allowed here ({done.stderr.strip()})")
    try:
        yield
    finally:
        subprocess.run(["umount", target], check=True)


def _remount(target: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", target], check=True)


def small_disk(place: Place, random: Random) -> None:
    """a full disk"""
    # The results alone, or Snakemake's own records, too.
    parts = ["results", ".snakemake"][: random.randint(1, 2)]
    disk = place.folder / "disk"
    disk.mkdir(exist_ok=True)
    with contextlib.ExitStack() as mounts:
        mounts.enter_context(_mounted(disk, "-t", "tmpfs", "-o", AMPLE, "tmpfs"))
        for part in parts:
            shutil.copytree(place.folder / part, disk / part)
            mounts.enter_context(_mounted(place.folder / part, "--bind", disk / part))
        before = _used(disk)
        jobs = place.take_away(random)
        used = _used(disk)
        left = int(random.uniform(0, 0.8) * (before - used)) // PAGE * PAGE
        _remount(disk, f"size={used + left}")
        answer = place.run(*outputs_of(jobs))
        if answer.code == 0:  # small files may find room where a log was before
            place.must_be_whole(answer)
            raise Missed
        demand("No space left on device" in answer.text, "not said in words", answer)
        if parts == ["results"]:
            demand_words(answer, "No space left on device")
        place.must_keep_the_rest(jobs)
        _remount(disk, AMPLE)
        place.recover(jobs)
    disk.rmdir()


def _used(disk: Path) -> int:
    """Bytes that are taken on a disk."""
    status = os.statvfs(disk)
    return (status.f_blocks - status.f_bfree) * status.f_frsize


def read_only(place: Place, random: Random) -> None:
    """a read-only folder of results"""
    jobs = place.take_away(random)
    results = place.folder / "results"
    with _mounted(results, "--bind", results):
        _remount(results, "bind,ro")
        demand_words(place.run(*outputs_of(jobs)), "results cannot be written to", "read-only")
        place.must_keep_the_rest(jobs)
    place.recover(jobs)
