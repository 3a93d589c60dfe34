"""Needs: when one arises, what it is, and what neighbours pass on."""

import math

from agents.machinery.chance import DECISION, draw, draw_normal, uniform
from agents.machinery.clock import QUARTERS_PER_YEAR, WEEKS_PER_QUARTER
from agents.machinery.codes import ORIGIN, PURSUIT, STATUS
from agents.machinery.formulas import clip, orders_kept
from agents.machinery.rule import helper, rule
from agents.machinery.state import State
from agents.machinery.walk import first_place, territory_of


@helper
def need_hazard(s: State, b: int) -> float:
    """Natural hazard of a need at an account, all lines together. [needs / week].

    Base rate x demand x (1 + referral) x (1 + cross-sell lift of a satisfied customer).
    In the idealised Bass option the hazard is p + q F with F the share of customers.
    """
    p = s.p[0]
    buyer = s.buyers[b]
    customer = s.customer_lines[b] > 0
    if p.mechanisms_bass_needs > 0.0:
        return 0.0 if customer else bass_hazard(s)
    return lifted_hazard(s, buyer.seat, buyer.referral, s.satisfaction[b] if customer else 0.0)


@helper
def bass_hazard(s: State) -> float:
    """Hazard of a first need in the Bass option. [needs / week]."""
    p = s.p[0]
    return (p.market_bass_innovation + p.market_bass_imitation * s.org[0].customer_share) / 52.0


@helper
def lifted_hazard(s: State, seat: int, referral: float, satisfaction: float) -> float:
    """Natural hazard at an account with this lift from neighbours and this satisfaction, 0 for none. [needs / week]."""
    p = s.p[0]
    rate = p.market_needs_per_account_year / 52.0 * p.market_demand * (1.0 + p.mechanisms_referral * referral)
    if p.mechanisms_delay_deters_needs > 0.0:
        rate *= orders_kept(s.org[0].delay_seen_by_market)
    return rate * (1.0 + cross_sell_lift(s, seat, satisfaction))


@helper
def season(s: State) -> float:
    """Needs in this quarter of the year over those of the mean quarter, whatever finds them. [ratio]."""
    p = s.p[0]
    if p.mechanisms_season == 0.0:
        return 1.0
    quarter = (s.clock[0].week - 1) // WEEKS_PER_QUARTER % QUARTERS_PER_YEAR
    if quarter == 0:
        return p.market_first_quarter_needs
    if quarter == 1:
        return p.market_second_quarter_needs
    if quarter == 2:
        return p.market_third_quarter_needs
    return p.market_fourth_quarter_needs


@helper
def cross_sell_lift(s: State, seat: int, satisfaction: float) -> float:
    """Extra needs of a satisfied customer whose rep tends the account. [ratio]."""
    p = s.p[0]
    if p.mechanisms_cross_sell == 0.0:
        return 0.0
    rep = s.reps[seat]
    tended = rep.account_care * rep.capability_growth
    return p.buyers_cross_sell_lift * satisfaction * tended


@helper
def attraction(s: State, b: int) -> float:
    """How much likelier outreach falls on this account than on the average one. [ratio]."""
    return attraction_of(s, s.buyers[b].fit)


@helper
def attraction_of(s: State, fit: float) -> float:
    """A clear ideal customer profile steers outreach to accounts that fit. [ratio]."""
    p = s.p[0]
    steer = s.org[0].icp_clarity * p.strategy_icp_steering * (fit - p.buyers_fit_mean)
    return max(0.1, 1.0 + steer)


ROOM = 1.35
"""How far rates may rise before a quarter is foreseen anew. [ratio]. Assumed; it changes no need, only speed."""


@rule(agent="buyer", each="territory")
def foresee_needs(s: State, i: int) -> None:
    """As a quarter begins, and where rates outgrow what was foreseen: the weeks in which luck allows a need.

    An account's luck of a week decides whether it has a need, and most weeks it can have none at these rates. Of needs
    in a territory that nobody has, nor is to have, nobody hears.
    """
    clock = s.clock[0]
    rep = s.reps[i]
    if clock.week_of_quarter > 1 and rep.most_needs <= rep.foreseen:
        return
    rep.foreseen = ROOM * rep.most_needs
    if rep.planned == 0 and rep.active == 0:
        rep.foreseen = 0.0
        for b in territory_of(s, i):
            s.need_weeks[b] = 0
        return
    first_week = clock.week - clock.week_of_quarter + 1
    for b in territory_of(s, i):
        weeks = 0
        for k in range(WEEKS_PER_QUARTER):
            weeks |= (uniform(clock.seed, DECISION.NEED, b, first_week + k) < rep.foreseen) << k
        s.need_weeks[b] = weeks


