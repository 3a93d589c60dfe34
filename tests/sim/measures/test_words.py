"""Numbers as a reader wants to see them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.measures.words import MINUS, NONE, amount, interval, listed, percent, short_unit, title_of, years


@pytest.mark.parametrize(
    ("value", "unit", "signed", "text"),
    [
        (84_123_000, "currency", False, "84.1 million USD"),
        (-2_950_000, "currency", True, f"{MINUS}2.95 million USD"),
        (950, "currency", True, "+950 USD"),
        (1.2e9, "currency / year", False, "1.20 billion USD / year"),
        (0.2234, "share", False, "22.3%"),
        (0.0123, "share", True, "+1.23 points"),
        (63.04, "days", False, "63.0 days"),
        (0.91, "ratio", False, "0.91"),
        (0.0, "currency", True, "0.00 USD"),
        (math.nan, "share", False, NONE),
        (math.inf, "currency", True, NONE),
    ],
)
def test_amounts(value: float, unit: str, signed: bool, text: str):  # noqa: FBT001 - a row of a table
    assert amount(value, unit, "USD", signed=signed) == text


@pytest.mark.parametrize(
    ("unit", "text", "difference"),
    [
        ("share", "%", "points"),
        ("ratio", "", ""),
        ("currency / year", "USD / year", "USD / year"),
        ("hours / rep / week", "h / rep / week", "h / rep / week"),
        ("opportunities", "deals", "deals"),
        ("specialists", "people", "people"),
        ("specialists / rep", "specialists / rep", "specialists / rep"),
    ],
)
def test_units_in_short(unit: str, text: str, difference: str):
    assert (short_unit(unit, "USD"), short_unit(unit, "USD", signed=True)) == (text, difference)


def test_both_ends_of_an_interval_have_one_scale():
    assert interval(-300, 2_500_000, "currency", "EUR", signed=True) == "0.00 to +2.50 million EUR"
    assert interval(-0.01, 0.02, "share", "EUR", signed=True) == f"{MINUS}1.00 to +2.00 points"
    assert interval(0.012, 0.0345, "ratio", "EUR") == "0.012 to 0.035"
    assert interval(math.nan, 1, "days", "EUR") == NONE


@given(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(["currency", "share", "days", "ratio"]))
def test_any_number_can_be_written(value: float, unit: str):
    for signed in (True, False):
        text = amount(value, unit, "USD", signed=signed)
        assert text
        assert (MINUS in text) == (value < 0 and math.isfinite(value) and any(digit in "123456789" for digit in text))


def test_percentages():
    assert percent(0.0841) == "+8.4%"
    assert percent(-0.0001) == "0.0%"
    assert percent(0.5, signed=False) == "50.0%"


def test_words():
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert title_of("as_is") == "As is"
    assert [years(weeks) for weeks in (1, 13, 52, 156, 520)] == [
        "1 week",
        "13 weeks",
        "one year",
        "three years",
        "10 years",
    ]
