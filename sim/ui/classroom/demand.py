"""A demand of the market that the trainer sets in secret, the same for every organization of a class.

It is the parameter market.demand, set at the start of a quarter; nobody but the trainer reads it before the end.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.measures.words import listed
from sim.scenario.errors import InputError
from sim.ui.classroom.review import Review

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.engine.world import World
    from sim.scenario.scenario import Scenario
    from sim.ui.classroom.room import Room

DEMAND = "market.demand"
USUAL_DEMAND = 100
LEVELS = {50: "A deep slump", 75: "A slump", USUAL_DEMAND: "As it is", 130: "A boom", 200: "A great boom"}
"""What is offered, by percent of the needs buyers have as a rule."""
_LOWEST, _HIGHEST = 20, 300  # percent
STILL_MEASURED = (
    "players by lot are being run again with the demand you have set, and a leaderboard without them would tell that "
    "something was set: reveal it in a minute, or go on without"
)


def check_demand(percent: Any, scenario: Scenario) -> float:
    """Give a demand in percent of usual.

    Raises:
        InputError: It is no such number, or needs do not follow demand in this scenario.
    """
    number = isinstance(percent, int | float) and not isinstance(percent, bool) and math.isfinite(percent)
    if not number or not _LOWEST <= percent <= _HIGHEST:
        said = str(percent)[:20]
        raise InputError(f"demand = {said} is not allowed; it must be {_LOWEST} to {_HIGHEST} % of usual")
    if percent != USUAL_DEMAND:
        if scenario["mechanisms.bass_needs"]:
            raise InputError("in this organization's market needs do not follow demand, so none can be set")
        if any(spec.parameter == DEMAND or spec.event == "demand_shock" for spec in scenario.interventions):
            raise InputError("the timeline of this scenario moves demand itself, so none can be set")
    return float(percent)


def demanded(start: World, demand: Mapping[int, float]) -> World:
    """A copy of a world before week 0 that has a demand from the start of some quarters on. [quarter: percent].

    Raises:
        InputError: A quarter or demand cannot be.
    """
    world = start.snapshot()
    for quarter, percent in sorted(demand.items()):
        world.intervene(_change(world, quarter, percent))
    return world


def _change(world: World, quarter: int, percent: float) -> dict[str, Any]:
    value = float(world.scenario[DEMAND]) * percent / USUAL_DEMAND
    return {"week": (quarter - 1) * WEEKS_PER_QUARTER, "parameter": DEMAND, "action": "set", "value": value}


def restore_demand(room: Room, demand: Mapping[int, float]) -> None:
    """Give a class that is made again, and has no seats yet, the demand it had.

    Raises:
        InputError: It cannot have been such a demand.
    """
    if not all(1 <= quarter <= room.terms.quarters for quarter in demand):
        raise InputError("what is kept of the demand of this class is damaged")
    room.demand = {quarter: check_demand(percent, room.terms.scenario) for quarter, percent in demand.items()}
    room.start = demanded(room.start, room.demand)
    room.review = Review(room.start, room.menu, room.yardstick)


def set_demand(room: Room, token: str, *, quarter: int, percent: float) -> None:
    """Set the demand from the start of a quarter on that has not been played; players by lot are run again for it.

    Nobody but the trainer hears of it.

    Raises:
        InputError: It is not the trainer who asks, the class is over, or this cannot be set.
    """
    room.check_leads(token)
    with room.lock:
        room.check_there()
        if room.phase == "over":
            raise InputError("this class is over")
        if not room.closed < quarter <= room.terms.quarters:
            played = f"{room.closed + 1} to {room.terms.quarters}"
            raise InputError(f"demand can be set for a quarter that has not been played: {played}")
        level = check_demand(percent, room.terms.scenario)
        start = demanded(room.start, {quarter: level})
        for seat in room.seats.values():
            if not seat.problem:
                seat.world.plan(start.scenario.interventions[-1])
        room.start, room.demand = start, {**room.demand, quarter: level}
        room.measure_anew(quarter - 1)
        room.write(lambda store: store.set_demand(room.code, quarter, level))
        room.changes()


def demand_told(room: Room) -> str:
    """What the trainer had set, one sentence; empty before the class is over, or where it was left as it is."""
    return demand_set(room, room.closed) if room.phase == "over" else ""


def demand_set(room: Room, quarters: int) -> str:
    """What is set for the first quarters, for the trainer, one sentence; empty where it was left as it is."""
    parts = [
        f"{level_text(percent)} from quarter {quarter} on"
        for quarter, percent in sorted(room.demand.items())
        if quarter <= quarters
    ]
    if not parts:
        return ""
    return f"Hidden until the end: the trainer set how often buyers need something, in % of usual: {listed(parts)}."


def level_text(percent: float) -> str:
    """Write a demand, such as "75 % (a slump)"."""
    name = LEVELS.get(int(percent)) if percent == int(percent) else None
    return f"{percent:.4g} % ({name[:1].lower()}{name[1:]})" if name else f"{percent:.4g} %"
