"""What R3 and R4 run: an export the program made itself, and scenarios of exports, year by year and cell by cell."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.crm import load_crm
from sim.crm.export import as_salesforce
from sim.crm.fit import fit
from sim.crm.segments import Segments
from sim.measures.run import simulate
from sim.measures.whole_run import grouped_median
from sim.scenario.scenario import Scenario
from tests.patterns.making.paired import in_parallel

if TYPE_CHECKING:
    import threading

    from sim.crm.load import CrmData
    from tests.patterns.making.pattern import Effort

OWN = "scale_under_15k"
"""Scenario whose deals the program exports as a CRM would, and reads again."""

OWN_CHANGES = {"structure.n_reps": 16, "structure.product_specialists": 1}
OWN_SEED, OWN_WEEKS = 9_000_000, 104
MEASURES = ("bookings", "win_rate", "cycle_median_days")
"""What is followed from year to year, by the columns of `Moments.quarters`."""

YEARS = 3
_WEEK = 7.0


def own_export() -> CrmData:
    """Run a scenario, write its deals as `flywheel deals --format salesforce` does, and read them as an export."""
    scenario = Scenario.load(OWN).override(OWN_CHANGES)
    run = simulate(scenario, OWN_SEED, OWN_WEEKS)
    record = {"start_date": str(scenario.start_date), "currency": scenario.currency}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "own.csv"
        as_salesforce(run.deals, run.open_deals, record).to_csv(file, index=False)
        return load_crm(file)


def exports(effort: Effort) -> dict[str, CrmData]:
    """Give the program's own export, and the one that was given, by what the page calls them."""
    found = {"program's own export": own_export()}
    if effort.crm is not None:
        found["public export"] = load_crm(effort.crm)
    return found


def as_is(data: CrmData) -> Scenario:
    """Give the scenario `flywheel crm` makes of an export, nothing said."""
    return Scenario.from_text(fit(data).text, file=f"{data.name}.toml")


def by_year(scenario: Scenario, seeds: int, effort: Effort) -> pd.DataFrame:
    """Bookings [currency], win rate [share] and median cycle [days] of each year of each seed.

    Returns:
        seed, year (from 1), and `MEASURES`. Shape (seeds x years,).
    """

    def job(seed: int, stopped: threading.Event) -> list[dict[str, float]]:
        del stopped
        deals = simulate(scenario, seed, 52 * YEARS).deals
        deals = deals[deals["true_reason"] != "disqualified"]
        rows = []
        for year, part in deals.groupby(deals["closed"] // 52):
            won = part["outcome"] == "won"
            days = grouped_median((part["closed"] - part["created"]).to_numpy()) * _WEEK
            values = dict(zip(MEASURES, (part.loc[won, "amount"].sum(), won.mean(), days), strict=True))
            rows.append({"seed": seed, "year": int(year) + 1, **values})
        return rows

    return pd.DataFrame([row for rows in in_parallel(job, seeds, effort) for row in rows])


def changes(years: pd.DataFrame, measure: str) -> np.ndarray:
    """Relative change from the first to the last year of each seed. Shape (seeds,). [ratio]."""
    table = years.pivot_table(index="seed", columns="year", values=measure).to_numpy()
    return np.asarray(table[:, -1] / table[:, 0] - 1.0)


def segments_beside(data: CrmData, scenario: Scenario, seeds: int, effort: Effort) -> pd.DataFrame:
    """Put the segments of an export beside the model's mean over seeds, each run as long as the whole quarters."""
    segments = Segments.of(data)
    weeks = 13 * max(1, int(data.moments.quarters["full"].sum()))

    def job(seed: int, stopped: threading.Event) -> pd.Series:
        del stopped
        return segments.of_deals(simulate(scenario, seed, weeks).deals)

    return segments.beside(in_parallel(job, seeds, effort))
