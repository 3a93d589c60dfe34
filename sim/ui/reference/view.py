"""The view to look things up: parameters with their sources, rules in plain words, measures, and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara

from sim.scenario.errors import InputError
from sim.scenario.parameters import sections
from sim.ui.parts import boxed_vue
from sim.ui.reference.contents import measure_items, parameter_items, rule_items, words

if TYPE_CHECKING:
    from sim.ui.choice import Choice
    from sim.ui.desk import Desk


@boxed_vue("Reference.vue", "entries")
def Reference(*, entries: dict[str, Any]) -> None:  # noqa: N802 - a component
    """Everything that can be looked up; the browser searches it."""


@solara.component
def ReferenceView(desk: Desk) -> None:  # noqa: N802
    """What can be looked up, with values of what is open."""
    choice = desk.choice.value
    with solara.Div(classes=["fw-view", "fw-reference"]):
        Reference(entries=solara.use_memo(lambda: contents(choice), [choice]))


def contents(choice: Choice) -> dict[str, Any]:
    """All that is shown; parameters with their values in what is open, where they differ from the defaults."""
    try:
        scenario = choice.load()
    except InputError:
        scenario = None
    return {
        "parameters": parameter_items(scenario), "rules": list(rule_items()), "measures": list(measure_items()),
        "words": list(words()), "sections": list(sections()), "open": choice.title(),
    }  # fmt: skip
