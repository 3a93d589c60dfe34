"""What no run may break: hours, money, opportunities and people add up, whatever is assumed.

Each law looks at a world that has run with its deals and tables kept, and says how far it is from holding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from agents.machinery.codes import OUTCOME, PURSUIT, REASON, STATUS
from agents.rep.record import HOURS
from sim.engine.bounds import BrokenRunError, breaches
from sim.engine.state import open_rows, stretches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from agents.machinery.record import Rows
    from sim.engine.world import World

EXACT = 1e-9
"""Relative gap that rounding may leave."""

_USES = HOURS


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold, and whether it does."""

    name: str  # what must hold, in a few words
    measured: str  # what was found
    holds: bool  # the verdict


LAWS: dict[str, Callable[[World], float]] = {}
"""Laws by what they say; each gives its relative gap, or how often it is broken."""

_IN_EVERY_RUN: list[str] = []
"""Those that are looked at whenever a run is summed up; together they take less than a hundredth of a run."""


def _law(says: str, *, always: bool = False) -> Callable[[Callable[[World], float]], Callable[[World], float]]:
    def register(function: Callable[[World], float]) -> Callable[[World], float]:
        LAWS[says] = function
        if always:
            _IN_EVERY_RUN.append(says)
        return function

    return register


def hold_laws(world: World) -> None:
    """Refuse to sum up a run in which hours, money, opportunities or people do not add up.

    Raises:
        BrokenRunError: One law is broken; the sentence names it.
    """
    begun = world.state.clock["week"][0] > 0
    for says in _IN_EVERY_RUN if begun else ():
        gap = LAWS[says](world)
        if not gap <= EXACT:
            raise BrokenRunError(f"by week {world.week - 1} it does not hold that {says} (gap {gap:.2g})")


def check_laws(worlds: Iterable[World]) -> list[Check]:
    """Hold every law against some worlds; the largest gap counts.

    Args:
        worlds: Worlds that have run, with deals and tables kept.
    """
    ran = list(worlds)
    checks = []
    for says, law in LAWS.items():
        gap = max((law(world) for world in ran), default=0.0)
        measured = f"largest gap {gap:.1e}" if gap > 0 else "no gap"
        checks.append(Check(says, f"{measured} in {len(ran)} runs", gap <= EXACT))
    return checks


def verdict_line(checks: Iterable[Check]) -> str:
    """Say in one sentence how many checks hold, and name those that do not; nothing if nothing was checked."""
    results = list(checks)
    if not results:
        return ""
    broken = [check for check in results if not check.holds]
    count = f"{len(results) - len(broken)} of {len(results)} checks hold for this scenario"
    if not broken:
        return f"Verified: {count}."
    return f"Not verified: {count}; broken: " + "; ".join(f"{check.name} ({check.measured})" for check in broken) + "."


def _deals(world: World) -> Rows:
    rows: Rows = np.concatenate([world.state.deals[:0], *world.closed])
    return rows


def _weekly(world: World) -> Rows:
    return world.weekly()


def _gap(first: Rows, second: Rows) -> float:
    """Largest difference of two columns, relative to the larger number where that is above 1."""
    if not len(first):
        return 0.0
    size = np.maximum(1.0, np.maximum(np.abs(first), np.abs(second)))
    return float(np.max(np.abs(first - second) / size))


def _by_week(world: World, deals: Rows, values: Rows) -> Rows:
    """Sum values of deals by the week of the run in which they closed. [weeks]."""
    weeks = deals["closed"] - world.burn_in - 1
    sums: Rows = np.bincount(weeks, values, minlength=world.week)[: world.week]
    return sums


@_law("every hour of a rep has one use", always=True)
def _hours(world: World) -> float:
    """Seats that changed hands after the week was planned are left out."""
    reps = world.state.reps
    stayed = (reps["active"] == 1) & (reps["tenure"] > 0) & (reps["idle"] == 0)
    spent = sum((reps[name][stayed] for name in _USES), np.zeros(int(stayed.sum())))
    return _gap(spent, np.full(len(spent), float(world.state.p["operations_week_hours"][0])))


@_law("every hour of a specialist has one use", always=True)
def _specialists(world: World) -> float:
    working = world.state.specialists[world.state.specialists["active"] == 1]
    spent = working["hours_coordination"] + working["hours_on_deals"] + working["hours_left"]
    return _gap(spent, np.maximum(world.state.p["structure_specialist_hours"][0], working["hours_coordination"]))


