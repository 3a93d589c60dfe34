"""Cases of a comparison: what a scenario's own interventions do is one of them."""

import pytest

from sim.errors import InputError
from sim.experiments.cases import own_case, read_cases
from sim.scenario import Scenario


def test_interventions_of_a_scenario_are_a_case_of_their_own():
    item = {"week": 2, "parameter": "strategy.stretch", "value": 0.2}
    scenario = Scenario.load("baseline").with_interventions([item])
    base, named = own_case(scenario)
    assert base == Scenario.load("baseline")
    (_, case) = read_cases(base, named)
    assert case.scenario == scenario
    with pytest.raises(InputError, match="compare needs a --case"):
        own_case(base)
