"""The territory: how many needs its accounts can have."""

from agents.buyer.needs import attraction_of, bass_hazard, lifted_hazard
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
    rep.most_needs = natural + rep.marketing_rate + rep.prospecting_rate * pull + rep.telesales_rate * pull
