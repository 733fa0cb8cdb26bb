"""From the answers of judges to tables: who is kept, how far they agree, and with what."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from stylewalk.catalogue.judging import (
    CONTROL,
    JUDGE_AGREEMENT,
    JUDGED_METRICS,
    JUDGEMENTS,
    JUDGES,
    TOGETHER,
)
from stylewalk.judging.alpha import alpha_interval, krippendorff_alpha
from stylewalk.judging.key import one_each
from stylewalk.judging.questions import QUESTIONS
from stylewalk.judging.resampling import (
    area,
    area_interval,
    interval,
    kappa,
    permutation_p,
    share,
    share_interval,
)
from stylewalk.randomness import generator
from stylewalk.trajectories.verdicts import holm

_LEVEL = 0.05


def weigh(key: pd.DataFrame, answers: pd.DataFrame, seed: int = 0) -> dict[str, pd.DataFrame]:
    """All tables of judgements.

    Args:
        key: table JUDGING_KEY.
        answers: as :func:`stylewalk.judging.answers.read_answers` gives them.
        seed: of the draws behind intervals.

    Returns:
        Tables JUDGES, JUDGE_AGREEMENT, JUDGEMENTS and JUDGED_METRICS by name. Those who are not
        kept count in the first alone.
    """
    judged = answers.merge(one_each(key).reset_index(), on="trial", validate="many_to_one")
    judges = _judges(judged)
    kept = judged[judged["judge"].isin(judges.loc[judges["kept"], "judge"])]
    rows = {
        JUDGES: judges,
        JUDGE_AGREEMENT: _agreement(kept, seed),
        JUDGEMENTS: pd.DataFrame(_shares(kept, seed), columns=list(JUDGEMENTS)),
        JUDGED_METRICS: _adjusted(_metrics(kept, key, seed)),
    }
    return {table.name: frame for table, frame in rows.items()}


def guessing_p(right: int, chances: Float[np.ndarray, " trials"]) -> float:
    """One-sided p of so many right answers against guessing.

    The number of right answers is a sum of trials of different chances (Poisson binomial), whose
    distribution is their convolution.

    Args:
        right: right answers.
        chances: chance of each trial.

    Returns:
        Chance of as many or more; 1 without trials.
    """
    distribution = np.ones(1)
    for chance in chances:
        distribution = np.convolve(distribution, [1 - chance, chance])
    return float(min(1.0, distribution[right:].sum()))


def _judges(judged: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for judge, own in judged.groupby("judge"):
        tested = own[own["catch"]]
        right = int((tested["answer"] == tested["right"]).sum())
        chances = np.array([QUESTIONS[name].chance for name in tested["question"]], dtype=float)
        p = guessing_p(right, chances)
        seconds = float(own["milliseconds"].median() / 1000)
        rows.append((judge, len(own), seconds, right, len(tested), p, p < _LEVEL))
    return pd.DataFrame(rows, columns=list(JUDGES))


def _agreement(kept: pd.DataFrame, seed: int) -> pd.DataFrame:
    rows = []
    for question, own in _by_question(kept[~kept["catch"]]):
        table = _answers(own)
        given = table.to_numpy(str)
        values = list(QUESTIONS[question].answers)
        shared = (given != "").sum(axis=0) > 1
        ends = alpha_interval(given, values, generator(seed, "judging", "alpha", question))
        alpha = krippendorff_alpha(given, values)
        rows.append((question, alpha, *ends, len(given), int(shared.sum()), len(own)))
    return pd.DataFrame(rows, columns=list(JUDGE_AGREEMENT))


def _by_question(judged: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The answers to each question, in the order of the page."""
    for question in QUESTIONS:
        own = judged[judged["question"] == question]
        if len(own):
            yield question, own


def _answers(judged: pd.DataFrame) -> pd.DataFrame:
    """Answers by judge and trial, empty where there is none."""
    return judged.pivot_table(
        index="judge", columns="trial", values="answer", aggfunc="first"
    ).fillna("")


