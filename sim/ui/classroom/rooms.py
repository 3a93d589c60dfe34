"""The classes that are open on this machine: a bounded number, put aside when nobody has used them for hours.

Where the server keeps classes, one that is not open is computed anew from what is kept when somebody asks for it.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sim.scenario.errors import InputError
from sim.ui.classroom.gathering import Gathering
from sim.ui.classroom.lesson_room import LessonRoom, lesson_restored
from sim.ui.classroom.restoring import restored
from sim.ui.classroom.room import Room
from sim.ui.classroom.store import STORES, ClassRecord, ClassStore
from sim.ui.server.codes import new_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.questions.lesson.reading import Lesson
    from sim.ui.classroom.luck import Yardstick
    from sim.ui.classroom.terms import ClassTerms

AnyRoom = TypeVar("AnyRoom", bound=Gathering[Any])

_log = logging.getLogger(__name__)

MOST_ROOMS = 4
IDLE = 4 * 3600.0  # seconds after which a class nobody uses is forgotten, or put aside where it is kept
_LENGTH = 6

DELETED = "this class was deleted by its trainer"
PUT_ASIDE = (
    "this class was put aside, since nobody used it for hours or it was over and others needed the place; load the "
    "page again to go on"
)


@dataclass(eq=False)
class Restoration:
    """A class that somebody has asked for: there, or being computed anew from what is kept."""

    code: str
    room: Gathering[Any] | None = None  # None until it is there
    problem: str = ""  # Why it cannot be, one sentence
    share: float = 0.0  # Of its seats that are there [0 to 1]
    ended: threading.Event = field(default_factory=threading.Event)  # Set once it is there or cannot be

    def wait(self, seconds: float | None = None) -> Gathering[Any]:
        """The class, once it is there.

        Raises:
            InputError: It cannot be, or is not there after so many seconds.
        """
        self.ended.wait(seconds)
        if self.room is None:
            raise InputError(self.problem or "this class is still being computed; try again in a minute")
        return self.room

    def advance(self, share: float) -> None:
        """Note how far it is."""
        self.share = share


class Rooms:
    """Every class of this machine; safe to use from several threads."""

    def __init__(
        self, most: int = MOST_ROOMS, idle: float = IDLE, now: Callable[[], float] = time.monotonic,
        store: Callable[[], ClassStore | None] = lambda: None,
    ) -> None:  # fmt: skip
        """Begin with none.

        Args:
            most: How many are open at a time.
            idle: For how long each may be unused. [s]
            now: The clock. [s]
            store: Says where classes are kept, if they are.
        """
        self._most, self._idle, self._now, self._store = most, idle, now, store
        self._lock = threading.Lock()
        self._rooms: dict[str, Gathering[Any]] = {}
        self._returning: dict[str, Restoration] = {}
        self._making = 0

    def open(self, terms: ClassTerms, yardstick: Yardstick | None = None) -> Room:
        """Open a class and begin to measure its world in the background.

        Raises:
            InputError: The terms cannot be used, or there are too many classes.
        """
        return self._open(lambda code: Room(code, terms, yardstick))

    def open_lesson(self, lesson: Lesson) -> LessonRoom:
        """Open a lesson for a class.

        Raises:
            InputError: There are too many classes, or nothing is asked in it.
        """
        return self._open(lambda code: LessonRoom(code, lesson))

    def _open(self, make: Callable[[str], AnyRoom]) -> AnyRoom:
        store = self._store()
        with self._lock:
            self._forget()
            self._make_place()
            self._making += 1
        try:
            code = new_code(_LENGTH)
            while store and store.has(code):
                code = new_code(_LENGTH)
            room = make(code)
            if store:
                room.keep(ClassRecord(store, code))
        finally:
            with self._lock:
                self._making -= 1
        self._begin(room)
        return room

    def find(self, code: str, yardstick: Yardstick | None = None) -> Restoration:
        """The class of a code, in capitals or not; one that is kept and not open begins to be computed anew.

        Raises:
            InputError: There is none (any more), or there are too many.
        """
        wanted, store = code.strip().upper(), self._store()
        with self._lock:
            self._forget()
            if room := self._rooms.get(wanted):
                room.touched = self._now()
                found = Restoration(wanted, room, share=1.0)
                found.ended.set()
                return found
            if wanted in self._returning:
                return self._returning[wanted]
            if store is None or not store.has(wanted):
                shown = re.sub(r"[^A-Z0-9]", "", wanted)[: 2 * _LENGTH] or "of this code"
                raise InputError(f"There is no class {shown} here (any more); ask the trainer for the code")
            self._make_place()
            self._making += 1
            found = self._returning[wanted] = Restoration(wanted)
        threading.Thread(target=self._restore, args=(found, store, yardstick), daemon=True).start()
        return found

    def get(self, code: str) -> Gathering[Any]:
        """The class of a code, once it is there.

        Raises:
            InputError: There is none (any more), or it cannot be computed anew.
        """
        return self.find(code).wait()

    def delete(self, room: Gathering[Any], token: str) -> None:
        """Delete a class, also from what is kept.

        Raises:
            InputError: It is not the trainer who asks, or it cannot be deleted now.
        """
        if not room.leads(token):
            raise InputError("only the trainer of this class can do that")
        store = self._store()
        with room.lock:
            try:
                if store:
                    store.drop(room.code)
            except sqlite3.Error as error:
                raise InputError(f"this class cannot be deleted now ({error}); try again") from error
            room.leave(DELETED)
        with self._lock:
            if self._rooms.get(room.code) is room:
                self._drop(room.code)

    def _restore(self, found: Restoration, store: ClassStore, yardstick: Yardstick | None) -> None:
        """Compute a class anew, in this thread."""
        try:
            kept = store.read(found.code)
            room = lesson_restored(kept) if kept.lesson else restored(kept, yardstick, found.advance)
            room.record = ClassRecord(store, found.code)
            room.record.write(partial(_use, room), room.kept)
            self._begin(room)
            found.room = room
        except InputError as error:
            found.problem = str(error)
        except Exception as error:  # noqa: BLE001 - whatever a rule raises, other classes go on
            found.problem = f"This class cannot be computed anew. {type(error).__name__}: {error}"
            _log.exception("a class could not be computed anew")
        finally:
            with self._lock:
                self._making -= 1
                del self._returning[found.code]
            found.ended.set()

    def _begin(self, room: Gathering[Any]) -> None:
        """Let a class be found, and begin what it finds out in the background."""
        with self._lock:
            self._rooms[room.code] = room
        room.begin()

    def _forget(self) -> None:
        for code, room in list(self._rooms.items()):
            if self._now() - room.touched > self._idle:
                self._drop(code)

    def _make_place(self) -> None:
        """Let the class that has been over for longest go, where there are too many."""
        if len(self._rooms) + self._making < self._most:
            return
        over = [room for room in self._rooms.values() if room.phase == "over"]
        if not over:
            raise InputError(
                f"{self._most} classes are open on this machine, which is as many as it keeps; end one of them first"
            )
        self._drop(min(over, key=lambda room: room.touched).code)

    def _drop(self, code: str) -> None:
        room = self._rooms.pop(code)
        room.rest()
        # Another copy may be made of one that is kept, so nothing is done to this one.
        if room.record and room.keep(room.record):
            room.leave(PUT_ASIDE)
        room.record = None


def _use(room: Gathering[Any], store: ClassStore) -> None:
    """Note that a class is used."""
    store.turn(room.code, room.phase, room.quarter, room.pace())


ROOMS = Rooms(store=lambda: STORES[-1] if STORES else None)  # those of this server, shared by all its visitors
