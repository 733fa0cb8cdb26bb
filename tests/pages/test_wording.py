"""How the page puts numbers and models into words."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.sentence_tables import MODELS, losses, of_models, study
from stylewalk.pages.sentences import training
from stylewalk.pages.sentences.wording import (
    extremes,
    listing,
    magnitude,
    out_of,
    percent,
    sureness,
)


def test_extremes_name_both_ends_ties_and_a_single_model():
    values = pd.Series({"A": 0.2, "B": 0.1, "C": 0.3})
    assert extremes(values, "It", "{:.1f}".format) == "It runs from 0.1 in B to 0.3 in C"
    # 0.34 and 0.26 read alike with one decimal: neither is named alone.
    tied = pd.Series({"A": 0.34, "B": 0.1, "C": 0.26})
    assert extremes(tied, "It", "{:.1f}".format) == "It runs from 0.1 in B to 0.3 in A and C"
    alike = pd.Series({"A": 0.31, "B": 0.29})
    assert extremes(alike, "It", "{:.1f}".format) == "It is 0.3 in A and B alike"
    assert extremes(alike[:1], "It", "{:.1f}".format) == "It is 0.3 in A"


@given(st.lists(st.floats(0.001, 1000), min_size=1, max_size=6))
def test_extremes_name_every_model_at_an_end_and_no_other(values):
    series = pd.Series(values, index=[f"m{i}" for i in range(len(values))])
    text = extremes(series, "It", "{:.3f}".format)
    ends = {f"{series.min():.3f}", f"{series.max():.3f}"}
    for name, value in series.items():
        assert (name in text.replace(",", "").split()) == (f"{value:.3f}" in ends)


def test_words_for_numbers():
    assert [percent(v) for v in (0.344, 0.0361, 0.0, -0.02)] == ["34 %", "3.6 %", "0 %", "−2.0 %"]
    assert magnitude(8.746e9) == "8.75 billion"
    assert magnitude(152_340) == "152,000"
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert [out_of(n, 3, "x") for n in (0, 2, 3)] == ["none of the 3 x", "2 of the 3 x", "all 3 x"]
    assert out_of(1, 1, "x") == "1 of the 1 x"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.1, 0.2, 0.3], "one training run each"),
        ([[0.10, 0.11, 0.12], [0.5, 0.51, 0.52], [0.9, 0.91, 0.92]], "do not overlap"),
        ([[0.1, 0.5, 0.9], [0.2, 0.5, 0.8], [0.3, 0.6, 0.9]], "overlap"),
        ([[0.1, 0.2], [0.3], [0.4]], "no interval for a model of one training run"),
    ],
)
def test_how_sure_an_order_of_models_is_follows_from_the_seeds(values, words):
    said = sureness(of_models(values, "v"), "v", MODELS)
    assert said.endswith(words)
    assert ("not" in said) == ("not" in words)


def test_one_model_alone_is_in_no_order():
    assert sureness(of_models([0.1], "v"), "v", MODELS) == ""
    assert "runs from" not in training.losses(study(), losses([0.1]))
