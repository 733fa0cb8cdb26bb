"""What every script is wrapped in: its log, checks of its inputs, errors in words."""

import contextlib
import datetime
import gc
import os
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from stylewalk.errors import StylewalkError
from stylewalk.files import remove_leftovers
from stylewalk_workflow import checksums, streams

# Reference cycles are looked for after so many new objects in place of 700: those of torch stay,
# and looking through them again and again takes a second of a short job.
OBJECTS_BETWEEN_COLLECTIONS = 100_000
SKEW_S = 60  # seconds: clocks of a cluster may differ by so much, and jobs take as long


@contextlib.contextmanager
def job(snakemake: Any) -> Iterator[TextIO]:
    """Send all that a script prints to its rule's log and end in words where it fails.

    Inputs that an earlier job wrote are compared with their checksums before the script reads them,
    and its outputs get theirs when it has ended well.
    A :class:`StylewalkError` is shown without its traceback, which would only hide it.
    Anything else is a fault of ours and keeps it.

    Args:
        snakemake: the object that Snakemake puts into a script's namespace.

    Yields:
        The terminal, for the few lines that a person waits for.
    """
    streams.hold()
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    terminal = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace")
    with _open_log(snakemake.log[0]) as log:
        # Libraries written in C print past Python, so the descriptors themselves are turned.
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        _turn_python_too()
        try:
            _prepare(snakemake.output)
            checksums.verify(snakemake.input)
            _date_no_later_than_now(snakemake.input)
            yield terminal
            checksums.record(snakemake.output)
            gc.freeze()  # nor are they looked through once more at the end of the process
        except StylewalkError as error:
            _say(f"Error: {error}\n", terminal)
            raise SystemExit(1) from None
        except Exception:
            _say(traceback.format_exc(), terminal)
            raise SystemExit(1) from None


def _open_log(path: str) -> TextIO:
    """The log of a rule, empty.

    Raises:
        SystemExit: it cannot be written, which standard error says in words.
    """
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        return open(path, "w", encoding="utf-8")
    except OSError as error:
        print(f"Error: the log {path} cannot be written: {error.strerror}.", file=sys.stderr)
        print("Make its folder writable for you, and run again.", file=sys.stderr)
        raise SystemExit(1) from None


def _turn_python_too() -> None:
    """Print into the log also where Python found its streams closed."""
    for number, name in ((1, "stdout"), (2, "stderr")):
        if getattr(getattr(sys, name), "name", None) == os.devnull:
            stream = os.fdopen(number, "w", encoding="utf-8", buffering=1, closefd=False)
            setattr(sys, name, stream)


def _prepare(outputs: list[str]) -> None:
    """Remove what an earlier job that made the same outputs, or was killed, has left."""
    checksums.forget(outputs)
    for path in outputs:
        remove_leftovers(path)
        # A job may also have been killed while it wrote a checksum.
        remove_leftovers(checksums.checksum_file(path))


def _date_no_later_than_now(inputs: list[str]) -> None:
    """Refuse inputs from the future, which Snakemake would do only after the work is done.

    What an earlier job wrote is dated again instead: a wrong clock stops no study.
    """
    for path in map(Path, inputs):
        stamp = path / checksums.OF_SNAKEMAKE
        dated = stamp if stamp.exists() else path
        then = dated.stat().st_mtime
        if then <= time.time():
            continue
        if checksums.checksum_file(path).exists():
            os.utime(dated)
        elif then > time.time() + SKEW_S:
            day = datetime.datetime.fromtimestamp(then).isoformat(" ", "minutes")
            raise StylewalkError(
                f"{path} is dated in the future ({day}), so all that is made from it would look "
                f"outdated. Date it again (touch '{path}') and run again."
            )


def _say(text: str, terminal: TextIO) -> None:
    """Print to the log, or where the disk is too full for it, to the terminal."""
    try:
        print(text, end="", file=sys.stderr, flush=True)
    except OSError:
        print(text, end="", file=terminal, flush=True)
