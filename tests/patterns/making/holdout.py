"""Pattern R2: a CRM export fitted on its earlier quarters and judged on its last, team by team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from sim.crm.durations import WEEK, rounded_to
from sim.crm.until import data_until, last_quarter
from sim.measures.run import simulate
from sim.measures.whole_run import grouped_median
from sim.questions.calibrate.find import calibrate, drawn
from sim.questions.calibrate.worlds import WEEKS_PER_QUARTER, crm_plan
from sim.studies.executor import Batch, RunStopped
from tests.patterns.forecast import ALL

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from sim.crm.load import CrmData
    from sim.questions.calibrate.find import Calibration
    from sim.questions.calibrate.search import Search
    from sim.scenario.scenario import Scenario

CELLS = ("wins", "win_rate", "cycle_days", "bookings")
"""What is judged of each manager's team: wins, won of closed, median cycle, bookings without the largest line."""

LARGEST = "largest_line"
"""Bookings of the product line with the largest deals: shown apart, since one deal of it can make a quarter."""

NAIVE_DRAWS = 400
FORECASTS = 200
"""Runs of the forecast, each a draw of the posterior with new luck."""

_SEED = 8_000_000  # beyond the runs of the calibration


@dataclass(frozen=True)
class Forecast:
    """What was forecast for the last quarter, and what happened.

    Attributes:
        cells: A row a team and measure: `team`, `measure`, `data`, and for the model and the naive forecast the
            median, the ends of the 95% interval and whether it covers the data: `median`, `low`, `high`, `inside`,
            `naive_median`, `naive_low`, `naive_high`, `naive_inside`.
        calibration: The fit on the earlier quarters.
        quarter: The quarter that was judged, such as "2017Q4".
        line: Line with the largest deals.
        runs: Runs of the forecast.
    """

    cells: pd.DataFrame
    calibration: Calibration
    quarter: str
    line: str
    runs: int

    @property
    def judged(self) -> pd.DataFrame:
        """Cells that count: single teams, without the largest line."""
        return self.cells[(self.cells["team"] != ALL) & (self.cells["measure"] != LARGEST)]


