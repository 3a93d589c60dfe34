"""What the page reads off a session: one frame of wheels, friction, numbers and series."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from sim.answers.palette import HOURS
from sim.measures.wheel import Momentum
from sim.measures.words import NONE, money, percent
from sim.ui.live.wheels import KINDS, Turning, friction, turning
from sim.ui.run.levers import LEVERS

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from sim.ui.run.actions import Entry
    from sim.ui.run.session import Session

PLAIN = ("bookings", "rep_trust", "honesty", "buyer_trust", "pipeline", "opportunities", *HOURS)
"""Weekly measures that charts show as they are."""

BEFORE = WEEKS_PER_QUARTER
"""Weeks of the burn-in that indices compare with and charts begin with."""

SHOWN = 156
"""Most weeks of the run a chart shows."""


@dataclass(frozen=True, eq=False, slots=True)
class Frame:
    """All the page shows of one week; compared by identity, because each is new.

    Attributes:
        week: Weeks of the run that have passed.
        date: Date of the coming week.
        over: Whether the run can go no further.
        wheels: The wheels by name: "sales", "leader", "evil".
        friction: Label, text, share of a full bar and hint of each cause of friction.
        numbers: Label, text, change and hint of each headline number.
        first: Week of the first row of `series`.
        series: Weekly columns from `first` to the present, by name. [weeks]
        levers: What each lever stands at, by dotted name.
        entries: What was done, the newest first.
    """

    week: int
    date: dt.date
    over: bool
    wheels: dict[str, Turning]
    friction: tuple[dict[str, Any], ...]
    numbers: tuple[dict[str, Any], ...]
    first: int
    series: dict[str, Rows]
    levers: dict[str, float]
    entries: tuple[Entry, ...]


def read(session: Session) -> Frame:
    """Take a frame of a session's present."""
    with session.lock:
        world = session.world
        rows = world.weekly(-world.burn_in, session.week).copy()
        before = rows[max(0, world.burn_in - BEFORE) : world.burn_in]
        momentum = Momentum(rows, world.burn_in, world.scenario)
        first = first_shown(session.week, len(before))
        return Frame(
            week=session.week,
            date=world.scenario.start_date + dt.timedelta(weeks=session.week),
            over=session.over,
            wheels={kind.name: turning(momentum, kind) for kind in KINDS},
            friction=friction(momentum),
            numbers=_numbers(rows, before, world.scenario.currency),
            first=first,
            series=_series(rows, world.burn_in + first),
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
    now, then = _quarter(rows[-WEEKS_PER_QUARTER:]), _quarter(before)
    return tuple(
        {
            "label": label,
            "text": money(now[name], currency) if unit == "currency" else _share(now[name]),
            "change": _change(now[name], then[name], unit),
            "hint": f"{doc}\nUnit: {unit.replace('currency', currency)}. The change is against the 13 weeks before "
            "the start.",
        }
        for name, label, unit, doc in _HEADLINES
    )


_HEADLINES = (
    ("bookings", "Bookings", "currency", "Orders signed in the last 13 weeks, annual contract value."),
    ("attainment", "Attainment", "share", "Bookings over quota of the last 13 weeks."),
    ("win_rate", "Win rate", "share", "Won over all opportunities closed in the last 13 weeks, disqualified included."),
    ("net_contribution", "Net contribution", "currency", "Gross margin x (bookings + renewals) - cost, last 13 weeks."),
    ("recurring", "Recurring revenue", "currency", "Contract value under contract, a year's worth."),
    ("rep_trust", "Reps' trust", "share", "Reps' trust in management, this week."),
)  # fmt: skip


def _quarter(rows: Rows) -> dict[str, float]:
    if not len(rows):
        return dict.fromkeys((name for name, *_ in _HEADLINES), float("nan"))
    closed = float(sum(rows[name].sum() for name in ("won", "lost", "no_decision")))
    quota = float(rows["quota"].sum())
    return {
        "bookings": float(rows["bookings"].sum()),
        "attainment": float(rows["bookings"].sum()) / quota if quota else float("nan"),
        "win_rate": float(rows["won"].sum()) / closed if closed else float("nan"),
        "net_contribution": float(rows["net_contribution"].sum()),
        "recurring": float(rows["recurring"][-1]),
        "rep_trust": float(rows["rep_trust"][-1]),
    }


def _series(rows: Rows, begin: int) -> dict[str, Rows]:
    """Weekly columns for the charts, from a row on; ratios over the 13 weeks up to each week."""
    shown = rows[begin:]
    columns = {name: shown[name] for name in PLAIN}
    for name, part, whole in (
        ("attainment", "bookings", "quota"),
        ("reported", "external_reported", "losses_known"),
        ("true", "external_true", "losses_known"),
    ):
        columns[name] = _rolling(rows[part], rows[whole])[begin:]
    return columns


def _rolling(part: Rows, whole: Rows) -> Rows:
    """Sum of one over the sum of the other, 13 weeks up to each; nan where there is nothing to divide by."""
    totals = [np.concatenate([np.zeros(WEEKS_PER_QUARTER), np.cumsum(column)]) for column in (part, whole)]
    sums = [total[WEEKS_PER_QUARTER:] - total[:-WEEKS_PER_QUARTER] for total in totals]
    quotient: Rows = np.divide(sums[0], sums[1], out=np.full(len(part), np.nan), where=sums[1] > 0)
    return quotient


def _share(value: float) -> str:
    return f"{value * 100:.0f} %" if math.isfinite(value) else NONE


def _change(now: float, then: float, unit: str) -> str:
    """Difference in words: points for shares, percent for money; empty where it has no meaning."""
    if not (math.isfinite(now) and math.isfinite(then)):
        return ""
    if unit == "share":
        points = round((now - then) * 100)
        sign = "+" if points > 0 else "\N{MINUS SIGN}" if points < 0 else "\N{PLUS-MINUS SIGN}"
        return f"{sign}{abs(points)} points"
    return percent((now - then) / abs(then)).replace("%", " %") if then else ""
