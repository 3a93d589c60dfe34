"""What a firm can measure of a trial: the pilot teams against the others, now and in the quarters before.

Every measure is a quotient of sums over seats and weeks, so that a seat without open opportunities, say, does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.clock import WEEKS_PER_YEAR
from agents.rep.record import CUSTOMER_HOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.machinery.state import State
    from sim.engine.world import World
    from sim.studies.statistics import Flags, Floats

SEATS = "active"
CLOSED = ("won", "lost", "undecided")


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure of a trial: fields of reps that are added up, over others that are."""

    name: str  # as in tables
    label: str  # as a reader sees it
    source: str  # where a firm has it from
    parts: tuple[str, ...]
    whole: tuple[str, ...] = (SEATS,)
    each_seat: bool = False  # whether the parts are states of a seat's holder, which count where the seat is filled
    growth: str = ""  # field whose growth over the window is added to the parts


CRM, CALENDAR, LEDGER, STAFF = "CRM", "calendar", "ledger", "personnel"
BUYERS, REPS, MANAGERS = "buyers asked", "reps asked", "managers in the field"

READINGS = (
    Reading("customer_hours", "Hours with buyers", CALENDAR, CUSTOMER_HOURS),
    Reading("prospecting_hours", "Hours of prospecting", CALENDAR, ("hours_prospecting",)),
    Reading("access", "Hours buyers grant", CALENDAR, ("access_of_open",), ("n_open",)),
    Reading("opened", "Opportunities opened", CRM, CLOSED, growth="n_open"),
    Reading("open", "Open opportunities", CRM, ("n_open",)),
    Reading("pipeline_value", "Value of the pipeline", CRM, ("pipeline_value",)),
    Reading("won", "Deals won", CRM, ("won",)),
    Reading("win_rate", "Win rate", CRM, ("won",), CLOSED),
    Reading("experience", "Buyers learn something", BUYERS, ("experience_of_open",), ("n_open",)),
    Reading("preference", "Buyers prefer us", BUYERS, ("preference_of_open",), ("n_open",)),
    Reading("trust", "Accounts trust us", BUYERS, ("trust_of_accounts",), ("n_accounts",)),
    Reading("satisfaction", "Customers satisfied", BUYERS, ("satisfaction_of_customers",), ("customers_seen",)),
    Reading("conversation", "Skill of conversation", MANAGERS, ("capability_conversation",), each_seat=True),
    Reading("driving", "Skill of driving deals", MANAGERS, ("capability_driving",), each_seat=True),
    Reading("adherence", "Follows the playbook", MANAGERS, ("adherence",), each_seat=True),
    Reading("rep_trust", "Reps trust management", REPS, ("rep_trust",), each_seat=True),
    Reading("motivation", "Motivation", REPS, ("motivation",), each_seat=True),
    Reading("left", "Reps who left", STAFF, ("left",)),
    Reading("churned", "Contract value lost", LEDGER, ("churned",), ("recurring",)),
    Reading("cost", "Cost of reps", LEDGER, ("cost",)),
    Reading("bookings", "Bookings", LEDGER, ("booked",)),
)
"""Measures a firm can have of each team at the end of a trial; a buyer's mind only by asking."""

NAMES = tuple(one.name for one in READINGS)
LABELS = {one.name: one.label for one in READINGS}
_FIELDS = tuple(dict.fromkeys(f for one in READINGS for f in (*one.parts, *one.whole)))
_STATES = tuple(part for one in READINGS if one.each_seat for part in one.parts)
_ROW = {name: number for number, name in enumerate(_FIELDS)}


def observed(state: State) -> Floats:
    """Sums over the seats of each front-line team in the week that has passed, one row a field. [fields, teams]."""
    reps, teams = state.reps, int(np.sum(state.managers["level"] == 1))
    mine = reps[reps["idle"] == 0]
    filled = mine["active"].astype(float)
    rows = [mine[name] * filled if name in _STATES else mine[name].astype(float) for name in _FIELDS]
    return np.array([np.bincount(mine["manager"], row, teams) for row in rows])


def follow(world: World, weeks: int) -> list[Floats]:
    """Run a world some weeks and observe its teams in each. [weeks] of [fields, teams]."""
    seen = []
    for _ in range(weeks):
        world.advance(1)
        seen.append(observed(world.state))
    return seen


def changes(before: Sequence[Floats], after: Sequence[Floats], pilots: Sequence[int]) -> Floats:
    """Difference in differences of every reading, as a share of what all teams had before.

    Args:
        before: The weeks before the trial as `observed` gives them, and one before. [weeks + 1] of [fields, teams]
        after: The weeks of the trial. [weeks] of [fields, teams]
        pilots: Numbers of the pilot teams.

    Returns:
        By how much the pilot teams grew more than the others, one number a reading in the order of `READINGS`; 0 where
        nobody had anything of it before. [readings]
    """
    trial = [before[-1], *after]
    chosen = np.isin(np.arange(before[0].shape[1]), pilots)
    return np.array([_change(one, np.stack(before), np.stack(trial), chosen) for one in READINGS])


def _change(one: Reading, before: Floats, trial: Floats, chosen: Flags) -> float:
    level = abs(_level(one, before, chosen | ~chosen))
    gap = _level(one, trial, chosen) - _level(one, trial, ~chosen)
    gap_before = _level(one, before, chosen) - _level(one, before, ~chosen)
    return (gap - gap_before) / level if level else 0.0


def _level(one: Reading, weeks: Floats, teams: Flags) -> float:
    """A reading of some teams over all weeks but the first, which is where growth begins."""
    inside = weeks[:, :, teams].sum(axis=2)
    above = sum(float(inside[1:, _ROW[name]].sum()) for name in one.parts)
    if one.growth:
        above += float(inside[-1, _ROW[one.growth]] - inside[0, _ROW[one.growth]])
    below = sum(float(inside[1:, _ROW[name]].sum()) for name in one.whole)
    return above / below if below > 0 else 0.0


def booked_a_year(before: Sequence[Floats]) -> float:
    """Bookings of all teams in the weeks before the trial, as of a year. [currency / year]."""
    weeks = np.stack(before[1:])
    return float(weeks[:, _ROW["booked"]].sum()) * WEEKS_PER_YEAR / len(weeks)
