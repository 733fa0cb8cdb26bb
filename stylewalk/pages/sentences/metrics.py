"""Sentences on what the style metrics see."""

import numpy as np
import pandas as pd

from stylewalk.catalogue.metrics import QUESTIONS
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import Missing, Tables, listing, rows
from stylewalk.style.validity import BASELINE, passed, strictest


def validity(study: Study, tables: Tables) -> str:
    """Which metrics see style here, by the strictest question, and which see what is shown more.

    Raises:
        Missing: the labels of the study answer no question.
    """
    table = rows(tables, "metric_validity", layer="total")
    question = strictest(table)
    if not question:
        raise Missing("metric_validity")
    mine = table[table["question"] == question].sort_values("auc", ascending=False, kind="stable")
    names = passed(table)
    first_kind, second_kind = QUESTIONS[question]
    if names:
        first = mine[mine["metric"] == names[0]].iloc[0]
        more = f", as {'do' if len(names) > 2 else 'does'} {listing(names[1:])}" * (len(names) > 1)
        text = (
            f"{names[0]} sees style here: it finds {first_kind} nearer than {second_kind} in "
            f"{_area(first)} of pairs{more}."
        )
    else:
        first = mine.iloc[0]
        text = (
            f"No metric sees style here: none finds {first_kind} nearer than {second_kind} more "
            f"often than plain pixels do, with an interval (best: {first['metric']}, "
            f"{_area(first)}). What is said below of style is said of pictures."
        )
    shown = study.metric
    if shown and shown in set(mine["metric"]) and shown not in names and names:
        row = mine[mine["metric"] == shown].iloc[0]
        text += f" {shown}, which the figures of trajectories show, does not ({_area(row)})."
    return f"{text}{_classes(table, question)}{_content(table)}"


def _classes(table: pd.DataFrame, question: str) -> str:
    """Whether the classes are told apart, where artists are the stricter question."""
    classes = table[table["question"] == "class"]
    if question == "class" or classes.empty or classes["passes"].any():
        return ""
    best = classes.sort_values("auc").iloc[-1]
    return (
        " The classes themselves no metric tells apart better than plain pixels (best: "
        f"{best['metric']}, {_area(best)})."
    )


def _content(table: pd.DataFrame) -> str:
    """Whether a metric sees the class more than what is shown."""
    over = table[(table["question"] == "class over content") & (table["metric"] != BASELINE)]
    if over.empty:
        return ""
    best = over.sort_values("auc").iloc[-1]
    if best["low"] > 0.5:
        return f" {best['metric']} sees the class more than what is shown ({_area(best)})."
    return (
        f" Every metric sees what is shown at least as much as the class (best: {best['metric']}, "
        f"{_area(best)}, where 0.5 is both alike)."
    )


def response(study: Study, tables: Tables) -> str:
    """Which metric depends on contrast and sharpness most."""
    table = rows(tables, "metric_response")
    ratios = table.pivot_table(index="metric", columns="change", values="ratio")
    parts = []
    for change, words in (("contrast x 0.7", "contrast"), ("blur, sigma 1", "sharpness")):
        if change not in ratios:
            continue
        found = ratios[change].dropna()
        if found.empty:
            continue
        far = np.abs(np.log(found.clip(lower=1e-9)))
        most, least = far.idxmax(), far.idxmin()
        parts.append(
            f"{words} counts most in {most} (x {found[most]:.2f}) and least in {least} "
            f"(x {found[least]:.2f})"
        )
    if not parts:
        raise Missing("metric_response")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _area(row: pd.Series) -> str:
    """``0.69 (0.65 to 0.73)``."""
    return f"{row['auc']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
