"""A run whose numbers leave their bounds is a failed run, and says where."""

import numpy as np
import pytest

from agents.machinery.state import values_of
from sim.engine import world as engine
from sim.engine.bounds import BrokenRunError, breaches, keeps_bounds
from sim.engine.state import RECORDS, open_rows
from sim.engine.world import World
from sim.studies.plan import StudyCase, StudyPlan
from sim.studies.run import run_study
from tests.loops import for_each
from tests.worlds import copied, lived, small

NUMBERS = [
    (record.name, field)
    for record in RECORDS.values()
    if record.name != "deals"
    for field in record
    if field.kind == "f8"
]


@pytest.fixture(scope="module")
def world():
    return lived()


def test_a_run_keeps_its_bounds(world):
    assert keeps_bounds(world.state)
    assert not list(breaches(world.state))


def test_every_number_is_looked_at(world):
    state = copied(world.state)
    kept = open_rows(state)

    def look(name, field):
        values, row = values_of(state, RECORDS[name], field.name), int(kept[0]) if name == "opportunities" else 0
        before = values[row]
        wrong = [np.nan, np.inf, -np.inf]
        wrong += [field.low - 1.0 - abs(field.low)] if field.low is not None else []
        wrong += [field.high * 2.0 + 1.0] if field.high is not None else []
        for value in wrong:
            values[row] = value
            assert not keeps_bounds(state), value
            assert [(one.record, one.field.name, one.row) for one in breaches(state)] == [(name, field.name, row)]
        values[row] = before

    for_each(NUMBERS, lambda case: look(*case))
    assert keeps_bounds(state)


def test_a_run_that_leaves_them_stops_and_names_the_field_and_whose():
    world = World.begin(small(), 3)
    world.advance(10)
    world.state.buyers["status_quo"][2] = np.nan
    said = r"by week 21: status_quo of buyers 2 is nan; it must lie in -10 to 10; .* is no result"
    with pytest.raises(BrokenRunError, match=said):
        world.advance(60)


def test_the_first_week_is_found_by_running_anew(monkeypatch):
    world = World.begin(small(), 3)
    world.override({"operations.wip_limit": 4})

    def breaks(state):
        if state.clock["week"][0] < 30 + 8 or state.reps["operations_wip_limit"][0] != 4:
            return True
        state.reps["energy"][1] = 2.0
        return False

    monkeypatch.setattr(engine, "keeps_bounds", breaks)
    with pytest.raises(BrokenRunError, match=r"week 7: energy of reps 1 is 2; it must lie in 0 to 1"):
        world.advance(60)


def test_a_study_keeps_it_as_a_failed_run(monkeypatch):
    monkeypatch.setattr(engine, "keeps_bounds", lambda state: state.reps["operations_wip_limit"][0] != 4)
    monkeypatch.setattr(engine, "breaches", lambda _: iter(["energy of reps 1 is 2"]))
    plan = StudyPlan.of(small(), [StudyCase("few", {"operations.wip_limit": 4})], 2, weeks=26)
    study = run_study(plan, workers=1)
    assert len(study.failures) == 2
    assert study.failures["error"].str.startswith("BrokenRunError: week ").all()
