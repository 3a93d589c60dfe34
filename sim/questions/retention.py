"""Retention and growth: what customers of a year ago are worth now, by quarter and by cohort, and what growth costs.

Everything is read off the recurring value installed at each account at the ends of quarters, so the parts of a quarter
add up to the change in recurring revenue exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from agents.machinery.clock import QUARTERS_PER_YEAR, WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from sim.engine.world import World
from sim.questions.year_before import SEEDS, run_sheet
from sim.studies.statistics import Interval, mean_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sim.questions.year_before import SheetRuns
    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats

FLOWS = {
    "new": "new customers",
    "expansion": "more at customers there were",
    "contraction": "less at customers that stayed",
    "lost": "customers lost",
}
"""Parts of a quarter's change in recurring revenue, in words; the last two are negative."""

_COUNTS = ("customers", "won", "gone")


@dataclass(frozen=True)
class Retention:
    """How recurring revenue is kept and grows.

    Attributes:
        scenario: The organization.
        seeds: Seeds that were run.
        weeks: Weeks of each run.
        quarters: A row a quarter, means over seeds: `quarter` (from 1), `customers` at its end, `won` and `gone` in it
            (accounts), `start`, the parts of `FLOWS` and `end` (currency / year), `gross` and `net` retention of the
            year that ends with it (shares, with `_low` and `_high`), `cost` (sales cost, currency) and `cost_per_new`,
            sales cost per unit of new yearly value (ratio).
        cohorts: A row for each year in which customers were won (0: before week 0) and age in quarters: `cohort`,
            `age`, `value` (share of that at age 0, `low`, `high`) and `customers` (share of those at age 0).
        gross, net: Retention of the last year. [share]
        flows: Parts of `FLOWS` over the whole run, by name. [currency / year]
        cost_per_new: Of the whole run. [ratio]
        interrupted: Whether it was stopped before all seeds were run.
    """

    scenario: Scenario
    seeds: list[int]
    weeks: int
    quarters: pd.DataFrame
    cohorts: pd.DataFrame
    gross: Interval
    net: Interval
    flows: dict[str, Interval]
    cost_per_new: Interval
    interrupted: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a run showed: value by account at ends of quarters, from a year before week 0, and sales cost by quarter."""

    value: Floats
    cost: Floats


def retention(
    scenario: Scenario,
    seeds: int | Iterable[int] = SEEDS,
    *,
    weeks: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Retention:
    """Run an organization and follow its customers.

    Args:
        scenario: The organization.
        seeds: How many, or which.
        weeks: Weeks of each run, whole quarters of it count; the scenario's own by default.
        workers: Threads, as many as there are cores by default.
        progress: Told after each seed how many are done and how many there are.

    Raises:
        InputError: There is no whole quarter, or no year of burn-in to look back on.
        KeyboardInterrupt: It was stopped before two seeds were finished.
    """
    runs = run_sheet(_read, scenario, seeds, weeks=weeks, workers=workers, progress=progress)
    quarters, cohorts = (np.array(side) for side in zip(*runs.found, strict=True))
    return _put_together(scenario, runs, quarters, cohorts)


def _read(scenario: Scenario, seed: int, weeks: int) -> tuple[Floats, Floats]:
    seen = _watch(scenario, seed, weeks)
    return _quarters(seen), _cohorts(seen.value[QUARTERS_PER_YEAR:])


def _watch(scenario: Scenario, seed: int, weeks: int) -> _Seen:
    world = World.lay_out(scenario, seed, weeks, deals=False, tables=False)
    world.advance(world.burn_in - WEEKS_PER_YEAR)
    value = [world.state.installed_value.copy()]
    while world.week + WEEKS_PER_QUARTER <= weeks:
        world.advance(WEEKS_PER_QUARTER)
        value.append(world.state.installed_value.copy())
    cost = world.weekly(0, world.week)["cost"].reshape(-1, WEEKS_PER_QUARTER).sum(axis=1)
    return _Seen(np.array(value), cost)


def flows_of(before: Floats, after: Floats) -> Floats:
    """Split a change of value by account into the parts of `FLOWS`. [accounts] each; [currency / year] each."""
    had, has = before > 0.0, after > 0.0
    change = after - before
    return np.array([
        after[~had].sum(), change[had & has].clip(min=0.0).sum(), change[had & has].clip(max=0.0).sum(),
        -before[had & ~has].sum(),
    ])  # fmt: skip


def retained(before: Floats, after: Floats) -> tuple[float, float]:
    """Gross and net retention of the customers there were: without and with what they bought more. [share]."""
    base = before.sum()
    if base <= 0.0:
        return np.nan, np.nan
    return float(np.minimum(before, after).sum() / base), float(after[before > 0.0].sum() / base)


def _quarters(seen: _Seen) -> Floats:
    """A row a quarter: customers, won, gone, start, flows, end, gross, net, cost. [quarters, columns]."""
    rows = []
    for end in range(QUARTERS_PER_YEAR + 1, len(seen.value)):
        ago, before, after = seen.value[end - QUARTERS_PER_YEAR], seen.value[end - 1], seen.value[end]
        had, has = before > 0.0, after > 0.0
        counts = has.sum(), (has & ~had).sum(), (had & ~has).sum()
        flows = flows_of(before, after)
        cost = seen.cost[end - QUARTERS_PER_YEAR - 1]
        rows.append([*counts, before.sum(), *flows, after.sum(), *retained(ago, after), cost])
    return np.array(rows, dtype=float)


def _cohorts(value: Floats) -> Floats:
    """Value and customers of each cohort by age, NaN where it is not that old yet. [2, cohorts, ages].

    A cohort is made of the accounts whose first quarter as a customer ends in a year, each counted from that quarter.
    """
    ages = len(value)
    cohorts = 1 + -(-(ages - 1) // QUARTERS_PER_YEAR)
    sums = np.zeros((2, cohorts, ages))
    youngest = np.full(cohorts, ages - 1)
    held = value > 0.0
    first = np.where(held.any(axis=0), held.argmax(axis=0), ages)
    for quarter in range(ages):
        accounts = first == quarter
        cohort = -(-quarter // QUARTERS_PER_YEAR)
        left = ages - quarter
        youngest[cohort] = min(youngest[cohort], left - 1)
        sums[0, cohort, :left] += value[quarter:, accounts].sum(axis=1)
        sums[1, cohort, :left] += held[quarter:, accounts].sum(axis=1)
    for cohort, last in enumerate(youngest):
        sums[:, cohort, last + 1 :] = np.nan
    return sums


def _put_together(scenario: Scenario, runs: SheetRuns, quarters: Floats, cohorts: Floats) -> Retention:
    """Make the tables. [seeds, quarters, columns] and [seeds, 2, cohorts, ages]."""
    names = [*_COUNTS, "start", *FLOWS, "end", "gross", "net", "cost"]
    by_name = {name: quarters[:, :, place] for place, name in enumerate(names)}
    bought = by_name["new"] + by_name["expansion"]
    count = quarters.shape[1]
    table: dict[str, Floats | list[float]] = {"quarter": np.arange(1.0, count + 1.0)}
    for name, values in by_name.items():
        ends = [mean_interval(values[:, quarter]) for quarter in range(count)]
        table[name] = [one.mean for one in ends]
        if name in ("gross", "net"):
            table[f"{name}_low"], table[f"{name}_high"] = [one.low for one in ends], [one.high for one in ends]
    with np.errstate(divide="ignore", invalid="ignore"):
        table["cost_per_new"] = by_name["cost"].mean(axis=0) / bought.mean(axis=0)
        whole = by_name["cost"].sum(axis=1) / bought.sum(axis=1)
    return Retention(
        scenario, runs.seeds, runs.weeks, pd.DataFrame(table), _cohort_frame(cohorts),
        mean_interval(by_name["gross"][:, -1]), mean_interval(by_name["net"][:, -1]),
        {name: mean_interval(by_name[name].sum(axis=1)) for name in FLOWS}, mean_interval(whole), runs.interrupted,
    )  # fmt: skip


def _cohort_frame(cohorts: Floats) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = cohorts / cohorts[..., :1]
    rows = []
    for cohort in range(shares.shape[2]):
        for age in range(shares.shape[3]):
            value, customers = (mean_interval(shares[:, part, cohort, age]) for part in (0, 1))
            if value.n:
                rows.append((cohort, age, value.mean, value.low, value.high, customers.mean))
    return pd.DataFrame(rows, columns=["cohort", "age", "value", "low", "high", "customers"])
