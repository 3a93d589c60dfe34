"""Worked examples of the views that compute: each is a question that can be asked, and small."""

import pytest

from sim.scenario.measures import MEASURES
from sim.scenario.scenario import Scenario
from sim.ui.compare import view as compare
from sim.ui.compare.cases import checked
from sim.ui.explore import view as explore
from sim.ui.explore.run import _factor, _values
from sim.ui.why import view as why
from sim.ui.why.result import askable

RUNS = 130
"""Most runs of an example, counted in years: some seconds on one core."""


@pytest.mark.parametrize("name", why.EXAMPLES)
def test_an_example_of_why_can_be_asked(name: str):
    _, form = why.EXAMPLES[name]
    assert form.measure in askable()
    assert Scenario.load(form.scenario).name == form.scenario
    assert (int(form.seeds), int(form.weeks) <= 104) == (4, True)


@pytest.mark.parametrize("name", compare.EXAMPLES)
def test_an_example_of_compare_can_be_asked(name: str):
    _, form = compare.EXAMPLES[name]
    scenario = Scenario.load(form.scenario)
    assert form.measure in MEASURES
    assert form.cases
    assert all(checked(case, scenario) for case in form.cases)
    assert int(form.seeds) * (1 + len(form.cases)) * int(form.weeks) <= RUNS * 52


@pytest.mark.parametrize("name", explore.EXAMPLES)
def test_an_example_of_explore_can_be_mapped(name: str):
    _, form = explore.EXAMPLES[name]
    scenario = Scenario.load(form.scenario)
    factors = [_factor(scenario, axis) for axis in (form.across, form.up)]
    across, up = (len(_values(scenario, factor, int(form.size))) for factor in factors)
    assert form.measure in MEASURES
    assert across * up * int(form.seeds) * int(form.weeks) <= RUNS * 52
