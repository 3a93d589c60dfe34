"""A workbook is opened again and read: numbers are numbers with formats, charts are native, text stays text."""

import datetime as dt
from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import numpy as np
import openpyxl
import pandas as pd
import pytest

from sim.answers import workbook
from sim.answers.analysis import Analysis, ReportSection
from sim.answers.chart import Chart, ChartSeries
from sim.answers.compare.report import analysis_of
from sim.answers.workbook import cell_format, xlsx_bytes


@pytest.fixture(scope="module")
def analysis(material) -> Analysis:
    return analysis_of(material)


@pytest.fixture(scope="module")
def file(analysis) -> bytes:
    return xlsx_bytes(analysis)


@pytest.fixture(scope="module")
def book(file):
    return openpyxl.load_workbook(BytesIO(file))


def with_tables(analysis: Analysis, **tables: pd.DataFrame):
    small = replace(analysis, tables=tables, sections=[], units={"worth": "currency", "part": "share"})
    return openpyxl.load_workbook(BytesIO(xlsx_bytes(small)))


def test_it_has_the_answer_charts_tables_assumptions_and_how_it_was_made(book, analysis):
    names = book.sheetnames
    assert names[0] == "Answer"
    assert names[-2:] == ["Assumptions", "How it was made"]
    assert {"effects chart", "bookings chart", "drivers training chart", *analysis.tables} <= set(names)
    cells = [cell.value for cell in book["Answer"]["A"]]
    assert cells[1] == analysis.question
    assert cells[2] == analysis.answer[0]


def test_numbers_are_numbers_in_the_unit_of_their_row(book, material):
    sheet = book["effects"]
    head = [cell.value for cell in sheet[1]]
    assert head[:3] == ["case", "measure", "unit"]
    rows = {(row[0].value, row[1].value): row for row in sheet.iter_rows(min_row=2)}
    row = rows["training", "net_contribution"]
    value = row[head.index("difference")]
    assert value.value == pytest.approx(material.effect("training", "net_contribution")["difference"])
    assert value.number_format == "#,##0"
    assert row[2].value == "USD"
    share = rows["training", "win_rate"][head.index("difference")]
    assert share.number_format == "0.0%"
    assert rows["training", "win_rate"][head.index("relative [%]")].number_format == "0.0%"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref.startswith("A1:")


def test_a_chart_is_native_beside_its_data_with_intervals(book, file, material):
    sheet = book["effects chart"]
    effect = material.effect("training", "net_contribution")
    assert [sheet["A1"].value, sheet["A2"].value] == ["[USD]", "Training"]
    assert sheet["B2"].value == pytest.approx(effect["difference"])
    assert sheet["C2"].value == pytest.approx(effect["low"])
    assert sheet["E2"].value == "=D2-B2"
    assert sheet["F2"].value == "=B2-C2"
    with ZipFile(BytesIO(file)) as parts:
        drawn = [name for name in parts.namelist() if name.startswith("xl/charts/chart")]
        xml = parts.read("xl/charts/chart1.xml").decode()
    assert len(drawn) == 4
    assert "<c:f>'effects chart'!$E$2:$E$3</c:f>" in xml
    assert '<c:errValType val="cust"/>' in xml
    assert "difference from as is [million USD]" in xml


def test_how_it_was_made_can_be_repeated(book, analysis):
    sheet = book["How it was made"]
    rows = {row[0].value: row[1].value for row in sheet.iter_rows()}
    assert rows["Command that repeats it"] == analysis.command
    assert rows["Seeds"] == "0 to 39"
    assert rows["Scenario"].endswith(analysis.scenario.digest())
    assert rows["measure"] == "net_contribution"
    assert set(book.sheetnames) <= set(rows)


def test_assumptions_say_which_the_answer_leans_on(book, analysis):
    rows = list(book["Assumptions"].iter_rows(min_row=2, values_only=True))
    assert {row[1] for row in rows if row[3]} == {item.name for item in analysis.basis["touched"]}
    assert len(rows) == analysis.basis["n_assumed"]
    assert ("Product specialists", "structure.product_specialists") in {row[:2] for row in rows}
    values = {row[1]: row[2] for row in rows}
    assert values["market.deal_size"].endswith(f" {analysis.scenario.currency}")
    assert values["buyers.churn_sensitivity"] == "3 / share"


def test_values_stay_what_they_are(analysis):
    table = pd.DataFrame({
        "text": ["=1+1", "http://example.org", "@SUM(A1)"], "worth": [1.5e6, np.nan, 3.0], "part": [0.25, 0.5, np.inf],
        "count": [1, 2, 3], "sure": [True, False, True], "day": [dt.date(2026, 1, 5)] * 3,
        "win_rate": [0.2, 0.3, 0.4], "operations.wip_limit": [4, 8, 12],
    })  # fmt: skip
    sheet = with_tables(analysis, mixed=table)["mixed"]
    head = [cell.value for cell in sheet[1]]
    assert head[1:3] == ["worth [USD]", "part [%]"]
    assert head[6] == "win_rate [%]"
    assert head[7].startswith("operations.wip_limit [")
    first, second, third = sheet.iter_rows(min_row=2)
    assert [cell.value for cell in (first[0], second[0], third[0])] == list(table["text"])
    assert {cell.data_type for cell in (first[0], third[0])} == {"s"}
    assert second[0].hyperlink is None
    assert [first[1].value, second[1].value, third[2].value] == [1.5e6, None, None]
    assert (first[1].number_format, first[2].number_format, first[3].number_format) == ("#,##0", "0.0%", "0")
    assert first[4].value is True
    assert first[5].value == dt.datetime(2026, 1, 5)  # noqa: DTZ001 - Excel knows no zones


def test_a_very_long_table_is_cut_and_said(analysis, monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 10)
    book = with_tables(analysis, long=pd.DataFrame({"x": range(25)}), empty=pd.DataFrame())
    assert book["long"].max_row == 11
    assert any("The first 10 of 25 rows" in str(cell.value) for cell in book["How it was made"]["B"])


def test_names_of_sheets_are_allowed_and_different(analysis):
    names = ["a/b:c", "a?b*c", "A b c", "x" * 40, "x" * 41, "Answer"]
    book = with_tables(analysis, **{name: pd.DataFrame({"n": [1]}) for name in names})
    assert len(book.sheetnames) == len(names) + 3
    assert max(map(len, book.sheetnames)) <= 31


def test_a_chart_without_values_is_left_out_and_said(analysis):
    nothing = Chart("none", "Nothing at all", "line", [], [ChartSeries("x", [])])
    small = replace(analysis, tables={}, sections=[ReportSection("Only", charts=[nothing])])
    book = openpyxl.load_workbook(BytesIO(xlsx_bytes(small)))
    assert book.sheetnames == ["Answer", "Assumptions", "How it was made"]
    assert any("“Nothing at all” is left out" in str(cell.value) for cell in book["Answer"]["A"])


@pytest.mark.parametrize(
    ("unit", "size", "form"),
    [("share", 0.2, "0.0%"), ("currency", 3.0, "#,##0"), ("", 12_345.0, "#,##0"), ("days", 63.0, "0.0"),
     ("ratio", 0.4, "0.000"), ("ratio", 1e-5, "0.00E+00"), ("worlds", 3.0, "0")],
)  # fmt: skip
def test_formats_follow_unit_and_size(unit, size, form):
    assert cell_format(unit, size) == form
