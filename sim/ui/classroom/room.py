"""A class: its seats, the quarters the trainer opens and closes, and the leaderboard. Nothing here draws."""

from __future__ import annotations

import hmac
import os
import secrets
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from sim.engine.cores import usable_cores
from sim.scenario.errors import InputError
from sim.studies.version import model_version
from sim.ui.classroom.characters import CHARACTERS, decide_for
from sim.ui.classroom.clock import QuarterClock
from sim.ui.classroom.demand import STILL_MEASURED, USUAL_DEMAND, demanded
from sim.ui.classroom.kept import KeptClass, KeptPace
from sim.ui.classroom.luck import LuckRank, Yardstick, place, start_world
from sim.ui.classroom.options import Menu
from sim.ui.classroom.review import PlayedSeat, Review, in_threads
from sim.ui.classroom.seats import Seat, clean_name
from sim.ui.classroom.standings import Standing, standings_of
from sim.ui.classroom.terms import MOST_SEATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sim.ui.classroom.questions import ClassQuestion
    from sim.ui.classroom.store import ClassRecord, ClassStore
    from sim.ui.classroom.terms import ClassTerms

Phase = Literal["gathering", "deciding", "closed", "revealed", "over"]

_NOT_TRAINER = "only the trainer of this class can do that"


