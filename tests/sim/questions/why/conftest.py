"""A small organization without a fault, to which tests give one."""

import pytest

from sim.scenario.scenario import Scenario

SMALL = """
name = "small"
[structure]
n_reps = 8
span_of_control = 4
product_specialists = 1
[market]
accounts_per_rep = 40
[organization]
burn_in_weeks = 26
weeks = 52
"""


@pytest.fixture(scope="session")
def sound():
    """The organization that is its own reference."""
    return Scenario.from_text(SMALL, "small.toml")
