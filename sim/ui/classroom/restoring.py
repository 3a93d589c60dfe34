"""A class computed anew from what is kept of it: chance is keyed, so the same decisions bring the same numbers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sim.engine.cores import usable_cores
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.classroom.review import in_threads
from sim.ui.classroom.room import MOST_SEATS, ClassTerms, Room
from sim.ui.classroom.seats import Seat, clean_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.classroom.luck import Yardstick
    from sim.ui.classroom.store import KeptClass, KeptSeat


def restored(
    kept: KeptClass, yardstick: Yardstick | None = None, progress: Callable[[float], object] = lambda _: None
) -> Room:
    """Make a class that goes on where it was.

    Args:
        kept: What is kept of it; checked like what anybody sends.
        yardstick: What results are measured by, if not of the usual size.
        progress: Told the share of the seats that are there. [0 to 1]

    Raises:
        InputError: It cannot be such a class.
    """
    scenario = Scenario.from_text(kept.scenario, f"class-{kept.code}.toml")
    terms = ClassTerms(scenario, kept.seed, kept.budget, kept.quarters, kept.offered)
    _check(kept)
    room = Room(kept.code, terms, yardstick)
    room.trainer, room.rules, room.phase, room.quarter = kept.trainer, kept.rules, kept.phase, kept.quarter
    seats: dict[str, Seat] = {}

    def play(place: int) -> None:
        seats[kept.seats[place].token] = _replayed(room, kept.seats[place])
        progress(len(seats) / len(kept.seats))

    in_threads(range(len(kept.seats)), play, threading.Event(), usable_cores())
    room.seats = {seat.token: seats[seat.token] for seat in kept.seats}
    return room


def _check(kept: KeptClass) -> None:
    """Refuse what no class has been.

    Raises:
        InputError: It never was.
    """
    begun = kept.phase not in ("gathering", "over")
    names = [clean_name(seat.name) for seat in kept.seats]
    if (
        not begun <= kept.quarter <= kept.quarters
        or (kept.phase == "gathering" and kept.quarter)
        or len(names) > MOST_SEATS
        or names != [seat.name for seat in kept.seats]
        or len({name.casefold() for name in names}) < len(names)
    ):
        raise InputError(f"what is kept of the class {kept.code} is damaged, so it cannot go on")


def _replayed(room: Room, kept: KeptSeat) -> Seat:
    """Let a seat decide and play again what it decided and played."""
    seat = Seat.take(kept.name, room.start, 0)
    seat.token = kept.token
    for quarter in range(1, room.closed + 1):
        _decide(room, seat, kept, quarter)
        seat.play(room.menu)
    _decide(room, seat, kept, room.closed + 1)
    return seat


def _decide(room: Room, seat: Seat, kept: KeptSeat, quarter: int) -> None:
    """Decide for a quarter what is kept, if anything is; what is not allowed stops this organization and no other."""
    values = kept.decisions.get(quarter)
    if values is None or seat.problem:
        return
    try:
        seat.decision, seat.decided = room.menu.check(values, seat.opened, seat.spare), True
    except (InputError, OverflowError, TypeError, ValueError) as error:
        seat.problem = f"This organization cannot go on. What is kept of its quarter {quarter} is damaged: {error}"