class Room:
    """A class; safe to use from several threads."""

    def __init__(self, code: str, terms: ClassTerms, yardstick: Yardstick | None = None) -> None:
        """Make the organization everybody begins with; an empty yardstick may be of another size than usual.

        Raises:
            InputError: The terms cannot be used.
        """
        self.terms = terms = terms.check()
        self.code = code  # what visitors type or follow to it
        self.menu = Menu(terms.scenario, terms.quarters, terms.budget, terms.offered)  # what is decided
        self.demand = {} if terms.demand == USUAL_DEMAND else {1: terms.demand}  # set in secret, by quarter [percent]
        self.start = demanded(start_world(terms.scenario, terms.seed), self.demand)
        self.yardstick = yardstick or Yardstick.empty(terms.quarters)  # what results are measured by
        self.review = Review(self.start, self.menu, self.yardstick)  # what decisions bring with other luck
        self.files: dict[tuple[str, str], tuple[object, bytes]] = {}  # of the debrief, by form and seat
        self.measures_itself = False  # whether both are found out in the background by themselves
        self.trainer = secrets.token_urlsafe(24)  # token of whoever leads it
        self.phase: Phase = "gathering"
        self.quarter = 0  # the quarter that is open or was closed last, from 1; 0 before the first
        self.revealed = 0  # the last quarter of which everybody has seen the leaderboard
        self.reopened = 0  # the quarter that was taken back and is open again; 0 for none
        self.clock = QuarterClock(self._time_up)  # of the quarter that is open
        self.seats: dict[str, Seat] = {}  # by token
        self.present = Counter[str]()  # pages that are open, by token of a member of a team
        self.questions: list[ClassQuestion] = []  # to everybody, the last one may be open
        self.record: ClassRecord | None = None  # where each change is written down; None for a class nobody keeps
        self.rules = model_version()  # of the model it was begun with
        self.gone = ""  # why nothing can be done here any more, one sentence; empty as it should be
        for key in terms.characters:
            seat = Seat.take(CHARACTERS[key].name, self.start, 0, key)
            self.seats[seat.token] = seat
        self.lock = threading.RLock()  # held by whoever reads or changes the room
        self.touched = time.monotonic()  # when somebody last did something [s]
        self.version = 0  # rises with each change the trainer may see
        self.turns = 0  # rises with each change every visitor may see: a quarter opens, closes or is revealed
        self._changed = threading.Condition(self.lock)
        self._board: tuple[object, list[Standing]] = (None, [])

    @property
    def closed(self) -> int:
        """Quarters that have been played."""
        return self.quarter - (self.phase == "deciding")

    @property
    def people(self) -> list[Seat]:
        """Seats that people hold, in the order of joining."""
        return [seat for seat in [*self.seats.values()] if not seat.character]

    @property
    def characters(self) -> list[Seat]:
        """Seats that characters play."""
        return [seat for seat in [*self.seats.values()] if seat.character]

    def wait(self, seconds: float, *, version: int = -1, turns: int = -1) -> None:
        """Wait for some seconds at most, until the version or the turns differ from what was seen."""
        with self._changed:
            self._changed.wait_for(lambda: version not in (-1, self.version) or turns not in (-1, self.turns), seconds)

    def join(self, name: Any) -> Seat:
        """Take a seat; whoever comes late gets an organization that was left alone until now.

        Raises:
            InputError: The name cannot be used or is taken, the class is full or over.
        """
        wanted = clean_name(name)
        with self.lock:
            self.check_there()
            if self.phase == "over":
                raise InputError("this class is over")
            if any(seat.name.casefold() == wanted.casefold() for seat in self.seats.values()):
                raise InputError(f"the name {wanted} is taken; choose another")
            if len(self.people) >= MOST_SEATS:
                raise InputError(f"this class is full: it has {MOST_SEATS} seats")
            seat = Seat.take(wanted, self.start, self.closed)
            self.seats[seat.token] = seat
            self.write(lambda store: store.add_seat(self.code, seat.token, seat.name, seat.late))
            self.changes()
            return seat

    def decide(self, token: str, values: Mapping[str, Any]) -> None:
        """Confirm a visitor's decision for the open quarter.

        Raises:
            InputError: No quarter is open, or the decision is not allowed or over the budget.
        """
        with self.taking_part(token) as seat:
            if self.phase != "deciding":
                raise InputError("no quarter is open now, so nothing can be decided; what you decided before stands")
            if seat.members and seat.members[0].token != token:
                raise InputError(f"{seat.members[0].name} is the captain and decides for your team; you can propose")
            seat.decision = self.menu.check(values, seat.opened, seat.spare)
            seat.decided = True
            self._keep_decision(seat)

    @contextmanager
    def taking_part(self, token: str) -> Iterator[Seat]:
        """Hold the lock for somebody who takes part, give the seat, and let those who wait for it hear of a change.

        Raises:
            InputError: There is no such seat, or nothing can be done here any more.
        """
        with self.lock:
            self.check_there()
            seat = self.seat_of(token)
            if seat is None:
                raise InputError("this seat does not exist (any more); join again")
            yield seat
            self.changes()

    def seat_of(self, token: str) -> Seat | None:
        """The seat that somebody holds, alone or in a team."""
        if self.terms.team == 1:
            seat = self.seats.get(token)
            return None if seat and seat.character else seat
        return next((seat for seat in self.seats.values() if any(one.token == token for one in seat.members)), None)

    def tokens(self) -> list[str]:
        """The token of everybody who takes part."""
        if self.terms.team == 1:
            return [seat.token for seat in self.people]
        return [member.token for seat in self.seats.values() for member in seat.members]

    def check_leads(self, token: str) -> None:
        """Refuse whoever has not the trainer's token.

        Raises:
            InputError: It is not the trainer who asks.
        """
        if not self.leads(token):
            raise InputError(_NOT_TRAINER)

    def leads(self, token: str) -> bool:
        """Whether somebody has the trainer's token."""
        return hmac.compare_digest(token.encode(), self.trainer.encode())

    def open(self, token: str) -> None:
        """Open the next quarter for decisions.

        Raises:
            InputError: It is not the trainer who asks, a quarter is open, or the last one has been played.
        """
        with self.led(token):
            if self.phase in ("deciding", "over"):
                raise InputError("a quarter is open already" if self.phase == "deciding" else "this class is over")
            if self.quarter >= self.terms.quarters:
                raise InputError(f"all {self.terms.quarters} quarters have been played")
            self.quarter += 1
            self.phase = "deciding"
            for seat in self.characters:
                decide_for(seat, self.menu)
                self._keep_decision(seat)
            self.clock.start()

    def close(self, token: str) -> None:
        """Close the open quarter and play it in every organization.

        Raises:
            InputError: It is not the trainer who asks, or no quarter is open.
        """
        with self.led(token):
            if self.phase != "deciding":
                raise InputError("no quarter is open")
            self._play()

    def _time_up(self, ends: float) -> None:
        """Close the open quarter, unless its clock was changed, or the trainer closed it, in the last moment."""
        with self._turn():
            if self.phase == "deciding" and self.clock.ends == ends:
                self._play()

    def _play(self) -> None:
        self.clock.stop()
        with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="seat") as pool:
            list(pool.map(lambda seat: seat.play(self.menu), self.seats.values()))
        self.phase, self.reopened = "closed", 0

    def undo(self, token: str) -> None:
        """Open the quarter that was played last once more: its decisions stand, what was decided since is dropped.

        Every organization is played again up to it, from the decisions and with the same luck.

        Raises:
            InputError: It is not the trainer who asks, no quarter was played, or the class went on meanwhile.
        """
        self.check_leads(token)
        with self.lock:
            self.check_there()
            again, seen = self.closed, (self.quarter, self.phase, [*self.seats], self.demand)
            if not again:
                raise InputError("no quarter has been played, so none can be taken back")
            kept = [seat.kept(again) for seat in self.seats.values()]
        seats = dict[str, Seat]()

        def play(place: int) -> None:
            seats[kept[place].token] = Seat.replay(kept[place], self.start, self.menu, again - 1)

        # Nobody is kept waiting by the lock meanwhile.
        in_threads(range(len(kept)), play, threading.Event(), usable_cores())
        with self.led(token):
            if seen != (self.quarter, self.phase, [*self.seats], self.demand):
                raise InputError("the class went on meanwhile; take the quarter back once more")
            self.seats = {name: seats[name] for name in self.seats}
            self.quarter, self.phase, self.reopened = again, "deciding", again
            self.revealed = min(self.revealed, again - 1)
            self.clock.start(held=True)
            self._review_anew()
            self.write(lambda store: store.put(self.kept()))

    def measure_anew(self, first: int) -> None:
        """Measure what results are measured by again from a place of a quarter on, since the market is another one."""
        self.yardstick = self.yardstick.anew(first)
        self._review_anew()
        if self.measures_itself:
            self.yardstick.begin(self.start, self.menu)

    def _review_anew(self) -> None:
        self.review.stop()
        self.review = Review(self.start, self.menu, self.yardstick)
        self.files.clear()

    def reveal(self, token: str) -> None:
        """Show everybody the leaderboard; after the last quarter the class is over.

        Raises:
            InputError: It is not the trainer who asks, or there is nothing to reveal now.
        """
        with self.led(token):
            if self.phase != "closed":
                raise InputError("close a quarter first; then its results can be revealed")
            if self.revealed and self.yardstick.known(self.closed - 1) < self.yardstick.known(self.revealed - 1):
                raise InputError(STILL_MEASURED)
            self.phase = "over" if self.quarter >= self.terms.quarters else "revealed"
            self.revealed = self.closed
            self._ended()

    def end(self, token: str) -> None:
        """End the class as it stands; a quarter that is open is not played.

        Raises:
            InputError: It is not the trainer who asks.
        """
        with self.led(token):
            self.quarter = self.revealed = self.closed
            self.phase, self.reopened = "over", 0
            self.clock.stop()
            self._ended()

    def debrief(self, token: str) -> None:
        """Begin to find out what decisions bring with other luck, or go on with it.

        Raises:
            InputError: It is not the trainer who asks, the class goes on, or nobody has played a quarter.
        """
        with self.led(token):
            if self.phase != "over":
                raise InputError("this class goes on; end it first, then it can be debriefed")
            self.review.begin(self.played())

    def stop_debrief(self, token: str) -> None:
        """Stop that; what is known stays.

        Raises:
            InputError: It is not the trainer who asks.
        """
        with self.led(token):
            self.review.stop()

    def played(self) -> list[PlayedSeat]:
        """What each seat did that has played every quarter.

        Raises:
            InputError: There is none, or no quarter has been played.
        """
        with self.lock:
            seats = [seat for seat in self.seats.values() if not seat.problem and seat.taken]
            if all(seat.character for seat in seats):
                raise InputError("nobody has played a quarter in this class, so there is nothing to debrief")
            return [PlayedSeat.of(seat, self.menu) for seat in seats]

    def remove(self, token: str, name: str) -> None:
        """Take a seat away, such as one of a name nobody should read on a wall.

        Raises:
            InputError: It is not the trainer who asks, or nobody bears the name.
        """
        with self.led(token):
            gone = next((seat for seat in self.seats.values() if seat.name == name), None)
            if gone is None:
                raise InputError(f"nobody in this class is called {str(name)[:40]}")
            del self.seats[gone.token]
            for each in (gone.token, *(member.token for member in gone.members)):
                self.forget_guesses(each)
            self.write(lambda store: store.drop_seat(gone.token))

    def forget_guesses(self, token: str) -> None:
        """Forget what somebody has predicted who takes part no longer."""
        for question in self.questions:
            question.guesses.pop(token, None)

    def kept(self) -> KeptClass:
        """What has to be kept of the class, so that it can be computed anew."""
        with self.lock:
            return KeptClass(
                code=self.code, trainer=self.trainer, rules=self.rules, phase=self.phase, quarter=self.quarter,
                seats=tuple(seat.kept() for seat in self.seats.values()), pace=self.pace(), demand=dict(self.demand),
                questions=tuple(question.kept() for question in self.questions), **self.terms.kept(),
            )  # fmt: skip

    def pace(self) -> KeptPace:
        """What has to be kept of how it goes on."""
        clock = self.clock
        return KeptPace(
            minutes=clock.minutes, ends=clock.ends, held=clock.held, reopened=self.reopened, revealed=self.revealed
        )

    def keep(self, record: ClassRecord) -> bool:
        """Write every change down from now on, the class as it is first; return whether that could be written."""
        with self.lock:
            self.record = record
            self.write(lambda store: store.put(self.kept()))
            return not record.problem

    def go_on(self) -> None:
        """Debrief a class that was over before it was computed anew."""
        with self.lock:
            self._ended()

    def leave(self, why: str) -> None:
        """Let nothing be done here any more, nor written down."""
        with self.lock:
            self.clock.stop()
            self.gone, self.record = why, None
            self.changes(turn=True)

    @property
    def shown(self) -> bool:
        """Whether visitors may see the leaderboard."""
        return self.phase in ("revealed", "over") and self.closed > 0

    def board(self) -> list[Standing]:
        """The leaderboard after the quarters that are closed, the best first."""
        with self.lock:
            if not self.closed:
                return []
            # Every visitor asks for the same one at the same moment.
            stamp = (self.version, int(np.isfinite(self.yardstick.players[:, -1]).sum()))
            if self._board[0] != stamp:
                self._board = (stamp, standings_of(self.seats.values(), self.yardstick, self.closed - 1))
            return self._board[1]

    def luck(self) -> LuckRank | None:
        """Where this world, left alone, stands among other seeds; None while nothing is known."""
        with self.lock:
            row = self.closed - 1
            return place(float(self.yardstick.alone[row]), self.yardstick.seeds[:, row]) if row >= 0 else None

    def _ended(self) -> None:
        """Find out what decisions bring, if the class was played at all."""
        if self.measures_itself and self.phase == "over":
            with suppress(InputError):
                self.review.begin(self.played())

    @contextmanager
    def led(self, token: str) -> Iterator[None]:
        """Hold the lock for the trainer, refuse anybody else, and let every visitor hear of the turn that was taken.

        Raises:
            InputError: It is not the trainer who asks, or nothing can be done here any more.
        """
        self.check_leads(token)
        with self._turn():
            self.check_there()
            yield

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self.lock:
            yield
            self.write(lambda store: store.turn(self.code, self.phase, self.quarter, self.pace()))
            self.changes(turn=True)

    def check_there(self) -> None:
        """Refuse what comes too late.

        Raises:
            InputError: Nothing can be done here any more.
        """
        if self.gone:
            raise InputError(self.gone)

    def _keep_decision(self, seat: Seat) -> None:
        self.write(lambda store: store.decide(seat.token, self.quarter, seat.decision.values))

    def write(self, change: Callable[[ClassStore], None]) -> None:
        """Write a change down before anybody is told that it was made."""
        if self.record:
            self.record.write(change, self.kept)

    def changes(self, *, turn: bool = False) -> None:
        """Let those who wait for it hear of a change; at a turn everybody."""
        with self._changed:
            self.version += 1
            self.turns += turn
            self.touched = time.monotonic()
            self._changed.notify_all()