@rule(agent="buyer")
def arise_need(s: State, b: int) -> None:
    """A need arises, by itself or because marketing, a rep or telesales found it."""
    if (s.need_weeks[b] >> (s.clock[0].week_of_quarter - 1)) & 1 == 0:
        return
    rep = s.reps[s.buyers[b].seat]
    luck = draw(s, DECISION.NEED, b)
    if luck >= rep.most_needs:
        return
    pull = attraction(s, b)
    natural = need_hazard(s, b)
    marketing = rep.marketing_rate
    prospecting = rep.prospecting_rate * pull
    telesales = rep.telesales_rate * pull
    usual = natural + marketing + prospecting + telesales
    total = usual * season(s)
    if luck >= total or luck >= 1.0 - math.exp(-total):
        return
    found = draw(s, DECISION.NEED_ORIGIN, b) * usual
    origin = ORIGIN.BUYER
    if found >= natural + marketing + prospecting:
        origin = ORIGIN.TELESALES
    elif found >= natural + marketing:
        origin = ORIGIN.PROSPECTING
    elif found >= natural:
        origin = ORIGIN.MARKETING
    elif found * recommended(s, b) >= natural:
        origin = ORIGIN.REFERRAL
    line = pick_line(s, b, origin)
    if line >= 0:
        ask_rep(s, b, line, origin)


@helper
def recommended(s: State, b: int) -> float:
    """Needs with neighbours who speak well of us over those without. [ratio]."""
    p = s.p[0]
    return 1.0 + s.buyers[b].referral * p.mechanisms_referral if p.mechanisms_bass_needs == 0.0 else 1.0


@helper
def pick_line(s: State, b: int, origin: int) -> int:
    """Line of the new need, or -1 where the line drawn is taken or resting. [line].

    Outreach leans towards the pushed new line by `strategy.new_product_push`.
    """
    p = s.p[0]
    n_lines = len(s.lines)
    luck = draw(s, DECISION.NEED_LINE, b)
    own = origin == ORIGIN.PROSPECTING or origin == ORIGIN.TELESALES
    line = n_lines - 1
    if own and draw(s, DECISION.NEED_PUSH, b) < p.strategy_new_product_push:
        line = n_lines - 1
    else:
        for candidate in range(n_lines):
            luck -= s.lines[candidate].share
            if luck < 0.0:
                line = candidate
                break
    slot = s.slots[b * n_lines + line]
    if slot.is_open == 0 and s.clock[0].week >= slot.rest_until:
        return line
    return -1


@helper
def need_strength(s: State, origin: int) -> float:
    """How real a need is: a lead from marketing or telesales is weaker than a buyer's own. [ratio]."""
    p = s.p[0]
    if origin == ORIGIN.MARKETING:
        return p.operations_marketing_quality
    if origin == ORIGIN.TELESALES:
        return p.structure_telesales_quality
    if origin == ORIGIN.PROSPECTING:
        return p.buyers_prospected_need
    if origin == ORIGIN.REFERRAL:
        return p.buyers_referred_need
    return 1.0


@helper
def ask_rep(s: State, b: int, line: int, origin: int) -> None:
    """Put the need before the rep, behind the pipeline and what others ask about."""
    i = s.buyers[b].seat
    rep = s.reps[i]
    if s.customer_lines[b] > 0 and (origin == ORIGIN.BUYER or origin == ORIGIN.REFERRAL):
        origin = ORIGIN.CROSS_SELL
    o = first_place(s, i) + rep.n_open + rep.n_asking
    describe_need(s, b, b * len(s.lines) + line, origin, o)
    start_afresh(s, o)
    begin_warm(s, b, origin, o)
    rep.n_asking += 1


@helper
def describe_need(s: State, b: int, k: int, origin: int, o: int) -> None:
    """What an account's new need is: size, fit, strength, price against competitors, first access."""
    p = s.p[0]
    buyer = s.buyers[b]
    slot = s.slots[k]
    slot.is_open = 1
    slot.asked = s.clock[0].week
    product = s.lines[k - b * len(s.lines)]
    opp = s.opportunities[o]
    opp.account = b
    opp.slot = k
    opp.seat = buyer.seat
    opp.complexity = buyer.complexity
    opp.disagreement = math.log(buyer.group_size)
    opp.origin = origin
    opp.created = s.clock[0].week
    opp.need = need_strength(s, origin)
    spread = product.amount_sd
    drawn = math.exp(spread * draw_normal(s, DECISION.AMOUNT, k) - spread * spread / 2.0)
    opp.amount = product.price * buyer.account_size * drawn
    weigh_by_size(s, o, buyer.account_size * drawn)
    if slot.installed_value > 0.0:
        buy_again(s, k, o)
    opp.fit = clip(slot.base_fit + p.buyers_fit_noise * draw_normal(s, DECISION.FIT, k), 0.0, 1.0)
    opp.misjudged = draw_normal(s, DECISION.PERCEPTION, k)
    gap = p.market_price_gap + p.market_price_gap_spread * draw_normal(s, DECISION.PRICE, k)
    opp.price_gap = clip(gap, -3.0, 3.0)


