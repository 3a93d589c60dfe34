"""The engine against exact and published results, with few runs and so with wide tolerances."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.engine.world import World
from sim.scenario.scenario import Scenario
from tests.patterns.docking import capability_trap as trap
from tests.patterns.docking import growth, hearsay, people, servers, spread, team
from tests.patterns.docking.engine_only import QUIET, SWITCHES, bare, expected, judged
from tests.patterns.docking.measured import gap
from tests.patterns.making import store
from tests.patterns.making.pattern import Effort
from tests.patterns.making.registry import patterns
from tests.worlds import EVERYTHING, small


def finding_of(identity: str, seeds: int = 6):
    """What a pattern finds with few seeds."""
    return patterns()[identity].test(Effort(seeds=seeds, workers=1))


def values(finding):
    return {one.name: one.value for one in finding.numbers}


def test_all_seven_are_registered():
    assert [name for name, one in patterns().items() if one.group == "docking"] == [f"X{n}" for n in range(1, 8)]


def test_in_a_bare_organization_nothing_happens():
    world = World.begin(bare({}), 1, 60).finish()
    weekly = world.state.weekly
    for name in ("bookings", "opportunities", "leavers", "hours_admin", "hours_coordination", "specialists"):
        assert not weekly[name].any()
    assert {name for name in SWITCHES if SWITCHES[name]} == set()
    assert all(Scenario.from_text("").override({name: value}) for name, value in QUIET.items())


@pytest.mark.parametrize("scenario", [small(), small(EVERYTHING)], ids=["small", "everything"])
def test_littles_identity_holds_in_any_run(scenario):
    world = World.begin(scenario, 3, 60).finish()
    assert world.state.weekly["opportunities"].sum() > 100
    assert gap(world) == 0.0


def test_littles_identity_notices_a_deal_that_is_missing():
    world = World.begin(small(), 3, 60).finish()
    part = [one for one in world.closed if len(one)][-1]
    row = int(np.argmax(part["closed"] - part["created"]))
    part["created"][row] = part["closed"][row]
    assert gap(world) > 0.0


def test_a_tolerance_follows_from_the_runs_and_a_blunt_one_says_nothing():
    exact = [3.99, 4.0, 4.01, 4.02, 3.98] * 4
    assert expected("wait", exact, 4.0, "jobs").met is True
    assert expected("wait", exact, 4.2, "jobs").met is False
    assert expected("wait", exact, 4.2, "jobs", slack=0.05).met is True
    assert expected("wait", [1.0, 9.0], 4.0, "jobs").met is None
    assert judged("gap", 0.0, 0.0, 0.0, "weeks").met is True
    assert judged("gap", 1.0, 0.0, 0.0, "weeks").met is False


def test_a_finding_is_stored_and_read_as_it_was(tmp_path):
    finding, pattern, effort = finding_of("X4"), patterns()["X4"], Effort(seeds=4)
    store.write(tmp_path, store.stored(finding, pattern, effort, 1.0, {}))
    again = store.read(tmp_path, "X4")
    assert again is not None
    assert [one.met for one in again.finding.numbers] == [True] * len(finding.numbers)
    assert again.finding.verdict == "holds"


def test_heads_that_come_and_go_are_as_many_as_they_should_be():
    found = values(finding_of("X1", 12))
    assert found["settled head-count, mean"] == pytest.approx(14.4, abs=2.5)
    assert found["Little's law, greatest gap"] == 0.0
    assert people.hired(104, people.HIRES * 0.2, 208) == pytest.approx(3.78, abs=0.01)
    assert people.hired(104, people.HIRES * 0.8, 26) == pytest.approx(4.71, abs=0.01)


def test_exact_waits_are_those_of_the_table():
    waits = [servers.wait(pool, load) for load in (0.8, 0.9) for pool in (1, 2, 5)]
    assert waits == pytest.approx([4.0, 1.778, 0.554, 9.0, 4.263, 1.525], abs=6e-4)


def test_pooled_specialists_wait_less_and_all_wait_about_as_long_as_they_should():
    found = {
        pool: np.mean([servers.measured(pool, 0.8, seed, 600, 1500) for seed in range(3)], axis=0) for pool in (1, 2, 5)
    }
    for pool, (waited, worked, missing) in found.items():
        assert waited == pytest.approx(servers.wait(pool, 0.8), rel=0.35)
        assert worked == pytest.approx(0.8, abs=0.03)
        assert missing == 0.0
    assert found[1][0] > found[2][0] > found[5][0]


def test_what_is_retold_is_right_as_often_as_it_should_be():
    assert [hearsay.right(levels, 0.1) for levels in hearsay.LEVELS] == pytest.approx(
        [0.9, 0.82, 0.756, 0.705, 0.664], abs=5e-4
    )
    told = np.mean([hearsay.heard_right(4, seed) for seed in range(6)])
    assert told == pytest.approx(hearsay.right(4, 0.1), abs=0.06)
    assert hearsay.heard_right(1, 0) != hearsay.heard_right(5, 0)


def test_a_team_of_n_gets_done_what_its_channels_leave():
    finding = finding_of("X4")
    assert finding.verdict == "holds"
    assert values(finding)["best team at k = 0.4"] == pytest.approx(3.0)
    assert team.output(3, 0.4) == pytest.approx(1.8)


@pytest.mark.slow
def test_a_sales_force_outruns_its_delivery_as_forresters_did():
    found = values(finding_of("X5"))
    assert found["A: growth of the force"] == pytest.approx(5.2, abs=0.4)
    assert found["D: orders are highest"] == pytest.approx(41, abs=5)
    assert found["D: force in the last year"] == pytest.approx(71.1, abs=3)
    assert found["E: more salesmen than in D"] == pytest.approx(14.7, abs=3)
    assert found["E: more orders than in D"] < 5
    assert math.isclose(growth.SALES * growth.BUDGET / growth.SALARY, 2.4)  # SDF-13


def test_imitation_gives_the_bass_curve():
    assert [spread.bass(year) for year in spread.YEARS] == pytest.approx(
        [0.0358, 0.0851, 0.1505, 0.3312, 0.6517, 0.8128], abs=6e-5
    )
    found = values(finding_of("X6", 4))
    for year in spread.YEARS:
        assert found[f"F({year})"] == pytest.approx(spread.bass(year), rel=0.08)


def test_time_taken_from_improvement_pays_first_and_costs_later():
    finding = finding_of("X7")
    assert finding.verdict == "holds"
    assert set(finding.table["case"]) == {"taken", "protected"}
    assert math.isclose(trap.HOURS["taken"], 0.0)


@pytest.mark.parametrize("identity", ["X3", "X7"])
def test_a_finding_can_be_drawn_from_its_table(identity):
    one = patterns()[identity]
    figure = one.figure(one.test(Effort(seeds=3, workers=1)))
    assert figure.axes[0].lines
