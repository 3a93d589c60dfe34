"""Slides are opened again and read: texts, tables, the data of charts, and intervals as error bars."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation
from pptx.util import Inches, Pt

from sim.answers.analysis import Analysis, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries
from sim.answers.compare.report import analysis_of
from sim.answers.palette import CASES
from sim.answers.slide_text import BODY, fit_table, height_of, pages_of
from sim.answers.slide_text import Paragraph as Words
from sim.answers.slides import ACROSS, BOTTOM, FOOT, MOST_BARS, TOP, pptx_bytes
from sim.scenario.parameters import parameter

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
NAN = float("nan")


@pytest.fixture(scope="module")
def analysis(material) -> Analysis:
    return analysis_of(material)


@pytest.fixture(scope="module")
def deck(analysis):
    return Presentation(BytesIO(pptx_bytes(analysis)))


def titles(deck) -> list[str]:
    return [slide.shapes.title.text for slide in list(deck.slides)[1:]]


def texts(slide) -> list[str]:
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]


def charts(deck) -> list:
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def drawn(chart: Chart, analysis: Analysis):
    small = replace(analysis, sections=[ReportSection("Only", charts=[chart])])
    return Presentation(BytesIO(pptx_bytes(small)))


def test_it_says_question_answer_what_drives_it_assumptions_and_the_command(deck, analysis):
    assert (deck.slide_width, deck.slide_height) == (Inches(13.333), Inches(7.5))
    assert any(analysis.question in text for text in texts(deck.slides[0]))
    assert analysis.answer[0] in "\n".join(texts(deck.slides[1]))
    said = titles(deck)
    parts = (
        "The answer",
        "Net contribution: difference",
        "What differs",
        "Training: what drives",
        "Assumptions",
        "How to",
    )
    places = [next(place for place, title in enumerate(said) if title.startswith(part)) for part in parts]
    assert places == sorted(places)
    leaning = deck.slides[1 + places[4]]
    (table,) = [shape.table for shape in leaning.shapes if shape.has_table]
    named = [table.cell(row, 0).text for row in range(1, len(table.rows))]
    assert named == [parameter(item.name).title for item in analysis.basis["touched"]], "named as people name them"
    last = "\n".join(texts(deck.slides[-1]))
    assert analysis.command in last
    assert "Seeds: 0 to 39" in last


def test_assumptions_have_peoples_names(deck):
    slide = list(deck.slides)[1 + titles(deck).index("Assumptions it leans on")]
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    assert "Product specialists" in [row.cells[0].text for row in table.rows]


def test_letters_are_large_enough_and_nothing_leaves_the_slide(deck):
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width + Inches(0.02)
            assert shape.top + shape.height <= deck.slide_height
            frames = [shape.text_frame] if shape.has_text_frame else []
            if shape.has_table:
                frames += [cell.text_frame for row in shape.table.rows for cell in row.cells]
            sizes = [
                run.font.size for frame in frames for part in frame.paragraphs for run in part.runs if run.font.size
            ]
            assert all(size >= Pt(BODY) or (size == Pt(FOOT) and shape.top > Inches(BOTTOM)) for size in sizes)


def test_a_chart_is_native_and_holds_its_numbers(deck, material):
    effects = charts(deck)[0]
    plot = effects.plots[0]
    assert list(plot.categories) == ["Training", "Overlays"], "the best first"
    assert effects.category_axis._element.find(f"{C}tickLblSkip").get("val") == "1", "every one is named"
    wanted = [float(material.effect(case, "net_contribution")["difference"]) for case in ("training", "overlays")]
    assert list(plot.series[0].values) == pytest.approx(wanted)
    assert effects.value_axis.tick_labels.number_format == "+#,##0,,;-#,##0,,;0"
    low, high = effects.value_axis.minimum_scale, effects.value_axis.maximum_scale
    ends = [float(material.effect(case, "net_contribution")[end]) for case in material.cases for end in ("low", "high")]
    assert low <= min(ends)
    assert max(ends) <= high


def test_intervals_are_error_bars_with_both_ends_in_the_workbook_of_the_chart(deck, material):
    chart = charts(deck)[0]
    bars = chart.plots[0].series[0]._element.find(f"{C}errBars")
    assert bars.getnext().tag == f"{C}cat", "the format lays their place down"
    assert [child.tag.removeprefix(C) for child in bars] == [
        "errBarType",
        "errValType",
        "noEndCap",
        "plus",
        "minus",
        "spPr",
    ]
    assert bars.find(f"{C}errValType").get("val") == "cust"
    effects = [material.effect(case, "net_contribution") for case in ("training", "overlays")]
    sides = {"plus": ("high", 1), "minus": ("low", -1)}
    sheet = openpyxl.load_workbook(BytesIO(chart.part.chart_workbook.xlsx_part.blob))["Sheet1"]
    for side, (end, sign) in sides.items():
        found = [float(value.text) for value in bars.find(f"{C}{side}").iter(f"{C}v")]
        assert found == pytest.approx([sign * (effect[end] - effect["difference"]) for effect in effects])
        column = bars.find(f"{C}{side}").find(f".//{C}f").text.split("$")[1]
        assert sheet[f"{column}2"].value.startswith("="), "an end that is changed moves its bar"
    assert [cell.value for cell in sheet[1]][1:4] == ["difference", "difference, low", "difference, high"]
    assert sheet["A2"].value == "Training"
    assert sheet["D2"].value == pytest.approx(effects[0]["high"])


def test_lines_have_a_direction_for_their_error_bars_and_colours_of_the_cases(deck):
    lines = next(chart for chart in charts(deck) if chart.plots[0]._element.tag == f"{C}lineChart")
    assert [series.name for series in lines.plots[0].series] == ["As is", "Overlays", "Training"]
    series = lines.plots[0].series[1]
    assert series._element.find(f"{C}errBars")[0].get("val") == "y"
    assert str(series.format.line.color.rgb) == CASES[0].lstrip("#")


def test_the_theme_has_the_colours_of_the_project(deck):
    theme = deck.slide_master.part.part_related_by(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
    ).blob.decode()
    assert all(f'srgbClr val="{colour.lstrip("#")}"' in theme for colour in CASES)
    assert 'latin typeface="Arial"' in theme


def test_the_table_of_effects_is_there_as_text(deck):
    slide = next(slide for slide in list(deck.slides)[1:] if slide.shapes.title.text == "What differs from as is")
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    assert table.cell(0, 2).text == "Overlays\n[95% interval]"
    assert table.cell(1, 0).text == "Net contribution"
    assert table.cell(1, 3).text.startswith("▲ +")


def test_a_chart_without_values_is_left_out_and_said(analysis):
    nothing = Chart("none", "Nothing at all", "bar", ["a"], [ChartSeries("x", [NAN])])
    found = drawn(nothing, analysis)
    assert charts(found) == []
    assert any("“Nothing at all” is left out" in text for slide in found.slides for text in texts(slide))


def test_a_missing_value_is_a_gap_and_a_missing_end_no_bar(analysis):
    series = ChartSeries("x", [1.0, NAN, 3.0], [0.5, NAN, NAN], [2.0, NAN, NAN])
    chart = charts(drawn(Chart("gap", "With a gap", "bar", ["a", "b", "c"], [series]), analysis))[0]
    assert list(chart.plots[0].series[0].values) == [1.0, None, 3.0]
    plus = chart.plots[0].series[0]._element.find(f"{C}errBars/{C}plus")
    assert [float(value.text) for value in plus.iter(f"{C}v")] == [1.0, 0.0, 0.0]


def test_more_bars_than_can_be_read_are_counted(analysis):
    count = MOST_BARS + 5
    series = [ChartSeries("x", list(map(float, range(count))))]
    found = drawn(Chart("many", "Many", "bar", [f"bar {n}" for n in range(count)], series), analysis)
    assert len(list(charts(found)[0].plots[0].categories)) == MOST_BARS
    assert any(f"The first {MOST_BARS} of {count}" in text for slide in found.slides for text in texts(slide))


def test_differences_that_hold_zero_are_grey(analysis):
    series = ChartSeries("x", [1.0, 2.0], [-1.0, 1.0], [3.0, 3.0])
    found = drawn(Chart("grey", "Grey", "bar", ["unclear", "clear"], [series], signed=True), analysis)
    points = charts(found)[0].plots[0].series[0]._element.findall(f"{C}dPt")
    assert [point.find(f"{C}idx").get("val") for point in points] == ["0"]
    assert [point[1].get("val") for point in points] == ["0"], "not inverted below 0"


def test_a_long_table_takes_pages_and_a_wide_one_groups_of_columns():
    table = TextTable(["name", *(f"a rather long heading {n}" for n in range(12))], [["row", *["1,234,567"] * 12]] * 40)
    parts = fit_table(table, ACROSS, BOTTOM - TOP)
    assert len(parts) > 1
    assert all(part.columns[0] == "name" for part in parts)
    assert sum(len(part.columns) - 1 for part in parts) == 12
    assert all(sum(part.widths) <= ACROSS + 1e-6 for part in parts)
    assert [sum(len(rows) for _, rows in part.pages) for part in parts] == [40] * len(parts)


def test_a_table_ends_above_what_stands_below_it(analysis):
    long = TextTable(["measure", "value"], [[f"measure {row}", "1"] for row in range(60)], [1])
    deck = Presentation(BytesIO(pptx_bytes(replace(analysis, sections=[ReportSection("Long", tables=[long])]))))
    slides = [slide for slide in deck.slides if any(text.endswith("are in the workbook.") for text in texts(slide))]
    assert slides
    for slide in slides:
        table = next(shape for shape in slide.shapes if shape.has_table)
        below = next(shape for shape in slide.shapes if shape.has_text_frame and "workbook" in shape.text_frame.text)
        assert table.top + table.height <= below.top


def test_sentences_go_on_where_a_slide_is_full():
    lines = [Words("A sentence of some length that is told to people. " * 4, 20)] * 12
    pages = pages_of(lines, ACROSS, BOTTOM - TOP)
    assert len(pages) > 1
    assert sum(map(len, pages)) == 12
    assert all(height_of(page, ACROSS) <= BOTTOM - TOP for page in pages)


@pytest.mark.parametrize(
    ("values", "unit", "signed", "text", "form"),
    [
        ([5.4e6, -4e5], "currency", True, "million EUR", "+#,##0,,;-#,##0,,;0"),
        ([420.0, 120.0], "currency", False, "EUR", "#,##0"),
        ([4_200.0], "currency", False, "thousand EUR", "#,##0,"),
        ([0.42, 0.1], "share", False, "", "#,##0%"),
        ([0.042, 0.01], "share", True, "points", "+#,##0%;-#,##0%;0"),
        ([0.62, 0.31], "ratio", False, "", "#,##0.0"),
        ([12.0], "hours / week", False, "h / week", "#,##0"),
        ([3.0, 1.0], "worlds", False, "worlds", "#,##0"),
    ],
)
def test_the_axis_says_its_unit_and_writes_every_step_differently(values, unit, signed, text, form):
    chart = Chart("x", "x", "bar", ["a"] * len(values), [ChartSeries("x", values)], unit, "EUR", signed=signed)
    assert chart.unit_text == text
    assert chart.number_format == form


def test_plausible_worlds_are_counted_by_what_a_case_is_in_them(material):
    cases = list(material.cases)
    rows = [(case, "w1", 0.0, 1.0, 0.5, 1.5, "better") for case in cases]
    rows += [(cases[0], "w2", 0.0, -1.0, -1.5, -0.5, "worse")]
    worlds = pd.DataFrame(rows, columns=["case", "world", "base", "difference", "low", "high", "verdict"])
    answer = analysis_of(replace(material, worlds=worlds))
    chart = next(chart for chart in answer.charts if chart.name == "worlds")
    assert {series.label: series.points[0] for series in chart.series} == {
        "better": 1.0, "worse": 1.0, "cannot be told": 0.0,
    }  # fmt: skip
    assert "in each plausible world" in answer.html()
