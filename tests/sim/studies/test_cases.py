"""Cases of a comparison: what a scenario's own interventions do is one of them."""

import pytest

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.cases import own_case, read_cases


def test_interventions_of_a_scenario_are_a_case_of_their_own():
    item = {"week": 2, "parameter": "strategy.stretch", "value": 0.2}
    scenario = Scenario.load("baseline").with_interventions([item])
    base, named = own_case(scenario)
    assert base == Scenario.load("baseline")
    (_, case) = read_cases(base, named)
    assert case.scenario == scenario
    with pytest.raises(InputError, match="compare needs a --case"):
        own_case(base)
