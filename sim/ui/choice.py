"""What a visitor runs: a scenario, what is changed in it, the key of all chance, and how far it has been played."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from scenarios import list_scenarios
from sim.scenario.checks import show
from sim.scenario.errors import InputError, ScenarioError, nearest
from sim.scenario.scenario import Scenario
from sim.scenario.seeds import LARGEST_SEED, check_seed, longest
from sim.ui.limits import check_size, first_of, read_scenario
from sim.ui.run.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.engine.compiler import Report
    from sim.engine.world import World
    from sim.ui.run.branches import Branches, Fork

FIRST = "baseline"
LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True)
class Choice:
    """What a visitor has chosen to run; equal choices run alike, to the last digit.

    Attributes:
        scenario: Name of a shipped scenario.
        text: TOML of a scenario that was brought along; empty for a shipped one.
        overrides: Parameters by dotted name, with the values that replace the scenario's own.
        interventions: Fields of each intervention by hand, as pairs of name and value, in the order they were made.
        weeks: Weeks to run before it is shown.
        forks: Worlds beside it, which go on in the same weeks.
        shown: Letter of the world that is shown, "A" being the run itself.
    """

    scenario: str = FIRST
    text: str = ""
    seed: int = 0
    overrides: tuple[tuple[str, object], ...] = ()
    interventions: tuple[tuple[tuple[str, object], ...], ...] = ()
    weeks: int = 0
    forks: tuple[Fork, ...] = ()
    shown: str = "A"

    @property
    def key(self) -> str:
        """A short name of it, equal for equal choices only."""
        return blake2b(repr(self).encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()

    def load(self, file: str = "scenario.toml") -> Scenario:
        """The scenario with its overrides, without interventions by hand; no file but a shipped one is read.

        Raises:
            InputError: There is none, it is not allowed or too large; the sentence calls what was brought along `file`.
        """
        check_seed(self.seed)
        if not 0 <= self.weeks <= longest():
            raise InputError(f"{self.weeks} weeks cannot be played; it must be 0 to {longest()}")
        scenario = read_scenario(self.text, file) if self.text else shipped(self.scenario)
        try:
            scenario = scenario.override(dict(self.overrides), "the link") if self.overrides else scenario
        except ScenarioError as error:
            raise InputError(first_of(error)) from error
        check_size(scenario, self.manual_actions())
        return scenario

    @property
    def begun(self) -> Choice:
        """The same run before its first week, with nothing done by hand."""
        return replace(self, interventions=(), weeks=0, forks=(), shown="A")

    def manual_actions(self) -> list[dict[str, Any]]:
        """Interventions by hand, each as fields of a scenario's [[interventions]]."""
        return [dict(fields) for fields in self.interventions]

    def open(self, compiling: Report | None = None, each: Callable[[World], None] | None = None) -> Session:
        """Begin the run, play it to its week, and do on the way what was done by hand; InputError if it cannot be done.

        `compiling` is told which rules are compiled, as by `Session.begin`; `each` is given the world after each week.
        """
        scenario, actions = self.load(), self.manual_actions()
        weeks = [week for fields in actions if isinstance(week := fields.get("week"), int)]
        if late := next((week for week in weeks if week > self.weeks), None):
            raise InputError(f"an intervention in week {late} comes after week {self.weeks}, the last of this run")
        session = Session.begin(scenario, self.seed, compiling)
        session.repeat(actions, self.weeks, each)
        return session

    def title(self) -> str:
        """What people call it."""
        if not self.text:
            return titles().get(self.scenario, self.scenario)
        try:
            scenario = read_scenario(self.text)
        except InputError:
            return "Your scenario"
        return f"Yours: {scenario.title or scenario.name}"[:LONGEST_TITLE]


def present(choice: Choice, branches: Branches) -> Choice:
    """The choice that brings worlds to where they stand now, with all that was done by hand."""
    with branches.lock:
        session = branches.all[0].session
        with session.lock:
            actions = tuple(tuple(fields.items()) for fields in session.manual_actions())
            letter = branches.here.letter
            return replace(choice, interventions=actions, weeks=session.week, forks=branches.forks(), shown=letter)


def read_seed(text: str) -> int:
    """Read a seed as a visitor typed it; InputError if it is no whole number from 0 to 2**63 - 1."""
    if text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST_SEED)) and int(text) <= LARGEST_SEED:
        return int(text)
    raise InputError(f"seed = {show(text)} is not allowed; it must be a whole number from 0 to {LARGEST_SEED}")


def shipped(name: object) -> Scenario:
    """Load a shipped scenario by its name, InputError if none has it; a path is no name."""
    names = list_scenarios()
    if not isinstance(name, str) or name not in names:
        raise InputError(f"there is no shipped scenario {show(name)}{nearest(str(name), names)}")
    return Scenario.load(name)


@cache
def all_shipped() -> dict[str, Scenario | None]:
    """The shipped scenarios by name, the baseline first; None for one that cannot be read."""
    found: dict[str, Scenario | None] = dict.fromkeys((FIRST, *list_scenarios()))
    for name in found:
        with suppress(ScenarioError):
            found[name] = Scenario.load(name)
    return found


@cache
def titles() -> dict[str, str]:
    """Titles of the shipped scenarios by name, the baseline first; one that cannot be read keeps its name."""
    return {name: scenario.title or name if scenario else name for name, scenario in all_shipped().items()}
