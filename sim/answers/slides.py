"""An answer as PowerPoint slides: what was found in large letters, native charts, how to repeat it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from sim.answers.analysis import TextTable
from sim.answers.palette import BLUE, MUTED, RULE, WASH
from sim.answers.plain import legal_text
from sim.answers.slide_chart import add_chart
from sim.answers.slide_text import (
    BODY,
    LARGE,
    MONO,
    ROW,
    Paragraph,
    fit_table,
    height_of,
    ink,
    pages_of,
    put_lines,
    styled,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.answers.analysis import Analysis
    from sim.answers.chart import Chart

WIDE, HIGH = 13.333, 7.5  # inches: 16:9
LEFT, ACROSS = 0.6, 12.13
TOP, BOTTOM = 1.6, 6.8
MOST_BARS = 12  # categories of a bar chart that can be read from the back row
MOST_PAGES = 2  # slides of one table
TITLE = 28
FOOT = 12


def pptx_bytes(analysis: Analysis) -> bytes:
    """Write an answer as slides of 16:9.

    Title, the answer, a slide for each chart and table of the report's sections, what must be known, the assumptions it
    leans on, and how to repeat it. Text has at least 18 points.
    """
    deck = _Deck(analysis)
    deck.cover()
    deck.text("The answer", [Paragraph(analysis.answer[0], LARGE), *map(Paragraph, analysis.answer[1:])])
    for section in analysis.sections:
        charts = [chart for chart in section.charts if not chart.empty]
        for number, chart in enumerate(charts):
            deck.chart(chart, section.lead if number == 0 and not chart.caption else chart.caption)
        for table in section.tables:
            heading = bool(table.caption) and not table.caption.endswith(".")
            deck.table(table.caption if heading else section.title, table, "" if heading else table.caption)
    said = [*analysis.notes, *analysis.left_out]
    if said:
        deck.text("What must be known to read it", [Paragraph(sentence, bullet=True) for sentence in said])
    deck.assumptions()
    deck.repeat()
    return deck.bytes()


class _Deck:
    """Slides of one answer, one after another."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = Inches(WIDE), Inches(HIGH)
        styled(self.file, LEFT, ACROSS)
        about = self.file.core_properties
        about.title, about.subject = legal_text(analysis.question), legal_text(analysis.name)
        about.author = "Sales Flywheel"

    def bytes(self) -> bytes:
        """Give the file."""
        file = BytesIO()
        self.file.save(file)
        return file.getvalue()

    def cover(self) -> None:
        """Say what was asked, of what, and how much was run."""
        slide = self.file.slides.add_slide(self.file.slide_layouts[6])
        band = slide.shapes.add_shape(1, 0, 0, Inches(0.35), Inches(HIGH))
        band.fill.solid()
        band.fill.fore_color.rgb = ink(BLUE)
        band.line.fill.background()
        size = 40 if len(self.analysis.question) < 110 else 32
        box = slide.shapes.add_textbox(Inches(1.1), Inches(1.2), Inches(11.2), Inches(3.4)).text_frame
        put_lines(box, [Paragraph(self.analysis.question, size, bold=True)], MSO_ANCHOR.BOTTOM)
        facts = dict(self.analysis.basis["facts"])
        lines = [
            Paragraph(f"{self.analysis.name} · {self.analysis.kind}", 24),
            Paragraph(
                f"{facts['Length']}; {'seed' if str(facts['Seeds']).isdigit() else 'seeds'} {facts['Seeds']}",
                BODY,
                colour=MUTED,
            ),
            Paragraph("Sales Flywheel, an agent-based simulator of sales organizations", BODY, colour=MUTED),
        ]
        put_lines(slide.shapes.add_textbox(Inches(1.1), Inches(4.8), Inches(11.2), Inches(1.8)).text_frame, lines)

    def slide(self, title: str) -> Any:
        """Add a slide with a title, the scenario at its foot and its number."""
        slide = self.file.slides.add_slide(self.file.slide_layouts[5])
        slide.shapes.title.text = legal_text(title)
        foot = slide.shapes.add_textbox(Inches(LEFT), Inches(6.95), Inches(ACROSS), Inches(0.4)).text_frame
        number = len(self.file.slides)
        put_lines(foot, [Paragraph(f"{self.analysis.name} · {self.analysis.kind} · {number}", FOOT, colour=MUTED)])
        return slide

    def text(self, title: str, lines: Sequence[Paragraph]) -> None:
        """Put sentences on as many slides as they need."""
        for number, page in enumerate(pages_of(lines, ACROSS, BOTTOM - TOP)):
            slide = self.slide(title if number == 0 else f"{title}, continued")
            box = slide.shapes.add_textbox(Inches(LEFT), Inches(TOP), Inches(ACROSS), Inches(BOTTOM - TOP)).text_frame
            put_lines(box, page)

    def chart(self, chart: Chart, caption: str) -> None:
        """Draw a chart, with what must be known below it."""
        slide = self.slide(chart.title + (f" [{chart.unit_text}]" if chart.unit_text else ""))
        notes = [caption] if caption else []
        count = len(chart.categories)
        if chart.kind == "bar" and count > MOST_BARS:
            notes.append(f"The first {MOST_BARS} of {count}; the workbook has all.")
        if chart.kind == "bar" and any(chart.faint(series, row) for series in chart.series for row in range(count)):
            notes.append("Grey cannot be told from nothing.")
        lines = [Paragraph(" ".join(notes), BODY, colour=MUTED)] if notes else []
        below = height_of(lines, ACROSS) + 0.1 if lines else 0.0
        add_chart(slide, chart, (LEFT, TOP - 0.1, ACROSS, BOTTOM - TOP - below), MOST_BARS)
        if lines:
            box = slide.shapes.add_textbox(Inches(LEFT), Inches(BOTTOM - below), Inches(ACROSS), Inches(below))
            put_lines(box.text_frame, lines)

    def table(self, title: str, table: TextTable, below: str = "") -> None:
        """Put a table on one or two slides for each group of columns that fits beside the first."""
        rows = [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] for row in table.rows]
        for part in fit_table(replace(table, rows=rows), ACROSS, BOTTOM - TOP - 0.5):
            for number, (first, shown) in enumerate(part.pages[:MOST_PAGES]):
                slide = self.slide(title if number == 0 else f"{title}, continued")
                _draw_table(slide, part.columns, part.widths, shown, part.right)
                left = len(table.rows) - first - len(shown)
                more = f"{left} more rows are in the workbook." if left and number == MOST_PAGES - 1 else below
                if more:
                    box = slide.shapes.add_textbox(Inches(LEFT), Inches(BOTTOM - 0.4), Inches(ACROSS), Inches(0.4))
                    put_lines(box.text_frame, [Paragraph(more, BODY, colour=MUTED)])

    def assumptions(self) -> None:
        """List the assumed parameters the answer leans on."""
        basis = self.analysis.basis
        count = f"{basis['n_assumed']} of {basis['n_parameters']} parameters are assumed rather than measured"
        if basis["touched"]:
            rows = [[item.title, item.value, item.why] for item in basis["touched"]]
            self.table("Assumptions it leans on", TextTable(["assumed parameter", "value", "why this value"], rows))
        lines = [
            Paragraph(f"{count}; the report and the workbook list all of them."),
            Paragraph("It compares ways to run a sales organization and does not forecast one."),
            Paragraph("A difference smaller than its interval is no difference; vary what is assumed before you act."),
        ]
        self.text("What it rests on", lines)

    def repeat(self) -> None:
        """Give the command and all it depends on."""
        facts = [Paragraph(f"{name}: {value}", BODY) for name, value in self.analysis.basis["facts"]]
        command = [Paragraph(self.analysis.command, BODY, font=MONO)] if self.analysis.command else []
        self.text("How to repeat it", [*command, *facts])


