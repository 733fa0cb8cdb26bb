"""Sentences on what judges saw."""

import pandas as pd

from stylewalk import numbers
from stylewalk.catalogue.judging import CONTROL, DISSOLVE, TOGETHER
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import Missing, Tables, counted, listing, percent, rows


def answers(study: Study, tables: Tables) -> str:
    """Who is kept, what they saw on walks, and how far they agree.

    Raises:
        Missing: nobody answered.
    """
    judges = rows(tables, "judges")
    kept = int(judges["kept"].sum())
    text = f"{counted(len(judges), 'judge')} answered"
    if not kept:
        return f"{text}; none was better than chance at catch trials, and nothing is said of walks."
    left = len(judges) - kept
    if left:
        text += f", of whom {left} {'was' if left == 1 else 'were'} not shown to be better than "
        text += "chance at catch trials, and left out"
    parts = [f"{text}.", _kinds(study, tables), _agreement(tables)]
    return " ".join(filter(None, parts))


def _kinds(study: Study, tables: Tables) -> str:
    """On how many walks something new was seen, by model."""
    try:
        table = rows(tables, "judgements", question="kind", answer="new", of=TOGETHER)
    except Missing:
        return ""
    table = table[table["model"] != CONTROL].set_index("model")
    named = [model for model in study.models if model in table.index]
    if not named:
        return ""
    low, high = (table.loc[named, "share"].agg(end) for end in ("idxmin", "idxmax"))
    text = f"Something that neither end shows was seen in {_share(table.loc[low])}"
    if len(named) == 1:
        text += f" of the answers on walks of {low}"
    elif low == high:
        text += " of the answers on walks of every model"
    else:
        text += f" ({low}) to {_share(table.loc[high])} ({high}) of the answers"
    # What a judge calls new who likes the word.
    dissolves = _on_dissolves(tables)
    return f"{text}{f', on plain dissolves in {dissolves}' if dissolves else ''}."


def _on_dissolves(tables: Tables) -> str:
    try:
        table = rows(tables, "judgements", question="kind", answer="new", model=CONTROL)
    except Missing:
        return ""
    blends = table[table["of"] == DISSOLVE]
    return "" if blends.empty else _share(blends.iloc[0])


def _share(row: pd.Series) -> str:
    return percent(row["share"])


def _agreement(tables: Tables) -> str:
    try:
        table = rows(tables, "judge_agreement")
    except Missing:
        return ""
    known = table[table["alpha"].notna()].set_index("question")
    if known.empty and table["judges"].max() == 1:
        return "One judge alone agrees with nobody: more are needed to say how sure this is."
    if known.empty:
        return "How far judges agree cannot be told: they share no trials, or all answer alike."
    low, high = known["alpha"].idxmin(), known["alpha"].idxmax()
    if low == high:
        return f"Agreement between judges (Krippendorff's alpha): {_alpha(known.loc[low])}."
    return (
        f"Agreement between judges (Krippendorff's alpha) runs from {_alpha(known.loc[low])} "
        f"({low}) to {_alpha(known.loc[high])} ({high})."
    )


def _alpha(row: pd.Series) -> str:
    text = numbers.signed(row["alpha"])
    ends = numbers.interval(row["low"], row["high"])
    return text if ends == numbers.DASH else f"{text} ({ends})"


def metrics(study: Study, tables: Tables) -> str:
    """Which metric orders walks as judges do, and whether structure is what is seen as new.

    Raises:
        Missing: nobody is kept.
    """
    table = rows(tables, "judged_metrics")
    parts = []
    for question, statistic, verb in (
        ("style", "agreement", "orders two walks as judges do"),
        ("where", "auc", "tells walks that change at their ends from those that change midway"),
        ("kind", "auc", "tells walks by what was seen on them"),
    ):
        own = table[(table["question"] == question) & (table["statistic"] == statistic)]
        if own.empty:
            continue
        best = own.loc[own["value"].idxmax()]
        above = list(own.loc[own["p"] < 0.05, "measure"])
        sure = f"better than chance: {listing(above)}" if above else "none better than chance"
        is_share = statistic == "agreement"
        value = f"in {percent(best['value'])}" if is_share else _area(best)
        parts.append(
            f"Best of {counted(len(own), 'measure')}, {best['measure']} {verb} ({value}; {sure})."
        )
    if not parts:
        raise Missing
    return " ".join(parts)


def _area(row: pd.Series) -> str:
    return f"area under the curve {numbers.plain(row['value'])}"
