"""No parameter that nothing reads, no state that nothing changes or looks at, no name that means two things."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import numpy as np

from agents.machinery.rule import RULES, reads_of, writes_of
from sim.engine.state import RECORDS
from sim.scenario.parameters import all_parameters
from tests.loops import for_each

ROOT = Path(__file__).resolve().parents[2]
SHOWN = {"reps", "managers", "weekly", "deals"}
"""Records of which `Run` shows every field as a table."""

LOOKED_AT = {
    ("org", "n_planned"): "beside n_active, for whoever watches the agent drive",
    ("org", "booked_year_before"): "beside booked_last_year, for whoever watches the agent drive",
    ("specialists", "hours_left"): "a specialist's hours add up with it",
}
FIELDS = [(record.name, field.name) for record in RECORDS.values() for field in record]


@cache
def read_by_rules() -> set[tuple[str, str]]:
    """Pairs of array and field that some rule reads."""
    return set().union(*(reads_of(rule) for rule in RULES.values()))


@cache
def written_by_rules() -> set[tuple[str, str]]:
    """Pairs of array and field that some rule writes."""
    return set().union(*(writes_of(rule) for rule in RULES.values()))


@cache
def words_of_the_world() -> set[str]:
    """Every attribute and string in `sim/` and in the calendar."""
    found = set()
    for path in [*(ROOT / "sim").rglob("*.py"), ROOT / "agents" / "machinery" / "clock.py"]:
        if path.parent.name != "parameters":
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Attribute):
                    found.add(node.attr)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
    return found


@for_each("item", all_parameters(), ids=lambda item: item.dotted)
def test_every_parameter_is_read(item):
    assert (item.array, item.field_name) in read_by_rules() or item.dotted in words_of_the_world()


@for_each(("array", "field"), FIELDS)
def test_every_field_is_written_and_looked_at(array, field):
    lever = field in {item.field_name for item in all_parameters() if item.array == array}
    assert lever or (array, field) in written_by_rules() or field in words_of_the_world(), "nothing writes it"
    seen = (array, field) in read_by_rules() or field in words_of_the_world()
    assert seen or array in SHOWN or (array, field) in LOOKED_AT, "nothing looks at it"


@for_each(("array", "field"), FIELDS)
def test_no_field_is_hidden_by_an_attribute_of_the_row(array, field):
    """`row.size` is numpy's in plain Python and the field's in compiled code."""
    row = np.zeros(1, dtype=np.dtype((np.record, [("only", "f8")])))[0]
    assert field not in set(dir(row)) - {"only"}, f"{array}.{field} needs another name"


def test_exceptions_are_needed():
    assert set(LOOKED_AT) <= set(FIELDS)
    assert not set(LOOKED_AT) & read_by_rules()
