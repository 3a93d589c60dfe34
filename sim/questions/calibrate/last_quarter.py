"""The last quarter of an export, forecast by the plausible worlds that the quarters before it leave, and scored.

A forecast is scored by whether its 95% intervals cover what happened, and by the interval score, which counts the width
and twenty times twice the distance outside: who is sure and wrong pays most (Gneiting and Raftery, J. Am.
Stat. Assoc. 102 (2007) 359-378). The naive forecast is a quarter like those before: as many closings as their
mean (Poisson), each drawn from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from sim.crm.durations import WEEK, rounded_to
from sim.crm.until import data_until, last_quarter
from sim.measures.run import simulate
from sim.measures.whole_run import grouped_median
from sim.questions.calibrate.crm import WEEKS_PER_QUARTER
from sim.questions.calibrate.search import SEEDS_APART
from sim.questions.calibrate.worlds import values_in
from sim.studies.executor import Batch, RunStopped
from sim.studies.statistics import ALPHA

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from sim.crm.load import CrmData
    from sim.questions.calibrate.worlds import ConditionedWorlds

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
