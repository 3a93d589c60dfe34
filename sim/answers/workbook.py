"""An answer as an Excel workbook: sentences, a sheet a chart and a table, numbers as numbers, and how it was made."""

from __future__ import annotations

import datetime as dt
import math
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from sim.answers.palette import CASES, FAINT, INK, MUTED, RULE, WASH
from sim.answers.plain import legal_text, plain_value
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import by_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from sim.answers.analysis import Analysis
    from sim.answers.chart import Chart, ChartSeries

MOST_ROWS = 100_000  # of a table; a sheet could hold ten times as many, but opens slowly then
_LETTERS = 32_767  # of a cell
_NAME = 31  # letters of a sheet's name
_WIDEST = 60  # letters of a column
_VALUES = ("mean", "low", "high", "value", "base", "difference", "sd", "median", "data", "scenario", "prior_low",
           "prior_high", "low_all", "high_all", "difference_low", "difference_high")  # fmt: skip
"""Columns that are in the unit of their row."""
_SHARES = ("relative", "share", "contraction")
"""How names of columns that are shares begin, whatever the row."""


def xlsx_bytes(analysis: Analysis) -> bytes:
    """Write an answer as a workbook.

    Sheets: `Answer`, one for each chart with its data, one for each table, `Assumptions`, `How it was made`.
    """
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False}) as book:
        title, subject = legal_text(analysis.question), legal_text(analysis.name)
        book.set_properties({"title": title, "author": "Sales Flywheel", "subject": subject})
        sheets = _Sheets(book)
        _write_answer(sheets, analysis)
        for chart in analysis.charts:
            sheet = sheets.add(f"{chart.name} chart", chart.title)
            write_data(sheet, chart, sheets)
            _draw(sheets, sheet, chart)
        for name, table in analysis.tables.items():
            _write_table(sheets, name, table, analysis)
        _write_assumptions(sheets, analysis)
        _write_making(sheets, analysis)
    return file.getvalue()


