"""What a screen shows of an answer, as text that goes from the process that found it to the one that shows it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sim.answers.analysis import ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries
from sim.answers.html import ReportPicture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.answers.analysis import Analysis


@dataclass(frozen=True, slots=True)
class Outline:
    """An answer without its data: as `Analysis`, whose sections have charts, tables, and pictures instead of drawings.

    A section that has charts has no pictures: they show the same.
    """

    kind: str
    question: str
    answer: Sequence[str]
    notes: Sequence[str]
    sections: Sequence[ReportSection]
    command: str

    @classmethod
    def of(cls, analysis: Analysis) -> Outline:
        """Take it from an answer, drawing what is no chart."""
        sections = [_plain_section(analysis, section) for section in analysis.sections]
        return cls(
            analysis.kind, analysis.question, list(analysis.answer), list(analysis.notes), sections, analysis.command
        )

    def text(self) -> str:
        """Write it as JSON, in which what is not known is NaN."""
        return json.dumps(asdict(self), default=_plain)

    @classmethod
    def from_text(cls, text: str) -> Outline:
        """Read what `text` has written."""
        table = json.loads(text)
        return cls(**{**table, "sections": [_read_section(section) for section in table["sections"]]})


def _plain(value: Any) -> Any:
    """A number of numpy as one of Python, and a range as a list."""
    return value.item() if hasattr(value, "item") else list(value)


def _plain_section(analysis: Analysis, section: ReportSection) -> ReportSection:
    charts = [chart for chart in section.charts if not chart.empty]
    drawn = () if charts else section.drawings
    pictures = [analysis.pictures[drawing.name] for drawing in drawn]
    return ReportSection(section.title, section.lead, (), section.tables, charts, pictures)


def _read_section(table: dict[str, Any]) -> ReportSection:
    charts = [Chart(**{**one, "series": [ChartSeries(**each) for each in one["series"]]}) for one in table["charts"]]
    return ReportSection(
        table["title"], table["lead"], (), [TextTable(**one) for one in table["tables"]], charts,
        [ReportPicture(**one) for one in table["pictures"]],
    )  # fmt: skip
