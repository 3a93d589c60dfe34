"""The week of a manager and of the leader, from the records: what they do, what they believe and what is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from agents.machinery.codes import Cause, Response
from agents.manager.record import MANAGERS
from agents.organization.measuring import WEEKLY
from agents.organization.record import ORGANIZATION
from agents.rep.record import REPS
from sim.answers import palette
from sim.engine.names import rep_names
from sim.ui.organization.facts import Line, WeekPanel, belief, fact, facts, hint_of, part, person, report, text_of, uses
from sim.ui.organization.people import pipeline_beliefs
from sim.ui.organization.plan import leader_of, manager_key, names_of
from sim.ui.organization.present import manager_hours, pursued, seats_of

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from agents.machinery.state import State
    from sim.scenario.scenario import Scenario

CAUSES = {
    Cause.NONE: "no miss",
    Cause.TARGET: "target too high",
    Cause.TIME: "too little time",
    Cause.TARGETING: "wrong accounts",
    Cause.CAPABILITY: "too little skill",
    Cause.PRODUCT: "price or product",
}
"""What may lie behind a missed target, in words."""

RESPONSES = {
    Response.NONE: "nothing",
    Response.OVERLAY: "more specialists",
    Response.PRESCRIBE: "more control",
    Response.TRAIN: "more training",
    Response.ROOT_CAUSE: "a root-cause review",
}
"""What a manager may do about a missed target, in words."""

_HOURS = {
    "office_hours": "#B4BBC3",
    "inspection_hours": palette.HOURS["hours_inspection"][1],
    "coaching_done": palette.HOURS["hours_coaching"][1],
    "dive_hours": palette.BLUE,
}
_LEADS = ("understanding", "adoption", "prescriptiveness", "honesty_heard")
_FRONT = ("coaching_done", "dive_hours_per_rep")
_TEAM = ("attainment", "team_quota", "team_feasible")
_REMEDIES = ("programme_training", "extra_coaching", "quota_relief", "time_freed", "reviews")
_VISION = ("vision_credibility", "playbook", "icp_clarity", "target_year", "booked_year", "attainment", "n_specialists")


def manager_panel(state: State, scenario: Scenario, row: int) -> WeekPanel:
    """The week of a manager or of the leader."""
    money, leads = scenario.currency, row == leader_of(state)
    seats = _seats(state, row)
    role = f"{'Leader' if leads else 'Manager'} of {int(state.reps['active'][seats].sum())} reps in {len(seats)} seats"
    panel = WeekPanel(manager_key(state, row), names_of(state, scenario)[row], role)
    panel.hours_title = "Hours this week"
    panel.hours = _hours(state, row, money)
    rows = pursued(state)
    deals = rows[np.isin(seats_of(state, rows), seats)]
    panel.beliefs = [_potential(state, row, money), *pipeline_beliefs(state, deals, money)]
    panel.beliefs += _leader_hears(state) if leads else _manager_says(state, row)
    own_facts = partial(facts, state.managers, row, MANAGERS, currency=money)
    front = bool(state.managers["level"][row] == 1)
    leading = part("Leads", [*own_facts(_LEADS + _FRONT * front), _team_trust(state, seats)])
    if leads:
        vision = part("Vision and organization", facts(state.org, 0, ORGANIZATION, _VISION, money))
        panel.parts = [vision, leading, part("Answers to the last misses", _responses(state))]
    else:
        panel.parts = [leading, part("Team", own_facts((*_TEAM, "target") if front else _TEAM))]
        if front:
            panel.parts.append(part("After the last miss", [_response(state, row), *own_facts(_REMEDIES)]))
    panel.people, panel.opens = _people(state, scenario, row), row
    return panel


def _seats(state: State, row: int) -> Rows:
    manager = state.managers[row]
    seats = state.roster[manager.first_member : manager.first_member + manager.n_members]
    real: Rows = seats[(state.reps["planned"][seats] == 1) | (state.reps["active"][seats] == 1)]
    return real


def _hours(state: State, row: int, money: str) -> list[Line]:
    spent = {name: float(hours[row]) for name, hours in manager_hours(state).items()}
    left = max(0.0, float(state.p["management_week_hours"][0]) - sum(spent.values()))
    hints = {name: hint_of(MANAGERS, name, money) for name in spent}
    hints["coaching_done"] = "Coaching of all reps of the team together. Unit: hours / week."
    labels = {name: MANAGERS[name].label.partition(",")[0] for name in _HOURS}
    given = [(labels[name], spent[name], colour, hints[name]) for name, colour in _HOURS.items()]
    rest = ("Not used", left, "#E3E7EB", "Hours of the week that no use has asked for. Unit: hours / week.")
    return uses([*given, rest])


def _potential(state: State, row: int, money: str) -> Line:
    manager, unit = state.managers[row], MANAGERS["belief"].unit
    hint = f"At the last quarter's end. {MANAGERS['belief'].doc} Is: {hint_of(MANAGERS, 'truth', money)}"
    return belief("Potential of the team", float(manager.belief), float(manager.truth), unit, hint)


def _manager_says(state: State, row: int) -> list[Line]:
    """Cause of the last miss and whether the quota was met, as told and as it is."""
    manager = state.managers[row]
    heard, met = ("yes" if true else "no" for true in (manager.heard_met == 1, _has_met(state)[row]))
    hint = f"{MANAGERS['heard_met'].doc} Is: bookings over quota within the tolerance. Unit: yes or no."
    reports = [report("Last quota met, as told upward", heard, met, hint)]
    if manager.level == 1:
        named, true = (CAUSES[Cause(int(cause))] for cause in (manager.named_cause, manager.true_cause))
        hint = f"{MANAGERS['named_cause'].doc} Is: {MANAGERS['true_cause'].doc} Unit: one of five causes."
        reports.append(report("Cause of the last miss", named, true, hint))
    return reports


def _leader_hears(state: State) -> list[Line]:
    """What the leader hears of all teams, and what is."""
    front = state.managers["level"] == 1
    teams, met = int(front.sum()), _has_met(state)
    missed = front & (state.managers["true_cause"] != Cause.NONE)
    right = int((missed & (state.managers["named_cause"] == state.managers["true_cause"])).sum())
    week = int(state.clock["week"][0])
    last = state.weekly[max(0, week - WEEKS_PER_QUARTER) + 1 : week + 1]
    losses = float(last["losses_known"].sum()) or np.nan
    return [
        report(
            "Teams that met their quota", f"{int(state.managers['heard_met'][front].sum())} of {teams}",
            f"{int(met[front].sum())} of {teams}",
            f"{MANAGERS['heard_met'].doc} Is: bookings over quota within the tolerance. Unit: teams.",
        ),
        report(
            "Misses put down rightly", f"{int(missed.sum())} of {int(missed.sum())}", f"{right} of {int(missed.sum())}",
            "Causes of the last misses: the leader takes each for the true one. Is: those that are. Unit: teams.",
        ),
        belief(
            "Losses not our fault", float(last["external_reported"].sum()) / losses,
            float(last["external_true"].sum()) / losses, "share",
            f"Last 13 weeks. {WEEKLY['external_reported'].doc} Is: {WEEKLY['external_true'].doc} "
            "Unit: share of losses with a reason.",
        ),
    ]  # fmt: skip


def _has_met(state: State) -> Rows:
    """Whether each team has met its last quota. [managers]."""
    met: Rows = state.managers["attainment"] >= 1.0 - state.p["management_miss_tolerance"][0]
    return met


def _team_trust(state: State, seats: Rows) -> Line:
    filled = seats[state.reps["active"][seats] == 1]
    trust = float(state.reps["rep_trust"][filled].mean()) if len(filled) else np.nan
    hint = f"Mean over the filled seats below. {REPS['rep_trust'].doc} Unit: share."
    return fact("Trust of the reps", trust, "share", hint, full=1.0)


def _response(state: State, row: int) -> Line:
    text, hint = RESPONSES[Response(int(state.managers["response_made"][row]))], MANAGERS["response_made"].doc
    return {"label": "Answer", "text": text, "size": None, "hint": f"{hint} Unit: one of five."}


def _responses(state: State) -> list[Line]:
    """How many teams answered their last miss in each way."""
    missed = (state.managers["level"] == 1) & (state.managers["named_cause"] != Cause.NONE)
    made = np.bincount(state.managers["response_made"][missed], minlength=len(RESPONSES))
    hint = f"{MANAGERS['response_made'].doc} Unit: teams."
    return [fact(text.capitalize(), float(made[code]), "teams", hint) for code, text in RESPONSES.items()]


def _people(state: State, scenario: Scenario, row: int) -> list[Line]:
    """The own manager, and who reports directly."""
    names = names_of(state, scenario)
    boss = int(state.managers["boss"][row])
    people = []
    if boss != row:
        key = manager_key(state, boss)
        people.append(person(key, names[boss], key.partition(":")[0]))
    if state.managers["level"][row] == 1:
        called = rep_names(scenario, len(state.reps))
        for seat in _seats(state, row).tolist():
            rep = state.reps[seat]
            text = f"trust {text_of(float(rep.rep_trust), 'share')}" if rep.active else "vacant"
            people.append(person(f"rep:{seat}", called[seat], text))
    else:
        for report_row in np.flatnonzero(state.managers["boss"] == row).tolist():
            if report_row != row:
                attained = text_of(float(state.managers["attainment"][report_row]), "share")
                people.append(person(f"manager:{report_row}", names[report_row], f"attainment {attained}"))
    return people
