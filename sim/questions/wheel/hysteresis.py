"""What a wheel remembers: restart against upkeep, a lever moved up and down again, and a pulse.

All run on the undisturbed model. Levers are moved; or contract value is there one morning, installed and well served.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.chance import DECISION, uniform
from agents.machinery.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from sim.engine.state import RECORDS
from sim.engine.world import World, prepare
from sim.measures.wheel import series
from sim.scenario.errors import InputError, nearest
from sim.scenario.parameters import parameter
from sim.scenario.seeds import read_seeds
from sim.studies.executor import Batch, go_on_unless
from sim.studies.statistics import Interval, mean_interval

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from agents.machinery.record import Rows
    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats


UPKEEP = ("training.hours_per_quarter", "enablement.coaching_hours_per_month")
"""Levers that keep the wheel turning."""

PAUSE, RESTART = 26, 52  # weeks without upkeep, and weeks to be back

SHARE = 0.95  # part of the former speed that counts as back

SPENDS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)  # spends that are tried after the pause, in multiples of upkeep

HOLD = 26  # weeks at each value of a sweep

MOST_SEEDS = 100_000
_DRAWS = 1000


def late_level(world: World, measure: str, weeks: int = WEEKS_PER_QUARTER) -> float:
    """Mean of a weekly series over the last weeks."""
    last = world.burn_in + world.week + 1
    return float(series(world.state.weekly[last - weeks : last], measure).mean())


@dataclass(frozen=True)
class Restart:
    """Restart against upkeep."""

    spends: Floats  # spends after the pause, in multiples of upkeep. [spends]
    speeds: Floats  # output of the last 13 weeks for each spend. [seeds, spends]
    kept: Floats  # the same with upkeep throughout. [seeds]

    @property
    def relative(self) -> tuple[Interval, ...]:
        """Speed at the end for each spend, as a share of the mean with upkeep throughout; of paired differences."""
        return tuple(mean_interval(column) for column in self.shares.T)

    @property
    def shares(self) -> Floats:
        """1 + paired difference from upkeep throughout, over its mean. [seeds, spends]."""
        shares: Floats = 1.0 + (self.speeds - self.kept[:, None]) / self.kept.mean()
        return shares

    @property
    def ratio(self) -> float:
        """Least constant spend that is back at 95% of the speed, in multiples of upkeep; infinite if none is."""
        return self._least(self.speeds.mean(axis=0) / self.kept.mean())

    @property
    def interval(self) -> tuple[float, float]:
        """95% interval of the ratio: percentiles over redrawn seeds; not numbers with fewer than two."""
        n = len(self.kept)
        if n < 2:
            return (np.nan, np.nan)
        picks = np.random.default_rng(0).integers(0, n, (_DRAWS, n))
        drawn = [self._least(self.speeds[pick].mean(axis=0) / self.kept[pick].mean()) for pick in picks]
        low, high = np.quantile(drawn, (0.025, 0.975), method="nearest")
        return float(low), float(high)

    def _least(self, speeds: Floats) -> float:
        """Where speed first reaches the share, straight between the spends tried."""
        reached = np.maximum.accumulate(speeds)
        if reached[-1] < SHARE:
            return float("inf")
        place = int(np.argmax(reached >= SHARE))
        if place == 0:
            return float(self.spends[0])
        below, above = reached[place - 1], reached[place]
        part = (SHARE - below) / (above - below)
        return float(self.spends[place - 1] + part * (self.spends[place] - self.spends[place - 1]))


def restart(
    scenario: Scenario,
    seeds: int | Sequence[int] = 20,
    *,
    spends: Sequence[float] = SPENDS,
    pause: int = PAUSE,
    weeks: int = RESTART,
    measure: str = "bookings",
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Restart:
    """Stop training and coaching for a while, then spend several multiples of upkeep, and see which is back in time.

    Args:
        scenario: The organization; its levers of training and coaching are the upkeep.
        seeds: Seeds, or how many, from 0.
        spends: Multiples of upkeep that are tried, growing.
        pause: Weeks without training and coaching, from week 0.
        weeks: Weeks after the pause.
        measure: Weekly measure of the wheel's output.
        workers: Threads.
        progress: Told how many seeds are done and how many there are.

    Raises:
        InputError: There is no upkeep, a multiple is out of a lever's range, or the measure is unknown.
    """
    cases = check_restart(scenario, spends, measure)

    def job(seed: int, stopped: threading.Event) -> tuple[Floats, float]:
        world = World.begin(scenario, seed, pause + weeks, deals=False, tables=False)
        kept = late_level(world.fork().finish(), measure)
        idle = world.fork(dict.fromkeys(UPKEEP, 0.0))
        idle.advance(pause)
        speeds = []
        for case in cases:
            go_on_unless(stopped)
            speeds.append(late_level(idle.fork(case).finish(), measure))
        return np.array(speeds), kept

    rows = in_threads(job, seeds, workers, progress)
    return Restart(np.array(spends), np.array([row for row, _ in rows]), np.array([kept for _, kept in rows]))


def check_restart(
    scenario: Scenario, spends: Sequence[float] = SPENDS, measure: str = "bookings"
) -> list[dict[str, float]]:
    """Give what the levers are at each spend; InputError and arguments as `restart`."""
    check_measure(measure)
    upkeep = {dotted: float(scenario[dotted]) for dotted in UPKEEP}
    if not any(upkeep.values()):
        raise InputError(f"{scenario.name} has neither training nor coaching, so there is no upkeep to stop")
    cases = [{dotted: value * factor for dotted, value in upkeep.items()} for factor in spends]
    for case in cases:
        scenario.override(case, origin=f"{case[UPKEEP[0]] / max(upkeep[UPKEEP[0]], 1e-9):g} times upkeep")
    return cases


@dataclass(frozen=True)
class LeverSweep:
    """A lever moved up and down again.

    Attributes:
        lever, measure: What was moved and what was read.
        values: Values of the lever, growing. [values]
        up, down: Mean of the last 13 weeks at each value on the way up and down. [seeds, values]
    """

    lever: str
    measure: str
    values: Floats
    up: Floats
    down: Floats

    @property
    def area(self) -> Interval:
        """Area between the branches, down less up, over the range of the lever times the mean of both branches.

        0 where the way does not matter; 0.1 is 10% of the measure's mean on average over the lever's range.
        """
        scale = (self.values[-1] - self.values[0]) * np.mean([self.up.mean(), self.down.mean()])
        return mean_interval(np.trapezoid(self.down - self.up, self.values, axis=1) / scale)


def sweep(
    scenario: Scenario,
    lever: str,
    values: Sequence[float],
    seeds: int | Sequence[int] = 20,
    *,
    hold: int = HOLD,
    measure: str = "bookings",
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LeverSweep:
    """Move a lever up through some values and down again, and read a measure at each.

    Args:
        scenario: The organization.
        lever: Dotted name of a parameter that can change while a run goes on.
        values: Its values, growing, at least two.
        seeds: Seeds, or how many, from 0.
        hold: Weeks at each value; the last 13 are read.
        measure: Weekly measure.
        workers: Threads.
        progress: Told how many seeds are done and how many there are.

    Raises:
        InputError: The lever, a value, the weeks or the measure are not allowed.
    """
    check_sweep(scenario, lever, values, hold, measure)
    way = [*values, *reversed(values[:-1])]

    def job(seed: int, stopped: threading.Event) -> Floats:
        world = World.begin(scenario, seed, hold * len(way), deals=False, tables=False)
        levels = []
        for value in way:
            go_on_unless(stopped)
            world.override({lever: value})
            world.advance(hold)
            levels.append(late_level(world, measure))
        return np.array(levels)

    rows = np.array(in_threads(job, seeds, workers, progress))
    n = len(values)
    return LeverSweep(lever, measure, np.array(values, dtype=float), rows[:, :n], rows[:, n - 1 :][:, ::-1])


def check_sweep(
    scenario: Scenario, lever: str, values: Sequence[float], hold: int = HOLD, measure: str = "bookings"
) -> None:
    """Raise InputError for a lever, values, weeks or measure that are not allowed; arguments as `sweep`."""
    check_measure(measure)
    if parameter(lever, "the sweep").when == "start":
        raise InputError(f"{lever} cannot change while a run goes on, so it cannot be moved up and down")
    if len(values) < 2 or any(later <= earlier for earlier, later in pairwise(values)):
        raise InputError(f"the sweep of {lever} needs at least two values that grow, such as 0, 6, 12")
    if not WEEKS_PER_QUARTER <= hold <= 520:
        raise InputError(f"{hold} weeks at each value are not allowed; it must be from {WEEKS_PER_QUARTER} to 520")
    for value in values:
        scenario.override({lever: value}, origin="the sweep")


def check_measure(measure: str) -> None:
    """Raise InputError for a weekly measure there is not."""
    recorded = RECORDS["weekly"].dtype.names or ()
    if measure not in (*recorded, "attainment", "customer_hours"):
        raise InputError(f"there is no weekly measure {measure}{nearest(measure, recorded)}")


def in_threads(
    job: Callable[[int, threading.Event], Any],
    seeds: int | Sequence[int],
    workers: int | None,
    progress: Callable[[int, int], None] | None,
) -> list[Any]:
    """Run a job for seeds, in their order; with Ctrl-C those that are finished, KeyboardInterrupt if none is."""
    chosen = read_seeds(seeds, 1, MOST_SEEDS)
    prepare()
    if rows := list(Batch(job, workers).results(chosen, progress)):
        return rows
    raise KeyboardInterrupt


ORDER = 2  # where the luck of a pulse begins, beyond that of what is installed at the start

SERVED = 1.0  # result a pulse brings, of what can be promised [share]


def give_pulse(world: World, share: float) -> float:
    """Install contract value worth a share of last year's bookings at accounts that have nothing.

    Accounts of opened territories are taken in an order drawn by key, one free line of each.

    Args:
        world: Stands before week 0, or any later one; it is changed.
        share: Of the bookings of the last 52 weeks.

    Returns:
        What was installed, at least what was asked for, by less than one contract. [currency / year]

    Raises:
        InputError: There are not enough accounts without anything, or nothing was booked.
    """
    state = world.state
    last = world.weekly(-world.burn_in)[-WEEKS_PER_YEAR:]
    asked = share * float(last["bookings"].sum())
    if asked <= 0.0:
        raise InputError("nothing was booked in the year before, so there is no year's bookings to give a share of")
    given = 0.0
    for b in _empty_accounts(world):
        k = _free_slot(state.slots, int(b), len(state.lines))
        if k < 0:
            continue
        if given >= asked:
            break
        given += _install(world, int(b), k)
    if given < asked:
        raise InputError(
            f"the market is full: accounts without anything could take {given:,.0f} of the {asked:,.0f} of a pulse of "
            f"{share:.0%}; give a smaller one, or an organization with more room"
        )
    return given


def _empty_accounts(world: World) -> Rows:
    """Rows of accounts of planned seats that have nothing installed, in an order drawn by key."""
    state = world.state
    planned = state.reps["planned"][state.buyers["seat"]] == 1
    rows = np.flatnonzero(planned & (state.customer_lines == 0))
    seed = int(state.clock["seed"][0])
    order: Rows = rows[np.argsort([uniform(seed, DECISION.INSTALLED, int(b), ORDER) for b in rows], kind="stable")]
    return order


def _free_slot(slots: Rows, b: int, n_lines: int) -> int:
    """Place of the first line of an account of which nothing is asked, ordered or installed; -1 if there is none."""
    for k in range(b * n_lines, (b + 1) * n_lines):
        slot = slots[k]
        if slot["is_open"] == 0 and slot["backlog"] <= 0.0 and slot["installed_value"] <= 0.0:
            return k
    return -1


def _install(world: World, b: int, k: int) -> float:
    state, p = world.state, world.state.p[0]
    seed, week = int(state.clock["seed"][0]), int(state.clock["week"][0])
    slot, buyer = state.slots[k], state.buyers[b]
    value = float(state.lines["price"][k - b * len(state.lines)] * buyer["account_size"])
    slot["installed_value"] = value
    slot["promise"] = SERVED
    slot["renewal"] = week + WEEKS_PER_YEAR - int(WEEKS_PER_YEAR * uniform(seed, DECISION.INSTALLED, k, ORDER + 1))
    state.customer_lines[b] = 1
    state.installed_value[b] = value
    state.promise[b] = SERVED
    state.satisfaction[b] = min(1.0, SERVED * float(p["buyers_result_scale"]))
    state.regard[b] = state.satisfaction[b] ** 2 * float(p["mechanisms_regard"])
    state.due[b] = min(int(state.due[b]), int(slot["renewal"]))
    return value
