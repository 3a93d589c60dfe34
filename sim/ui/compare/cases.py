"""Cases as a visitor puts them together, before they are checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import TYPE_CHECKING

from sim.scenario.settings import DEMO_CASES, read_case, read_settings
from sim.studies.factors import value_text
from sim.ui.choice import Choice, shipped
from sim.ui.forms.live import pulled
from sim.ui.limits import check_size

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario
    from sim.studies.cases import Changes
    from sim.ui.run.session import Session


@dataclass(frozen=True, slots=True)
class Draft:
    """A case that is being put together: settings by dotted name, with the values as typed.

    Instead of settings it may be a shipped scenario as a whole, or actions: interventions that were done by hand in a
    run, as pairs of field and value.
    """

    name: str
    settings: tuple[tuple[str, str], ...] = ()
    scenario: str = ""
    actions: tuple[tuple[tuple[str, object], ...], ...] = ()

    @property
    def fixed(self) -> bool:
        """Whether it is what it is: another scenario, or what was done in a run."""
        return bool(self.scenario or self.actions)

    def changes(self) -> Changes:
        """What the case changes; InputError if a parameter is unknown, or its value is not of its type."""
        if self.scenario:
            return shipped(self.scenario)
        if self.actions:
            return [dict(fields) for fields in self.actions]
        return read_settings([f"{name}={value}" for name, value in self.settings], origin=f'case "{self.name}"')

    def with_setting(self, name: str, value: str) -> Draft:
        """The same with one more change, or another value of one that is there."""
        return replace(self, settings=tuple({**dict(self.settings), name: value}.items()))

    def without(self, name: str) -> Draft:
        """The same with one change less."""
        return replace(self, settings=tuple(pair for pair in self.settings if pair[0] != name))

    @property
    def words(self) -> tuple[str, ...]:
        """What says the same on the command line; nothing for what was done in a run."""
        if self.actions:
            return ()
        if self.scenario:
            return ("--with", self.scenario)
        return ("--case", f"{self.name}: {', '.join(f'{name}={value}' for name, value in self.settings)}")


def run_of(draft: Draft, base: Choice) -> Choice:
    """The run that does live what a case does to an organization; InputError as `Draft.changes`."""
    changes = draft.changes()
    if draft.scenario:
        return Choice(draft.scenario, seed=base.seed)
    if isinstance(changes, Mapping):
        return pulled(base, changes)
    weeks = max((int(str(dict(fields).get("week", 0))) for fields in draft.actions), default=0)
    return replace(base.begun, interventions=draft.actions, weeks=weeks)


def shipped_cases() -> dict[str, Draft]:
    """The cases that come with the program, by name."""
    return {
        name: Draft(name, tuple((key, value_text(value)) for key, value in changes.items()))
        for name, changes in map(read_case, DEMO_CASES)
    }


def done_live(session: Session) -> Draft | None:
    """What was done by hand in a run, as a case; None if nothing was."""
    actions = tuple(tuple(fields.items()) for fields in session.manual_actions())
    return Draft("done live", actions=actions) if actions else None


def checked(draft: Draft, scenario: Scenario) -> Changes:
    """What a case changes; InputError if it is wrong, or leaves no room for other visitors."""
    changes = draft.changes()
    if isinstance(changes, Mapping):
        check_size(scenario.override(dict(changes), f'case "{draft.name}"'))
    return changes


def free_name(wanted: str, taken: list[str]) -> str:
    """A name nobody has, made of one that is wanted."""
    names = (f"{wanted} {number}" for number in count(2))
    return next(name for name in chain([wanted], names) if name not in taken)
