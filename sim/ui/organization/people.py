"""The week of a rep and of an overlay specialist, from the records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.buyer.record import OPPORTUNITIES
from agents.machinery.rule import uncompiled
from agents.manager.targets import believed_territory
from agents.rep.record import REPS
from agents.specialist.deals import wanted
from agents.specialist.queueing import queues
from agents.specialist.record import KINDS as KIND_RECORD
from agents.specialist.record import SPECIALISTS
from sim.answers import palette
from sim.engine.names import rep_names
from sim.measures.words import counted
from sim.ui.organization.facts import Line, WeekPanel, belief, fact, facts, hint_of, part, person, report, uses
from sim.ui.organization.plan import KINDS, names_of
from sim.ui.organization.present import channel_hours, loads, pursued, seats_of, shared_deals, specialist_loads

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from agents.machinery.state import State
    from sim.scenario.scenario import Scenario

_PERSON = ("rep_trust", "honesty", "motivation", "energy", "goal_clarity")
_SKILL = (
    *(f"capability_{skill}" for skill in ("pipeline", "conversation", "driving", "growth")),
    "adherence",
    "latent",
)
_QUARTER = ("quota", "booked_quarter", "attainment", "n_open", "n_customers", "n_accounts", "tenure")
_SEAT = ("vacant_weeks", "n_accounts", "territory", "holder")
_SHARED = ("load", "target", "candidates", "served")
_OF_KIND = ("count", "added", "expertise")
_HOURS = (("hours_on_deals", palette.BLUE), ("hours_coordination", palette.VERMILLION), ("hours_left", "#B4BBC3"))
_MOST_PEOPLE = 10


def rep_panel(state: State, scenario: Scenario, seat: int) -> WeekPanel:
    """The week of a rep, or of a vacant seat."""
    rep, money = state.reps[seat], scenario.currency
    manager = int(rep.manager)
    boss = names_of(state, scenario)[manager]
    panel = WeekPanel(f"rep:{seat}", rep_names(scenario, len(state.reps))[seat], "")
    panel.people = [person(f"manager:{manager}", boss, "manager"), *_helpers_of(state, seat)]
    if rep.active == 0:
        panel.role = f"{'Vacant seat' if rep.planned else 'Seat that is not in the plan'}, team of {boss}"
        panel.parts = [part("Seat", facts(state.reps, seat, REPS, _SEAT, money))]
        return panel
    weeks = float(state.p["talent_ramp_weeks"][0])
    panel.role = f"Rep{', ramping,' if rep.tenure < weeks else ''} in the team of {boss}"
    panel.hours_title = "Hours this week"
    panel.hours = uses(
        (label, float(rep[name]), colour, hint_of(REPS, name, money)) for name, (label, colour) in palette.HOURS.items()
    )
    panel.beliefs = _rep_beliefs(state, seat, money)
    load = fact(
        "Load", float(loads(state)[seat]), "share",
        "Hours open opportunities need and everything else but prospecting, over the hours of a week; above 100 % it "
        "tires. Unit: share.", full=1.5,
    )  # fmt: skip
    feasible = fact(
        "Holds feasible", 13.0 * float(rep.expected), "currency / quarter",
        f"Thirteen weeks of what the rep has learned to expect of an own week. Unit: {money} / quarter.",
        currency=money,
    )  # fmt: skip
    panel.parts = [
        part("Person", [*facts(state.reps, seat, REPS, _PERSON, money), load]),
        part("Skill in use; 1 is usual", facts(state.reps, seat, REPS, _SKILL, money)),
        part("Quarter", [*facts(state.reps, seat, REPS, _QUARTER, money), feasible]),
    ]
    return panel


def pipeline_beliefs(state: State, rows: Rows, money: str) -> list[Line]:
    """Opportunities by their stage as logged and as the buyers are."""
    amount, logged, real = (state.opportunities[name][rows] for name in ("amount", "sales_stage", "buying_stage"))
    stages = f"{OPPORTUNITIES['sales_stage'].doc} Is: {OPPORTUNITIES['buying_stage'].doc}"
    return [
        belief(
            "Pipeline", float((amount * logged).sum()), float((amount * real).sum()), "currency",
            f"Amount of open opportunities weighted by stage. Believed: {stages} Unit: {money}.",
        ),
        belief(
            "Mean stage", float(logged.mean()) if len(rows) else np.nan, float(real.mean()) if len(rows) else np.nan,
            "share", f"Mean over open opportunities. Believed: {stages} Unit: share.",
        ),
    ]  # fmt: skip


def _rep_beliefs(state: State, seat: int, money: str) -> list[Line]:
    rep = state.reps[seat]
    rows = pursued(state)
    mine = rows[seats_of(state, rows) == seat]
    manager_thinks = uncompiled(believed_territory)(state, int(rep.manager), seat)
    reported, real = int(rep.external_reported), int(rep.external_true)
    return [
        *pipeline_beliefs(state, mine, money),
        belief(
            "Territory, by the manager", float(manager_thinks), float(rep.territory), "currency / quarter",
            f"What the manager believes the territory brings, from which quotas are made. Is: "
            f"{hint_of(REPS, 'territory', money)}",
        ),
        report(
            "Losses not our fault", f"{reported} of {int(rep.closed_known)}", f"{real} of {int(rep.closed_known)}",
            f"{REPS['closed_known'].doc} {REPS['external_reported'].doc} Is: {REPS['external_true'].doc} "
            "Unit: opportunities.",
        ),
    ]  # fmt: skip


def _helpers_of(state: State, seat: int) -> list[Line]:
    """Specialists on the rep's deals, with how many they share."""
    deals, cost = shared_deals(state), channel_hours(state)
    helpers = []
    for kind, (name, _) in KINDS.items():
        shared = int(((deals.seat == seat) & (deals.kind == kind)).sum())
        if shared and (count := int(state.kinds["count"][kind])):
            number = seat % count
            key = f"specialist:{kind * (len(state.specialists) // len(state.kinds)) + number}"
            helpers.append(person(key, f"{name} specialist {number + 1}", _deals(shared, shared * cost)))
    return helpers


