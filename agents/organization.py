"""The organization as a whole: playbook, focus, vision, targets, head-count, delivery and money."""

import math

from agents.chance import DECISION, uniform
from agents.formulas import clip, toward
from agents.record import Field, Record
from agents.rule import helper, rule
from agents.state_type import State

ORGANIZATION = Record(
    "org",
    "What is common to the whole organization",
    [
        Field("playbook", "f8", "share", "Quality of the playbook.", low=0.0, high=1.0, start=0.5),
        Field(
            "star_practice",
            "f8",
            "share",
            "What the best reps do, as far as it can be put into words.",
            low=0.0,
            high=1.0,
        ),
        Field("icp_clarity", "f8", "share", "Clarity of the ideal customer profile.", low=0.0, high=1.0),
        Field("vision_credibility", "f8", "share", "How far the vision is believed.", low=0.0, high=1.0, start=0.6),
        Field("target_year", "f8", "currency / year", "Target of this year.", low=0.0, high=1e13),
        Field("booked_year", "f8", "currency", "Booked this year so far.", low=0.0, high=1e13),
        Field("booked_last_year", "f8", "currency", "Booked last year.", low=0.0, high=1e13),
        Field("booked_year_before", "f8", "currency", "Booked the year before.", low=0.0, high=1e13),
        Field("belief_total", "f8", "currency / quarter", "Believed potential of all teams.", low=0.0, high=1e13),
        Field("attainment", "f8", "ratio", "Bookings over quota of the last quarter.", low=0.0, high=1e6, start=1.0),
        Field("n_active", "i8", "reps", "Filled seats."),
        Field("n_planned", "i8", "reps", "Planned seats."),
        Field("reps_growth", "f8", "reps", "Fractional head-count still to be planned.", low=-1e6, high=1e6),
        Field("n_specialists", "i8", "specialists", "Specialists employed."),
        Field("most_referral", "f8", "ratio", "Greatest lift of needs from neighbours.", low=0.0, high=10.0),
        Field("buyer_trust", "f8", "share", "Mean trust of accounts in the seller.", low=0.0, high=1.0),
        Field("intimacy", "f8", "share", "How well accounts are known, on average.", low=0.0, high=1.0),
        Field("satisfaction", "f8", "share", "Mean satisfaction of customers.", low=0.0, high=1.0),
        Field("results", "f8", "currency / year", "Installed value times satisfaction.", low=0.0, high=1e13),
        Field("customer_share", "f8", "share", "Share of accounts with something installed.", low=0.0, high=1.0),
        Field(
            "revenue_rate",
            "f8",
            "currency / week",
            "Smoothed gross margin on what was earned: deliveries (orders, where they are instant) and renewals.",
            low=0.0,
            high=1e12,
        ),
        Field(
            "training_afforded",
            "f8",
            "share",
            "Part of the planned training and coaching the budget allows.",
            low=0.0,
            high=1.0,
            start=1.0,
        ),
        Field("backlog", "f8", "currency", "Ordered and not yet delivered.", low=0.0, high=1e13),
        Field("delivered", "f8", "currency", "Delivered this week, where delivery is limited.", low=0.0, high=1e13),
        Field("delivery_capacity", "f8", "currency / week", "Delivery capacity.", low=0.0, high=1e12),
        Field("delivery_delay", "f8", "weeks", "Backlog over capacity.", low=0.0, high=1e4),
        Field("delay_seen_by_company", "f8", "weeks", "Delay as the company knows it.", low=0.0, high=1e4),
        Field("delay_seen_by_market", "f8", "weeks", "Delay as buyers know it.", low=0.0, high=1e4),
        Field("booked", "f8", "currency", "Booked this week.", low=0.0, high=1e12),
        Field("renewed", "f8", "currency", "Renewed this week.", low=0.0, high=1e12),
        Field("churned", "f8", "currency", "Lost at renewal this week.", low=0.0, high=1e12),
        Field("recurring", "f8", "currency / year", "Recurring revenue.", low=0.0, high=1e13),
        Field("one_off_cost", "f8", "currency", "Hiring of specialists, booked this week.", low=0.0, high=1e12),
        Field("cost", "f8", "currency", "All sales cost of the week.", low=0.0, high=1e12),
    ],
)

