"""R1: the rows, the verdicts, and the baseline against its ranges with few seeds."""

import math

import numpy as np
import pytest

from sim.scenario.errors import InputError
from sim.scenario.evidence import evidence_row
from sim.scenario.measures import MEASURES
from sim.studies.statistics import Interval
from tests.patterns.making.ranges import (
    LABELS,
    SCENARIOS,
    TARGETS,
    Target,
    Verdict,
    intervals,
    judged,
    measured,
    readings_table,
)


def verdict(measure: str, evidence: str, mean: float) -> Verdict:
    return Verdict(Target("baseline", measure, evidence), Interval(200, mean, mean - 0.01, mean + 0.01))


def test_there_is_one_named_row_for_each_measure_and_scenario():
    names = [target.name for target in TARGETS]
    assert len(set(names)) == len(names) == len(SCENARIOS) * (len(LABELS) - 1) + 4 == 74
    assert "baseline: win rate (WIN-01)" in names
    assert "scale_over_50k: cycle (CYC-03)" in names
    assert "gtm_fit_15k_to_50k: win rate (WIN-04)" in names


def test_every_row_has_a_range():
    for target in TARGETS:
        low, high = target.range
        assert 0 < low < high


def test_a_row_without_a_range_is_no_target():
    assert evidence_row("WIN-15").low is None
    with pytest.raises(ValueError, match="WIN-15"):
        _ = Target("baseline", "win_rate", "WIN-15").range


@pytest.mark.parametrize(
    ("measure", "evidence", "mean", "text"),
    [
        ("win_rate", "WIN-01", 0.15, "inside"),
        ("win_rate", "WIN-01", 0.30, "inside"),
        ("win_rate", "WIN-01", 0.32, "outside (2.00 points above)"),
        ("cycle_days", "CYC-01", 10.0, "outside (4.00 days below)"),
        ("turnover", "TUR-01", math.nan, "outside (no value in any run)"),
    ],
)
def test_a_verdict_says_by_how_much(measure: str, evidence: str, mean: float, text: str):
    assert verdict(measure, evidence, mean).text == text
    assert verdict(measure, evidence, mean).inside == (text == "inside")


def test_values_are_judged_by_scenario_and_measure():
    found = judged(
        {("baseline", "win_rate"): Interval(2, 0.3, 0.2, 0.4), ("baseline", "won"): Interval(2, 1.0, 0.0, 2.0)}
    )
    assert [one.target.name for one in found] == ["baseline: win rate (WIN-01)"]
    assert found[0].found.mean == pytest.approx(0.3)


def test_values_are_kept_as_intervals_in_both_readings():
    values = {name: np.full(3, 0.3) for name in MEASURES}
    values |= {"win_rate": np.array([0.2, 0.4, 0.0]), "win_rate_qualified": np.array([0.4, 0.5, 0.0])}
    values["loss_rate"] = np.array([0.2, 0.4, 0.5])
    table = readings_table({"baseline": values})
    usual, qualified = intervals(table), intervals(table, "qualified")
    assert usual["baseline", "win_rate"].mean == pytest.approx(0.2)
    assert usual["baseline", "cycle_days"].n == 3
    assert qualified["baseline", "win_rate"].mean == pytest.approx(0.3)
    no_decision = qualified["baseline", "no_decision_rate"]
    assert (no_decision.n, no_decision.mean) == (2, pytest.approx((0.2 + 0.0) / 2))  # the run without a win is left out
    assert qualified["baseline", "disqualified"].mean == pytest.approx((0.5 + 0.2) / 2)


@pytest.mark.parametrize("seeds", [-1, 0, 1, 10_000_000])
def test_an_interval_needs_seeds(seeds: int):
    with pytest.raises(InputError, match=f"{seeds} seeds"):
        measured(seeds)


@pytest.mark.slow
def test_progress_counts_runs_and_workers_change_nothing():
    said: list[tuple[int, int]] = []
    one = measured(3, scenarios=["pmf_under_15k"], workers=1, progress=lambda *now: said.append(now))
    two = measured(3, scenarios=["pmf_under_15k"], workers=2)
    assert said == [(1, 3), (2, 3), (3, 3)]
    for name, values in one["pmf_under_15k"].items():
        np.testing.assert_array_equal(values, two["pmf_under_15k"][name])
