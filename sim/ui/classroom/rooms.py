"""The classes that are open on this machine: a bounded number, forgotten when nobody has used them for hours."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING

from sim.scenario.errors import InputError
from sim.ui.classroom.room import ClassTerms, Room
from sim.ui.server.codes import new_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.classroom.luck import Yardstick

MOST_ROOMS = 4
IDLE = 4 * 3600.0  # seconds after which a class nobody uses is forgotten
_LENGTH = 6


class Rooms:
    """Every class of this machine; safe to use from several threads."""

    def __init__(self, most: int = MOST_ROOMS, idle: float = IDLE, now: Callable[[], float] = time.monotonic) -> None:
        """Begin with none, and keep `most` at a time, each until it was `idle` for so many seconds of a clock."""
        self._most, self._idle, self._now = most, idle, now
        self._lock = threading.Lock()
        self._rooms: dict[str, Room] = {}
        self._making = 0

    def open(self, terms: ClassTerms, yardstick: Yardstick | None = None) -> Room:
        """Open a class and begin to measure its world in the background.

        Raises:
            InputError: The terms cannot be used, or there are too many classes.
        """
        with self._lock:
            self._forget()
            self._make_place()
            self._making += 1
        try:
            room = Room(new_code(_LENGTH), terms, yardstick)
        finally:
            with self._lock:
                self._making -= 1
        with self._lock:
            self._rooms[room.code] = room
        room.reviews_itself = True
        room.yardstick.begin(room.start, room.menu)
        return room

    def get(self, code: str) -> Room:
        """The class of a code, in capitals or not.

        Raises:
            InputError: There is none (any more).
        """
        wanted = code.strip().upper()
        with self._lock:
            self._forget()
            room = self._rooms.get(wanted)
        if room is None:
            shown = re.sub(r"[^A-Z0-9]", "", wanted)[: 2 * _LENGTH] or "of this code"
            raise InputError(f"There is no class {shown} here (any more); ask the trainer for the code")
        room.touched = self._now()
        return room

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
        room.yardstick.stop()
        room.review.stop()


ROOMS = Rooms()  # those of this server, shared by all its visitors
