"""The report of one run says what was run."""

from sim.answers.run import _about
from sim.engine.world import World
from sim.measures.run import Run
from sim.scenario.scenario import Scenario
from tests.worlds import SMALL


def about(changes: dict) -> str:
    scenario = Scenario.load("baseline")
    return _about(Run(World.begin(scenario.override(changes) if changes else scenario, 0, 1)), "Company")


def test_a_scenario_speaks_for_itself_only_as_it_is():
    assert about({}) == Scenario.load("baseline").shows
    assert about({"structure.span_of_control": 6.0}).startswith("Company with structure.span_of_control = 6.0: ")
    assert about(SMALL).startswith(f"Company with {len(SMALL)} parameters set otherwise: ")
