"""Letters on slides: how large, how much room they take, and tables cut into what fits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree
from matplotlib.font_manager import FontProperties, findfont
from PIL import ImageFont
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Inches, Pt

from sim.answers.palette import CASES, INK, MUTED
from sim.answers.plain import legal_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.answers.analysis import TextTable

BODY, LARGE, TITLE = 18, 28, 28  # points
SANS, MONO = "Arial", "Courier New"
_LEADING = 1.2  # line height in letters
ROW = BODY * _LEADING / 72.0 + 0.06  # inches of a row of a table with one line
_AFTER = 10  # points between paragraphs
_NARROWER = 0.94  # of the width in DejaVu Sans, which is wider than the letters of slides
_NS = {"a": "http://schemas.openxmlformats.org/drawingml/2006/main"}
_PADDING = 0.2  # inches of a cell and of a text box, left and right together


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: str
    size: int = 20  # points
    bold: bool = False
    bullet: bool = False
    colour: str = INK
    font: str = ""


@dataclass(frozen=True, slots=True)
class TablePart:
    """Columns of a table that fit beside each other, and their rows in pages: number of the first one, and the rows."""

    columns: Sequence[str]
    widths: Sequence[float]  # inches
    right: Sequence[int]
    pages: Sequence[tuple[int, Sequence[Sequence[str]]]]


def ink(colour: str) -> RGBColor:
    """Turn #RRGGBB into a colour of PowerPoint."""
    return RGBColor(*bytes.fromhex(colour.lstrip("#")))


