"""Any answer as the page shows it: its sentences, its charts drawn by the browser, its tables, its files."""

from __future__ import annotations

import math
from functools import partial
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.answers import palette
from sim.measures.words import amount, axis_unit, interval
from sim.ui.forms.answers import Command, Downloads, add_table
from sim.ui.live.charts import FONT
from sim.ui.parts import Chart, Heading, Quiet, add_sentences
from sim.ui.theme import use_theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.answers.analysis import Analysis, ReportSection
    from sim.answers.chart import Chart as Charted
    from sim.answers.chart import ChartSeries
    from sim.answers.outline import Outline
    from sim.ui.forms.answers import File
    from sim.ui.theme import Theme

Option = dict[str, Any]

_LETTERS = 21  # of a row's name that fit into a line


@solara.component
def Findings(found: Analysis | Outline, files: Sequence[File], hint: str = "") -> None:  # noqa: N802 - a component
    """Show an answer and its files; a hint says how it came to be."""
    with solara.Div(classes=["fw-stack"]):
        with solara.Div(classes=["fw-card"]):
            with solara.Div(classes=["fw-head"]):
                Heading(found.question, hint or found.kind)
                Downloads(files)
            add_sentences(found.answer, first=True)
            with solara.Div(classes=["fw-notes"]):
                for note in found.notes:
                    Quiet(note)
        for section in found.sections:
            _Section(section)
        if found.command:
            Command(found.command)


@solara.component
def _Section(section: ReportSection) -> None:  # noqa: N802
    """A part of an answer; what has neither chart, picture nor table stands in the files only."""
    theme, charts = use_theme(), [chart for chart in section.charts if not chart.empty]
    if not (charts or section.tables or section.pictures):
        return
    with solara.Div(classes=["fw-card"]):
        Heading(section.title, section.lead or section.title)
        for chart in charts:
            with solara.Div(
                classes=["fw-plot"],
                style={"height": f"calc({_height(chart)}px * var(--fw-letters))", "min-height": "0"},
            ):
                Chart(chart.title, partial(chart_option, chart, theme))
            if chart.caption:
                Quiet(chart.caption)
        for picture in section.pictures:
            rv.Html(tag="img", class_="fw-drawn", attributes={"src": picture.url, "alt": picture.caption})
            Quiet(picture.caption)
        for table in section.tables:
            add_table(table, section.title)


def _height(chart: Charted) -> int:
    lines = max((len(wrap(name, _LETTERS)) for name in _rows(chart)), default=1)
    return 280 if chart.kind == "line" else 76 + (14 + 20 * lines) * len(_rows(chart))


def _names_width(chart: Charted) -> float:
    """Width of the names of rows. [px]."""
    return 8.6 * max((len(line) for name in _rows(chart) for line in wrap(name, _LETTERS)), default=1)


def _rows(chart: Charted) -> list[str]:
    """What the rows of a bar chart are called: a row for each category and series."""
    if len(chart.series) == 1:
        return [str(category) for category in chart.categories]
    return [f"{category}, {one.label}" for category in chart.categories for one in chart.series]


def chart_option(chart: Charted, theme: Theme) -> Option:
    """Draw a native chart in the browser: dots between the ends of their intervals, or lines within their bands."""
    colours = [one.colour or palette.CASES[place % len(palette.CASES)] for place, one in enumerate(chart.series)]
    scale, unit = axis_unit(chart.unit, chart.size, chart.currency)
    if not chart.signed and chart.unit == "share":
        unit = "%"
    values = {
        "type": "value", "name": unit, "nameLocation": "middle", "nameGap": 28,
        "nameTextStyle": {"color": theme.muted, "fontSize": 13}, "axisLabel": {"color": theme.muted, "fontSize": 13},
        "splitLine": {"lineStyle": {"color": theme.rule}},
    }  # fmt: skip
    option: Option = {
        "animation": False, "textStyle": {"fontFamily": FONT, "color": theme.ink},
        "grid": {"left": 10, "right": 30, "top": 14, "bottom": 34, "containLabel": True},
        "tooltip": {"trigger": "item", "confine": True, "backgroundColor": theme.paper, "borderColor": theme.rule,
                    "textStyle": {"color": theme.ink}},
    }  # fmt: skip
    if chart.kind == "bar":
        # The library does not measure names that are broken into lines as it draws them.
        option["grid"] = {"left": _names_width(chart) + 12, "right": 30, "top": 14, "bottom": 54}
        return option | {"xAxis": values} | _dots(chart, colours, scale, theme)
    legend = {"top": 0, "left": 0, "data": [one.label for one in chart.series], "textStyle": {"color": theme.ink}}
    option["grid"] |= {"left": 34, "top": 64 if len(chart.series) > 3 else 40}
    return option | {"legend": legend, "yAxis": values | {"nameGap": 44}} | _lines(chart, colours, scale, theme)


