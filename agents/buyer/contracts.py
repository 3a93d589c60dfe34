"""Contracts: what the buyer gets for an order, and what is renewed."""

import math

from agents.buyer.record import NEVER
from agents.machinery.chance import DECISION, draw
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@rule(agent="buyer")
def go_through_contracts(s: State, b: int) -> None:
    """When it is due: deliver what is ordered, renew what has run for a year, and see when to look again."""
    week = s.clock[0].week
    if week < s.due[b]:
        return
    n_lines = len(s.lines)
    due = NEVER
    result = 0.0
    installed = 0.0
    waiting = 0.0
    lines = 0
    for k in range(b * n_lines, (b + 1) * n_lines):
        deliver(s, k)
        slot = s.slots[k]
        if slot.installed_value > 0.0 and week >= slot.renewal:
            renew(s, b, k)
        waiting += slot.backlog
        if slot.installed_value > 0.0:
            lines += 1
            due = min(due, slot.renewal)
            installed += slot.installed_value
            result += slot.installed_value * slot.promise
    s.customer_lines[b] = lines
    s.installed_value[b] = installed
    if lines > 0:
        s.promise[b] = result / installed
    s.due[b] = week + 1 if waiting > 0.0 else due


@helper
def deliver(s: State, k: int) -> None:
    """Work off the backlog: at once without a delivery limit, else an even part each week from the week after signing.

    With delay = backlog / capacity in use, what all orders together are worked off by is that capacity.
    """
    slot = s.slots[k]
    if slot.backlog <= 0.0:
        return
    p = s.p[0]
    week = s.clock[0].week
    share = slot.backlog
    if p.mechanisms_delivery > 0.0:
        signed = slot.ordered if slot.signed == week else 0.0
        share = max(0.0, slot.backlog - signed) / max(s.org[0].delivery_delay, 1.0)
        if slot.backlog < p.organization_delivery_rest * slot.ordered:
            share = slot.backlog
    if share <= 0.0:
        return
    if slot.installed_value <= 0.0:
        slot.renewal = week + 51
    slot.backlog -= share
    slot.installed_value += share


@helper
def renew(s: State, b: int, k: int) -> None:
    """Once a year the contract is renewed or lost; the odds fall with dissatisfaction and distrust."""
    p = s.p[0]
    rep = s.reps[s.buyers[b].seat]
    slot = s.slots[k]
    weight = p.buyers_churn_from_trust
    unhappy = (1.0 - weight) * (0.5 - s.satisfaction[b]) + weight * (0.5 - s.buyer_trust[b])
    hazard = p.buyers_churn_per_year * math.exp(p.buyers_churn_sensitivity * unhappy) * p.mechanisms_churn
    if draw(s, DECISION.CHURN, k) < 1.0 - math.exp(-hazard):
        rep.churned += slot.installed_value
        slot.installed_value = 0.0
    else:
        rep.renewed += slot.installed_value
        slot.renewal += 52
