"""The territory: the most needs its accounts can have, and what they add up to."""

from agents.buyer.needs import attraction_of, bass_hazard, lifted_hazard, season
from agents.machinery.rule import rule
from agents.machinery.state import State


@rule(agent="rep")
def bound_needs(s: State, i: int) -> None:
    """The most needs an account of the territory can have this week: the best fit, satisfaction and neighbours."""
    rep = s.reps[i]
    natural = lifted_hazard(s, i, s.org[0].most_referral, 1.0)
    if s.p[0].mechanisms_bass_needs > 0.0:
        natural = bass_hazard(s)
    pull = attraction_of(s, 1.0)
    usual = natural + rep.marketing_rate + rep.prospecting_rate * pull + rep.telesales_rate * pull
    rep.most_needs = usual * season(s)


@rule(agent="rep", any_order=True)
def add_up_territory(s: State, i: int) -> None:
    """How many accounts are customers, what is installed, and where relationships stand."""
    rep = s.reps[i]
    end = rep.first_account + rep.n_accounts
    lines = s.customer_lines[rep.first_account : end]
    installed = s.installed_value[rep.first_account : end]
    satisfaction = s.satisfaction[rep.first_account : end]
    trust = s.buyer_trust[rep.first_account : end]
    intimacy = s.intimacy[rep.first_account : end]
    customers = 0
    recurring = 0.0
    results = 0.0
    trusted = 0.0
    known = 0.0
    satisfied = 0.0
    for k in range(rep.n_accounts):
        customers += 1 if lines[k] > 0 else 0
        recurring += installed[k]
        results += installed[k] * satisfaction[k]
        trusted += trust[k]
        known += intimacy[k]
        satisfied += satisfaction[k] if lines[k] > 0 else 0.0
    rep.customers_seen = customers
    rep.recurring = recurring
    rep.results = results
    rep.trust_of_accounts = trusted
    rep.intimacy_of_accounts = known
    rep.satisfaction_of_customers = satisfied
