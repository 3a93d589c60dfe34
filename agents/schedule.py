"""The order of one week, stated once: both drives, the documentation and the listing are made from this list.

Interventions that are due are applied before the first phase. Within a phase agents run one after another, and later
ones see what earlier ones wrote: buyers seat by seat, those of a seat in order, or along its pipeline where a rule is
about opportunities, or all at once. That the order of agents and seats changes nothing is tested (`flywheel verify`).
Who writes which field is what `writers` gives.
"""

from typing import NamedTuple

import agents.buyer.contracts
import agents.buyer.conversations
import agents.buyer.decision
import agents.buyer.initialization
import agents.buyer.needs
import agents.buyer.relationships
import agents.manager.belief
import agents.manager.initialization
import agents.manager.leading
import agents.manager.response
import agents.manager.targets
import agents.organization.delivery
import agents.organization.initialization
import agents.organization.measuring
import agents.organization.money
import agents.organization.playbook
import agents.organization.staffing
import agents.organization.targets
import agents.rep.career
import agents.rep.hours
import agents.rep.initialization
import agents.rep.learning
import agents.rep.motivation
import agents.rep.pairs
import agents.rep.pipeline
import agents.rep.quota
import agents.rep.results
import agents.rep.territory
import agents.specialist.deals
import agents.specialist.hours
import agents.specialist.queueing  # noqa: F401 - importing a room registers its rules
from agents.machinery.rule import RULES, writes_of


class Phase(NamedTuple):
    """One step of the week: rules one kind of agent runs, each agent on its own row.

    Attributes:
        name: Unique.
        title: What happens, in words.
        agent: Kind of agent.
        rules: Rules in order.
        when: "week", "start" for the first week of all, "quarter" or "year" for the last week of each.
    """

    name: str
    title: str
    agent: str
    rules: tuple[str, ...]
    when: str = "week"


PHASES: tuple[Phase, ...] = (
    Phase("founding", "What the organization starts with", "organization", ("initialize_organization",), when="start"),
    Phase("people", "Who the reps are", "rep", ("take_seat",), when="start"),
    Phase("accounts", "Who the accounts are", "buyer", ("settle_account",), when="start"),
    Phase("offices", "What managers know at the start", "manager", ("take_office",), when="start"),
    Phase("employ", "Specialists employed this week", "organization", ("employ_specialists",)),
    Phase("bound", "Most needs a territory's accounts can have", "rep", ("bound_needs",)),
    Phase("fade", "Relationships fade; when needs are possible", "buyer", ("let_relationships_fade", "foresee_needs")),
    Phase("needs", "Needs arise", "buyer", ("arise_need",)),
    Phase(
        "plan",
        "Reps take up needs and plan their hours",
        "rep",
        ("accept_needs", "size_up", "triage", "count_internal_hours", "plan_hours", "share_out_hours", "reach_out"),
    ),
    Phase("queue", "Product specialists take jobs (first come, first served)", "specialist", ("take_jobs",)),
    Phase("join", "Specialists look for deals and join them", "specialist", ("look_for_deals", "join_deals")),
    Phase("serve", "Specialists share out their hours", "specialist", ("share_hours",)),
    Phase(
        "converse",
        "Conversations: contact, insight, access, preference; buyers decide",
        "buyer",
        ("hold_conversations", "decide"),
    ),
    Phase("collect", "Reps book results and clear their pipelines", "rep", ("collect_results",)),
    Phase("contracts", "Orders are delivered, contracts renewed", "buyer", ("go_through_contracts",)),
    Phase("results", "Results are felt", "buyer", ("feel_results",)),
    Phase("territory", "Territories are added up", "rep", ("add_up_territory",)),
    Phase("recommendation", "Satisfied customers speak well of us", "buyer", ("recommend",), when="quarter"),
    Phase("referral", "Accounts hear from their neighbours", "buyer", ("hear_from_neighbours",), when="quarter"),
    Phase(
        "lead",
        "Managers coach, dive, inspect and learn",
        "manager",
        ("spend_week", "show_practice", "learn_field", "adopt"),
    ),
    Phase(
        "grow",
        "Reps learn, forget, trust and tire",
        "rep",
        ("use_capability", "train", "learn_from_colleagues", "follow_playbook", "judge_management", "feel"),
    ),
    Phase("pair", "Pairs of sellers draw on each other", "rep", ("draw_on_partner",)),
    Phase("close", "Attainment and reports of the quarter", "rep", ("close_quarter",), when="quarter"),
    Phase(
        "believe",
        "Managers add up, form beliefs and report upward",
        "manager",
        ("gather_team", "form_belief", "pass_on"),
        when="quarter",
    ),
    Phase("review", "The leader's quarter", "organization", ("review_quarter", "note_referral"), when="quarter"),
    Phase(
        "respond", "Managers explain a miss and respond", "manager", ("explain_miss", "respond_to_miss"), when="quarter"
    ),
    Phase("approve", "Overlays and focus asked for", "organization", ("answer_requests",), when="quarter"),
    Phase(
        "staff",
        "Head-count, delivery, playbook, focus and budgets",
        "organization",
        ("staff", "run_delivery", "codify", "keep_focus", "afford"),
    ),
    Phase("come_and_go", "Reps leave, arrive and are paid", "rep", ("leave_or_stay", "fill_seat", "draw_pay")),
    Phase("money", "The week is added up", "organization", ("add_up_week", "book_costs")),
    Phase("targets", "The year's target", "organization", ("set_year_target",), when="year"),
    Phase("split", "Targets of teams", "manager", ("take_target",), when="year"),
    Phase("quotas", "Quotas of reps", "rep", ("take_quota",), when="year"),
    Phase(
        "measure",
        "Measures are taken",
        "organization",
        ("measure_money", "measure_reps", "measure_buyers", "measure_managers"),
    ),
    Phase("quarter", "Quotas of the coming quarter", "rep", ("start_quarter",), when="quarter"),
)


def writers() -> dict[tuple[str, str], list[tuple[Phase, str]]]:
    """Give phase and rule of every write, in the order of the week, by array and field; "*" is a whole row.

    Derived from the source of the rules. What nobody writes is laid out at the start.
    """
    found: dict[tuple[str, str], list[tuple[Phase, str]]] = {}
    for phase in PHASES:
        for name in phase.rules:
            for pair in sorted(writes_of(RULES[name])):
                found.setdefault(pair, []).append((phase, name))
    return found


def in_words(writes: list[tuple[Phase, str]]) -> str:
    """Say who writes a field: phases with their rules, such as "plan: triage; collect: collect_results"."""
    rules: dict[str, list[str]] = {}
    for phase, name in writes:
        rules.setdefault(phase.name, []).append(name)
    return "; ".join(f"{phase}: {', '.join(names)}" for phase, names in rules.items())
