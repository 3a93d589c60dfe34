"""What was repaired, dropped or could not be known about an export."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypedDict

from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from typing import Unpack

    import pandas as pd


class RepairKind(StrEnum):
    """What became of something that was not as it should be."""

    REPAIRED = "repaired"
    DROPPED = "dropped"
    LEFT_OUT = "left out of measures"
    SUGGESTED = "suggested"
    NOTED = "noted"
    UNKNOWN = "could not be known"


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """One thing found about the data."""

    kind: RepairKind  # what became of it
    where: str  # file or table and field
    what: str  # one sentence
    count: int = 0  # rows, names or files concerned, as `unit` says; 0 where a count makes no sense
    total: int = 0  # out of how many; 0 where that makes no sense
    unit: str = "rows"  # what is counted
    example: str = ""  # one case as it stood in the file

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
    """The data-quality report of one export, filled while it is read and cleaned: findings in the order of the work."""

    findings: list[QualityFinding] = field(default_factory=list)

    def add(self, kind: RepairKind, where: str, what: str, **details: Unpack[Details]) -> None:
        """Keep one finding."""
        self.findings.append(QualityFinding(kind, where, what, **details))

    def add_if(self, kind: RepairKind, where: str, what: str, **details: Unpack[Details]) -> None:
        """Keep a finding if it concerns anything at all."""
        if details.get("count"):
            self.add(kind, where, what, **details)

    def mark(
        self, kind: RepairKind, where: str, what: str, marked: pd.Series, unit: str = "rows", *,
        texts: pd.Series | None = None,
    ) -> None:  # fmt: skip
        """Keep a finding about what is marked, of all that could be, if anything is; its texts give an example."""
        if marked.any():
            example = "" if texts is None else str(texts[marked].iloc[0])
            self.add(kind, where, what, count=int(marked.sum()), total=len(marked), unit=unit, example=example)

    def of(self, kind: RepairKind) -> list[QualityFinding]:
        """List the findings of one kind."""
        return [finding for finding in self.findings if finding.kind is kind]

    def count(self, kind: RepairKind, where: str = "") -> int:
        """Sum what the findings of a kind concern, in all places or one. [rows, names or files]."""
        return sum(finding.count for finding in self.of(kind) if where in ("", finding.where))

    def rows(self) -> list[dict[str, str | int]]:
        """List the findings as plain records, sorted by kind, for data frames and reports."""
        return [asdict(finding) | {"kind": str(kind)} for kind in RepairKind for finding in self.of(kind)]

    def table(self) -> Table:
        """Lay the findings out for a terminal."""
        table = Table(title="Data quality", title_justify="left", show_lines=False)
        for name in ("became", "where", "what", "how many", "example"):
            table.add_column(name, overflow="fold", justify="right" if name == "how many" else "left")
        for kind in RepairKind:
            for finding in self.of(kind):
                cells = (str(finding.kind), finding.where, finding.what, finding.amount, finding.example)
                table.add_row(*(escape(cell.encode(errors="replace").decode()) for cell in cells))
        return table

    def markdown(self) -> str:
        """Write the findings as a section of a Markdown report."""
        parts = ["## Data quality", ""]
        for kind in RepairKind:
            if findings := self.of(kind):
                parts += [
                    f"### {str(kind).capitalize()}",
                    "",
                    "| where | what | how many | example |",
                    "|---|---|---|---|",
                ]
                for finding in findings:
                    cells = (finding.where, finding.what, finding.amount, finding.example)
                    parts.append(f"| {' | '.join(map(plain_markdown, cells))} |")
                parts.append("")
        return "\n".join(parts)


_MARKED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"} | {letter: f"\\{letter}" for letter in "\\|`*[_"}


def plain_markdown(text: str) -> str:
    """Write a text so that Markdown and HTML show it as it is."""
    return "".join(_MARKED.get(letter, letter) for letter in " ".join(text.split()))
