"""The demand that a trainer sets in secret; nobody else reads it before the class is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.measures.words import listed
from sim.scenario.errors import InputError
from sim.ui.classroom.demand import check_demand, demanded, level_text
from sim.ui.classroom.review import Review

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.ui.classroom.room import Room


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