def _shares(kept: pd.DataFrame, seed: int) -> Iterator[tuple[object, ...]]:
    """Shares of answers of each source, those of catch trials included."""
    for question, own in _by_question(kept):
        sides = [own]
        if question == "style":
            second = {"model_b": "model", "of_b": "of", "model": "model_b", "of": "of_b"}
            turned = {"first": "second", "second": "first"}
            sides.append(own.rename(columns=second).assign(answer=own["answer"].map(turned)))
        for (model, of), about in _sources(pd.concat(sides, ignore_index=True)):
            # Of two walks of one source, one is always chosen, whatever that says.
            about = about[~about.duplicated(["judge", "trial"], keep=False)]
            if about.empty:
                continue
            for answer, hits, chance in _counted(question, about):
                rng = generator(seed, "judging", question, model, of, answer)
                answered = about.assign(hit=hits)
                table = answered.pivot_table(index="judge", columns="trial", values="hit")
                known = table.notna().to_numpy()
                hit, counts = table.eq(1).to_numpy(), np.ones(table.shape[1], bool)
                estimate = share_interval(counts, hit, known, rng)
                trials = int(about["trial"].nunique())
                yield question, model, of, answer, *estimate, chance, trials, int(known.sum())


def _sources(judged: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    """Answers by model and path, and by each of them alone."""
    of_models = judged["model"] != CONTROL
    for model, own in judged[of_models].groupby("model"):
        yield (str(model), TOGETHER), own
    for of, own in judged[of_models].groupby("of"):
        yield (TOGETHER, str(of)), own
    for (model, of), own in judged.groupby(["model", "of"]):
        yield (str(model), str(of)), own


def _counted(question: str, about: pd.DataFrame) -> Iterator[tuple[str, pd.Series, float]]:
    """What is counted of a question: the answer, which answers are it, and what guessing gives."""
    asked = QUESTIONS[question]
    if question == "style":
        yield "more", about["answer"] == "first", asked.chance
    elif question == "intruder":
        yield "right", about["answer"] == about["right"], asked.chance
    else:
        for answer in asked.answers:
            yield answer, about["answer"] == answer, asked.chance


def _metrics(kept: pd.DataFrame, key: pd.DataFrame, seed: int) -> Iterator[tuple[object, ...]]:
    """Every measure of the key against the answers to trials that are no catch trials."""
    known = key[(key["measure"] != "") & np.isfinite(key["value"]) & ~key["catch"]]
    for question, own in _by_question(kept[~kept["catch"]]):
        measures = known.loc[known["question"] == question, "measure"]
        for measure in dict.fromkeys(measures):
            rows = known[(known["question"] == question) & (known["measure"] == measure)]
            rows = rows.set_index("trial")
            table = _answers(own[own["trial"].isin(rows.index)])
            rows = rows.loc[table.columns]
            given = table.to_numpy(str)
            if not given.size:
                continue
            rng = generator(seed, "judging", question, measure)
            for statistic, answer, estimate, chance, p, used in _compared(
                question, given, rows, rng
            ):
                counts = (int(used.any(axis=0).sum()), int(used.sum()))
                if np.isfinite(estimate[0]):
                    yield question, measure, statistic, answer, *estimate, chance, p, *counts


def _adjusted(rows: Iterator[tuple[object, ...]]) -> pd.DataFrame:
    """Table JUDGED_METRICS, its p adjusted over the measures of each question and statistic."""
    table = pd.DataFrame(rows, columns=list(JUDGED_METRICS))
    if len(table):
        by = table.groupby(["question", "statistic"], sort=False)
        table["p"] = by["p"].transform(lambda p: holm(p.to_numpy(float)))
    return table


# Statistic, answer, value and interval, what guessing gives, p, answers behind it.
_Comparison = tuple[
    str, str, tuple[float, float, float], float, float, Bool[np.ndarray, "judges trials"]
]


def _compared(
    question: str, given: np.ndarray, rows: pd.DataFrame, rng: np.random.Generator
) -> Iterator[_Comparison]:
    """The statistics of one measure: of answers (J, T) and its rows of the key, one a trial."""
    answered, values, says = given != "", rows["value"].to_numpy(), rows["says"].to_numpy(str)
    models = rows["model"].to_numpy(str)

    if question == "style":  # of two models a trial, which are no strata
        estimate = share_interval(says, given, answered, rng)
        p = permutation_p(share(says), given, answered, rng)
        yield "agreement", "", estimate, 0.5, p, answered
    elif question == "kind":
        answer = str(says[0])
        estimate = area_interval(answer, values, given, answered, rng)
        p = permutation_p(area(answer, values), given, answered, rng, models)
        yield "auc", answer, estimate, 0.5, p, answered
    elif question == "where":
        sides = answered & (given != "even")
        estimate = area_interval("ends", values, given, sides, rng)
        p = permutation_p(area("ends", values), given, sides, rng, models)
        yield "auc", "ends", estimate, 0.5, p, sides
        agreement = kappa(list(QUESTIONS[question].answers), says)
        estimate = interval(agreement, given, answered, rng)
        p = permutation_p(agreement, given, answered, rng, models)
        yield "kappa", "", estimate, 0.0, p, answered
