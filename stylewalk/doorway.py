"""What every script does at its door: log, and tell a person what went wrong."""

import contextlib
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from stylewalk.errors import StylewalkError


@contextlib.contextmanager
def doorway(snakemake: Any) -> Iterator[TextIO]:
    """Send all that a script prints to its rule's log and end in words where it fails.

    A :class:`StylewalkError` is shown without its traceback, which would only hide it.
    Anything else is a fault of ours and keeps it.

    Args:
        snakemake: the object that Snakemake puts into a script's namespace.

    Yields:
        The terminal, for the few lines that a person waits for.
    """
    Path(snakemake.log[0]).parent.mkdir(parents=True, exist_ok=True)
    terminal = os.fdopen(os.dup(2), "w", encoding="utf-8", errors="replace")
    with open(snakemake.log[0], "w", encoding="utf-8") as log:
        # Libraries written in C print past Python, so the descriptors themselves are turned.
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
        try:
            yield terminal
        except StylewalkError as error:
            print(f"Error: {error}", file=sys.stderr)
            raise SystemExit(1) from None
        except Exception:
            traceback.print_exc()
            raise SystemExit(1) from None
