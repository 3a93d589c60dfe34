"""What a class and a lesson for a class have in common: a code, seats, a trainer, and who hears of changes."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from abc import ABC, abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, TypeVar

from sim.scenario.errors import InputError
from sim.studies.version import model_version
from sim.ui.classroom.kept import KeptPace
from sim.ui.classroom.seats import clean_name
from sim.ui.classroom.terms import MOST_SEATS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sim.ui.classroom.kept import KeptClass, KeptQuestion, KeptSeat
    from sim.ui.classroom.store import ClassRecord, ClassStore

Phase = Literal["gathering", "deciding", "closed", "revealed", "over"]

_NOT_TRAINER = "only the trainer of this class can do that"


class Held(Protocol):
    """A seat that somebody holds."""

    name: str
    token: str

    def kept(self) -> KeptSeat:
        """What has to be kept of it."""


class Predicted(Protocol):
    """A question to everybody, with what was predicted; whoever uses it holds the lock of its room."""

    guesses: dict[str, float]  # By token

    @property
    def told(self) -> bool:
        """Whether everybody sees what came true."""

    def read(self, value: Any) -> float:
        """What somebody predicts, as it is kept; InputError where nobody can predict that."""

    def heard(self, value: Any, currency: str) -> Any:
        """What the browser sent, as `read` takes it."""

    def asking(self, mine: float | None, currency: str) -> dict[str, Any]:
        """The question as one who has predicted `mine` is asked it."""

    def histogram(self, currency: str) -> dict[str, Any]:
        """The question, what was predicted by how many, and what came true once it is revealed."""

    def columns(self, value: float) -> list[object]:
        """One prediction as a row of a table: question, what was predicted and measured."""

    def kept(self) -> KeptQuestion:
        """What has to be kept of it."""


OwnSeat = TypeVar("OwnSeat", bound=Held)


class Gathering(ABC, Generic[OwnSeat]):
    """People who have joined under a code, and who leads them; safe to use from several threads."""

    over_text: ClassVar[str] = "this class is over"
    questions: Sequence[Predicted]
    """To everybody, in the order of asking."""

    def __init__(self, code: str) -> None:
        """Begin with nobody."""
        self.code = code  # what visitors type or follow to it
        self.trainer = secrets.token_urlsafe(24)  # token of whoever leads it
        self.phase: Phase = "gathering"
        self.quarter = 0  # the quarter, or chapter, that is open or was closed last, from 1; 0 before the first
        self.seats: dict[str, OwnSeat] = {}  # by token
        self.record: ClassRecord | None = None  # where each change is written down; None for a class nobody keeps
        self.rules = model_version()  # of the model it was begun with
        self.gone = ""  # why nothing can be done here any more, one sentence; empty as it should be
        self.lock = threading.RLock()  # held by whoever reads or changes the room
        self.touched = time.monotonic()  # when somebody last did something [s]
        self.version = 0  # rises with each change the trainer may see
        self.turns = 0  # rises with each change every visitor may see: a quarter opens, closes or is revealed
        self._changed = threading.Condition(self.lock)

    @property
    @abstractmethod
    def currency(self) -> str:
        """Label of amounts."""

    @property
    @abstractmethod
    def question(self) -> Predicted | None:
        """The question everybody sees."""

    @abstractmethod
    def open_question(self) -> Predicted:
        """The question that can be answered now; InputError if none can."""

    @abstractmethod
    def kept(self) -> KeptClass:
        """What has to be kept of it, so that it can be made anew."""

    @property
    def watching(self) -> bool:
        """Whether the question everybody sees can be answered no more, though what came true is not told yet."""
        return False

    def begin(self) -> None:
        """Begin what is found out in the background."""

    def rest(self) -> None:
        """Stop what is found out in the background, and every clock."""

    @property
    def people(self) -> list[OwnSeat]:
        """Seats that people hold, in the order of joining."""
        return [*self.seats.values()]

    def wait(self, seconds: float, *, version: int = -1, turns: int = -1) -> None:
        """Wait for some seconds at most, until the version or the turns differ from what was seen."""
        with self._changed:
            self._changed.wait_for(lambda: version not in (-1, self.version) or turns not in (-1, self.turns), seconds)

    def _admit(self, name: Any) -> str:
        """Give the name of somebody who may join.

        Raises:
            InputError: The name cannot be used or is taken, the class is full or over.
        """
        wanted = clean_name(name)
        self.check_there()
        if self.phase == "over":
            raise InputError(self.over_text)
        if any(seat.name.casefold() == wanted.casefold() for seat in self.seats.values()):
            raise InputError(f"the name {wanted} is taken; choose another")
        if len(self.people) >= MOST_SEATS:
            raise InputError(f"this class is full: it has {MOST_SEATS} seats")
        return wanted

    @contextmanager
    def taking_part(self, token: str) -> Iterator[OwnSeat]:
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

    def seat_of(self, token: str) -> OwnSeat | None:
        """The seat that somebody holds."""
        return self.seats.get(token)

    def tokens(self) -> list[str]:
        """The token of everybody who takes part."""
        return [seat.token for seat in self.people]

    def remove(self, token: str, name: str) -> None:
        """Take a seat away, such as one of a name nobody should read on a wall.

        Raises:
            InputError: It is not the trainer who asks, or nobody bears the name.
        """
        with self.led(token):
            gone = next((seat for seat in self.seats.values() if seat.name == name), None)
            if gone is None:
                raise InputError(f"nobody in this class is called {str(name)[:40]}")
            for each in self.holders(gone):
                self.forget_guesses(each)
            del self.seats[gone.token]
            self.write(lambda store: store.drop_seat(gone.token))

    def holders(self, seat: OwnSeat) -> list[str]:
        """The token of a seat, and of everybody who holds it with others."""
        return [seat.token]

    def forget_guesses(self, token: str) -> None:
        """Forget what somebody has predicted who takes part no longer."""
        for question in self.questions:
            question.guesses.pop(token, None)

    def pace(self) -> KeptPace:
        """What has to be kept of how it goes on."""
        return KeptPace()

    def keep(self, record: ClassRecord) -> bool:
        """Write every change down from now on, the class as it is first; return whether that could be written."""
        with self.lock:
            self.record = record
            self.write(lambda store: store.put(self.kept()))
            return not record.problem

    def leave(self, why: str) -> None:
        """Let nothing be done here any more, nor written down."""
        with self.lock:
            self.rest()
            self.gone, self.record = why, None
            self.changes(turn=True)

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
