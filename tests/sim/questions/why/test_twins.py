"""References and runs: what is off, what neutralising means, and that runs are what a user would have run."""

import pytest

from sim.measures.run import simulate
from sim.questions.why.graph import all_levers
from sim.questions.why.twins import NONE, Reference, TwinRuns
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario

WEEKS = 40


@pytest.fixture(scope="module")
def troubled(sound):
    """Two levers and an event are off: one from the start, one later, and quotas are raised."""
    later = {"week": 5, "parameter": "enablement.coaching_hours_per_month", "value": 0.0}
    quotas = {"week": 0, "event": "quota_change", "arguments": {"factor": 1.5}}
    return sound.override({"operations.wip_limit": 4.0}).with_interventions([later, quotas])


def test_what_is_off(sound, troubled):
    assert Reference.of(sound, sound).off == {}
    assert Reference.of(troubled, sound).off == {
        "operations.wip_limit": 16.0,
        "enablement.coaching_hours_per_month": 3.0,
        "event:quota_change": None,
    }


def test_where_levers_are_is_told_in_words(sound, troubled):
    known = Reference.of(troubled, sound)
    assert known.now("operations.wip_limit") == "4 opportunities"
    assert known.now("enablement.coaching_hours_per_month") == (
        "3 hours / rep / month, then 0 hours / rep / month from week 5"
    )
    assert known.now("event:quota_change") == "happens in week 0"
    assert known.aim("event:quota_change") == "does not happen"


def test_the_reference_is_put_in_the_same_cell():
    small = Scenario.load("scale_under_15k")
    off = Reference.of(small).off
    assert "operations.wip_limit" not in off  # of the band's preset, which healthy does not change
    assert off["enablement.alignment"] == Scenario.load("healthy")["enablement.alignment"]


def test_specialists_are_counted_per_seat(sound):
    large = Scenario.load("baseline").override({"structure.n_reps": 480, "structure.product_specialists": 30})
    assert "structure.product_specialists" not in Reference.of(large, "baseline").off
    assert Reference.of(sound.override({"structure.n_reps": 16}), sound).off == {"structure.product_specialists": 2}


def test_a_reference_that_changes_is_refused(sound):
    with pytest.raises(InputError, match="the reference evil changes over time"):
        Reference.of(sound, "evil")


def test_runs_are_what_a_user_would_have_run(sound, troubled):
    twins = TwinRuns(Reference.of(troubled, sound), WEEKS, [3], workers=1)
    twins.all_seeds(NONE, twins.everything, frozenset({"event:quota_change"}))
    as_it_is = simulate(troubled, seed=3, weeks=WEEKS).summary
    for measure in ("attainment", "bookings", "win_rate", "rep_trust"):
        assert twins.values(measure)[0] == as_it_is[measure]
    # Quotas alone: bookings hardly differ, attainment does by what was asked.
    assert twins.values("quota", frozenset({"event:quota_change"}))[0] < twins.values("quota")[0]
    assert twins.values("quota", twins.everything)[0] < twins.values("quota")[0]


def test_no_run_is_made_twice(sound, troubled):
    steps = []
    twins = TwinRuns(
        Reference.of(troubled, sound), WEEKS, range(3), workers=2, progress=lambda *step: steps.append(step)
    )
    twins.all_seeds(NONE)
    twins.all_seeds(NONE, twins.everything)
    assert twins.made == 6
    assert steps[-1] == (6, 6)
    assert len(twins.views) == 3


def test_the_answer_is_the_same_for_any_number_of_workers(sound, troubled):
    found = []
    for workers in (1, 3):
        twins = TwinRuns(Reference.of(troubled, sound), WEEKS, range(4), workers)
        twins.all_seeds(NONE, twins.everything)
        found.append([twins.values("bookings", side).tolist() for side in (NONE, twins.everything)])
    assert found[0] == found[1]


def test_every_lever_has_a_reference():
    healthy = Scenario.load("healthy")
    assert all(healthy[dotted] is not None for dotted in all_levers())
