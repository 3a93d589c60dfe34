"""Bands by week and quarter equal those of all runs together."""

import numpy as np
import pytest

from agents.organization.measuring import WEEKLY
from sim.studies.bands import MEASURED, Bands, quarterly_values, weekly_values
from sim.studies.statistics import mean_interval


def rows_of(weeks, **values):
    rows = WEEKLY.allocate(weeks)
    for name, value in values.items():
        rows[name] = value
    return rows


def of(matrix, name):
    return matrix[MEASURED.index(name)]


def test_derived_measures():
    rows = rows_of(2, bookings=[10, 0], quota=[20, 0], won=1, lost=1, no_decision=2, hours_growth=3, hours_admin=1)
    found = weekly_values(rows)
    assert found.shape == (len(MEASURED), 2)
    assert of(found, "attainment")[0] == 0.5
    assert np.isnan(of(found, "attainment")[1])
    assert of(found, "win_rate").tolist() == [0.25, 0.25]
    assert of(found, "customer_hours").tolist() == [3, 3]
    assert of(found, "selling_share").tolist() == [0.75, 0.75]


def test_quarters_sum_flows_and_average_states():
    rows = rows_of(30, bookings=np.arange(30.0), quota=2.0, rep_trust=np.arange(30.0), reps=4.0)
    found = quarterly_values(weekly_values(rows))
    assert found.shape == (len(MEASURED), 2)
    assert of(found, "bookings").tolist() == [sum(range(13)), sum(range(13, 26))]
    assert of(found, "rep_trust").tolist() == [6.0, 19.0]
    assert of(found, "reps").tolist() == [4.0, 4.0]
    assert of(found, "attainment").tolist() == [78 / 26, 247 / 26]
    assert quarterly_values(weekly_values(rows_of(12))).shape == (len(MEASURED), 0)


def test_bands_and_paired_differences():
    chance = np.random.default_rng(2)
    runs = chance.normal(5, 2, (10, 2, len(MEASURED), 3))
    bands = Bands(["as_is", "more"], 3)
    for seed, (base, case) in enumerate(runs):
        bands.add({"as_is": base, "more": case} if seed != 4 else {"as_is": base})
    table = bands.frame("week", 0.05).set_index(["case", "week", "measure"])
    kept = np.delete(runs, 4, axis=0)
    cell = table.loc[("more", 2, "bookings")]
    level = mean_interval(kept[:, 1, MEASURED.index("bookings"), 2])
    gap = mean_interval((kept[:, 1] - kept[:, 0])[:, MEASURED.index("bookings"), 2])
    assert cell["n"] == 9
    assert table.loc[("as_is", 2, "bookings"), "n"] == 10
    assert (cell["mean"], cell["low"], cell["high"]) == pytest.approx((level.mean, level.low, level.high))
    shown = cell[["difference", "difference_low", "difference_high"]].tolist()
    assert shown == pytest.approx([gap.mean, gap.low, gap.high])
    assert np.isnan(table.loc[("as_is", 0, "cost"), "difference"])
