"""What every registered rule must do: nobody writes these tests again for a new rule."""

from __future__ import annotations

import ast
import inspect
from collections import defaultdict
from importlib import import_module

import numpy as np
import pytest

from agents.machinery.chance import Decision
from agents.machinery.record import COLUMNS
from agents.machinery.rule import HELPERS, RULES, decisions_of, reads_of, writes_of
from agents.schedule import PHASES
from sim.engine.compiler import ensure_compiled
from sim.engine.kernel import rows_of
from tests.loops import for_each
from tests.tiny import plain
from tests.worlds import EVERYTHING, bytes_of, copied, lived, outside_bounds

AGREE = 1e-12
SHARED_DECISIONS = {
    "ART": "the first holder and later ones draw the same way, by the count of holders",
    "SELECTION": "as ART",
    "GOOD_FIT": "as ART",
    "NEED": "in which weeks luck allows a need is looked at for a quarter at once",
}
_FORGOTTEN = ("pursuit", "joined", "helped_from", "helped_until", "hours", "sales_stage", "score")
FORGOTTEN = {("opportunities", name) for name in _FORGOTTEN}
"""Written by reps or specialists while a need lasts, and cleared by the account as the next one arises."""

HANDED_OVER = {
    ("slots", "is_open"), ("slots", "rest_until"),  # a need left alone rests as one that is closed does
    ("reps", "n_asking"),  # counted up by accounts that ask, cleared by the rep who has looked
    ("reps", "renewed"), ("reps", "churned"),  # booked by accounts, cleared by the rep as a week is closed
    ("reps", "customers_seen"), ("reps", "holder_known"),  # as of the first day, and every week since
}  # fmt: skip
"""Written by two kinds of agents, one after the other."""

PHASE_OF = {name: phase for phase in PHASES for name in phase.rules}

FORBIDDEN = {"time", "random", "datetime", "secrets", "uuid", "os", "threading"}


def one_week(state, rule, function):
    """Run one rule on all rows of a copy."""
    after = copied(state)
    for i in rows_of(after, PHASE_OF[rule.name]):
        function(after, i)
    return after


@pytest.fixture(scope="session")
def week_of_rules():
    """A week that ends a quarter and a year of a lived-in organization, rule by rule: before, after, again, plain.

    Each rule starts from what the compiled rules before it left; those of the first week are tried and not kept.
    """
    state = lived(EVERYTHING).state
    ensure_compiled(state, "rules")
    clock = state.clock[0]
    clock.week, clock.week_of_quarter, clock.quarter_end, clock.year_end, clock.measuring = 104, 13, 1, 1, 1
    found = {}
    for phase in PHASES:
        for name in phase.rules:
            rule = RULES[name]
            after, again = (one_week(state, rule, rule.entry) for _ in range(2))
            with np.errstate(all="ignore"):  # compiled code divides by zero in silence
                found[name] = (state, after, again, one_week(state, rule, plain(rule.function)))
            state = state if phase.when == "start" else after
    return found


def test_there_are_rules():
    assert len(RULES) > 40
    assert set(RULES) == {name for phase in PHASES for name in phase.rules}


def test_every_rule_is_in_the_schedule_exactly_once():
    scheduled = [name for phase in PHASES for name in phase.rules]
    assert sorted(scheduled) == sorted(RULES)
    assert len({phase.name for phase in PHASES}) == len(PHASES)


@for_each("name", RULES)
def test_compiled_equals_plain_python(name, week_of_rules):
    _, compiled, _, interpreted = week_of_rules[name]
    for array, one, other in zip(compiled._fields, compiled, interpreted, strict=True):
        for field in one.dtype.names or (None,):
            left, right = (one, other) if field is None else (one[field], other[field])
            if left.tobytes() != right.tobytes():  # most are equal, and to compare bytes takes no time
                np.testing.assert_allclose(left, right, rtol=AGREE, atol=AGREE, err_msg=f"{array}.{field}")


@for_each("name", RULES)
def test_the_same_state_gives_the_same_bytes(name, week_of_rules):
    _, once, twice, _ = week_of_rules[name]
    assert bytes_of(once) == bytes_of(twice)


@for_each("name", RULES)
def test_every_field_stays_within_its_bounds(name, week_of_rules):
    before, after, _, _ = week_of_rules[name]
    assert not outside_bounds(before)
    assert not outside_bounds(after)


@for_each("name", RULES)
def test_a_rule_changes_only_what_its_source_says(name, week_of_rules):
    before, after, _, _ = week_of_rules[name]
    changed = {
        (array, field or "*")
        for array, one, other in zip(before._fields, before, after, strict=True)
        for field in one.dtype.names or (None,)
        if (one.tobytes() != other.tobytes() if field is None else one[field].tobytes() != other[field].tobytes())
    }
    owned = {(COLUMNS.get(array, array), array if array in COLUMNS else field) for array, field in changed}
    written = writes_of(RULES[name])
    whole = {array for array, field in written if field == "*"}
    assert {pair for pair in owned if pair[0] not in whole} <= written


@for_each("name", RULES)
def test_a_rule_says_what_it_does(name):
    first = RULES[name].doc.partition("\n")[0]
    assert first.endswith(".")
    assert len(first) > 20


@for_each("name", HELPERS)
def test_a_helper_says_what_it_gives(name):
    if not name.rpartition(".")[2].startswith("_"):
        assert inspect.getdoc(getattr(HELPERS[name], "py_func", HELPERS[name])), name


def test_a_field_is_written_by_one_kind_of_agent():
    writers = defaultdict(set)
    for rule in RULES.values():
        for pair in writes_of(rule):
            writers[pair].add(rule.agent)
    assert writers
    assert {pair for pair, kinds in writers.items() if len(kinds) > 1} == FORGOTTEN | HANDED_OVER


def test_what_others_write_a_buyer_clears_only_as_a_new_need_arises():
    clearing = {name for name, rule in RULES.items() if rule.agent == "buyer" and writes_of(rule) & FORGOTTEN}
    assert clearing == {"arise_need"}


def test_no_two_rules_leave_the_same_thing_to_chance():
    drawers = defaultdict(set)
    for name, rule in RULES.items():
        for decision in decisions_of(rule):
            drawers[decision].add(name)
    assert {decision for decision, names in drawers.items() if len(names) > 1} == set(SHARED_DECISIONS)
    assert set(drawers) == set(Decision.__members__), "a decision that nobody draws"


@for_each("room", sorted({one.function.__module__ for one in RULES.values()}))
def test_rules_know_no_clock_and_no_generator_of_their_own(room):
    tree = ast.parse(inspect.getsource(import_module(room)))
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in ([ast.alias(node.module or "")] if isinstance(node, ast.ImportFrom) else node.names)
    }
    assert not imported & FORBIDDEN
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "random"]


@for_each("name", RULES)
def test_a_rule_reads_and_writes_fields_that_exist(name, week_of_rules):
    state = week_of_rules[name][0]
    for array, field in reads_of(RULES[name]) | writes_of(RULES[name]):
        assert field == "*" or COLUMNS.get(field) == array or field in getattr(state, array).dtype.names


@pytest.mark.parametrize("name", ["accept_needs", "decide", "initialize_organization"])
def test_a_rule_says_in_which_file_and_line_it_stands(name, root):
    file, _, line = RULES[name].place.partition(":")
    lines = (root / file).read_text(encoding="utf-8").splitlines()
    assert lines[int(line) - 1].startswith("@rule(")
    assert lines[int(line)].startswith(f"def {name}(")
