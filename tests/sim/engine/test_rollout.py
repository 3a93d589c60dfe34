"""Bullets before cannonballs: what a trial by some teams does to the others, and when it is rolled out."""

import copy

import numpy as np
import pytest

from sim.engine import rollout
from sim.engine.world import World
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario

TEXT = """
[market]
accounts_per_rep = 20
[structure]
n_reps = 12
span_of_control = 4
growth_room = 0.0
[organization]
weeks = 65
"""


def trial(**fields):
    spec = {"week": 13, "parameter": "training.hours_per_quarter", "value": 30.0, "rollout": "bullets", "pilot": [0]}
    return Scenario.from_text(TEXT).with_interventions([{**spec, **fields}])


def hours(world):
    return world.state.reps["training_hours_per_quarter"]


def test_only_pilot_teams_change_until_the_trial_is_over():
    world = World.begin(trial(pilot_quarters=2), seed=3)
    world.advance(14)
    pilots = world.state.reps["manager"] == 0
    assert np.all(hours(world)[pilots] == 30.0)
    assert np.all(hours(world)[~pilots] == 6.0)
    world.advance(24)
    assert world.log[0].verdict == ""


def test_a_trial_that_clears_a_low_bar_is_rolled_out_to_everybody():
    world = World.begin(trial(threshold=-1.0, pilot_quarters=1), seed=3)
    world.finish()
    assert np.all(hours(world) == 30.0)
    assert world.log[0].verdict.startswith("rolled out")


def test_a_trial_that_misses_a_high_bar_is_taken_back():
    world = World.begin(trial(threshold=5.0, pilot_quarters=1), seed=3)
    world.finish()
    assert np.all(hours(world) == 6.0)
    assert world.log[0].verdict.startswith("dropped")
    assert world.log[0].undone == 26


def test_the_verdict_is_the_difference_in_differences_of_bookings():
    world = World.begin(trial(threshold=-1.0, pilot_quarters=1), seed=3)
    world.finish()
    teams = world.state.reps["manager"] == 0
    start, end = world.quarters[0].booked, world.quarters[1].booked

    def growth(rows):
        return end[rows].sum() / start[rows].sum() - 1

    gain = growth(teams) - growth(~teams)
    assert f"{100 * gain:+.1f} points" in world.log[0].verdict


def test_a_fork_in_the_middle_of_a_trial_comes_to_the_same_verdict():
    world = World.begin(trial(), seed=5)
    world.advance(20)
    twin = copy.deepcopy(world)
    assert world.finish().log[0].verdict == twin.finish().log[0].verdict != ""


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"pilot": []}, "needs pilot"),
        ({"pilot": [0, 1, 2]}, "none to compare"),
        ({"pilot": [7]}, "there is no team 7"),
        ({"parameter": "strategy.stretch", "value": 0.1}, "belongs to the whole organization"),
        ({"parameter": "", "value": None, "event": "quota_change", "arguments": {"factor": 2.0}}, "cannot be tried"),
    ],
)
def test_an_impossible_trial_is_refused_before_the_run(fields, part):
    with pytest.raises(InputError, match=part):
        World.begin(trial(**fields), seed=1)


def test_a_trial_between_drop_below_and_the_threshold_waits_and_is_looked_at_once_more():
    world = World.begin(trial(threshold=5.0, drop_below=-1.0, pilot_quarters=1), seed=3)
    world.advance(27)
    pilots = world.state.reps["manager"] == 0
    assert world.log[0].verdict.startswith("waits")
    assert np.all(hours(world)[pilots] == 30.0)
    assert np.all(hours(world)[~pilots] == 6.0)
    world.finish()
    assert world.log[0].verdict.startswith("dropped")
    assert world.log[0].undone == 39


def test_the_second_look_is_at_all_quarters_of_the_trial():
    world = World.begin(trial(threshold=5.0, drop_below=-1.0, pilot_quarters=1), seed=3)
    world.finish()
    teams = world.state.reps["manager"] == 0
    start = world.quarters[0].booked
    later = (world.quarters[1].booked + world.quarters[2].booked) / 2
    gain = later[teams].sum() / start[teams].sum() - later[~teams].sum() / start[~teams].sum()
    assert f"{100 * gain:+.1f} points" in world.log[0].verdict


@pytest.mark.parametrize(
    ("fields", "during", "after"),
    [
        ({"action": "set", "value": 30.0}, 12.0, 30.0),
        ({"action": "add", "value": 8.0}, 8.0, 14.0),
        ({"action": "scale", "value": 5.0}, 12.0, 30.0),
    ],
)
def test_a_share_of_the_lever_spills_over_to_the_others_while_it_is_tried(fields, during, after):
    world = World.begin(trial(threshold=-1.0, pilot_quarters=1, spill_over=0.25, **fields), seed=3)
    world.advance(14)
    pilots = world.state.reps["manager"] == 0
    assert np.all(hours(world)[pilots] == after)
    assert np.all(hours(world)[~pilots] == during)
    world.finish()
    assert np.all(hours(world) == after)


def test_a_dropped_trial_takes_back_what_has_spilled_over():
    world = World.begin(trial(threshold=5.0, pilot_quarters=1, spill_over=0.5), seed=3)
    world.finish()
    assert np.all(hours(world) == 6.0)


def test_a_trial_can_be_settled_against_its_verdict():
    world = World.begin(trial(threshold=5.0, pilot_quarters=1), seed=3)
    world.advance(26)
    twin = copy.deepcopy(world)
    assert [one.verdict for one in rollout.judged(world)] == [rollout.DROPPED]
    rollout.settle(twin, rollout.ROLLED_OUT)
    assert np.all(hours(twin.finish()) == 30.0)
    assert np.all(hours(world.finish()) == 6.0)


def test_what_was_changed_meanwhile_outlives_the_roll_out():
    both = trial(threshold=-1.0, pilot_quarters=1, spill_over=0.5, action="add", value=8.0)
    both = both.with_interventions(
        [{"week": 20, "parameter": "training.hours_per_quarter", "action": "add", "value": 1.0}]
    )
    world = World.begin(both, seed=3)
    world.finish()
    assert np.all(hours(world) == 15.0)


def test_a_trial_that_is_undone_is_not_decided():
    world = World.begin(trial(threshold=-1.0, pilot_quarters=1), seed=3)
    world.advance(20)
    world.undo(world.log[0])
    world.finish()
    assert np.all(hours(world) == 6.0)
    assert world.log[0].verdict == ""


def test_a_lower_bar_above_the_bar_is_refused():
    with pytest.raises(InputError, match="at most the threshold"):
        trial(threshold=0.1, drop_below=0.2)


def test_what_has_no_values_in_between_cannot_spill_over():
    with pytest.raises(InputError, match="no values in between"):
        World.begin(trial(parameter="management.response", value="overlay", spill_over=0.5), seed=1)
