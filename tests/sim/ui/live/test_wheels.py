"""The three wheels by hand-worked values: indices, marks, speeds, friction."""

import math

import numpy as np
import pytest

from sim.engine.state import RECORDS
from sim.measures.wheel import CAUSES, STAGES, Momentum
from sim.scenario.measures import WEEKLY_MEASURES
from sim.scenario.scenario import Scenario
from sim.ui.live import wheels
from sim.ui.live.wheel import spin, weakest
from sim.ui.live.wheels import KINDS, friction, turning

SALES, LEADER, EVIL = KINDS
SMALL = Scenario.from_text("[structure]\nn_reps = 6\n[organization]\nweeks = 26\n")


def made(before: int = 104, after: int = 26, **columns) -> Momentum:
    """Momentum of made weekly measures: some weeks of burn-in, then the run."""
    rows = RECORDS["weekly"].allocate(before + after)
    for name, values in columns.items():
        rows[name] = values
    return Momentum(rows, before, SMALL)


def then(before: float, after: float) -> np.ndarray:
    return np.r_[np.full(104, before), np.full(26, after)]


FORCE = {"reps": 2, "hours_opportunities": 3.0, "opportunities": 5.0}
"""Somebody who does something, so that the flows of the sales wheel are not nothing."""


def test_a_stage_is_an_index_of_the_quarter_before_the_start():
    wheel = turning(made(access=then(0.5, 0.6), **FORCE), SALES)
    access = next(stage for stage in wheel.stages if stage["name"] == "access")
    assert (access["index"], access["text"]) == (1.2, "120")
    assert "Now 3." in access["hint"]


def test_what_was_nothing_before_has_no_index():
    wheel = turning(made(specialists=then(0.0, 4.0)), EVIL)
    overlays = next(stage for stage in wheel.stages if stage["name"] == "overlays")
    assert (overlays["index"], overlays["text"]) == (None, "\N{EN DASH}")
    assert "has none" in overlays["hint"]
    assert wheel.marked == ""


def test_an_index_beyond_tenfold_says_no_more_than_that():
    wheel = turning(made(perception_error=then(0.001, 0.4)), EVIL)
    assert {stage["name"]: stage["text"] for stage in wheel.stages}["wrong picture"] == "1,000+"


def test_the_stage_that_lags_the_others_is_the_weakest_link():
    wheel = turning(made(access=then(0.5, 0.5), capability=then(1.0, 0.9), experience=then(0.4, 0.4), **FORCE), SALES)
    assert wheel.marked == "capability"
    assert weakest(wheel) == "Capability has lost most, now at 90."
    assert turning(made(access=0.5, capability=1.0, **FORCE), SALES).marked == "", "none where none has moved"


def test_what_strays_as_far_by_itself_or_for_less_than_four_weeks_is_not_marked():
    waves = np.r_[1.0 + 0.4 * np.sin(np.arange(104) / 9.0), np.full(26, 0.9)]
    assert turning(made(capability=waves, access=0.5, experience=0.4, **FORCE), SALES).marked == ""
    sudden = np.r_[np.full(104, 1.0), np.full(24, 1.0), np.full(2, 0.0)]
    assert turning(made(capability=sudden, access=0.5, experience=0.4, **FORCE), SALES).marked == ""


def test_in_the_evil_wheel_the_stage_that_worsened_most_is_marked():
    rising = turning(made(perception_error=then(0.2, 0.3), hours_opportunities=then(10.0, 9.0)), EVIL)
    assert rising.marked == "wrong picture"
    falling = turning(made(perception_error=then(0.2, 0.21), hours_opportunities=then(10.0, 5.0)), EVIL)
    assert falling.marked == "customer time"


def test_speed_is_the_level_of_orders_and_its_growth_a_number():
    wheel = turning(made(bookings=then(100.0, 120.0)), SALES)
    assert wheel.level == pytest.approx(1.2)
    assert wheel.turns == pytest.approx(wheels.USUAL * 1.2**wheels.STEEPNESS)
    assert wheel.growth == pytest.approx(0.1), "half a year of the last one has it"
    assert turning(made(bookings=100.0), LEADER).turns == pytest.approx(wheels.USUAL)


def test_the_evil_wheel_turns_the_other_way_as_fast_as_coordination_takes_hours():
    momentum = made(hours_coordination=then(1.0, 2.0), bookings=100.0)
    evil = turning(momentum, EVIL)
    assert evil.level == pytest.approx(2.0)
    assert evil.turns < -wheels.USUAL < 0 < turning(momentum, SALES).turns
    assert [spin(growth) for growth in (-0.2, 0.01, 0.2)] == ["Runs down", "Keeps its speed", "Gains speed"]


def test_growth_needs_a_full_quarter_a_year_before():
    assert math.isnan(turning(made(52, 12, bookings=np.arange(64.0)), LEADER).growth)
    assert turning(made(52, 13, bookings=5.0), LEADER).growth == pytest.approx(0.0)
    assert math.isnan(turning(made(), LEADER).growth), "nothing a year before, no growth"


def test_turns_have_an_end():
    assert wheels.turns(math.nan) == 0.0
    assert wheels.turns(1e9) == wheels.FASTEST
    assert wheels.turns(0.0) == 0.0


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_wheel_without_a_past_stands_still(kind):
    wheel = turning(made(0, 0), kind)
    assert (wheel.turns, wheel.marked, wheel.stage) == (0.0, "", None)
    assert {stage["text"] for stage in wheel.stages} == {"\N{EN DASH}"}


def test_friction_has_every_cause_once_and_hours_are_not_counted_twice():
    assert set(wheels.BRAKES) == {*CAUSES, "reporting", "switching"}
    momentum = made(
        hours_coordination=2.0, hours_inspection=1.0, hours_reporting=4.0, honesty=0.75, hours_switching=3.0
    )
    hours = {item["label"]: item["hours"] for item in friction(momentum)}
    assert (hours["Coordination"], hours["Switching"]) == (2.0, 3.0)
    assert hours["Distrust"] + hours["Reporting"] == pytest.approx(1.0 + 4.0)
    assert {item["label"]: item["size"] for item in friction(momentum)}["Switching"] == 0.25
    assert {item["hours"] for item in friction(made(0, 0))} == {0.0}


def test_every_stage_has_a_definition_and_a_unit():
    for _, column in (stage for stages in STAGES.values() for stage in stages):
        assert wheels.definition(column).endswith(f"Unit: {WEEKLY_MEASURES[column].unit}.")


def test_growth_is_written_for_people():
    said = [wheels.yearly(growth) for growth in (0.41, -0.2, 0.001, 11.0, math.nan)]
    assert said == ["+41 %", "\N{MINUS SIGN}20 %", "\N{PLUS-MINUS SIGN}0 %", "12-fold", "\N{EN DASH}"]
