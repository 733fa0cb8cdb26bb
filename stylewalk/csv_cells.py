"""CSV files, with the texts escaped that a spreadsheet would else run as a formula.

A spreadsheet takes a cell that begins with one of these signs for a formula, which may fetch from
the network or start a program. It shows a cell as text where an apostrophe stands before (OWASP,
"CSV Injection"). Numbers are written as they are.
"""

import csv
import os
import re

import pandas as pd

# The wide forms are those that some spreadsheets take for the plain ones.
_SIGNS = "=+\\-@\t\r\n＝＋－＠"
# Apostrophes of the text itself count too, so that the text comes back whatever it begins with.
_DANGER, _ESCAPED = re.compile(f"'*[{_SIGNS}]"), re.compile(f"'+[{_SIGNS}]")


def write(frame: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a frame as CSV; what is no text stays as pandas writes it."""
    texts = {name: frame[name] for name in frame if any(isinstance(x, str) for x in frame[name])}
    # Without quotes, a carriage return would begin a line.
    returns = any("\r" in x for cells in texts.values() for x in cells if isinstance(x, str))
    quoting = csv.QUOTE_NONNUMERIC if returns else csv.QUOTE_MINIMAL
    shown = frame.assign(**{name: _escaped(cells) for name, cells in texts.items()})
    shown.to_csv(path, index=False, lineterminator="\n", quoting=quoting)


def unescaped(texts: pd.Series) -> pd.Series:
    """A column of a file of :func:`write` as it was."""
    return texts.map(lambda x: x[1:] if isinstance(x, str) and _ESCAPED.match(x) else x)


def _escaped(cells: pd.Series) -> pd.Series:
    return cells.map(lambda x: f"'{x}" if isinstance(x, str) and _DANGER.match(x) else x)
