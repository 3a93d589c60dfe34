"""A class computed anew from what is kept of it: chance is keyed, so the same decisions bring the same numbers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sim.engine.cores import usable_cores
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.classroom.characters import check_characters
from sim.ui.classroom.hidden import restore_demand
from sim.ui.classroom.predictions import restore_questions
from sim.ui.classroom.review import in_threads
from sim.ui.classroom.room import Room
from sim.ui.classroom.seats import Seat, clean_name
from sim.ui.classroom.terms import MOST_SEATS, ClassTerms

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.classroom.kept import KeptClass
    from sim.ui.classroom.luck import Yardstick


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
    terms = ClassTerms(scenario, kept.seed, kept.budget, kept.quarters, kept.offered, kept.team)
    _check(kept)
    room = Room(kept.code, terms, yardstick)
    room.trainer, room.rules, room.phase, room.quarter = kept.trainer, kept.rules, kept.phase, kept.quarter
    restore_demand(room, kept.demand)
    seats: dict[str, Seat] = {}

    def play(place: int) -> None:
        seats[kept.seats[place].token] = Seat.replay(kept.seats[place], room.start, room.menu, room.closed)
        progress(len(seats) / len(kept.seats))

    in_threads(range(len(kept.seats)), play, threading.Event(), usable_cores())
    room.seats = {seat.token: seats[seat.token] for seat in kept.seats}
    restore_questions(room, kept.questions)
    pace, open_now = kept.pace, kept.phase == "deciding"
    room.reopened, room.revealed = pace.reopened, max(pace.revealed, room.closed if room.shown else 0)
    room.clock.restore(pace.minutes, pace.ends if open_now else None, pace.held if open_now else None)
    return room


def _check(kept: KeptClass) -> None:
    """Refuse what no class has been.

    Raises:
        InputError: It never was.
    """
    begun = kept.phase not in ("gathering", "over")
    played = check_characters(seat.character for seat in kept.seats if seat.character)
    names = [clean_name(seat.name) for seat in kept.seats]
    teams = [[clean_name(one.name) for one in seat.members] for seat in kept.seats]
    if (
        not begun <= kept.quarter <= kept.quarters
        or (kept.phase == "gathering" and kept.quarter)
        or len(names) - len(played) > MOST_SEATS
        or any(seat.character and (seat.members or seat.late) for seat in kept.seats)
        or names != [seat.name for seat in kept.seats]
        or len({name.casefold() for name in names}) < len(names)
        or any(len(team) > (kept.team if kept.team > 1 else 0) for team in teams)
        or not all(0 <= seat.late <= kept.quarter for seat in kept.seats)
        or not (0 <= kept.pace.reopened <= kept.quarter and 0 <= kept.pace.revealed <= kept.quarter)
    ):
        raise InputError(f"what is kept of the class {kept.code} is damaged, so it cannot go on")
