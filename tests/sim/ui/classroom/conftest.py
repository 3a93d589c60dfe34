"""Small classes that play a quarter in milliseconds."""

import pytest

from sim.scenario.scenario import Scenario
from sim.ui.classroom.luck import Yardstick
from sim.ui.classroom.room import Room
from sim.ui.classroom.terms import ClassTerms

SMALL = "[structure]\nn_reps = 8\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"
BUDGET = 60_000.0


@pytest.fixture(scope="session")
def scenario() -> Scenario:
    return Scenario.from_text(SMALL)


@pytest.fixture
def room(scenario: Scenario) -> Room:
    return Room("ABCDEF", ClassTerms(scenario, 3, BUDGET, 4), Yardstick.empty(4, 6, 4))
