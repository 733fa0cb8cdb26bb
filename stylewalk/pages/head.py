"""The head of the page: what a study decided, and what it left open and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from stylewalk.catalogue.metrics import BASELINES
from stylewalk.catalogue.trajectories import DEPENDS, NONE_PASSES, TOO_FEW, UNDETERMINED
from stylewalk.claims.weighing import FAILS, HOLDS
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences import claims, trajectories
from stylewalk.pages.sentences.wording import Missing, Tables, counted, given_runs, listing, rows
from stylewalk.style.validity import passed, strictest


@dataclass(frozen=True)
class Outcome:
    """Short texts at first sight, none where there is nothing to say.

    Attributes:
        decided: shapes of mean profiles, and claims that hold or fail.
        left_open: the others, with the reasons.
    """

    decided: list[str]
    left_open: list[str]


def outcome(study: Study, tables: Tables) -> Outcome:
    """What the study decided."""
    summary = Outcome([], [])
    for add in (_add_shapes, _add_metric, _add_claims):
        try:
            add(summary, study, tables)
        except Missing:
            continue
    return summary


def _add_shapes(summary: Outcome, study: Study, tables: Tables) -> None:
    own = trajectories.own_verdicts(study, tables)
    total = counted(len(own.verdicts), "mean profile")
    shapes, first = (_named(of.values()) for of in (own.verdicts, own.first))
    if own.lack == NONE_PASSES:
        beside = f" (by {study.metric}, the first, of {total}: {first})" if first else ""
        summary.left_open.append(
            "Shapes: no metric is shown to see style here, so that none is the study's "
            f"own{beside}."
        )
        return
    count = sum(name in trajectories.SHAPES for name in own.verdicts.values())
    of = " ".join(filter(None, [total, own.by]))
    texts = [f"Shapes of {count} of {of}: {shapes}." if shapes else f"No shape is sure of {of}."]
    if own.other and first:
        texts.append(f"{own.by_first.capitalize()}: {first}.")
    texts.append(trajectories.of_blends(tables, own))
    if shapes or (own.other and first):
        summary.decided.append(" ".join(filter(None, [*texts, given_runs(study)])))
    _leave_open(summary, list(own.verdicts.values()))


def _named(verdicts: Iterable[str]) -> str:
    """How many have each shape: ``2 valleys, 1 wave, 2 flat``."""
    counts = Counter(verdicts)
    return ", ".join(
        f"{counts[name]} {name}{'s' if counts[name] > 1 and name != 'flat' else ''}"
        for name in trajectories.SHAPES
        if counts[name]
    )


def _leave_open(summary: Outcome, verdicts: list[str]) -> None:
    """Of which profiles no shape is sure, and why."""
    reasons = []
    few, open_, depend = map(verdicts.count, (TOO_FEW, UNDETERMINED, DEPENDS))
    if few:
        reasons.append(f"{few} {'has' if few == 1 else 'have'} too few pairs to tell")
    if open_:
        reasons.append(f"of {open_} neither flat nor a named shape is sure")
    if few or open_:
        reasons[-1] += " (stylewalk plan foretells how many pairs or seeds would do)"
    if depend:
        reasons.append(f"{depend} {'depends' if depend == 1 else 'depend'} on the metric")
    if reasons:
        summary.left_open.append(f"Shapes of mean profiles: {', '.join(reasons)}.")


def _add_metric(summary: Outcome, study: Study, tables: Tables) -> None:
    """Whether what is said by the study's metric is of style, where it does not pass the test."""
    table = tables.get("metric_validity")
    if table is None or not study.metric:
        return
    about = f"Whether what {study.metric} measures is style"
    if table.empty:
        summary.left_open.append(
            f"{about}, and its shapes the study's own: there are no labels by which to try it."
        )
        return
    mine = rows(tables, "metric_validity", metric=study.metric, layer="total")
    mine = mine[mine["question"] == strictest(table)]
    seeing = passed(table)
    if mine.empty or study.metric in seeing:
        return
    others = f", as {listing(seeing)} {'does' if len(seeing) == 1 else 'do'}" if seeing else ""
    if study.metric in BASELINES:
        why = "pixels and colours are what metrics of style are compared with"
    elif mine["gain_high"].iloc[0] < 0:
        why = f"it tells styles apart less well than plain pixels or colours do, not better{others}"
    else:
        why = f"it is not shown to tell styles apart better than plain pixels and colours{others}"
    summary.left_open.append(f"{about}: {why} (chapter on style metrics).")


def _add_claims(summary: Outcome, study: Study, tables: Tables) -> None:
    words = claims.verdicts_in_words(tables)
    total = claims.total(tables)
    sides = (summary.decided, {HOLDS, FAILS}), (summary.left_open, words.keys() - {HOLDS, FAILS})
    for texts, verdicts in sides:
        mine = [text for verdict, text in words.items() if verdict in verdicts]
        if mine:
            texts.append(f"Of {total} of the report (Rich 2021), {', '.join(mine)}.")
