"""What a screen shows of an answer goes from one process to another as text, and nothing of it is lost."""

import math

import numpy as np
import pytest

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries
from sim.answers.outline import Outline
from sim.scenario.scenario import Scenario


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    series = ChartSeries("gain", [np.float64(1.5), math.nan], [1.0, math.nan], [2.0, math.nan])
    chart = Chart("ranking", "What pays", "bar", ["a", "b"], [series], unit="share", signed=True)
    empty = Chart("empty", "Nothing", "bar", ["a"], [ChartSeries("x", [math.nan])])
    dots = Drawing("dots", "Some dots.", lambda figure: figure.add_subplot().plot([1, 2]) and None, (3.0, 2.0))
    table = TextTable(("a", "b"), [("1", "2")], range(1, 2), "A table")
    sections = [
        ReportSection("With a chart", "It leads.", [dots], [table], [chart]),
        ReportSection("Without", "", [dots], [], [empty]),
    ]
    return Analysis(
        "pilot", Scenario.load("baseline"), "Does it pay?", ("It pays.",), sections, {}, [0], 13, notes=("Few.",),
        command="flywheel pilot baseline",
    )  # fmt: skip


def test_it_says_and_shows_what_the_answer_does(analysis: Analysis):
    read = Outline.from_text(Outline.of(analysis).text())
    assert (read.kind, read.question, read.command) == ("pilot", "Does it pay?", "flywheel pilot baseline")
    assert (list(read.answer), list(read.notes)) == (["It pays."], ["Few."])
    first, second = read.sections
    (chart,), (table,) = first.charts, first.tables
    assert (chart.title, chart.unit, chart.signed, chart.empty) == ("What pays", "share", True, False)
    assert chart.series[0].points[0] == 1.5
    assert math.isnan(chart.series[0].points[1])
    assert (list(table.right), [list(row) for row in table.rows]) == ([1], [["1", "2"]])
    assert not second.charts


def test_a_drawing_goes_along_where_no_chart_shows_the_same(analysis: Analysis):
    first, second = Outline.of(analysis).sections
    assert not first.pictures
    (picture,) = second.pictures
    assert picture.caption == "Some dots."
    assert "<svg" in picture.svg
