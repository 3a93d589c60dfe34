"""What a lesson measures in a run: weekly measures, or quotients of them, over some weeks, alone or compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.measures.weekly import amounts, by_week, over_weeks, rolling
from sim.measures.words import NONE, money
from sim.scenario.measures import WEEKLY_MEASURES

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    from agents.machinery.record import Rows
    from sim.engine.world import World
    from sim.questions.lesson.schema import Measured
    from sim.scenario.measures import Measure

_JUMPY = ("experience", "preference", "perception_error", "coordination_everyone")

STEADY = 0.02  # largest change, or difference of shares, that counts as none


class Played(Protocol):
    """A run that is played: its world, and the lock that holds it still."""

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """Held while the world is read."""

    @property
    def world(self) -> World:
        """The organization as the run has left it."""


def is_smoothed(measure: Measure) -> bool:
    """Whether charts show a mean of 13 weeks, because single weeks jump."""
    return bool(measure.whole) or measure.flow or measure.name in _JUMPY


def series(session: Played, name: str, first: int, end: int) -> Rows:
    """A measure by week, from the first to before the end, nan where there is none. [end - first].

    One that jumps is a mean of the 13 weeks up to each, a quotient total over total.
    """
    measure = WEEKLY_MEASURES[name]
    rows = _rows(session, first - WEEKS_PER_QUARTER + 1, end)
    values = rolling(rows, measure) if is_smoothed(measure) else by_week(rows, measure)
    return values[-(end - first) :]


def value_in(session: Played, name: str, over: str, weeks: tuple[int, int]) -> float:
    """A measure over weeks that have passed, from the first to before the last; nan where nothing is to divide by.

    `over` is "mean" (quotients: total over total), "total", "last", or "lowest" or "highest" mean of 13 weeks.
    """
    measure, rows = WEEKLY_MEASURES[name], _rows(session, *weeks)
    if over == "total":
        return float(amounts(rows, measure)[0].sum())
    if over in ("mean", "last"):
        return over_weeks(rows if over == "mean" else rows[-1:], measure)
    values = rolling(rows, measure)[min(WEEKS_PER_QUARTER, len(rows)) - 1 :]
    finite = values[np.isfinite(values)]
    if not len(finite):
        return math.nan
    return float(finite.min() if over == "lowest" else finite.max())


def _rows(session: Played, first: int, end: int) -> Rows:
    with session.lock:
        world = session.world
        rows: Rows = world.weekly(first, end).copy()
        return rows


@dataclass(frozen=True, slots=True)
class Value:
    """Something a lesson has measured."""

    spec: Measured  # how
    number: float  # the value or, where it is compared, the change [share] or difference [the measure's unit]
    level: float  # the value itself, in the measure's unit
    before: float | None = None  # what it is compared with, in the same unit; None where it is not
    currency: str = ""  # label of amounts

    @property
    def unit(self) -> str:
        """Unit of the number."""
        if self.before is None:
            return WEEKLY_MEASURES[self.spec.measure].unit
        return "change" if self.spec.comparison == "change" else WEEKLY_MEASURES[self.spec.measure].unit

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
    spec: Measured, sessions: Mapping[str, Played], weeks: tuple[int, int], earlier: Mapping[str, Value]
) -> Value:
    """Measure one thing, over the chapter's weeks where the file names none; `known` was measured before."""
    session = sessions[spec.branch]
    span = spec.weeks or weeks
    level = value_in(session, spec.measure, spec.over, span)
    currency = session.world.scenario.currency
    if spec.against is None:
        return Value(spec, level, level, currency=currency)
    before = _before(spec, sessions, span, earlier)
    if spec.comparison == "difference":
        return Value(spec, level - before, level, before, currency)
    number = level / before - 1 if before > 0 else math.nan
    return Value(spec, number, level, before, currency)


def _before(
    spec: Measured, sessions: Mapping[str, Played], span: tuple[int, int], earlier: Mapping[str, Value]
) -> float:
    """What a value is compared with."""
    if isinstance(spec.against, tuple):
        return value_in(sessions[spec.branch], spec.measure, spec.over, spec.against)
    if spec.against == "start":
        over = "mean" if spec.over in ("last", "lowest", "highest") else spec.over
        return value_in(sessions[spec.branch], spec.measure, over, (-WEEKS_PER_QUARTER, 0))
    if spec.against and spec.against in sessions:
        return value_in(sessions[spec.against], spec.measure, spec.over, span)
    return earlier[str(spec.against)].level


def written(value: float, unit: str, currency: str = "", *, sign: bool = False, points: bool = False) -> str:
    """Write a number with its unit, as captions and charts show it, with a plus before gains where a sign is wanted.

    The unit is "change", "share" (`points` if it is a difference of shares), or that of a weekly measure.
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
    return f"{before}{size:,.{digits}f}{' h a week' if unit.startswith('hours') else ''}"
