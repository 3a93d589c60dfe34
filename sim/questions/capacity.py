"""Capacity: what an organization books by quarter, beside what a spreadsheet would say, and why they differ.

The spreadsheet counts seats, lets new ones ramp, and multiplies by what a ramped seat brought in the last year. It
knows no empty seats, no meetings, no queues, and no market that runs dry. The gap is shared out exactly over five
factors whose product is bookings (Shapley values, as `sim.studies.drivers`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from agents.machinery.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from sim.engine.world import World
from sim.measures.weekly import by_week
from sim.questions.year_before import SEEDS, run_sheet
from sim.scenario.errors import InputError
from sim.scenario.measures import DERIVED
from sim.studies.drivers import shapley
from sim.studies.statistics import Interval, mean_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import ArrayLike

    from agents.machinery.record import Rows
    from sim.questions.year_before import SheetRuns
    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats

FACTORS = {
    "seats": "seats opened or closed otherwise than planned",
    "filled": "empty seats",
    "ramped": "people still ramping",
    "hours": "hours that reach buyers",
    "worth": "what such an hour brings",
}
"""Factors whose product is bookings, in the words of the gap."""

_COLUMNS = ("seats", "filled", "ramped", "quota", "hours", "bookings")


@dataclass(frozen=True)
class Capacity:
    """What a scenario books, and what a spreadsheet says it will.

    Attributes:
        scenario: The organization.
        seeds: Seeds that were run.
        weeks: Weeks of each run.
        quarters: A row a quarter, means over seeds: `quarter` (from 1), `seats`, `filled` and `ramped` seats, `plan`
            (quotas without over-assignment) and `quota`, `attainment`, `bookings` with `low` and `high` (95%), `sheet`,
            `gap`, and its parts `gap_` and a name of `FACTORS`; amounts in currency.
        parts: Each factor's part of the gap over the run, with its interval over seeds. [currency]
        booked, sheet, gap: Bookings of the run, the sheet's, and their difference. [currency]
        brought: What a ramped seat brought in the year before. [currency / year]
        interrupted: Whether it was stopped before all seeds were run.
    """

    scenario: Scenario
    seeds: list[int]
    weeks: int
    quarters: pd.DataFrame
    parts: dict[str, Interval]
    booked: Interval
    sheet: Interval
    gap: Interval
    brought: float
    interrupted: bool


def capacity(
    scenario: Scenario,
    seeds: int | Iterable[int] = SEEDS,
    *,
    weeks: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Capacity:
    """Run an organization and compute the spreadsheet from its own last year.

    Args:
        scenario: The organization.
        seeds: How many, or which.
        weeks: Weeks of each run, whole quarters of it count; the scenario's own by default.
        workers: Threads, as many as there are cores by default.
        progress: Told after each seed how many are done and how many there are.

    Raises:
        InputError: There is no whole quarter, no year of burn-in to learn from, or nothing was booked in it.
        KeyboardInterrupt: It was stopped before two seeds were finished.
    """
    runs = run_sheet(_run, scenario, seeds, weeks=weeks, workers=workers, progress=progress)
    before, after = (np.array(side) for side in zip(*runs.found, strict=True))
    if not (before[:, :, -1] > 0.0).all():
        raise InputError("nothing was booked in the last year of the burn-in, so a spreadsheet has nothing to go by")
    return _put_together(scenario, runs, before, after)


def _run(scenario: Scenario, seed: int, weeks: int) -> tuple[Floats, Floats]:
    """What the last year before was, spread over its quarters' mean, and what each quarter was. [quarters, columns]."""
    world = World.begin(scenario, seed, weeks, deals=False, tables=True)
    start = _people(world.state.reps, scenario)
    year = world.weekly(-WEEKS_PER_YEAR, 0)
    flows = _flows(year) / (WEEKS_PER_YEAR / WEEKS_PER_QUARTER)
    filled = float(year["reps"].mean())
    before = np.array([[start[0], filled, start[2] / max(start[1], 1.0) * filled, *flows]])
    world.finish()
    rows, last = [], start
    for quarter in world.quarters:
        now = _people(quarter.reps, scenario)
        weekly = world.weekly(quarter.end - WEEKS_PER_QUARTER, quarter.end)
        filled = float(weekly["reps"].mean())
        share = (last[2] + now[2]) / max(last[1] + now[1], 1.0)
        rows.append([(last[0] + now[0]) / 2.0, filled, share * filled, *_flows(weekly)])
        last = now
    return before, np.array(rows)


