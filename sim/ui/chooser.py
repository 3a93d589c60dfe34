"""Fields to choose a scenario and a seed."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import solara

from sim.scenario.errors import InputError
from sim.ui.choice import Choice, read_seed
from sim.ui.parts import Handler, add_menu, boxed_vue
from sim.ui.scenarios import catalogue, groups, scenario_titles

OWN = "(own)"
"""What the field calls a scenario that was brought along; no shipped one has this name."""

if TYPE_CHECKING:
    from collections.abc import Callable


@boxed_vue("Scenarios.vue", "items")
def Scenarios(*, items: list[dict[str, Any]], value: str, event_choose: Handler) -> None:  # noqa: N802 - a component
    """A button that opens the list of scenarios by what they are about, with a search; `value` is the present one."""


@solara.component
def Chooser(choice: solara.Reactive[Choice], tell: Callable[[str], None]) -> None:  # noqa: N802 - a component
    """Fields for scenario and seed; `tell` is given a sentence about a seed that cannot be used."""
    own = choice.value.text
    own_title = solara.use_memo(choice.value.title, [own, choice.value.scenario])

    def choose(name: str) -> None:
        if name != OWN:
            choice.set(Choice(scenario=name, seed=choice.value.seed))

    def key(text: str) -> None:
        try:
            seed = read_seed(text.strip())
        except InputError as error:
            tell(str(error))
            return
        tell("")
        # Another seed is another run: what was done by hand in this one stays with it.
        choice.set(replace(choice.value.begun, seed=seed))

    with solara.Div(classes=["fw-group"]):
        texts, now = scenario_titles(), OWN if own else choice.value.scenario
        add_menu({OWN: own_title, **texts} if own else texts, now, choose, label="Scenario", style="fw-scenario",
                 groups=groups())  # fmt: skip
        Scenarios(items=[asdict(one) for one in catalogue()], value=now, event_choose=choose)
        solara.InputText("Seed", value=str(choice.value.seed), on_value=key, dense=True, classes=["fw-seed"])
