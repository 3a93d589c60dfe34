"""What everybody brought so far by quarter, beside the organization left alone and the median of the class."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.ui.classroom.room import Room


@dataclass(frozen=True, slots=True)
class SeatPath:
    """One organization by quarter."""

    name: str  # Of the seat
    token: str  # Of the seat; never shown
    totals: tuple[float, ...]  # Net contribution from week 0 to the end of each quarter it has played [currency]
    character: bool = False  # Whether a character plays it


@dataclass(frozen=True, slots=True)
class ClassPaths:
    """Every organization of a class: net contribution from week 0 to the end of each quarter. [quarters, currency]."""

    alone: tuple[float, ...]  # Of the organization left alone; nan where it is not known yet
    median: tuple[float, ...]  # Over seats that people led in the quarter; nan where none did
    seats: tuple[SeatPath, ...]  # The best first, people and characters

    @property
    def quarters(self) -> int:
        """How many there are."""
        return len(self.alone)

    def gains(self, totals: tuple[float, ...]) -> tuple[float, ...]:
        """How much more than left alone."""
        return tuple(total - alone for total, alone in zip(totals, self.alone, strict=False))


def paths_of(room: Room, quarters: int) -> ClassPaths:
    """Read the first quarters that are closed off a class, whose lock is held.

    Who joined late counts for the median from the first quarter on that was led; a seat that cannot go on counts as
    far as it got.
    """
    seats = [
        (
            seat.late,
            SeatPath(
                seat.name, seat.token, tuple(result.total for result in seat.past[1 : quarters + 1]),
                bool(seat.character),
            ),
        )
        for seat in room.seats.values()
    ]  # fmt: skip
    median = []
    for at in range(quarters):
        led = [path.totals[at] for late, path in seats if late <= at < len(path.totals) and not path.character]
        median.append(float(np.median(led)) if led else math.nan)
    ordered = sorted(
        (path for _, path in seats), key=lambda path: (-len(path.totals), *(-one for one in path.totals[-1:]))
    )
    return ClassPaths(tuple(map(float, room.yardstick.alone[:quarters])), tuple(median), tuple(ordered))
