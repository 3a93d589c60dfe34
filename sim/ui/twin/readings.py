"""What the twin view reads off worlds in lock-step: headline numbers side by side, and differences from A by week."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from agents.organization.measuring import WEEKLY
from sim.measures.words import MINUS, NONE, amount

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from sim.ui.run.branches import Branch, Branches
    from sim.ui.run.session import Session

MOST = 260
"""Most weeks a chart of differences shows."""


@dataclass(frozen=True, slots=True)
class ComparedMeasure:
    """Something by which worlds are compared.

    Attributes:
        name: Weekly measure, or "attainment".
        label: What the page calls it.
        doc: What it is.
        unit: "currency", "share", or the unit of the measure.
        total: Whether it is summed since week 0.
        better: 1 if more is better, -1 if less is, 0 if neither.
    """

    name: str
    label: str
    doc: str
    unit: str
    total: bool
    better: int


MEASURES = (
    ComparedMeasure(
        "bookings", "Bookings so far", f"{WEEKLY['bookings'].doc} Summed since week 0.", "currency", True, 1
    ),
    ComparedMeasure("attainment", "Attainment", "Bookings over quota of the last 13 weeks.", "share", False, 1),
    ComparedMeasure("rep_trust", "Reps' trust", WEEKLY["rep_trust"].doc, "share", False, 1),
    ComparedMeasure(
        "hours_coordination", "Coordination", WEEKLY["hours_coordination"].doc, "h / rep / week", False, -1
    ),
    ComparedMeasure(
        "net_contribution", "Net contribution so far", f"{WEEKLY['net_contribution'].doc} Summed since week 0.",
        "currency", True, 1,
    ),
)  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class TwinReading:
    """The worlds of one week.

    Attributes:
        week: Weeks of the run that have passed.
        letters: The worlds, A first.
        currency: Label of all amounts.
        cards: What the card of each world says.
        first: Week after which the differences begin.
        differences: Other world less A by measure and letter, one value for each week from `first` on.
    """

    week: int
    letters: tuple[str, ...]
    currency: str
    cards: tuple[dict[str, Any], ...]
    first: int
    differences: dict[str, dict[str, Rows]]


def read(branches: Branches) -> TwinReading:
    """Read all worlds of a moment."""
    with branches.lock:
        worlds, week, shown = branches.all, branches.week, branches.shown
        columns = [columns_of(one.session, week) for one in worlds]
    currency = worlds[0].session.world.scenario.currency
    parted = min((one.parted for one in worlds[1:]), default=0)
    first = max(parted, week - MOST)
    differences = {
        item.name: {
            one.letter: (values[item.name] - columns[0][item.name])[first:]
            for one, values in zip(worlds[1:], columns[1:], strict=True)
        }
        for item in MEASURES
    }
    cards = tuple(
        {
            "letter": one.letter,
            "title": one.title,
            "since": since_text(one),
            "done": done_text(one),
            "shown": place == shown,
            "numbers": _numbers(values, columns[0] if place else None, currency),
        }
        for place, (one, values) in enumerate(zip(worlds, columns, strict=True))
    )
    return TwinReading(week, tuple(one.letter for one in worlds), currency, cards, first, differences)


def columns_of(session: Session, week: int) -> dict[str, Rows]:
    """The measures of one world by week of the run, sums since week 0 where they are totals. [weeks]."""
    with session.lock:
        world = session.world
        rows = world.weekly(-world.burn_in, week).copy()
    booked, quota = (_last_quarter(rows[name])[world.burn_in :] for name in ("bookings", "quota"))
    found = {"attainment": np.divide(booked, quota, out=np.full(len(quota), np.nan), where=quota > 0)}
    for item in MEASURES:
        if item.name not in found:
            values = rows[item.name][world.burn_in :]
            found[item.name] = np.cumsum(values) if item.total else values
    return found


def _last_quarter(values: Rows) -> Rows:
    """Sums of the 13 weeks up to each week."""
    totals = np.concatenate([np.zeros(WEEKS_PER_QUARTER), np.cumsum(values)])
    sums: Rows = totals[WEEKS_PER_QUARTER:] - totals[:-WEEKS_PER_QUARTER]
    return sums


def since_text(one: Branch) -> str:
    """Where a world comes from, in words."""
    if one.overrides:
        settings = ", ".join(f"{name} = {value}" for name, value in one.overrides)
        return f"From the start: {settings}"
    return f"Forked from {one.parent} in week {one.since}" if one.parent else "The world as it went"


def done_text(one: Branch) -> str:
    """How much was done by hand in a world, in words."""
    count = sum(1 for entry in one.session.entries() if not entry.own)
    return {0: "nothing done by hand", 1: "1 thing done by hand"}.get(count, f"{count} things done by hand")


def _numbers(values: dict[str, Rows], first: dict[str, Rows] | None, currency: str) -> list[dict[str, Any]]:
    rows = []
    for item in MEASURES:
        now = float(values[item.name][-1]) if len(values[item.name]) else math.nan
        row: dict[str, Any] = {"label": item.label, "text": text_of(now, item, currency), "change": "", "good": 0}
        row["hint"] = f"{item.doc}\nUnit: {item.unit.replace('currency', currency)}."
        if first is not None and len(first[item.name]):
            gap = now - float(first[item.name][-1])
            row["change"] = change_text(gap, item, currency)
            row["good"] = item.better * (int(gap > 0) - int(gap < 0))
        rows.append(row)
    return rows


def text_of(value: float, item: ComparedMeasure, currency: str) -> str:
    """Write a value of a measure with its unit."""
    if not math.isfinite(value):
        return NONE
    if item.unit == "share":
        return f"{value * 100:.0f} %"
    if item.unit == "currency":
        return short(amount(value, "currency", currency))
    return f"{value:.2f} h"


def change_text(gap: float, item: ComparedMeasure, currency: str) -> str:
    """Write a difference with its sign; "same" where it is none."""
    if not math.isfinite(gap):
        return NONE
    if gap == 0:
        return "same"
    if item.unit == "currency":
        return short(amount(gap, "currency", currency, signed=True))
    size = f"{abs(gap) * 100:.1f} points" if item.unit == "share" else f"{abs(gap):.2f} h"
    return f"{'+' if gap > 0 else MINUS}{size}"


def short(text: str) -> str:
    """Write the words of large numbers as letters."""
    return text.replace(" million", " m").replace(" thousand", " k").replace(" billion", " bn")
