"""The head of the page: what a study decided, and what it left open and why."""

from dataclasses import dataclass

from stylewalk.catalogue.metrics import BASELINES
from stylewalk.catalogue.trajectories import TOO_FEW, UNDETERMINED
from stylewalk.claims.weighing import FAILS, HOLDS
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences import claims, trajectories
from stylewalk.pages.sentences.wording import Missing, Tables, given_runs, listing, rows
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
    found = Outcome([], [])
    for add in (_add_shapes, _add_metric, _add_claims):
        try:
            add(found, study, tables)
        except Missing:
            continue
    return found


def _add_shapes(found: Outcome, study: Study, tables: Tables) -> None:
    counts = trajectories.shape_counts(study, tables)
    total = sum(counts.values())
    shapes = {name: counts[name] for name in trajectories.SHAPES if counts[name]}
    if shapes:
        named = ", ".join(
            f"{count} {name}{'s' if count > 1 and name != 'flat' else ''}"
            for name, count in shapes.items()
        )
        by = f" by {study.metric}" if study.metric else ""
        whole = f"Shapes of {sum(shapes.values())} of {total} mean profiles{by}"
        texts = f"{whole}: {named}.", given_runs(study)
        found.decided.append(" ".join(filter(None, texts)))
    reasons = []
    if counts[TOO_FEW]:
        have = "has" if counts[TOO_FEW] == 1 else "have"
        reasons.append(f"{counts[TOO_FEW]} {have} too few pairs to tell")
    if counts[UNDETERMINED]:
        reasons.append(f"of {counts[UNDETERMINED]} neither flat nor a named shape is sure")
    if reasons:
        found.left_open.append(
            f"Shapes of mean profiles: {', '.join(reasons)} (stylewalk plan foretells how many "
            "pairs or seeds would do)."
        )


def _add_metric(found: Outcome, study: Study, tables: Tables) -> None:
    """Whether what is said by the study's metric is of style, where it does not pass the test."""
    table = tables.get("metric_validity")
    if table is None or not study.metric:
        return
    about = f"Whether what is said by {study.metric} is of style"
    if table.empty:
        found.left_open.append(f"{about}: there are no labels by which to try it.")
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
    found.left_open.append(f"{about}: {why} (chapter on style metrics).")


def _add_claims(found: Outcome, study: Study, tables: Tables) -> None:
    words = claims.verdicts_in_words(tables)
    total = claims.total(tables)
    sides = (found.decided, {HOLDS, FAILS}), (found.left_open, words.keys() - {HOLDS, FAILS})
    for texts, verdicts in sides:
        mine = [text for verdict, text in words.items() if verdict in verdicts]
        if mine:
            texts.append(f"Of {total} of the report (Rich 2021), {', '.join(mine)}.")
