"""L2: what decides it, and that its list of ideas is the list of what a team can have on its own."""

import numpy as np
import pytest

from sim.questions.pilot.study import PilotStudy, TrialOutcome, WorldResult
from sim.questions.pilot.terms import PilotDesign, PilotTerms, read_levers
from sim.scenario.parameters import all_parameters
from sim.scenario.scenario import Scenario
from tests.patterns import pilot

BASELINE = Scenario.load("baseline")
READ = tuple(read_levers(BASELINE, [idea]) for idea in pilot.IDEAS)


MAIN = (PilotDesign(pilot.TEAMS, pilot.QUARTERS),)


def made_up(worlds: int, saved: float, designs: tuple[PilotDesign, ...] = MAIN) -> PilotStudy:
    """A study in which now brings 100 in half of the worlds and 0 in the others, and a pilot that much more."""
    results = []
    for world in range(worlds):
        now = 100.0 * (world % 2) + 0.01 * world
        outcomes = [TrialOutcome(one, "dropped", 1, 0.1, now + saved + world % 3, now) for one in designs]
        results.append(WorldResult(world, world % len(READ), 50.0, now, outcomes))
    terms = PilotTerms(tuple(designs), 0.05, None, 0.0, 0)
    return PilotStudy.of(
        BASELINE, READ, terms, results, draws=[{"buyers.trust_gain": 0.1}] * worlds, interrupted=False, weeks=156,
        asked=worlds, versions={}, started=None,
    )  # fmt: skip


GRID = made_up(24, 5.0, tuple(PilotDesign(size, length) for size in pilot.SIZES for length in pilot.LENGTHS))


@pytest.mark.parametrize(("saved", "verdict"), [(20.0, "holds"), (-20.0, "fails")])
def test_both_ends_of_the_claim_decide(saved, verdict):
    assert pilot.judged(made_up(66, saved), GRID).verdict == verdict


def test_few_worlds_leave_it_undecided():
    assert pilot.judged(made_up(12, 20.0), GRID).verdict == "undecided"


def test_the_numbers_name_every_idea_and_every_design():
    finding = pilot.judged(made_up(66, 20.0), GRID)
    names = " ".join(one.name for one in finding.numbers)
    assert all(idea.partition("=")[0] in names for idea in pilot.IDEAS)
    assert sum("against now" in one.name for one in finding.numbers if "team" in one.name) == 9
    assert np.isfinite(finding.table["value"]).all()
    assert pilot.PATTERNS[0].figure(finding).axes


TOO_NEW = {"enablement.peer_hours_per_month"}
"""Levers that came after the ideas of the stored study were fixed; the next study takes them in."""


def test_the_ideas_are_all_numbers_a_team_can_have_on_its_own():
    levers = {item.dotted for item in all_parameters() if item.array != "p" and item.low is not None}
    assert {idea.partition("=")[0] for idea in pilot.IDEAS} == levers - TOO_NEW
