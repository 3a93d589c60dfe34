"""The files of a debrief, each written when it is asked for; what draws is loaded then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.answers.media import content_of
from sim.scenario.errors import InputError
from sim.ui.classroom.findings import find
from sim.ui.forms.answers import DRAWING, FILE_LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.answers.analysis import Analysis
    from sim.ui.classroom.room import Room


@dataclass(frozen=True, slots=True)
class Debrief:
    """The debrief of a class; its files are kept by the class until more is known."""

    room: Room

    def analysis(self, token: str = "") -> Analysis:
        """Lay out the debrief of a seat or, without a token, of the class.

        Raises:
            InputError: It is not known yet, or the seat was not played to the end.
        """
        from sim.ui.classroom.debrief import class_analysis, seat_analysis  # noqa: PLC0415 - figures are slow to import

        room = self.room
        with room.lock:
            tokens = set(room.seats)
        found = find(room.review, tokens)
        if found is None:
            room.played()
            raise InputError("the debrief is still being made; a few minutes more are needed")
        if not token:
            return class_analysis(room, found)
        seat = found.of(token)
        if seat is None:
            raise InputError("this organization was not played to the end, so there is nothing to debrief")
        if not seat.complete:
            raise InputError("the decisions of this seat are still being taken out; a few minutes more are needed")
        return seat_analysis(room, found, seat)

    def file(self, form: str, token: str = "") -> bytes:
        """Write a debrief as one file of a form of `FILE_LABELS`.

        Raises:
            InputError: As `analysis`.
        """
        with DRAWING:
            stamp = (len(self.room.review.ready), self.room.review.stage, len(self.room.seats))
            kept = self.room.files.get((form, token))
            if kept is None or kept[0] != stamp:
                kept = (stamp, content_of(self.analysis(token), f".{form}"))
                self.room.files[form, token] = kept
            return kept[1]


@dataclass(frozen=True, slots=True)
class DebriefFile:
    """Writes one file when the browser asks for it; equal ones are one file, so that a page drawn anew asks once."""

    debrief: Debrief
    form: str
    token: str = ""

    def __call__(self) -> bytes:
        """Write it."""
        return self.debrief.file(self.form, self.token)


def downloads(room: Room, forms: Sequence[str], token: str = "") -> list[tuple[str, str, Callable[[], bytes]]]:
    """Label, name and maker of each file of a debrief, of the class or of a seat."""
    seat = room.seats.get(token)
    plain = re.sub(r"[^\w]+", "-", seat.name).strip("-") if seat else ""
    name = "-".join(part for part in ("debrief", room.code, plain) if part)
    return [(FILE_LABELS[form], f"{name}.{form}", DebriefFile(Debrief(room), form, token)) for form in forms]
