"""Artworks that are left out: the run stops where they are too many, and says why.

Nothing is dropped in silence: every artwork of the study's classes that is left out stands in a
table with its reason.
"""

import os
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import pandas as pd

from stylewalk.errors import StylewalkError

_FILES_NAMED = 3  # in an error, of each kind
_ADVICE = {
    "duplicate": "list each file once, and in one class",
    "format": "convert the pictures of kinds that are not read",
    "missing": "check that this is the folder of these pictures",
    "path": "each row needs the name of a picture inside the folder of images",
    "unreadable": "replace the damaged files",
    "too_large": "scale the too large pictures down",
}


def check_left_out(
    by_metadata: pd.DataFrame,
    rows: int,
    where: str | os.PathLike[str],
    max_rejected_share: float,
    selected: pd.DataFrame | None = None,
    by_picture: pd.DataFrame | None = None,
) -> None:
    """Stop where too many artworks are left out, or all but one of a class.

    The share is that of the rows that cannot be used, whatever the reason. Where artworks were
    drawn, only their pictures were looked at, and the share of faults among them stands for all.

    Args:
        by_metadata: artworks that were rejected by their metadata, ``REJECTED``.
        rows: artworks of the study's classes in the metadata.
        where: what they were read from.
        max_rejected_share: largest share that may be left out, 0 to 1.
        selected: artworks whose pictures were decoded; None where none were as yet.
        by_picture: those of them that were rejected, ``REJECTED``.

    Raises:
        StylewalkError: the counts by reason, examples, and what to do.
    """
    first = by_metadata.iloc[:0]
    selected = first if selected is None else selected
    by_picture = first if by_picture is None else by_picture
    # In fractions: 3 of 15 are no more than 0.2.
    usable = 1 - Fraction(len(by_metadata), max(rows, 1))
    usable *= 1 - Fraction(len(by_picture), max(len(selected), 1))
    share = float(1 - usable)
    left = Counter(selected["class"]) - Counter(by_picture["class"])
    small = [name for name in selected["class"].unique() if left[name] < 2]
    if share <= max_rejected_share and not small and rows:
        return
    numbers = len(by_metadata), rows, len(by_picture), len(selected)
    lines = [f"{_counts(*numbers, share)} in {where} cannot be used"]
    if share > max_rejected_share:
        lines[0] += f"; max_rejected_share allows {max_rejected_share:.1%}"
    lines[0] += "."
    lines += [f"Class {name!r} keeps {left[name]}; at least 2 are needed." for name in small]
    lines += by_reason(pd.concat([by_metadata, by_picture]))
    if share > max_rejected_share:
        lines.append(
            "Mend them, or raise dataset.max_rejected_share in the config to go on without them."
        )
    raise StylewalkError("\n".join(lines))


def _counts(by_metadata: int, rows: int, by_picture: int, selected: int, share: float) -> str:
    """How many are left out of how many: rows of the metadata, and pictures of those selected."""
    is_drawn = selected and rows - by_metadata - selected
    if not is_drawn:
        return f"{by_metadata + by_picture:,} of {rows:,} pictures ({share:.1%})"
    counts = f"{by_picture:,} of {selected:,} drawn pictures"
    if by_metadata:
        counts = f"{by_metadata:,} of {rows:,} rows, and {counts}"
    return f"{counts} ({share:.1%} in all)"


def by_reason(rejected: pd.DataFrame) -> Iterator[str]:
    """Counts of rejected artworks by reason with what to do, and the first of each."""
    # Of unusable names the reasons are few, and each has another remedy.
    key = rejected["kind"].where(rejected["kind"] != "path", "path: " + rejected["reason"])
    for name, count in key.value_counts().items():
        alike = rejected[key == name]
        kind = alike["kind"].iloc[0]
        advice = f": {_ADVICE[kind]}" if kind in _ADVICE else ""
        yield f"{count:,} {kind}{advice}."
        for file in alike.head(_FILES_NAMED).itertuples():
            yield f"  {file.filename.strip() or f'row {file.row}'}: {file.reason}"
        if count > _FILES_NAMED:
            yield f"  and {count - _FILES_NAMED:,} more"
