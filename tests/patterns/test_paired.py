"""Paired cases: the same past and luck, readings over windows, and what is judged of them."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.measures.run import simulate
from sim.measures.whole_run import summary_of
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.statistics import paired_effect
from tests.patterns.making.paired import (
    Trial,
    average,
    before,
    difference,
    in_draws,
    inside,
    level,
    mean_gain,
    over,
    path,
    ratio_of_means,
    robustness,
    run,
    seat_bookings,
    total,
    window,
)
from tests.patterns.making.pattern import Effort, Number
from tests.worlds import small

TINY = Effort(seeds=3, draws=0, workers=1)
LEVER = {"training.hours_per_quarter": 40.0}


def trial(**changes: object) -> Trial:
    scenario = small({"organization.burn_in_weeks": 13, "market.needs_per_account_year": 2.0})
    one = Trial(scenario, {"more": LEVER}, {"bookings": over("bookings"), "hours": path("hours_training")}, weeks=39)
    return replace(one, **changes)


def test_as_is_is_the_run_anyone_gets():
    found = run(trial(), TINY)
    for seed in range(3):
        single = simulate(trial().loaded(), seed, 39)
        assert found["as_is"]["bookings"][seed] == single.summary["bookings"]
    assert found["more"]["hours"].shape == (3, 39)


def test_cases_part_at_the_fork_and_not_before():
    found = run(trial(fork=20), TINY)
    base, more = found["as_is"]["hours"], found["more"]["hours"]
    np.testing.assert_array_equal(base[:, :20], more[:, :20])
    assert (more[:, 21] > base[:, 21]).all()


def test_an_intervention_of_a_case_happens_in_its_week():
    late = [{"week": 30, "parameter": "training.hours_per_quarter", "value": 40.0}]
    found = run(trial(cases={"late": late}), TINY)
    np.testing.assert_array_equal(found["as_is"]["hours"][:, :30], found["late"]["hours"][:, :30])
    assert (found["late"]["hours"][:, 31] > found["as_is"]["hours"][:, 31]).all()


def test_workers_change_nothing():
    one, two = (run(trial(), replace(TINY, workers=workers)) for workers in (1, 2))
    np.testing.assert_array_equal(one["more"]["bookings"], two["more"]["bookings"])


def test_windows_add_up_to_the_run():
    readings = {
        "whole": over("bookings"),
        "early": over("bookings", 0, 13),
        "late": over("bookings", 13),
        "wins": over("won_per_year", 0, 39),
        "sum": total("bookings", 0, 13),
        "mean": average("reps", 0, 13),
        "start": before("reps"),
        "seats": lambda world: seat_bookings(world, 13, 39).sum(),
        "deals": lambda world: sum(len(window(world, at, at + 13).deals) for at in (0, 13, 26)),
        "all": lambda world: len(window(world).deals),
    }
    found = run(trial(readings=readings), TINY)["as_is"]
    np.testing.assert_allclose(found["early"] + found["late"], found["whole"])
    np.testing.assert_allclose(found["sum"], found["early"])
    assert (found["deals"] == found["all"]).all()
    assert (found["seats"] <= found["late"] + 1e-6).all()
    assert (found["mean"] > 0).all()
    assert (found["start"] > 0).all()


def test_a_whole_window_gives_the_summary():
    world = simulate(trial().loaded(), 1, 39).world
    names = ("bookings", "win_rate", "share_at_quota", "turnover", "cycle_days", "top20_share")
    for name in names:
        assert over(name)(world) == pytest.approx(summary_of(world)[name], nan_ok=True)


def test_one_seed_gives_no_interval():
    with pytest.raises(InputError, match="1 seeds are not allowed"):
        run(trial(), Effort(seeds=1))


def test_a_difference_is_the_paired_effect_and_judged_by_its_whole_interval():
    base = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    case = base + np.array([0.1, 0.2, 0.1, 0.3, 0.2, 0.1])
    number = difference("", case, base, needed="above 0")
    assert (number.value, number.low, number.high) == paired_effect(case, base).relative
    assert number.met is True
    assert difference("", case, base, needed="below +1% of base", limit=0.01).met is False
    assert difference("", case, base, relative=False, unit="deals").value == pytest.approx(1.0 / 6.0)
    assert difference("", case, base).met is None


def test_too_few_replicates_are_not_judged():
    number = difference("", [1.0, 2.0, 3.0], [0.0, 1.0, 2.0], needed="above 0")
    assert number.met is None
    assert level("", [1.0], "share").low is None
    assert inside(Number("", 1.0, "", n=3), 0.0, 2.0, "between").met is None
    assert inside(Number("", 1.0, "", n=5), 0.0, 2.0, "between").met is True


def test_the_rise_of_a_mean_covers_the_truth():
    luck = np.random.default_rng(5)
    hits = 0
    for _ in range(400):
        world = luck.normal(10.0, 2.0, 40)
        number = ratio_of_means("", 1.5 * world + luck.normal(0.0, 1.0, 40), world)
        hits += number.low < 0.5 < number.high
    assert 0.92 < hits / 400 < 0.98
    assert math.isnan(ratio_of_means("", [1.0], [0.0]).value)


def test_a_share_of_draws_has_wilsons_interval():
    found = robustness(18, 20, 2, "so")
    assert (found.share, found.draws, found.seeds) == (0.9, 20, 2)
    assert 0.69 < found.low < 0.70
    assert 0.97 < found.high < 0.98


def test_draws_change_what_is_assumed_and_not_what_the_trial_sets():
    seen: list[tuple[float, float]] = []

    def read(world: object) -> float:
        p, rep = world.state.p[0], world.state.reps[0]
        seen.append((float(p.buyers_value_half), float(rep.training_hours_per_quarter)))
        return 1.0

    own = trial(readings={"read": read}, start={"training.hours_per_quarter": 7.0}, weeks=2)
    effort = Effort(seeds=2, draws=3, draw_seeds=2, workers=1)
    judged = iter([True, None, False])
    found = in_draws({"one": own}, effort, lambda outcomes: next(judged) if outcomes["one"] else None, "so")
    assert (found.share, found.draws, found.seeds) == (0.5, 2, 2)
    assert len({half for half, _ in seen}) == 3
    assert {hours for _, hours in seen} == {7.0, 40.0}
    assert in_draws({"one": own}, replace(effort, draws=0), lambda _: True, "so") is None


def test_a_case_is_read_with_the_luck_of_its_seed():
    assert mean_gain([2.0, 4.0], [1.0, 3.0]) == pytest.approx(0.5)
    assert Scenario.load("baseline") == Trial("baseline", {}, {}).loaded()
