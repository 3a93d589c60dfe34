"""What lies behind a measure, declared once: measures, states of the model, and the levers people can pull.

A node stands for a measure. Where it is arithmetic of others (attainment is bookings over quota), these are its
`factors` and the split is exact. Otherwise its `causes` are nodes and levers, and what each recovers is found by runs.
A lever stands once below a node, where it acts first; all it does elsewhere counts there too. That no edge is made up
is checked against what the rules read and write (`unsupported`), and the arithmetic against runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from agents.machinery.clock import WEEKS_PER_YEAR
from agents.machinery.codes import KIND_NAMES, ORIGIN, REASON
from agents.machinery.rule import RULES, reads_of, writes_of
from agents.schedule import PHASES
from sim.measures.whole_run import Past, measured, ratio
from sim.scenario.errors import InputError, nearest
from sim.scenario.measures import MEASURES, Measure, over_run
from sim.scenario.parameters import by_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agents.machinery.record import Rows
    from sim.engine.world import World
    from sim.studies.statistics import Floats


def _worked(past: Past) -> Rows:
    """Closed opportunities that were not disqualified."""
    deals: Rows = past.deals[past.deals["true_reason"] != REASON.DISQUALIFIED]
    return deals


def _mean(values: Rows) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _good_share(world: World, past: Past) -> float:
    return _mean(past.deals["fit"] >= float(world.scenario["buyers.good_fit"]))


def _opportunities(_world: World, past: Past) -> float:
    return ratio(len(past.deals) * WEEKS_PER_YEAR, past.sum("reps"))


def _good(world: World, past: Past) -> float:
    return _opportunities(world, past) * _good_share(world, past) if len(past.deals) else 0.0


_OF_RUN: dict[Measure, Callable[[World, Past], float]] = {
    Measure("seat_years", "rep years", "Filled seats, in years.", 1):
        lambda _, past: past.sum("reps") / WEEKS_PER_YEAR,
    Measure("gross_margin", "share", "Gross margin.", 1):
        lambda world, _: float(world.scenario["organization.gross_margin"]),
    Measure("opportunities", "opportunities / rep / year", "Opportunities closed per filled seat and year.", 1):
        _opportunities,
    Measure("good_share", "share", "Share of closed opportunities with the fit of good practice.", 1):
        _good_share,
    Measure("good_opportunities", "opportunities / rep / year",
            "Opportunities with the fit of good practice closed per filled seat and year.", 1):
        _good,
    Measure("attention", "hours / opportunity", "Contact hours an opportunity got that was not disqualified.", 1):
        lambda _, past: _mean(_worked(past)["contact"]),
    Measure("fit", "share", "Fit of opportunities that were not disqualified.", 1):
        lambda _, past: _mean(_worked(past)["fit"]),
    Measure("overlay_ratio", "specialists / rep", "Overlay specialists per filled seat, mean over the run."):
        lambda _, past: ratio(past.sum("specialists"), past.sum("reps")),
    Measure("marketing_share", "share", "Share of closed opportunities that began as a lead of marketing."):
        lambda _, past: _mean(past.deals["origin"] == ORIGIN.MARKETING),
}  # fmt: skip
"""What no week measures, and how it is read from the run and what it left; nan where it is not defined."""

_OF_WEEKS = (
    "quota", "customer_hours", "internal_hours", "hours_prospecting", "hours_training", "hours_coaching", "capability",
    "misalignment", "icp_clarity", "goal_clarity", "method", "playbook",
)  # fmt: skip

READINGS = MEASURES | {measure.name: measure for measure in (*_OF_RUN, *map(over_run, _OF_WEEKS))}
"""Everything that is read from a run for a chain, by name: the headline measures, and what stands for causes."""


def readings_of(world: World) -> dict[str, float]:
    """Read everything from a finished run that kept its deals."""
    past = Past.of(world)
    if "fit" not in (past.deals.dtype.names or ()):
        past = Past(past.weekly, world.state.deals[:0], past.quarters, past.active, past.last)
    own = {measure.name: float(of(world, past)) for measure, of in _OF_RUN.items()}
    return {name: own[name] if name in own else measured(measure, past) for name, measure in READINGS.items()}


EVENT = "event:"
"""Before the name of an event of the scenario, which stands where a lever does: as if it had not happened."""

MOST_RULES = 4  # rules through which a cause may act on what it is said to cause


@dataclass(frozen=True, slots=True)
class WhyNode:
    """A measure, what it is made of or what lies behind it."""

    name: str  # unique; what people ask about
    fields: tuple[str, ...]  # where it lives in the state, such as "reps.hours_prospecting", to check it against rules
    words: str = ""  # as a cause in a sentence; the label of its measure unless given
    measure: str = ""  # name in `READINGS` of what stands for it; its own unless given
    factors: tuple[str, ...] = ()  # nodes whose measures give it exactly
    of: Callable[[Floats], Floats] | None = None  # the arithmetic, of factors [factors, n] to [n]
    causes: tuple[str, ...] = ()  # nodes, levers by dotted name, and events
    manager: str = ""  # what managers call such a cause: target, time, targeting, capability or product; empty for none

    def __post_init__(self) -> None:
        object.__setattr__(self, "measure", self.measure or self.name)
        object.__setattr__(self, "words", self.words or READINGS[self.measure].label.lower())


def _product(factors: Floats) -> Floats:
    product: Floats = factors.prod(axis=0)
    return product


def _quotient(factors: Floats) -> Floats:
    quotient: Floats = factors[0] / factors[1]
    return quotient


def _net(factors: Floats) -> Floats:
    bookings, renewed, margin, cost = factors
    net: Floats = margin * (bookings + renewed) - cost
    return net


_QUOTAS = ("strategy.stretch", "strategy.ratchet", "strategy.over_assignment", "event:quota_change")
_FOCUS = ("attention", "suitability", "skill", "alignment", "specialists", "leadership", "demand_generation")
_WINNING = (*_FOCUS, "market.price_gap", "event:competitor_shock")
_FINDING = (
    "time_to_prospect", "target_accounts", "strategy.qualification_threshold", "skill", "alignment", "specialists",
    "leadership", "demand_generation", "event:demand_shock",
)  # fmt: skip
_HOURS = (
    "operations.protected_prospecting_hours", "operations.wip_limit", "operations.capacity_sense",
    "enablement.tools_saving", "structure.role_specialisation",
)  # fmt: skip
_OVERHEAD = (
    "enablement.tools_saving", "operations.wip_limit", "operations.capacity_sense", "specialists", "training",
    "coaching", "leadership",
)  # fmt: skip
_SEEING = ("leadership", "coaching", "specialists", "quota_setting")
_STAYING = ("coaching", "training", "goals", "leadership", "specialists", "quota_setting", "event:star_leaves")

NODES: dict[str, WhyNode] = {
    node.name: node
    for node in (
        # Arithmetic.
        WhyNode("attainment", ("reps.attainment",), factors=("bookings", "quota"), of=_quotient),
        WhyNode(
            "net_contribution", ("weekly.net_contribution",), factors=("bookings", "renewed", "gross_margin", "cost"),
            of=_net,
        ),
        WhyNode("bookings", ("reps.booked",), factors=("seats", "opportunities", "win_rate", "deal_size"), of=_product),
        WhyNode(
            "bookings_per_rep_year", ("reps.booked",), factors=("opportunities", "win_rate", "deal_size"), of=_product,
        ),
        WhyNode("good_opportunities", ("opportunities.fit",), factors=("opportunities", "good_share"), of=_product),
        # What the arithmetic ends at.
        WhyNode("quota", ("reps.quota",), "quotas", causes=_QUOTAS, manager="target"),
        WhyNode(
            "seats", ("reps.active",), "filled seats", "seat_years",
            causes=("talent.hiring_delay_weeks", "talent.headcount_growth_per_year", *_STAYING, "event:hire"),
        ),
        WhyNode("opportunities", ("opportunities.created",), causes=_FINDING),
        WhyNode("win_rate", ("opportunities.outcome",), causes=_WINNING),
        WhyNode(
            "win_rate_qualified", ("opportunities.outcome",), "win rate on what was not disqualified", causes=_WINNING,
        ),
        WhyNode("deal_size", ("reps.booked",), causes=(*_WINNING, "strategy.new_product_push")),
        WhyNode(
            "good_share", ("opportunities.fit",), "share that fits",
            causes=("target_accounts", "strategy.qualification_threshold", "strategy.new_product_push"),
            manager="targeting",
        ),
        WhyNode("renewed", ("reps.renewed",), causes=_FOCUS),
        WhyNode("gross_margin", ("p.organization_gross_margin",)),
        WhyNode(
            "cost", ("org.cost",),
            causes=("specialists", "training", "coaching", "demand_generation", "talent.headcount_growth_per_year"),
        ),
        # Other measures people ask about.
        WhyNode("share_at_quota", ("reps.booked_year", "reps.quota_year"), causes=(*_WINNING, "quota_setting")),
        WhyNode(
            "median_attainment", ("reps.booked_year", "reps.quota_year"), "attainment of the median rep",
            causes=(*_WINNING, "quota_setting"),
        ),
        WhyNode(
            "customer_hours", ("reps.hours_opportunities", "reps.hours_prospecting", "reps.hours_growth"),
            causes=_OVERHEAD, manager="time",
        ),
        WhyNode(
            "selling_share", ("reps.hours_opportunities", "reps.hours_prospecting", "reps.hours_growth"),
            "share of hours that reach a buyer", causes=_OVERHEAD, manager="time",
        ),
        WhyNode("rep_trust", ("reps.rep_trust",), causes=_STAYING[:-1]),
        WhyNode("turnover", ("reps.left",), "reps leaving", causes=_STAYING),
        WhyNode("buyer_trust", ("buyers.buyer_trust",), causes=_FOCUS),
        WhyNode("satisfaction", ("buyers.satisfaction",), causes=_FOCUS),
        WhyNode("churn_rate", ("reps.churned",), "contracts lost", causes=_FOCUS),
        WhyNode("perception_error", ("managers.belief",), "managers' error about their teams", causes=_SEEING),
        WhyNode("understanding", ("managers.understanding",), causes=_SEEING),
        # Causes on the way down.
        WhyNode(
            "time_to_prospect", ("reps.hours_prospecting",), "time to prospect", "hours_prospecting", causes=_HOURS,
            manager="time",
        ),
        WhyNode("attention", ("opportunities.contact",), "time for each opportunity", causes=_HOURS, manager="time"),
        WhyNode(
            "target_accounts", ("org.icp_clarity",), "defined target accounts", "icp_clarity",
            causes=("strategy.icp_clarity", "event:icp_project"), manager="targeting",
        ),
        WhyNode(
            "suitability", ("opportunities.pursuit", "opportunities.fit"), "choice of what to work on", "fit",
            causes=("target_accounts", "strategy.qualification_threshold"), manager="targeting",
        ),
        WhyNode(
            "skill", ("reps.capability_conversation", "reps.capability_pipeline"), "skill of the reps", "capability",
            causes=(
                "training", "coaching", "codification", "goals", "people", "enablement.peer_hours_per_month",
                "structure.paired_work",
            ),
            manager="capability",
        ),
        WhyNode(
            "training", ("reps.method_conversation", "reps.hours_training"), "training", "hours_training",
            causes=("training.hours_per_quarter", "training.value_content"), manager="capability",
        ),
        WhyNode(
            "coaching", ("managers.coaching_done", "managers.coaching_quality"), "coaching", "hours_coaching",
            causes=("enablement.coaching_hours_per_month", "enablement.coaching_formality"), manager="capability",
        ),
        WhyNode(
            "codification", ("org.playbook", "reps.adherence"), "the playbook and how far it is followed", "playbook",
            causes=(
                "training.codification_hours_per_quarter", "operations.measurement_quality",
                "enablement.process_formality",
            ),
            manager="capability",
        ),
        WhyNode(
            "goals", ("reps.goal_clarity",), "goals that are understood", "goal_clarity",
            causes=("strategy.vision_clarity", "strategy.goal_communication"), manager="capability",
        ),
        WhyNode(
            "people", ("reps.art_conversation", "reps.method_conversation"), "who is hired and how they start",
            "method", causes=("talent.selection_quality", "talent.onboarding"), manager="capability",
        ),
        WhyNode(
            "alignment", ("opportunities.sales_stage",), "stages in step with the buyer", "misalignment",
            causes=("enablement.alignment",), manager="capability",
        ),
        WhyNode(
            "specialists", ("opportunities.joined", "org.n_specialists"), "specialists on deals", "overlay_ratio",
            causes=(
                *(f"structure.{kind}_specialists" for kind in KIND_NAMES), "structure.hours_per_channel",
                "structure.specialist_target_deals", "structure.joining_by_complexity",
                "management.overlays_per_response",
                "management.overlay_release_share",
            ),
            manager="capability",
        ),
        WhyNode(
            "leadership",
            ("managers.dive_hours", "managers.adoption", "managers.prescriptiveness", "managers.understanding"),
            "how managers lead", "rep_trust",
            causes=(
                "management.response", "structure.field_hours_per_week", "management.leader_example",
                "operations.crm_fidelity",
            ),
        ),
        WhyNode(
            "demand_generation", ("reps.marketing_rate", "opportunities.need"), "leads from marketing",
            "marketing_share", causes=("operations.marketing_leads_per_week", "operations.marketing_quality"),
            manager="targeting",
        ),
        WhyNode("quota_setting", ("reps.quota",), "how quotas are set", "quota", causes=_QUOTAS, manager="target"),
    )
}  # fmt: skip
"""Every node by name."""

OUTSIDE = ("market.demand", "market.competitor_strength")
"""Levers of shocks, which nobody inside pulls."""


def node_of(measure: str) -> WhyNode:
    """Find what people ask about; InputError, with the nearest, if there is none or nothing is declared below it."""
    if measure in NODES:
        return NODES[measure]
    explained = [name for name, node in NODES.items() if node.measure == name]
    if measure in READINGS:
        raise InputError(f"no causes of {measure} are declared; choose one of {', '.join(explained)}")
    raise InputError(f"there is no measure {measure}{nearest(measure, explained)}")


def is_lever(name: str) -> bool:
    """Tell a lever or an event from a node."""
    return name not in NODES


@cache
def levers_below(name: str) -> frozenset[str]:
    """Levers and events below a node; a lever is below itself."""
    if is_lever(name):
        return frozenset({name})
    node = NODES[name]
    return frozenset[str]().union(*(levers_below(cause) for cause in (*node.factors, *node.causes)))


def all_levers() -> list[str]:
    """Every lever below some node, by dotted name, in the registry's order; events are left out."""
    levers = frozenset[str]().union(*(levers_below(name) for name in NODES))
    return [dotted for dotted in by_name() if dotted in levers]


