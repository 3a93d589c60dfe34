"""How large what a visitor brings along may be: the server is shared, so one visitor's organization must leave room.

Measured on one core: an organization at the limit, 500 reps with 120 accounts and three lines, takes 50 ms a week and
70 MB for each moment that is kept to return to.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from agents.machinery.codes import KIND_NAMES
from sim.engine.state import layout
from sim.measures.words import counted
from sim.scenario.errors import InputError, ScenarioError
from sim.scenario.reading import parse
from sim.scenario.size import SizeLimits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scenario.scenario import Scenario

MOST_SEATS = 1_000
MOST_SPECIALISTS = 1_000
MOST_OPPORTUNITIES = 250_000  # accounts times product lines

MOST_INTERVENTIONS = 300

PAGE = SizeLimits(
    "the page", text=2_000_000, line=100_000, names=300, entries=20_000,
    rows={"interventions": MOST_INTERVENTIONS, "lines": 20, "data_checks": 100, "unknowns": 100}, other_rows=MOST_SEATS,
)  # fmt: skip
"""What a visitor may bring along; 80,000 named accounts take about as many characters."""

SPECIALISTS = tuple(f"structure.{kind}_specialists" for kind in KIND_NAMES)
"""Levers that say how many specialists there are."""

SIZES = ("structure.n_reps", "structure.growth_room", "market.accounts_per_rep", *SPECIALISTS)
"""Parameters that say how large an organization is."""


def read_scenario(text: str, file: str = "scenario.toml") -> Scenario:
    """Read a scenario that was brought along as TOML, InputError if it is wrong or too large for the page.

    Messages call it `file`; nothing of this name is read.
    """
    from sim.scenario.scenario import Scenario  # noqa: PLC0415 - it is slow to import, and a link that is damaged needs none

    try:
        parse(text, file, PAGE)
        return Scenario.from_text(text, file)
    except ScenarioError as error:
        raise InputError(first_of(error)) from error


def first_of(error: ScenarioError) -> str:
    """The first thing that is wrong, and how many there are beside it."""
    more = len(error.problems) - 1
    text = str(error.problems[0])
    return f"{text} ({counted(more, 'more problem')})" if more else text


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
