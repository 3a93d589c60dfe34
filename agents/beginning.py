"""The first week: who accounts, reps and managers are. Everything is drawn by key, so it is the same in every case."""

import math

from agents.career import arrive
from agents.chance import DECISION, normal_at, uniform
from agents.formulas import clip
from agents.rule import helper, rule
from agents.state_type import State


@helper
def trait(s: State, decision: int, row: int, slot: int) -> float:
    """A standard normal trait of an agent or a place, the same in every week. [standard deviations]."""
    return normal_at(uniform(s.clock[0].seed, decision, row, slot))


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
    accounts = rep.n_accounts / p.market_accounts_per_rep
    rep.territory = p.market_expected_bookings_per_rep_year / 4.0 * rep.potential * accounts
    rep.annual_quota = 4.0 * rep.territory
    rep.quota = rep.territory
    arrive(s, i)
    rep.holder = 1
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
def starting_method(s: State, i: int, which: int) -> float:
    """Method of a first holder in one capability. [share]."""
    p = s.p[0]
    return clip(
        p.capabilities_starting_method + p.capabilities_method_spread * trait(s, DECISION.METHOD, i, which), 0.0, 1.0
    )


@rule(agent="buyer")
def settle_account(s: State, b: int) -> None:
    """Size, fit, complexity, buying group and neighbours of an account."""
    p = s.p[0]
    buyer = s.buyers[b]
    spread = p.market_account_size_sd
    buyer.account_size = s.reps[buyer.seat].potential * math.exp(
        spread * trait(s, DECISION.ACCOUNT_SIZE, b, 0) - spread * spread / 2.0
    )
    buyer.fit = clip(p.buyers_fit_mean + p.buyers_fit_spread * trait(s, DECISION.ACCOUNT_FIT, b, 0), 0.0, 1.0)
    buyer.complexity = clip(
        p.market_complexity + p.buyers_complexity_spread * trait(s, DECISION.ACCOUNT_COMPLEXITY, b, 0), 0.0, 1.0
    )
    group = p.market_group_size * math.exp(p.market_group_size_sd * trait(s, DECISION.ACCOUNT_GROUP, b, 0))
    buyer.group_size = clip(group, 1.0, 60.0)
    buyer.status_quo = clip(
        p.market_status_quo + p.buyers_status_quo_spread * trait(s, DECISION.ACCOUNT_STATUS_QUO, b, 0), -10.0, 10.0
    )
    buyer.buyer_trust = p.buyers_initial_trust
    buyer.intimacy = p.buyers_initial_intimacy
    buyer.holder = s.reps[buyer.seat].holder
    n_lines = len(s.lines)
    price = 0.0
    for line in range(n_lines):
        o = b * n_lines + line
        fit = buyer.fit + p.buyers_fit_line_spread * trait(s, DECISION.LINE_FIT, o, 0)
        s.opportunities[o].base_fit = clip(fit, 0.0, 1.0)
        price += s.lines[line].share * s.lines[line].price
        if uniform(s.clock[0].seed, DECISION.INSTALLED, o, 0) < p.market_initial_installed_share:
            install(s, b, o, line)
    buyer.potential = p.market_needs_per_account_year * price * buyer.account_size
    for k in range(s.neighbours.shape[1]):
        s.neighbours[b, k] = neighbour(s, b, k)


@helper
def install(s: State, b: int, o: int, line: int) -> None:
    """A line bought before the burn-in: installed at some week of its year, with the result its fit brings."""
    p = s.p[0]
    buyer = s.buyers[b]
    opp = s.opportunities[o]
    opp.installed_value = s.lines[line].price * buyer.account_size
    opp.promise = clip(opp.base_fit * s.lines[line].readiness, 0.0, 1.0)
    opp.renewal = 52 - int(52.0 * uniform(s.clock[0].seed, DECISION.INSTALLED, o, 1))
    buyer.customer_lines += 1
    buyer.installed_value += opp.installed_value
    buyer.satisfaction = clip(opp.promise * p.buyers_result_scale, 0.0, 1.0)
    buyer.under_contract = 1


@helper
def neighbour(s: State, b: int, k: int) -> int:
    """Row of the k-th account this one hears from: two near ones, the others anywhere. [row]."""
    n = len(s.buyers)
    if k == 0:
        return (b + 1) % n
    if k == 1:
        return (b + n - 1) % n
    return int(uniform(s.clock[0].seed, DECISION.NEIGHBOUR, b, k) * n)


@rule(agent="manager")
def take_office(s: State, m: int) -> None:
    """What a manager understands and believes on the first day."""
    p = s.p[0]
    manager = s.managers[m]
    manager.understanding = p.management_initial_understanding
    manager.prescriptiveness = p.management_initial_prescriptiveness
    manager.adoption = p.management_initial_adoption
    for k in range(manager.first_member, manager.first_member + manager.n_members):
        rep = s.reps[s.roster[k]]
        manager.belief += rep.territory * rep.active
        manager.truth += rep.territory * rep.active


@rule(agent="organization")
def found(s: State, row: int) -> None:
    """Playbook, focus and belief in the vision on the first day."""
    p = s.p[0]
    org = s.org[row]
    org.playbook = p.training_initial_playbook
    org.icp_clarity = p.strategy_icp_clarity
    org.vision_credibility = p.strategy_initial_credibility
    filled = 0
    for i in range(len(s.reps)):
        filled += s.reps[i].active
    org.n_active = filled
    org.n_planned = filled
