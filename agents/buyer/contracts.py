"""Contracts: what the buyer gets for an order, what that does to satisfaction, and what is renewed."""

import math

from agents.machinery.chance import DECISION, draw
from agents.machinery.codes import OUTCOME, STATUS
from agents.machinery.formulas import clip, toward
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@rule(agent="buyer")
def receive_results(s: State, b: int) -> None:
    """Orders are delivered and contracts renewed or lost when that is due; results are felt every week."""
    buyer = s.buyers[b]
    if s.clock[0].week >= buyer.due:
        go_through_contracts(s, b)
    if buyer.customer_lines > 0:
        realise(s, b)


@helper
def go_through_contracts(s: State, b: int) -> None:
    """Deliver what is ordered, renew what has run for a year, and see when to look again."""
    n_lines = len(s.lines)
    buyer = s.buyers[b]
    week = s.clock[0].week
    due = week + 52
    result = 0.0
    installed = 0.0
    waiting = 0.0
    lines = 0
    for line in range(n_lines):
        o = b * n_lines + line
        deliver(s, o)
        opp = s.opportunities[o]
        if opp.installed_value > 0.0 and week >= opp.renewal:
            renew(s, b, o)
        waiting += opp.backlog
        if opp.installed_value > 0.0:
            lines += 1
            due = min(due, opp.renewal)
            installed += opp.installed_value
            result += opp.installed_value * opp.promise
    buyer.customer_lines = lines
    buyer.under_contract = 1 if lines > 0 or waiting > 0.0 or buyer.churned > 0.0 else 0
    buyer.installed_value = installed
    if lines > 0:
        buyer.promise = result / installed
    # Where the last contract was lost, the account stays awake for a week, in which the loss is cleared.
    buyer.due = week + 1 if waiting > 0.0 or buyer.churned > 0.0 else due


@helper
def deliver(s: State, o: int) -> None:
    """Work off the backlog: at once without a delivery limit, else an even part each week from the week after signing.

    With delay = backlog / capacity in use, what all orders together are worked off by is that capacity.
    """
    opp = s.opportunities[o]
    if opp.backlog <= 0.0:
        return
    p = s.p[0]
    share = opp.backlog
    if p.mechanisms_delivery > 0.0:
        signed = opp.amount if opp.status == STATUS.CLOSED and opp.outcome == OUTCOME.WON else 0.0
        share = max(0.0, opp.backlog - signed) / max(s.org[0].delivery_delay, 1.0)
        if opp.backlog < p.organization_delivery_rest * opp.amount:
            share = opp.backlog
    if share <= 0.0:
        return
    if opp.installed_value <= 0.0:
        opp.renewal = s.clock[0].week + 51
    opp.backlog -= share
    opp.installed_value += share


@helper
def realise(s: State, b: int) -> None:
    """Satisfaction moves towards the result: what was promised and kept, times the rep's follow-through."""
    p = s.p[0]
    buyer = s.buyers[b]
    follow_through = s.reps[buyer.seat].follow_through
    late = 1.0 / (1.0 + p.organization_delay_dissatisfaction * s.org[0].delivery_delay * p.mechanisms_delivery)
    target = buyer.promise * p.buyers_result_scale
    target *= 1.0 - p.buyers_follow_through_weight * (1.0 - follow_through)
    target *= late
    buyer.satisfaction = toward(buyer.satisfaction, clip(target, 0.0, 1.0), 1.0 / p.buyers_delivery_weeks)


@helper
def renew(s: State, b: int, o: int) -> None:
    """Once a year the contract is renewed or lost; the odds fall with dissatisfaction and distrust."""
    p = s.p[0]
    buyer = s.buyers[b]
    opp = s.opportunities[o]
    weight = p.buyers_churn_from_trust
    unhappy = (1.0 - weight) * (0.5 - buyer.satisfaction) + weight * (0.5 - buyer.buyer_trust)
    hazard = p.buyers_churn_per_year * math.exp(p.buyers_churn_sensitivity * unhappy) * p.mechanisms_churn
    buyer.moved = 1
    if draw(s, DECISION.CHURN, o) < 1.0 - math.exp(-hazard):
        buyer.churned += opp.installed_value
        opp.installed_value = 0.0
    else:
        buyer.renewed += opp.installed_value
        opp.renewal += 52
