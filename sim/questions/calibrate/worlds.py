"""An export: what is fitted to it, which plausible worlds could have given it, and what they foretell.

Targets of a calibration come from its whole quarters, and priors of the parameters that act on them are wide.

History matching goes on where `flywheel match` has left off. A world is ruled out where the mean of its runs is
farther from a target than three standard deviations of all that may make up for it: the luck of those runs, the luck of
what was measured, and the error of measurement and model that the target states. Nothing is fitted.

Source: F. Pukelsheim, The three sigma rule, The American Statistician 48 (1994) 88-91.

The forecast of its last quarter is scored by whether its 95% intervals cover what happened, and by the interval score,
which counts the width and twenty times twice the distance outside: who is sure and wrong pays most (Gneiting and
Raftery, J. Am. Stat. Assoc. 102 (2007) 359-378). The naive forecast is a quarter like those before: as many closings as
their mean (Poisson), each drawn from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from sim.crm.check import targets
from sim.crm.durations import WEEK, rounded_to
from sim.crm.fit import fit
from sim.crm.until import data_until, last_quarter
from sim.measures.run import simulate
from sim.measures.whole_run import grouped_median
from sim.questions.calibrate.plan import AROUND, CalibrationPlan, Prior, prior_of, usual_target
from sim.questions.calibrate.search import SEEDS_APART, ScenarioRuns, Search, check_search
from sim.questions.over_worlds import telling_apart
from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter
from sim.scenario.scenario import Scenario
from sim.studies.executor import Batch, RunStopped
from sim.studies.statistics import ALPHA
from sim.studies.worlds import how_found, worlds

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Sequence

    from sim.crm.load import CrmData
    from sim.questions.calibrate.plan import CalibrationTarget
    from sim.questions.calibrate.search import Simulator
    from sim.studies.worlds import PlausibleWorld


WEEKS_PER_QUARTER = 13

WIDE = 2.0  # a scale is searched from half to twice the value of the moment match. Assumed

SCALES = ("market.needs_per_account_year", "market.cycle_weeks", "buyers.effort_scale")
UTILITIES = ("market.competitor_strength", "market.status_quo")
"""What is fitted to an export by default: what the moment match solves, each on its own."""

FITTED = ("win_rate_qualified", "cycle_closed_days", "won_per_year")
"""Measures of an export that are fitted. Bookings follow from wins and amounts, which the moment match sets."""


def crm_plan(
    data: CrmData,
    priors: Callable[[Scenario], Iterable[Prior]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CalibrationPlan:
    """Plan a calibration on an export.

    The scenario is that of `flywheel crm`: real teams, accounts and lines, the rest by a moment match. Around its
    values the priors lie. Runs are as long as the whole quarters that were measured, so that a run has the same luck
    in it as the data have.

    Args:
        data: The cleaned export.
        priors: What is fitted, given the scenario of the moment match; `crm_priors` by default.
        progress: Told how many runs of the moment match are done and how many there are at most.

    Raises:
        InputError: The export has no whole quarter, or says nothing that can be fitted.
    """
    quarters = int(data.moments.quarters["full"].sum())
    if not quarters:
        raise InputError(f"{data.name} has no whole quarter of closings, and a calibration needs one")
    matched = fit(data, progress)
    scenario = Scenario.from_text(matched.text, file=f"{data.name}.toml")
    measured = targets(data)
    fitted = [usual_target(target.name, target.value, target.source) for target in measured if target.name in FITTED]
    checks = [
        usual_target(target.name, target.value, target.source) for target in measured if target.name not in FITTED
    ]
    notes = [
        "The priors lie around a moment match of the same data; they are wide, so that its centre matters little.",
        f"Every run has {quarters} quarters, as the data that are fitted have.",
    ]
    return CalibrationPlan.of(
        scenario, fitted, (priors or crm_priors)(scenario),
        weeks=WEEKS_PER_QUARTER * quarters, checks=checks, notes=notes,
    )  # fmt: skip


def crm_priors(scenario: Scenario) -> list[Prior]:
    """Wide ranges around the values of a scenario that the moment match has solved."""
    priors = []
    for name in SCALES:
        item, value = parameter(name), float(scenario[name])
        low, high = max(value / WIDE, float(item.low or 0.0)), min(value * WIDE, float(item.high or 0.0))
        priors.append(Prior(name, float(f"{low:.6g}"), float(f"{high:.6g}"), "half to twice the moment match"))
    return priors + [prior_of(name, scenario) for name in UTILITIES]


CUT = 3.0
"""Implausibility above which a world is ruled out: of any distribution with one mode at most 5% lie beyond."""

SEEDS = 4
"""Runs of each world, with the same luck in all."""

_BLOCK = 8  # worlds that are run at once


@dataclass(frozen=True)
class ConditionedWorlds:
    """Which plausible worlds remain possible.

    Attributes:
        plan: What was measured.
        worlds: Those that were run.
        runs: A row a run: `world`, `seed`, `error` (empty where it went well), the plan's measures.
        interrupted: Whether Ctrl-C ended it before all worlds were run.
    """

    plan: CalibrationPlan
    worlds: Sequence[PlausibleWorld]
    runs: pd.DataFrame
    interrupted: bool = False

    @cached_property
    def means(self) -> pd.DataFrame:
        """Mean of each measure over the runs of each world. [worlds x measures]."""
        names = [world.name for world in self.worlds]
        return self.runs.groupby("world")[list(self.plan.measures)].mean().reindex(names)

    @cached_property
    def luck(self) -> pd.Series:
        """Standard deviation of each measure by luck alone, of one run, pooled over worlds. [measures]."""
        return self.runs.groupby("world")[list(self.plan.measures)].var(ddof=1).mean() ** 0.5

    @cached_property
    def implausibility(self) -> pd.DataFrame:
        """How far each world is from each target, in standard deviations; infinite without one. [worlds x targets]."""
        return pd.DataFrame({target.measure: self._far(target) for target in self.plan.targets})

    @cached_property
    def remains(self) -> np.ndarray:
        """Which worlds no target rules out. [worlds]."""
        return np.asarray((self.implausibility <= CUT).all(axis=1))

    @property
    def remaining(self) -> list[PlausibleWorld]:
        """Worlds that no target rules out."""
        return [world for world, left in zip(self.worlds, self.remains, strict=True) if left]

    def apart(self) -> list[tuple[str, float, float, float]]:
        """Find what tells the remaining worlds from the others, as `sim.questions.over_worlds.telling_apart`."""
        return telling_apart(self.worlds, self.remains, how_found()["active"])

    def targets_table(self) -> pd.DataFrame:
        """Put what was measured beside the worlds.

        Returns:
            A row a target or check: `measure`, `unit`, `asked` (whether it rules worlds out), `data`, `sd`, `luck` (of
            one run), `low` and `high` (90% of worlds' means), `left_low` and `left_high` (the same of those that
            remain), `out` (worlds it rules out), `alone` (those no other does), `inside` (whether the data lie among
            90% of single runs of worlds that remain).
        """
        asked = {target.measure: True for target in self.plan.targets}
        beyond = self.implausibility > CUT
        rows = []
        for target in (*self.plan.targets, *self.plan.checks):
            name = target.measure
            out = beyond[name] if name in asked else pd.Series(data=False, index=beyond.index)
            alone = out & (beyond.sum(axis=1) == 1)
            left = self.runs.loc[self.runs["world"].isin([world.name for world in self.remaining]), name]
            ends = left.quantile([0.05, 0.95])
            rows.append((
                name, target.unit, name in asked, target.value, target.sd, self.luck[name],
                *self.means[name].quantile([0.05, 0.95]), *self.means.loc[self.remains, name].quantile([0.05, 0.95]),
                int(out.sum()), int(alone.sum()), bool(ends.iloc[0] <= target.value <= ends.iloc[1]),
            ))  # fmt: skip
        columns = ("measure", "unit", "asked", "data", "sd", "luck", "low", "high", "left_low", "left_high", "out",
                   "alone", "inside")  # fmt: skip
        return pd.DataFrame(rows, columns=list(columns))

    def assumptions_table(self) -> pd.DataFrame:
        """Say of each assumption that matters where it lies in all worlds and in those that remain.

        Columns `parameter`, `unit`, `low`, `median`, `high` (90% of all worlds), `left_low`, `left_median`, `left_high`
        and `narrower` (1 less the ratio of standard deviations; below 0 by chance), the most narrowed first.
        """
        rows = []
        for name in how_found()["active"]:
            values = np.array([world.assumed[name] for world in self.worlds])
            left = values[self.remains]
            at = [np.quantile(one, [0.05, 0.5, 0.95]) if len(one) else [np.nan] * 3 for one in (values, left)]
            narrower = 1.0 - left.std(ddof=1) / values.std(ddof=1) if len(left) > 1 else np.nan
            rows.append((name, parameter(name).unit, *at[0], *at[1], narrower))
        columns = ("parameter", "unit", "low", "median", "high", "left_low", "left_median", "left_high", "narrower")
        table = pd.DataFrame(rows, columns=list(columns))
        return table.sort_values("narrower", ascending=False, kind="stable", ignore_index=True)

    def _far(self, target: CalibrationTarget) -> pd.Series:
        runs = self.runs.groupby("world")[target.measure].count().reindex(self.means.index)
        luck = self.luck[target.measure] ** 2
        sd = np.sqrt(target.sd**2 + luck + luck / runs.clip(lower=1))
        far: pd.Series = (self.means[target.measure] - target.value).abs() / sd
        return far.fillna(np.inf)


def condition(
    plan: CalibrationPlan, which: int | str | None = None, *, seeds: int = SEEDS, key: int = 0,
    workers: int | None = None, progress: Callable[[int, int], None] | None = None, simulate: Simulator | None = None,
) -> ConditionedWorlds:  # fmt: skip
    """Run plausible worlds and find which could have given what was measured.

    In each world the organization takes the world's values where it is left at its defaults; what the plan would fit
    moves with the world even where the organization sets it, by `values_in`.

    Args:
        plan: What was measured, and of which organization.
        which: How many worlds, or a file that names some; all there are by default.
        seeds: Runs of each world, the same luck in all.
        key: Key of the luck, from 0.
        workers: Threads; as many as there are cores by default.
        progress: Told how many runs are done and how many there are.
        simulate: What runs a point of the parameters; the plan's scenario by default.

    Raises:
        InputError: There are not so many worlds, they belong to other rules, or the key cannot be.
        KeyboardInterrupt: It was stopped before some worlds were run.
    """
    check_search(Search(seed=key), 0)
    chosen = worlds(which)
    run = simulate or ScenarioRuns(plan.scenario, plan.weeks, workers, plan.measures)
    luck = [(1 + key) * SEEDS_APART + number for number in range(seeds)]
    parts: list[pd.DataFrame] = []
    done = 0
    for begin in range(0, len(chosen), _BLOCK):
        block = [(world, seed) for world in chosen[begin : begin + _BLOCK] for seed in luck]
        try:
            rows = run([values_in(world, plan) for world, _ in block], [seed for _, seed in block])
        except RunStopped:
            break
        ids = pd.DataFrame({"world": [world.name for world, _ in block], "seed": [seed for _, seed in block]})
        parts.append(pd.concat([ids, rows[["error", *plan.measures]]], axis=1))
        done = begin + len(block) // seeds
        if progress:
            progress(done * seeds, len(chosen) * seeds)
    if not parts:
        raise KeyboardInterrupt
    return ConditionedWorlds(plan, chosen[:done], pd.concat(parts, ignore_index=True), done < len(chosen))


def values_in(world: PlausibleWorld, plan: CalibrationPlan) -> dict[str, float]:
    """Give the values an organization takes in a world, where what is fitted to it is known no better than the world.

    What the plan would fit and the scenario sets moves by the ratio of the world's value to the default, or by their
    difference where a zero means nothing, within what is allowed.
    """
    values = world.within(plan.scenario)
    for prior in plan.priors:
        name = prior.dotted
        if name in values or name not in world.assumed:
            continue
        item, own = parameter(name), float(plan.scenario[name])
        default = float(item.default)
        apart = name in AROUND or not default
        moved = own + world.assumed[name] - default if apart else own * world.assumed[name] / default
        values[name] = min(max(moved, float(item.low or 0.0)), float(item.high or 0.0))
    return values


UNITS = {"wins": "opportunities", "win_rate": "share", "cycle_days": "days", "bookings": "currency"}
"""What is forecast of each manager's team and of all: wins, won of closed, median cycle, bookings; with units."""

