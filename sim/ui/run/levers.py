"""The levers of the page: six parameters that act in the running week, and what is said about each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.evidence import cited
from sim.parameters import parameter
from sim.parameters.base import plain

if TYPE_CHECKING:
    from agents.state_type import State
    from sim.parameters.base import Parameter


@dataclass(frozen=True, slots=True)
class Lever:
    """A parameter with a slider.

    Attributes:
        dotted: Its name.
        label: What the page calls it.
        unit: Short form of its unit, behind the value.
        high: End of the slider; it goes further where a scenario does. In the parameter's unit.
        step: Least change, in the same unit.
        note: What else to know before pulling it.
    """

    dotted: str
    label: str
    unit: str
    high: float
    step: float
    note: str = "Acts from the coming week on."


LEVERS = (
    Lever("structure.product_specialists", "Product specialists", "people", 24, 1),
    Lever("training.hours_per_quarter", "Training", "h / quarter", 40, 1),
    Lever("enablement.coaching_hours_per_month", "Coaching", "h / month", 16, 0.5),
    Lever("structure.field_hours_per_week", "Field time", "h / week", 20, 0.5),
    Lever("strategy.stretch", "Stretch", "%", 1.0, 0.05, "Acts when the next year's target is set."),
    Lever("operations.wip_limit", "WIP limit", "deals", 40, 1, "0 means no limit. Acts from the coming week on."),
)


def value_of(state: State, dotted: str) -> float:
    """What a lever stands at now, in its unit: the mean, where it differs between agents."""
    lever = parameter(dotted)
    if lever.lever == "rep":
        rows = state.reps[state.reps["idle"] == 0]
    elif lever.lever == "manager":
        rows = state.managers
    else:
        rows = state.p
    return round(float(rows[lever.field_name].mean()), 6)


def hint(lever: Lever) -> str:
    """Definition, unit, range and source of a lever, from the registry, one a line."""
    item = parameter(lever.dotted)
    unit = f"Unit: {item.unit}. Default: {plain(float(item.default))}."
    return "\n".join([item.doc, lever.note, unit, _source(item), f"Parameter {lever.dotted}."])


def _source(item: Parameter) -> str:
    rows = "; ".join(f"{row.id} {row.quantity}" for row in cited(item.source))
    kind = {"assumed": "Assumed", "model": "From the model's specification"}.get(item.source.kind, "Evidence")
    return f"{kind}: " + "; ".join(part for part in (rows, item.source.text) if part) + "."


def shown(lever: Lever, value: float) -> str:
    """Write a lever's value with its unit."""
    if lever.unit == "%":
        return f"{value:.0%}".replace("%", " %")
    return f"{value:,.4g} {lever.unit}"
