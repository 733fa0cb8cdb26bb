"""Krippendorff's alpha, held against his own example and a slow computation by the definition."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stylewalk.judging.alpha import alpha_interval, krippendorff_alpha

# Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011, section C: four observers.
EXAMPLE = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""
VALUES = "12345"


def example():
    return np.array([line.split() for line in EXAMPLE.strip().splitlines()])


def slow_alpha(answers):
    """1 - observed / expected disagreement, pair by pair."""
    units = [[x for x in unit if x != "."] for unit in answers.T]
    units = [unit for unit in units if len(unit) > 1]
    everything = [x for unit in units for x in unit]
    n = len(everything)
    observed = sum(
        (a != b) / (len(unit) - 1) for unit in units for a, b in itertools.permutations(unit, 2)
    )
    expected = sum(a != b for a, b in itertools.permutations(everything, 2)) / (n - 1) if n else 0
    return 1 - observed / expected if expected else np.nan


def test_the_example_of_its_author():
    assert krippendorff_alpha(example(), VALUES) == pytest.approx(0.743, abs=5e-4)


@given(st.integers(1, 5), st.integers(1, 8), st.integers(0, 2**32 - 1))
def test_it_is_what_the_definition_says(judges, trials, seed):
    rng = np.random.default_rng(seed)
    answers = rng.choice(list("123."), size=(judges, trials))
    found = krippendorff_alpha(answers, "123")
    assert found == pytest.approx(slow_alpha(answers), nan_ok=True)


def test_agreement_is_one_and_chance_is_zero():
    rng = np.random.default_rng(0)
    same = np.repeat(rng.choice(list("123"), size=(1, 40)), 3, axis=0)
    assert krippendorff_alpha(same, "123") == 1
    # Draws that are all alike say nothing of how sure it is.
    assert np.isnan(alpha_interval(same, "123", rng)).all()
    random = rng.choice(list("123"), size=(4, 3000))
    assert abs(krippendorff_alpha(random, "123")) < 0.03
    low, high = alpha_interval(random, "123", rng)
    assert low < 0 < high


def test_nothing_is_said_where_there_is_nothing_to_compare():
    rng = np.random.default_rng(0)
    assert np.isnan(krippendorff_alpha(np.array([["1", "2"]]), "12"))
    assert np.isnan(alpha_interval(np.array([["1", "2"]]), "12", rng)).all()
    assert np.isnan(krippendorff_alpha(np.array([["1", "1"], ["1", "1"]]), "12"))


def test_the_interval_holds_alpha_as_often_as_it_says():
    """Of two judges who agree by design."""
    rng = np.random.default_rng(1)

    def draw(trials):
        first = rng.choice(list("12"), size=trials)
        agree = rng.random(trials) < 0.6
        return np.stack([first, np.where(agree, first, rng.choice(list("12"), size=trials))])

    held = []
    for _ in range(100):
        low, high = alpha_interval(draw(60), "12", rng)
        held.append(low <= 0.6 <= high)
    assert sum(held) >= 88
