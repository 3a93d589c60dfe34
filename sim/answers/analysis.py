"""An analysis of many runs as a folder: report, figures, tables; one style for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.answers import REPORT
from sim.answers.plain import json_text
from sim.studies.folders import ANSWER, fresh_folder
from sim.studies.programs import versions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

    from sim.answers.chart import Chart
    from sim.answers.html import ReportPicture
    from sim.scenario.scenario import Scenario

MOST_ROWS = 1_048_575  # of a CSV file: what a spreadsheet opens beside its heads


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure that is drawn when it is needed.

    Attributes:
        name: Of its files, such as `ranking`.
        caption: What it shows, one sentence.
        draw: Draws into a figure whose style and size are set.
        size: Width and height in inches; 5.1 wide beside another, 10.4 over the whole width.
        wide: Whether it takes the whole width of the report.
    """

    name: str
    caption: str
    draw: Callable[[Figure], None]
    size: tuple[float, float] = (10.4, 3.6)
    wide: bool = True

    def png(self) -> bytes:
        """Draw it for slides."""
        from sim.answers.figures import written  # noqa: PLC0415 - figures are slow to import

        return written(self.size, self.draw, "png")

    def figure(self) -> Figure:
        """Draw it for a notebook, which shows it."""
        from sim.answers.figures import drawn  # noqa: PLC0415 - as above

        return drawn(self.size, self.draw)


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table as people read it: every cell is text; columns `right`, counted from 0, are aligned to the right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[int] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class ReportSection:
    """A part of a report: title, a sentence or two, figures, tables; slides and workbook have charts for figures.

    `pictures` are figures that have been drawn already, of an answer that comes from another process.
    """

    title: str
    lead: str = ""
    drawings: Sequence[Drawing] = ()
    tables: Sequence[TextTable] = ()
    charts: Sequence[Chart] = ()
    pictures: Sequence[ReportPicture] = ()


@dataclass(frozen=True)
class Analysis:
    """What was found, ready to be written in any form.

    Attributes:
        kind: Name of the command, such as `sensitivity`.
        scenario, seeds, weeks: What was run: the organization, its seeds, the weeks of each run.
        question: What was asked, one sentence.
        answer: Sentences; the first is the answer with its uncertainty.
        sections: Parts of the report, in their order.
        tables: Data frames by name of file, for `NAME.csv` and `NAME.parquet`.
        kept: Further ones, too large for a workbook, which only a folder holds, as `NAME.parquet`.
        touched: Parameters the answer leans on.
        notes: Warnings: what was left out, what is too few.
        facts: Further values for `analysis.json`.
        texts: Further files by name, such as a fitted scenario.
        command: Command that repeats it.
        units: Units of columns of the tables that are neither measures nor parameters.
        page: Writes the report of its pictures by name, where it is not made of the sections.
        figures: The figures of such a report, made when they are needed.
    """

    kind: str
    scenario: Scenario
    question: str
    answer: Sequence[str]
    sections: Sequence[ReportSection]
    tables: Mapping[str, pd.DataFrame]
    seeds: Sequence[int]
    weeks: int
    touched: Sequence[str] = ()
    notes: Sequence[str] = ()
    kept: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    units: Mapping[str, str] = field(default_factory=dict)
    page: Callable[[Mapping[str, ReportPicture]], str] | None = None
    figures: Callable[[], Iterable[Drawing]] = tuple

    @property
    def name(self) -> str:
        """Title of the organization, or its name."""
        return self.scenario.title or self.scenario.name

    @property
    def charts(self) -> list[Chart]:
        """Charts of all sections for which there are values."""
        return [chart for section in self.sections for chart in section.charts if not chart.empty]

    @property
    def left_out(self) -> list[str]:
        """Charts without values, a sentence each."""
        empty = [chart for section in self.sections for chart in section.charts if chart.empty]
        return [f"The chart “{chart.title}” is left out, because there are no values for it." for chart in empty]

    @property
    def basis(self) -> dict[str, Any]:
        """What any answer ends with: assumed parameters, and what was run."""
        from sim.answers.html import basis_of  # noqa: PLC0415 - as above

        return basis_of(self.scenario, self.touched, self.seeds, self.weeks, versions())

    @cached_property
    def drawings(self) -> list[Drawing]:
        """Every figure."""
        return [*(drawing for section in self.sections for drawing in section.drawings), *self.figures()]

    @cached_property
    def pictures(self) -> dict[str, ReportPicture]:
        """Every figure by its name, drawn once for the report and for its file."""
        from sim.answers.figures import svg_of  # noqa: PLC0415 - as above
        from sim.answers.html import ReportPicture  # noqa: PLC0415 - as above

        return {
            drawing.name: ReportPicture(svg_of(drawing.size, drawing.draw), drawing.caption, wide=drawing.wide)
            for drawing in self.drawings
        }

    def html(self) -> str:
        """Write the report as one HTML page."""
        from sim.answers.html import render  # noqa: PLC0415 - as above

        if self.page:
            return self.page(self.pictures)
        sections = [
            {
                "title": section.title, "lead": section.lead, "tables": section.tables,
                "pictures": [self.pictures[drawing.name] for drawing in section.drawings],
            }
            for section in self.sections
        ]  # fmt: skip
        return render(
            "analysis.html.j2",
            title=f"{self.name}: {self.question}", kind=f"{self.name} · {self.kind}", question=self.question,
            answer=list(self.answer), notes=list(self.notes), sections=sections, columns=1, failures=[], verified="",
            command=self.command, **self.basis,
        )  # fmt: skip

    def write(self, folder: Path | str, *, report: bool = True) -> None:
        """Write everything into a folder, which replaces an earlier one of this program.

        Files: `report.html`, `analysis.json`, `scenario.toml`, a PNG and an SVG of each figure, a Parquet file of each
        table and, where a spreadsheet opens so many rows, a CSV file, and `texts`. Without `report` nothing is drawn.

        Raises:
            InputError: Nothing can be written there.
        """
        with fresh_folder(folder) as draft:
            (draft / "scenario.toml").write_text(self.scenario.to_toml(), encoding="utf-8")
            (draft / ANSWER).write_text(self.json() + "\n", encoding="utf-8")
            if report:
                (draft / REPORT).write_text(self.html(), encoding="utf-8")
                for drawing in self.drawings:
                    (draft / f"{drawing.name}.png").write_bytes(drawing.png())
                    (draft / f"{drawing.name}.svg").write_text(self.pictures[drawing.name].svg, encoding="utf-8")
            for name, table in {**self.tables, **self.kept}.items():
                table.to_parquet(draft / f"{name}.parquet", index=False)
                if name in self.tables and len(table) <= MOST_ROWS:
                    table.to_csv(draft / f"{name}.csv", index=False)
            for name, text in self.texts.items():
                (draft / name).write_text(text, encoding="utf-8")

    def json(self, *, whole: bool = False) -> str:
        """Write what is needed to repeat it and to read its answer, with `whole` charts and tables too.

        What is not known is null.
        """
        scenario = {"scenario": self.scenario.name, "scenario_digest": self.scenario.digest()}
        tables = {name: table.to_dict("list") for name, table in self.tables.items()}
        return json_text({
            "program": "sales-flywheel", "kind": self.kind, "question": self.question, "answer": list(self.answer),
            "notes": list(self.notes), "command": self.command, **scenario, "weeks": self.weeks,
            "seeds": list(self.seeds), **self.facts, "versions": versions(),
            **({"charts": self.charts, "tables": tables} if whole else {}),
        })  # fmt: skip
