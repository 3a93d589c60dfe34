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
    rows: float = 0.0  # share of the rows of its table, or of the sellers, that it touches
    money: float = 0.0  # share of what was won that it touches; 0 where that is not known

    @property
    def amount(self) -> str:
        """Count, total and money in words, such as "12 of 85 rows, 9% of what was won"; empty without a count."""
        if not self.count:
            return ""
        money = f", {self.money:.0%} of what was won" if self.money >= 0.005 else ""
        return f"{self.count:,} of {self.total:,} {self.unit}{money}" if self.total else f"{self.count:,} {self.unit}"

    @property
    def weight(self) -> float:
        """Share of the rows or of the money it touches, whichever is more; all where a column seems mistaken."""
        return max(self.rows, self.money, self.kind is RepairKind.SUGGESTED)

    @property
    def text(self) -> str:
        """All of it in one sentence."""
        return f"{self.where}: {self.what} ({', '.join(filter(None, (str(self.kind), self.amount)))})"


class Details(TypedDict, total=False):
    """Optional parts of a finding; see `QualityFinding`."""

    count: int
    total: int
    unit: str
    example: str
    money: float


@dataclass(slots=True)
class Quality:
    """The data-quality report of one export, filled while it is read and cleaned.

    Attributes:
        findings: What was found, in the order of the work.
        worth: What each row of the cleaned opportunities won, by which findings about them are weighed. [currency]
    """

    findings: list[QualityFinding] = field(default_factory=list)
    worth: pd.Series | None = None

    def add(self, kind: RepairKind, where: str, what: str, **details: Unpack[Details]) -> None:
        """Keep one finding."""
        total = details.get("total", 0)
        if self.worth is not None and where.startswith("opportunities"):
            total = len(self.worth)
        counts = total and details.get("unit", "rows") in ("rows", "sellers")
        rows = min(1.0, details.get("count", 0) / total) if counts else 0.0
        where, what = (text.encode(errors="replace").decode() for text in (where, what))  # a file's name may be no text
        self.findings.append(QualityFinding(kind, where, what, **details, rows=rows))

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
            count, money = int(marked.sum()), self.money(where, marked)
            self.add(kind, where, what, count=count, total=len(marked), unit=unit, example=example, money=money)

    def money(self, where: str, marked: pd.Series) -> float:
        """Share of what was won that marked opportunities brought; 0 for other things, and while it is not known."""
        if self.worth is None or not where.startswith("opportunities"):
            return 0.0
        total = float(self.worth.sum())
        return float(self.worth.reindex(marked.index[marked]).sum()) / total if total else 0.0

    def first(self, n: int = 3) -> list[QualityFinding]:
        """Give those that matter first: what was changed, left out, unknown or mistaken, by rows or money touched."""
        rest = [found for found in self.findings if found.kind is not RepairKind.NOTED and found.weight]
        return sorted(rest, key=lambda found: -found.weight)[:n]

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
                table.add_row(*map(escape, cells))
        return table
