"""How far a long step has come, told to the person at the terminal."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TextIO

# Called with what is done and what there is in all.
Progress = Callable[[int, int], None]

_TENTHS = 10


def progress_bar(description: str, stream: TextIO | None = None) -> Progress:
    """A bar that is written anew, on a line of its own, at each tenth of the way.

    Jobs run side by side on one terminal, where bars that redraw themselves overwrite each other.

    Args:
        description: what is under way.
        stream: where to write; None takes standard error.

    Returns:
        The ``progress`` that long functions take.
    """
    stream = stream or sys.stderr
    start = time.monotonic()
    told = 0

    def progress(done: int, total: int) -> None:
        nonlocal told
        tenths = done * _TENTHS // total
        if tenths <= told:
            return
        told = tenths
        bar = "█" * tenths + "░" * (_TENTHS - tenths)
        left = (time.monotonic() - start) * (total - done) / done
        rest = f"{timedelta(seconds=round(left))} left" if done < total else "done"
        print(f"{description:<20} {bar} {done * 100 // total:3d} %  {rest}", file=stream)
        stream.flush()

    return progress
