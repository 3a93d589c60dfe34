"""A class: its seats, the quarters the trainer opens and closes, and the leaderboard. Nothing here draws."""

from __future__ import annotations

import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.cores import usable_cores
from sim.scenario.errors import InputError
from sim.ui.classroom.characters import CHARACTERS, decide_for
from sim.ui.classroom.clock import QuarterClock
from sim.ui.classroom.demand import STILL_MEASURED, USUAL_DEMAND, demanded
from sim.ui.classroom.gathering import Gathering
from sim.ui.classroom.kept import KeptClass, KeptPace
from sim.ui.classroom.luck import LuckRank, Yardstick, place, start_world
from sim.ui.classroom.options import Menu
from sim.ui.classroom.review import PlayedSeat, Review, in_threads
from sim.ui.classroom.seats import Seat
from sim.ui.classroom.standings import Standing, standings_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.ui.classroom.questions import ClassQuestion
    from sim.ui.classroom.terms import ClassTerms


class Room(Gathering[Seat]):
    """A class; safe to use from several threads."""

    def __init__(self, code: str, terms: ClassTerms, yardstick: Yardstick | None = None) -> None:
        """Make the organization everybody begins with; an empty yardstick may be of another size than usual.

        Raises:
            InputError: The terms cannot be used.
        """
        super().__init__(code)
        self.terms = terms = terms.check()
        self.menu = Menu(terms.scenario, terms.quarters, terms.budget, terms.offered)  # what is decided
        self.demand = {} if terms.demand == USUAL_DEMAND else {1: terms.demand}  # set in secret, by quarter [percent]
        self.start = demanded(start_world(terms.scenario, terms.seed), self.demand)
        self.yardstick = yardstick or Yardstick.empty(terms.quarters)  # what results are measured by
        self.review = Review(self.start, self.menu, self.yardstick)  # what decisions bring with other luck
        self.files: dict[tuple[str, str], tuple[object, bytes]] = {}  # of the debrief, by form and seat
        self.measures_itself = False  # whether both are found out in the background by themselves
        self.revealed = 0  # the last quarter of which everybody has seen the leaderboard
        self.reopened = 0  # the quarter that was taken back and is open again; 0 for none
        self.clock = QuarterClock(self._time_up)  # of the quarter that is open
        self.present = Counter[str]()  # pages that are open, by token of a member of a team
        self.questions: list[ClassQuestion] = []  # to everybody, the last one may be open
        for key in terms.characters:
            seat = Seat.take(CHARACTERS[key].name, self.start, 0, key)
            self.seats[seat.token] = seat
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

    def join(self, name: Any) -> Seat:
        """Take a seat; whoever comes late gets an organization that was left alone until now.

        Raises:
            InputError: The name cannot be used or is taken, the class is full or over.
        """
        with self.lock:
            seat = Seat.take(self._admit(name), self.start, self.closed)
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
            earlier = self.yardstick.known(self.revealed - 1)  # asked first: more may become known in between
            if self.revealed and self.yardstick.known(self.closed - 1) < earlier:
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

    def begin(self) -> None:
        """Find out in the background what results are measured by, and debrief a class that is over."""
        self.measures_itself = True
        self.yardstick.begin(self.start, self.menu)
        with self.lock:
            self._ended()

    def rest(self) -> None:
        """Stop that, and the clock."""
        self.clock.stop()
        self.yardstick.stop()
        self.review.stop()

    def holders(self, seat: Seat) -> list[str]:
        """The token of a seat, and of every member of its team."""
        return [seat.token, *(member.token for member in seat.members)]

    @property
    def currency(self) -> str:
        """Label of amounts."""
        return self.terms.scenario.currency

    @property
    def question(self) -> ClassQuestion | None:
        """The question everybody sees: until it is revealed, and then until another quarter is opened."""
        last = self.questions[-1] if self.questions else None
        return last if last and last.revealed in (None, self.quarter) else None

    def open_question(self) -> ClassQuestion:
        """The question that can be answered now.

        Raises:
            InputError: None can.
        """
        if not self.questions or self.questions[-1].told:
            raise InputError("no question is open now")
        return self.questions[-1]

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

    def _keep_decision(self, seat: Seat) -> None:
        self.write(lambda store: store.decide(seat.token, self.quarter, seat.decision.values))
