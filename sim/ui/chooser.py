"""What a visitor runs: a scenario and a seed, and the fields to choose them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

import solara
from solara.alias import rv

from scenarios import list_scenarios
from sim.checks import LARGEST_SEED
from sim.errors import ScenarioError
from sim.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = "baseline"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a visitor has chosen to run: the name of a shipped scenario, and the key of all chance."""

    scenario: str = FIRST
    seed: int = 0


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


@solara.component
def Chooser(choice: solara.Reactive[Choice], tell: Callable[[str], None]) -> None:  # noqa: N802 - a component
    """Fields for scenario and seed; `tell` is given a sentence about a seed that cannot be used."""

    def choose(name: str) -> None:
        choice.set(replace(choice.value, scenario=name))

    def key(text: str) -> None:
        seed = text.strip()
        if seed.isdecimal() and int(seed) <= LARGEST_SEED:
            tell("")
            choice.set(replace(choice.value, seed=int(seed)))
        else:
            tell(f'seed = "{text}" is not allowed; it must be a whole number from 0 to {LARGEST_SEED}')

    with solara.Div(classes=["fw-group"]):
        solara.Text("Sales Flywheel", classes=["fw-title"])
        items = [{"text": title, "value": name} for name, title in titles().items()]
        rv.Select(
            items=items, v_model=choice.value.scenario, on_v_model=choose, label="Scenario", dense=True,
            hide_details=True, class_="fw-scenario", no_data_text="No scenario is installed.",
        )  # fmt: skip
        solara.InputText("Seed", value=str(choice.value.seed), on_value=key, dense=True, classes=["fw-seed"])
