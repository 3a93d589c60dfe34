"""How large what a visitor brings along may be: the server is shared, so one visitor's organization must leave room.

Measured on one core: an organization at the limit, 500 reps with 120 accounts and three lines, takes 50 ms a week and
70 MB for each moment that is kept to return to.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from agents.machinery.codes import KIND_NAMES
from sim.engine.state import layout
from sim.measures.words import counted
from sim.scenario.errors import InputError, Problem, ScenarioError
from sim.scenario.reading import parse
from sim.scenario.schema import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scenario.scenario import Scenario

LARGEST_TEXT = 2_000_000
"""Characters of a scenario; 80,000 named accounts take about as many."""

LONGEST_LINE = 100_000
"""Characters."""

MOST_SEATS = 1_000
MOST_SPECIALISTS = 1_000
MOST_OPPORTUNITIES = 250_000
"""Accounts times product lines."""

MOST_INTERVENTIONS = 300
MOST_KEYS = 300
"""Names in one table; no section has as many parameters."""

_MOST_ROWS = {"interventions": MOST_INTERVENTIONS, "lines": 20, "data_checks": 100}
_MOST_ACCOUNTS = 20_000

_PART = r"""(?:[A-Za-z0-9_-]++|"(?:\\.|[^"\\]){0,200}+"|'[^']{0,200}+')"""
# Reading a name of m parts takes memory in the square of m, so that one of a file's length would take all there is.
_LONG_NAME = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{9}}")

SPECIALISTS = tuple(f"structure.{kind}_specialists" for kind in KIND_NAMES)
"""Levers that say how many specialists there are."""


def read_scenario(text: str, file: str = "scenario.toml") -> Scenario:
    """Read a scenario that was brought along as TOML, InputError if it is wrong or too large for the page.

    Messages call it `file`; nothing of this name is read.
    """
    from sim.scenario.scenario import Scenario  # noqa: PLC0415 - it is slow to import, and a link that is damaged needs none

    check_text(text, file)
    try:
        table, _ = parse(text, file)
        check_table(table, file)
        return Scenario.from_text(text, file)
    except ScenarioError as error:
        raise InputError(first_of(error)) from error


def first_of(error: ScenarioError) -> str:
    """The first thing that is wrong, and how many there are beside it."""
    more = len(error.problems) - 1
    text = str(error.problems[0])
    return f"{text} ({counted(more, 'more problem')})" if more else text


def check_text(text: str, file: str) -> None:
    """Refuse text that would take long to read with an InputError, before anything reads it."""
    if len(text) > LARGEST_TEXT:
        raise InputError(f"{file} has {len(text):,} characters; the page reads scenarios of at most {LARGEST_TEXT:,}")
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) > LONGEST_LINE:
            why = f"the line has {len(line):,} characters; it may have {LONGEST_LINE:,}"
        elif _LONG_NAME.search(line):
            why = "a name has more than nine parts, and no name of a scenario has"
        else:
            continue
        raise ScenarioError(Problem(why, file, line=number))


def check_table(table: dict[str, Any], file: str) -> None:
    """Refuse more rows or names than any scenario of the page needs with an InputError, before each is checked."""
    _check_keys(table, "the top of the file", file, inside=False)
    for name, part in table.items():
        rows = part if isinstance(part, list) else [part]
        most = _MOST_ROWS.get(name, MOST_SEATS)
        if len(rows) > most:
            title = f"[[{name}]]" if name in ROWS else name
            raise InputError(f"{file} has {len(rows):,} rows of {title}; the page takes at most {most:,}")
        for row in rows:
            _check_keys(row, name, file)


def _check_keys(row: object, name: str, file: str, *, inside: bool = True) -> None:
    if not isinstance(row, dict):
        return
    if len(row) > MOST_KEYS:
        raise InputError(f"{file}: {name} has {len(row):,} names; the page takes at most {MOST_KEYS}")
    for value in row.values() if inside else ():
        if isinstance(value, dict | list) and len(value) > _MOST_ACCOUNTS:
            raise InputError(f"{file}: a list in {name} has {len(value):,} entries; it may have {_MOST_ACCOUNTS:,}")


def check_size(scenario: Scenario, actions: Sequence[Mapping[str, Any]] = ()) -> None:
    """Refuse an organization that would leave no room for other visitors, InputError naming the limit.

    `actions` are interventions by hand; what else is wrong with them is told when they are done.
    """
    _at_most("interventions", len(scenario.interventions) + len(actions), MOST_INTERVENTIONS)
    seats = math.floor(int(scenario["structure.n_reps"]) * (1 + float(scenario["structure.growth_room"])))
    _at_most("seats, with those that may be opened later", seats, MOST_SEATS)
    size = layout(scenario)
    _at_most("accounts times product lines", int(size.accounts.sum()) * size.n_lines, MOST_OPPORTUNITIES)
    own = [spec.model_dump() for spec in scenario.interventions]
    check_specialists(_most_specialists(scenario, [*own, *actions]))


def check_specialists(number: float) -> None:
    """Refuse more specialists than the page plays with an InputError, however they were asked for."""
    _at_most("specialists", number, MOST_SPECIALISTS)


def _at_most(what: str, number: float, most: int) -> None:
    if number > most:
        raise InputError(
            f"this organization has {number:,.0f} {what}; the page plays at most {most:,}, because visitors share the "
            "machine; flywheel run plays larger ones"
        )


def _most_specialists(scenario: Scenario, interventions: Sequence[Mapping[str, Any]]) -> float:
    """The most specialists there will have been, after whatever intervention."""
    now = {dotted: float(str(scenario[dotted])) for dotted in SPECIALISTS}
    most = sum(now.values())
    for fields in interventions:
        dotted, value, action = fields.get("parameter"), fields.get("value"), fields.get("action", "set")
        if not isinstance(dotted, str) or dotted not in now or not isinstance(value, int | float):
            continue
        before = now[dotted]
        after = before + value if action == "add" else before * value if action == "scale" else float(value)
        # One for some teams only, or that ends, leaves the number of before elsewhere.
        now[dotted] = max(before, after)
        most = max(most, sum(now.values()))
    return most
