"""L1 and L3: what is counted, and what ends with the push."""

import threading

import numpy as np
import pytest

from sim.engine.world import World
from sim.scenario.scenario import Scenario
from sim.studies.executor import RunStopped
from tests.patterns import leader
from tests.worlds import small


def test_a_year_is_met_when_its_bookings_reach_its_quotas():
    case = {"bookings": np.array([[10.0, 9.0, 12.0], [1.0, 1.0, 1.0]]), "quota": np.full((2, 3), 10.0)}
    np.testing.assert_array_equal(leader.quotas_met(case), [2.0, 0.0])


def test_a_goal_grows_from_the_untreated_first_year():
    case = {"bookings": np.array([[105.0, 110.0, 116.0], [104.0, 111.0, 100.0]])}
    np.testing.assert_array_equal(leader.years_met(case, np.array([100.0, 100.0])), [2.0, 1.0])


def test_the_levers_alone_are_those_pulled_together():
    trial = leader._ladder()
    together = trial.cases[leader.TOGETHER]
    assert together == {key: value for one in leader.ALONE.values() for key, value in one.items()}
    baseline = Scenario.load("baseline")
    assert all(together[dotted] > float(baseline[dotted]) for dotted in together)
    assert all(together[dotted] > leader.RATCHETED[dotted] for dotted in together.keys() & leader.RATCHETED.keys())


def test_gains_are_shares_of_the_twin():
    way = {
        name: {"bookings": np.full((3, 4), value)} for name, value in zip(leader._WAYS, (10, 12, 8, 11), strict=True)
    }
    gains = leader._gains(way)
    assert gains["pushed"][0, 0] == pytest.approx(0.2)
    assert gains["alone"][0, 0] == pytest.approx(0.5)
    assert gains["levers back"][0, 0] == pytest.approx(0.1)


def test_all_ways_share_the_year_of_the_push():
    found = leader._ways(small(), 3, threading.Event())
    assert found["pushed"]["bookings"][0] == found["levers back"]["bookings"][0]
    assert found["none"]["bookings"][0] == found["nothing, push over"]["bookings"][0]
    assert found["pushed"]["bookings"][0] != found["none"]["bookings"][0]
    assert len({ways["bookings"][1:].tobytes() for ways in found.values()}) == len(found)


def test_when_the_push_is_over_only_what_is_adopted_is_coached():
    scenario = small({"management.initial_adoption": 0.2, "management.adoption_rate": 0.0})
    world = World.begin(scenario, 1)
    world.advance(1)
    before = world.state.managers["coaching_done"].max()
    world.override(leader.PUSH_OVER)
    world.advance(1)
    assert world.state.managers["coaching_done"].max() == pytest.approx(before * 0.2 / 0.6, rel=0.05)


def test_a_stop_is_heard_between_two_ways():
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(RunStopped):
        leader._ways(small(), 3, stopped)


def test_every_figure_and_plan_is_there():
    assert [one.id for one in leader.PATTERNS] == ["L1", "L3"]
    assert all(one.plan.threshold and one.figure for one in leader.PATTERNS)
