"""Targets files: what they say, and every mistake with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sim.questions.calibrate.plan import INFORMED_BY, CalibrationPlan, CalibrationTarget, Prior, prior_of, read_targets
from sim.questions.calibrate.worlds import crm_priors
from sim.scenario.errors import InputError, ScenarioError
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import by_name
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from pathlib import Path

HEAD = 'scenario = "baseline"\nweeks = 52\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "targets.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read(tmp_path: Path):
    text = HEAD + (
        "[targets]\nwin_rate = 0.25\ncycle_days = { low = 60, high = 80 }\nselling_share = { value = 0.4, sd = 0.03 }\n"
        "[checks]\nturnover = 0.3\n"
        '[parameters]\n"market.cycle_weeks" = {}\noperations.admin_hours = { low = 10, high = 25 }\n'
    )
    plan = read_targets(write(tmp_path, text))
    assert plan.weeks == 52
    rate, cycle, share = plan.targets
    assert (rate.value, rate.sd) == (0.25, pytest.approx(0.0125))
    assert (cycle.value, cycle.sd) == (70.0, pytest.approx(10.0 / 1.96, rel=1e-4))
    assert (share.value, share.sd) == (0.4, 0.03)
    assert [one.measure for one in plan.checks] == ["turnover"]
    assert [one.dotted for one in plan.priors] == ["market.cycle_weeks", "operations.admin_hours"]
    assert (plan.priors[1].low, plan.priors[1].high) == (10.0, 25.0)


def test_without_parameters_those_are_fitted_that_act_on_the_targets(tmp_path: Path):
    plan = read_targets(write(tmp_path, HEAD + "[targets]\ncycle_days = 60\nwin_rate = 0.25\n"))
    names = [one.dotted for one in plan.priors]
    assert names == ["market.cycle_weeks", "market.competitor_strength", "market.status_quo"]


def test_every_default_is_a_parameter_with_a_range_of_a_measure():
    baseline = Scenario.load("baseline")
    assert set(INFORMED_BY) <= set(MEASURES)
    for name in {name for names in INFORMED_BY.values() for name in names}:
        prior = prior_of(name, baseline)
        assert prior.low < float(baseline[name]) < prior.high


def test_a_range_is_that_of_the_evidence_in_the_unit_of_the_parameter():
    prior = prior_of("market.cycle_weeks", Scenario.load("baseline"))
    assert (prior.low, prior.high) == (pytest.approx(30.0 / 7.0, rel=1e-5), pytest.approx(90.0 / 7.0, rel=1e-5))
    assert prior.source == "evidence CYC-02"
    slow = Scenario.load("baseline").override({"market.cycle_weeks": 20.0})
    assert "2/3 to 3/2" in prior_of("market.cycle_weeks", slow).source


def test_a_place_becomes_a_value_within_the_range():
    prior = Prior("market.cycle_weeks", 4.0, 16.0, "")
    assert prior.value(sum(prior.ends) / 2.0) == pytest.approx(8.0)
    assert prior.value(99.0) == 16.0
    whole = Prior("structure.n_reps", 10.0, 20.0, "")
    assert isinstance(whole.value(2.5), int)
    assert not Prior("market.competitor_strength", 0.5, 1.0, "").log


MISTAKES = [
    ("[targets]\nwin_rate = 0.2\n", 'scenario = "NAME" is missing'),
    ('scenario = "basline"\n[targets]\nwin_rate = 0.2\n', "did you mean baseline"),
    (
        HEAD + "[targets]\nwin_rat = 0.2\n",
        "line 4, [targets] win_rat: win_rat is no measure of the model; did you mean",
    ),
    (HEAD + '[targets]\nwin_rate = "many"\n', "line 4, [targets] win_rate: a target = many is not allowed"),
    (HEAD + "[targets]\nwin_rate = 25\n", "a share must be from 0 to 1, so 25% is 0.25"),
    (HEAD + "[targets]\nwin_rate = { low = 0.3 }\n", "low and high must be given together"),
    (HEAD + "[targets]\nwin_rate = { low = 0.3, high = 0.2 }\n", "low = 0.3 must be below high = 0.2"),
    (HEAD + "[targets]\nwin_rate = { value = 0.3, sd = 0 }\n", "has no usable sd"),
    (HEAD + "[targets]\nwin_rate = { value = 0.3, std = 1 }\n", "std is not known here"),
    (HEAD + "[target]\nwin_rate = 0.3\n", "target is not known here; did you mean targets?"),
    (HEAD + "[targets]\n", "a calibration needs at least one target"),
    (HEAD + "[targets]\nhonesty = 0.5\n", "which parameters to fit for honesty is not known"),
    (HEAD + "[targets]\nwin_rate = 0.2\n[parameters]\n", "at least one parameter to fit"),
    (HEAD + "[targets]\nwin_rate = 0.2\n[parameters]\nmarket.cycle_week = {}\n", "did you mean market.cycle_weeks?"),
    (HEAD + "[targets]\nwin_rate = 0.2\n[parameters]\nmarket.phase = {}\n", "market.phase is no number"),
    (
        HEAD + "[targets]\nwin_rate = 0.2\n[parameters]\nmarket.cycle_weeks = { low = 0, high = 5 }\n",
        "line 6, [parameters] market.cycle_weeks: market.cycle_weeks: the range 0 to 5 is not allowed",
    ),
    (
        HEAD + "[targets]\nwin_rate = 0.2\n[parameters]\nmarket.cycle_weeks = { low = 5, high = 5 }\n",
        "the range 5 to 5 is empty",
    ),
    ('scenario = "baseline"\nweeks = 1.5\n[targets]\nwin_rate = 0.2\n', "weeks = 1.5 is not allowed"),
]


@pytest.mark.parametrize(("text", "sentence"), MISTAKES)
def test_a_mistake_is_told_with_its_place(text: str, sentence: str, tmp_path: Path):
    with pytest.raises(ScenarioError) as caught:
        read_targets(write(tmp_path, text))
    assert sentence in str(caught.value)
    assert "targets.toml" in str(caught.value) or "basline" in str(caught.value)


def test_all_mistakes_are_told_together_in_the_order_of_the_file(tmp_path: Path):
    with pytest.raises(ScenarioError) as caught:
        read_targets(write(tmp_path, HEAD + "[targets]\nwin_rat = 0.2\ncycle_day = 3\n"))
    assert [one.line for one in caught.value.problems] == [4, 5]


def test_a_scenario_beside_the_file_is_found(tmp_path: Path):
    (tmp_path / "mine.toml").write_text('name = "mine"\n', encoding="utf-8")
    plan = read_targets(write(tmp_path, 'scenario = "mine.toml"\n[targets]\ncycle_days = 60\n'))
    assert plan.scenario.name == "mine"


def test_the_same_target_twice_is_refused():
    twice = [CalibrationTarget("win_rate", 0.2, 0.01), CalibrationTarget("win_rate", 0.3, 0.01)]
    with pytest.raises(InputError, match="win_rate stands there twice"):
        CalibrationPlan.of(Scenario.load("baseline"), twice)


def test_ranges_of_an_export_lie_around_its_match_and_within_bounds():
    for prior in crm_priors(Scenario.load("baseline").override({"market.cycle_weeks": 1.2})):
        item = by_name()[prior.dotted]
        assert float(item.low or 0.0) <= prior.low < prior.high <= float(item.high or 0.0)
