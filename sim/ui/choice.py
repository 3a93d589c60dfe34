"""What a visitor runs: a scenario, what is changed in it, and the key of all chance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scenarios import list_scenarios
from sim.errors import ScenarioError
from sim.scenario import Scenario

FIRST = "baseline"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a visitor has chosen to run; equal choices run alike.

    Attributes:
        scenario: Name of a shipped scenario.
        text: TOML of a scenario that was brought along; empty for a shipped one.
        seed: Key of all chance.
        overrides: Parameters by dotted name, with the values that replace the scenario's own.
        interventions: Fields of each intervention by hand, as pairs of name and value, in the order they were made.
        weeks: Weeks to run before it is shown.
    """

    scenario: str = FIRST
    text: str = ""
    seed: int = 0
    overrides: tuple[tuple[str, object], ...] = ()
    interventions: tuple[tuple[tuple[str, object], ...], ...] = ()
    weeks: int = 0

    def load(self) -> Scenario:
        """The scenario with its overrides; interventions by hand are not in it.

        Raises:
            InputError: There is no such scenario, or a value is not allowed.
        """
        scenario = Scenario.from_text(self.text) if self.text else Scenario.load(self.scenario)
        return scenario.override(dict(self.overrides)) if self.overrides else scenario


@cache
def titles() -> dict[str, str]:
    """Titles of the shipped scenarios by name, the baseline first; one that cannot be read keeps its name."""
    names = sorted(list_scenarios(), key=lambda name: (name != FIRST, name))
    return {name: _title(name) for name in names}


def _title(name: str) -> str:
    try:
        return Scenario.load(name).title or name
    except ScenarioError:
        return name
