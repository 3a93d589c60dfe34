"""Money: the week is added up, costs are booked, budgets follow."""

from agents.machinery.formulas import clip, toward
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@rule(agent="organization")
def add_up_week(s: State, row: int) -> None:
    """Add up what territories ordered, renewed and cancelled this week, and where relationships stand."""
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
    for i in range(len(s.reps)):
        rep = s.reps[i]
        org.booked += rep.booked
        org.renewed += rep.renewed
        org.churned += rep.churned
        customers += rep.customers_seen
        recurring += rep.recurring
        trust += rep.trust_of_accounts
        intimacy += rep.intimacy_of_accounts
        satisfaction += rep.satisfaction_of_customers
        results += rep.results
    accounts = max(float(len(s.buyers)), 1.0)
    org.recurring = recurring
    org.customer_share = customers / accounts
    org.buyer_trust = trust / accounts
    org.intimacy = intimacy / accounts
    org.satisfaction = satisfaction / max(customers, 1.0)
    org.results = results
    book_week(s, row)


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
    p = s.p[0]
    return min(p.organization_start_up_limit_weeks, p.organization_start_up_cycles * p.market_cycle_weeks)


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
    asked *= p.mechanisms_training
    if asked > 0.0:
        org.training_afforded = clip(p.training_budget_share * org.revenue_rate / asked, 0.0, 1.0)
