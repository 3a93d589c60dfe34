"""Gains, turn times, transfers and the weakest link follow from what each seed gave."""

import json
from dataclasses import replace

import numpy as np
import pytest

from scenarios import norms_path
from sim.questions.wheel.gain import PUSH, Question, Turn, Wheel, half_week, trailing_mean, turn_wheel
from sim.scenario.errors import InputError
from tests import wheel_norm


def test_norms_belong_to_these_rules():
    kept = json.loads(norms_path().read_text(encoding="utf-8"))["model"]
    assert kept == wheel_norm.digest(), "the rules have changed: python -m tests.wheel_norm"


def made(sales, scenario, gains, outputs, *, seeds=6, spread=0.0):
    """A wheel whose seeds are known: gain of each cut, and output with each link better, over a base of 100."""
    asked = Question(window=52)
    rng = np.random.default_rng(1)
    turns = []
    for _ in range(seeds):
        base = np.full((asked.weeks, 5), 100.0)
        gained = np.zeros((5, asked.weeks, 5))
        for k, gain in enumerate(gains):
            gained[k, 20:, k] = 100.0 * PUSH * (gain + spread * rng.normal())
        turns.append(Turn(base, gained, np.array(outputs) + spread * rng.normal(size=5)))
    return Wheel(sales, scenario, asked, tuple(turns))


def test_gain_is_what_comes_round_over_the_push(sales, scenario):
    wheel = made(sales, scenario, [1.2, 0.8, 1.2, 1.2, 1.2], [100] * 5)
    assert [gain.mean for gain in wheel.gains] == pytest.approx([1.2, 0.8, 1.2, 1.2, 1.2])
    assert wheel.verdict(0) == "accelerates"
    assert wheel.verdict(1) == "brakes"
    assert wheel.turn_times[0] == (pytest.approx(20, abs=1),) * 3


def test_few_seeds_and_wide_intervals_give_no_verdict(sales, scenario):
    assert made(sales, scenario, [1.2] * 5, [100] * 5, seeds=3).verdict() == "cannot be told with 3 seeds"
    assert made(sales, scenario, [1.0] * 5, [100] * 5, spread=0.5).verdict() == "cannot be told with 6 seeds"


def test_the_weakest_link_is_the_one_that_raises_the_output_most(sales, scenario):
    wheel = made(sales, scenario, [0.0] * 5, [101, 102, 109, 103, 100], spread=0.1)
    assert wheel.weakest == 2
    assert wheel.weakest_is_sure
    assert wheel.rises[2].mean == pytest.approx(0.09, abs=0.01)
    assert not made(sales, scenario, [0.0] * 5, [101] * 5, spread=1.0).weakest_is_sure


def test_no_turn_time_where_nothing_comes_round(sales, scenario):
    assert np.isnan(made(sales, scenario, [0.0] * 5, [100] * 5, spread=0.2).turn_times[0][0])


def test_half_of_a_ramp_is_in_its_middle():
    ramp = np.concatenate([np.linspace(0, 1, 61), np.ones(40)])
    assert half_week(ramp) == pytest.approx(30, abs=1)
    assert half_week(-ramp) == half_week(ramp), "a brake takes its time too"


def test_means_of_the_last_weeks():
    levels = np.arange(6.0)[:, None]
    assert trailing_mean(levels, 3)[:, 0].tolist() == [0.0, 0.5, 1.0, 2.0, 3.0, 4.0]


def test_a_small_organization_turns(turned):
    assert turned.late.shape == (6, 5, 5)
    assert np.isfinite(turned.late).all()
    assert turned.transfers[0].mean > 0.0, "capability moves experience"
    assert turned.rises[0].n == 6


def test_any_number_of_workers_gives_the_same(scenario, sales):
    asked = replace(Question(window=52), at=(0,), step=0.0)
    one, two = (turn_wheel(scenario, sales, 3, asked, workers=n) for n in (1, 2))
    assert (one.late[:, 0] == two.late[:, 0]).all()
    assert np.isnan(one.late[:, 1]).all(), "not cut there"


def test_execution_is_felt_in_the_undisturbed_twin_too(scenario, sales):
    asked = Question(window=52, at=(), step=0.0, execution={"capability": 0.5})
    halved = turn_wheel(scenario, sales, 2, asked, workers=1)
    whole = turn_wheel(scenario, sales, 2, replace(asked, execution={}), workers=1)
    assert halved.base[-26:, 1].mean() < whole.base[-26:, 1].mean()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Question(push=0.0), "push of 0 is not allowed; nothing comes round from none"),
        (Question(push=0.9), "push of 0.9"),
        (Question(window=10), "window of 10 weeks"),
        (Question(execution={"result": 0.5}), "no stage result; did you mean results"),
        (Question(execution={"results": 0.0}), "execution of 0 of results"),
    ],
)
def test_what_cannot_be_asked_is_said(asked, said, scenario, sales):
    with pytest.raises(InputError, match=said):
        turn_wheel(scenario, sales, 2, asked)


def test_a_number_of_seeds_that_is_none(scenario, sales):
    with pytest.raises(InputError, match="0 seeds are not allowed"):
        turn_wheel(scenario, sales, 0)