def chart_bytes(chart: Chart) -> bytes:
    """Write the data of a chart alone: the workbook that a slide opens when its chart is edited."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_urls": False}) as book:
        write_data(book.add_worksheet("Sheet1"), chart, _Sheets(book))
    return file.getvalue()


class _Sheets:
    """The sheets of a workbook, what each holds, and the formats of its cells."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.held: list[tuple[str, str]] = []
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def add(self, name: str, holds: str) -> Worksheet:
        """Add a sheet under a name that Excel allows and no other sheet has."""
        allowed = "".join(" " if letter in "[]:*?/\\'" or not letter.isprintable() else letter for letter in name)
        plain = allowed[:_NAME].strip() or "Table"
        taken = {held.lower() for held, _ in self.held}
        tries = [plain, *(f"{plain[: _NAME - 3]} {number}" for number in range(2, 100))]
        free = next(one for one in tries if one.lower() not in taken)
        self.held.append((free, holds))
        sheet = self.book.add_worksheet(free)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def format(self, **properties: Any) -> Format:
        """Give a format of this workbook, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            usual = {"font_name": "Arial", "font_size": 10, "valign": "top"}
            self._formats[key] = self.book.add_format({**usual, **properties})
        return self._formats[key]

    def head(self, sheet: Worksheet, names: Sequence[str], row: int = 0) -> None:
        """Write the names of columns."""
        look = self.format(bold=True, bg_color=WASH, bottom=1, bottom_color=RULE, text_wrap=True)
        for column, name in enumerate(names):
            sheet.write_string(row, column, name, look)


def cell_format(unit: str, size: float) -> str:
    """How Excel writes numbers up to a size in a unit: shares as percentages, large ones with separators."""
    if unit == "share":
        return "0.0%"
    if unit == "worlds":
        return "0"
    if unit.startswith("currency") or size >= 1000:
        return "#,##0"
    return "0.0" if size >= 20 else "0.000" if size >= 0.1 or size == 0 else "0.00E+00"


def _write_answer(sheets: _Sheets, analysis: Analysis) -> None:
    sheet = sheets.add("Answer", "The answer in sentences, and what must be known to read it.")
    sheet.set_column(0, 0, 110)
    sheet.hide_gridlines(2)
    text: dict[str, Any] = {"font_size": 12, "font_color": INK}
    small: dict[str, Any] = {"font_size": 10, "font_color": MUTED}
    rows = [(f"{analysis.name} · {analysis.kind}", small)]
    rows.append((analysis.question, {"font_size": 16, "font_color": INK, "bold": True}))
    rows += [(sentence, text) for sentence in analysis.answer]
    rows += [(f"Note: {sentence}", small) for sentence in (*analysis.notes, *analysis.left_out)]
    for row, (sentence, look) in enumerate(rows):
        _make_room(sheet, row, sentence, look["font_size"])
        sheet.write_string(row, 0, sentence, sheets.format(text_wrap=True, **look))


def _make_room(sheet: Worksheet, row: int, text: str, size: int) -> None:
    """Make a row as high as text of a size needs in a column of 110 letters; not every program does so by itself."""
    lines = sum(1 + len(line) * size // 1150 for line in text.split("\n"))
    sheet.set_row(row, 1.4 * size * lines)


def interval_columns(chart: Chart) -> dict[int, int]:
    """Give the first of the four columns (low, high, above, below) of each series with intervals, by its number."""
    with_ends = [number for number, series in enumerate(chart.series) if len(series.low)]
    return {number: 1 + len(chart.series) + 4 * place for place, number in enumerate(with_ends)}


def write_data(sheet: Worksheet, chart: Chart, sheets: _Sheets) -> None:
    """Write the data of a chart: categories, a column a series, then for each its ends and how far they are away.

    What is above and below is computed from the ends by Excel, so that changing an end moves its error bar.
    """
    unit = chart.unit.replace("currency", chart.currency or "currency")
    ends = interval_columns(chart)
    names = [f"[{unit}]" if unit else chart.along, *(series.label for series in chart.series)]
    for number in ends:
        names += [f"{chart.series[number].label}, {what}" for what in ("low", "high", "above", "below")]
    sheets.head(sheet, names)
    sheet.set_column(0, 0, min(_WIDEST, max(12, *(len(str(category)) + 2 for category in chart.categories))))
    sheet.set_column(1, len(names) - 1, 14)
    numbers = sheets.format(num_format=cell_format(chart.unit, chart.size))
    for row, category in enumerate(chart.categories, start=1):
        _write_cell(sheets, sheet, (row, 0), category)
        for number, series in enumerate(chart.series):
            _write_number(sheet, row, number + 1, series.points[row - 1], numbers)
            if number in ends:
                _write_ends(sheet, row, (number + 1, ends[number]), series, numbers)
    if chart.caption:
        sheet.write_string(len(chart.categories) + 2, 0, chart.caption, sheets.format(font_color=MUTED))


def _write_ends(sheet: Worksheet, row: int, columns: tuple[int, int], series: ChartSeries, look: Format) -> None:
    value, first = columns
    low, high = series.low[row - 1], series.high[row - 1]
    _write_number(sheet, row, first, low, look)
    _write_number(sheet, row, first + 1, high, look)
    cells = [f"{_letters(column)}{row + 1}" for column in (value, first, first + 1)]
    above, below = distances(series, row - 1)
    sheet.write_formula(row, first + 2, f"={cells[2]}-{cells[0]}", look, above)
    sheet.write_formula(row, first + 3, f"={cells[0]}-{cells[1]}", look, below)


def distances(series: ChartSeries, index: int) -> tuple[float, float]:
    """How far the ends of an interval are above and below its value; 0 where they are not known."""
    value, low, high = series.points[index], series.low[index], series.high[index]
    above, below = (max(0.0, gap) if math.isfinite(gap) else 0.0 for gap in (high - value, value - low))
    return above, below


def _letters(column: int) -> str:
    return str(xl_col_to_name(column))


def _write_number(sheet: Worksheet, row: int, column: int, value: float, look: Format) -> None:
    if math.isfinite(value):
        sheet.write_number(row, column, value, look)
    else:
        sheet.write_blank(row, column, None, look)


def _draw(sheets: _Sheets, sheet: Worksheet, chart: Chart) -> None:
    """Draw a native chart beside its data."""
    drawn = sheets.book.add_chart({"type": chart.kind})
    ends, last = interval_columns(chart), len(chart.categories)
    for number in range(len(chart.series)):
        drawn.add_series(_series(sheet.get_name(), chart, number, ends.get(number)))
    title = chart.title + (f" [{chart.unit_text}]" if chart.unit_text else "")
    drawn.set_title({"name": title, "name_font": {"size": 14, "bold": True, "color": INK}, "overlay": False})
    names = {"label_position": "low", "name": chart.along if chart.kind == "line" else ""}
    low, high, step = chart.axis
    values = {"num_format": chart.number_format, "major_gridlines": {"visible": True, "line": {"color": RULE}},
              "min": low, "max": high, "major_unit": step}  # fmt: skip
    if chart.kind == "bar":  # the first at the top; x is the lower axis here, whatever it shows
        drawn.set_y_axis({**names, "reverse": True})
        drawn.set_x_axis({**values, "label_position": "high"})
    else:
        drawn.set_x_axis(names)
        drawn.set_y_axis(values)
    drawn.set_legend({"position": "bottom"} if len(chart.series) > 1 else {"none": True})
    height = 380 if chart.kind == "line" else 140 + 34 * last * max(1, len(chart.series) // 2)
    drawn.set_size({"width": 860, "height": max(260, min(height, 1200))})
    about = {"description": f"{chart.title}. {chart.caption}"}
    sheet.insert_chart(0, 2 + len(chart.series) + 4 * len(ends), drawn, about)


def _series(sheet: str, chart: Chart, number: int, first: int | None) -> dict[str, Any]:
    """Say where the data of a series are, how it looks, and where its intervals are, if it has any."""
    series, last = chart.series[number], len(chart.categories)
    colour = series.colour or CASES[number % len(CASES)]
    options: dict[str, Any] = {
        "name": [sheet, 0, number + 1], "categories": [sheet, 1, 0, last, 0],
        "values": [sheet, 1, number + 1, last, number + 1],
    }  # fmt: skip
    if chart.kind == "bar":
        options |= {"fill": {"color": colour}, "gap": 60}
        options["points"] = [{"fill": {"color": FAINT}} if chart.faint(series, row) else None for row in range(last)]
    else:
        options |= {"line": {"color": colour, "width": 2.25}}
    if first is not None:
        gaps = [distances(series, row) for row in range(last)]
        columns = [_letters(column) for column in (first + 2, first + 3)]
        above, below = (f"='{sheet}'!${column}$2:${column}${last + 1}" for column in columns)
        options["y_error_bars"] = {
            "type": "custom", "plus_values": above, "minus_values": below,
            "plus_data": [gap[0] for gap in gaps], "minus_data": [gap[1] for gap in gaps],
            "line": {"color": INK if chart.kind == "bar" else colour, "width": 1},
        }  # fmt: skip
    return options


def _write_table(sheets: _Sheets, name: str, table: pd.DataFrame, analysis: Analysis) -> None:
    held = f"{len(table):,} rows"
    if len(table) > MOST_ROWS:
        held = f"The first {MOST_ROWS:,} of {len(table):,} rows; all are in the folder that --out FOLDER writes"
    sheet = sheets.add(name, held)
    rows = table[:MOST_ROWS]
    if "measure" in rows and "unit" not in rows:
        units = [measure.unit if (measure := MEASURES.get(str(name))) else "" for name in rows["measure"]]
        rows = rows.copy()
        rows.insert(int(list(rows.columns).index("measure")) + 1, "unit", units)
    by_row = [str(unit) for unit in rows["unit"]] if "unit" in rows else None
    currency = analysis.scenario.currency
    names = []
    for at, column in enumerate(map(str, rows.columns)):
        unit = _unit_of(column, analysis.units)
        values = rows.iloc[:, at]
        size = float(np.nanmax(np.abs(values), initial=0.0)) if _is_real(values) else 0.0
        own = by_row if by_row and not unit and column in _VALUES else None
        for row, value in enumerate(plain_value(values.tolist()), start=1):
            row_unit = own[row - 1] if own else unit
            spread = abs(value) if own and isinstance(value, float) else size
            text = value.replace("currency", currency) if column == "unit" and isinstance(value, str) else value
            _write_cell(sheets, sheet, (row, at), text, cell_format(row_unit, spread))
        shown = unit.replace("currency", currency)
        names.append(f"{column} [{'%' if shown == 'share' else shown}]" if shown not in ("", "1", "ratio") else column)
        sheet.set_column(at, at, _width(names[-1], values))
    sheets.head(sheet, names)
    sheet.freeze_panes(1, 0)
    if len(rows) and names:
        sheet.autofilter(0, 0, len(rows), len(names) - 1)


def _is_real(values: pd.Series[Any]) -> bool:
    return pd.api.types.is_float_dtype(values) and bool(np.isfinite(values).any())


def _unit_of(column: str, units: Mapping[str, str]) -> str:
    """Unit of a column: as it was declared, or of the measure or parameter it is named after."""
    if column in units:
        return units[column]
    if column in MEASURES:
        return MEASURES[column].unit
    if column in by_name():
        return by_name()[column].unit
    return "share" if column.startswith(_SHARES) else ""


def _width(name: str, values: pd.Series[Any]) -> float:
    longest = max((len(str(value)) for value in values[:200] if not isinstance(value, float)), default=0)
    return min(_WIDEST, max(10, len(name) + 3, longest + 2))


def _write_cell(sheets: _Sheets, sheet: Worksheet, place: tuple[int, int], value: Any, form: str = "") -> None:
    """Write a value as what it is; text is never taken for a formula or an address."""
    row, column = place
    if value is None or value is pd.NaT:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, sheets.format(align="left"))
    elif isinstance(value, int):
        sheet.write_number(row, column, value, sheets.format(num_format="0"))
    elif isinstance(value, float):
        _write_number(sheet, row, column, value, sheets.format(num_format=form or "General"))
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, sheets.format(num_format="yyyy-mm-dd"))
    else:
        sheet.write_string(row, column, str(value)[:_LETTERS], sheets.format())


def _write_assumptions(sheets: _Sheets, analysis: Analysis) -> None:
    sheet = sheets.add("Assumptions", "Every parameter whose value is assumed; those the answer leans on come first.")
    sheets.head(sheet, ["parameter", "name in files", "value", "leans on it", "what it is", "why this value"])
    basis, row = analysis.basis, 0
    for part, leans in (("touched", True), ("untouched", False)):
        for item in basis[part]:
            row += 1
            cells = (item.title, item.name, item.value, leans, item.meaning, item.why)
            for column, value in enumerate(cells):
                _write_cell(sheets, sheet, (row, column), value)
    for column, width in enumerate((36, 42, 20, 12, _WIDEST, _WIDEST)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)


def _write_making(sheets: _Sheets, analysis: Analysis) -> None:
    sheet = sheets.add("How it was made", "Command, scenario, seeds and versions; what the sheets hold.")
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 110)
    bold, text = sheets.format(bold=True), sheets.format(text_wrap=True)
    rows = [("Question", analysis.question), ("Command that repeats it", analysis.command), *analysis.basis["facts"]]
    rows += [(name, value) for name, value in _flat(analysis.facts)]
    rows += [("", ""), ("Sheet", "What it holds"), *sheets.held]
    for row, (name, value) in enumerate(rows):
        sheet.write_string(row, 0, str(name), bold)
        if isinstance(value, int | float):
            form = cell_format("", abs(value)) if isinstance(value, float) else "0"
            sheet.write(row, 1, value, sheets.format(num_format=form, align="left"))
        else:
            _make_room(sheet, row, str(value), 10)
            sheet.write_string(row, 1, str(value)[:_LETTERS], text)


def _flat(facts: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Give every single value of the facts under its path; lists of records stand in tables of their own."""
    for name, value in plain_value(facts).items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        elif isinstance(value, list):
            if not any(isinstance(item, dict | list) for item in value):
                yield f"{above}{name}", ", ".join(map(str, value))
        elif value is not None:
            yield f"{above}{name}", value