LINES = Record(
    "lines",
    "Product line",
    [
        Field("share", "f8", "share", "Share of needs.", low=0.0, high=1.0),
        Field("price", "f8", "currency", "Mean amount of a deal of an account of usual size.", low=0.0, high=1e12),
        Field("amount_sd", "f8", "log-sd", "Spread of amounts at one account.", low=0.0, high=3.0),
        Field("readiness", "f8", "share", "How ready the line and its buyers are.", low=0.0, high=1.0, start=1.0),
    ],
)


@rule(agent="organization")
def add_up_week(s: State, row: int) -> None:
    """Add up what accounts ordered, renewed and cancelled this week, and where relationships stand."""
    org = s.org[row]
    org.booked = 0.0
    org.renewed = 0.0
    org.churned = 0.0
    recurring = 0.0
    customers = 0.0
    trust = 0.0
    intimacy = 0.0
    satisfaction = 0.0
    results = 0.0
    for b in range(len(s.buyers)):
        buyer = s.buyers[b]
        if buyer.moved != 0:
            add_orders(s, row, b)
        # Counted without a branch: which accounts are customers is as good as random, and a wrong guess costs more.
        customer = 1.0 if buyer.customer_lines > 0 else 0.0
        customers += customer
        recurring += buyer.installed_value
        trust += buyer.buyer_trust
        intimacy += buyer.intimacy
        satisfaction += customer * buyer.satisfaction
        results += buyer.installed_value * buyer.satisfaction
    accounts = max(float(len(s.buyers)), 1.0)
    org.recurring = recurring
    org.customer_share = customers / accounts
    org.buyer_trust = trust / accounts
    org.intimacy = intimacy / accounts
    org.satisfaction = satisfaction / max(customers, 1.0)
    org.results = results
    book_week(s, row)


@helper
def add_orders(s: State, row: int, b: int) -> None:
    """Add what one account ordered, renewed and cancelled."""
    org = s.org[row]
    buyer = s.buyers[b]
    org.booked += buyer.booked
    org.renewed += buyer.renewed
    org.churned += buyer.churned


@helper
def book_week(s: State, row: int) -> None:
    """Book the week's orders to the year, and smooth the margin they bring."""
    org = s.org[row]
    if s.clock[0].week >= start_up_weeks(s):
        org.booked_year += org.booked
    earned = org.delivered if s.p[0].mechanisms_delivery > 0.0 else org.booked
    margin = s.p[0].organization_gross_margin * (earned + org.renewed)
    org.revenue_rate = toward(org.revenue_rate, margin, s.p[0].organization_revenue_smoothing)


@helper
def start_up_weeks(s: State) -> float:
    """First weeks of the burn-in, in which no buying process can have ended yet. [weeks]."""
    return min(39.0, 1.3 * s.p[0].market_cycle_weeks)


@rule(agent="organization")
def book_costs(s: State, row: int) -> None:
    """Sales cost of the week: reps, specialists, managers, codification and programmes."""
    p = s.p[0]
    org = s.org[row]
    org.cost = org.one_off_cost + p.training_codification_hours_per_quarter / 13.0 * p.training_cost_per_hour
    org.one_off_cost = 0.0
    org.cost += p.operations_marketing_cost_per_lead * marketing_leads(s)
    for i in range(len(s.reps)):
        org.cost += s.reps[i].cost
    for j in range(len(s.specialists)):
        org.cost += s.specialists[j].cost
    for m in range(len(s.managers)):
        org.cost += s.managers[m].cost


@helper
def marketing_leads(s: State) -> float:
    """Marketing leads a week, all reps together. [leads / week]."""
    leads = 0.0
    for i in range(len(s.reps)):
        leads += s.reps[i].operations_marketing_leads_per_week * s.reps[i].active
    return leads * s.p[0].mechanisms_marketing


