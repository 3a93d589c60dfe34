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
from sim.ui.live.push import Arrival, arrivals
from sim.ui.live.wheels import FRICTION_WEEKS, KINDS, Turning, WheelKind, friction, signed, turning
from sim.ui.run.levers import LEVERS

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from sim.ui.run.actions import Entry
    from sim.ui.run.noise import TwinNoise
    from sim.ui.run.session import Session

PLAIN = ("bookings", "rep_trust", "honesty", "buyer_trust", "pipeline", "opportunities", *HOURS)  # shown as they are
QUOTIENTS = ("attainment", "external_reported_share", "external_true_share")  # shown over 13 weeks

HEADLINES = tuple(
    WEEKLY_MEASURES[name]
    for name in ("bookings", "attainment", "win_rate", "net_contribution", "recurring", "rep_trust")
)
"""Weekly measures the page shows as numbers."""

COORDINATION = WEEKLY_MEASURES["hours_coordination"]  # shown as friction; its change is told in words

BEFORE = WEEKS_PER_QUARTER  # weeks of the burn-in that indices compare with and charts begin with
SHOWN = 156  # most weeks of the run a chart shows


@dataclass(frozen=True, eq=False, slots=True)
class UntouchedReading:
    """The same week of the run in which nothing was done by hand."""

    headlines: dict[str, float]  # As those of a frame
    wheels: dict[str, Turning]  # The wheels by name
    series: dict[str, Rows]  # Weekly columns of the weeks of the frame's [weeks]


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """All the page shows of one week; compared by identity, because each is new."""

    week: int  # Weeks of the run that have passed
    date: dt.date  # Of the coming week
    over: bool  # Whether the run can go no further
    wheels: dict[str, Turning]  # The wheels by name: "sales", "leader", "evil"
    friction: tuple[dict[str, Any], ...]  # Label, text, share of a full bar and hint of each cause of friction
    numbers: tuple[dict[str, Any], ...]  # Label, text, change and hint of each headline number
    headlines: dict[str, float]  # What the headline numbers and coordination stand at, by measure, in its total unit
    first: int  # Week of the first row of `series`
    series: dict[str, Rows]  # Weekly columns from `first` to the present, by name [weeks]
    levers: dict[str, float]  # What each lever stands at, by dotted name
    entries: tuple[Entry, ...]  # What was done, the newest first
    since: int | None = None  # Week in which something was first done by hand; None if nothing was
    untouched: UntouchedReading | None = None  # The run without that, if they are compared
    compares: bool = False  # Whether they are, as soon as something has been done
    arrived: dict[str, tuple[Arrival, ...]] | None = None  # Stages a push has come to, by wheel; None if unknown


def read(
    session: Session, untouched: Session | None = None, *, compares: bool = False, noise: TwinNoise | None = None
) -> Frame:
    """Take a frame of a session's present, beside that of the untouched run if it is given.

    `noise` is how far the two part by luck alone.
    """
    with session.lock:
        world = session.world
        rows, momentum = _past(session)
        before = rows[max(0, world.burn_in - BEFORE) : world.burn_in]
        first = first_shown(session.week, len(before))
        return Frame(
            week=session.week,
            date=world.scenario.start_date + dt.timedelta(weeks=session.week),
            over=session.over,
            wheels=_wheels(momentum, session),
            friction=friction(momentum),
            numbers=_numbers(rows, before, world.scenario.currency),
            headlines=_headlines(rows),
            first=first,
            series=_series(rows, world.burn_in + first),
            levers={lever.dotted: session.value(lever.dotted) for lever in LEVERS},
            entries=tuple(session.entries()),
            since=session.touched,
            untouched=_read_untouched(untouched, first) if untouched else None,
            compares=compares,
            arrived=_arrived(session, momentum, untouched, noise) if untouched and noise else None,
        )


def _arrived(
    session: Session, momentum: Momentum, untouched: Session, noise: TwinNoise
) -> dict[str, tuple[Arrival, ...]]:  # fmt: skip
    """Where what was done by hand has come to, by wheel."""
    since, other = session.touched or 0, _past(untouched)[1]
    start = momentum.first + since
    return {
        loop: arrivals(loop, momentum.table(loop)[start:], other.table(loop)[start:], band, since)
        for loop, band in noise.bands.items()
    }


def _read_untouched(session: Session, first: int) -> UntouchedReading:
    with session.lock:
        rows, momentum = _past(session)
        return UntouchedReading(
            _headlines(rows), _wheels(momentum, session), _series(rows, session.world.burn_in + first)
        )


def wheel_of(session: Session, kind: WheelKind) -> Turning:
    """One wheel of a session's present."""
    with session.lock:
        return turning(_past(session)[1], kind, session.opened)


def _past(session: Session) -> tuple[Rows, Momentum]:
    """Weekly rows of a session, burn-in included, and the momentum in them."""
    world = session.world
    rows = world.weekly(-world.burn_in, session.week).copy()
    return rows, Momentum(rows, world.burn_in, world.scenario)


def _wheels(momentum: Momentum, session: Session) -> dict[str, Turning]:
    return {kind.name: turning(momentum, kind, session.opened) for kind in KINDS}


def _series(rows: Rows, start: int) -> dict[str, Rows]:
    """The columns of the charts from a row on."""
    columns = {name: rows[name] for name in PLAIN} | {name: rolling(rows, DERIVED[name]) for name in QUOTIENTS}
    return {name: column[start:] for name, column in columns.items()}


def _headlines(rows: Rows) -> dict[str, float]:
    coordination = rows[COORDINATION.name][-FRICTION_WEEKS:]
    hours = float(coordination.mean()) if len(coordination) else math.nan
    return {measure.name: of_quarter(rows, measure) for measure in HEADLINES} | {COORDINATION.name: hours}


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
