"""Motion of a wheel: verdicts, pulses, pushes and switches, in small organizations."""

import numpy as np
import pytest

from sim.answers.wheel.motion import verdict_line
from sim.engine.world import World
from sim.measures.wheel import STAGES
from sim.questions.wheel.hysteresis import give_pulse
from sim.questions.wheel.motion import (
    PULSES,
    PUSHES,
    Motion,
    Spun,
    measure_motion,
    money_spent,
    motion_map,
    verdict,
    without_answer,
)
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.statistics import mean_interval
from tests.worlds import small

FUNDED = {"mechanisms.self_funding": True, "structure.growth_room": 2.0, "market.initial_installed_share": 0.05}


def rates(mean: float, spread: float = 0.01, n: int = 40):
    return mean_interval(mean + spread * np.random.default_rng(0).normal(size=n))


@pytest.mark.parametrize(
    ("mean", "spread", "said"),
    [
        (0.2, 0.01, "accelerates"),
        (0.0, 0.01, "coasts"),
        (-0.2, 0.01, "stalls"),
        (0.05, 0.05, "cannot be told with 40 seeds"),
    ],
)
def test_a_verdict_is_read_off_the_whole_interval(mean, spread, said):
    assert verdict(rates(mean, spread)) == said


def test_a_wheel_spins_down_where_answering_misses_makes_it_worse():
    assert verdict(rates(-0.2), rates(-0.1)) == "spins down"
    assert verdict(rates(-0.2), rates(0.0, 0.1)) == "stalls"


def test_few_seeds_have_no_verdict():
    assert verdict(rates(0.2, n=4)) == "cannot be told with 4 seeds"


@pytest.mark.parametrize(("n", "needed"), [(9, True), (10, False)])
def test_where_seeds_are_too_few_for_any_verdict_it_says_how_many_are_needed(monkeypatch, n, needed):
    monkeypatch.setattr(Motion, "acceleration", rates(0.05, 0.3, n))
    assert ("at least 10 are needed" in verdict_line(Motion(Scenario.load("baseline"), 312, ()))) == needed


def test_a_pulse_installs_what_is_asked_for_where_nothing_was():
    world = World.begin(small(FUNDED), 3, 26, deals=False, tables=False)
    before, empty = float(world.state.installed_value.sum()), world.state.customer_lines == 0
    asked = 0.2 * float(world.weekly(-world.burn_in)[-52:]["bookings"].sum())
    given = give_pulse(world, 0.2)
    new = world.state.customer_lines > 0
    assert given >= asked
    assert world.state.installed_value.sum() - before == pytest.approx(given)
    touched = new & empty
    assert touched.any()
    assert (world.state.reps["planned"][world.state.buyers["seat"][touched]] == 1).all(), "opened territories only"
    assert (world.state.satisfaction[touched] == 1.0).all()
    world.finish()  # contracts run on and are renewed


def test_a_larger_pulse_holds_the_smaller_one():
    accounts = []
    for share in (0.05, 0.2):
        world = World.begin(small(FUNDED), 3, 26, deals=False, tables=False)
        before = world.state.customer_lines.copy()
        give_pulse(world, share)
        accounts.append(set(np.flatnonzero(world.state.customer_lines > before)))
    assert accounts[0] < accounts[1]


def test_a_pulse_into_a_full_market_is_refused():
    world = World.begin(small({"market.initial_installed_share": 1.0}), 3, 26, deals=False, tables=False)
    with pytest.raises(InputError, match="the market is full"):
        give_pulse(world, 0.1)


@pytest.mark.slow
def test_all_parts_are_measured_on_the_first_two_thirds():
    motion = measure_motion(small(FUNDED), 3, workers=2)
    assert [len(one.pulsed) for one in motion.spun] == [len(PULSES), len(PULSES), 0]
    assert motion.base.shape == (3, 312)
    assert len(motion.pushes) == len(PUSHES)
    assert motion.multiplier(104).n == 2
    assert len(motion.echoes()) == 6
    assert 13 <= motion.coasting <= 312
    assert motion.without("reinvestment").n == 2
    assert motion.verdict == "cannot be told with 3 seeds"


def test_a_shorter_run_is_refused():
    with pytest.raises(InputError, match="too few"):
        measure_motion(small(), 2, weeks=104)


def test_the_twin_without_an_answer_answers_nothing_and_keeps_the_rest():
    evil = Scenario.load("young_evil")
    silent = without_answer(evil)
    assert [spec.value for spec in silent.interventions if spec.parameter == "management.response"] == ["none"]
    assert len(silent.interventions) == len(evil.interventions)


def test_hours_of_reps_and_managers_are_priced():
    scenario = small({
        "talent.on_target_earnings": 104_000.0, "talent.pay_burden": 0.0, "operations.week_hours": 40.0,
        "management.cost": 208_000.0, "management.week_hours": 40.0, "training.cost_per_hour": 10.0,
    })  # fmt: skip
    world = World.begin(scenario, 1, 13, deals=False, tables=False).finish()
    base = world.weekly().copy()
    pushed = base.copy()
    for name in ("hours_training", "hours_coaching"):
        pushed[name] = base[name] + 1.0
    reps = float(base["reps"].sum())
    training, coaching = PUSHES[0], PUSHES[1]
    assert money_spent(training, world, base, pushed) == pytest.approx(reps * (50.0 + 10.0))
    assert money_spent(coaching, world, base, pushed) == pytest.approx(reps * (50.0 + 100.0))


def test_people_are_priced_by_the_year():
    world = World.begin(small({"structure.specialist_cost": 104_000.0}), 1, 26, deals=False, tables=False).finish()
    base = world.weekly().copy()
    pushed = base.copy()
    pushed["specialists"] = base["specialists"] + 2
    employing = next(push for push in PUSHES if push.stage == "results")
    assert money_spent(employing, world, base, pushed) == pytest.approx(2 * 13 * 2_000.0), "a quarter of each"


def test_every_stage_of_the_wheel_has_its_push():
    assert [push.stage for push in PUSHES] == [name for name, _ in STAGES["sales"]]


def test_the_next_step_is_the_push_that_surely_brings_most():
    def spun(gain: float) -> Spun:
        base = np.full(312, 10.0)
        pushed = tuple(base + np.r_[gain * k, np.zeros(311)] for k in range(len(PUSHES)))
        return Spun(base, pushed=pushed, spent=(1.0,) * len(PUSHES))

    motion = Motion(small(), 312, tuple(spun(gain) for gain in (0.9, 1.0, 1.1)))
    assert motion.next_step == len(PUSHES) - 1
    assert motion.pushes[2].mean == pytest.approx(2.0)
    unsure = Motion(small(), 312, tuple(spun(gain) for gain in (-5.0, 5.0, 0.1)))
    assert unsure.next_step is None


@pytest.mark.slow
def test_a_map_has_a_cell_for_each_pair_of_values():
    found = motion_map(
        small(FUNDED), ("talent.budget_share", (0.1, 0.2)), ("strategy.stretch", (0.0, 0.2, 0.4)), 2, workers=2
    )
    assert [len(line) for line in found] == [3, 3]
    with pytest.raises(InputError):
        motion_map(small(), ("talent.budget_share", (9.0,)), ("strategy.stretch", (0.0,)), 2)
