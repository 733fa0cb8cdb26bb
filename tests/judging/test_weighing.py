"""What the answers of simulated judges come to."""

import itertools
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import cohen_kappa_score, roc_auc_score

from judging_study import METRICS, MODELS, PATHS, follow, trials_and_key
from stylewalk.catalogue import TABLES
from stylewalk.catalogue.judging import CONTROL, TOGETHER
from stylewalk.judging import resampling, weighing
from stylewalk.judging.planning import half_width
from stylewalk.judging.questions import QUESTIONS
from stylewalk.tables import conform


@pytest.fixture(scope="module")
def key():
    return trials_and_key(160, walks=8)[1]


def answers_of(rows):
    return pd.DataFrame(rows, columns=["judge", "trial", "answer", "milliseconds"])


@pytest.fixture(scope="module")
def found(key):
    """Three judges who follow ``gram``, mostly, and one who guesses."""
    rng = np.random.default_rng(4)
    rows = [r for name in "ABC" for r in follow(key, name, rng, "gram", 0.95, 0.8)]
    rows += follow(key, "guesses", rng, right=0, surely=0)
    return weighing.weigh(key, answers_of(rows))


def test_tables_are_those_of_the_catalogue(found):
    for name, table in found.items():
        assert len(conform(table, TABLES[name])) == len(table) > 0


def test_who_guesses_is_left_out(found):
    judges = found["judges"].set_index("judge")
    assert judges["kept"].to_dict() == {"A": True, "B": True, "C": True, "guesses": False}
    assert (judges["answers"] == 160).all()
    assert (judges["catch_trials"] == 32).all()
    assert set(found["judge_agreement"]["judges"]) == {3}


def test_judges_agree_with_the_metric_that_they_follow_and_not_with_another(found):
    table = found["judged_metrics"].set_index(["question", "measure", "statistic"])
    for question, statistic in (("style", "agreement"), ("where", "auc"), ("where", "kappa")):
        followed = table.loc[(question, "gram", statistic)]
        assert followed["low"] > followed["chance"], question
        other = table.loc[(question, "colour", statistic)]
        assert other["low"] < other["chance"] < other["high"], question
        assert followed["value"] > other["high"]
    assert set(found["judged_metrics"]["measure"]) == {
        *METRICS,
        *("plain pixels", "structure", "fade and blur", "small rho"),
    }


@pytest.mark.slow
def test_judges_who_see_structure_as_new_agree_with_it():
    key = trials_and_key(160, walks=8)[1]
    rng = np.random.default_rng(0)
    new = key[(key["measure"] == "structure")].set_index("trial")["value"]
    rows = []
    for judge in "AB":
        for _, trial, answer, ms in follow(key, judge, rng):
            answer = ("new" if new[trial] > 0.5 else "fade") if trial in new.index else answer
            rows.append((judge, trial, answer, ms))
    table = weighing.weigh(key, answers_of(rows))["judged_metrics"].set_index("measure")
    assert table.loc["structure", "value"] == 1
    assert np.isnan(table.loc["structure", "low"])  # no draw differs
    assert table.loc["structure", "p"] == pytest.approx(2 / 1000)  # the least, of two measures
    assert "small rho" not in table.index  # nobody answered that it dissolves
    assert table.loc["structure", "answer"] == "new"


@pytest.mark.slow
@pytest.mark.parametrize("positives", [2, 4, 12])
def test_a_measure_that_knows_nothing_is_seldom_called_better_than_chance(positives):
    """At any number of answers: intervals by bootstrap are too narrow for few."""
    rng = np.random.default_rng(positives)
    given = np.full((3, 24), "no", "U3")
    given[:, :positives] = "yes"  # three judges who always agree
    answered = np.ones_like(given, bool)
    found = 0
    for _ in range(150):
        knows_nothing = resampling.area("yes", rng.normal(size=24))
        found += resampling.permutation_p(knows_nothing, given, answered, rng) < 0.05
    assert stats.binomtest(found, 150, 0.05).pvalue > 0.01
    known = resampling.area("yes", np.arange(24)[::-1].astype(float))
    assert resampling.interval(known, given, answered, rng)[0] == 1
    assert resampling.permutation_p(known, given, answered, rng) < (0.01 if positives > 2 else 0.02)


VALUES = np.array([5.0, 3.0, 4.0, 2.0, 1.0, 2.5])
SAYS = np.array(["a", "a", "b", "c", "b", "b"])


