"""How far a long step has come, shown to the person at the terminal."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol, runtime_checkable


@runtime_checkable
class Stream(Protocol):
    """What text is written to: a file, or what stands for one."""

    def write(self, text: str, /) -> object:
        """Take a text."""

    def flush(self) -> object:
        """Pass on what was taken."""


# Called with what is done and what there is in all.
Progress = Callable[[int, int], None]

_TENTHS = 10


def progress_bar(
    description: str, stream: Stream | None = None, note: Callable[[], str] | None = None
) -> Progress:
    """A bar that is written again, on a line of its own, at each tenth of the way.

    Jobs run side by side on one terminal, where bars that redraw themselves overwrite each other.
    What was done before the first call counts as done, but not as done in the time since.

    Args:
        description: what is under way.
        stream: where to write; None takes standard error.
        note: asked, when a line is written, for what else there is to say.

    Returns:
        The ``progress`` that long functions take.
    """
    stream = stream or sys.stderr
    start = time.monotonic()
    shown = 0
    before: int | None = None  # steps that an earlier process did

    def progress(done: int, total: int) -> None:
        nonlocal shown, before
        before = done - 1 if before is None else before
        tenths = done * _TENTHS // total
        if tenths <= shown:
            return
        shown = tenths
        bar = "█" * tenths + "░" * (_TENTHS - tenths)
        left = (time.monotonic() - start) * (total - done) / (done - before)
        rest = f"{timedelta(seconds=round(left))} left" if done < total else "done"
        said = [f"{description:<20} {bar} {done * 100 // total:3d} %", note() if note else "", rest]
        print("  ".join(filter(None, said)), file=stream)
        stream.flush()

    return progress
