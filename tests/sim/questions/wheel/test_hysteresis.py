"""Restart against upkeep, and the ways up and down of a lever."""

import numpy as np
import pytest

from sim.questions.wheel.hysteresis import LeverSweep, Restart, restart, sweep
from sim.scenario.errors import InputError


def known(speeds, kept=100.0, seeds=8):
    """Restarts whose speeds are known, by spend 0, 1, 2."""
    return Restart(np.array([0.0, 1.0, 2.0]), np.tile(np.array(speeds, dtype=float), (seeds, 1)), np.full(seeds, kept))


def test_the_least_spend_lies_where_speed_crosses_the_share():
    assert known([80, 90, 100]).ratio == pytest.approx(1.5)
    assert known([80, 90, 100]).interval == pytest.approx((1.5, 1.5))
    assert known([96, 97, 98]).ratio == 0.0, "nothing is needed"
    assert np.isinf(known([50, 60, 70]).ratio), "nothing tried is enough"


def test_a_dip_by_chance_does_not_make_a_higher_spend_needed():
    assert known([80, 96, 94]).ratio == pytest.approx(15 / 16)


def test_a_small_organization_restarts(scenario):
    found = restart(scenario, 3, spends=(0.0, 4.0), pause=13, weeks=13, measure="method")
    assert found.speeds.shape == (3, 2)
    assert (found.speeds[:, 1] > found.speeds[:, 0]).all(), "more training and coaching, more method"
    assert (found.speeds[:, 0] < found.kept).all()


def test_no_upkeep_no_restart(scenario):
    bare = scenario.override({"training.hours_per_quarter": 0.0, "enablement.coaching_hours_per_month": 0.0})
    with pytest.raises(InputError, match="there is no upkeep to stop"):
        restart(bare, 2)


def test_a_spend_beyond_the_lever_is_refused(scenario):
    with pytest.raises(InputError, match="1000 times upkeep"):
        restart(scenario, 2, spends=(1000.0,))


def test_the_area_between_the_branches():
    values = np.array([0.0, 10.0])
    up, down = np.array([[90.0, 110.0]] * 6), np.array([[110.0, 110.0]] * 6)
    area = LeverSweep("x", "y", values, up, down).area
    assert area.mean == pytest.approx(10.0 / 105.0)
    assert LeverSweep("x", "y", values, up, up).area.mean == 0.0


def test_what_was_learned_on_the_way_up_is_there_on_the_way_down(scenario):
    found = sweep(scenario, "training.hours_per_quarter", [0.0, 20.0, 40.0], 3, hold=13, measure="method")
    assert found.up.shape == found.down.shape == (3, 3)
    assert (found.up[:, -1] == found.down[:, -1]).all(), "both ways meet at the top"
    assert found.area.mean > 0.0


@pytest.mark.parametrize(
    ("lever", "values", "how", "said"),
    [
        ("training.hours", [0, 1], {}, "training.hours"),
        ("market.phase", [0, 1], {}, "cannot change while a run goes on"),
        ("training.hours_per_quarter", [3, 1], {}, "values that grow"),
        ("training.hours_per_quarter", [0, 9999], {}, "9999"),
        ("training.hours_per_quarter", [0, 9], {"hold": 2}, "2 weeks at each value"),
        ("training.hours_per_quarter", [0, 9], {"measure": "booking"}, "did you mean bookings"),
    ],
)
def test_what_cannot_be_swept_is_said(scenario, lever, values, how, said):
    with pytest.raises(InputError, match=said):
        sweep(scenario, lever, values, 2, **how)
