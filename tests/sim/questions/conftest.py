"""A tiny organization and one comparison of it, shared by the tests of experiments."""

import pytest

from sim.questions.compare.run import compare
from sim.scenario.scenario import Scenario

TINY = """
name = "tiny"
title = "A tiny organization"
[structure]
n_reps = 6
[market]
accounts_per_rep = 15
[organization]
burn_in_weeks = 26
weeks = 52
"""

CASES = {
    "overlays": {"structure.product_specialists": 3},
    "focus": [{"week": 13, "parameter": "operations.wip_limit", "value": 5}],
}


@pytest.fixture(scope="session")
def tiny():
    """A scenario small enough for many runs."""
    return Scenario.from_text(TINY)


@pytest.fixture(scope="session")
def compared(tiny):
    """Two cases over six seeds."""
    return compare(tiny, CASES, seeds=6, workers=2)


@pytest.fixture(autouse=True)
def _pictures(drawn_once: None) -> None:
    """Each kind is drawn; every report need not draw all of them again."""
