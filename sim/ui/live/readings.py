"""What the page reads off a session: one frame of wheels, friction, numbers and series."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from agents.machinery.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from sim.answers.palette import HOURS
from sim.measures.weekly import of_quarter, rolling
from sim.measures.wheel import Momentum
from sim.measures.words import NONE, money, percent
from sim.scenario.measures import DERIVED, WEEKLY_MEASURES
from sim.ui.live.wheels import KINDS, Turning, friction, signed, turning
from sim.ui.run.levers import LEVERS

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from sim.ui.run.actions import Entry
    from sim.ui.run.session import Session

PLAIN = ("bookings", "rep_trust", "honesty", "buyer_trust", "pipeline", "opportunities", *HOURS)  # shown as they are
QUOTIENTS = ("attainment", "external_reported_share", "external_true_share")  # shown over 13 weeks

HEADLINES = tuple(
    WEEKLY_MEASURES[name]
    for name in ("bookings", "attainment", "win_rate", "net_contribution", "recurring", "rep_trust")
)
"""Weekly measures the page shows as numbers."""

BEFORE = WEEKS_PER_QUARTER  # weeks of the burn-in that indices compare with and charts begin with
SHOWN = 156  # most weeks of the run a chart shows


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """All the page shows of one week; compared by identity, because each is new."""

    week: int  # Weeks of the run that have passed
    date: dt.date  # Of the coming week
    over: bool  # Whether the run can go no further
    wheels: dict[str, Turning]  # The wheels by name: "sales", "leader", "evil"
    friction: tuple[dict[str, Any], ...]  # Label, text, share of a full bar and hint of each cause of friction
    numbers: tuple[dict[str, Any], ...]  # Label, text, change and hint of each headline number
    first: int  # Week of the first row of `series`
    series: dict[str, Rows]  # Weekly columns from `first` to the present, by name [weeks]
    levers: dict[str, float]  # What each lever stands at, by dotted name
    entries: tuple[Entry, ...]  # What was done, the newest first


def read(session: Session) -> Frame:
    """Take a frame of a session's present."""
    with session.lock:
        world = session.world
        rows = world.weekly(-world.burn_in, session.week).copy()
        before = rows[max(0, world.burn_in - BEFORE) : world.burn_in]
        momentum = Momentum(rows, world.burn_in, world.scenario)
        first = first_shown(session.week, len(before))
        columns = {name: rows[name] for name in PLAIN} | {name: rolling(rows, DERIVED[name]) for name in QUOTIENTS}
        return Frame(
            week=session.week,
            date=world.scenario.start_date + dt.timedelta(weeks=session.week),
            over=session.over,
            wheels={kind.name: turning(momentum, kind) for kind in KINDS},
            friction=friction(momentum),
            numbers=_numbers(rows, before, world.scenario.currency),
            first=first,
            series={name: column[world.burn_in + first :] for name, column in columns.items()},
            levers={lever.dotted: session.value(lever.dotted) for lever in LEVERS},
            entries=tuple(session.entries()),
        )


def first_shown(week: int, before: int) -> int:
    """First week of the charts: for a year they begin a quarter before the start, then at 0, then they move on."""
    if week < WEEKS_PER_YEAR:
        return -BEFORE if before == BEFORE else 0
    return max(0, last_shown(week) - SHOWN)


def last_shown(week: int) -> int:
    """Last week the charts have room for: a year at first, then the half-year after the present."""
    half = 2 * WEEKS_PER_QUARTER
    return WEEKS_PER_YEAR if week < WEEKS_PER_YEAR else math.ceil((week + 1) / half) * half


def _numbers(rows: Rows, before: Rows, currency: str) -> tuple[dict[str, Any], ...]:
    """Headline numbers of the last quarter, with their change against the quarter before the start."""
    tiles = []
    for measure in HEADLINES:
        now, then = of_quarter(rows, measure), of_quarter(before, measure)
        span = "Last 13 weeks" if measure.flow or measure.whole else "This week"
        unit = measure.total_unit.replace("currency", currency)
        tiles.append(
            {
                "label": measure.label,
                "text": money(now, currency) if measure.unit.startswith("currency") else share_text(now),
                "change": _change(now, then, measure.unit),
                "hint": f"{measure.doc} {span}.\nUnit: {unit}. The change is against the 13 weeks before the start.",
            }
        )
    return tuple(tiles)


def share_text(value: float) -> str:
    """Write a share as a percentage; a dash where it is not known."""
    return f"{value * 100:.0f} %" if math.isfinite(value) else NONE


def _change(now: float, then: float, unit: str) -> str:
    """Difference in words: points for shares, percent for money; empty where it has no meaning."""
    if not (math.isfinite(now) and math.isfinite(then)):
        return ""
    if unit == "share":
        return f"{signed(round((now - then) * 100))} points"
    return percent((now - then) / abs(then)).replace("%", " %") if then else ""
