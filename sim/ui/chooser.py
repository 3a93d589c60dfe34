"""Fields to choose a scenario and a seed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import solara
from solara.alias import rv

from sim.checks import LARGEST_SEED
from sim.ui.choice import Choice, titles

if TYPE_CHECKING:
    from collections.abc import Callable


@solara.component
def Chooser(choice: solara.Reactive[Choice], tell: Callable[[str], None]) -> None:  # noqa: N802 - a component
    """Fields for scenario and seed; `tell` is given a sentence about a seed that cannot be used."""

    def choose(name: str) -> None:
        choice.set(Choice(scenario=name, seed=choice.value.seed))

    def key(text: str) -> None:
        seed = text.strip()
        if seed.isdecimal() and int(seed) <= LARGEST_SEED:
            tell("")
            choice.set(replace(choice.value, seed=int(seed)))
        else:
            tell(f'seed = "{text}" is not allowed; it must be a whole number from 0 to {LARGEST_SEED}')

    with solara.Div(classes=["fw-group"]):
        items = [{"text": title, "value": name} for name, title in titles().items()]
        rv.Select(
            items=items, v_model=choice.value.scenario, on_v_model=choose, label="Scenario", dense=True,
            hide_details=True, class_="fw-scenario", no_data_text="No scenario is installed.",
        )  # fmt: skip
        solara.InputText("Seed", value=str(choice.value.seed), on_value=key, dense=True, classes=["fw-seed"])
