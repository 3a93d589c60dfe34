"""What was done by hand: the fields of an intervention, and how it reads in the list of what was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.engine.rollout import DROPPED
from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter
from sim.ui.run.levers import description, from_to, value_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.engine.interventions import Applied
    from sim.engine.world import World
    from sim.scenario.schema import InterventionSpec

Fields = dict[str, Any]
"""An intervention as a scenario file's [[interventions]] table has it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of interventions: the key that `undo` wants, the week at whose start it acts, what it does.

    `undone` is the week at whose start it ended; `own` ones belong to the scenario, and were not done by hand.
    """

    key: str
    week: int
    text: str
    undone: int | None = None
    undoable: bool = False
    own: bool = False


def checked(action: Mapping[str, Any]) -> Fields:
    """Check the weeks of an intervention, InputError if they are none; the rest is checked when it is done."""
    for key in ("week", "until"):
        value = action.get(key)
        whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if not whole and (key == "week" or value is not None):
            raise InputError(f"an intervention has {key} = {value!r}; it must be a whole number from 0")
    return dict(action)


def without(fields: Mapping[str, Any], name: str) -> Fields:
    """The same but for one field."""
    return {key: value for key, value in fields.items() if key != name}


def fields_of(spec: InterventionSpec, until: int | None = None) -> Fields:
    """The fields of an intervention, with another end where one is given."""
    fields = spec.model_dump(exclude_unset=True, exclude_none=True)
    return fields if until is None else {**fields, "until": until}


def ended(applied: Applied) -> int | None:
    """Week in which it was undone; a trial that pilot teams ended by itself ends so again."""
    return None if applied.verdict.startswith(DROPPED) else applied.undone


def words_of(fields: Fields, world: World) -> str:
    """What is going to be done, in words."""
    if fields.get("parameter") and fields.get("action", "set") == "set" and not fields.get("label"):
        item = parameter(fields["parameter"])
        return from_to(item, value_of(world.state, item.dotted), item.number(fields["value"]))
    return description(fields)


def words_done(applied: Applied) -> str:
    """What has been done, in words."""
    spec = applied.spec
    if spec.label or spec.action != "set" or not spec.parameter or not applied.changes:
        return description(spec.model_dump(exclude_unset=True))
    item = parameter(spec.parameter)
    return from_to(item, float(applied.changes[0].before.mean()), item.number(spec.value))
