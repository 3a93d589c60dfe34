"""Needs: how relationships fade, when a need arises, and what neighbours pass on."""

import math

from agents.machinery.chance import DECISION, draw, draw_normal
from agents.machinery.codes import ORIGIN, PURSUIT, STATUS
from agents.machinery.formulas import clip, orders_kept, toward
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@helper
def need_hazard(s: State, b: int) -> float:
    """Natural hazard of a need at an account, all lines together. [needs / week].

    Base rate x demand x (1 + referral) x (1 + cross-sell lift of a satisfied customer).
    In the idealised Bass option the hazard is p + q F with F the share of customers.
    """
    p = s.p[0]
    buyer = s.buyers[b]
    if p.mechanisms_bass_needs > 0.0:
        return 0.0 if buyer.customer_lines > 0 else bass_hazard(s)
    return lifted_hazard(s, buyer.seat, buyer.referral, buyer.satisfaction if buyer.customer_lines > 0 else 0.0)


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


@rule(agent="buyer")
def fade_relationship(s: State, b: int) -> None:
    """Without contact a buyer's trust drifts back and the rep's knowledge of the account fades.

    A new holder of the seat starts with only part of what the last one knew.
    """
    p = s.p[0]
    buyer = s.buyers[b]
    if buyer.moved != 0:
        buyer.moved = 0
        buyer.booked = 0.0
        buyer.renewed = 0.0
        buyer.churned = 0.0
    neutral = p.buyers_initial_trust
    earned = clip(neutral + p.buyers_trust_from_satisfaction * (buyer.satisfaction - 0.5), 0.0, 1.0)
    neutral = earned if buyer.customer_lines > 0 else neutral
    buyer.buyer_trust = toward(buyer.buyer_trust, neutral, p.buyers_trust_fade)
    buyer.intimacy *= 1.0 - p.buyers_intimacy_fade
    holder = s.reps[buyer.seat].holder
    if holder != buyer.holder:
        buyer.intimacy *= p.buyers_intimacy_handover
        buyer.holder = holder


@rule(agent="buyer")
def arise_need(s: State, b: int) -> None:
    """A need arises, by itself or because marketing, a rep or telesales found it."""
    buyer = s.buyers[b]
    buyer.calling = 0
    rep = s.reps[buyer.seat]
    luck = draw(s, DECISION.NEED, b)
    if luck >= rep.most_needs:
        return
    pull = attraction(s, b)
    natural = need_hazard(s, b)
    marketing = rep.marketing_rate
    prospecting = rep.prospecting_rate * pull
    telesales = rep.telesales_rate * pull
    total = natural + marketing + prospecting + telesales
    if luck >= total or luck >= 1.0 - math.exp(-total):
        return
    found = draw(s, DECISION.NEED_ORIGIN, b) * total
    origin = ORIGIN.BUYER
    if found >= natural + marketing + prospecting:
        origin = ORIGIN.TELESALES
    elif found >= natural + marketing:
        origin = ORIGIN.PROSPECTING
    elif found >= natural:
        origin = ORIGIN.MARKETING
    line = pick_line(s, b, origin)
    if line >= 0:
        open_slot(s, b, line, origin)


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
    opp = s.opportunities[b * n_lines + line]
    if opp.status == STATUS.IDLE and s.clock[0].week >= opp.rest_until:
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
    return 1.0


@helper
def open_slot(s: State, b: int, line: int, origin: int) -> None:
    """Start a buying process at the account: size, fit, strength of need, first access."""
    p = s.p[0]
    buyer = s.buyers[b]
    product = s.lines[line]
    o = b * len(s.lines) + line
    opp = s.opportunities[o]
    spread = product.amount_sd
    if buyer.customer_lines > 0 and origin == ORIGIN.BUYER:
        origin = ORIGIN.CROSS_SELL
    opp.status = STATUS.ASKING
    opp.origin = origin
    opp.created = s.clock[0].week
    opp.need = need_strength(s, origin)
    opp.amount = (
        product.price
        * buyer.account_size
        * math.exp(spread * draw_normal(s, DECISION.AMOUNT, o) - spread * spread / 2.0)
    )
    opp.fit = clip(opp.base_fit + p.buyers_fit_noise * draw_normal(s, DECISION.FIT, o), 0.0, 1.0)
    gap = p.market_price_gap + p.market_price_gap_spread * draw_normal(s, DECISION.PRICE, o)
    opp.price_gap = clip(gap, -3.0, 3.0)
    opp.access = clip(
        p.buyers_first_access + p.buyers_access_from_trust * (buyer.buyer_trust - 0.5), p.buyers_least_access, 1.0
    )
    start_afresh(s, o)
    buyer.calling = line + 1
    buyer.busy += 1


@helper
def start_afresh(s: State, o: int) -> None:
    """Nothing is known, heard or agreed yet, and nobody is on it: the slot forgets its last need."""
    opp = s.opportunities[o]
    opp.pursuit = PURSUIT.NONE
    opp.joined = 0
    opp.helped_from = 0.0
    opp.helped_until = 0.0
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
def hear_from_neighbours(s: State, b: int) -> None:
    """Satisfied customers nearby raise an account's needs; dissatisfied ones lower the lift."""
    p = s.p[0]
    lift = 0.0
    known = s.neighbours.shape[1]
    for k in range(known):
        neighbour = s.buyers[s.neighbours[b, k]]
        if neighbour.customer_lines > 0:
            lift += max(0.0, neighbour.satisfaction - p.buyers_referral_threshold)
    s.buyers[b].referral = p.buyers_referral_lift * lift / known
