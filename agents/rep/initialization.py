"""Who the first reps are. Drawn by key, so the same in every case."""

import math

from agents.machinery.chance import DECISION, trait, uniform
from agents.machinery.formulas import clip
from agents.machinery.rule import helper, rule
from agents.machinery.state import State
from agents.rep.career import arrive


@rule(agent="rep")
def take_seat(s: State, i: int) -> None:
    """A seat's territory has accounts of a potential; its first holder has gifts, method, tenure and a quota."""
    p = s.p[0]
    rep = s.reps[i]
    if rep.idle == 1:
        return
    if rep.potential <= 0.0:
        spread = p.market_territory_sd
        rep.potential = math.exp(spread * trait(s, DECISION.TERRITORY, i, 0) - spread * spread / 2.0)
        rep.potential *= thinned(s, i)
    accounts = rep.n_accounts / p.market_accounts_per_rep
    rep.territory = p.market_expected_bookings_per_rep_year / 4.0 * rep.potential * accounts
    rep.annual_quota = 4.0 * rep.territory
    rep.quota = rep.territory
    arrive(s, i)
    rep.holder = 1
    rep.holder_known = 1
    rep.good_fit = 1 if uniform(s.clock[0].seed, DECISION.GOOD_FIT, i, 1) < p.talent_good_fit_share else 0
    rep.tenure = int(
        -math.log(uniform(s.clock[0].seed, DECISION.TENURE, i, 0)) / max(p.talent_attrition_per_year, 0.1) * 52.0
    )
    rep.method_pipeline = starting_method(s, i, 1)
    rep.method_conversation = starting_method(s, i, 2)
    rep.method_driving = starting_method(s, i, 3)
    rep.method_growth = starting_method(s, i, 4)
    rep.honesty = p.motivation_honesty_floor + (1.0 - p.motivation_honesty_floor) * rep.rep_trust


@helper
def thinned(s: State, i: int) -> float:
    """Potential left for a seat opened late, against those the market is covered by. [ratio].

    All territories together are worth covered x (seats / covered) ** elasticity; this is what one more adds.
    """
    p = s.p[0]
    covered = p.market_covered_reps if p.market_covered_reps > 0 else p.structure_n_reps
    if i < covered:
        return 1.0
    elasticity = p.market_territory_elasticity
    return elasticity * ((i + 1.0) / covered) ** (elasticity - 1.0)


@helper
def starting_method(s: State, i: int, which: int) -> float:
    """Method of a first holder in one capability. [share]."""
    p = s.p[0]
    return clip(
        p.capabilities_starting_method + p.capabilities_method_spread * trait(s, DECISION.METHOD, i, which), 0.0, 1.0
    )