ALL = "All teams"
RUNS = 200
"""Runs of the forecast, in the worlds that remain in turn, each with luck of its own."""

NAIVE_DRAWS = 400
_SEED = 8_000_000  # beyond the runs that condition the worlds


@dataclass(frozen=True)
class QuarterForecast:
    """What was forecast for a quarter, and what happened.

    Attributes:
        quarter: Such as `2017Q4`.
        cells: A row a team (and `ALL`) and measure: `team`, `measure`, `unit`, `data`, and for the worlds and the naive
            forecast, the latter with `naive_` before: `low`, `median`, `high` (of 95%), `inside`, `score`.
        runs: Runs of the forecast.
        interrupted: Whether Ctrl-C ended it before all were done.
    """

    quarter: str
    cells: pd.DataFrame
    runs: int
    interrupted: bool

    @property
    def judged(self) -> pd.DataFrame:
        """Cells of single teams, which count."""
        return self.cells[self.cells["team"] != ALL]

    def by_measure(self) -> pd.DataFrame:
        """Give a row a measure: `measure`, `cells`, `covered` and `naive_covered` (shares), `score` (of naive)."""
        rows = []
        for measure, part in self.judged.groupby("measure", sort=False):
            score = part["score"].mean() / part["naive_score"].mean()
            rows.append((measure, len(part), part["inside"].mean(), part["naive_inside"].mean(), score))
        return pd.DataFrame(rows, columns=["measure", "cells", "covered", "naive_covered", "score"])


