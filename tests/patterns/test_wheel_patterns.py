"""Patterns of the wheel: what their tests make of what was measured."""

import numpy as np
import pytest

from sim.questions.wheel.hysteresis import UPKEEP, Restart
from sim.scenario.scenario import Scenario
from sim.studies.worlds import how_found
from tests.patterns import momentum, weakest, wheel
from tests.patterns.making.pattern import VERDICTS, Effort
from tests.worlds import SMALL

BY_ID = {one.id: one for one in (*wheel.PATTERNS, *weakest.PATTERNS)}


def test_s1_reads_lags_off_the_mean_over_seeds():
    weeks = np.arange(156)
    ramps = np.array([np.clip((weeks - start) / 20.0, 0.0, 1.0) for start in (0, 10, 20, 30)])
    responses = np.repeat(ramps[:, None, :], 3, axis=1)
    assert wheel._lags(responses) == pytest.approx([4, 14, 24, 34], abs=3)
    assert np.isnan(wheel._lags(-responses)).all(), "what falls does not rise"


def test_s1_steps_up_from_the_baselines_own_levers():
    base = Scenario.load("baseline")
    case = wheel._step().cases["step"]
    assert case[UPKEEP[0]] == base[UPKEEP[0]] + 12.0
    assert case[UPKEEP[1]] == base[UPKEEP[1]] + 2.0


def test_s5_that_is_stopped_is_no_finding(monkeypatch):
    def stopped_early(*_, **__):
        return Restart(np.array([1.0]), np.ones((3, 1)), np.ones(3))

    monkeypatch.setattr(wheel, "restart", stopped_early)
    with pytest.raises(KeyboardInterrupt):
        wheel._test_s5(Effort(seeds=60, draws=0, workers=1))


def test_s4_coasts_where_the_whole_interval_is_near_none():
    rng = np.random.default_rng(0)
    assert momentum._coasts("g", rng.normal(0.0, 0.05, 60)).met is True
    assert momentum._coasts("g", rng.normal(0.0, 0.5, 60)).met is False
    assert momentum._coasts("g", rng.normal(0.1, 0.05, 60)).met is False
    assert momentum._coasts("g", np.array([0.0, 0.01])).met is None, "too few"


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_ID)
def test_it_runs_with_little_effort_and_says_so(name, monkeypatch):
    whole = Scenario.load

    def load(scenario):
        small = {key: SMALL[key] for key in SMALL if not key.startswith("organization")}
        return whole(scenario).override({**small, "market.accounts_per_rep": 120})  # enough to pay for six reps

    monkeypatch.setattr(wheel.Scenario, "load", load)
    monkeypatch.setattr("sim.studies.worlds.model_digest", lambda _: how_found()["model"])  # smaller, by the same rules
    finding = BY_ID[name].test(Effort(seeds=2, draws=1, draw_seeds=1, workers=2))
    assert finding.pattern == name
    assert finding.verdict in VERDICTS
    assert finding.verdict == "undecided", "two seeds say nothing"
    assert finding.robustness.draws == 1
    assert BY_ID[name].figure(finding).axes
