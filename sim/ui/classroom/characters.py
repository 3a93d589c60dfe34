"""Characters that play along in a class: each decides by a fixed rule, within the budget everybody has.

A rule reads what the last quarter brought its own organization, and says what it wants, the most wanted first.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.questions.invest.levers import COACHING, CODIFICATION, SPECIALISTS, TRAINING
from sim.scenario.errors import InputError, nearest, repeated
from sim.ui.classroom.options import ICP, RESPONSE, STRETCH, WIP, SeatDecision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sim.scenario.parameters.base import Value
    from sim.ui.classroom.options import Menu, SeatOption
    from sim.ui.classroom.results import Result
    from sim.ui.classroom.seats import Seat

_log = logging.getLogger(__name__)

OVERLAYS = SPECIALISTS[0]
_LEAST_WIP, _FIRST_WIP, _MOST_WIP = 8, 16, 24  # deals: limits of the lean one, the second where there was none
_FEW_WON, _MANY_WON = 0.20, 0.25  # win rates below and above which the lean one moves the limit
_MOST_COACHING, _MOST_TRAINING, _MOST_PLAYBOOK = 6.0, 30.0, 200.0  # of the star's coach, in the units of the options


@dataclass(frozen=True, slots=True)
class SeatSight:
    """What a character sees of its own organization before it decides."""

    now: Result  # The last quarter
    before: Result  # The quarter before; the same one where there is none
    standing: Mapping[str, Value]  # What every option that is offered stands at

    @property
    def missed(self) -> bool:
        """Whether bookings were below quota."""
        return self.now.attainment < 1.0

    @property
    def winning_less(self) -> bool:
        """Whether the win rate fell."""
        return self.now.win_rate < self.before.win_rate

    def at(self, name: str) -> float:
        """What a number stands at; 0 where it is not offered."""
        return float(self.standing.get(name, 0.0))


Wish = tuple[str, "Value"]
"""Name of an option and the value it is to have."""


def control_more(see: SeatSight) -> Iterator[Wish]:
    """Answer a miss with control, overlays and a higher target, and take the time for it from coaching and training."""
    if see.missed:
        yield RESPONSE, "prescribe"
        yield COACHING, see.at(COACHING) - 1.0
        yield TRAINING, see.at(TRAINING) - 2.0
        yield STRETCH, see.at(STRETCH) + 0.05
        yield OVERLAYS, see.at(OVERLAYS) + 1.0


def mend_the_flow(see: SeatSight) -> Iterator[Wish]:
    """Look for root causes, define the ICP, and let the limit on open deals follow the share of deals that is won."""
    yield RESPONSE, "root_cause"
    yield ICP, 5 if see.winning_less else 2
    limit = see.at(WIP) or _FIRST_WIP
    if see.now.win_rate < _FEW_WON:
        yield WIP, max(limit - 2, _LEAST_WIP)
    elif see.now.win_rate > _MANY_WON:
        yield WIP, min(limit + 2, _MOST_WIP)


def spread_star_practice(see: SeatSight) -> Iterator[Wish]:
    """Coach, write the playbook, and train more as long as targets are missed or fewer deals are won."""
    yield RESPONSE, "train"
    yield COACHING, min(see.at(COACHING) + 1.0, _MOST_COACHING)
    yield CODIFICATION, min(see.at(CODIFICATION) + 40.0, _MOST_PLAYBOOK)
    if see.missed or see.winning_less:
        yield TRAINING, min(see.at(TRAINING) + 6.0, _MOST_TRAINING)


@dataclass(frozen=True, slots=True)
class Character:
    """An opponent that a rule plays."""

    key: str  # What a class is opened with
    name: str  # What everybody reads
    about: str  # What it does and why, one sentence
    rule: Callable[[SeatSight], Iterable[Wish]]

    def choose(self, menu: Menu, seat: Seat) -> SeatDecision:
        """Decide for the next quarter of a seat: what is wanted, as far as it is offered and the budget pays it.

        Raises:
            InputError: It is not allowed, which no rule of these does.
        """
        decision, options = seat.decision.kept(), menu.options
        standing = {name: decision.values.get(name, option.as_is) for name, option in options.items()}
        for name, wanted in self.rule(SeatSight(seat.past[-1], seat.past[-2:][0], standing)):
            if option := options.get(name):
                payable = menu.payable(decision, option, seat.opened, seat.spare)
                decision = decision.but(name, _nearest_below(option, payable, wanted))
        return menu.check(decision.values, seat.opened, seat.spare)


def _nearest_below(option: SeatOption, payable: list[Value], wanted: Value) -> Value:
    """The greatest value that is payable and not above the one wanted; the least where all are above it."""
    if option.words:
        return option.check(wanted)
    return max((value for value in payable if float(value) <= float(wanted) + 1e-6), default=payable[0])


CHARACTERS = {
    one.key: one
    for one in (
        Character(
            "evil_manager", "The evil manager",
            "Answers every missed target with more control, one more specialist and a higher target, since reps who "
            "miss do not try hard enough, and takes the hours for it from coaching and training.",
            control_more,
        ),
        Character(
            "lean_one", "The lean one",
            "Looks for root causes, works on the ideal customer profile and limits open deals, fewer where less than a "
            "fifth of them is won and more where more than a quarter is, since what is begun should be finished.",
            mend_the_flow,
        ),
        Character(
            "star_coach", "The star's coach",
            "Codifies what the stars do, coaches and trains, and trains more as long as targets are missed, since most "
            "of the difference between reps can be learned.",
            spread_star_practice,
        ),
    )
}  # fmt: skip
"""Everybody who can play along, by key, in the order of the form."""


def labelled(name: str, *, character: bool) -> str:
    """The name of a seat, with the word for who plays it where that is a character."""
    return f"{name} (character)" if character else name


def check_characters(keys: Iterable[str]) -> tuple[str, ...]:
    """Give the keys of characters, each once.

    Raises:
        InputError: One is unknown or named twice.
    """
    wanted = tuple(keys)
    strange = next((key for key in wanted if key not in CHARACTERS), None)
    if strange is not None:
        raise InputError(f"{str(strange)[:40]} is no character{nearest(strange, CHARACTERS)}")
    if twice := repeated(wanted):
        raise InputError(f"the character {twice} is named twice")
    return wanted


def decide_for(seat: Seat, menu: Menu) -> None:
    """Decide for the open quarter of a character's seat; a rule that fails stops this seat and no other."""
    if seat.problem:
        return
    try:
        seat.decision, seat.decided = CHARACTERS[seat.character].choose(menu, seat), True
    except Exception as error:  # noqa: BLE001 - whatever a rule raises, the class goes on
        seat.problem = f"This character cannot decide. {type(error).__name__}: {error}"
        _log.exception("a character of a class failed")
