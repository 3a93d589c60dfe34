"""The levers of the page: six parameters that act in the running week, and what is said about each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.evidence import cited
from sim.parameters import parameter
from sim.parameters.base import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

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


_BY_NAME = {lever.dotted: lever for lever in LEVERS}


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


def from_to(item: Parameter, before: float, after: float) -> str:
    """Say from what to what a lever was set."""
    lever = _BY_NAME.get(item.dotted)
    if lever is None:
        return f"{item.dotted} {before:,.4g} to {after:,.4g}"
    return f"{lever.label}: {shown(lever, before).removesuffix(lever.unit).strip()} to {shown(lever, after)}"


def told(fields: Mapping[str, Any]) -> str:
    """Say what an intervention does, from its fields."""
    if fields.get("label"):
        return str(fields["label"])
    if fields.get("event"):
        given = (f"{name} {plain(float(value))}" for name, value in fields.get("arguments", {}).items())
        return " ".join([str(fields["event"]), *given])
    return f"{fields.get('action', 'set')} {fields.get('parameter')} {fields.get('value')}"
