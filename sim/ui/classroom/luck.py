"""The yardstick that separates skill from luck: players who decide by lot, and the same world left alone."""

from __future__ import annotations

import logging
import math
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.engine.world import World
from sim.scenario.errors import InputError
from sim.ui.classroom.options import SURVEY, Menu, SeatDecision, spare_seats
from sim.ui.classroom.results import totals

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario.scenario import Scenario

Floats = np.ndarray[Any, np.dtype[np.float64]]

_log = logging.getLogger(__name__)

PLAYERS, SEEDS = 200, 50  # players by lot, and seeds the present one is compared with
REDRAWN = 0.5  # probability that a player by lot draws a decision anew in a quarter, instead of keeping it
REST = 0.05  # seconds between two runs in the background, so that those who decide are answered at once

TURN = threading.Semaphore(1)  # of whoever runs many worlds for a class


@dataclass(frozen=True, slots=True)
class LuckRank:
    """Where a value stands among others."""

    share: float  # Share of the others that are lower [0 to 1]
    low: float  # 95% interval of that share, for the finite number of others (Wilson)
    high: float
    of: int  # How many others there are

    @property
    def text(self) -> str:
        """In words, such as "82 % (76 to 87)"."""
        return f"{self.share * 100:.0f} % ({self.low * 100:.0f} to {self.high * 100:.0f})"


def place(value: float, others: Floats) -> LuckRank | None:
    """Find where a value stands among others that are finite; ties count half; None while there are none."""
    finite = others[np.isfinite(others)]
    if not len(finite) or not math.isfinite(value):
        return None
    lower = float(np.sum(finite < value)) + 0.5 * float(np.sum(finite == value))
    interval = scipy.stats.binomtest(round(lower), len(finite)).proportion_ci(method="wilson")
    return LuckRank(lower / len(finite), float(interval.low), float(interval.high), len(finite))


@dataclass(eq=False)
class Yardstick:
    """What a result is measured by; filled in the background."""

    # Net contribution from week 0 to the end of each quarter; nan where it is not known yet
    players: Floats  # Of players who decide by lot [players x quarters, currency]
    alone: Floats  # Of this world, with nothing decided [quarters, currency]
    seeds: Floats  # Of other seeds [seeds x quarters, currency]
    problem: str = ""  # Why it could not be finished, one sentence
    _stop: threading.Event = field(default_factory=threading.Event)

    @classmethod
    def empty(cls, quarters: int, players: int = PLAYERS, seeds: int = SEEDS) -> Yardstick:
        """Make one of which nothing is known yet."""
        return cls(np.full((players, quarters), np.nan), np.full(quarters, np.nan), np.full((seeds, quarters), np.nan))

    @property
    def done(self) -> float:
        """Share of it that is known."""
        return self.known(-1)

    def known(self, row: int) -> float:
        """Share of it that is known to the end of a quarter, counted from 0."""
        return float(np.mean([*np.isfinite(self.players[:, row]), *np.isfinite(self.seeds[:, row])]))

    def anew(self, first: int) -> Yardstick:
        """Stop filling it, and give one of which only the quarters before a place are known as far as they are."""
        self.stop()
        again = Yardstick(self.players.copy(), self.alone.copy(), self.seeds.copy())
        for values in (again.players, again.alone, again.seeds):
            values[..., first:] = np.nan
        return again

    def measure(self, start: World, menu: Menu) -> None:
        """Fill it, in this thread, with copies of the world before week 0; classes take turns."""
        quarters = len(self.alone)

        def seed_alone(number: int) -> list[float]:
            return left_alone(start_world(start.scenario, other_seed(start.seed, number)), quarters)

        try:
            self.alone[:] = left_alone(start.snapshot(), quarters)  # one run, which everybody waits for
            with TURN:
                self._fill(self.players, lambda number: by_lot(start.snapshot(), menu, number, quarters))
                self._fill(self.seeds, seed_alone)
        except Exception as error:  # noqa: BLE001 - whatever a rule raises, the class goes on without
            self.problem = f"Skill and luck cannot be told apart in this class. {type(error).__name__}: {error}"
            if not isinstance(error, InputError):
                _log.exception("the yardstick of a class failed")

    def _fill(self, rows: Floats, run: Callable[[int], list[float]]) -> None:
        """Run for each row, with a rest before each run, until it is stopped; those of which nothing is known first."""
        for number in map(int, np.argsort(np.isfinite(rows[:, 0]), kind="stable")):
            if self._stop.is_set():
                return
            self._stop.wait(REST)
            rows[number] = run(number)

    def begin(self, start: World, menu: Menu) -> None:
        """Fill it in the background."""
        threading.Thread(target=self.measure, args=(start, menu), daemon=True).start()

    def stop(self) -> None:
        """Stop filling it."""
        self._stop.set()


def other_seed(seed: int, number: int) -> int:
    """The seeds beside the one of the class: those from 0 on, without it."""
    return number + (number >= seed)


def by_lot(world: World, menu: Menu, number: int, quarters: int) -> list[float]:
    """Let a player decide by lot; return the net contribution to the end of each quarter. [currency].

    Each quarter every decision is drawn anew or kept with equal odds, in an order drawn too, evenly among the values
    that the rest of the budget can pay. The world stands before week 0 and is run on; with its seed, the player's
    number is the key of the draws.
    """
    draws = np.random.default_rng((world.seed, number))
    decision, opened = SeatDecision(), 0
    for quarter in range(quarters):
        before = decision
        decision = draw(menu, before.kept(), opened, spare_seats(world), draws, always=quarter == 0)
        menu.apply(world, decision, before)
        opened += decision.count("hire")
        world.advance(WEEKS_PER_QUARTER)
    return totals(world)


def draw(
    menu: Menu, kept: SeatDecision, opened: int, spare: int, draws: np.random.Generator, *, always: bool
) -> SeatDecision:
    """Draw a decision within the budget, evenly among what can be paid, option by option in a drawn order."""
    names = [name for name in menu.options if name != SURVEY]  # who decides by lot reads nothing
    anew = [names[place] for place in draws.permutation(len(names)) if draws.random() < REDRAWN or always]
    decision = SeatDecision({name: value for name, value in kept.values.items() if name not in anew})
    for name in anew:
        option = menu.options[name]
        payable = menu.payable(decision, option, opened, spare)
        decision = decision.but(name, payable[int(draws.integers(len(payable)))])
    return decision


def left_alone(world: World, quarters: int) -> list[float]:
    """Run a world on with nothing decided; return the net contribution to the end of each quarter. [currency]."""
    world.advance(quarters * WEEKS_PER_QUARTER)
    return totals(world)


def start_world(scenario: Scenario, seed: int) -> World:
    """Make the world before week 0 that every seat of a class begins with.

    Raises:
        InputError: The seed cannot be used, or the scenario's timeline cannot be carried out.
    """
    return World.begin(scenario, seed, deals=False, tables=False)
