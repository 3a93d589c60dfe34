"""What a lesson measures in a run: weekly measures, or quotients of them, over some weeks, alone or compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from agents.organization.measuring import WEEKLY
from agents.rep.record import CUSTOMER_HOURS, INTERNAL_HOURS
from sim.measures.words import NONE, money

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from agents.machinery.record import Rows
    from sim.engine.world import World
    from sim.questions.lesson.schema import Measured

STEADY = 0.02
"""Largest change, or difference of shares, that counts as none."""


class Played(Protocol):
    """A run that is played: its world, and the lock that holds it still."""

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """Held while the world is read."""

    @property
    def world(self) -> World:
        """The organization as the run has left it."""


@dataclass(frozen=True, slots=True)
class LessonMeasure:
    """A measure of one week.

    Attributes:
        label: What charts call it.
        unit: Its unit.
        doc: Its definition.
        parts: Weekly measures that are added up.
        whole: Weekly measures they are divided by; none where they are not.
        of_each_rep: Whether the parts are means over reps that have to be added up over them first.
    """

    label: str
    unit: str
    doc: str
    parts: tuple[str, ...]
    whole: tuple[str, ...] = ()
    of_each_rep: bool = False

    @property
    def is_flow(self) -> bool:
        """Whether weeks can be added up."""
        return not self.whole and self.unit.endswith("/ week") and "/ rep" not in self.unit

    @property
    def is_smoothed(self) -> bool:
        """Whether charts show a mean of 13 weeks, because single weeks jump."""
        return bool(self.whole) or self.is_flow or self.parts[0] in ("experience", "preference", "perception_error")


_QUOTIENTS = {
    "win_rate": LessonMeasure(
        "Win rate", "share", "Won over all opportunities closed, disqualified included.",
        ("won",), ("won", "lost", "no_decision"),
    ),
    "attainment": LessonMeasure("Attainment", "share", "Bookings over quota.", ("bookings",), ("quota",)),
    "bookings_per_rep": LessonMeasure(
        "Bookings per rep", "currency / rep / week", "Bookings over filled seats.", ("bookings",), ("reps",)
    ),
    "won_per_rep": LessonMeasure("Wins per rep", "deals / rep / week", "Won over filled seats.", ("won",), ("reps",)),
    "open_per_rep": LessonMeasure(
        "Open deals per rep", "deals / rep", "Open opportunities over filled seats.", ("opportunities",), ("reps",)
    ),
    "customer_hours": LessonMeasure(
        "Hours with buyers", "hours / rep / week", "Hours for open opportunities, prospecting and tending customers.",
        CUSTOMER_HOURS,
    ),
    "internal_hours": LessonMeasure(
        "Hours inside", "hours / rep / week",
        "Hours of administration, reports, inspection, coordination, switching, training and coaching.", INTERNAL_HOURS,
    ),
    "hours_per_deal": LessonMeasure(
        "Hours per open deal", "hours / deal / week", "Hours for opportunities over open opportunities.",
        ("hours_opportunities",), ("opportunities",), of_each_rep=True,
    ),
    "external_reported_share": LessonMeasure(
        "Blamed on the outside", "share",
        "Losses reported as price, competition or offering, over losses with a reason.",
        ("external_reported",), ("losses_known",),
    ),
    "external_true_share": LessonMeasure(
        "Truly from outside", "share", "Losses truly due to price or fit, over losses with a reason.",
        ("external_true",), ("losses_known",),
    ),
}  # fmt: skip

LABELS = {
    "bookings": "Bookings",
    "net_contribution": "Net contribution",
    "rep_trust": "Reps' trust",
    "buyer_trust": "Buyers' trust",
    "specialists": "Specialists",
    "perception_error": "Managers' error",
    "hours_coordination": "Hours of coordination",
    "hours_switching": "Hours of switching",
}


@cache
def measures() -> dict[str, LessonMeasure]:
    """Every measure a lesson may name, by name."""
    weekly = {
        name: LessonMeasure(LABELS.get(name, name.replace("_", " ").capitalize()), field.unit, field.doc, (name,))
        for field in WEEKLY
        if (name := field.name) != "week"
    }
    return {**_QUOTIENTS, **weekly}


def series(session: Played, name: str, first: int, end: int) -> Rows:
    """A measure week by week; one that jumps as a mean of the 13 weeks up to each, quotients as total over total.

    Args:
        session: The run.
        name: A measure.
        first: First week of the run.
        end: The week after the last.

    Returns:
        One number a week, nan where there is none. [end - first]
    """
    measure = measures()[name]
    rows = _rows(session, first - WEEKS_PER_QUARTER + 1, end)
    part, whole = _sums(rows, measure)
    if not measure.is_smoothed:
        return part[-(end - first) :]
    window = np.ones(min(WEEKS_PER_QUARTER, len(part)))
    parts, wholes = np.convolve(part, window, "valid"), np.convolve(whole, window, "valid")
    values: Rows = np.divide(parts, wholes, out=np.full(len(parts), np.nan), where=wholes > 0)
    return values[-(end - first) :]


def value_in(session: Played, name: str, over: str, weeks: tuple[int, int]) -> float:
    """A measure over some weeks of a session.

    Args:
        session: The run, which has passed those weeks.
        name: A measure.
        over: "mean" (quotients: total over total), "total", "last", or "lowest" and "highest" mean of 13 weeks.
        weeks: First week and the one after the last.

    Returns:
        The value in the measure's unit; nan where there is nothing to divide by.
    """
    part, whole = _sums(_rows(session, *weeks), measures()[name])
    if over == "last":
        part, whole = part[-1:], whole[-1:]
    if over in ("lowest", "highest"):
        window = np.ones(min(WEEKS_PER_QUARTER, len(part)))
        parts, wholes = np.convolve(part, window, "valid"), np.convolve(whole, window, "valid")
        quotients = parts[wholes > 0] / wholes[wholes > 0]
        if not len(quotients):
            return math.nan
        return float(quotients.min() if over == "lowest" else quotients.max())
    if over == "total":
        return float(part.sum())
    return float(part.sum() / whole.sum()) if whole.sum() > 0 else math.nan


def _rows(session: Played, first: int, end: int) -> Rows:
    with session.lock:
        world = session.world
        rows: Rows = world.weekly(first, end).copy()
        return rows


def _sums(rows: Rows, measure: LessonMeasure) -> tuple[Rows, Rows]:
    """What is divided, and by what (ones where a mean over weeks is meant); one a week."""
    part = np.sum([rows[name] for name in measure.parts], axis=0)
    if measure.of_each_rep:
        part = part * rows["reps"]
    if not measure.whole:
        return part, np.ones(len(part))
    return part, np.sum([rows[name] for name in measure.whole], axis=0)


@dataclass(frozen=True, slots=True)
class Value:
    """Something a lesson has measured.

    Attributes:
        spec: How.
        number: The value or, where it is compared, the change [share] or difference [the measure's unit].
        level: The value itself, in the measure's unit.
        before: What it is compared with, in the same unit; None where it is not.
        currency: Label of amounts.
    """

    spec: Measured
    number: float
    level: float
    before: float | None = None
    currency: str = ""

    @property
    def unit(self) -> str:
        """Unit of the number."""
        if self.before is None:
            return measures()[self.spec.measure].unit
        return "change" if self.spec.comparison == "change" else measures()[self.spec.measure].unit

    @property
    def per(self) -> float:
        """Factor from the number to what is shown: 100 where that is a percentage."""
        return 100.0 if self.unit in ("change", "share") else 1.0

    @property
    def as_expected(self) -> bool:
        """Whether it came out as the file expects; true where the file expects nothing."""
        if not math.isfinite(self.number):
            return False
        if self.spec.between and not self.spec.between[0] <= self.number <= self.spec.between[1]:
            return False
        if self.spec.expect is None:
            return True
        change = self.number if self.unit in ("change", "share") else self.number / (abs(self.before or 0.0) or 1.0)
        if self.spec.expect == "steady":
            return abs(change) <= STEADY
        return change > 0 if self.spec.expect == "rises" else change < 0

    def text(self, *, sign: bool = True) -> str:
        """The number as people read it; comparisons with their sign unless told otherwise."""
        compared = self.before is not None
        return written(self.number, self.unit, self.currency, sign=sign and compared, points=compared)


def measure(
    spec: Measured, sessions: Mapping[str, Played], weeks: tuple[int, int], known: Mapping[str, Value]
) -> Value:
    """Measure one thing.

    Args:
        spec: What and how.
        sessions: Run of each branch.
        weeks: Weeks of the chapter, where the file names none.
        known: What was measured before.
    """
    session = sessions[spec.branch]
    span = spec.weeks or weeks
    level = value_in(session, spec.measure, spec.over, span)
    currency = session.world.scenario.currency
    if spec.against is None:
        return Value(spec, level, level, currency=currency)
    before = _before(spec, sessions, span, known)
    if spec.comparison == "difference":
        return Value(spec, level - before, level, before, currency)
    number = level / before - 1 if before > 0 else math.nan
    return Value(spec, number, level, before, currency)


def _before(spec: Measured, sessions: Mapping[str, Played], span: tuple[int, int], known: Mapping[str, Value]) -> float:
    """What a value is compared with."""
    if isinstance(spec.against, tuple):
        return value_in(sessions[spec.branch], spec.measure, spec.over, spec.against)
    if spec.against == "start":
        over = "mean" if spec.over in ("last", "lowest", "highest") else spec.over
        return value_in(sessions[spec.branch], spec.measure, over, (-WEEKS_PER_QUARTER, 0))
    if spec.against and spec.against in sessions:
        return value_in(sessions[spec.against], spec.measure, spec.over, span)
    return known[str(spec.against)].level


def written(value: float, unit: str, currency: str = "", *, sign: bool = False, points: bool = False) -> str:
    """Write a number with its unit, as captions and charts show it.

    Args:
        value: Any number.
        unit: "change", "share", or the unit of a weekly measure.
        currency: Label of amounts.
        sign: Whether a plus is written before gains.
        points: Whether a share is a difference of shares.
    """
    if not math.isfinite(value):
        return NONE
    before = "\N{MINUS SIGN}" if value < 0 and sign else "+" if value > 0 and sign else ""
    size = abs(value) if sign or value >= 0 or unit == "change" or points else value
    if unit == "change":
        return f"{before}{size * 100:.{0 if size >= 0.02 else 1}f} %"
    if unit == "share":
        return f"{before}{size * 100:.0f}" + (" points" if points else " %")
    if unit.startswith("currency"):
        return before + money(size, currency)
    counted = unit in ("specialists", "reps", "opportunities")
    digits = 0 if abs(size) >= 100 or counted else 1 if abs(size) >= 1 else 2
    short = {"hours / rep / week": " h a week", "hours / deal / week": " h a week"}.get(unit, "")
    return f"{before}{size:,.{digits}f}{short}"