def before_last(data: CrmData) -> CrmData:
    """Give an export as it was before its last whole quarter.

    Raises:
        InputError: It has fewer than two whole quarters.
    """
    return data_until(data, (last_quarter(data).start_time - pd.Timedelta(days=1)).normalize())


def forecast_quarter(
    found: ConditionedWorlds, data: CrmData, past: CrmData, *, runs: int = RUNS, key: int = 0,
    workers: int | None = None, progress: Callable[[int, int], None] | None = None,
) -> QuarterForecast:  # fmt: skip
    """Forecast the quarter after those that conditioned the worlds, and put it beside what happened.

    Args:
        found: Worlds conditioned on `past`; at least one remains.
        data: The whole export.
        past: The export before its last whole quarter, as `before_last` gives it.
        runs: How many, in the worlds that remain in turn.
        key: Key of the luck, from 0.
        workers: Threads; as many as there are cores by default.
        progress: Told how many runs are done and how many there are.

    Raises:
        KeyboardInterrupt: It was stopped before a run was done.
    """
    quarter = str(last_quarter(data))
    closed = closings(data)
    whole = past.moments.quarters.loc[past.moments.quarters["full"], "quarter"]
    simulated = _simulated(found, runs, (1 + key) * SEEDS_APART + _SEED, workers, progress)
    step = rounded_to(closed["days"].dropna().to_numpy())
    naive = naive_cells(closed[closed["quarter"].isin(list(whole))], len(whole), step)
    seen = cells_of(closed[closed["quarter"] == quarter], step)
    return QuarterForecast(quarter, beside(seen, simulated, naive), len(simulated), len(simulated) < runs)


