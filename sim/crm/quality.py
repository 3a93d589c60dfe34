"""What was repaired, dropped or could not be known about an export."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypedDict

from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Unpack


class RepairKind(StrEnum):
    """What became of something that was not as it should be."""

    REPAIRED = "repaired"
    DROPPED = "dropped"
    LEFT_OUT = "left out of measures"
    NOTED = "noted"
    UNKNOWN = "could not be known"


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """One thing found about the data.

    Attributes:
        kind: What became of it.
        where: File or table and field.
        what: One sentence.
        count: Rows, names or files concerned, as `unit` says; 0 where a count makes no sense.
        total: Out of how many; 0 where that makes no sense.
        unit: What is counted.
        example: One case as it stood in the file.
    """

    kind: RepairKind
    where: str
    what: str
    count: int = 0
    total: int = 0
    unit: str = "rows"
    example: str = ""

    @property
    def amount(self) -> str:
        """Count and total in words, such as "12 of 85 rows"; empty without a count."""
        if not self.count:
            return ""
        return f"{self.count:,} of {self.total:,} {self.unit}" if self.total else f"{self.count:,} {self.unit}"


class Details(TypedDict, total=False):
    """Optional parts of a finding; see `QualityFinding`."""

    count: int
    total: int
    unit: str
    example: str


@dataclass(slots=True)
class Quality:
    """The data-quality report of one export, filled while it is read and cleaned.

    Attributes:
        findings: What was found, in the order of the work.
    """

    findings: list[QualityFinding] = field(default_factory=list)

    def add(self, kind: RepairKind, where: str, what: str, **details: Unpack[Details]) -> None:
        """Keep one finding."""
        self.findings.append(QualityFinding(kind, where, what, **details))

    def add_if(self, kind: RepairKind, where: str, what: str, **details: Unpack[Details]) -> None:
        """Keep a finding if it concerns anything at all."""
        if details.get("count"):
            self.add(kind, where, what, **details)

    def of(self, kind: RepairKind) -> list[QualityFinding]:
        """List the findings of one kind."""
        return [finding for finding in self.findings if finding.kind is kind]

    def count(self, kind: RepairKind, where: str = "") -> int:
        """Sum what the findings of a kind concern, in all places or one. [rows, names or files]."""
        return sum(finding.count for finding in self.of(kind) if where in ("", finding.where))

    def rows(self) -> list[dict[str, str | int]]:
        """List the findings as plain records, sorted by kind, for data frames and reports."""
        return [
            {
                "kind": str(finding.kind),
                "where": finding.where,
                "what": finding.what,
                "count": finding.count,
                "total": finding.total,
                "unit": finding.unit,
                "example": finding.example,
            }
            for kind in RepairKind
            for finding in self.of(kind)
        ]

    def table(self) -> Table:
        """Lay the findings out for a terminal."""
        table = Table(title="Data quality", title_justify="left", show_lines=False)
        for name in ("became", "where", "what", "how many", "example"):
            table.add_column(name, overflow="fold", justify="right" if name == "how many" else "left")
        for kind in RepairKind:
            for finding in self.of(kind):
                cells = (str(finding.kind), finding.where, finding.what, finding.amount, finding.example)
                table.add_row(*(escape(cell) for cell in cells))
        return table

    def markdown(self) -> str:
        """Write the findings as a section of a Markdown report."""
        parts = ["## Data quality", ""]
        for kind in RepairKind:
            found = self.of(kind)
            if found:
                parts += [f"### {str(kind).capitalize()}", "", *_HEAD]
                parts += [f"| {' | '.join(_cells(finding))} |" for finding in found] + [""]
        return "\n".join(parts)


_HEAD = ("| where | what | how many | example |", "|---|---|---|---|")
_MARKED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {letter: f"\\{letter}" for letter in "\\|`*[_"}


def _cells(finding: QualityFinding) -> Iterable[str]:
    for cell in (finding.where, finding.what, finding.amount, finding.example):
        yield plain_markdown(cell)


def plain_markdown(text: str) -> str:
    """Write a text so that Markdown and HTML show it as it is."""
    return "".join(_MARKED.get(letter, letter) for letter in " ".join(text.split()))