def specialist_panel(state: State, scenario: Scenario, row: int) -> WeekPanel:
    """The week of an overlay specialist: hours shared, who shares them and who goes without."""
    specialist, money = state.specialists[row], scenario.currency
    kind = int(specialist.kind)
    name = f"{KINDS[kind][0]} specialist {int(specialist.number) + 1}"
    panel = WeekPanel(f"specialist:{row}", name, "Overlay specialist")
    if specialist.active == 0:
        panel.role = "No longer employed, or not yet"
        return panel
    queue = uncompiled(queues)(state, kind)
    panel.hours_title = "Hours this week"
    panel.hours = _hours(specialist, money)
    lines = facts(state.specialists, row, SPECIALISTS, ("load", "jobs") if queue else _SHARED, money)
    if queue:
        lines[0]["label"] = "At work on a job"
    panel.parts = [
        part("Shared hours", [*lines, *(_waits(state, row) if queue else [_asked(state, row)])]),
        part("Kind", facts(state.kinds, kind, KIND_RECORD, _OF_KIND, money)),
    ]
    panel.people = _served_by(state, scenario, row)
    return panel


def pool_panel(state: State, scenario: Scenario, kind: int) -> WeekPanel:
    """The week of all overlay specialists of a kind, taken together."""
    rows = np.flatnonzero((state.specialists["kind"] == kind) & (state.specialists["active"] == 1))
    those, money = state.specialists[rows], scenario.currency
    panel = WeekPanel(f"pool:{kind}", f"{KINDS[kind][0]} specialists", f"{len(rows)} overlay specialists")
    if not len(rows):
        return panel
    panel.hours_title = "Hours this week, mean"
    panel.hours = _hours(those, money)
    totals = [
        fact(SPECIALISTS[name].label, float(those[name].mean()), SPECIALISTS[name].unit,
             f"Mean. {hint_of(SPECIALISTS, name, money)}", full=1.0 if SPECIALISTS[name].unit == "share" else 0.0)
        for name in _SHARED
    ]  # fmt: skip
    panel.parts = [
        part("Each, on average", totals),
        part("Kind", facts(state.kinds, kind, KIND_RECORD, _OF_KIND, money)),
    ]
    return panel


def _hours(those: Rows, money: str) -> list[Line]:
    """Hours of a specialist, or the mean of several."""
    return uses(
        (SPECIALISTS[name].label, float(np.mean(those[name])), colour, hint_of(SPECIALISTS, name, money))
        for name, colour in _HOURS
    )


def _asked(state: State, row: int) -> Line:
    """Hours asked for over those there are."""
    return fact(
        "Load", float(specialist_loads(state)[row]), "share",
        "Coordination and the hours the deals joined ask for, over the hours of a week; above 100 % each deal gets "
        "less. Unit: share.", full=1.5,
    )  # fmt: skip


def _waits(state: State, row: int) -> list[Line]:
    """How long jobs wait for their beginning, and how long those taken will last."""
    specialist = state.specialists[row]
    wait = f"{float(specialist.waited) / int(specialist.jobs):.1f} weeks" if specialist.jobs else "no job yet"
    ahead = max(0.0, float(specialist.free_at) - float(state.clock["week"][0]) - 1.0)
    return [
        {"label": "Mean wait", "text": wait, "size": None,
         "hint": f"{SPECIALISTS['waited'].doc} Divided by the jobs taken. Unit: weeks."},
        {"label": "Busy for", "text": f"{ahead:.1f} weeks", "size": None,
         "hint": f"{SPECIALISTS['free_at'].doc} From now. Unit: weeks."},
    ]  # fmt: skip


def _served_by(state: State, scenario: Scenario, row: int) -> list[Line]:
    """Reps the specialist shares deals with, those with most first, and their deals that wait for one."""
    specialist = state.specialists[row]
    kind = int(specialist.kind)
    covered = max(1, int(state.kinds["count"][kind]))
    rows = pursued(state)
    rows = rows[seats_of(state, rows) % covered == specialist.number]
    seats = seats_of(state, rows)
    on = (state.opportunities["joined"][rows] >> kind) & 1 == 1
    waits = np.array([bool(uncompiled(wanted)(state, int(deal), kind)) for deal in rows], dtype=bool) & ~on
    joined, waiting = (np.bincount(seats[which], minlength=len(state.reps)) for which in (on, waits))
    names, cost = rep_names(scenario, len(state.reps)), channel_hours(state)
    order = np.lexsort((-waiting, -joined))[:_MOST_PEOPLE]
    return [
        person(f"rep:{seat}", names[seat], _deals(int(joined[seat]), joined[seat] * cost, int(waiting[seat])))
        for seat in order.tolist()
        if joined[seat] or waiting[seat]
    ]


def _deals(shared: int, hours: float, waiting: int = 0) -> str:
    parts = (f"{counted(shared, 'deal')}, {hours:.1f} h" if shared else "", f"{waiting} without" if waiting else "")
    return "; ".join(filter(None, parts))
