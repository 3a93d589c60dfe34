"""Twins share their luck; a cut link hands on what the undisturbed twin has."""

import numpy as np
import pytest

from sim.engine.world import World
from sim.measures.loops import LOOPS
from sim.questions.wheel.gain import Twins, check_alive, levels_of
from sim.scenario.errors import InputError
from tests.worlds import small


def test_without_a_push_a_cut_changes_nothing(twins, sales):
    base = twins.carried_out({})
    for stage in sales.stages:
        assert (twins.cut(base, stage.fields, 0.0) == base).all(), stage.name


def test_a_push_reaches_the_next_stage_and_not_the_one_pushed(twins, sales):
    base = twins.carried_out({})
    pushed = twins.cut(base, sales.stages[0].fields, 0.05)
    few = twins.cut(base, sales.stages[0].fields, 0.05, watched=[twins.links[-1]])
    assert (few[:, -1] == pushed[:, -1]).all()
    columns = [sales.links.index(stage.fields[0]) for stage in sales.stages]
    gained = (pushed[2:10, columns[:2]] / base[2:10, columns[:2]] - 1.0).mean(axis=0)
    assert gained[1] > 0.005, "experience follows capability"
    assert abs(gained[0]) < 0.005, "what is put in behind the cut is no response of the stage itself"


def test_what_is_cut_does_not_come_through():
    """The vision halved, clarity falls; cut there, skill is as if it had not."""
    loop = LOOPS["leader"]
    twins = Twins.of(World.begin(small({"mechanisms.adoption": False}), 4, 60), loop, 60)
    base = twins.carried_out({})
    halved = dict.fromkeys(loop.stages[0].fields, 0.5)
    through, cut = twins.carried_out(halved), twins.cut(base, loop.stages[1].fields, 0.0, halved)
    clarity, skill = (loop.links.index(stage.fields[0]) for stage in loop.stages[1:3])
    assert cut[-1, clarity] < 0.9 * base[-1, clarity], "clarity itself falls with the vision"
    lost, kept = (base[-1, skill] - twin[-1, skill] for twin in (through, cut))
    assert lost > 0.0
    assert abs(kept) < 0.25 * lost


def test_levels_are_means_over_what_lives(twins):
    state = twins.world.fork().state
    state.reps["active"][0] = 0
    active = state.reps["rep_trust"][state.reps["active"] == 1]
    assert levels_of(state, [("reps", "rep_trust")]) == pytest.approx([active.mean()])
    assert levels_of(state, [("reps", "booked")]) == pytest.approx([state.reps["booked"].sum()])
    customers = state.customer_lines > 0
    assert levels_of(state, [("buyers", "satisfaction")]) == pytest.approx([state.satisfaction[customers].mean()])
    state.reps["active"] = 0
    assert levels_of(state, [("reps", "rep_trust")]) == [0.0]


def test_watching_only_the_end_gives_the_end_of_the_whole(twins, sales):
    better = dict.fromkeys(sales.stages[1].fields, 1.1)
    assert (twins.end_of(better, 7, twins.links[-1]) == twins.carried_out(better)[-7:, -1]).all()


def test_a_dead_stage_is_refused(sales):
    base = np.ones((10, len(sales.links)))
    base[:, sales.links.index(("opportunities", "access"))] = 0.0
    with pytest.raises(InputError, match=r"the stage access \(opportunities.access\) is constantly zero"):
        check_alive(base, sales)
