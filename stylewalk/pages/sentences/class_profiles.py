"""Sentences on learnt profiles."""

import pandas as pd

from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import Tables, listing, percent, rows


def along(study: Study, tables: Tables) -> str:
    """Whether walks pass through something that neither end is, beyond their dissolves.

    Raises:
        Missing: no network could be trained.
    """
    known = rows(tables, "classifier_calibration", target="class").iloc[0]
    accuracy = (
        f"A small network names the class of {percent(known['accuracy'])} of held-out artworks "
        f"({percent(known['low'])} to {percent(known['high'])}; the most frequent class is "
        f"{percent(known['chance'])})"
    )
    if not known["low"] > known["chance"]:
        return f"{accuracy}: no better than chance, so that it says nothing of walks."
    between = _of_middles(study, tables)
    if between.empty:
        return f"{accuracy}."
    more, fewer = between[between["low"] > 0], between[between["high"] < 0]
    parts = [
        f"it names neither end's class {words} often than in the dissolve of the same ends in "
        f"{listing([m for m in study.models if m in set(part['model'])])}"
        for words, part in (("more", more), ("less", fewer))
        if len(part)
    ]
    n = int(between["n"].max())
    said = "; ".join(parts) or "no difference is found in how often it names neither end's class"
    where = (
        f"Midway between random artworks of two classes ({n} pairs), {said}. It does so of faint "
        "and unusual pictures, too, since it knows no other answer than a class."
    )
    given = "Intervals are over pairs, given the training runs at hand."
    return f"{accuracy}. {where} {given}"


def _of_middles(study: Study, tables: Tables) -> pd.DataFrame:
    """What is neither end midway, decoded less blend, by model."""
    table = rows(tables, "class_profiles", target="class", role="other", walk="difference")
    names = [
        name
        for name, about in study.experiments.items()
        if about["classes"] == "between" and about["pairs"] == "random"
    ]
    table = table[table["experiment"].isin(names[:1])]
    if table.empty:
        return table
    return table[table["step"] == round(table["step"].max() / 2)]