@pytest.mark.slow
@pytest.mark.parametrize("strata", [None, [0, 1, 0, 1, 0, 0]])
@pytest.mark.parametrize(
    ("make", "measure"),
    [
        (lambda values: resampling.area("a", values), VALUES),
        (resampling.share, SAYS),
        (lambda says: resampling.kappa("abc", says), SAYS),
    ],
)
def test_the_permutation_p_is_that_of_every_order(make, measure, strata):
    """Of few trials all orders can be counted; one answer is missing."""
    given = np.array([["a", "a", "b", "b", "b", "c"], ["a", "b", "b", "a", "", "c"]])
    answered, found = given != "", []
    of = np.zeros(6) if strata is None else np.array(strata)
    for order in map(list, itertools.permutations(range(6))):
        if (of[order] == of).all():
            found.append(make(measure[order])(answered[None].astype(float), given[None])[0])
    exact = np.mean(np.array(found) >= found[0] - 1e-12)
    rng = np.random.default_rng(3)
    given_strata = None if strata is None else of
    p = resampling.permutation_p(make(measure), given, answered, rng, given_strata)
    assert 0 < exact < 1
    assert p == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / resampling.DRAWS))


def test_orders_without_a_value_do_not_make_p_small():
    """Where the trial without an answer gets the one other shape, kappa has no value."""
    given = np.array([["ends", "ends", ""]])
    says = np.array(["middle", "ends", "ends"])
    statistic = resampling.kappa(["ends", "middle"], says)
    rng = np.random.default_rng(0)
    assert resampling.permutation_p(statistic, given, given != "", rng) == 1


def test_models_that_differ_do_not_make_a_measure_agree():
    """Answers and the measure each depend on the model, and on nothing in common."""
    rng, found = np.random.default_rng(0), {True: 0, False: 0}
    models = np.repeat(np.arange(6), 4)
    answered = np.ones((3, 24), bool)
    for _ in range(150):
        values = rng.normal(0, 3, 6)[models] + rng.normal(size=24)
        chance = 1 / (1 + np.exp(-rng.normal(0, 2, 6)[models] - rng.normal(size=24)))
        given = np.where(rng.random((3, 24)) < chance, "yes", "no")
        for within in found:
            strata = models if within else None
            area = resampling.area("yes", values)
            found[within] += resampling.permutation_p(area, given, answered, rng, strata) < 0.05
    assert stats.binomtest(found[True], 150, 0.05).pvalue > 0.01
    assert found[False] > 13  # 5 % would be 7.5


def test_few_trials_on_a_side_have_no_interval():
    rng = np.random.default_rng(2)
    given = np.full((1, 24), "no", "U3")
    for count, known in ((4, False), (5, True)):
        given[:, :count] = "yes"
        everything, values = np.ones_like(given, bool), rng.normal(size=24)
        ends = resampling.area_interval("yes", values, given, everything, rng)[1:]
        assert np.isfinite(ends).all() == known


@pytest.mark.slow
def test_statistics_are_those_of_scikit_learn(key):
    rng = np.random.default_rng(5)
    rows = answers_of(follow(key, "A", rng, "gram", surely=0.6))
    table = weighing.weigh(key, rows)["judged_metrics"].set_index(
        ["question", "measure", "statistic"]
    )
    given = rows.set_index("trial")["answer"]
    one = key[~key["catch"]].set_index("trial")
    where = one[(one["question"] == "where") & (one["measure"] == "colour")]
    answers = given[where.index]
    expected = cohen_kappa_score(answers, where["says"])
    assert table.loc[("where", "colour", "kappa"), "value"] == pytest.approx(expected)
    sides = answers != "even"
    expected = roc_auc_score(answers[sides] == "ends", where.loc[sides.to_numpy(), "value"])
    assert table.loc[("where", "colour", "auc"), "value"] == pytest.approx(expected)
    style = one[(one["question"] == "style") & (one["measure"] == "colour")]
    expected = (given[style.index] == style["says"]).mean()
    assert table.loc[("style", "colour", "agreement"), "value"] == pytest.approx(expected)


def test_shares_count_every_answer_once_and_of_two_walks_each(found, key):
    table = found["judgements"]
    kind = table[(table["question"] == "kind") & (table["model"] != CONTROL)]
    sums = kind.groupby(["model", "of"])["share"].sum()
    np.testing.assert_allclose(sums, 1)
    alone = kind[(kind["model"] != TOGETHER) & (kind["of"] != TOGETHER) & (kind["answer"] == "new")]
    asked = key[(key["question"] == "kind") & ~key["catch"]]["trial"].nunique()
    assert alone["trials"].sum() == asked
    assert alone["n"].sum() == 3 * asked
    assert set(kind["of"]) == {*PATHS, TOGETHER}
    style = table[(table["question"] == "style") & (table["of"] == TOGETHER)]
    assert set(style["model"]) == set(MODELS)
    # Each choice is won by one walk and lost by another.
    assert np.average(style["share"], weights=style["n"]) == pytest.approx(0.5)
    moves = table[(table["of"] == "blend: even") & (table["question"] == "style")]
    assert moves["share"].iloc[0] > 0.8


def test_of_two_walks_of_one_source_nothing_is_counted():
    """One of them is always chosen, whatever that says."""
    key = trials_and_key(160, walks=8)[1].query("question == 'style' and not catch")
    key = key.assign(model="A", model_b="A", of="line", of_b="line")
    rows = follow(key, "A", np.random.default_rng(0))
    judged = answers_of(rows).merge(weighing.one_each(key).reset_index(), on="trial")
    assert list(weighing._shares(judged, 0)) == []


