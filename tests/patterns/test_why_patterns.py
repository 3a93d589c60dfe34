"""The tests of N4 and E5 run with little effort, and their plans name what there is."""

import pytest

from sim.questions.why.graph import NODES, levers_below
from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter
from sim.scenario.scenario import Scenario
from sim.studies.worlds import how_found
from tests.patterns import why
from tests.patterns.making.pattern import Effort

N4, E5 = why.PATTERNS


@pytest.fixture
def small(monkeypatch):
    """Shipped scenarios with a few reps and a year, so that a test of a pattern takes seconds."""
    load = Scenario.load
    changes = {"structure.n_reps": 8, "market.accounts_per_rep": 40, "organization.burn_in_weeks": 26}

    def smaller(name):
        return load(name).override({**changes, "organization.weeks": 52})

    monkeypatch.setattr(Scenario, "load", smaller)
    monkeypatch.setattr("sim.studies.worlds.model_digest", lambda _: how_found()["model"])  # smaller, by the same rules


def test_what_the_chain_must_reach_is_no_special_case():
    for cause, lever in why.ASKED.values():
        assert lever in levers_below(cause)
        assert cause in NODES["opportunities"].causes  # beside all other causes, which are judged alike
        assert parameter(lever).lever


@pytest.mark.usefixtures("small")
def test_n4_runs_with_little_effort():
    found = N4.test(Effort(seeds=6, draws=2, draw_seeds=2, workers=1))
    assert found.verdict == "undecided"  # four seeds are too few to judge
    assert {number.value for number in found.numbers if number.needed} <= {0.0, 1.0}
    assert found.robustness.draws == 2
    assert N4.figure(found).axes


@pytest.mark.usefixtures("small")
def test_e5_runs_with_little_effort(monkeypatch):
    monkeypatch.setattr(why, "FIRST", 13)
    trial = why._trial_e5("evil")
    assert trial.weeks == 156
    monkeypatch.setattr(why, "Trial", lambda *parts: trial.__class__(*parts, weeks=52))
    found = E5.test(Effort(seeds=3, draws=2, draw_seeds=2, workers=1))
    assert found.verdict == "undecided"
    assert all(number.met is None for number in found.numbers)
    assert "In baseline" in found.where
    assert E5.figure(found).axes


def test_field_time_wins_over_what_the_scenario_does_itself():
    for hours, case in zip(why.HOURS, ("no field time", "field time"), strict=True):
        (spec,) = why._trial_e5("evil").cases[case]
        assert spec["value"] == hours
        assert spec["week"] == 0


def test_scenarios_of_the_plans_are_shipped():
    for pattern in why.PATTERNS:
        for name in pattern.scenarios:
            assert Scenario.load(name).name == name
    with pytest.raises(InputError):
        Scenario.load("no_such_scenario")