@cache
def _letters(bold: bool) -> Any:  # noqa: FBT001 - the key of a cache
    return ImageFont.truetype(findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")), 100)


def width_of(text: str, size: int, *, bold: bool = False) -> float:
    """Width of text on one line. [inches]."""
    return float(_letters(bold).getlength(text)) / 100.0 * size / 72.0 * _NARROWER


def lines_of(text: str, size: int, across: float, *, bold: bool = False) -> int:
    """How many lines text takes, broken between words, and within those longer than a line."""
    count = 0
    for part in text.split("\n"):
        used, count = 0.0, count + 1
        for word in part.split(" "):
            wide = width_of(word, size, bold=bold)
            if used and used + wide > across:
                count, used = count + 1, 0.0
            count += int(wide // (across + 0.01))
            used += wide % (across + 0.01) + width_of(" ", size)
    return count


def height_of(lines: Iterable[Paragraph], across: float) -> float:
    """Height of paragraphs in a box. [inches]."""
    return sum(
        (lines_of(line.text, line.size, (across - _PADDING) * (0.8 if line.font == MONO else 1.0), bold=line.bold)
         * line.size * _LEADING + _AFTER) / 72.0
        for line in lines
    )  # fmt: skip


def pages_of(lines: Sequence[Paragraph], across: float, high: float) -> list[list[Paragraph]]:
    """Cut paragraphs into pages; one that is longer than a page stands alone and smaller, down to body size."""
    pages: list[list[Paragraph]] = [[]]
    for line in lines:
        if pages[-1] and height_of([*pages[-1], line], across) > high:
            pages.append([])
        pages[-1].append(line)
    return pages


def put_lines(frame: Any, lines: Sequence[Paragraph], anchor: Any = MSO_ANCHOR.TOP) -> None:
    """Write paragraphs into a text frame."""
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = anchor
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(_AFTER)
        run = paragraph.add_run()
        run.text = legal_text(f"•  {line.text}" if line.bullet else line.text, None)
        run.font.size, run.font.bold = Pt(line.size), line.bold
        run.font.color.rgb = ink(line.colour)
        if line.font:
            run.font.name = line.font


def fit_table(table: TextTable, across: float, high: float) -> list[TablePart]:
    """Cut a table into groups of columns, each with the first one, and into pages of rows that fit on a slide."""
    columns = range(len(table.columns))
    least, wanted = (
        [
            _PADDING + max(wide(table.columns[at], bold=True), *(wide(row[at], bold=False) for row in table.rows), 0.4)
            for at in columns
        ]
        for wide in (_longest_word, _longest_line)
    )
    groups, used = [[0]], least[0]
    for at in columns[1:]:
        if len(groups[-1]) > 1 and used + least[at] > across:
            groups.append([0])
            used = least[0]
        groups[-1].append(at)
        used += least[at]
    return [
        _part(table, group, _shared([least[at] for at in group], [wanted[at] for at in group], across), high)
        for group in groups
    ]


def _longest_word(text: str, *, bold: bool) -> float:
    words = text.replace("\n", " ").split(" ")
    return min(5.0, max(width_of(word, BODY, bold=bold) for word in words))


def _longest_line(text: str, *, bold: bool) -> float:
    return max(width_of(line, BODY, bold=bold) for line in text.split("\n"))


def _shared(least: list[float], wanted: list[float], across: float) -> list[float]:
    """Give each column what it would like up to a width that is alike for all, and its longest word at least."""
    if sum(least) >= across:
        return [width * across / sum(least) for width in least]
    low, high = 0.0, across
    for _ in range(30):
        cap = (low + high) / 2
        widths = [max(need, min(want, cap)) for need, want in zip(least, wanted, strict=True)]
        low, high = (cap, high) if sum(widths) <= across else (low, cap)
    return [max(need, min(want, low)) for need, want in zip(least, wanted, strict=True)]


def _part(table: TextTable, group: list[int], widths: list[float], high: float) -> TablePart:
    right = [place for place, at in enumerate(group) if at in set(table.right)]
    head = _row_height([table.columns[at] for at in group], widths, bold=True)
    pages: list[tuple[int, list[Sequence[str]]]] = [(0, [])]
    room = high - head
    for number, row in enumerate(table.rows):
        cells = [row[at] for at in group]
        need = _row_height(cells, widths)
        if pages[-1][1] and need > room:
            pages.append((number, []))
            room = high - head
        pages[-1][1].append(cells)
        room -= need
    return TablePart([table.columns[at] for at in group], widths, right, pages)


def _row_height(cells: Sequence[str], widths: Sequence[float], *, bold: bool = False) -> float:
    most = max(
        lines_of(text, BODY, width - _PADDING + 0.04, bold=bold) for text, width in zip(cells, widths, strict=True)
    )
    return ROW + (most - 1) * BODY * _LEADING / 72.0


def styled(file: Any, left: float, across: float) -> None:
    """Give a presentation the project's colours and letters, and room for titles over its whole width."""
    theme = file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = etree.fromstring(theme.blob)
    for number, colour in enumerate(CASES, start=1):
        accent = root.find(f".//a:accent{number}", _NS)
        accent.clear()
        etree.SubElement(accent, f"{{{_NS['a']}}}srgbClr").set("val", colour.lstrip("#"))
    for name, colour in (("dk2", MUTED), ("dk1", INK)):
        dark = root.find(f".//a:{name}", _NS)
        dark.clear()
        etree.SubElement(dark, f"{{{_NS['a']}}}srgbClr").set("val", colour.lstrip("#"))
    for font in root.iterfind(".//a:fontScheme/*/a:latin", _NS):
        font.set("typeface", SANS)
    theme._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001 - a theme has no call
    for layout in (file.slide_master, *file.slide_layouts):
        for shape in layout.placeholders:
            if shape.placeholder_format.type in _TITLES:
                shape.left, shape.top = Inches(left), Inches(0.4)
                shape.width, shape.height = Inches(across), Inches(1.1)
                shape.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
            else:
                shape.left, shape.width = int(shape.left * 4 / 3), int(shape.width * 4 / 3)
    style = file.slide_master.element.find(".//p:titleStyle/a:lvl1pPr", {**_NS, "p": _P})
    style.set("algn", "l")
    style.find("a:defRPr", _NS).set("sz", str(TITLE * 100))
    style.find("a:defRPr", _NS).set("b", "1")


_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_TITLES = (1, 3)  # title and centred title
