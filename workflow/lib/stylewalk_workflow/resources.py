"""What a job asks a cluster for: measured constants, or what an earlier run's jobs took.

The constants hold for tens of thousands of pictures on one thread; whatever needs more gets it on
a retry, which asks for twice as much, and in the next run, which knows what was measured. A
measurement lowers no constant: the next run of the same study may have more pictures.
"""

import math

from stylewalk_workflow.benchmarks import Measured, largest

__all__ = ["largest", "memory_mb", "runtime_min"]

# ASSUME: half as much again, because jobs of a rule differ, and a job killed for a little more than
# expected costs more than memory that lies idle.
_ROOM = 1.5
# ASSUME: a busy node takes so long to start (minutes).
_START_MIN = 15
# ASSUME: a day, because most clusters take no more, and a training goes on where it was cut.
LONGEST_MIN = 24 * 60


def memory_mb(constant: int, measured: Measured | None = None, attempt: int = 1) -> int:
    """Memory to ask for, in MB (10^6 bytes).

    Args:
        constant: what a job of this rule holds at most, by experience.
        measured: what jobs of this rule held in an earlier run of this study, if there was one.
        attempt: 1, 2, ...; each retry asks for twice as much, since it may have been too little.
    """
    if measured is not None:
        constant = max(constant, math.ceil(_ROOM * measured.memory_mb))
    return int(constant * 2 ** (attempt - 1))


def runtime_min(constant: int, measured: Measured | None = None, attempt: int = 1) -> int:
    """Time to ask for, in minutes; arguments as of :func:`memory_mb`. None asks for over a day."""
    if measured is not None:
        constant = max(constant, math.ceil(_START_MIN + _ROOM * measured.seconds / 60))
    return int(min(LONGEST_MIN, constant * 2 ** (attempt - 1)))
