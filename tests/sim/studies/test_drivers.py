"""Contributions of factors add up to the difference, and agree with a case worked by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agents.organization.measuring import WEEKLY
from sim.studies.bands import weekly_values
from sim.studies.drivers import FACTORS, contributions, drivers_frame, parts_of, shapley

five = arrays(float, (5, 3), elements=st.floats(0, 100))


def run_of(**values):
    """Return the parts of a made-up run of four weeks."""
    rows = WEEKLY.allocate(4)
    for name, value in values.items():
        rows[name] = value
    return parts_of(weekly_values(rows))


@given(five, five)
def test_contributions_add_up(before, after):
    total = after.prod(axis=0) - before.prod(axis=0)
    np.testing.assert_allclose(shapley(before, after).sum(axis=0), total, rtol=1e-9, atol=1e-3)


@given(five)
def test_a_factor_that_stays_contributes_nothing(before):
    after = before.copy()
    after[2] += 1.0
    found = shapley(before, after)
    assert (found[[0, 1, 3, 4]] == 0).all()


def test_two_factors_by_hand():
    # 2 x 3 -> 4 x 5: the first alone adds 6 or 10, the second alone 4 or 8; the means are 8 and 6
    np.testing.assert_allclose(shapley(np.array([[2.0], [3.0]]), np.array([[4.0], [5.0]])), [[8.0], [6.0]])


def test_factors_multiply_to_bookings():
    parts = run_of(reps=13, hours_opportunities=10, hours_growth=2, won=2, lost=1, no_decision=5, bookings=70)
    assert parts[: len(FACTORS)].prod() == pytest.approx(4 * 70)
    assert parts[:5].tolist() == pytest.approx([1.0, 624, 8 * 4 / 624, 0.25, 35.0])


def test_a_run_without_wins_is_no_puzzle():
    nothing = run_of(reps=13, hours_opportunities=10, lost=1)
    some = run_of(reps=13, hours_opportunities=10, lost=1, won=1, bookings=50, cost=10, net_contribution=20)
    assert math.isnan(nothing[4])
    found = contributions(some[None, :], nothing[None, :])
    assert sum(found[name][0] for name in FACTORS) == pytest.approx(200.0)
    assert found["deal_size"][0] == 0.0
    assert found["cost"][0] == -40.0


def test_table_leaves_out_failed_runs():
    good = run_of(reps=13, hours_opportunities=10, won=1, bookings=50)
    better = run_of(reps=13, hours_opportunities=10, won=2, bookings=100)
    gap = np.full(good.shape, np.nan)
    parts = {
        "as_is": np.array([good, good, good]),
        "more": np.array([better, gap, better]),
        "none": np.array([gap] * 3),
    }
    table = drivers_frame(parts, "as_is", 0.05).set_index(["case", "factor"])
    assert set(table.index.get_level_values("case")) == {"more"}
    assert table.loc[("more", "opportunities_per_hour"), "contribution"] == pytest.approx(200.0)
    assert table.loc[("more", "bookings"), "contribution"] == pytest.approx(200.0)
