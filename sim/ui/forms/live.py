"""From an answer to the live view: the organization that was asked about, with what was found done to it by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import solara

from sim.answers.compare.words import value_text
from sim.scenario.parameters import parameter
from sim.ui.choice import Choice
from sim.ui.forms.work import OPEN
from sim.ui.run.levers import LEVERS, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.parameters.base import Value
    from sim.ui.desk import Desk

HINT = (
    "Opens Live with the organization that was asked about, and this done to it by hand before week 0 begins: press "
    "Play, and the untouched run goes on beside it. It takes the place of the present run, which Undo brings back."
)

_LEVERS = {lever.dotted: lever for lever in LEVERS}


def asked_about(choice: Choice, name: str) -> Choice:
    """What a form asks about, from its first week on: what is open, with what was changed in it, or a shipped one."""
    return choice.begun if name == OPEN else Choice(name, seed=choice.seed)


def pulled(base: Choice, settings: Mapping[str, Value]) -> Choice:
    """A run with levers pulled before week 0 begins; what is no lever of the page was so from the start."""
    levers = {name: value for name, value in settings.items() if name in _LEVERS}
    others = {name: value for name, value in settings.items() if name not in _LEVERS}
    actions = tuple(
        (("week", 0), ("parameter", name), ("action", "set"), ("value", value)) for name, value in levers.items()
    )
    return replace(base.begun, overrides=tuple({**dict(base.overrides), **others}.items()), interventions=actions)


def pull_text(name: str, value: Value) -> str:
    """Say what a lever is set to: by its human name and in its unit, if it is one of the page."""
    lever = _LEVERS.get(name)
    if lever is None:
        return f"{parameter(name).title}: {value_text(parameter(name), value)}"
    return f"{lever.label} {shown(lever, parameter(name).number(value))}"


@solara.component
def TryLive(desk: Desk, label: str, choice: Choice) -> None:  # noqa: N802 - a component
    """The button that opens a run in the live view."""

    def show() -> None:
        desk.view.set("live")
        desk.choice.set(choice)

    with solara.Div(attributes={"title": HINT}):
        solara.Button(label, icon_name="mdi-play", color="primary", on_click=show)
