"""Bullets before cannonballs: what a trial by some teams does to the others, and when it is rolled out."""

import copy

import numpy as np
import pytest

from sim.engine import World
from sim.errors import InputError
from sim.scenario import Scenario

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