def forecast(
    data: CrmData,
    search: Search,
    *,
    runs: int = FORECASTS,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Forecast:
    """Fit the whole quarters before the last one, forecast that one, and put it beside what happened.

    Args:
        data: The whole export.
        search: How much is searched.
        runs: Runs of the forecast.
        workers: Threads.
        progress: Told how many runs of the present stage are done and how many there are at most.

    Raises:
        InputError: The export has fewer than two whole quarters, or cannot be fitted.
    """
    quarter = last_quarter(data)
    past = data_until(data, (quarter.start_time - pd.Timedelta(days=1)).normalize())
    plan = crm_plan(past, progress=progress)
    found = calibrate(plan, search, workers=workers, progress=progress)
    line = str(past.lines["line"].iloc[int(past.lines["mean_amount"].to_numpy().argmax())])
    names = [prior.dotted for prior in plan.priors]
    points = drawn(found.draws, names, runs, search.seed + 1)
    scenarios = [plan.scenario.override(point) for point in points]
    simulated = _simulated(scenarios, plan.weeks, line, found.first_seed + _SEED, workers)
    closed = closings(data)
    step = rounded_to(closed["days"].dropna().to_numpy())
    seen = cells_of(closed[closed["quarter"] == str(quarter)], line, step)
    whole = list(past.moments.quarters.loc[past.moments.quarters["full"], "quarter"])
    naive = naive_cells(closed[closed["quarter"].isin(whole)], len(whole), line, step)
    return Forecast(_beside(seen, simulated, naive), found, str(quarter), line, runs)


def closings(data: CrmData) -> pd.DataFrame:
    """Closed opportunities of an export: team, line, won, amount (0 unless won), days, quarter."""
    frame = data.opportunities[data.opportunities["closed"].notna()]
    return pd.DataFrame({
        "team": frame["manager"].astype("str"), "line": frame["line"].astype("str"),
        "won": frame["outcome"] == "won", "days": frame["cycle_days"],
        "amount": frame["amount"].where(frame["outcome"] == "won", 0.0).fillna(0.0),
        "quarter": frame["closed"].dt.to_period("Q").astype("str"),
    })  # fmt: skip


def _simulated(scenarios: list[Scenario], begin: int, line: str, first: int, workers: int | None) -> pd.DataFrame:
    """Cells of the quarter that begins in a week, run by run. [runs x cells]."""

    def job(number: int, stopped: threading.Event) -> pd.Series[float]:
        if stopped.is_set():
            raise RunStopped
        deals = simulate(scenarios[number], first + number, begin + WEEKS_PER_QUARTER).deals
        deals = deals[(deals["closed"] >= begin) & (deals["true_reason"] != "disqualified")]
        won = deals["outcome"] == "won"
        frame = pd.DataFrame({
            "team": deals["manager"], "line": deals["line"], "won": won, "amount": deals["amount"].where(won, 0.0),
            "days": (deals["closed"] - deals["created"]) * WEEK,
        })  # fmt: skip
        return cells_of(frame, line, WEEK)

    batch = Batch(job, workers)
    with batch.stop_on_interrupt():
        rows = [row for _, row in batch.run(range(len(scenarios)))]
    if batch.stopped.is_set():
        raise KeyboardInterrupt
    return pd.DataFrame(rows)


def cells_of(deals: pd.DataFrame, line: str, step: float = 1.0) -> pd.Series[float]:
    """Measure every team, and all together.

    Args:
        deals: Closed opportunities: team, line, won, amount, days.
        line: Product line that is shown apart.
        step: Days to which durations are rounded; medians are interpolated within it.

    Returns:
        Values by (team, measure).
    """
    found: dict[tuple[str, str], float] = {}
    for team, rows in [*deals.groupby("team"), (ALL, deals)]:
        known = rows["days"].dropna().to_numpy(dtype=float) / step
        apart = rows["line"] == line
        found |= {
            (str(team), "wins"): float(rows["won"].sum()),
            (str(team), "win_rate"): float(rows["won"].mean()),
            (str(team), "cycle_days"): grouped_median(known) * step,
            (str(team), "bookings"): float(rows.loc[~apart, "amount"].sum()),
            (str(team), LARGEST): float(rows.loc[apart, "amount"].sum()),
        }
    return pd.Series(found)


def naive_cells(deals: pd.DataFrame, quarters: int, line: str, step: float = 1.0, seed: int = 0) -> pd.DataFrame:
    """Forecast a quarter like those before: as many closings as their mean (Poisson), each drawn from them.

    Args:
        deals: Closed opportunities of whole quarters.
        quarters: How many quarters they are from.
        line: Product line that is shown apart.
        step: As in `cells_of`.
        seed: Key of the draws.

    Returns:
        [draws x cells]
    """
    rng = np.random.default_rng(seed)
    teams = [rows for _, rows in deals.groupby("team")]
    rows = []
    for _ in range(NAIVE_DRAWS):
        parts = [one.iloc[rng.integers(0, len(one), rng.poisson(len(one) / quarters))] for one in teams]
        rows.append(cells_of(pd.concat(parts), line, step))
    return pd.DataFrame(rows)


def _beside(seen: pd.Series[float], simulated: pd.DataFrame, naive: pd.DataFrame) -> pd.DataFrame:
    """Put what happened beside the two forecasts; a team that booked nothing of something in a run has 0 there."""
    rows = []
    for key, value in seen.items():
        team, measure = cast("tuple[str, str]", key)
        row: dict[str, object] = {"team": team, "measure": measure, "data": value}
        for prefix, table in (("", simulated), ("naive_", naive)):
            values = table[team, measure] if (team, measure) in table else pd.Series(dtype=float)
            low, median, high = values.quantile([0.025, 0.5, 0.975])
            row |= {f"{prefix}median": median, f"{prefix}low": low, f"{prefix}high": high}
            row[f"{prefix}inside"] = bool(low <= value <= high)
        rows.append(row)
    return pd.DataFrame(rows)
