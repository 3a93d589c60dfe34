"""R3 and R4: what is judged, on made-up numbers, and the export the program makes itself."""

import math

import numpy as np
import pandas as pd
import pytest

from sim.studies.statistics import Interval
from tests.patterns import imports as pattern
from tests.patterns.making.imports import MEASURES, YEARS, changes, own_export
from tests.patterns.making.pattern import Effort
from tests.patterns.making.registry import chosen

UNKNOWN = Interval(2, math.nan, math.nan, math.nan)


def years(growth: float, seeds: int = 30) -> pd.DataFrame:
    luck = np.random.default_rng(1).normal(1.0, 0.02, seeds)  # a seed's own, the same in every year
    rows = [
        {"seed": seed, "year": year, **dict.fromkeys(MEASURES, luck[seed] * (1 + growth * (year - 1)))}
        for seed in range(seeds)
        for year in range(1, YEARS + 1)
    ]
    return pd.DataFrame(rows)


def test_the_change_is_that_of_the_last_year_against_the_first():
    table = pd.DataFrame({"seed": [0, 0, 1, 1], "year": [1, 3, 1, 3], "bookings": [10.0, 12.0, 20.0, 19.0]})
    assert changes(table, "bookings") == pytest.approx([0.2, -0.05])


@pytest.mark.parametrize(
    ("low", "high", "trend", "met"),
    [
        (-0.01, 0.02, UNKNOWN, True),
        (0.01, 0.02, UNKNOWN, False),
        (0.01, 0.02, Interval(8, 0.0, -0.1, 0.1), False),  # the data have no sure trend
        (0.10, 0.12, Interval(8, 0.06, 0.04, 0.08), True),  # two years of 4 to 8% are 8.2 to 16.6%
        (0.20, 0.22, Interval(8, 0.06, 0.04, 0.08), False),
        (-0.02, 0.01, Interval(8, 0.06, 0.04, 0.08), True),  # who grows in the data may stand still
        (-0.10, -0.08, Interval(8, 0.06, 0.04, 0.08), False),
    ],
)
def test_it_stands_where_it_goes_no_further_than_the_data(low: float, high: float, trend: Interval, *, met: bool):
    assert pattern.stands(Interval(50, (low + high) / 2, low, high), trend) is met


@pytest.mark.parametrize(
    ("growth", "seeds", "verdict"), [(0.0, 30, "holds"), (0.05, 30, "fails"), (0.0, 6, "undecided")]
)
def test_a_verdict_needs_seeds_and_no_drift(growth: float, seeds: int, verdict: str):
    trends = {"an export": dict.fromkeys(MEASURES, UNKNOWN)}
    finding = pattern.judge_still({"an export": years(growth, seeds)}, trends, seeds)
    assert finding.verdict == verdict
    assert set(finding.table["year"]) == {1, 2, 3}
    pattern._figure_still(finding)


@pytest.mark.parametrize(("inside", "seeds", "verdict"), [(8, 50, "holds"), (7, 50, "fails"), (10, 6, "undecided")])
def test_four_cells_in_five_decide(inside: int, seeds: int, verdict: str):
    table = pd.DataFrame({
        "segment": ["line"] * 5 + ["cycle"] * 5, "cell": [f"secret {number}" for number in range(10)], "rows": 100,
        "data": 0.5, "error": 0.05, "model": 0.6, "inside": [number < inside for number in range(10)],
    })  # fmt: skip
    finding = pattern.judge_segments({"an export": table}, seeds)
    assert finding.verdict == verdict
    assert finding.numbers[0].value == inside / 10
    assert finding.table["distance"].tolist() == pytest.approx([2.0] * 10)
    assert "secret" not in finding.table.to_csv(), "nothing of an export is stored"
    pattern._figure_segments(finding)


def test_they_run_without_an_export():
    assert {"R3", "R4"} <= {one.id for one in chosen([], export=False)}


@pytest.mark.slow
def test_the_programs_own_export_has_two_years_and_a_name_for_every_origin():
    data = own_export()
    assert data.moments.quarters["full"].sum() == 8
    assert data.opportunities["source"].notna().all()
    assert "Referral" in set(data.opportunities["source"])
    assert data.moments.season is None


@pytest.mark.slow
def test_a_quick_effort_goes_through():
    effort = Effort.quick(1)
    assert pattern._still(effort).verdict == "undecided"
    assert pattern._segments(effort).verdict == "undecided"
