"""Head-count: seats of reps, places of specialists, and what managers ask for."""

import math

from agents.machinery.chance import DECISION, uniform
from agents.machinery.codes import KIND
from agents.machinery.formulas import clip, seats_due, whole_seats, with_burden
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@rule(agent="organization")
def staff(s: State, row: int) -> None:
    """Head-count plan: planned growth, or what the budget pays for; seats are filled in id order."""
    p = s.p[0]
    org = s.org[row]
    planned = 0
    active = 0
    idle = 0
    for i in range(len(s.reps)):
        planned += s.reps[i].planned
        active += s.reps[i].active
        idle += s.reps[i].idle
    org.n_active = active
    growth = seats_due(p.talent_headcount_growth_per_year, planned)
    if p.mechanisms_self_funding > 0.0 and p.talent_budget_share > 0.0:
        cost_of_rep = with_burden(p.talent_on_target_earnings, p.talent_pay_burden) / 52.0
        wanted = budget_for_reps(s) / cost_of_rep
        growth = (wanted - planned) / p.talent_headcount_adjustment_weeks
    org.reps_growth += growth
    change = whole_seats(org.reps_growth, planned, len(s.reps) - idle)
    change_seats(s, change)
    org.reps_growth = min(org.reps_growth - change, 1.0)
    org.n_planned = planned + change


@helper
def budget_for_reps(s: State) -> float:
    """Gross margin for reps; with one budget for selling, less what overlays take beyond theirs. [currency / week]."""
    p = s.p[0]
    margin = s.org[0].revenue_rate
    left = p.structure_overlay_budget_share * margin - s.org[0].n_specialists * p.structure_specialist_cost / 52.0
    return max(0.0, p.talent_budget_share * margin + left * p.mechanisms_one_budget)


@helper
def change_seats(s: State, change: int) -> None:
    """Open or, where negative, close this many seats, and appoint whom the Poisson option hires."""
    opening = change
    closing = -change
    hires = poisson_hires(s)
    for i in range(len(s.reps)):
        rep = s.reps[i]
        rep.appointed = 0
        if rep.planned == 0 and rep.idle == 0 and opening > 0:
            rep.planned = 1
            opening -= 1
        if rep.active == 0 and rep.idle == 0 and hires > 0:
            rep.planned = 1
            rep.appointed = 1
            hires -= 1
    for back in range(len(s.reps)):
        rep = s.reps[len(s.reps) - 1 - back]
        if rep.planned == 1 and closing > 0:
            rep.planned = 0
            closing -= 1


@helper
def poisson_hires(s: State) -> int:
    """Hires of the week in the Poisson option, by counting exponential gaps. [reps]."""
    p = s.p[0]
    clock = s.clock[0]
    if p.mechanisms_poisson_hiring == 0.0:
        return 0
    hires = 0
    time = -math.log(uniform(clock.seed, DECISION.POISSON, 0, clock.week))
    while time < p.talent_hires_per_week:
        hires += 1
        time -= math.log(uniform(clock.seed, DECISION.POISSON, hires, clock.week))
    return hires


@rule(agent="organization")
def employ_specialists(s: State, row: int) -> None:
    """Specialists employed by kind: what the structure plans plus what misses have added, as far as it is paid for."""
    p = s.p[0]
    s.kinds[KIND.PRODUCT].count = int(p.structure_product_specialists) + s.kinds[KIND.PRODUCT].added
    s.kinds[KIND.INDUSTRY].count = int(p.structure_industry_specialists) + s.kinds[KIND.INDUSTRY].added
    s.kinds[KIND.INSTALLED_BASE].count = (
        int(p.structure_installed_base_specialists) + s.kinds[KIND.INSTALLED_BASE].added
    )
    s.kinds[KIND.TELESALES].count = int(p.structure_telesales_specialists) + s.kinds[KIND.TELESALES].added
    s.kinds[KIND.PRODUCT].expertise = p.structure_product_expertise
    s.kinds[KIND.INDUSTRY].expertise = p.structure_industry_expertise
    s.kinds[KIND.INSTALLED_BASE].expertise = p.structure_installed_base_expertise
    s.kinds[KIND.TELESALES].expertise = p.structure_telesales_expertise
    seats = len(s.specialists) // len(s.kinds)
    total = 0
    for kind in range(len(s.kinds)):
        s.kinds[kind].count = max(0, min(s.kinds[kind].count, seats))
        total += s.kinds[kind].count
    paid = overlays_afforded(s, total)
    s.org[row].n_specialists = 0
    s.org[row].kinds_employed = 0
    for kind in range(len(s.kinds)):
        s.kinds[kind].count = int(s.kinds[kind].count * paid)
        s.org[row].n_specialists += s.kinds[kind].count
        if s.kinds[kind].count > 0:
            s.org[row].kinds_employed |= 1 << kind


@helper
def overlays_afforded(s: State, asked: int) -> float:
    """Part of the specialists asked for whose pay gross margin covers: its share for overlays. [share].

    With one budget for selling, its share for reps too.
    """
    p = s.p[0]
    if p.mechanisms_self_funding == 0.0 or asked == 0:
        return 1.0
    part = p.structure_overlay_budget_share + p.talent_budget_share * p.mechanisms_one_budget
    budget = part * s.org[0].revenue_rate
    return clip(budget / (asked * p.structure_specialist_cost / 52.0), 0.0, 1.0)


@rule(agent="organization")
def answer_requests(s: State, row: int) -> None:
    """Overlays and focus managers asked for after a miss; overlays are let go only where that is the policy."""
    p = s.p[0]
    org = s.org[row]
    ceiling = p.structure_overlay_ceiling * max(org.n_active, 1)
    for kind in range(len(s.kinds)):
        s.kinds[kind].added -= int(s.kinds[kind].added * p.management_overlay_release_share)
    total = org.n_specialists
    focus = 0.0
    for m in range(len(s.managers)):
        manager = s.managers[m]
        if manager.heard_met == 1:
            continue
        focus = max(focus, manager.icp_request)
        if manager.overlay_request > 0.0 and total + manager.overlay_request <= ceiling:
            s.kinds[manager.overlay_kind].added += int(manager.overlay_request)
            total += int(manager.overlay_request)
            org.one_off_cost += p.structure_specialist_hiring_cost * manager.overlay_request
    org.icp_clarity = clip(org.icp_clarity + focus * (1.0 - org.icp_clarity), 0.0, 1.0)
