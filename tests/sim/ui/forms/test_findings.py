"""A native chart is drawn in the browser with the numbers it has in slides."""

import math

import pytest

from sim.answers.chart import Chart, ChartSeries
from sim.ui.forms.findings import _height, chart_option
from sim.ui.theme import LIGHT

NAN = math.nan


def chart(kind: str, *series: ChartSeries, **more: object) -> Chart:
    return Chart("x", "What it shows", kind, ["first", "second"], series, **more)


def test_a_bar_is_a_dot_between_the_ends_of_its_interval():
    means = ChartSeries("gain", [2e6, -1e6], [1e6, -3e6], [3e6, 1e6])
    option = chart_option(chart("bar", means, unit="currency", currency="EUR", signed=True), LIGHT)
    assert option["yAxis"]["data"] == ["first", "second"]
    assert option["xAxis"]["name"] == "million EUR"
    whisker, dot, _, faint = option["series"]
    assert whisker["data"] == [[1.0, "first"], [3.0, "first"]]
    assert dot["data"] == [[2.0, "first"]]
    assert "95% interval" in dot["tooltip"]["formatter"]
    assert faint["itemStyle"]["color"] == LIGHT.muted, "its interval holds 0"


def test_several_series_have_a_row_each():
    option = chart_option(chart("bar", ChartSeries("a", [1.0, 2.0]), ChartSeries("b", [3.0, NAN])), LIGHT)
    assert option["yAxis"]["data"] == ["first, a", "first, b", "second, a", "second, b"]
    assert [one["data"][0][0] for one in option["series"]] == [1.0, 3.0, 2.0, None]


def test_a_line_lies_in_the_band_of_its_interval():
    option = chart_option(chart("line", ChartSeries("a", [0.5, NAN], [0.4, NAN], [0.7, NAN]), unit="share"), LIGHT)
    line, low, wide = option["series"]
    assert [point["value"] for point in line["data"]] == [50.0, None]
    assert low["data"] == [40.0, None]
    assert wide["data"] == pytest.approx([30.0, None])
    assert option["yAxis"]["name"] == "%"


def test_long_names_have_the_lines_they_need():
    short, long = (
        _height(Chart("x", "t", "bar", [name] * 9, [ChartSeries("a", [1.0] * 9)])) for name in ("a", "a b " * 20)
    )
    assert long > 2 * short


def test_words_of_a_file_are_no_template():
    option = chart_option(chart("bar", ChartSeries("{b}", [1.0, 2.0])), LIGHT)
    assert "{" not in option["series"][0]["tooltip"]["formatter"]
