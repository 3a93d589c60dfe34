"""The decision: whether and for whom a buying group decides, why not for us, and what is logged of it."""

import math

from agents.machinery.chance import DECISION, uniform
from agents.machinery.codes import OUTCOME, PURSUIT, REASON, STATUS
from agents.machinery.formulas import clip, effort_response
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@rule(agent="buyer", each="opportunity")
def decide(s: State, o: int) -> None:
    """A buying process that reaches its end or its deadline, or was dropped, is closed."""
    p = s.p[0]
    opp = s.opportunities[o]
    b = opp.account
    if opp.pursuit == PURSUIT.DROPPED:
        close(s, b, o, OUTCOME.NO_DECISION, REASON.DISQUALIFIED)
    elif opp.buying_stage >= 1.0:
        choose(s, b, o, opp.slot - b * len(s.lines))
    elif opp.age >= p.buyers_patience * p.market_cycle_weeks * opp.slowness:
        close(s, b, o, OUTCOME.NO_DECISION, largest_deficit(s, b, o))


@helper
def utility_of_us(s: State, b: int, o: int) -> float:
    """Utility of buying from us: preference, relationship, fit, closing tactics, price. [utility]."""
    p = s.p[0]
    buyer = s.buyers[b]
    opp = s.opportunities[o]
    utility = p.buyers_weight_preference * opp.preference
    utility += p.buyers_weight_relationship * (s.buyer_trust[b] - 0.5)
    utility += p.buyers_weight_fit * (opp.fit - 0.5)
    utility += p.buyers_weight_closing * s.reps[buyer.seat].closing
    utility -= p.buyers_weight_price * opp.price_gap
    return utility - p.organization_delay_cost * s.org[0].delay_seen_by_market


@helper
def luck_of(s: State, decision: int, o: int) -> float:
    """One need's own draw, the same whenever it is decided. [(0, 1)]."""
    return uniform(s.clock[0].seed, decision, s.opportunities[o].slot, s.opportunities[o].created)


@helper
def choose(s: State, b: int, o: int, line: int) -> None:
    """Multinomial logit among us, a competitor and no decision (one keyed draw)."""
    p = s.p[0]
    buyer = s.buyers[b]
    opp = s.opportunities[o]
    if p.mechanisms_certain_wins > 0.0:
        win(s, b, o, line)
        return
    us = math.exp(utility_of_us(s, b, o) + s.lines[line].readiness - 1.0)
    rival = math.exp(p.market_competitor_strength) * p.mechanisms_competition
    stay = buyer.status_quo + p.buyers_weight_consensus * (1.0 - opp.consensus)
    stay -= p.buyers_weight_insight * opp.insight + p.buyers_weight_need * (opp.need - 1.0)
    nothing = math.exp(stay) * p.mechanisms_no_decision
    luck = luck_of(s, DECISION.CHOICE, o) * (us + rival + nothing)
    if luck < us:
        win(s, b, o, line)
    elif luck < us + rival:
        close(s, b, o, OUTCOME.LOST, largest_deficit(s, b, o))
    else:
        close(s, b, o, OUTCOME.NO_DECISION, largest_deficit(s, b, o))


@helper
def win(s: State, b: int, o: int, line: int) -> None:
    """An order: booked now, delivered over the next weeks, with the promise that was made."""
    p = s.p[0]
    buyer = s.buyers[b]
    opp = s.opportunities[o]
    oversold = s.reps[buyer.seat].closing * p.buyers_overpromise_from_closing
    kept = 1.0 - p.buyers_overpromise * max(opp.misaligned, oversold)
    kept *= result_of_learning(s, opp.insight)
    slot = s.slots[opp.slot]
    slot.promise = clip(opp.fit * s.lines[line].readiness * kept, 0.0, 1.0)
    slot.backlog += opp.amount
    slot.ordered = opp.amount
    slot.signed = s.clock[0].week
    s.due[b] = s.clock[0].week
    close(s, b, o, OUTCOME.WON, REASON.NONE)


@helper
def result_of_learning(s: State, insight: float) -> float:
    """Part of the result a client gets who bought with this much insight. [share]."""
    p = s.p[0]
    if p.mechanisms_learned_results == 0.0:
        return 1.0
    return 1.0 - p.buyers_result_from_insight * (1.0 - min(1.0, insight / p.buyers_insight_for_result))


