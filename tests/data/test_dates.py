"""Dates of collections: known answers, and no text that breaks the reader."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stylewalk.data.dates import century, parse_date, parse_year


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1880", 1880),
        ("c. 1880", 1880),
        ("c.1880", 1880),
        ("ca1880", 1880),
        ("1896-1901", 1896),
        ("1650–60", 1650),
        ("1503-05", 1503),
        ("1896/97", 1896),
        ("c. 1880–c. 1882", 1880),
        ("1880, reworked 1881–82", 1880),
        ("1880s", 1880),
        ("mid-1880s", 1880),
        ("1887.0", 1887),
        (1887.0, 1887),
        (1887, 1887),
        ("23 March 1889", 1889),
        ("March 1885", 1885),
        ("1889-03-23", 1889),
        ("23.3.1889", 1889),
        ("[1900?]", 1900),
        ("19th century, perhaps 1850", 1850),
    ],
)
def test_first_year_of_a_text(text, year):
    assert parse_date(text) == (year, math.ceil(year / 100))
    assert parse_year(text) == year


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15th century", 15),
        ("early 19th century", 19),
        ("late 15th–early 16th century", 15),
        ("2nd half of the 18th century", 18),
        ("first quarter of 17th cent.", 17),
        ("19th c.", 19),
        ("XIX century", 19),
        ("XVIe siècle", 16),
        ("19. Jahrhundert", 19),
        ("1800s", 19),
        ("1900's", 20),
        ("18..", 19),
        ("18.. ", 19),
        ("18--", 19),
        ("18th century, restored 1950", 18),
    ],
)
def test_a_century_without_a_year(text, expected):
    assert parse_date(text) == (None, expected)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "n.d.", None, math.nan, pd.NA, "0", "12345", "18850101", "9999", "No. 125", "March"],
)
def test_a_text_without_a_date(text):
    assert parse_date(text) == (None, None)


@pytest.mark.parametrize(
    "text", ["500 BC", "5th century B.C.", "1200 BCE", "century", "99th century", "0th century"]
)
def test_centuries_before_christ_and_impossible_ones_are_unknown(text):
    assert parse_date(text) == (None, None)


@given(st.integers(1, 3000))
def test_a_century_ends_with_its_hundredth_year(year):
    assert 100 * (century(year) - 1) < year <= 100 * century(year)


@given(st.one_of(st.text(), st.from_regex(r"[0-9IVXcst .?\-–/]{0,12} ?(century|BC|s)?")))
def test_any_text_is_read_and_year_agrees_with_century(text):
    year, of_century = parse_date(text)
    if year is not None:
        assert 1000 <= year <= 2099
        assert str(year) in text
        assert of_century == century(year)
    assert of_century is None or 1 <= of_century <= 21


@given(st.integers(1000, 2099), st.text(alphabet="acrt.,-–/()? ", max_size=6))
def test_what_stands_around_a_year_does_not_matter(year, around):
    assert parse_date(f"{around}{year}{around}") == (year, century(year))


@given(st.integers(1000, 2099), st.integers(1000, 2099))
def test_the_first_of_two_years_dates_a_work(first, second):
    assert parse_date(f"{first}–{second}")[0] == first