@rule(agent="organization")
def afford(s: State, row: int) -> None:
    """Where training is self-funded, only what its share of revenue pays for is carried out."""
    p = s.p[0]
    org = s.org[row]
    org.training_afforded = 1.0
    if p.mechanisms_self_funding == 0.0:
        return
    asked = 0.0
    for i in range(len(s.reps)):
        asked += s.reps[i].training_hours_per_quarter / 13.0 * p.training_cost_per_hour * s.reps[i].active
    if asked > 0.0:
        org.training_afforded = clip(p.training_budget_share * org.revenue_rate / asked, 0.0, 1.0)


@rule(agent="organization")
def keep_focus(s: State, row: int) -> None:
    """ICP clarity is worked towards its lever and drifts away as the market moves."""
    p = s.p[0]
    org = s.org[row]
    drift = p.strategy_icp_drift / 13.0 * p.mechanisms_icp_drift
    aim = toward(org.icp_clarity, p.strategy_icp_clarity, p.strategy_icp_learning_rate)
    org.icp_clarity = clip(aim - drift * aim, 0.0, 1.0)


@rule(agent="organization")
def codify(s: State, row: int) -> None:
    """The playbook takes in what the best reps do, as far as it is measured, and ages with the market."""
    p = s.p[0]
    org = s.org[row]
    org.star_practice = star_practice(s)
    effort = p.training_codification_hours_per_quarter / 13.0
    rate = p.training_codification_gain_per_hour * effort * p.operations_measurement_quality
    ageing = p.training_playbook_ageing / 52.0 * p.mechanisms_playbook_ageing
    gap = max(0.0, org.star_practice - org.playbook)
    org.playbook = clip(org.playbook + min(rate, 1.0) * gap - ageing * org.playbook, 0.0, 1.0)


@helper
def star_practice(s: State) -> float:
    """Practice of the top decile by bookings over territory potential, on the playbook's scale. [share].

    The mean capability of those whose yield is in the top tenth; gifts count as far as they can be
    described, so the scale saturates.
    """
    low = 0.0
    high = 20.0
    active = max(s.org[0].n_active, 1)
    for _ in range(12):
        middle = (low + high) / 2.0
        if reps_above(s, middle) * 10.0 > active:
            low = middle
        else:
            high = middle
    total = 0.0
    stars = 0.0
    for i in range(len(s.reps)):
        rep = s.reps[i]
        if rep.active == 1 and 13.0 * rep.expected >= low * rep.territory:
            stars += 1.0
            total += rep.capability_conversation
    return 1.0 - math.exp(-total / max(stars, 1.0) / s.p[0].training_star_scale)


@helper
def reps_above(s: State, bar: float) -> float:
    """Reps whose expected bookings exceed a multiple of their territory's potential. [reps]."""
    count = 0.0
    for i in range(len(s.reps)):
        rep = s.reps[i]
        if rep.active == 1 and 13.0 * rep.expected > bar * rep.territory:
            count += 1.0
    return count


@rule(agent="organization")
def staff(s: State, row: int) -> None:
    """Head-count plan: planned growth, or what the budget pays for; seats are filled in id order."""
    p = s.p[0]
    org = s.org[row]
    planned = 0
    active = 0
    for i in range(len(s.reps)):
        planned += s.reps[i].planned
        active += s.reps[i].active
    org.n_active = active
    growth = p.talent_headcount_growth_per_year / 52.0 * planned
    if p.mechanisms_self_funding > 0.0 and p.talent_budget_share > 0.0:
        cost_of_rep = p.talent_on_target_earnings * (1.0 + p.talent_pay_burden) / 52.0
        wanted = p.talent_budget_share * org.revenue_rate / cost_of_rep
        growth = (wanted - planned) / p.talent_headcount_adjustment_weeks
    org.reps_growth += growth
    org.n_planned = planned + change_seats(s, row)


