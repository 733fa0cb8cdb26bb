"""Numbers as a person reads them, in as many digits as they are worth."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stylewalk import numbers
from stylewalk.pages import cells


@pytest.mark.parametrize(
    ("write", "value", "text"),
    [
        (numbers.loss, 0.01523, "0.0152"),
        (numbers.loss, 1.2349, "1.23"),
        (numbers.loss, 0.0, "0"),
        (numbers.large, 152_340, "152,000"),
        (numbers.large, 1_534_000, "1.53 million"),
        (numbers.large, 0.01523, "0.0152"),
        (numbers.percent, 0.1234, "12.3 %"),
        (numbers.signed, -0.514, "−0.51"),
        (numbers.p_value, 0.0004, "< 0.001"),
        (numbers.p_value, 0.0344, "0.034"),
    ],
)
def test_numbers_as_a_person_reads_them(write, value, text):
    assert write(value) == text


@pytest.mark.parametrize(
    "write", [numbers.loss, numbers.large, numbers.percent, numbers.signed, numbers.p_value]
)
def test_what_is_not_known_is_a_dash(write):
    assert write(float("nan")) == numbers.DASH
    assert numbers.interval(float("nan"), 1.0) == numbers.DASH


@given(st.floats(min_value=1e-5, max_value=99.0))
def test_a_loss_keeps_three_digits(value):
    assert float(numbers.loss(value)) == pytest.approx(value, rel=0.0051)


@given(st.floats(min_value=100, max_value=1e12))
def test_a_style_loss_keeps_three_digits(value):
    text = numbers.large(value).replace(",", "").replace(" million", "e6")
    assert float(text) == pytest.approx(value, rel=0.0051)


def test_a_spread_gets_as_many_decimals_as_its_mean_and_one_unit():
    # Half of the interval of x - 1, x, x + 1 is 2.484.
    assert cells.spread([0.01, 0.02, 0.03], numbers.percent) == "2.0 ± 2.5 %"
    assert cells.spread([1.5e6 - 1e5, 1.5e6, 1.5e6 + 1e5], numbers.large) == (
        "1.5 million ± 248,000"
    )
    assert cells.spread([np.nan, 2.0], "{:.1f}".format) == "2.0"
    assert cells.spread([np.nan], "{:.1f}".format) == "–"
