"""L2: what decides it, that its indices never see what they judge, and that its list of ideas is complete."""

from dataclasses import replace

import numpy as np
import pytest

from sim.questions.pilot.reading import NAMES
from sim.questions.pilot.study import PilotStudy, TrialOutcome, WorldResult
from sim.questions.pilot.terms import INDEX, PilotDesign, PilotTerms, read_levers
from sim.scenario.parameters import all_parameters
from sim.scenario.scenario import Scenario
from tests.patterns import pilot

BASELINE = Scenario.load("baseline")
READ = tuple(read_levers(BASELINE, idea.split(", ")) for idea in pilot.IDEAS)
DESIGNS = tuple(PilotDesign(size, length) for size in pilot.SIZES for length in pilot.LENGTHS)


def made_up(worlds: int, effect: float) -> PilotStudy:
    """A study in which rolling out at once brings 20 times that effect or takes it, and one reading tells which."""
    luck = np.random.default_rng(1)
    results = []
    for world in range(worlds):
        gain = effect * luck.choice([-20.0, 18.0]) + luck.normal()
        readings = luck.normal(size=len(NAMES))
        readings[NAMES.index("win_rate")] += gain
        after = 0.8 * gain
        outcomes = [TrialOutcome(one, "dropped", 1, luck.normal(), 50.0, 50.0 + after, readings) for one in DESIGNS]
        results.append(WorldResult(world, world % len(READ), 50.0, 50.0 + gain, 50.0, outcomes))
    terms = PilotTerms(DESIGNS, 0.05, None, 0.0, 0, INDEX)
    return PilotStudy.of(
        BASELINE, READ, terms, results, draws=[{"buyers.trust_gain": 0.1}] * worlds, interrupted=False, weeks=156,
        asked=worlds, versions={}, started=None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def told() -> PilotStudy:
    return made_up(96, 1.0)


def test_an_index_that_tells_holds(told):
    assert pilot.judged(told).verdict == "holds"


def test_waiting_for_nothing_fails(told):
    """Every idea pays, so that a trial can only lose the quarters it takes."""
    assert pilot.judged(replace(told, trials=told.trials.assign(now=60.0, net=55.0))).verdict == "fails"


def test_few_worlds_leave_it_undecided():
    assert pilot.judged(made_up(24, 1.0)).verdict == "undecided"


def test_the_numbers_name_every_idea_and_every_design(told):
    finding = pilot.judged(told)
    names = " ".join(one.name for one in finding.numbers)
    assert all(idea.partition("=")[0] in names for idea in pilot.IDEAS)
    assert sum("against now" in one.name for one in finding.numbers if "team" in one.name) == len(DESIGNS)
    assert np.isfinite(finding.table["value"]).all()
    assert pilot.PATTERNS[0].figure(finding).axes


def test_without_a_trial_what_is_usual_decides(told):
    trials = told.trials[:2].assign(usual=[1.0, -1.0], now=[7.0, 8.0], never=[5.0, 6.0])
    np.testing.assert_array_equal(pilot.at_once_by_kind(trials), [7.0, 6.0])


def test_the_smallest_pilot_that_tells_is_named(told):
    power = told.power.assign(told=False)
    first = power["idea"] == 3
    for teams, quarters in ((3, 1), (2, 2), (3, 2)):
        power.loc[first & (power["teams"] == teams) & (power["quarters"] == quarters), "told"] = True
    study = replace(told, power=power)
    assert pilot.needed(study, 3) == PilotDesign(3, 1)
    assert pilot.needed(study, 4) is None


def test_the_ideas_are_all_numbers_a_team_can_have_on_its_own():
    levers = {item.dotted for item in all_parameters() if item.array != "p" and item.low is not None}
    assert {idea.partition("=")[0] for idea in pilot.SMALL} == levers
    assert len(pilot.IDEAS) == len(set(pilot.IDEAS))