def closings(data: CrmData) -> pd.DataFrame:
    """Closed opportunities of an export: team, won, amount, days, quarter."""
    frame = data.opportunities[data.opportunities["closed"].notna()]
    return pd.DataFrame({
        "team": frame["manager"].astype("str"), "won": frame["outcome"] == "won", "amount": frame["amount"].fillna(0.0),
        "days": frame["cycle_days"], "quarter": frame["closed"].dt.to_period("Q").astype("str"),
    })  # fmt: skip


def cells_of(deals: pd.DataFrame, step: float = 1.0) -> pd.Series[float]:
    """Measure every team, and all together.

    Args:
        deals: Closed opportunities: team, won, amount (0 unless won), days.
        step: Days to which durations are rounded; medians are interpolated within it.

    Returns:
        Values by (team, measure).
    """
    found: dict[tuple[str, str], float] = {}
    for team, rows in [*deals.groupby("team"), (ALL, deals)]:
        known = rows["days"].dropna().to_numpy(dtype=float) / step
        won = rows["won"].astype(bool)
        values = (won.sum(), won.mean(), grouped_median(known) * step, rows.loc[won, "amount"].sum())
        found |= {(str(team), measure): float(value) for measure, value in zip(UNITS, values, strict=True)}
    return pd.Series(found)


