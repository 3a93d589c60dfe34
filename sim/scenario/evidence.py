"""The evidence table: measured values that defaults and validation cite by row id."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from sim.scenario.errors import InputError, nearest

if TYPE_CHECKING:
    from sim.scenario.parameters.base import Source


@dataclass(frozen=True, slots=True)
class Row:
    """One measured quantity.

    Attributes:
        id: Such as `WIN-04`.
        topic: What it is about, such as `referral`.
        quantity, unit, segment: What was measured, in which unit, for whom.
        low, central, high: The range, in `unit`; None where the source gives none.
        source, year: Who published it, when.
        confidence: A (measured, method known) to D (hearsay).
        note: What to know before using it.
    """

    id: str
    topic: str
    quantity: str
    low: float | None
    central: float | None
    high: float | None
    unit: str
    segment: str
    source: str
    year: str
    confidence: str
    note: str


@cache
def evidence_rows() -> dict[str, Row]:
    """Read the table; rows by id."""
    text = files("sim.scenario").joinpath("evidence.csv").read_text(encoding="utf-8")
    return {line["id"]: _row(line) for line in csv.DictReader(text.splitlines())}


def _row(line: dict[str, str]) -> Row:
    numbers = {key: float(line[key]) if line[key] else None for key in ("low", "central", "high")}
    words = {item.name: line[item.name] for item in fields(Row) if item.name not in numbers}
    return Row(**words, **numbers)  # type: ignore[arg-type]  # words and numbers each have one type


def evidence_row(row_id: str) -> Row:
    """Find a row by its id; InputError if there is none; the message names the nearest."""
    rows = evidence_rows()
    if row_id not in rows:
        raise InputError(f"{row_id} is no row of the evidence table{nearest(row_id, rows)}")
    return rows[row_id]


def cited(source: Source) -> list[Row]:
    """List the rows a parameter's source cites, for listings and reports."""
    return [evidence_row(row_id) for row_id in source.rows]
