"""How much an investment study runs, which mixes in which worlds, and what counts as best.

There is a study for each world, all mixes of a generation over the same seeds; or a wheel is turned for each.

A replicate is a seed of the organization as the scenario has it, or a plausible world, with luck of
its own. Mixes share replicates, so every comparison is paired. Sources: worst cases and regret, Savage, J. Am. Stat.
Assoc. 46 (1951) 55-67; bootstrap of paired values, Efron and Tibshirani (1993).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario.errors import InputError, nearest
from sim.scenario.measures import MEASURES, Measure
from sim.scenario.seeds import weeks_of
from sim.studies.executor import RunStopped
from sim.studies.plan import StudyCase, StudyPlan
from sim.studies.run import run_study
from sim.studies.statistics import ALPHA, Interval, bootstrap_interval, mean_interval, paired_effect
from sim.studies.worlds import plausible_draws

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sim.questions.invest.levers import MixLever
    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats

    Changes = Mapping[str, Value]


LOOP_GAIN = "loop_gain"
DELAY = 52  # weeks from the decision until the wheel is turned


GAIN = Measure(LOOP_GAIN, "ratio", "What a turn of the sales flywheel passes on.", 1, "Gain of the sales flywheel")
"""A goal that no run measures: twins of runs do."""


def goal_of(name: str) -> Measure:
    """Find a goal by its name; InputError if there is none, or it is neither good nor bad."""
    goals = {LOOP_GAIN: GAIN} | MEASURES
    if name not in goals:
        directed = [measure.name for measure in goals.values() if measure.better]
        raise InputError(f"--goal {name}: there is no such measure{nearest(name, directed)}")
    if not goals[name].better:
        raise InputError(
            f"--goal {name}: more of it is neither better nor worse; choose another, such as net_contribution"
        )
    return goals[name]


@dataclass(frozen=True, slots=True)
class SeededOrganization:
    """An organization, by what differs from the scenario, and the seeds it is run with."""

    drawn: Changes
    seeds: tuple[int, ...]


def worlds_of(scenario: Scenario, count: int, key: int, first: int, seeds: int) -> list[SeededOrganization]:
    """Draw so many worlds around a scenario, each with seeds of its own.

    `key` is that of the draw, `first` the first seed, and `seeds` how many each world has.
    """
    return [
        SeededOrganization(drawn, tuple(range(first + number * seeds, first + (number + 1) * seeds)))
        for number, drawn in enumerate(plausible_draws(count, key, scenario))
    ]


@dataclass
class Runs:
    """Runs mixes and gives what the goal was worth."""

    scenario: Scenario  # the organization as it is
    goal: Measure  # what is read of each run
    weeks: int  # weeks of each run
    from_start: bool = False  # whether mixes have a burn-in of their own
    workers: int | None = None  # threads
    progress: Callable[[int], None] | None = None  # told after every few runs how many more have been done
    failures: list[str] = field(default_factory=list)  # what broke, one sentence each
    folder: Path | None = None  # where runs are kept, a study a generation and world; those of the loop gain are not

    def __call__(self, mixes: Sequence[Changes], worlds: Sequence[SeededOrganization]) -> Floats:
        """Run every mix, by the parameters that differ, in every world.

        Returns:
            Result of the goal, more is better, mean over each world's seeds where there are several worlds.
            Of one world: [mixes x seeds]; else [mixes x worlds].

        Raises:
            RunStopped: Somebody pressed Ctrl-C; nothing of these mixes counts.
        """
        run = self._gains if self.goal.name == LOOP_GAIN else self._measures
        results = [self.goal.better * run(mixes, world) for world in worlds]
        return results[0] if len(results) == 1 else np.stack([values.mean(axis=1) for values in results], axis=1)

    def _drawn(self, world: SeededOrganization) -> Scenario:
        return self.scenario.override(dict(world.drawn), "a drawn world") if world.drawn else self.scenario

    def _measures(self, mixes: Sequence[Changes], world: SeededOrganization) -> Floats:
        """[mixes x seeds]."""
        cases = [StudyCase(f"mix {number}", changes) for number, changes in enumerate(mixes)]
        plan = StudyPlan.of(
            self._drawn(world), cases, world.seeds, weeks=self.weeks, from_start=self.from_start,
            measures=[self.goal.name],
        )  # fmt: skip
        before = 0

        def tell(now: int, _: int) -> None:
            nonlocal before
            self._tell(now - before)
            before = now

        study = run_study(plan, self.folder / plan.key if self.folder else None, workers=self.workers, progress=tell)
        if study.interrupted:
            raise RunStopped
        self.failures += [f"seed {row.seed}: {row.error}" for row in study.failures.itertuples()]
        return study.matrix(self.goal.name).to_numpy(dtype=float)

    def _gains(self, mixes: Sequence[Changes], world: SeededOrganization) -> Floats:
        """[mixes x seeds]."""
        scenario = self._drawn(world)
        return np.array([self._gain(scenario, changes, world.seeds) for changes in mixes])

    def _gain(self, scenario: Scenario, changes: Changes, seeds: Sequence[int]) -> Floats:
        """Gain of the sales flywheel found at its first stage, a year after the mix began. [seeds]."""
        from sim.measures.loops import LOOPS  # noqa: PLC0415
        from sim.questions.wheel.gain import Question, turn_wheel  # noqa: PLC0415 - compiles a program of its own

        if self.from_start:
            mixed = scenario.override(dict(changes))
        else:
            steps = [{"week": 0, "parameter": dotted, "value": value} for dotted, value in changes.items()]
            mixed = scenario.with_interventions(steps)
        asked = Question(at=(0,), step=0.0, delay=DELAY)
        try:
            wheel = turn_wheel(mixed, LOOPS["sales"], seeds, asked, workers=self.workers)
        except InputError as error:  # a stage stands still: there is no wheel to turn
            self.failures.append(str(error))
            return np.full(len(seeds), np.nan)
        except KeyboardInterrupt:
            raise RunStopped from None
        if len(wheel.turns) < len(seeds):
            raise RunStopped
        self._tell(len(seeds))
        gains: Floats = wheel.late[:, 0, 0]
        return gains

    def _tell(self, more: int) -> None:
        if self.progress and more:
            self.progress(more)


ROBUST = {
    "mean": "mean",
    "worst_decile": "result that nine worlds of ten exceed",
    "regret": "regret that one world of ten exceeds",
}
"""What can be looked at, in words."""

TENTH = 0.1
RESAMPLES = 4000


def score(robust: str, values: Floats, best: Floats) -> Floats:
    """Make one number of the results of each mix [mixes x replicates], more is better, by a name of `ROBUST`. [mixes].

    Mean, 10th percentile, or less the 90th of what is missed against the best known in each replicate.
    """
    if robust == "mean":
        scores: Floats = values.mean(axis=-1)
    elif robust == "worst_decile":
        scores = np.quantile(values, TENTH, axis=-1)
    else:
        scores = -np.quantile(best - values, 1.0 - TENTH, axis=-1)
    return scores


def level(robust: str, values: Floats, best: Floats, alpha: float = ALPHA) -> Interval:
    """Give a mix's score, of its and of the best results, with its interval. [replicates]."""
    if robust == "mean":
        return mean_interval(values, alpha)
    finite = np.isfinite(values) & np.isfinite(best)
    return _bootstrapped(robust, (values[finite], best[finite]), alpha)


def difference(robust: str, first: Floats, second: Floats, best: Floats, alpha: float = ALPHA) -> Interval:
    """Give the difference in score of two mixes over the same replicates, with its interval; arguments as `level`."""
    if robust == "mean":
        return paired_effect(first, second, alpha=alpha).difference
    finite = np.isfinite(first) & np.isfinite(second) & np.isfinite(best)
    return _bootstrapped(robust, (first[finite], second[finite], best[finite]), alpha)


def _bootstrapped(robust: str, rows: tuple[Floats, ...], alpha: float) -> Interval:
    """Percentile interval of a score, or of the difference of two; replicates are drawn anew."""

    def statistic(*values: Floats, axis: int = -1) -> Floats:
        del axis  # always the last
        scores = [score(robust, mix, values[-1]) for mix in values[:-1]]
        return scores[0] - scores[1] if len(scores) > 1 else scores[0]

    return bootstrap_interval(rows, statistic, RESAMPLES, alpha)


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
