"""A capacity plan: the spreadsheet by hand, the gap shared out exactly, and what is refused."""

import math

import numpy as np
import pytest

from sim.questions.capacity import FACTORS, capacity, planned_seats, ramp
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from tests.worlds import small


def growing(rate):
    return Scenario.load("baseline").override({
        "talent.headcount_growth_per_year": rate, "talent.ramp_start": 0.5, "talent.ramp_weeks": 13.0,
    })  # fmt: skip


def test_a_newcomer_ramps_by_the_rule():
    scenario = growing(0.0)
    assert ramp(scenario, [0.0, 13.0]).tolist() == pytest.approx([0.5, 1.0 - 0.5 / math.e])
    assert ramp(scenario.override({"mechanisms.ramp": False}), 0.0) == 1.0


def test_without_growth_a_plan_has_the_same_ramped_seats_in_every_quarter():
    seats, ramped = planned_seats(growing(0.0), 10.0, 4)
    assert (seats.tolist(), ramped.tolist()) == ([10.0] * 4, [10.0] * 4)


def test_with_growth_new_seats_come_as_planned_and_ramp():
    seats, ramped = planned_seats(growing(0.21), 100.0, 2)
    first, second = (100.0 * 1.21 ** (middle / 4.0) for middle in (0.5, 1.5))
    assert seats.tolist() == pytest.approx([first, second])
    opened = (first - 100.0, second - first)
    assert ramped.tolist() == pytest.approx([
        100.0 + 0.5 * opened[0], 100.0 + (1.0 - 0.5 / math.e) * opened[0] + 0.5 * opened[1],
    ])  # fmt: skip


@pytest.fixture(scope="module")
def plan():
    return capacity(small({"organization.burn_in_weeks": 52}), 3, weeks=26, workers=1)


def test_parts_add_up_to_the_gap_and_the_gap_to_the_difference(plan):
    table = plan.quarters
    parts = sum(table[f"gap_{name}"] for name in FACTORS)
    assert np.allclose(parts, table["gap"])
    assert np.allclose(table["bookings"] - table["sheet"], table["gap"])
    assert sum(one.mean for one in plan.parts.values()) == pytest.approx(plan.gap.mean)
    assert table["bookings"].sum() == pytest.approx(plan.booked.mean)


def test_quarters_are_whole_and_count_people_as_they_are(plan):
    table = plan.quarters
    assert table["quarter"].tolist() == [1, 2]
    assert (table["ramped"] <= table["filled"] + 1e-9).all()
    assert (table["filled"] <= table["seats"] + 1e-9).all()
    assert np.allclose(table["attainment"], table["bookings"] / table["quota"])


@pytest.mark.parametrize(
    ("values", "more", "words"),
    [
        ({}, {"seeds": 1}, "1 seeds are not allowed; an interval needs from 2"),
        ({}, {"weeks": 12}, "12 weeks have no whole quarter"),
        ({"organization.burn_in_weeks": 26}, {}, "organization.burn_in_weeks is 26"),
    ],
)
def test_what_gives_no_plan_is_refused(values, more, words):
    with pytest.raises(InputError, match=words):
        capacity(Scenario.load("baseline").override(values), **{"seeds": 2, "weeks": 26, **more})
