"""Plausible worlds: sets of values of all that is assumed, each of which the evidence leaves possible.

They were found by history matching (docs/worlds.md), belong to the rules they were found for, and are no sample of
anything: a share of them is no probability.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from scenarios import WORLDS
from sim.engine.digest import model_digest
from sim.scenario.errors import InputError
from sim.scenario.parameters import by_name

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

MODEL = ("baseline", "lean_before", "lean_starved")
"""Scenarios whose numbers the worlds belong to, beside the rules: those they were held against evidence in."""


@dataclass(frozen=True, slots=True)
class PlausibleWorld:
    """One set of values.

    Attributes:
        name: Such as `w017`.
        assumed: Value of every parameter that is assumed, by dotted name.
    """

    name: str
    assumed: dict[str, float]

    def of(self, scenario: Scenario) -> Scenario:
        """Give a scenario as it would be in this world.

        What is left at its default takes the world's value; what the scenario sets stays, except what it marks as
        unknown, which moves by the ratio of the world's value to the default, within its range.
        """
        open_ends = {item.parameter: item for item in scenario.unknowns}
        values: dict[str, float] = {}
        for dotted, value in self.assumed.items():
            if scenario.origins[dotted].text == "default":
                values[dotted] = value
            elif dotted in open_ends and float(by_name()[dotted].default):
                spot = open_ends[dotted]
                moved = float(scenario[dotted]) * value / float(by_name()[dotted].default)
                values[dotted] = min(max(moved, float(spot.low)), float(spot.high))
        return scenario.override(values, origin=f"plausible world {self.name}")


def worlds(n: int | None = None) -> tuple[PlausibleWorld, ...]:
    """Give the plausible worlds that belong to these rules.

    Args:
        n: How many; the first of them, which are in no order. All by default.

    Raises:
        InputError: There are not so many, or those that are there belong to other rules.
    """
    facts, every = _read()
    if facts["model"] != model_digest(MODEL):
        raise InputError(
            f"the plausible worlds in {WORLDS} were found for other rules ({facts['model']}, this is "
            f"{model_digest(MODEL)}): run flywheel match --recheck in a checkout of the sources, or leave out --worlds"
        )
    if n is not None and not 1 <= n <= len(every):
        raise InputError(f"{n} plausible worlds are not to be had; it must be from 1 to {len(every)}")
    return every[:n]


def how_found() -> dict[str, Any]:
    """Give what is known of how the worlds were found: stages, surrogates, coverage (docs/worlds.md)."""
    return dict(_read()[0])


@cache
def _read() -> tuple[dict[str, Any], tuple[PlausibleWorld, ...]]:
    table, record = WORLDS / "worlds.csv", WORLDS / "match.json"
    try:
        facts = json.loads(record.read_text(encoding="utf-8"))
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = tuple(
            PlausibleWorld(row["world"], {name: float(value) for name, value in row.items() if name != "world"})
            for row in rows
        )
        facts["model"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{WORLDS} cannot be read as plausible worlds: {error}") from error
    return facts, found