def test_one_judge_alone_and_none_that_is_kept(key):
    rng = np.random.default_rng(0)
    alone = weighing.weigh(key, answers_of(follow(key, "A", rng)))
    assert alone["judge_agreement"]["alpha"].isna().all()
    assert len(alone["judged_metrics"])
    none = weighing.weigh(key, answers_of(follow(key, "A", rng, right=0, surely=0)))
    assert not none["judges"]["kept"].any()
    for name in ("judge_agreement", "judgements", "judged_metrics"):
        assert none[name].empty
        conform(none[name], TABLES[name])


@pytest.mark.slow
def test_a_session_that_was_broken_off_counts_as_far_as_it_goes(key):
    rng = np.random.default_rng(0)
    whole, part = follow(key, "A", rng), follow(key, "B", rng)[:50]
    found = weighing.weigh(key, answers_of(whole + part))
    assert found["judges"]["answers"].tolist() == [160, 50]
    assert found["judge_agreement"]["trials"].sum() < 50


@given(st.integers(0, 12), st.integers(1, 12), st.floats(0.05, 0.95))
def test_of_equal_chances_guessing_is_binomial(right, trials, chance):
    expected = stats.binom.sf(right - 1, trials, chance)
    assert weighing.guessing_p(right, np.full(trials, chance)) == pytest.approx(expected)


def test_nobody_is_kept_without_catch_trials():
    assert weighing.guessing_p(0, np.empty(0)) == 1


@pytest.mark.slow
def test_judges_who_guess_are_kept_as_seldom_as_the_level_says():
    key = trials_and_key(40)[1]
    rng = np.random.default_rng(1)
    rows = [r for n in range(60) for r in follow(key, f"g{n:03}", rng, right=0, surely=0)]
    judged = answers_of(rows).merge(weighing.one_each(key).reset_index(), on="trial")
    assert weighing._judges(judged)["kept"].mean() < 0.09


@settings(max_examples=20)
@given(st.integers(1, 4), st.integers(2, 9), st.booleans())
def test_where_all_answers_are_alike_the_interval_is_exact(judges, trials, hit):
    hits = np.full((judges, trials), hit)
    everything = np.ones_like(hits)
    found = resampling.share_interval(everything[0], hits, everything, np.random.default_rng(0))
    exact = stats.binomtest(trials * hit, trials).proportion_ci()
    assert found == pytest.approx((float(hit), exact.low, exact.high))


@pytest.mark.parametrize(("judges", "trials", "alpha"), [(1, 96, 0.4), (5, 48, 0.4), (5, 48, 0.1)])
def test_the_planned_half_width_is_what_simulated_shares_spread_by(judges, trials, alpha):
    """Answers of a trial are correlated by alpha: they are of its own share, drawn from a beta."""
    rng = np.random.default_rng(0)
    of_trials = rng.beta(0.5 * (1 - alpha) / alpha, 0.5 * (1 - alpha) / alpha, (3000, trials))
    shares = rng.binomial(judges, of_trials).mean(axis=1) / judges
    assert 1.96 * shares.std() == pytest.approx(half_width(0.5, trials, judges, alpha), rel=0.06)


def test_intervals_hold_the_share_of_other_judges_and_walks():
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(60):
        of_trials, of_judges = rng.normal(0, 1, 24), rng.normal(0, 0.7, 5)
        chance = 1 / (1 + np.exp(-(of_trials + of_judges[:, None])))
        hits = rng.random((5, 24)) < chance
        _, low, high = resampling.share_interval(np.ones(24, bool), hits, np.ones_like(hits), rng)
        held += low <= 0.5 <= high
    assert held >= 53


def test_the_tables_of_the_protocol_are_recomputed():
    text = (Path(__file__).parents[2] / "docs/judging.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| (\d+) \| ([.\d]+) \| ([.\d]+) \| ([.\d]+) \| ([.\d]+) \|$", text, re.M)
    assert len(table) == 5
    for trials, *widths in table:
        for judges, width in zip((1, 3, 5, 10), widths, strict=True):
            assert width == f"{half_width(0.5, int(trials), judges, 0.4):.2f}"[1:], (trials, judges)
    chances = np.repeat([question.chance for question in QUESTIONS.values()], 6)
    needed = next(n for n in range(25) if weighing.guessing_p(n, chances) < 0.05)
    assert f"that takes {needed} right ones" in text
    assert stats.binom.sf(needed - 1, 24, 0.75) == pytest.approx(0.99, abs=0.006)


def test_the_pages_words_are_those_that_the_protocol_names():
    text = (Path(__file__).parents[2] / "docs/judging.md").read_text(encoding="utf-8")
    for question in QUESTIONS:
        assert f"| `{question}`" in text
    for name in weighing.weigh(*_small()):
        assert f"`{name}`" in text


def _small():
    key = trials_and_key(20)[1]
    return key, answers_of(follow(key, "A", np.random.default_rng(0)))