def _dots(chart: Charted, colours: list[str], scale: float, theme: Theme) -> Option:
    """A row for each category and series: the mean on the line between the ends of its interval."""
    names = _rows(chart)
    series: list[Option] = []
    for at in range(len(chart.categories)):
        for place, (one, colour) in enumerate(zip(chart.series, colours, strict=True)):
            name = names[at * len(chart.series) + place]
            seen = {"itemStyle": {"color": theme.muted if chart.faint(one, at) else colour},
                    "tooltip": {"formatter": _tip(chart, one, at, name)}}  # fmt: skip
            ends = [one.low[at], one.high[at]] if one.low else []
            if ends and all(map(math.isfinite, ends)):
                whisker = {"type": "line", "symbol": "rect", "symbolSize": [3, 16], "lineStyle": {"width": 4}}
                series.append(seen | whisker | {"data": [[_number(end, scale), name] for end in ends]})
            series.append(seen | {"type": "scatter", "symbolSize": 13, "z": 3,
                                  "data": [[_number(one.points[at], scale), name]]})  # fmt: skip
    zero = {"silent": True, "symbol": "none", "data": [{"xAxis": 0}], "label": {"show": False},
            "lineStyle": {"color": theme.muted, "type": "solid", "width": 1.5}}  # fmt: skip
    series[0] |= {"markLine": zero}
    rows = {"type": "category", "data": names, "inverse": True, "axisTick": {"show": False},
            "axisLine": {"show": False},
            "axisLabel": {"color": theme.ink, "fontSize": 13, "width": _names_width(chart), "overflow": "break",
                          "interval": 0}}  # fmt: skip
    return {"yAxis": rows, "series": series}


def _lines(chart: Charted, colours: list[str], scale: float, theme: Theme) -> Option:
    names, series = [str(category) for category in chart.categories], []
    for one, colour in zip(chart.series, colours, strict=True):
        points = [
            {"value": _number(point, scale), "tooltip": {"formatter": _tip(chart, one, at, names[at])}}
            for at, point in enumerate(one.points)
        ]
        series.append({"type": "line", "name": one.label, "symbolSize": 7, "lineStyle": {"width": 2.5}, "data": points,
                       "itemStyle": {"color": colour}})  # fmt: skip
        if one.low:
            band = {"type": "line", "stack": f"band {one.label}", "stackStrategy": "all", "symbol": "none",
                    "silent": True, "lineStyle": {"width": 0}}  # fmt: skip
            wide = [high - low for low, high in zip(one.low, one.high, strict=True)]
            series.append(band | {"data": [_number(low, scale) for low in one.low]})
            shade = {"areaStyle": {"color": colour, "opacity": 0.16}}
            series.append(band | shade | {"data": [_number(one, scale) for one in wide]})
    along = {"type": "category", "data": names, "name": chart.along, "nameLocation": "middle", "nameGap": 24,
             "nameTextStyle": {"color": theme.muted, "fontSize": 13}, "axisTick": {"show": False},
             "axisLabel": {"color": theme.ink, "fontSize": 13}}  # fmt: skip
    return {"xAxis": along, "series": series}


def _number(value: float, scale: float) -> float | None:
    return float(f"{value / scale:.6g}") if math.isfinite(value) else None


def _tip(chart: Charted, one: ChartSeries, at: int, name: str) -> str:
    text = f"{name}: {amount(one.points[at], chart.unit, chart.currency, signed=chart.signed)}"
    if one.low:
        ends = interval(one.low[at], one.high[at], chart.unit, chart.currency, signed=chart.signed)
        text += f", 95% interval {ends}"
    return text.replace("{", "(")