@helper
def change_seats(s: State, row: int) -> int:
    """Open or close whole seats, and appoint whom the Poisson option hires. [seats opened less closed]."""
    org = s.org[row]
    planned = 0
    hires = poisson_hires(s)
    for i in range(len(s.reps)):
        rep = s.reps[i]
        rep.appointed = 0
        if rep.planned == 0 and rep.idle == 0 and org.reps_growth >= 1.0:
            rep.planned = 1
            planned += 1
            org.reps_growth -= 1.0
        if rep.active == 0 and rep.idle == 0 and hires > 0:
            rep.planned = 1
            rep.appointed = 1
            hires -= 1
    for back in range(len(s.reps)):
        rep = s.reps[len(s.reps) - 1 - back]
        if rep.planned == 1 and org.reps_growth <= -1.0:
            rep.planned = 0
            planned -= 1
            org.reps_growth += 1.0
    org.reps_growth = min(org.reps_growth, 1.0)
    return planned


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
    s.kinds[0].count = int(p.structure_product_specialists) + s.kinds[0].added
    s.kinds[1].count = int(p.structure_industry_specialists) + s.kinds[1].added
    s.kinds[2].count = int(p.structure_installed_base_specialists) + s.kinds[2].added
    s.kinds[3].count = int(p.structure_telesales_specialists) + s.kinds[3].added
    s.kinds[0].expertise = p.structure_product_expertise
    s.kinds[1].expertise = p.structure_industry_expertise
    s.kinds[2].expertise = p.structure_installed_base_expertise
    s.kinds[3].expertise = p.structure_telesales_expertise
    seats = len(s.specialists) // len(s.kinds)
    total = 0
    for kind in range(len(s.kinds)):
        s.kinds[kind].count = max(0, min(s.kinds[kind].count, seats))
        total += s.kinds[kind].count
    paid = overlays_afforded(s, total)
    s.org[row].n_specialists = 0
    for kind in range(len(s.kinds)):
        s.kinds[kind].count = int(s.kinds[kind].count * paid)
        s.org[row].n_specialists += s.kinds[kind].count


@helper
def overlays_afforded(s: State, asked: int) -> float:
    """Part of the specialists asked for whose pay their share of gross margin covers. [share]."""
    p = s.p[0]
    if p.mechanisms_self_funding == 0.0 or asked == 0:
        return 1.0
    budget = p.structure_overlay_budget_share * s.org[0].revenue_rate
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


@rule(agent="organization")
def review_quarter(s: State, row: int) -> None:
    """The leader's quarter: attainment, and whether the vision is believed."""
    p = s.p[0]
    org = s.org[row]
    booked = 0.0
    quota = 0.0
    for i in range(len(s.reps)):
        booked += s.reps[i].booked_quarter
        quota += s.reps[i].quota
    org.attainment = booked / quota if quota > 0.0 else 0.0
    met = clip((org.attainment * (1.0 + p.strategy_over_assignment) - p.strategy_credibility_start) / 0.5, 0.0, 1.0)
    org.vision_credibility = toward(org.vision_credibility, met, p.strategy_credibility_rate)


@rule(agent="organization")
def set_year_target(s: State, row: int) -> None:
    """Target = (last + ratchet x max(0, last - the year before)) x (1 + stretch)."""
    p = s.p[0]
    org = s.org[row]
    last = org.booked_year
    if s.clock[0].week <= 52:
        last *= 52.0 / (52.0 - start_up_weeks(s))
    before = org.booked_last_year if org.booked_last_year > 0.0 else last
    growth = max(0.0, last - before) * p.mechanisms_ratchet
    org.target_year = (last + p.strategy_ratchet * growth) * (1.0 + p.strategy_stretch)
    org.booked_year_before = before
    org.booked_last_year = last
    org.booked_year = 0.0
    org.belief_total = 0.0
    for m in range(len(s.managers)):
        if s.managers[m].level == 1:
            org.belief_total += s.managers[m].belief