def _people(reps: Rows | None, scenario: Scenario) -> tuple[float, float, float]:
    """Planned seats, filled seats, and these counted by how far their holders have ramped."""
    assert reps is not None  # noqa: S101 - tables were asked for
    active = reps["active"] == 1
    return float((reps["planned"] == 1).sum()), float(active.sum()), float(ramp(scenario, reps["tenure"][active]).sum())


def ramp(scenario: Scenario, tenure: ArrayLike) -> Floats:
    """How far people have ramped after so many weeks, as the rule of `agents.rep.learning` has it. [share]."""
    start, pace = (float(scenario[f"talent.{name}"]) for name in ("ramp_start", "ramp_weeks"))
    return np.asarray(1.0 - (1.0 - start) * np.exp(-np.asarray(tenure) / pace) * float(scenario["mechanisms.ramp"]))


def _flows(weekly: Rows) -> Floats:
    """Quotas, hours that reached buyers, bookings. [currency, hours, currency]."""
    hours = (by_week(weekly, DERIVED["customer_hours"], nothing=0.0) * weekly["reps"]).sum()
    return np.array([weekly["quota"].sum(), hours, weekly["bookings"].sum()])


def planned_seats(scenario: Scenario, seats: float, quarters: int) -> tuple[Floats, Floats]:
    """Seats of a plan in the middle of each quarter, and how many of them have ramped, if nobody leaves. [quarters]."""
    growth = 1.0 + float(scenario["talent.headcount_growth_per_year"])
    middle = (np.arange(quarters) + 0.5) * WEEKS_PER_QUARTER
    planned = seats * growth ** (middle / WEEKS_PER_YEAR)
    opened = np.diff(planned, prepend=seats)
    ramped = []
    for now in range(quarters):
        ages = (now - np.arange(now + 1)) * float(WEEKS_PER_QUARTER)
        ramped.append(seats + float((opened[: now + 1] * ramp(scenario, ages)).sum()))
    return planned, np.array(ramped)


def _factors(seats: Floats, filled: Floats, ramped: Floats, hours: Floats, bookings: Floats) -> Floats:
    """Seats, filled share, ramped share, hours a ramped seat, bookings an hour. [factors, ...]."""
    steps = (np.ones_like(seats), seats, filled, ramped, hours, bookings)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.array([np.where(one > 0.0, two / one, np.nan) for one, two in itertools.pairwise(steps)])


def _put_together(scenario: Scenario, runs: SheetRuns, before: Floats, after: Floats) -> Capacity:
    """Make the table from the year before and the quarters, [seeds, quarters, columns] each."""
    count = after.shape[1]
    year = {name: before[:, :, place] for place, name in enumerate(_COLUMNS)}
    now = {name: after[:, :, place] for place, name in enumerate(_COLUMNS)}
    plans = [planned_seats(scenario, float(one), count) for one in year["seats"][:, 0]]
    seats, ramped = (np.array([plan[part] for plan in plans]) for part in (0, 1))
    a_seat = year["bookings"] / year["ramped"]
    sheet = ramped * a_seat
    told = _factors(seats, seats, ramped, ramped * year["hours"] / year["ramped"], sheet)
    seen = _factors(*(now[name] for name in ("seats", "filled", "ramped", "hours", "bookings")))
    parts = shapley(told.reshape(len(FACTORS), -1), seen.reshape(len(FACTORS), -1)).reshape(len(FACTORS), *sheet.shape)
    booked = [mean_interval(now["bookings"][:, quarter]) for quarter in range(count)]
    above = 1.0 + float(scenario["strategy.over_assignment"])
    quotas = now["quota"].mean(axis=0)
    table = pd.DataFrame({
        "quarter": np.arange(1, count + 1),
        **{name: now[name].mean(axis=0) for name in ("seats", "filled", "ramped")},
        "plan": quotas / above, "quota": quotas,
        "attainment": now["bookings"].mean(axis=0) / np.where(quotas > 0.0, quotas, np.nan),
        "bookings": [one.mean for one in booked], "low": [one.low for one in booked],
        "high": [one.high for one in booked],
        "sheet": sheet.mean(axis=0), "gap": (now["bookings"] - sheet).mean(axis=0),
        **{f"gap_{name}": parts[place].mean(axis=0) for place, name in enumerate(FACTORS)},
    })  # fmt: skip
    return Capacity(
        scenario, runs.seeds, runs.weeks, table,
        {name: mean_interval(parts[place].sum(axis=1)) for place, name in enumerate(FACTORS)},
        mean_interval(now["bookings"].sum(axis=1)), mean_interval(sheet.sum(axis=1)),
        mean_interval((now["bookings"] - sheet).sum(axis=1)), float(4.0 * a_seat.mean()), runs.interrupted,
    )  # fmt: skip