@_law("bookings of a week are the orders signed in it")
def _bookings(world: World) -> float:
    deals = _deals(world)
    won = deals[deals["outcome"] == OUTCOME.WON]
    return _gap(_by_week(world, won, won["amount"]), _weekly(world)["bookings"])


@_law("every order is booked once, by the rep of the territory")
def _seats(world: World) -> float:
    deals = _deals(world)
    won = deals[deals["outcome"] == OUTCOME.WON]
    weeks = won["closed"] - world.burn_in - 1
    n_seats = len(world.state.reps)
    gap = 0.0
    for quarter in world.quarters:
        begin = quarter.end - WEEKS_PER_QUARTER
        if begin >= 0:
            mine = won[(weeks >= begin) & (weeks < quarter.end)]
            gap = max(gap, _gap(np.bincount(mine["seat"], mine["amount"], minlength=n_seats), quarter.booked))
    return gap + float(np.count_nonzero(world.state.buyers["seat"][won["account"]] != won["seat"]))


@_law("net contribution is gross margin x (bookings + renewals) - cost", always=True)
def _contribution(world: World) -> float:
    weekly = _weekly(world)
    margin = world.state.p["organization_gross_margin"][0]
    # Cost stands on the left, so that the gap is relative to the money and not to what is left of it.
    return _gap(weekly["net_contribution"] + weekly["cost"], margin * (weekly["bookings"] + weekly["renewed"]))


@_law("recurring revenue is the sum of what is installed", always=True)
def _recurring(world: World) -> float:
    return _gap(world.state.org["recurring"], np.array([world.state.slots["installed_value"].sum()]))


@_law("an opportunity ends at most once, and a line has one at a time")
def _once(world: World) -> float:
    deals = _deals(world)
    slot = deals["account"] * len(world.state.lines) + deals["line"]
    order = np.lexsort((deals["created"], slot))
    slot, created, closed = slot[order], deals["created"][order], deals["closed"][order]
    follows = slot[1:] == slot[:-1]
    overlaps = np.count_nonzero(follows & (created[1:] <= closed[:-1]))
    return float(overlaps + np.count_nonzero(created > closed))


@_law("what is closed is won, lost or undecided, and has a reason if it is not won")
def _outcomes(world: World) -> float:
    deals, weekly = _deals(world), _weekly(world)
    names = {"won": OUTCOME.WON, "lost": OUTCOME.LOST, "no_decision": OUTCOME.NO_DECISION}
    gap = 0.0
    for name, code in names.items():
        mine = deals[deals["outcome"] == code]
        gap = max(gap, _gap(_by_week(world, mine, np.ones(len(mine))), weekly[name]))
    strange = ~np.isin(deals["outcome"], tuple(names.values()))
    unexplained = (deals["true_reason"] == REASON.NONE) != (deals["outcome"] == OUTCOME.WON)
    return gap + float(np.count_nonzero(strange) + np.count_nonzero(unexplained))


@_law("what is open is in the pipeline of the rep of the territory, once", always=True)
def _pipelines(world: World) -> float:
    state = world.state
    rows = state.opportunities[open_rows(state)]
    slots = np.sort(rows["slot"])
    strange = np.count_nonzero((rows["status"] != STATUS.OPEN) | (rows["pursuit"] == PURSUIT.NONE))
    elsewhere = np.count_nonzero(
        state.buyers["seat"][rows["account"]] != np.repeat(np.arange(len(state.reps)), state.reps["n_open"])
    )
    wrong = np.count_nonzero(rows["slot"] // len(state.lines) != rows["account"])
    listed = np.flatnonzero(state.slots["is_open"])
    unlisted = 0 if np.array_equal(slots, listed) else abs(len(slots) - len(listed)) + 1
    return float(strange + elsewhere + wrong + unlisted)


@_law("every seat has one manager, and every account one seat", always=True)
def _places(world: World) -> float:
    state = world.state
    front = np.flatnonzero(state.managers["level"] == 1)
    counts = state.managers["n_members"][front]
    members = state.roster[stretches(state.managers["first_member"][front], counts)]
    broken = int(np.count_nonzero(state.reps["manager"][members] != np.repeat(front, counts)))
    broken += abs(len(np.unique(members)) - len(state.reps))
    counted = np.bincount(state.buyers["seat"], minlength=len(state.reps))
    return float(broken + np.abs(counted - state.reps["n_accounts"]).sum())


@_law("every number is finite and within the bounds it declares")
def _bounds(world: World) -> float:
    return float(sum(1 for _ in breaches(world.state)))
