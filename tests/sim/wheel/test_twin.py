"""Twins share their luck; a cut link hands on what the undisturbed twin has."""

import numpy as np
import pytest

from sim.engine import World
from sim.errors import InputError
from sim.wheel.loops import LOOPS
from sim.wheel.twin import Twins, check_alive, level
from tests.worlds import small


def test_without_a_push_a_cut_changes_nothing(twins, sales):
    base = twins.carried_out({})
    for stage in sales.stages:
        assert (twins.cut(base, stage.fields, 0.0) == base).all(), stage.name


def test_a_push_reaches_the_next_stage_and_not_the_one_pushed(twins, sales):
    base = twins.carried_out({})
    pushed = twins.cut(base, sales.stages[0].fields, 0.05)
    columns = [sales.links.index(stage.fields[0]) for stage in sales.stages]
    gained = (pushed / base - 1.0)[2:10, columns].mean(axis=0)
    assert gained[1] > 0.005, "experience follows capability"
    assert abs(gained[0]) < 0.005, "what is put in behind the cut is no response of the stage itself"


def test_what_is_cut_does_not_come_round():
    """With a link cut, a world that differs upstream hands on the same in the mean."""
    loop = LOOPS["leader"]
    twins = Twins.of(World.begin(small(), 4, 40), loop, 40)
    base = twins.carried_out({})
    stage = loop.stages[1]
    column = loop.links.index(stage.fields[0])
    halved = dict.fromkeys(loop.stages[0].fields, 0.5)
    seen = []

    def factors(week, levels):
        found = dict(halved) if week == 0 else {}
        if week:
            was, now = base[week - 1, column], levels[week - 1, column]
            found[stage.fields[0]] = 1.0 - 2.0 * (now - was) / (now + was)
            seen.append(now * found[stage.fields[0]] / was)
        return found

    live = twins.run(factors)
    assert live[-1, column] < 0.9 * base[-1, column], "clarity itself falls with the vision"
    assert np.allclose(seen, 1.0, atol=0.06), "but what it hands on does not"
    again = twins.cut(base, stage.fields, 0.0, halved)
    assert np.allclose(again, live)


def test_levels_are_means_over_what_lives(twins):
    state = twins.world.fork().state
    state.reps["active"][0] = 0
    active = state.reps["rep_trust"][state.reps["active"] == 1]
    assert level(state, ("reps", "rep_trust")) == pytest.approx(active.mean())
    assert level(state, ("buyers", "booked")) == pytest.approx(state.buyers["booked"].sum())
    state.reps["active"] = 0
    assert level(state, ("reps", "rep_trust")) == 0.0


def test_a_dead_stage_is_refused(sales):
    base = np.ones((10, len(sales.links)))
    base[:, sales.links.index(("opportunities", "access"))] = 0.0
    with pytest.raises(InputError, match=r"the stage access \(opportunities.access\) is constantly zero"):
        check_alive(base, sales)
