"""Paired cases for patterns: what is run, what is kept of a run, and what follows from it.

A `Trial` is a scenario, cases that part from it at one week, and a few readings of each run. All cases of a seed go on
from the same past with the same luck. Only the readings are kept, so that thousands of runs take little memory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from sim.engine.world import World
from sim.measures.weekly import by_week
from sim.measures.whole_run import Past, measured
from sim.scenario.errors import InputError
from sim.scenario.measures import WEEKLY_MEASURES
from sim.scenario.scenario import Scenario
from sim.studies.cases import AS_IS, read_cases
from sim.studies.executor import Batch, RunStopped
from sim.studies.statistics import ALPHA, mean_interval, paired_effect
from tests.patterns.making.draws import assumed_draws
from tests.patterns.making.pattern import Number, Robustness, above, below

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from sim.scenario.parameters.base import Value
    from sim.studies.cases import Case, Changes
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

Reading = Any
"""A callable that takes a finished `World` and gives a number or an array of fixed shape."""

Outcome = dict[str, dict[str, "Floats"]]
"""Readings by case (`as_is` among them) and name, the first axis being the seeds."""

DRAW_KEY = 2026
"""Key of the draws of assumed parameters, the same for every pattern."""

FEWEST = 5
"""Seeds below which no interval is judged."""


@dataclass(frozen=True, slots=True)
class Trial:
    """Paired cases of one scenario.

    Attributes:
        scenario: Name of a shipped scenario, or a scenario.
        cases: What each case changes, beside `as_is`; as `compare` takes them.
        readings: What is kept of each run, by name.
        weeks: Weeks of each run after the burn-in.
        fork: Week at which the cases part; what they change as parameters changes then.
        start: Parameters all cases share from before the burn-in, by dotted name.
        from_start: Whether each case gets a burn-in of its own, so that everything may differ.
        tables: Whether the tables of reps and managers are kept at the end of quarters, for readings that need them.
    """

    scenario: str | Scenario
    cases: Mapping[str, Changes]
    readings: Mapping[str, Reading]
    weeks: int = 156
    fork: int = 0
    start: Mapping[str, Value] = field(default_factory=dict)
    from_start: bool = False
    tables: bool = False

    def loaded(self) -> Scenario:
        """The scenario of `as_is`."""
        found = self.scenario if isinstance(self.scenario, Scenario) else Scenario.load(self.scenario)
        return found.override(self.start) if self.start else found

    def resolved(self, draw: Mapping[str, Value] | None = None) -> Resolved:
        """Check the cases, once for all seeds.

        Args:
            draw: Values of assumed parameters, under what the trial itself sets.
        """
        scenario = self.loaded()
        if draw:
            scenario = scenario.override({**draw, **self.start})
        return Resolved(self, read_cases(scenario, self.cases, from_start=self.from_start))


@dataclass(frozen=True, slots=True)
class Resolved:
    """A trial with its cases checked.

    Attributes:
        trial: What was asked.
        cases: `as_is` first.
    """

    trial: Trial
    cases: tuple[Case, ...]

    def run(self, seed: int, stopped: threading.Event) -> dict[str, dict[str, Any]]:
        """Run every case for a seed and read it.

        Raises:
            Stopped: Somebody wants to stop.
        """
        trial = self.trial
        base = self._begin(self.cases[0], seed)
        base.advance(trial.fork)
        found = {}
        for case in self.cases:
            if stopped.is_set():
                raise RunStopped
            world = self._part(base, case)
            world.advance(trial.weeks - world.week)
            found[case.name] = {name: read(world) for name, read in trial.readings.items()}
        return found

    def _begin(self, case: Case, seed: int) -> World:
        return World.begin(case.scenario, seed, self.trial.weeks, deals=False, tables=self.trial.tables)

    def _part(self, base: World, case: Case) -> World:
        if self.trial.from_start and case.name != AS_IS:
            world = self._begin(case, base.seed)
            world.advance(self.trial.fork)
            return world
        world = base.fork(case.overrides)
        for spec in case.interventions:
            world.plan(spec)
        return world


def run(trial: Trial, effort: Effort) -> Outcome:
    """Run one trial over the seeds of an effort."""
    return run_all({"": trial}, effort)[""]


def run_all(trials: Mapping[str, Trial], effort: Effort) -> dict[str, Outcome]:
    """Run several trials over the same seeds, those of an effort.

    Raises:
        InputError: The number of seeds or workers is not allowed, or a case is wrong.
        KeyboardInterrupt: It was stopped.
    """
    if effort.seeds < 2:
        raise InputError(f"{effort.seeds} seeds are not allowed; an interval needs at least 2")
    resolved = {name: trial.resolved() for name, trial in trials.items()}

    def job(seed: int, stopped: threading.Event) -> dict[str, Any]:
        return {name: one.run(seed, stopped) for name, one in resolved.items()}

    rows = in_parallel(job, effort.seeds, effort)
    return {name: stacked([row[name] for row in rows]) for name in trials}


def in_parallel(job: Callable[[int, threading.Event], Any], count: int, effort: Effort) -> list[Any]:
    """Run a job for 0, 1, ... on the threads of an effort, and tell its progress.

    Raises:
        KeyboardInterrupt: It was stopped before all were done.
    """
    batch = Batch(job, effort.workers)
    rows = []
    with batch.stop_on_interrupt():
        for _, row in batch.run(range(count)):
            rows.append(row)
            if effort.progress:
                effort.progress(len(rows), count)
    if len(rows) < count:
        raise KeyboardInterrupt
    return rows


def stacked(rows: Sequence[dict[str, dict[str, Any]]]) -> Outcome:
    """Put the readings of one run a seed into arrays over seeds."""
    return {
        case: {name: np.array([row[case][name] for row in rows], dtype=float) for name in readings}
        for case, readings in rows[0].items()
    }


def over(measure: str, first: int = 0, last: int | None = None) -> Reading:
    """Read a headline measure over the weeks from `first` up to `last`, which is left out; to the end by default."""
    return lambda world: measured(measure, window(world, first, last))


def path(name: str) -> Reading:
    """Read a weekly measure, week by week. [weeks]."""
    return lambda world: by_week(Past.of(world).weekly, WEEKLY_MEASURES[name], nothing=0.0)


def total(name: str, first: int = 0, last: int | None = None) -> Reading:
    """Read the sum of a weekly measure over a window, as in `over`."""
    return lambda world: window(world, first, last).sum(name)


def average(name: str, first: int = 0, last: int | None = None) -> Reading:
    """Read the mean of a weekly measure over a window, as in `over`."""
    return lambda world: window(world, first, last).mean(name)


def before(name: str, weeks: int = 13) -> Reading:
    """Read the mean of a weekly measure over the last weeks of the burn-in."""

    def read(world: World) -> float:
        rows = world.weekly(-weeks, 0)
        return float(rows[name].mean())

    return read


def window(world: World, first: int = 0, last: int | None = None) -> Past:
    """What a run has left behind of some of its weeks; the quarters that ended in them, the deals that closed in them.

    Args:
        world: A world that has passed them.
        first: First week of the run that counts.
        last: Week before which it ends; the end of the run by default.
    """
    past = Past.of(world)
    end = len(past.weekly) if last is None else last
    closed = past.deals["closed"] - world.burn_in - 1
    return replace(
        past,
        weekly=past.weekly[first:end],
        deals=past.deals[(closed >= first) & (closed < end)],
        quarters=[one for one in past.quarters if first < one.end <= end],
        last=world.burn_in + end,
    )


def seat_bookings(world: World, first: int, last: int) -> Floats:
    """Bookings of each seat filled at the end of every quarter of a window. [seats filled throughout]."""
    quarters = window(world, first, last).quarters
    filled = np.all([one.active == 1 for one in quarters], axis=0)
    booked: Floats = np.sum([one.booked for one in quarters], axis=0)[filled]
    return booked


def difference(
    name: str,
    case: ArrayLike,
    base: ArrayLike,
    *,
    needed: str = "",
    relative: bool = True,
    unit: str = "",
    limit: float = 0.0,
) -> Number:
    """Paired difference with its interval, judged if `needed` says "above ..." or "below ...".

    Args:
        name: What it is.
        case: Values by seed.
        base: Values of what it is held against, by seed.
        needed: Threshold in words; its first word says on which side of `limit` the whole interval must lie.
        relative: Whether as a share of the mean of `base`, then in the unit "of base".
        unit: Unit of an absolute difference.
        limit: The threshold, in the unit of the number.
    """
    effect = paired_effect(case, base)
    if relative:
        value, low, high = effect.relative
    else:
        value, low, high = effect.difference.mean, effect.difference.low, effect.difference.high
    return _judged(name, (value, low, high), effect.difference.n, (needed, limit), "of base" if relative else unit)


def level(name: str, values: ArrayLike, unit: str, *, needed: str = "", limit: float = 0.0) -> Number:
    """Mean over seeds with its interval, judged as `difference` is."""
    found = mean_interval(values)
    return _judged(name, (found.mean, found.low, found.high), found.n, (needed, limit), unit)


def _judged(name: str, found: tuple[float, float, float], n: int, needed: tuple[str, float], unit: str) -> Number:
    value, low, high = found
    words, limit = needed
    known = n > 1 and not math.isnan(low)
    met = None
    if words and known and n >= FEWEST:
        side = {"above": above, "below": below}[words.partition(" ")[0]]
        met = side(value, low, high, limit)
    return Number(name, value, unit, low if known else None, high if known else None, n, words, met)


def inside(number: Number, low: float, high: float, needed: str) -> Number:
    """Judge whether the value itself, whatever its interval, lies from `low` to `high`."""
    enough = number.n is not None and number.n >= FEWEST and not math.isnan(number.value)
    return replace(number, needed=needed, met=low <= number.value <= high if enough else None)


def ratio_of_means(name: str, case: ArrayLike, base: ArrayLike, *, needed: str = "", limit: float = 0.0) -> Number:
    """Rise of the mean of a case over that of its base, with the interval of a ratio of paired means (delta method).

    Args:
        name: What it is.
        case: Values by seed.
        base: Values of what it is held against, by seed.
        needed: Threshold in words, as in `difference`.
        limit: The threshold, as a share of the base.
    """
    top, bottom = np.asarray(case, dtype=float), np.asarray(base, dtype=float)
    known = np.isfinite(top) & np.isfinite(bottom)
    top, bottom = top[known], bottom[known]
    if not len(top) or bottom.mean() == 0.0:
        return Number(name, math.nan, "of base", n=len(top), needed=needed)
    rise = float(top.mean() / bottom.mean())
    residual = mean_interval((top - rise * bottom) / bottom.mean())
    return _judged(
        name,
        (rise - 1.0, rise - 1.0 + residual.low - residual.mean, rise - 1.0 + residual.high - residual.mean),
        len(top),
        (needed, limit),
        "of base",
    )


def mean_gain(case: ArrayLike, base: ArrayLike) -> float:
    """Paired difference of the means as a share of the base's, for a draw's few seeds; nan without values."""
    return paired_effect(case, base).relative[0]


def in_draws(
    trials: Mapping[str, Trial],
    effort: Effort,
    holds: Callable[[dict[str, Outcome]], bool | None],
    rule: str,
    *,
    most: int = 200,
) -> Robustness | None:
    """Share of Latin-hypercube draws of the assumed parameters in which a pattern holds.

    A draw has few seeds, so its own verdict is by the sign or threshold of a mean, not by an interval: near the
    threshold it is as good as a coin. The share says how far the pattern's direction depends on what was assumed.

    Args:
        trials: What is run in each draw. Draws lie around each scenario's own values, at the same places.
        effort: Draws, seeds of each, threads. No draws: None.
        holds: Judges one draw; None if it cannot be judged.
        rule: What counts as holding, in words.
        most: Most draws, for patterns with many runs a draw.
    """
    count = min(effort.draws, most)
    if count < 1:
        return None
    drawn = {name: assumed_draws(count, DRAW_KEY, trial.loaded()) for name, trial in trials.items()}

    def job(number: int, stopped: threading.Event) -> bool | None:
        found = {}
        for name, trial in trials.items():
            resolved = trial.resolved(drawn[name][number])
            found[name] = stacked([resolved.run(seed, stopped) for seed in range(effort.draw_seeds)])
        return holds(found)

    known = [bool(one) for one in in_parallel(job, count, effort) if one is not None]
    if not known:
        return None
    return robustness(sum(known), len(known), effort.draw_seeds, rule)


def robustness(successes: int, draws: int, seeds: int, rule: str) -> Robustness:
    """A share of draws with Wilson's interval."""
    found = scipy.stats.binomtest(successes, draws).proportion_ci(1.0 - ALPHA, method="wilson")
    return Robustness(successes / draws, draws, seeds, float(found.low), float(found.high), rule)
