"""A quarter that is held back: what it is in numbers, the naive forecast of it, and how forecasts are scored."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.answers.conditioned import _forecast_section, _foreseen
from sim.crm.durations import rounded_to
from sim.questions.calibrate import worlds as in_worlds
from sim.questions.calibrate.worlds import (
    ALL,
    QuarterForecast,
    beside,
    cells_of,
    forecast_quarter,
    interval_score,
    naive_cells,
)

DEALS = pd.DataFrame({
    "team": ["a", "a", "a", "b"], "won": [True, False, True, False], "amount": [10.0, 0.0, 30.0, 0.0],
    "days": [10.0, 20.0, 30.0, 7.0],
})  # fmt: skip


def test_a_quarter_is_measured_team_by_team_and_together():
    cells = cells_of(DEALS)
    assert (cells["a", "wins"], cells["a", "win_rate"], cells["a", "bookings"]) == (2.0, pytest.approx(2 / 3), 40.0)
    assert cells["a", "cycle_days"] == pytest.approx(20.0)
    assert (cells["b", "wins"], cells["b", "bookings"]) == (0.0, 0.0)
    assert (cells[ALL, "wins"], cells[ALL, "win_rate"]) == (2.0, 0.5)


def test_what_was_lost_books_nothing():
    assert cells_of(DEALS.assign(amount=100.0))["b", "bookings"] == 0.0


def test_who_is_sure_and_wrong_pays_forty_times_the_distance():
    assert interval_score(5.0, 4.0, 8.0) == pytest.approx(4.0)
    assert interval_score(3.5, 4.0, 8.0) == pytest.approx(4.0 + 40.0 * 0.5)
    assert interval_score(9.0, 4.0, 8.0) == pytest.approx(4.0 + 40.0)


def test_durations_noted_in_whole_weeks_are_interpolated_within_the_week():
    assert rounded_to(np.array([14.0, 21.0, 28.0])) == 7.0
    assert rounded_to(np.array([14.0, 21.0, 27.0])) == 1.0
    weekly = DEALS.assign(days=[14.0, 21.0, 21.0, 7.0])
    assert cells_of(weekly, 7.0)["a", "cycle_days"] == pytest.approx(21.0 - 3.5 + 7.0 * 0.5 / 2.0)
    assert naive_cells(pd.concat([weekly] * 50), 4, 7.0)["a", "cycle_days"].mean() == pytest.approx(19.25, abs=0.5)


def test_the_naive_forecast_has_as_many_closings_as_a_quarter_before():
    many = pd.concat([DEALS] * 50, ignore_index=True)
    draws = naive_cells(many, 4)
    assert len(draws) == in_worlds.NAIVE_DRAWS
    wins = draws["a", "wins"]
    assert wins.mean() == pytest.approx(25.0, abs=1.0), "100 wins in 4 quarters"
    assert wins.var() == pytest.approx(25.0, rel=0.25), "a Poisson number of closings, each won or not, is Poisson"


def forecast() -> QuarterForecast:
    """The worlds see wins from 0 to 10 and the naive draw from 4 to 6; it came to 8."""
    seen = pd.Series({("a", "wins"): 8.0, (ALL, "wins"): 8.0})
    wide, narrow = np.linspace(0.0, 10.0, 401), np.linspace(4.0, 6.0, 401)
    tables = [pd.DataFrame({("a", "wins"): values, (ALL, "wins"): values}) for values in (wide, narrow)]
    return QuarterForecast("2027Q1", beside(seen, *tables), 401, interrupted=False)


def test_both_forecasts_stand_beside_what_happened_and_teams_count():
    found = forecast()
    row = found.judged.iloc[0]
    assert len(found.judged) == 1
    assert (row["low"], row["median"], row["high"], row["inside"]) == pytest.approx((0.25, 5.0, 9.75, True))
    assert (row["naive_low"], row["naive_high"], row["naive_inside"]) == pytest.approx((4.05, 5.95, False))
    assert (row["score"], row["naive_score"]) == pytest.approx((9.5, 1.9 + 40.0 * 2.05))
    table = found.by_measure().iloc[0]
    assert (table["cells"], table["covered"], table["naive_covered"]) == (1, 1.0, 0.0)
    assert table["score"] == pytest.approx(9.5 / 83.9)


def test_a_team_that_closed_nothing_in_a_run_booked_nothing_and_has_no_cycle():
    seen = pd.Series({("a", "bookings"): 1.0, ("a", "cycle_days"): 5.0, ("c", "wins"): 1.0})
    runs = pd.DataFrame({("a", "bookings"): [np.nan, 4.0], ("a", "cycle_days"): [np.nan, 6.0]})
    rows = beside(seen, runs, runs).set_index("measure")
    assert rows["median"].to_dict() == {"bookings": 2.0, "cycle_days": 6.0}, "nobody forecast team c"


def test_the_answer_tells_coverage_and_score():
    text = _foreseen(forecast())
    assert "2027Q1 was held back: 95% of 401 runs in the worlds that remain cover 1 of 1 of its numbers" in text
    assert "for wins 0.11 (below 1 is better)" in text
    section = _forecast_section(forecast(), "USD")
    assert section.tables[0].rows == [["wins", "8.00 opportunities", "0.25 to 9.75 opportunities",
                                       "4.05 to 5.95 opportunities"]]  # fmt: skip
    assert [list(series.points) for series in section.charts[0].series] == [[1.0], [0.0]]


def test_worlds_that_remain_are_run_in_turn_each_with_its_own_luck(monkeypatch):
    asked = []

    def run(scenario, seed, weeks):
        asked.append((scenario, seed, weeks))
        deals = {"manager": ["a", "a", "a"], "closed": [30, 20, 27], "created": [28, 2, 26],
                 "outcome": ["won", "won", "lost"], "true_reason": ["none", "none", "disqualified"],
                 "amount": [float(seed % 2), 9.0, 9.0]}  # fmt: skip
        return SimpleNamespace(deals=pd.DataFrame(deals))

    closed = DEALS.assign(quarter=["2026Q4", "2026Q4", "2027Q1", "2027Q1"])
    past = SimpleNamespace(moments=SimpleNamespace(quarters=pd.DataFrame({"quarter": ["2026Q4"], "full": [True]})))
    plan = SimpleNamespace(weeks=26, scenario=SimpleNamespace(override=lambda values: values))
    monkeypatch.setattr(in_worlds, "simulate", run)
    monkeypatch.setattr(in_worlds, "values_in", lambda world, _: world)
    monkeypatch.setattr(in_worlds, "last_quarter", lambda _: pd.Period("2027Q1"))
    monkeypatch.setattr(in_worlds, "closings", lambda _: closed)
    found = forecast_quarter(SimpleNamespace(plan=plan, remaining=["w1", "w2"]), None, past, runs=4, workers=1)
    assert asked == [(world, 18_000_000 + number, 39) for number, world in enumerate(["w1", "w2", "w1", "w2"])]
    cells = found.cells.set_index(["team", "measure"])
    assert cells.loc[("a", "wins"), ["data", "median"]].tolist() == [1.0, 1.0], (
        "closed before, or disqualified: neither"
    )
    assert cells.loc[("a", "cycle_days"), "median"] == pytest.approx(14.0, abs=4.0)
    assert cells.loc[("a", "bookings"), "median"] == 0.5
    assert (found.quarter, found.runs, found.interrupted) == ("2027Q1", 4, False)
