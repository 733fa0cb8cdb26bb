"""Standard input, output and error, where the caller has closed them."""

import os
import sys


def hold() -> None:
    """Let closed streams lead nowhere, so that printing is no error.

    Else a file that is opened later takes their number, and what is printed goes into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # takes the lowest number
    # Only now, since these take further numbers.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed before Python started
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115