@helper
def weigh_by_size(s: State, o: int, size: float) -> None:
    """A larger deal takes more effort to win and its buyer more time; size is against a usual deal. [ratio]."""
    p = s.p[0]
    opp = s.opportunities[o]
    opp.hardness = size ** (p.buyers_effort_from_size * p.mechanisms_size)
    opp.slowness = size ** (p.buyers_cycle_from_size * p.mechanisms_size)


@helper
def buy_again(s: State, k: int, o: int) -> None:
    """A line that is installed is bought again smaller, and in part as a reorder: little effort, a short process."""
    p = s.p[0]
    opp = s.opportunities[o]
    if p.mechanisms_expansion > 0.0:
        opp.amount *= p.buyers_expansion_size
    if p.mechanisms_reorders > 0.0 and draw(s, DECISION.REORDER, k) < p.buyers_reorder_share:
        opp.hardness *= p.buyers_reorder_effort
        opp.slowness *= p.buyers_reorder_effort


@helper
def begin_warm(s: State, b: int, origin: int, o: int) -> None:
    """A buyer who holds us in regard opens the door, remembers what was learned, and has us as first choice."""
    p = s.p[0]
    opp = s.opportunities[o]
    if origin == ORIGIN.REFERRAL:
        s.regard[b] = max(s.regard[b], p.buyers_referral_warmth * p.mechanisms_regard)
    opp.effort = p.buyers_memory * p.buyers_effort_scale * opp.hardness * s.regard[b]
    opp.preference = p.buyers_favourite * s.regard[b]
    opp.access = clip(door(s, b, 0.0), p.buyers_least_access, 1.0)
    if origin == ORIGIN.PROSPECTING or origin == ORIGIN.TELESALES:
        opp.access = max(opp.access, p.buyers_first_access)


@helper
def door(s: State, b: int, experience: float) -> float:
    """Access the account would grant: for experience in this process, for regard and trust. [share, unbounded]."""
    p = s.p[0]
    granted = p.buyers_first_access + p.buyers_access_from_experience * experience
    return granted + p.buyers_access_from_regard * s.regard[b] + p.buyers_access_from_trust * (s.buyer_trust[b] - 0.5)


@helper
def start_afresh(s: State, o: int) -> None:
    """Nothing is known, heard or agreed yet, and nobody is on it: the row forgets whose it was."""
    opp = s.opportunities[o]
    opp.status = STATUS.OPEN
    opp.pursuit = PURSUIT.NONE
    opp.joined = 0
    opp.helped_from = 0.0
    opp.helped_until = 0.0
    opp.score = 0.0
    opp.hours = 0.0
    opp.sales_stage = 0.0
    opp.buying_stage = 0.0
    opp.insight = 0.0
    opp.experience = 0.0
    opp.preference = 0.0
    opp.consensus = 0.0
    opp.effort = 0.0
    opp.contact = 0.0
    opp.hours_total = 0.0
    opp.misaligned = 0.0
    opp.most_people = 1.0
    opp.age = 0
    opp.outcome = 0
    opp.true_reason = 0
    opp.reported_reason = 0


@rule(agent="buyer")
def recommend(s: State, b: int) -> None:
    """A customer more satisfied than a threshold speaks well of us, by as much as it is."""
    warmth = max(0.0, s.satisfaction[b] - s.p[0].buyers_referral_threshold)
    s.recommends[b] = warmth if s.customer_lines[b] > 0 else 0.0


@rule(agent="buyer")
def hear_from_neighbours(s: State, b: int) -> None:
    """Satisfied customers nearby raise an account's needs; dissatisfied ones lower the lift."""
    warmth = 0.0
    known = s.neighbours.shape[1]
    for k in range(known):
        warmth += s.recommends[s.neighbours[b, k]]
    s.buyers[b].referral = s.p[0].buyers_referral_lift * warmth / known
