"""The levers and shocks of the page: what may change while a run goes on, and what is said of it.

What can be done, and what it is called, is the registry's and the model's; here are only the span of a slider and the
order.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from agents.machinery.codes import KIND_NAMES
from agents.machinery.rule import RULES, reads_of
from agents.schedule import PHASES
from sim.measures.words import short_unit
from sim.scenario.evidence import cited
from sim.scenario.parameters import parameter
from sim.scenario.parameters.base import plain
from sim.scenario.parameters.events import EVENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.machinery.state import State
    from sim.scenario.parameters.base import Parameter


@dataclass(frozen=True, slots=True)
class Lever:
    """A parameter with a slider, or with a menu if it is a choice; `note` says what else to know before pulling it.

    Span of the slider (which goes further where a scenario does) and least change are in the parameter's unit.
    """

    dotted: str
    high: float = 1.0
    step: float = 0.05
    low: float = 0.0
    note: str = ""

    @property
    def label(self) -> str:
        """What the page calls it."""
        return parameter(self.dotted).title

    @property
    def unit(self) -> str:
        """Short form of its unit, behind the value; "%" for shares and rates."""
        unit = parameter(self.dotted).unit
        return "%" if unit.startswith("1 / ") else short_unit(unit)


@dataclass(frozen=True, slots=True)
class Shock:
    """An event with a button, which the page sends by its unique name, and a slider for the number it takes."""

    name: str
    event: str
    argument: str
    label: str  # what the page calls it, and the list of what was done
    unit: str  # short form of the number's unit; "%" for shares, "x" for factors
    value: float  # number the slider starts with
    low: float
    high: float
    step: float
    final: bool = False  # whether it cannot be undone

    def fields(self, value: float) -> dict[str, Any]:
        """The intervention that it is, with a number."""
        number = f"{value * 100:.0f} %" if self.unit == "%" else f"{value:g} {self.unit}"
        label = f"{self.label}: {number}"
        return {"event": self.event, "arguments": {self.argument: float(value)}, "label": label}


@dataclass(frozen=True, slots=True)
class Group:
    """Levers and shocks that belong together, mostly by one of the eight drivers, and what they are about."""

    name: str
    label: str
    hint: str
    levers: tuple[Lever, ...]
    shocks: tuple[Shock, ...]


def _shares(section: str, *names: str) -> tuple[Lever, ...]:
    return tuple(Lever(f"{section}.{name}") for name in names)


def _group(name: str, label: str, hint: str, *entries: Lever | Shock) -> Group:
    levers = tuple(entry for entry in entries if isinstance(entry, Lever))
    shocks = tuple(entry for entry in entries if isinstance(entry, Shock))
    return Group(name, label, hint, levers, shocks)


_OFTEN = (
    Lever("structure.product_specialists", 24, 1),
    Lever("training.hours_per_quarter", 40, 1),
    Lever("enablement.coaching_hours_per_month", 16, 0.5),
    Lever("structure.field_hours_per_week", 20, 0.5),
    Lever("strategy.stretch", low=-0.2),
    Lever("operations.wip_limit", 40, 1, note="0 means no limit."),
)
_PRODUCT, _TRAINING, _COACHING, _FIELD, _STRETCH, _WIP = _OFTEN

GROUPS = (
    _group("often", "Used most", "The levers of most lessons; each is in the group of its driver too.", *_OFTEN),
    _group(
        "strategy", "Strategy", "Whom to sell to, what to say no to, and which targets to set.",
        *_shares("strategy", "icp_clarity", "qualification_threshold", "new_product_push", "vision_clarity"),
        Lever("strategy.goal_communication"),
        _STRETCH,
        Lever("strategy.ratchet"),
        Lever("strategy.over_assignment", high=0.5, step=0.01, low=-0.2),
        Shock("icp", "icp_project", "gain", "ICP project", "%", 0.3, 0.05, 1, 0.05),
    ),
    _group(
        "structure", "Structure", "Overlay specialists by kind, what working together costs, managers in the field.",
        _PRODUCT,
        *(Lever(f"structure.{kind}_specialists", 24, 1) for kind in KIND_NAMES[1:]),
        Lever("structure.hours_per_channel", 4, 0.1),
        Lever("structure.specialist_target_deals", 80, 1),
        Lever("structure.joining_by_complexity"),
        Lever("structure.role_specialisation"),
        Lever("structure.paired_work"),
        _FIELD,
        Lever("management.overlays_per_response", 8, 1),
        Lever("management.overlay_release_share"),
    ),
    _group(
        "operations", "Operations", "How much is worked at a time, what is kept free, and what marketing brings.",
        _WIP,
        Lever("operations.capacity_sense"),
        Lever("operations.protected_prospecting_hours", 20, 0.5),
        Lever("operations.marketing_leads_per_week", 3, 0.05),
        Lever("operations.marketing_quality", 3, 0.1),
        Lever("operations.crm_fidelity"),
    ),
    _group(
        "enablement", "Enablement", "Coaching, process and tools that help a rep in the deal.",
        _COACHING,
        Lever("enablement.peer_hours_per_month", 20, 0.5),
        *_shares("enablement", "coaching_formality", "process_formality", "alignment"),
        Lever("enablement.tools_saving", high=0.9),
    ),
    _group(
        "talent", "Talent", "Who is hired, how fast, and how new people begin.",
        Lever("talent.selection_quality"),
        Lever("talent.hiring_delay_weeks", 52, 1, 1),
        Lever("talent.onboarding"),
        Lever("talent.headcount_growth_per_year", 1, 0.05, -0.5),
        Shock("hire", "hire", "count", "Open seats", "seats", 3, 1, 20, 1),
    ),
    _group(
        "training", "Training", "Hours in the classroom, and what is taught there.",
        _TRAINING,
        Lever("training.value_content"),
    ),
    _group(
        "capabilities", "Capabilities",
        "Method and art cannot be set; people learn them. These decide how fast best practice is seen and spread.",
        Lever("training.codification_hours_per_quarter", 600, 20),
        Lever("operations.measurement_quality"),
    ),
    _group(
        "motivation", "Motivation",
        "Motivation cannot be set; it follows targets, trust and success. These are what management does to them.",
        Lever("management.response"),
        Lever("management.leader_example"),
        Shock("quotas", "quota_change", "factor", "Running quotas", "x", 0.9, 0.5, 1.5, 0.05),
    ),
    _group(
        "shocks", "Shocks and market", "What befalls an organization. A shock happens once, as the coming week begins.",
        Lever("market.price_gap", 0.4, 0.01, -0.4),
        Shock("star", "star_leaves", "count", "Stars leave", "reps", 1, 1, 10, 1, final=True),
        Shock("falls", "demand_shock", "factor", "Market falls", "x", 0.7, 0.1, 0.95, 0.05),
        Shock("rises", "demand_shock", "factor", "Market rises", "x", 1.3, 1.05, 3, 0.05),
        Shock("enters", "competitor_shock", "strength", "Competitor enters", "utility", 0.5, 0.1, 2, 0.1),
        Shock("retires", "competitor_shock", "strength", "Competitor retires", "utility", -0.5, -2, -0.1, 0.1),
    ),
)  # fmt: skip
"""All that the page can do to a running organization, in its order."""

LEVERS = tuple({lever.dotted: lever for group in GROUPS for lever in group.levers}.values())  # every lever once

SHOCKS = {shock.name: shock for group in GROUPS for shock in group.shocks}  # every shock by its name

_BY_NAME = {lever.dotted: lever for lever in LEVERS}


@cache
def _times() -> dict[tuple[str, str], set[str]]:
    """When each number is read: "week", "quarter" or "year", by array and field."""
    times = defaultdict(set)
    for phase in PHASES:
        for field in chain.from_iterable(reads_of(RULES[name]) for name in phase.rules):
            times[field].add(phase.when)
    return times


def when(dotted: str) -> str:
    """When the rules that read a lever run: "" for every week, else "quarter" or "year", at whose end they do."""
    item = parameter(dotted)
    read = _times().get((item.array, item.field_name), set())
    return "" if "week" in read else next((word for word in ("quarter", "year") if word in read), "")


_ACTS = {
    "": "Acts from the coming week on.",
    "quarter": "Acts at the next end of a quarter: the rule that reads it runs only then.",
    "year": "Acts at the end of the year, when the next year's targets are set.",
}


def value_of(state: State, dotted: str) -> float:
    """What a lever stands at now, in its unit: the mean, where it differs between agents."""
    lever = parameter(dotted)
    rows = getattr(state, lever.array)
    if lever.array == "reps":
        rows = rows[rows["idle"] == 0]
    return round(float(rows[lever.field_name].mean()), 6)


def hint(lever: Lever) -> str:
    """Definition, timing, unit, range and source of a lever, from the registry, one a line."""
    item = parameter(lever.dotted)
    if item.choices:
        unit = f"One of {', '.join(item.choices)}. Default: {item.default}."
    else:
        default, span = plain(float(item.default)), f"{plain(item.low)} to {plain(item.high)}"
        unit = f"Unit: {item.unit}. Range: {span}. Default: {default}."
    lines = [item.doc, lever.note, _ACTS[when(lever.dotted)], unit, _source(item)]
    return "\n".join(filter(None, lines))


def hint_of_shock(shock: Shock) -> str:
    """What a shock does, its unit and range, one a line."""
    event = EVENTS[shock.event]
    argument = event.arguments[shock.argument]
    span = f"{plain(argument.low)} to {plain(argument.high)}"
    end = "It cannot be undone." if shock.final else "It can be undone."
    return f"{event.doc} {end}\nUnit: {argument.unit}. Range: {span}.\nEvent {shock.event}."


def _source(item: Parameter) -> str:
    rows = "; ".join(f"{row.id} {row.quantity}" for row in cited(item.source))
    kind = {"assumed": "Assumed", "derived": "Derived in docs/model.md"}.get(item.source.kind, "Evidence")
    return f"{kind}: {'; '.join(filter(None, (rows, item.source.text)))}."


def shown(lever: Lever, value: float) -> str:
    """Write a lever's value with its unit."""
    choices = parameter(lever.dotted).choices
    if choices:
        return choices[round(value)].replace("_", " ") if float(value).is_integer() else "mixed between managers"
    if lever.unit == "%":
        return f"{value:.0%}".replace("%", " %")
    return f"{value:,.4g} {lever.unit}".strip()


def from_to(item: Parameter, before: float, after: float) -> str:
    """Say from what to what a lever was set."""
    lever = _BY_NAME.get(item.dotted)
    if lever is None:
        return f"{item.dotted} {before:,.4g} to {after:,.4g}"
    first = shown(lever, before)
    return f"{lever.label}: {first.removesuffix(lever.unit).strip() if lever.unit else first} to {shown(lever, after)}"


def description(fields: Mapping[str, Any]) -> str:
    """Say what an intervention does, from its fields."""
    if fields.get("label"):
        return str(fields["label"])
    if fields.get("event"):
        given = (f"{name} {plain(float(value))}" for name, value in fields.get("arguments", {}).items())
        return " ".join([str(fields["event"]), *given])
    return f"{fields.get('action', 'set')} {fields.get('parameter')} {fields.get('value')}"
