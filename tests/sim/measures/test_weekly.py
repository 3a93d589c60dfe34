"""Weekly measures by hand-worked values."""

import numpy as np
import pytest

from agents.organization.measuring import WEEKLY
from sim.measures.weekly import by_week, last_sums, of_quarter, over_weeks, rolling
from sim.scenario.measures import WEEKLY_MEASURES


def rows_of(weeks: int, **columns) -> np.ndarray:
    rows = WEEKLY.allocate(weeks)
    for name, values in columns.items():
        rows[name] = values
    return rows


def test_a_quotient_is_none_where_there_is_nothing_to_divide_by():
    rows = rows_of(2, won=[1, 0], lost=[3, 0])
    assert by_week(rows, WEEKLY_MEASURES["win_rate"]).tolist() == pytest.approx([0.25, np.nan], nan_ok=True)
    assert by_week(rows, WEEKLY_MEASURES["win_rate"], nothing=0.0).tolist() == [0.25, 0.0]


def test_sums_rests_and_hours_of_everybody():
    rows = rows_of(1, hours_prospecting=2, hours_growth=3, rep_trust=0.75, latent=0.1, playbook=0.5)
    assert by_week(rows, WEEKLY_MEASURES["customer_hours"]) == 5
    assert by_week(rows, WEEKLY_MEASURES["distrust"]) == 0.25
    assert by_week(rows, WEEKLY_MEASURES["potential_in_use"]) == pytest.approx(0.8)
    rows = rows_of(1, hours_opportunities=20, reps=6, opportunities=40)
    assert by_week(rows, WEEKLY_MEASURES["hours_per_deal"]) == 3


def test_over_weeks_a_quotient_is_total_over_total_and_all_else_a_mean():
    rows = rows_of(2, bookings=[10, 50], quota=[20, 20], rep_trust=[0.4, 0.6])
    assert over_weeks(rows, WEEKLY_MEASURES["attainment"]) == 1.5
    assert over_weeks(rows, WEEKLY_MEASURES["rep_trust"]) == 0.5
    assert np.isnan(over_weeks(rows[:0], WEEKLY_MEASURES["rep_trust"]))


def test_a_quarter_sums_flows_and_takes_levels_as_they_end():
    rows = rows_of(20, bookings=1.0, quota=np.r_[np.full(7, 9.0), np.full(13, 2.0)], recurring=np.arange(20.0))
    assert of_quarter(rows, WEEKLY_MEASURES["bookings"]) == 13
    assert of_quarter(rows, WEEKLY_MEASURES["attainment"]) == 0.5
    assert of_quarter(rows, WEEKLY_MEASURES["recurring"]) == 19
    assert all(
        np.isnan(of_quarter(rows[:0], WEEKLY_MEASURES[name])) for name in ("bookings", "attainment", "recurring")
    )


def test_quotients_add_up_thirteen_weeks():
    rows = rows_of(20, bookings=1.0, quota=np.arange(20.0))
    found = rolling(rows, WEEKLY_MEASURES["attainment"])
    assert np.isnan(found[0])
    assert found[19] == pytest.approx(13 / sum(range(7, 20)))
    assert rolling(rows, WEEKLY_MEASURES["quota"])[19] == pytest.approx(13)


def test_sums_of_the_last_weeks_begin_with_what_there_is():
    assert last_sums(np.arange(1.0, 6.0), 3).tolist() == [1, 3, 6, 9, 12]
    assert last_sums(np.zeros(0)).tolist() == []