def naive_cells(deals: pd.DataFrame, quarters: int, step: float = 1.0, seed: int = 0) -> pd.DataFrame:
    """Forecast a quarter like those before, team by team; deals of so many whole quarters. [draws x cells]."""
    rng = np.random.default_rng(seed)
    teams = [rows for _, rows in deals.groupby("team")]
    rows = []
    for _ in range(NAIVE_DRAWS):
        parts = [one.iloc[rng.integers(0, len(one), rng.poisson(len(one) / quarters))] for one in teams]
        rows.append(cells_of(pd.concat(parts), step))
    return pd.DataFrame(rows)


def interval_score(value: float, low: float, high: float, alpha: float = ALPHA) -> float:
    """Width of an interval that is to hold all but `alpha`, and 2 / alpha times how far outside a value lies."""
    return high - low + 2.0 / alpha * (max(low - value, 0.0) + max(value - high, 0.0))


def beside(seen: pd.Series[float], simulated: pd.DataFrame, naive: pd.DataFrame) -> pd.DataFrame:
    """Put what happened beside two forecasts [runs x cells]: the cells of a `QuarterForecast`.

    A team that closed nothing in a run has won and booked 0 there; cells nobody forecast are left out.
    """
    rows = []
    for key, value in seen.items():
        team, measure = cast("tuple[str, str]", key)
        row: dict[str, object] = {"team": team, "measure": measure, "unit": UNITS[measure], "data": value}
        for prefix, table in (("", simulated), ("naive_", naive)):
            values = table[team, measure] if (team, measure) in table else pd.Series(dtype=float)
            values = values.fillna(0.0) if measure in ("wins", "bookings") else values.dropna()
            low, median, high = values.quantile([ALPHA / 2.0, 0.5, 1.0 - ALPHA / 2.0])
            row |= {f"{prefix}low": low, f"{prefix}median": median, f"{prefix}high": high}
            row |= {f"{prefix}inside": bool(low <= value <= high), f"{prefix}score": interval_score(value, low, high)}
        rows.append(row)
    return pd.DataFrame(rows).dropna(subset=["data", "low", "naive_low"]).reset_index(drop=True)


def _simulated(
    found: ConditionedWorlds, runs: int, first: int, workers: int | None, progress: Callable[[int, int], None] | None
) -> pd.DataFrame:
    """Cells of the quarter after those that were measured, run by run. [runs x cells]."""
    plan, left = found.plan, found.remaining
    scenarios = [plan.scenario.override(values_in(world, plan)) for world in left]

    def job(number: int, stopped: threading.Event) -> pd.Series[float]:
        if stopped.is_set():
            raise RunStopped
        deals = simulate(scenarios[number % len(left)], first + number, plan.weeks + WEEKS_PER_QUARTER).deals
        deals = deals[(deals["closed"] >= plan.weeks) & (deals["true_reason"] != "disqualified")]
        days = (deals["closed"] - deals["created"]) * WEEK
        won = deals["outcome"] == "won"
        frame = pd.DataFrame({"team": deals["manager"], "won": won, "amount": deals["amount"], "days": days})
        return cells_of(frame, WEEK)

    rows = list(Batch(job, workers).results(range(runs), progress))
    if not rows:
        raise KeyboardInterrupt
    return pd.DataFrame(rows)
