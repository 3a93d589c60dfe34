"""Fields to choose a scenario and a seed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import solara

from sim.scenario.errors import InputError
from sim.ui.choice import Choice, read_seed, titles
from sim.ui.parts import add_menu

OWN = "(own)"
"""What the field calls a scenario that was brought along; no shipped one has this name."""

if TYPE_CHECKING:
    from collections.abc import Callable


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
        texts = {OWN: own_title, **titles()} if own else titles()
        add_menu(texts, OWN if own else choice.value.scenario, choose, label="Scenario",
                 style="fw-scenario")  # fmt: skip
        solara.InputText("Seed", value=str(choice.value.seed), on_value=key, dense=True, classes=["fw-seed"])
