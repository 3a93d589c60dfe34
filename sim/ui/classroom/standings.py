"""The leaderboard of a class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.ui.classroom.luck import LuckRank, Yardstick, place

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.ui.classroom.seats import Seat


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of the leaderboard."""

    rank: int  # From 1, among people; equal results share a rank
    name: str  # Of the seat
    token: str  # Of the seat; never shown
    total: float  # Net contribution from week 0 on [currency]
    gain: float  # What the decisions brought: `total` less that of the same world left alone [currency]
    skill: LuckRank | None  # Where `total` stands among players who decide by lot in the same world; None while unknown
    problem: str  # Why the seat cannot go on
    character: bool  # Whether a character plays it, which takes no rank from anybody


def standings_of(seats: Iterable[Seat], yardstick: Yardstick, row: int) -> list[Standing]:
    """The leaderboard at the end of a quarter, counted from 0, the best first."""
    alone, players = float(yardstick.alone[row]), yardstick.players[:, row]
    ordered = sorted(seats, key=lambda seat: (bool(seat.problem), -seat.past[-1].total))
    standings = []
    for seat in ordered:
        total = seat.past[-1].total
        better = sum(not (other.problem or other.character) and other.past[-1].total > total for other in ordered)
        skill = None if seat.problem else place(total, players)
        standings.append(
            Standing(
                better + 1, seat.name, seat.token, total, total - alone, skill, seat.problem, bool(seat.character)
            )
        )  # fmt: skip
    return standings
