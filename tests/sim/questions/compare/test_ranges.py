"""The answer over the ranges of what nobody has said: its sentence, and what is varied."""

import pytest

from sim.questions.compare import worlds as at_ends
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario

TINY = """
[organization]
weeks = 26
burn_in_weeks = 8
[structure]
n_reps = 4
[market]
accounts_per_rep = 5
"""
UNKNOWN = """
[[unknowns]]
name = "gross margin"
parameter = "organization.gross_margin"
low = 0.4
high = 0.9
money_only = true
[[unknowns]]
name = "policy"
parameter = "management.response"
low = "none"
high = "mixed"
"""
SURE = {"pay": [(1.0, 3e6, 2e6, 4e6), (2.0, 1e6, 0.5e6, 2e6)], "policy": [("none", 2e6, 1e6, 3e6)]}


@pytest.mark.parametrize(
    ("more", "verdict"),
    [
        ((5.0, 4e6, 3e6, 5e6), "its sign holds at every end"),
        ((5.0, -1e6, -2e6, -0.5e6), "its sign turns, so find out first"),
        ((5.0, 1e5, -1e6, 1e6), "it cannot be told from zero at every end"),
    ],
)
def test_the_sentence_says_how_far_and_whether_it_turns(more: tuple[float, float, float, float], verdict: str):
    said = at_ends.sentence("more_coaching", SURE | {"wip": [more]}, Scenario.load("baseline"), "net_contribution")
    assert verdict in said
    assert "of more coaching in net contribution lies between" in said
    assert said.endswith("pay moves it most.")


def test_nothing_to_vary_is_refused():
    with pytest.raises(InputError, match=r"marks no \[\[unknowns\]\] that bookings leans on"):
        at_ends.over_ranges(Scenario.load("baseline"), [("a", {})], "bookings")


def test_both_ends_of_each_are_compared():
    scenario = Scenario.from_text(TINY + UNKNOWN)
    told: list[tuple[int, int]] = []
    cases = [("specialists", {"structure.product_specialists": 1})]
    (said,) = at_ends.over_ranges(
        scenario,
        cases,
        "net_contribution",
        weeks=13,
        workers=1,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert "of specialists in net contribution lies between" in said
    chosen = scenario.override({"organization.gross_margin": 0.5}, origin="--set")
    at_ends.over_ranges(
        chosen, cases, "net_contribution", weeks=13, workers=1, progress=lambda *step: told.append(step)
    )
    assert told[-1] == (2, 2), "what is said is not varied"
