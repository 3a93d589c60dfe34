"""A seat of a class: one visitor's organization, what is decided for it, and what came of it."""

from __future__ import annotations

import logging
import secrets
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.scenario.errors import InputError
from sim.ui.classroom import results
from sim.ui.classroom.kept import KeptMember, KeptSeat
from sim.ui.classroom.options import SURVEY, Menu, SeatDecision, spare_seats
from sim.ui.classroom.survey import take_survey

if TYPE_CHECKING:
    from sim.engine.world import World
    from sim.scenario.parameters.base import Value
    from sim.ui.classroom.results import Result
    from sim.ui.classroom.survey import MarketSurvey

_log = logging.getLogger(__name__)

LONGEST_NAME = 24


@dataclass(eq=False, slots=True)
class TeamMember:
    """One of several people who hold a seat together."""

    name: str
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)  # Known to this one alone
    proposal: SeatDecision | None = None  # For the open quarter; None as long as nothing was said


@dataclass(eq=False)
class Seat:
    """One visitor's organization; whoever uses it holds the lock of its room."""

    name: str  # What the leaderboard calls it
    world: World  # The organization, between two quarters
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)  # Known to its visitor alone
    decision: SeatDecision = field(default_factory=SeatDecision)  # For the quarter that is open, or else the last one
    decided: bool = False  # Whether the visitor has confirmed it for the quarter that is open
    opened: int = 0  # Seats for reps that decisions have opened in quarters that are closed
    past: list[Result] = field(default_factory=list)  # Of closed quarters, that before the start first [1 + quarters]
    taken: list[SeatDecision] = field(default_factory=list)  # What was decided for each closed quarter [quarters]
    confirmed: list[bool] = field(default_factory=list)  # Whether the visitor has confirmed it [quarters]
    surveys: dict[int, MarketSurvey] = field(default_factory=dict)  # What buyers answered, by quarter from 1
    late: int = 0  # Quarters that had been played when it was taken
    members: list[TeamMember] = field(default_factory=list)  # Of its team, the captain first; none where one holds it
    character: str = ""  # Key of the character that plays it; empty for people
    problem: str = ""  # Why the organization cannot go on, one sentence; empty as it should be

    @classmethod
    def take(cls, name: str, start: World, quarters: int, character: str = "") -> Seat:
        """Give a visitor, or a character, an organization that was left alone in the quarters that are closed."""
        seat = cls(
            name, start.snapshot(), taken=[SeatDecision()] * quarters, confirmed=[False] * quarters, late=quarters,
            character=character,
        )  # fmt: skip
        seat.past.append(results.read(seat.world))
        for _ in range(quarters):
            seat.world.advance(WEEKS_PER_QUARTER)
            seat.past.append(results.read(seat.world))
        return seat

    @property
    def spare(self) -> int:
        """Seats for reps that can still be opened."""
        return spare_seats(self.world)

    def kept(self, quarters: int | None = None) -> KeptSeat:
        """What has to be kept of it, so that it can be computed anew; only up to some quarter if so wished."""
        decisions = {at: values for at, values in self.decisions().items() if quarters is None or at <= quarters}
        members = self.kept_members(proposals=quarters is None)
        return KeptSeat(
            token=self.token, name=self.name, decisions=decisions, late=self.late, members=members,
            character=self.character,
        )  # fmt: skip

    def kept_members(self, *, proposals: bool = True) -> tuple[KeptMember, ...]:
        """What has to be kept of its team."""
        return tuple(
            KeptMember(
                token=one.token, name=one.name,
                proposal=dict(one.proposal.values) if one.proposal and proposals else None,
            )
            for one in self.members
        )  # fmt: skip

    @classmethod
    def replay(cls, kept: KeptSeat, start: World, menu: Menu, closed: int) -> Seat:
        """Let a seat decide and play again what it decided and played in the quarters that are closed."""
        seat = cls.take(kept.name, start, 0, kept.character)
        seat.token, seat.late = kept.token, kept.late
        for quarter in range(1, closed + 1):
            seat.decide_again(kept, menu, quarter)
            seat.play(menu)
        seat.decide_again(kept, menu, closed + 1)
        for one in kept.members:
            member = TeamMember(one.name, one.token)
            with suppress(InputError, OverflowError, TypeError, ValueError):  # what is damaged was not proposed
                member.proposal = None if one.proposal is None else menu.check(one.proposal, seat.opened, seat.spare)
            seat.members.append(member)
        return seat

    def decide_again(self, kept: KeptSeat, menu: Menu, quarter: int) -> None:
        """Decide for a quarter what is kept, if anything is; what is not allowed stops this organization alone."""
        values = kept.decisions.get(quarter)
        if values is None or self.problem:
            return
        try:
            self.decision, self.decided = menu.check(values, self.opened, self.spare), True
        except (InputError, OverflowError, TypeError, ValueError) as error:
            self.problem = f"This organization cannot go on. What is kept of its quarter {quarter} is damaged: {error}"

    def decisions(self) -> dict[int, dict[str, Value]]:
        """What was decided by quarter, from 1, where it is not what the quarter before leaves."""
        decided, before = dict[int, dict[str, "Value"]](), SeatDecision()
        now = [self.decision] if self.decided or self.problem else []
        for quarter, decision in enumerate([*self.taken, *now], start=1):
            if quarter > len(self.taken) or self.confirmed[quarter - 1] or decision.values != before.values:
                decided[quarter] = dict(decision.values)
            before = decision.kept()
        return decided

    def play(self, menu: Menu) -> None:
        """Run the open quarter with what is decided; a rule that fails stops this organization and no other."""
        if self.problem:
            return
        before = self.taken[-1].kept() if self.taken else SeatDecision()
        try:
            menu.apply(self.world, self.decision, before)
            self.world.advance(WEEKS_PER_QUARTER)
            interviews = self.decision.count(SURVEY)
            survey = take_survey(self.world, interviews) if interviews else None
        except Exception as error:  # noqa: BLE001 - whatever a rule raises, the class goes on
            self.problem = f"This organization cannot go on. {type(error).__name__}: {error}"
            _log.exception("a seat of a class failed")
            return
        self.opened += self.decision.count("hire")
        self.past.append(results.read(self.world))
        if survey:
            self.surveys[self.past[-1].quarter] = survey
        for member in self.members:
            member.proposal = None
        self.taken.append(self.decision)
        self.confirmed.append(self.decided)
        self.decision, self.decided = self.decision.kept(), False


def clean_name(text: Any) -> str:
    """Give the name somebody typed, with single spaces.

    Raises:
        InputError: It is empty or too long, or has characters that cannot be seen.
    """
    if not isinstance(text, str) or len(text) > 10 * LONGEST_NAME:
        raise InputError(f"a name is 1 to {LONGEST_NAME} characters")
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InputError(f"a name is 1 to {LONGEST_NAME} characters; this one has {len(name)}")
    if any(unicodedata.category(sign)[0] in "CMZ" and sign != " " for sign in name):
        raise InputError("a name is letters, digits and signs that can be seen")
    return name
