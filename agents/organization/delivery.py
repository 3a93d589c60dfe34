"""Delivery capacity and its backlog."""

from agents.machinery.formulas import capacity_in_use, toward
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@helper
def usual_bookings(s: State) -> float:
    """What the filled territories usually bring. [currency / week]."""
    total = 0.0
    for i in range(len(s.reps)):
        total += s.reps[i].territory * s.reps[i].active
    return total / 13.0


@helper
def orders_signed(s: State) -> float:
    """Orders of this week. [currency]."""
    total = 0.0
    for i in range(len(s.reps)):
        total += s.reps[i].booked
    return total


@rule(agent="organization")
def run_delivery(s: State, row: int) -> None:
    """The backlog, the delay it causes, and how the delay becomes known and capacity follows."""
    p = s.p[0]
    org = s.org[row]
    if p.mechanisms_delivery == 0.0:
        return
    before = org.backlog
    org.backlog = waiting_orders(s)
    org.delivered = max(0.0, before + orders_signed(s) - org.backlog)
    if org.delivery_capacity <= 0.0:
        org.delivery_capacity = max(p.organization_delivery_capacity * usual_bookings(s), 1.0)
    in_use = org.delivery_capacity
    if p.mechanisms_partial_capacity > 0.0:
        in_use *= capacity_in_use(org.backlog / org.delivery_capacity)
    org.delivery_delay = max(p.organization_minimum_delivery_weeks, org.backlog / max(in_use, 1.0))
    org.delay_seen_by_company = toward(
        org.delay_seen_by_company, org.delivery_delay, 1.0 / p.organization_company_notices_weeks
    )
    org.delay_seen_by_market = toward(
        org.delay_seen_by_market, org.delay_seen_by_company, 1.0 / p.organization_market_notices_weeks
    )
    if p.mechanisms_capacity_expansion == 0.0:
        return
    wanted = org.backlog / p.organization_delivery_goal_weeks
    org.delivery_capacity = max(toward(org.delivery_capacity, wanted, 1.0 / p.organization_capacity_delay_weeks), 1.0)


@helper
def waiting_orders(s: State) -> float:
    """What is ordered and not yet delivered, at accounts whose contracts are looked at again next week. [currency]."""
    n_lines = len(s.lines)
    backlog = 0.0
    for b in range(len(s.buyers)):
        if s.due[b] <= s.clock[0].week + 1:
            for k in range(b * n_lines, (b + 1) * n_lines):
                backlog += s.slots[k].backlog
    return backlog
