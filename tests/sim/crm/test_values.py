"""Dates and amounts as people and programs write them."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.crm.values import MAX_AMOUNT, Texts, _words, date_evidence, read_amounts, read_dates
from tests.loops import for_each

MARCH_FIRST = [
    "2017-03-01",
    "2017/3/1",
    "2017-03-01T10:00:00.000Z",
    "2017-03-01 23:59",
    "20170301",
    "01/03/2017",
    "1.3.17",
    "01-03-2017 09:15",
    "1 Mar 2017",
    "01-March-2017",
    "1-Mar-17",
    "Mar 1, 2017",
    "March 1st 2017",
    "1st of March 2017",
    "Wed, 1 Mar 2017 10:00:00 GMT",
    "01MAR2017",
    "2017 March 1",
    "1. März 2017",
    "1er mars 2017 à 9:15",
    "1 de março de 2017",
    "2017.03.01.",
    "20170301T1000Z",
    "42795",
    "42795.5",
    "1488326400000",
]


def texts(*cells: str | None) -> Texts:
    return Texts.of(pd.Series(list(cells), dtype="str"))


@for_each("text", MARCH_FIRST)
def test_one_day_in_many_formats(text: str):
    assert read_dates(texts(text), day_first=True).tolist() == [pd.Timestamp("2017-03-01")]


@for_each(
    "text",
    [
        "",
        "soon",
        "March",
        "May 5",
        "3 March",
        "Mar 2017",
        "30 Feb 2017",
        "Monday",
        "2017-02-30",
        "13/13/2017",
        "=TODAY()",
        "now",
        "1",
        "99/99/9999",
        "0000-01-01",
    ],
)
def test_what_is_no_day_is_missing(text: str):
    assert read_dates(texts(text), day_first=True).isna().all()


def test_a_date_that_can_only_be_one_order_is_read_so():
    read = read_dates(texts("25/04/2017", "04/25/2017", "03/04/2017", None), day_first=False)
    assert read[:3].dt.strftime("%m-%d").tolist() == ["04-25", "04-25", "03-04"]
    assert pd.isna(read[3])


def test_evidence_counts_rows():
    found = date_evidence(texts("25/04/2017", "25/04/2017", "04/25/2017", "03/04/2017", "05/05/2017", "2017-01-01"))
    assert (found.day_first, found.month_first, found.ambiguous) == (2, 1, 1)
    assert found.formats == {"year-month-day": 1, "numeric": 5}


def test_no_name_means_two_months():
    names = [name.casefold() for month in _words().MONTHS for name in {name.casefold() for name in month}]
    assert len(names) == len(set(names))
    assert {"märz", "août", "maj", "grudnia"} < set(names)


@settings(max_examples=25)
@given(
    days=st.lists(st.dates(dt.date(1975, 1, 1), dt.date(2068, 12, 31)), min_size=1, max_size=20),
    form=st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%Y%m%d"]),
)
def test_every_day_comes_back(days: list[dt.date], form: str):
    found = read_dates(texts(*(day.strftime(form) for day in days)), day_first=True)
    assert [one.date() for one in found] == days


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1054", 1054.0),
        ("$1,234.50", 1234.5),
        ("1.234,50 €", 1234.5),
        ("USD 1000", 1000.0),
        ("EUR5", 5.0),
        ("1 234", 1234.0),
        ("1'234.5", 1234.5),
        ("(1,234)", -1234.0),
        ("-5", -5.0),
        ("$-5", -5.0),
        ("1e6", 1e6),
        ("1,234", 1234.0),
        ("1,5", 1.5),
        ("1.234", 1.234),
        ("1.234.567", 1234567.0),
        ("zł 1 234,50", 1234.5),
        ("1.234,50 kr", 1234.5),
        ("CHF 1.234,-", 1234.0),
        ("₺1.234,50", 1234.5),
        ("R$ 5,50", 5.5),
        ("-$5", -5.0),
        ("($5.00)", -5.0),
        ("\u22125", -5.0),
        ("+5", 5.0),
    ],
)
def test_amounts(text: str, amount: float):
    assert read_amounts(texts(text))[0].tolist() == [amount]


@for_each(
    "text", ["=1+1", "12k", "abc", "1e99", "inf", "nan", "--5", "1,2,3x", "=", "A1", "order 66", "1/2", "50%", "XYZ 5"]
)
def test_what_is_no_amount_is_missing(text: str):
    assert read_amounts(texts(text))[0].isna().all()


def test_a_point_groups_thousands_where_the_column_writes_decimals_with_a_comma():
    assert read_amounts(texts("1.234", "5,50"))[0].tolist() == [1234.0, 5.5]


def test_a_point_groups_thousands_where_all_amounts_have_three_digits_after_it():
    assert read_amounts(texts("1.500", "12.000", "2.250", "31.000", "4.000", "900"))[0].tolist() == [
        1500, 12_000, 2250, 31_000, 4000, 900,
    ]  # fmt: skip
    assert read_amounts(texts("1.500", "12.000", "2.250", "31.000", "4.05"))[0].tolist() == [1.5, 12, 2.25, 31, 4.05]
    assert read_amounts(texts("0.500", "0.125", "0.250", "0.750", "0.100"))[0].tolist() == [0.5, 0.125, 0.25, 0.75, 0.1]


def test_currency_is_the_one_most_rows_name():
    assert read_amounts(texts("€ 5", "€ 6", "7"))[1] == "EUR"
    assert read_amounts(texts("5", "6", "$ 7"))[1] == ""
    assert read_amounts(texts("5 zł", "6 zł"))[1] == "PLN"
    assert read_amounts(texts("kr 5", "kr 6"))[1] == "kr"  # of several countries


@settings(max_examples=25)
@given(values=st.lists(st.integers(0, int(MAX_AMOUNT)), min_size=1, max_size=20))
def test_every_grouped_amount_comes_back(values: list[int]):
    assert read_amounts(texts(*(f"${value:,}" for value in values)))[0].tolist() == [float(one) for one in values]


@settings(max_examples=25)
@given(cells=st.lists(st.text(max_size=30), min_size=1, max_size=20))
def test_no_text_breaks_the_reader(cells: list[str]):
    column = texts(*cells)
    amounts = read_amounts(column)[0].dropna()
    assert (np.abs(amounts) <= MAX_AMOUNT).all()
    assert len(read_dates(column, day_first=False)) == len(cells)
    date_evidence(column)
