"""A seat's decisions played again with any luck, whole or with one decision taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.ui.classroom.options import ONCE, WIP, SeatDecision
from sim.ui.classroom.results import totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.engine.world import World
    from sim.scenario.parameters.base import Value
    from sim.ui.classroom.options import Menu


@dataclass(frozen=True, slots=True)
class Move:
    """One decision: what a seat changed in a quarter, or did in that quarter alone."""

    quarter: int  # From 1
    name: str  # Of the option
    value: Value  # What it was set to, or how often it was done
    before: Value  # What it stood at; 0 for what is done once


def moves_of(menu: Menu, taken: Sequence[SeatDecision]) -> list[Move]:
    """Every decision of a seat, by quarter, in the order of the screen."""
    moves, before = [], SeatDecision()
    for quarter, decision in enumerate(taken, start=1):
        for name, option in menu.options.items():
            was = before.values.get(name, option.as_is)
            value = decision.values.get(name, was)
            if value != was:
                moves.append(Move(quarter, name, value, was))
        before = decision.kept()
    return moves


def without(taken: Sequence[SeatDecision], move: Move) -> list[SeatDecision]:
    """The decisions with one taken out: it stays as it was until the seat changes the same thing again."""
    changed = list(taken)
    for at in range(move.quarter - 1, len(taken)):
        later = at >= move.quarter
        if later and (move.name in ONCE or taken[at].values.get(move.name) != move.value):
            break
        changed[at] = taken[at].but(move.name, move.before)
    return changed


def play(world: World, menu: Menu, taken: Sequence[SeatDecision], first: int = 0) -> list[float]:
    """Run a world on with what was decided, from the quarter of place `first` on, as a class plays it.

    Returns:
        Net contribution from week 0 to the end of each quarter. [quarters, currency]

    Raises:
        InputError: A decision cannot be carried out.
    """
    for at in range(first, len(taken)):
        before = taken[at - 1].kept() if at else SeatDecision()
        menu.apply(world, taken[at], before)
        world.advance(WEEKS_PER_QUARTER)
    return totals(world)


def contributions(
    world: World, menu: Menu, taken: Sequence[SeatDecision], moves: Sequence[Move], whole: float | None = None
) -> list[float]:
    """What each of some decisions contributed to a run: its result less that with the decision taken out alone.

    The world stands before week 0 and is run on; until its quarter a run without a decision is the run itself.

    Args:
        world: Where the run begins.
        menu: What could be decided.
        taken: What was decided. [quarters]
        moves: The decisions.
        whole: Net contribution of the run to the end of the last quarter, where it is known. [currency]

    Returns:
        Net contribution to the end of the last quarter. [moves, currency]

    Raises:
        InputError: A decision cannot be carried out.
    """
    without_each: dict[Move, float] = {}
    last = max((move.quarter for move in moves), default=0)
    for at in range(last if whole is not None else len(taken)):
        for move in (each for each in moves if each.quarter == at + 1):
            without_each[move] = play(world.snapshot(), menu, without(taken, move), at)[-1]
        if whole is None or at + 1 < last:
            play(world, menu, taken[: at + 1], at)
    result = totals(world)[-1] if whole is None else whole
    return [result - without_each[move] for move in moves]


def move_text(menu: Menu, move: Move, *, quarter: bool = True) -> str:
    """Say a decision with its unit, such as "quarter 2: Training from 6 to 14 h / rep / quarter"."""
    option = menu.options[move.name]
    unit = option.unit.partition(",")[0]

    def said(value: Value) -> str:
        return "no limit" if move.name == WIP and not value else option.text(value)

    if move.name in ONCE:
        text = f"{option.label}: {option.text(move.value)} {unit.removesuffix('s') if move.value == 1 else unit}"
    elif option.words:
        text = f"{option.label}: {option.text(move.value)} instead of {option.text(move.before)}"
    else:
        tail = f" {unit}" if unit and said(move.value) != "no limit" else ""
        text = f"{option.label} from {said(move.before)} to {said(move.value)}{tail}"
    return f"quarter {move.quarter}: {text}" if quarter else text
