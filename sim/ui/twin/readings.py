"""What the twin view reads off worlds in lock-step: headline numbers side by side, and differences from A by week."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measures.weekly import rolling
from sim.measures.words import MINUS, NONE, amount, counted, listed
from sim.scenario.measures import WEEKLY_MEASURES
from sim.ui.run.levers import LEVERS, description, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.machinery.record import Rows
    from sim.scenario.measures import Measure
    from sim.ui.run.branches import Branch, Branches
    from sim.ui.run.levers import Lever
    from sim.ui.run.session import Session

MOST = 260  # most weeks a chart of differences shows


def _since_start(name: str) -> Measure:
    """A weekly measure as worlds are compared by it: flows are summed since week 0."""
    measure = WEEKLY_MEASURES[name]
    label, doc = f"{measure.label} so far", f"{measure.doc} Summed since week 0."
    if measure.flow:
        return replace(measure, label=label, doc=doc, unit=measure.total_unit)
    return replace(measure, doc=f"{measure.doc} Last 13 weeks.") if measure.whole else measure


COMPARED = tuple(map(_since_start, ("bookings", "attainment", "rep_trust", "hours_coordination", "net_contribution")))
"""Measures by which worlds are compared."""


@dataclass(frozen=True, eq=False, slots=True)
class TwinReading:
    """The worlds of one week, A first, and what their cards say.

    Attributes:
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
        columns = [columns_of(branch.session, week) for branch in worlds]
    currency = worlds[0].session.world.scenario.currency
    first = max(min((branch.parted for branch in worlds[1:]), default=0), week - MOST)
    letters = tuple(branch.letter for branch in worlds)
    differences = {
        name: {letter: (values[name] - base)[first:] for letter, values in zip(letters[1:], columns[1:], strict=True)}
        for name, base in columns[0].items()
    }
    cards = tuple(
        {
            "letter": branch.letter, "title": branch.title, "since": since_text(branch, worlds),
            "done": done_text(branch), "shown": place == shown,
            "numbers": _numbers(values, columns[0] if place else None, currency),
        }
        for place, (branch, values) in enumerate(zip(worlds, columns, strict=True))
    )  # fmt: skip
    return TwinReading(week, letters, currency, cards, first, differences)


def columns_of(session: Session, week: int) -> dict[str, Rows]:
    """The measures of one world by week of the run, flows as sums since week 0. [weeks]."""
    with session.lock:
        burn_in = session.world.burn_in
        rows = session.world.weekly(-burn_in, week).copy()

    def column(measure: Measure) -> Rows:
        if measure.whole:
            return rolling(rows, measure)[burn_in:]
        run = rows[measure.name][burn_in:]
        return np.cumsum(run) if measure.flow else run

    return {measure.name: column(measure) for measure in COMPARED}


def held_against(branch: Branch, worlds: Sequence[Branch]) -> Branch | None:
    """The world a world is held against: the one it was forked from, A where that is gone; None for A itself."""
    if branch is worlds[0]:
        return None
    return next((world for world in worlds if world.letter == branch.parent), worlds[0])


def since_text(branch: Branch, worlds: Sequence[Branch]) -> str:
    """What a world is: where it comes from, and what is done otherwise in it."""
    against = held_against(branch, worlds)
    if against and branch.parent:
        differs = listed(what_differs(branch.session, against.session)) or "nothing done otherwise yet"
        other = "" if against.letter == branch.parent else f" against {against.letter}"
        return f"{branch.parent} forked in week {branch.since}{other}, {differs}"
    settings = ", ".join(f"{name} = {value}" for name, value in branch.overrides)
    return f"From the start: {settings}" if settings else "The world as it went"


def what_differs(session: Session, other: Session) -> list[str]:
    """What was done by hand in only one of two worlds and stands: levers by what they stand at, shocks by name."""
    ours, theirs = session.manual_actions(), other.manual_actions()
    apart = [fields for fields in [*ours, *theirs] if (fields in ours) != (fields in theirs)]
    touched = {fields["parameter"] for fields in apart if fields.get("parameter")}
    levers = [_lever_text(lever, session, other) for lever in LEVERS if lever.dotted in touched]
    others = [description(fields) for fields in ours if fields.get("event") and fields not in theirs]
    return [text for text in [*levers, *others] if text]


def _lever_text(lever: Lever, session: Session, other: Session) -> str:
    """What a lever stands at in a world against another one; empty where that is the same."""
    now, then = session.value(lever.dotted), other.value(lever.dotted)
    if now == then:
        return ""
    label = lever.label if lever.label[:2].isupper() else f"{lever.label[:1].lower()}{lever.label[1:]}"
    if lever.unit == "people":
        people = label.removesuffix("s") if abs(now - then) == 1 else label
        return f"{abs(now - then):g} {people} {'more' if now > then else 'fewer'}"
    return f"{label} {shown(lever, now)} instead of {shown(lever, then)}"


def done_text(branch: Branch) -> str:
    """How much was done by hand in a world, in words; nothing for a fork, which says what."""
    if branch.parent:
        return ""
    count = sum(not entry.own for entry in branch.session.entries())
    return f"{counted(count, 'thing') if count else 'nothing'} done by hand"


def _numbers(values: dict[str, Rows], base: dict[str, Rows] | None, currency: str) -> list[dict[str, Any]]:
    rows = []
    for measure in COMPARED:
        now = _last(values[measure.name])
        row: dict[str, Any] = {"label": measure.label, "text": text_of(now, measure, currency), "change": "", "good": 0}
        row["hint"] = f"{measure.doc}\nUnit: {measure.unit.replace('currency', currency)}."
        if base is not None and len(base[measure.name]):
            gap = now - _last(base[measure.name])
            row["change"] = change_text(gap, measure, currency)
            row["good"] = measure.better * (int(gap > 0) - int(gap < 0))
        rows.append(row)
    return rows


def _last(values: Rows) -> float:
    return float(values[-1]) if len(values) else math.nan


def text_of(value: float, measure: Measure, currency: str) -> str:
    """Write a value of a measure with its unit."""
    if not math.isfinite(value):
        return NONE
    if measure.unit == "currency":
        return short(amount(value, "currency", currency))
    return f"{value * 100:.0f} %" if measure.unit == "share" else f"{value:.2f} h"


def change_text(gap: float, measure: Measure, currency: str) -> str:
    """Write a difference with its sign; "same" where it is none."""
    if not math.isfinite(gap) or gap == 0:
        return "same" if gap == 0 else NONE
    if measure.unit == "currency":
        return short(amount(gap, "currency", currency, signed=True))
    size = f"{abs(gap) * 100:.1f} points" if measure.unit == "share" else f"{abs(gap):.2f} h"
    return f"{'+' if gap > 0 else MINUS}{size}"


def short(text: str) -> str:
    """Write the words of large numbers as letters."""
    return text.replace(" million", " m").replace(" thousand", " k").replace(" billion", " bn")
