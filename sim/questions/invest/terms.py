"""What an investment study is told: budget, effort, weeks; what is too little is refused."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.questions.invest.runs import DELAY, LOOP_GAIN
from sim.questions.invest.score import ROBUST
from sim.scenario.errors import InputError, nearest
from sim.scenario.seeds import weeks_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.questions.invest.levers import MixLever
    from sim.scenario.measures import Measure
    from sim.scenario.scenario import Scenario

USUAL = {False: (200, 12, 60, 30), True: (40, 6, 12, 12)}
"""Evaluations, seeds, fresh seeds and worlds unless said otherwise; of a measure, and of the loop gain."""

FEWEST_WORLDS, FEWEST_SEEDS, FEWEST_FRESH = 10, 4, 10
MOST_RUNS = 10_000_000
_RERUN = 12  # mixes that are run again on each set of fresh seeds, about


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is run."""

    evaluations: int  # mixes that may be tried
    worlds: int  # worlds drawn for the search; 0 for the organization as the scenario has it
    seeds: int  # seeds of the search; with worlds, of each world
    fresh: int  # fresh seeds, or fresh worlds, for the choice among the best; as many again for the result

    @property
    def runs(self) -> int:
        """About how many runs that is."""
        again = self.fresh * (self.seeds if self.worlds else 1)
        return self.evaluations * (self.worlds or 1) * self.seeds + 2 * _RERUN * again


def read_budget(budget: Any) -> float:
    """Give the budget [currency / year]; InputError if it is no amount from 0 on."""
    try:
        money = float(budget)
    except (TypeError, ValueError):
        money = math.nan
    if not 0.0 <= money <= 1e12 or isinstance(budget, bool):
        shown = f"{money:,.0f}" if abs(money) < 1e15 else str(budget)
        raise InputError(f"a budget of {shown} is not allowed; it must be an amount a year, from 0 to 1e12")
    return money


def read_effort(goal: Measure, robust: str, asked: Sequence[int | None]) -> Effort:
    """Fill in what is None of evaluations, worlds, seeds and fresh seeds; InputError for what is not allowed."""
    if robust not in ROBUST:
        raise InputError(f"--robust {robust} is not known{nearest(robust, ROBUST)}")
    evaluations, worlds, seeds, fresh = asked
    tried, usual, again, drawn = USUAL[goal.name == LOOP_GAIN]
    if worlds is None:
        worlds = 0 if robust == "mean" else drawn
    effort = Effort(
        tried if evaluations is None else evaluations, worlds, (1 if worlds else usual) if seeds is None else seeds,
        again if fresh is None else fresh,
    )  # fmt: skip
    if robust != "mean" or effort.worlds != 0:
        least = f", or 0 for the scenario alone with --robust mean; fewer than {FEWEST_WORLDS} have no tenth"
        _whole("--worlds", effort.worlds, FEWEST_WORLDS, 100_000, least)
    _whole("--seeds", effort.seeds, 1 if effort.worlds else FEWEST_SEEDS, 100_000, "; a search on fewer follows luck")
    _whole("--fresh", effort.fresh, FEWEST_FRESH, 100_000, "; fewer make no interval")
    _whole("--evaluations", effort.evaluations, 2, MOST_RUNS)
    if effort.runs > MOST_RUNS:
        raise InputError(
            f"that would be some {effort.runs:,} runs, and {MOST_RUNS:,} are the most; lower --evaluations, --worlds, "
            "--seeds or --fresh"
        )
    return effort


def _whole(name: str, value: Any, low: int, high: int, more: str = "") -> None:
    if type(value) is not int or not low <= value <= high:
        raise InputError(f"{name} {value} is not allowed; it must be a whole number from {low} to {high:,}{more}")


def read_weeks(goal: Measure, scenario: Scenario, weeks: int | None) -> int:
    """Give the weeks of each run; InputError if not allowed, or given where the goal has its own."""
    if goal.name == LOOP_GAIN:
        if weeks is not None:
            raise InputError("--weeks cannot be given with --goal loop_gain; a wheel is turned for as long as it takes")
        from sim.questions.wheel.gain import Question  # noqa: PLC0415 - it builds on parts of this package

        return DELAY + Question().weeks
    return weeks_of(scenario, weeks)


def check_evaluations(effort: Effort, levers: Sequence[MixLever]) -> None:
    """Raise InputError for a search that has too few evaluations to look at each lever even once."""
    least = len(levers) + 2
    if effort.evaluations < least:
        raise InputError(
            f"--evaluations {effort.evaluations} is too few for {len(levers)} levers; it must be at least {least}"
        )