@cache
def _flow() -> nx.DiGraph:
    """Fields of the state, with an edge for every rule that reads one and writes the other, week after week."""
    graph = nx.DiGraph()
    lasting = [name for phase in PHASES if phase.when != "start" for name in phase.rules]
    for name in lasting:
        rule = RULES[name]
        for read in reads_of(rule):
            graph.add_edges_from(((read, wrote) for wrote in writes_of(rule)), rule=name)
    return graph


def fields_of(name: str) -> list[tuple[str, str]]:
    """Fields of the state in which a node or a lever lives; none for an event."""
    if name.startswith(EVENT):
        return []
    if is_lever(name):
        lever = by_name()[name]
        return [(lever.array, lever.field_name)]
    return [(array, field) for array, _, field in (text.partition(".") for text in NODES[name].fields)]


def rules_between(cause: str, effect: str) -> list[str] | None:
    """Find the fewest rules by which a cause acts on an effect; [] for the same field, None if there is no way."""
    flow = _flow()
    fewest: list[str] | None = None
    for start in fields_of(cause):
        for end in fields_of(effect):
            if start in flow and end in flow and nx.has_path(flow, start, end):
                way = nx.shortest_path(flow, start, end)
                names = [flow.edges[edge]["rule"] for edge in pairwise(way)]
                fewest = names if fewest is None or len(names) < len(fewest) else fewest
    return fewest


def edges() -> Iterator[tuple[str, str]]:
    """Give every pair of cause and effect whose split is found by runs."""
    for node in NODES.values():
        yield from ((cause, node.name) for cause in node.causes)


def unsupported() -> list[tuple[str, str]]:
    """List the edges no rule supports: no way of at most `MOST_RULES` rules leads from the cause to the effect."""
    wrong = []
    for cause, effect in edges():
        if cause.startswith(EVENT):
            continue
        way = rules_between(cause, effect)
        if way is None or len(way) > MOST_RULES:
            wrong.append((cause, effect))
    return wrong