def _draw_table(
    slide: Any, columns: Sequence[str], widths: Sequence[float], rows: Sequence[Sequence[str]], right: Iterable[int]
) -> None:
    """Draw a native table with a head and thin lines, numbers to the right."""
    place = (Inches(LEFT), Inches(TOP), Inches(sum(widths)), Inches(ROW * (len(rows) + 1)))
    shape = slide.shapes.add_table(len(rows) + 1, len(columns), *place)
    table, numbers = shape.table, set(right)
    shape._element.graphic.graphicData.tbl.tblPr.find(  # noqa: SLF001 - the style of a table has no call
        "{http://schemas.openxmlformats.org/drawingml/2006/main}tableStyleId"
    ).text = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # no style, no grid
    for at, width in enumerate(widths):
        table.columns[at].width = Inches(width)
    for row, texts in enumerate([columns, *rows]):
        for at, text in enumerate(texts):
            cell = table.cell(row, at)
            cell.margin_left = cell.margin_right = Inches(0.08)
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE if row else MSO_ANCHOR.BOTTOM
            put_lines(cell.text_frame, [Paragraph(part, BODY, bold=row == 0) for part in text.split("\n")])
            for paragraph in cell.text_frame.paragraphs:
                paragraph.space_after = Pt(0)
                paragraph.alignment = PP_ALIGN.RIGHT if at in numbers else PP_ALIGN.LEFT
            cell.fill.solid()
            cell.fill.fore_color.rgb = ink(RULE if row == 0 else WASH if row % 2 == 0 else "#FFFFFF")
