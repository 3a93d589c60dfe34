"""What a class brought, with intervals: every seat and every decision, in this run and over many lucks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.studies.statistics import ALPHA, Interval, mean_interval
from sim.ui.classroom.characters import labelled

if TYPE_CHECKING:
    from collections.abc import Collection

    from sim.ui.classroom.luck import Floats
    from sim.ui.classroom.replay import Move
    from sim.ui.classroom.review import PlayedSeat, Replays, Review


@dataclass(frozen=True, slots=True)
class MoveFinding:
    """What one decision contributed to the net contribution up to the end of the class. [currency]."""

    move: Move
    in_run: float  # With the luck of the class; nan until it was taken out
    over: Interval | None  # Mean over lucks; its interval holds together with those of the seat's other decisions

    @property
    def told(self) -> int:
        """1 or -1 where it surely brought or cost something on average; 0 where that cannot be told from zero."""
        return 0 if self.over is None or self.over.contains_zero else int(math.copysign(1, self.over.mean))


@dataclass(frozen=True, slots=True)
class SeatFinding:
    """What the decisions of one seat brought, beside the same organization left alone. [currency]."""

    name: str
    token: str
    total: float  # Net contribution in this run
    in_run: float  # That less the one of the organization left alone, with the same luck
    over: Interval  # The same over lucks
    better: float  # Share of lucks in which it did better than left alone; half of the ties count
    run_path: tuple[float, ...]  # `in_run` to the end of each quarter [quarters]
    path: tuple[Interval, ...]  # `over` to the end of each quarter [quarters]
    moves: tuple[MoveFinding, ...]  # Every decision, by quarter
    complete: bool  # Whether its decisions have been taken out
    character: bool = False  # Whether a character played it

    @property
    def label(self) -> str:
        """What tables and figures call it."""
        return labelled(self.name, character=self.character)

    @property
    def luck(self) -> float:
        """What this run brought beyond what these decisions bring on average."""
        return self.in_run - self.over.mean

    @property
    def tested(self) -> list[MoveFinding]:
        """Decisions that were taken out over lucks, what brought most first."""
        tested = [finding for finding in self.moves if finding.over is not None]
        return sorted(tested, key=lambda finding: -finding.over.mean if finding.over else 0.0)


@dataclass(frozen=True, slots=True)
class ClassFinding:
    """What a class brought. [currency]."""

    seats: tuple[SeatFinding, ...]  # Those that bring most over lucks first
    alone: float  # Net contribution of the organization left alone, with the luck of the class
    alone_over: Interval  # The same over lucks
    lucks: int  # How many there are
    failed: int  # Runs with other luck that could not be carried out

    @property
    def people(self) -> list[SeatFinding]:
        """Seats that people hold, of whom alone a class is said something."""
        return [seat for seat in self.seats if not seat.character]

    @property
    def characters(self) -> list[SeatFinding]:
        """Seats that characters played."""
        return [seat for seat in self.seats if seat.character]

    @property
    def best(self) -> SeatFinding:
        """The seat of people whose decisions bring most over lucks."""
        return self.people[0]

    @property
    def first(self) -> SeatFinding:
        """The seat of people with the greatest result in this run."""
        return max(self.people, key=lambda seat: seat.total)

    @property
    def median_total(self) -> float:
        """Median over people's seats of the result of this run."""
        return float(np.median([seat.total for seat in self.people]))

    @property
    def median_in_run(self) -> float:
        """Median over people's seats of what decisions brought in this run."""
        return float(np.median([seat.in_run for seat in self.people]))

    @property
    def median_over(self) -> float:
        """Median over people's seats of what decisions bring over lucks."""
        return float(np.median([seat.over.mean for seat in self.people]))

    def of(self, token: str) -> SeatFinding | None:
        """The finding of a seat; None if it was not played to the end."""
        return next((seat for seat in self.seats if seat.token == token), None)


def find(review: Review, tokens: Collection[str]) -> ClassFinding | None:
    """Give what is known about the seats of these tokens; None before all were played again."""
    played = [seat for seat in review.played if seat.token in tokens]
    if not review.seats_known or all(seat.character for seat in played):
        return None
    seats = [_seat(review, seat) for seat in played]
    return ClassFinding(
        seats=tuple(sorted(seats, key=lambda seat: -seat.over.mean)),
        alone=float(review.alone[-1]),
        alone_over=mean_interval(review.alone_lucks[:, -1]),
        lucks=len(review.alone_lucks),
        failed=review.failed,
    )


def _seat(review: Review, played: PlayedSeat) -> SeatFinding:
    replays, complete = review.of(played), review.complete(played)
    run_path = tuple(total - alone for total, alone in zip(played.totals, review.alone, strict=True))
    final = replays.gains[:, -1]
    final = final[np.isfinite(final)]
    return SeatFinding(
        name=played.name,
        token=played.token,
        total=played.totals[-1],
        in_run=run_path[-1],
        over=mean_interval(final),
        better=float(np.mean(final > 0) + np.mean(final == 0) / 2.0) if len(final) else math.nan,
        run_path=run_path,
        path=tuple(mean_interval(column) for column in replays.gains.T),
        moves=_moves(replays, known=complete),
        complete=complete,
        character=played.character,
    )


def _moves(replays: Replays, *, known: bool) -> tuple[MoveFinding, ...]:
    if not known:
        return tuple(MoveFinding(move, math.nan, None) for move in replays.moves)
    alpha = ALPHA / max(1, len(replays.tested))  # Bonferroni: all intervals of a seat hold together
    return tuple(
        MoveFinding(move, float(replays.in_run[place]), _over(replays.parts[:, place], alpha, place in replays.tested))
        for place, move in enumerate(replays.moves)
    )


def _over(parts: Floats, alpha: float, tested: bool) -> Interval | None:  # noqa: FBT001 - one of three plain values
    return mean_interval(parts, alpha) if tested and np.isfinite(parts).any() else None
