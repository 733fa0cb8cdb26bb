"""The study page's tables of what judges saw."""

from collections.abc import Callable, Mapping

import pandas as pd

from stylewalk import numbers
from stylewalk.catalogue.judging import CONTROL, TOGETHER
from stylewalk.pages.cells import Cell, Table
from stylewalk.pages.facts import Study

QUESTIONS = {
    "kind": "what happens on a walk",
    "style": "which of two walks changes style more",
    "where": "where a walk changes most",
    "intruder": "which artwork does not belong",
}
_JUDGES = (
    "A judge whose answers to catch trials, of which the right one is beyond doubt, are not better "
    "than guessing (one-sided p below .05, over trials of different chances) counts in nothing "
    "else."
)
_ALPHA = (
    "Krippendorff's alpha, nominal, over trials that are no catch trials: 1 is agreement, 0 what "
    "chance gives. 95 % bootstrap intervals over trials, given these judges."
)
_SHARES = (
    "Over all paths of a model; of controls it is known what is right. 95 % bootstrap intervals "
    "over trials, and over judges where there are several (of two to four judges who differ much "
    "they are too narrow: they are of these judges then); where all answers are alike, of Clopper "
    "and Pearson over trials. Walks between the same pairs recur over models and paths, and count "
    "as different trials. Controls are of judges who are kept, by these very trials. The file has "
    "the shares of each path, too."
)
_ANSWERS = ("dissolve", "fade", "new", "ends", "middle", "even", "more", "right")
_METRICS = (
    "Area under the curve: of the measure, for this answer against the others (of change at the "
    "ends, against the middle); agreement: share of answers that choose the walk of larger total "
    "style loss; kappa: Cohen's, of the answer and the shape under the metric. 95 % bootstrap "
    "intervals over trials, and over judges where there are several; none of less than five trials "
    "on either side of a curve. p: one-sided, against measures shuffled over trials of the same "
    "model (for agreement over all trials, so that a measure which differs between models for "
    "another reason may agree by that), by Holm over the measures of a question and statistic. p "
    "allows for a judge who likes one side better, the interval beside chance does not."
)
_STATISTICS = {"auc": "area under the curve", "agreement": "agreement", "kappa": "kappa"}


def judges(tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """The judges, and who is kept; none where nobody answered."""
    table = tables.get("judges")
    if table is None or table.empty:
        return []
    shown: list[list[Cell]] = [
        [
            row["judge"],
            numbers.count(row["answers"]),
            f"{row['seconds']:.1f} s",
            f"{row['catch_right']} of {row['catch_trials']}",
            numbers.p_value(row["p"]),
            "kept" if row["kept"] else "left out",
        ]
        for row in table.to_dict("records")
    ]
    header = ["judge", "answers", "median time", "catch trials right", "p", "answers are"]
    return [Table("Judges", header, shown, _JUDGES, ["judges"])]


def agreement(tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Agreement between judges; none where nobody is kept."""
    table = tables.get("judge_agreement")
    if table is None or table.empty:
        return []
    shown: list[list[Cell]] = [
        [
            QUESTIONS[row["question"]],
            _interval(row, "alpha", numbers.signed),
            *(numbers.count(row[name]) for name in ("judges", "trials", "answers")),
        ]
        for row in table.to_dict("records")
    ]
    header = ["question", "alpha", "judges", "trials", "answers"]
    return [Table("Agreement between judges", header, shown, _ALPHA, ["judge_agreement"])]


def shares(study: Study, tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Shares of answers by question and model; none where nobody is kept."""
    table = tables.get("judgements")
    if table is None or table.empty:
        return []
    shown = []
    for question, words in QUESTIONS.items():
        own = table[table["question"] == question]
        answers = [name for name in _ANSWERS if name in set(own["answer"])]
        controls = dict.fromkeys(own.loc[own["model"] == CONTROL, "of"])
        known = {(r["model"], r["of"], r["answer"]): r for r in own.to_dict("records")}
        sources = [(model, TOGETHER) for model in study.models] + [(CONTROL, of) for of in controls]
        rows: list[list[Cell]] = [
            [
                of if model == CONTROL else model,
                *(_interval(known.get((model, of, answer)), "share") for answer in answers),
            ]
            for model, of in sources
            if any((model, of, answer) in known for answer in answers)
        ]
        if rows:
            title = f"Answers: {words}"
            shown.append(Table(title, ["of", *answers], rows, _SHARES, ["judgements"]))
    return shown


def metrics(tables: Mapping[str, pd.DataFrame]) -> list[Table]:
    """Agreement with metrics, measures and shapes; none where nobody is kept."""
    table = tables.get("judged_metrics")
    if table is None or table.empty:
        return []
    shown: list[list[Cell]] = [
        [
            row["measure"],
            QUESTIONS[row["question"]],
            f"{_STATISTICS[row['statistic']]}{', ' if row['answer'] else ''}{row['answer']}",
            _interval(row, "value", numbers.signed if row["chance"] == 0 else numbers.plain),
            numbers.plain(row["chance"]),
            numbers.p_value(row["p"]),
            numbers.count(row["trials"]),
        ]
        for row in table.to_dict("records")
    ]
    header = ["measure", "question", "statistic", "value", "by chance", "p", "trials"]
    return [Table("Judges beside metrics and shapes", header, shown, _METRICS, ["judged_metrics"])]


def _interval(
    row: Mapping[str, float] | None, column: str, write: Callable[[float], str] = numbers.plain
) -> str:
    if row is None:
        return numbers.DASH
    value, low, high = (write(row[key]) for key in (column, "low", "high"))
    return value if numbers.DASH in (low, high) else f"{value} ({low} to {high})"