@helper
def largest_deficit(s: State, b: int, o: int) -> int:
    """True reason: the cause whose return to good practice would have added most utility. [code]."""
    p = s.p[0]
    opp = s.opportunities[o]
    scale = p.buyers_effort_scale * opp.hardness
    threshold = p.mechanisms_effort_threshold * p.buyers_effort_steepness
    value = opp.effort / max(opp.contact, 0.01)
    good = p.buyers_good_effort * scale
    now = effort_response(opp.effort, scale, threshold)
    weight = p.buyers_weight_preference
    best = weight * (effort_response(max(opp.effort, good * min(1.0, value)), scale, threshold) - now)
    reason = REASON.ATTENTION
    gain = weight * (effort_response(opp.effort / max(min(value, 1.0), 0.05), scale, threshold) - now)
    if gain > best:
        best, reason = gain, REASON.VALUE
    gain = weight * p.enablement_misalignment_cost * opp.misaligned
    if gain > best:
        best, reason = gain, REASON.ALIGNMENT
    gain = p.buyers_weight_relationship * max(0.0, p.buyers_good_trust - s.buyer_trust[b])
    if gain > best:
        best, reason = gain, REASON.RELATIONSHIP
    gain = p.buyers_weight_fit * max(0.0, p.buyers_good_fit - opp.fit)
    if gain > best:
        best, reason = gain, REASON.FIT
    gain = p.buyers_weight_price * max(0.0, opp.price_gap)
    if gain > best:
        best, reason = gain, REASON.PRICE
    gain = p.buyers_weight_consensus * max(0.0, p.buyers_good_consensus - opp.consensus)
    if gain > best:
        best, reason = gain, REASON.CONSENSUS
    return reason


@helper
def reported(s: State, b: int, o: int, reason: int) -> int:
    """Reason the rep reports: the true one with probability = honesty, else an excuse. [code]."""
    rep = s.reps[s.buyers[b].seat]
    if reason == REASON.NONE or reason == REASON.DISQUALIFIED:
        return reason
    if luck_of(s, DECISION.HONESTY, o) < rep.honesty:
        return reason
    excuse = luck_of(s, DECISION.EXCUSE, o)
    if excuse < 1.0 / 3.0:
        return REASON.COMPETITION
    if excuse < 2.0 / 3.0:
        return REASON.PRICE
    return REASON.OFFERING


@helper
def close(s: State, b: int, o: int, outcome: int, reason: int) -> None:
    """End the buying process and let the line rest."""
    opp = s.opportunities[o]
    opp.status = STATUS.CLOSED
    opp.outcome = outcome
    opp.true_reason = reason
    opp.reported_reason = reported(s, b, o, reason)
    # Not before the week after next: it stays in the pipeline until results are collected.
    let_rest(s, opp.slot, 2)
    log_deal(s, b, o)


@helper
def let_rest(s: State, k: int, least: int) -> None:
    """After a need the line has none for some weeks, at least this many."""
    slot = s.slots[k]
    slot.is_open = 0
    slot.rest_until = s.clock[0].week + max(least, int(s.p[0].buyers_rest_weeks))


@helper
def log_deal(s: State, b: int, o: int) -> None:
    """Write one row of the deal log, where there is room for one."""
    clock = s.clock[0]
    if clock.measuring == 0 or clock.n_deals >= len(s.deals):
        return
    buyer = s.buyers[b]
    opp = s.opportunities[o]
    rep = s.reps[buyer.seat]
    deal = s.deals[clock.n_deals]
    clock.n_deals += 1
    deal.account = b
    deal.line = opp.slot - b * len(s.lines)
    deal.seat = buyer.seat
    deal.holder = rep.holder
    deal.manager = rep.manager
    deal.origin = opp.origin
    deal.specialists = opp.joined
    deal.most_people = opp.most_people
    deal.created = opp.created
    deal.closed = clock.week
    deal.hours = opp.hours_total
    deal.contact = opp.contact
    deal.amount = opp.amount
    log_standing(s, b, o)


@helper
def log_standing(s: State, b: int, o: int) -> None:
    """Add where the buyer stood at the close to the deal's row."""
    opp = s.opportunities[o]
    deal = s.deals[s.clock[0].n_deals - 1]
    deal.fit = opp.fit
    deal.insight = opp.insight
    deal.preference = opp.preference
    deal.consensus = opp.consensus
    deal.misaligned = opp.misaligned
    deal.buyer_trust = s.buyer_trust[b]
    deal.buying_stage = opp.buying_stage
    deal.sales_stage = opp.sales_stage
    deal.outcome = opp.outcome
    deal.true_reason = opp.true_reason
    deal.reported_reason = opp.reported_reason
