"""What the study page says of pictures that are the same, or nearly."""

from collections.abc import Mapping

import pandas as pd

from stylewalk.pages.cells import Table

_SHOWN = 20  # groups; the rest stands in the table's file


def sentence(tables: Mapping[str, pd.DataFrame]) -> str:
    """How many there are, within a class and across classes; blank where there are none."""
    copies = tables.get("duplicates")
    if copies is None or copies.empty:
        return ""
    groups = copies.groupby("group")
    across = int((groups["class"].agg(lambda classes: len(set(classes))) > 1).sum())
    within = groups.ngroups - across
    words = (
        f"{_pictures(groups.ngroups)} more than once, or nearly so: {within:,} within one class, "
        f"{across:,} in several."
    )
    sides = groups["split"].agg(lambda splits: len(set(splits) - {""}))
    if (left_out := int(copies["id"].isna().sum())) > 0:
        words += f" {left_out:,} of these files {'was' if left_out == 1 else 'were'} left out."
    if apart := int((sides > 1).sum()):
        words += (
            f" {apart:,} of them {'is' if apart == 1 else 'are'} in training and in validation, "
            "since a class has hardly any other."
        )
    elif left_out == 0:
        words += " The copies of one lie in training or in validation, never in both."
    return words


def _pictures(count: int) -> str:
    return "1 picture is there" if count == 1 else f"{count:,} pictures are there"


def across_classes(tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """The pictures that stand in several classes, by name; no table where there are none."""
    copies = tables.get("duplicates")
    if copies is None or copies.empty:
        return []
    copies = copies[copies.groupby("group")["class"].transform("nunique") > 1]
    numbers = list(dict.fromkeys(copies["group"]))
    if not numbers:
        return []
    shown = copies[copies["group"].isin(numbers[:_SHOWN])]
    rows = [
        [row["filename"], row["class"], row["split"] or "left out", f"{row['group']}"]
        for _, row in shown.iterrows()
    ]
    more = len(numbers) - _SHOWN
    note = "Those of one number are one picture, or nearly; its class is in doubt."
    if more > 0:
        note += f" And {more:,} more, all in duplicates.parquet."
    header = ["file", "class", "split", "picture"]
    title = "The same picture in several classes"
    return [Table(title, header, rows, note, ["duplicates.parquet"])]
