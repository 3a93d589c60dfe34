"""What the twin view reads off worlds in lock-step: headline numbers side by side, and differences from A by week."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measures.weekly import rolling
from sim.measures.words import MINUS, NONE, amount
from sim.scenario.measures import WEEKLY_MEASURES

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from sim.scenario.measures import Measure
    from sim.ui.run.branches import Branch, Branches
    from sim.ui.run.session import Session

MOST = 260
"""Most weeks a chart of differences shows."""


def _since_start(name: str) -> Measure:
    """A weekly measure as worlds are compared by it: flows are summed since week 0."""
    one = WEEKLY_MEASURES[name]
    if one.flow:
        return replace(one, label=f"{one.label} so far", doc=f"{one.doc} Summed since week 0.", unit=one.total_unit)
    return replace(one, doc=f"{one.doc} Last 13 weeks.") if one.whole else one


COMPARED = tuple(map(_since_start, ("bookings", "attainment", "rep_trust", "hours_coordination", "net_contribution")))
"""Measures by which worlds are compared."""


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
        for item in COMPARED
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
    """The measures of one world by week of the run, flows as sums since week 0. [weeks]."""
    with session.lock:
        world = session.world
        rows = world.weekly(-world.burn_in, week).copy()
    run = rows[world.burn_in :]
    return {
        one.name: rolling(rows, one)[world.burn_in :] if one.whole else np.cumsum(run[one.name]) if one.flow
        else run[one.name]
        for one in COMPARED
    }  # fmt: skip


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
    for item in COMPARED:
        now = float(values[item.name][-1]) if len(values[item.name]) else math.nan
        row: dict[str, Any] = {"label": item.label, "text": text_of(now, item, currency), "change": "", "good": 0}
        row["hint"] = f"{item.doc}\nUnit: {item.unit.replace('currency', currency)}."
        if first is not None and len(first[item.name]):
            gap = now - float(first[item.name][-1])
            row["change"] = change_text(gap, item, currency)
            row["good"] = item.better * (int(gap > 0) - int(gap < 0))
        rows.append(row)
    return rows


def text_of(value: float, item: Measure, currency: str) -> str:
    """Write a value of a measure with its unit."""
    if not math.isfinite(value):
        return NONE
    if item.unit == "share":
        return f"{value * 100:.0f} %"
    if item.unit == "currency":
        return short(amount(value, "currency", currency))
    return f"{value:.2f} h"


def change_text(gap: float, item: Measure, currency: str) -> str:
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
