"""Sentences on what the style metrics see."""

import numpy as np
import pandas as pd

from stylewalk.catalogue.metrics import BASELINES, QUESTIONS
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import Missing, Tables, listing, rows
from stylewalk.style.validity import AMONG, WITHOUT, class_question, passed, strictest


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
            f"{names[0]} sees more here than pixels and colours do: it finds {first_kind} nearer "
            f"than {second_kind} in {_area(first)} of pairs{more}."
        )
    else:
        first = mine.iloc[0]
        text = (
            f"No metric of style sees more here than pixels and colours do, with an interval: "
            f"whether {first_kind} are nearer than {second_kind} is best told by "
            f"{first['metric']}, {_area(first)}. So nothing is said of style below: style losses "
            "are distances of pictures here."
        )
    shown = study.metric
    if shown and shown in set(mine["metric"]) and shown not in names and names:
        row = mine[mine["metric"] == shown].iloc[0]
        text += f" {shown}, which the figures of trajectories show, does not ({_area(row)})."
    left_out = _left_out(tables["metric_validity"], question)
    return f"{text}{_classes(table, question)}{_content(table)}{left_out}"


def _classes(table: pd.DataFrame, question: str) -> str:
    """Whether the classes are told apart, where artists are the stricter question."""
    classes = table[table["question"] == "class"]
    if question == "class" or classes.empty or classes["passes"].any():
        return ""
    best = classes.sort_values("auc").iloc[-1]
    return (
        " The classes themselves no metric of style tells apart better than these (best: "
        f"{best['metric']}, {_area(best)})."
    )


def by_class(study: Study, tables: Tables) -> str:
    """Which classes the best metric tells from the others; empty where classes are not asked of.

    By the metric that sees style best here; where none does, by the one that the figures show.
    """
    table = tables.get("metric_validity")
    if table is None or table.empty:
        return ""
    best = next(iter(passed(table)), study.metric)
    mine = table[(table["metric"] == best) & (table["question"] == class_question(table))]
    mine = mine.set_index("layer").reindex([f"{AMONG}{name}" for name in study.classes])
    mine = mine.set_axis(list(study.classes)).dropna(subset="auc")
    if mine.empty:
        return ""
    sees, passes = mine["low"] > 0.5, mine["passes"].astype(bool)
    groups = {
        "better than pixels and colours do": mine[sees & passes],
        "not shown to be better than pixels and colours": mine[sees & ~passes],
    }
    told = [
        f"{listing([_short(name, row) for name, row in rows_of.iterrows()])}, {how}"
        for how, rows_of in groups.items()
        if len(rows_of)
    ]
    about = "which the figures show, as no metric passes" if not passed(table) else "the best here"
    who = f"By the area under the curve (0.5: not at all), {best}, {about},"
    open_ = listing([_short(name, row) for name, row in mine[~sees].iterrows()])
    if not told:
        return f"{who} is not shown to tell any class from the others: {open_}."
    rest = f"; it is not shown to tell {open_}" if open_ else ""
    return f"{who} tells these classes from the others: {'; '.join(told)}{rest}."


def _short(name: object, row: pd.Series) -> str:
    return f"{name} ({row['auc']:.2f})"


def _left_out(table: pd.DataFrame, question: str) -> str:
    """What is left of a metric that learns on a class of which it learnt nothing."""
    asked = table[table["question"] == question]
    mine = asked[asked["layer"].str.startswith(WITHOUT)]
    others = asked[~asked["metric"].isin(mine["metric"])]
    text = ""
    for metric, rows_of in mine.groupby("metric", sort=False):
        low, high = (f"{end:.2f}" for end in (rows_of["auc"].min(), rows_of["auc"].max()))
        better = sum(
            row["auc"] > others.loc[others["layer"] == beside, "auc"].max()
            for _, row in rows_of.iterrows()
            for beside in [f"{AMONG}{row['layer'].removeprefix(WITHOUT)}"]
        )
        text += (
            f" {metric} has learnt from the labels of other artworks of this study, as pixels and "
            "colours have not; of a class from which it learnt nothing it tells "
            f"{low if low == high else f'{low} to {high}'}, for {better} of {len(rows_of)} classes "
            "more than any metric that learns nothing."
        )
    return text


def _content(table: pd.DataFrame) -> str:
    """Whether a metric sees the class more than what is shown."""
    over = table[(table["question"] == "class over content") & ~table["metric"].isin(BASELINES)]
    if over.empty:
        return ""
    # A baseline that learns from the labels may see the class, too, and cannot pass.
    which = "metric"
    if (over["low"] > 0.5).any():
        over, which = over[over["metric"].isin(passed(table))], "metric that passes"
    if over.empty:
        return ""
    best = over.sort_values("auc").iloc[-1]
    if best["low"] > 0.5:
        return f" {best['metric']} sees the class more than what is shown ({_area(best)})."
    return (
        f" Every {which} sees what is shown at least as much as the class (best: {best['metric']}, "
        f"{_area(best)}, where 0.5 is both alike)."
    )


def response(study: Study, tables: Tables) -> str:
    """Which metric depends on contrast and sharpness most.

    Raises:
        Missing: neither was changed.
    """
    table = rows(tables, "metric_response")
    ratios = table[table["change"] == "contrast x 0.7"].set_index("metric")["ratio"].dropna()
    moved = table[table["change"] == "blur, sigma 1"].set_index("metric")["moved"].dropna()
    if ratios.empty or moved.empty:
        raise Missing("metric_response")
    far = np.abs(np.log(ratios.clip(lower=1e-9)))
    most, least = far.idxmax(), far.idxmin()
    text = (
        f"Where all pictures have 0.7 of their contrast, distances are {ratios[most]:.2f} times as "
        f"large by {most}"
    )
    if least != most:
        text += f" and {ratios[least]:.2f} times by {least}"
    most, least = moved.idxmax(), moved.idxmin()
    text += (
        f". Blurred, an artwork is {moved[most]:.2f} of a typical distance from itself by {most}"
    )
    if least != most:
        text += f" and {moved[least]:.2f} by {least}"
    return f"{text}."


def _area(row: pd.Series) -> str:
    """``0.69 (0.65 to 0.73)``."""
    return f"{row['auc']:.2f} ({row['low']:.2f} to {row['high']:.2f})"
