"""A lever of reps or managers is in their rows only: reading the scenario's number in its place is impossible."""

from __future__ import annotations

import numba
import pytest
from numba.core.errors import TypingError

from agents.machinery.rule import Rule, rule
from sim.engine.state import RECORDS, check_levers
from sim.scenario.parameters import all_parameters, params_dtype
from sim.scenario.parameters.base import Section, assumed, param
from tests.tiny import tiny

OWN = [item for item in all_parameters() if item.lever in ("rep", "manager")]


def limit_everybody(s, i):
    """Take the scenario's number in place of the rep's own."""
    s.reps[i].work_weight = s.p[0].operations_wip_limit


def limit_this_one(s, i):
    """Take the rep's own number."""
    s.reps[i].work_weight = s.reps[i].operations_wip_limit


def test_there_are_such_levers():
    assert {item.array for item in OWN} == {"reps", "managers"}


@pytest.mark.parametrize("item", OWN, ids=lambda item: item.dotted)
def test_a_lever_has_a_field_in_the_rows_it_acts_on_and_no_other(item):
    names = params_dtype().names or ()
    assert item.field_name in RECORDS[item.array].dtype.names
    assert item.field_name not in names
    assert names, "an empty record would have no lever either"


def test_plain_python_cannot_read_it_from_the_scenarios_record():
    state = tiny()
    state.reps[0].operations_wip_limit = 3.0
    with pytest.raises(AttributeError, match="operations_wip_limit"):
        limit_everybody(state, 0)
    limit_this_one(state, 0)
    assert state.reps[0].work_weight == 3.0


@pytest.mark.compiled
def test_a_rule_that_reads_it_there_does_not_compile():
    registry: dict[str, Rule] = {}
    types = (numba.typeof(tiny()), numba.int64)
    rule("rep", registry)(limit_this_one).compile(types)
    with pytest.raises((KeyError, TypingError), match="operations_wip_limit"):
        rule("rep", registry)(limit_everybody).compile(types)


def test_a_lever_without_a_field_is_refused_in_a_sentence():
    class Structure(Section):
        name = "structure"
        x: float = param(1, low=0, high=2, doc="Anything.", source=assumed("for the test"), lever="rep")
        y: float = param(1, low=0, high=2, doc="Anything.", source=assumed("for the test"), lever="organization")

    x, y = Structure.parameters()
    check_levers([y, *all_parameters()])
    sentence = "the record reps has no field structure_x; declare it in agents/rep/record.py"
    with pytest.raises(TypeError, match=sentence):
        check_levers([x])
