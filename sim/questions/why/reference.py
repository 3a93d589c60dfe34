"""The reference practice a cause is set to: what a reference scenario says, in the phase and band of one's own.

The reference of a lever is its value in the scenario `healthy` (or another one that is named) after that has been put
in the phase and ACV band of the organization asked about; numbers of specialists are taken per seat. An event counts
as a cause too: its reference is that it does not happen. A lever that interventions move is held at its reference.
With itself as its reference, a scenario is compared with what it was before its interventions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.questions.why.graph import EVENT, all_levers
from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter
from sim.scenario.parameters.base import plain
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.scenario.parameters.base import Value
    from sim.scenario.schema import InterventionSpec

HEALTHY = "healthy"


@dataclass(frozen=True)
class Reference:
    """Levers of a scenario that are off their reference."""

    name: str  # of the reference scenario
    scenario: Scenario  # the organization asked about, without its interventions
    interventions: tuple[InterventionSpec, ...]  # these
    off: dict[str, Value | None]  # reference by lever, of those off it; None for an event, which should not happen

    @classmethod
    def of(cls, scenario: Scenario, reference: str | Scenario = HEALTHY) -> Reference:
        """Find what is off; InputError if the reference changes over time, so that it is no one practice."""
        model = reference if isinstance(reference, Scenario) else Scenario.load(reference)
        if model.interventions and model.name != scenario.name:
            raise InputError(f"the reference {model.name} changes over time; name a scenario without interventions")
        cell = {name: scenario[name] for name in ("market.phase", "market.acv_band")}
        model = model.override(cell, origin="the reference")
        moved = {spec.parameter for spec in scenario.interventions if spec.parameter}
        off: dict[str, Value | None] = {}
        for dotted in all_levers():
            value = _scaled(dotted, model, scenario)
            if dotted in moved or scenario[dotted] != value:
                off[dotted] = value
        off |= {EVENT + str(spec.event): None for spec in scenario.interventions if spec.event}
        return cls(model.name, replace(scenario, interventions=()), scenario.interventions, off)

    def overrides(self, levers: frozenset[str]) -> dict[str, Value]:
        """Give the parameters to change at week 0 so that these levers are at their reference."""
        return {name: value for name, value in self.off.items() if name in levers and value is not None}

    def planned(self, levers: frozenset[str]) -> list[InterventionSpec]:
        """List the interventions that still happen when these levers are at their reference."""
        return [
            spec
            for spec in self.interventions
            if (spec.parameter or "") not in levers and EVENT + str(spec.event) not in levers
        ]

    def now(self, lever: str) -> str:
        """Say where a lever is."""
        specs = [spec for spec in self.interventions if lever in (spec.parameter, EVENT + str(spec.event))]
        if lever.startswith(EVENT):
            return f"happens in week {specs[0].week}"
        value = written(lever, self.scenario[lever])
        texts = [
            written(lever, spec.value) if spec.action == "set" else f"{spec.action} {spec.value}" for spec in specs
        ]
        later = [f"{text} from week {spec.week}" for text, spec in zip(texts, specs, strict=True)]
        return ", then ".join([value, *later])

    def aim(self, lever: str) -> str:
        """Say where its reference is."""
        value = self.off[lever]
        return "does not happen" if value is None else written(lever, value)


def _scaled(dotted: str, model: Scenario, scenario: Scenario) -> Value:
    """Value in the reference; people are counted per seat."""
    value = model[dotted]
    if dotted.startswith("structure.") and dotted.endswith("_specialists"):
        return round(float(value) * float(scenario["structure.n_reps"]) / float(model["structure.n_reps"]))
    return value


def written(dotted: str, value: object) -> str:
    """Write a lever's value with its unit."""
    if isinstance(value, str | bool):
        return str(value).lower()
    number = plain(float(value))  # type: ignore[arg-type]  # what is no word is a number
    if dotted == "operations.wip_limit" and value == 0:
        return "0 (no limit)"
    unit = parameter(dotted).unit
    return number if unit in ("", "share", "ratio") else f"{number} {unit}"
