"""A native chart on a slide, its intervals as error bars, its data in the workbook that PowerPoint opens for it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
from pptx.util import Inches, Pt
from xlsxwriter.utility import xl_col_to_name

from sim.answers.palette import CASES, FAINT, INK, MUTED, RULE
from sim.answers.slide_text import BODY, ink
from sim.answers.workbook import chart_bytes, distances, interval_columns

if TYPE_CHECKING:
    from sim.answers.chart import Chart, ChartSeries

_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_KINDS = {"bar": XL_CHART_TYPE.BAR_CLUSTERED, "line": XL_CHART_TYPE.LINE}


def add_chart(slide: Any, chart: Chart, place: tuple[float, float, float, float], most: int) -> None:
    """Draw a chart on a slide.

    Args:
        slide: Of a presentation.
        chart: With at least one value.
        place: Left, top, width and height. [inches]
        most: Categories of bars that are drawn, the first ones.
    """
    shown = _first(chart, most if chart.kind == "bar" else len(chart.categories))
    data = CategoryChartData(number_format=chart.number_format)
    data.categories = shown.categories
    for series in shown.series:
        data.add_series(series.label, [value if math.isfinite(value) else None for value in series.points])
    frame = slide.shapes.add_chart(_KINDS[chart.kind], *map(Inches, place), data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", f"{chart.title}. {chart.caption}")  # noqa: SLF001 - no call for it
    drawn = frame.chart
    drawn.part.chart_workbook.update_from_xlsx_blob(chart_bytes(shown))
    _style(drawn, shown)
    ends = interval_columns(shown)
    for number, (series, plot) in enumerate(zip(shown.series, drawn.plots[0].series, strict=True)):
        _paint(plot, shown, series, number)
        if number in ends:
            colour = INK if chart.kind == "bar" else series.colour or CASES[number % len(CASES)]
            _error_bars(plot, series, ends[number], along=chart.kind == "line", colour=colour)


def _first(chart: Chart, most: int) -> Chart:
    cut = [
        replace(series, points=series.points[:most], low=series.low[:most], high=series.high[:most])
        for series in chart.series
    ]
    return replace(chart, categories=list(map(str, chart.categories[:most])), series=cut)


def _style(drawn: Any, chart: Chart) -> None:
    drawn.font.size, drawn.font.color.rgb = Pt(BODY), ink(INK)
    drawn.has_title = False
    drawn.has_legend = len(chart.series) > 1
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        drawn.legend.font.size = Pt(BODY)
    names, values = drawn.category_axis, drawn.value_axis
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.has_major_gridlines = False
    names.format.line.color.rgb = ink(MUTED)
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = ink(RULE)
    values.format.line.fill.background()
    values.minimum_scale, values.maximum_scale, values.major_unit = chart.axis
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = chart.number_format, False
    if chart.kind == "bar":
        names.reverse_order = True  # the first at the top; the other axis then moves up, its labels stay below
        values.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
        drawn.plots[0].gap_width = 60
        every = etree.Element(f"{{{_C}}}tickLblSkip", val="1")  # else every second name is left out where it is full
        names._element.find(f"{{{_C}}}noMultiLvlLbl").addprevious(every)  # noqa: SLF001 - no call for it
    elif chart.along:
        names.has_title = True
        names.axis_title.text_frame.text = chart.along
        names.axis_title.text_frame.paragraphs[0].runs[0].font.size = Pt(BODY)


def _paint(plot: Any, chart: Chart, series: ChartSeries, number: int) -> None:
    colour = ink(series.colour or CASES[number % len(CASES)])
    if chart.kind == "line":
        plot.smooth = False
        plot.format.line.color.rgb, plot.format.line.width = colour, Pt(3)
        return
    plot.invert_if_negative = False
    plot.format.fill.solid()
    plot.format.fill.fore_color.rgb = colour
    for index in range(len(chart.categories)):
        if chart.faint(series, index):
            point = plot.points[index]
            point.format.fill.solid()
            point.format.fill.fore_color.rgb = ink(FAINT)
    for mark in plot._element.iterfind(f"{{{_C}}}dPt/{{{_C}}}idx"):  # noqa: SLF001 - no call for it
        below = etree.Element(f"{{{_C}}}invertIfNegative", val="0")  # else PowerPoint leaves those below 0 white
        mark.addnext(below)


def _error_bars(plot: Any, series: ChartSeries, first: int, *, along: bool, colour: str) -> None:
    """Draw intervals from the columns above and below of the chart's workbook; python-pptx has no call for it."""
    bars = etree.Element(f"{{{_C}}}errBars")
    if along:
        _under(bars, "errDir", "y")
    _under(bars, "errBarType", "both")
    _under(bars, "errValType", "cust")
    _under(bars, "noEndCap", "0")
    gaps = [distances(series, index) for index in range(len(series.points))]
    for name, column, side in (("plus", first + 2, 0), ("minus", first + 3, 1)):
        values = [gap[side] for gap in gaps]
        reference = etree.SubElement(etree.SubElement(bars, f"{{{_C}}}{name}"), f"{{{_C}}}numRef")
        letters = xl_col_to_name(column)
        etree.SubElement(reference, f"{{{_C}}}f").text = f"Sheet1!${letters}$2:${letters}${len(values) + 1}"
        cache = etree.SubElement(reference, f"{{{_C}}}numCache")
        etree.SubElement(cache, f"{{{_C}}}formatCode").text = "General"
        _under(cache, "ptCount", str(len(values)))
        for index, value in enumerate(values):
            point = etree.SubElement(cache, f"{{{_C}}}pt", idx=str(index))
            etree.SubElement(point, f"{{{_C}}}v").text = repr(float(value))
    line = etree.SubElement(etree.SubElement(bars, f"{{{_C}}}spPr"), f"{{{_A}}}ln", w=str(Pt(1.5)))
    fill = etree.SubElement(etree.SubElement(line, f"{{{_A}}}solidFill"), f"{{{_A}}}srgbClr")
    fill.set("val", colour.lstrip("#"))
    plot._element.find(f"{{{_C}}}cat").addprevious(bars)  # noqa: SLF001 - its place is laid down by the format


def _under(parent: Any, name: str, value: str) -> None:
    etree.SubElement(parent, f"{{{_C}}}{name}").set("val", value)
