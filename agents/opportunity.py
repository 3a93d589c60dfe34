"""Opportunities: one buying process per account and product line, run by the buyer.

Contact hours become effort, effort insight (an S-curve), insight experience, experience
access and preference; a consensus forms; at its end the account decides.
"""

import math

from agents.chance import DECISION, uniform
from agents.codes import ORIGIN, OUTCOME, PURSUIT, REASON, STATUS
from agents.formulas import clip, depth_factor, effort_response, toward
from agents.record import Field, Record
from agents.rule import helper, rule
from agents.state_type import State

OPPORTUNITIES = Record(
    "opportunities",
    "Opportunity slot of one account and one product line",
    [
        # What is judged and planned each week comes first, then what conversations change, a line of the cache each.
        Field("status", "i4", "code", "Idle, asking, open or closed."),
        Field("pursuit", "i4", "code", "What the rep does: none, pursued, dropped."),
        Field("next_open", "i4", "row", "Next opportunity of the rep's pipeline, -1 at its end.", start=-1),
        Field("joined", "i4", "bit mask", "Kinds of specialist on it (bit k for kind k)."),
        Field("created", "i4", "week", "Week in which the need arose."),
        Field("age", "i4", "weeks", "Weeks since the rep accepted it."),
        Field("rest_until", "i4", "week", "Week from which the line may have a need again."),
        Field("origin", "i4", "code", "Where the need was found."),
        Field("amount", "f8", "currency", "Annual contract value at stake.", low=0.0, high=1e12),
        Field("fit", "f8", "share", "Fit of this need.", low=0.0, high=1.0),
        Field("preference", "f8", "share", "Preference to buy from us.", low=0.0, high=1.0),
        Field("buying_stage", "f8", "share", "Progress of the buyer's process.", low=0.0, high=1.0),
        Field("sales_stage", "f8", "share", "Stage as the rep logs it.", low=0.0, high=1.0),
        Field("score", "f8", "currency", "Expected value as the rep understands it.", low=0.0, high=1e12),
        Field("hours", "f8", "hours / week", "Hours planned for it this week.", low=0.0, high=168.0),
        Field("access", "f8", "share", "Share of planned hours the buyer grants.", low=0.0, high=1.0),
        Field("effort", "f8", "hours", "Effective effort in the buyer's mind (fades).", low=0.0, high=1e5),
        Field("insight", "f8", "share", "What the buyer has learned.", low=0.0, high=1.0),
        Field("experience", "f8", "share", "How instructive the buyer found it.", low=0.0, high=1.0),
        Field("consensus", "f8", "share", "Consensus in the buying group.", low=0.0, high=1.0),
        Field("contact", "f8", "hours", "Contact hours received so far.", low=0.0, high=1e5),
        Field("hours_total", "f8", "hours", "Rep's hours spent on it so far.", low=0.0, high=1e5),
        Field("misaligned", "f8", "share", "Mean lead of the logged stage over the buyer's.", low=0.0, high=1.0),
        Field("most_people", "f8", "people", "Most people of ours it has seen.", low=1.0, high=5.0, start=1.0),
        Field("need", "f8", "ratio", "Strength of the need; 1 is a buyer's own.", low=0.0, high=3.0),
        Field("price_gap", "f8", "share", "Price above the competitors' for this need.", low=-3.0, high=3.0),
        Field("base_fit", "f8", "share", "Fit of the line to the account.", low=0.0, high=1.0, start=0.5),
        Field("installed_value", "f8", "currency / year", "Recurring value installed.", low=0.0, high=1e12),
        Field("backlog", "f8", "currency", "Ordered and not yet delivered.", low=0.0, high=1e12),
        Field("promise", "f8", "share", "Result the order will bring: fit x promise kept.", low=0.0, high=1.0),
        Field("renewal", "i4", "week", "Week in which the contract is renewed or lost."),
        Field("outcome", "i4", "code", "Open, won, lost or no decision."),
        Field("true_reason", "i4", "code", "True reason of not winning."),
        Field("reported_reason", "i4", "code", "Reason the rep reported."),
        Field("helped_from", "f8", "week", "When a specialist begins its job (first come, first served).", low=0.0),
        Field("helped_until", "f8", "week", "When that job is done.", low=0.0),
    ],
    on_cache_lines=True,
)


@helper
def serving(s: State, seat: int, kind: int) -> int:
    """Row of the specialist of a kind who covers a seat, -1 where there is none. [row].

    Kinds are pooled over teams: seats are dealt out in turn to the specialists of a kind.
    """
    count = s.kinds[kind].count
    if count < 1:
        return -1
    return kind * (len(s.specialists) // len(s.kinds)) + seat % count


@helper
def has_joined(s: State, o: int, kind: int) -> int:
    """Whether a specialist of the kind is on the deal now. [0 | 1]."""
    return (s.opportunities[o].joined >> kind) & 1 if s.kinds[kind].count > 0 else 0


@helper
def people_on(s: State, o: int) -> float:
    """Seller's people working on the deal: the rep and the specialists who joined. [people]."""
    people = 1.0
    for kind in range(len(s.kinds)):
        people += has_joined(s, o, kind)
    return people


@helper
def depth_at_table(s: State, b: int, o: int) -> float:
    """Expertise available against the account's complexity. [share].

    The rep's own depth plus what each specialist adds of the rest, as far as hours last.
    """
    p = s.p[0]
    seat = s.buyers[b].seat
    missing = 1.0 - p.capabilities_rep_depth
    for kind in range(len(s.kinds)):
        if has_joined(s, o, kind) == 1:
            helper_row = serving(s, seat, kind)
            missing *= 1.0 - s.kinds[kind].expertise * s.specialists[helper_row].served
    return 1.0 - missing


@helper
def conversation_value(s: State, b: int, o: int) -> float:
    """Value of an hour of conversation to this buyer; 1 is good practice. [ratio].

    The rep's capability and energy x understanding of the account x alignment of stages x depth
    against complexity.
    """
    p = s.p[0]
    buyer = s.buyers[b]
    opp = s.opportunities[o]
    rep = s.reps[buyer.seat]
    understanding = 1.0 - p.buyers_intimacy_weight * (1.0 - buyer.intimacy)
    gap = max(0.0, opp.sales_stage - opp.buying_stage)
    alignment = 1.0 - p.enablement_misalignment_cost * gap
    depth = depth_factor(buyer.complexity, depth_at_table(s, b, o))
    return p.buyers_value_scale * rep.conversation_power * understanding * max(0.0, alignment) * depth


@rule(agent="buyer")
def answer_pursuit(s: State, b: int) -> None:
    """A need the rep took up becomes an opportunity; one left alone goes elsewhere."""
    n_lines = len(s.lines)
    buyer = s.buyers[b]
    for line in range(n_lines):
        opp = s.opportunities[b * n_lines + line]
        if opp.status == STATUS.CLOSED:
            opp.status = STATUS.IDLE
            buyer.busy -= 1
        if opp.status == STATUS.ASKING:
            if opp.pursuit != PURSUIT.NONE:
                opp.status = STATUS.OPEN
                if opp.origin == ORIGIN.PROSPECTING or opp.origin == ORIGIN.TELESALES:
                    opp.access = max(opp.access, s.p[0].buyers_first_access)
            else:
                opp.status = STATUS.IDLE
                opp.rest_until = s.clock[0].week + int(s.p[0].buyers_rest_weeks)
                buyer.busy -= 1


@rule(agent="buyer")
def hold_conversations(s: State, b: int) -> None:
    """The hours the rep planned become contact, as far as the buyer grants access; the buyer learns."""
    n_lines = len(s.lines)
    for line in range(n_lines):
        o = b * n_lines + line
        if s.opportunities[o].status == STATUS.OPEN:
            learn_from_contact(s, b, o)
            advance_buying(s, b, o)


@helper
def learn_from_contact(s: State, b: int, o: int) -> None:
    """Contact builds effort, insight, experience, access and preference; neglect lets them fade."""
    p = s.p[0]
    buyer = s.buyers[b]
    opp = s.opportunities[o]
    hours = opp.hours * opp.access
    value = conversation_value(s, b, o)
    people = people_on(s, o)
    opp.most_people = max(opp.most_people, people)
    opp.hours_total += opp.hours
    opp.contact += hours
    kept = 1.0 - p.buyers_neglect_fade * p.mechanisms_fading * math.exp(-hours / p.buyers_contact_scale)
    opp.effort = opp.effort * kept + hours * value
    rate = min(p.buyers_learning_limit, p.buyers_learning_per_cycle / p.market_cycle_weeks)
    reach = effort_response(opp.effort, p.buyers_effort_scale, p.mechanisms_effort_threshold)
    quality = value * (1.0 + p.buyers_value_half) / (value + p.buyers_value_half)
    opp.insight = toward(opp.insight, reach, rate)
    opp.experience = toward(opp.experience, min(1.0, opp.insight * quality), rate)
    granted = p.buyers_first_access + p.buyers_access_from_experience * opp.experience
    granted += p.buyers_access_from_trust * (buyer.buyer_trust - 0.5)
    opp.access = toward(opp.access, clip(granted, p.buyers_least_access, 1.0), rate * p.buyers_access_pace)
    opp.preference = toward(opp.preference, opp.experience, rate)
    know_each_other(s, b, o, hours, people)
    form_consensus(s, b, o, hours, rate)


@helper
def know_each_other(s: State, b: int, o: int, hours: float, people: float) -> None:
    """Contact makes the account known and trusted; more faces dilute it, pushing costs trust."""
    p = s.p[0]
    buyer = s.buyers[b]
    opp = s.opportunities[o]
    faces = 1.0 + p.structure_intimacy_dilution * p.mechanisms_dilution * (people - 1.0)
    buyer.intimacy = clip(buyer.intimacy + p.buyers_intimacy_gain * hours / faces * (1.0 - buyer.intimacy), 0.0, 1.0)
    pushed = max(0.0, opp.sales_stage - opp.buying_stage)
    opp.misaligned = toward(opp.misaligned, pushed, 1.0 / (1.0 + opp.age))
    gain = p.buyers_trust_gain * hours * (opp.experience - p.buyers_expected_experience)
    loss = p.buyers_trust_loss_pushed * hours * pushed
    buyer.buyer_trust = clip(buyer.buyer_trust + gain - loss, 0.0, 1.0)


@helper
def form_consensus(s: State, b: int, o: int, hours: float, rate: float) -> None:
    """The buying group agrees: harder with its size, easier with insight and driving skill."""
    p = s.p[0]
    opp = s.opportunities[o]
    if p.mechanisms_consensus == 0.0:
        opp.consensus = 1.0
        return
    buyer = s.buyers[b]
    difficulty = p.buyers_consensus_difficulty * math.log(buyer.group_size)
    ease = opp.insight * s.reps[buyer.seat].capability_driving
    target = ease / (ease + difficulty + 1e-9)
    if hours > 0.0:
        opp.consensus = toward(opp.consensus, target, rate)


@helper
def waiting_share(s: State, b: int, o: int) -> float:
    """Share of the week a deal waits for specialists who have no hours left. [share]."""
    p = s.p[0]
    if p.mechanisms_waiting == 0.0:
        return 0.0
    seat = s.buyers[b].seat
    waiting = 0.0
    if p.mechanisms_first_come_first_served > 0.0:
        waiting = clip(s.opportunities[o].helped_from - s.clock[0].week, 0.0, 1.0)
    for kind in range(len(s.kinds)):
        if has_joined(s, o, kind) == 1:
            waiting = max(waiting, 1.0 - s.specialists[serving(s, seat, kind)].served)
    return waiting * p.structure_waiting_cost


@helper
def advance_buying(s: State, b: int, o: int) -> None:
    """The buyer's process moves on, no faster than its own pace, only with contact and insight."""
    p = s.p[0]
    opp = s.opportunities[o]
    opp.age += 1
    hours = opp.hours * opp.access
    pace = hours / (hours + p.buyers_pace_hours)
    pace *= 1.0 - waiting_share(s, b, o)
    pushed = max(0.0, opp.sales_stage - opp.buying_stage)
    pace *= 1.0 + p.enablement_push_speed * pushed
    ceiling = p.buyers_uninformed_stage + (1.0 - p.buyers_uninformed_stage) * opp.insight / p.buyers_insight_needed
    step = (1.0 + p.buyers_pace_hours) * pace / p.market_cycle_weeks
    opp.buying_stage = clip(opp.buying_stage + step, 0.0, max(opp.buying_stage, min(1.0, ceiling)))


@rule(agent="buyer")
def decide(s: State, b: int) -> None:
    """Buying processes that reach their end, their deadline or were dropped are closed."""
    n_lines = len(s.lines)
    p = s.p[0]
    for line in range(n_lines):
        o = b * n_lines + line
        opp = s.opportunities[o]
        if opp.status != STATUS.OPEN:
            continue
        if opp.pursuit == PURSUIT.DROPPED:
            close(s, b, o, OUTCOME.NO_DECISION, REASON.DISQUALIFIED)
        elif opp.buying_stage >= 1.0:
            choose(s, b, o, line)
        elif opp.age >= p.buyers_patience * p.market_cycle_weeks:
            close(s, b, o, OUTCOME.NO_DECISION, largest_deficit(s, b, o))


@helper
def utility_of_us(s: State, b: int, o: int) -> float:
    """Utility of buying from us: preference, relationship, fit, closing tactics, price. [utility]."""
    p = s.p[0]
    buyer = s.buyers[b]
    opp = s.opportunities[o]
    utility = p.buyers_weight_preference * opp.preference
    utility += p.buyers_weight_relationship * (buyer.buyer_trust - 0.5)
    utility += p.buyers_weight_fit * (opp.fit - 0.5)
    utility += p.buyers_weight_closing * s.reps[buyer.seat].closing
    utility -= p.buyers_weight_price * opp.price_gap
    return utility - p.organization_delay_cost * s.org[0].delay_seen_by_market


@helper
def luck_of(s: State, decision: int, o: int) -> float:
    """One need's own draw, the same whenever it is decided. [(0, 1)]."""
    return uniform(s.clock[0].seed, decision, o, s.opportunities[o].created)


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
    opp.promise = clip(opp.fit * s.lines[line].readiness * kept, 0.0, 1.0)
    opp.backlog += opp.amount
    buyer.booked += opp.amount
    buyer.moved = 1
    buyer.under_contract = 1
    buyer.due = s.clock[0].week
    close(s, b, o, OUTCOME.WON, REASON.NONE)


@helper
def largest_deficit(s: State, b: int, o: int) -> int:
    """True reason: the cause whose return to good practice would have added most utility. [code]."""
    p = s.p[0]
    buyer = s.buyers[b]
    opp = s.opportunities[o]
    scale = p.buyers_effort_scale
    threshold = p.mechanisms_effort_threshold
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
    gain = p.buyers_weight_relationship * max(0.0, p.buyers_good_trust - buyer.buyer_trust)
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
    opp.rest_until = s.clock[0].week + int(s.p[0].buyers_rest_weeks)
    log_deal(s, b, o)


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
    deal.line = o - b * len(s.lines)
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
    buyer = s.buyers[b]
    opp = s.opportunities[o]
    deal = s.deals[s.clock[0].n_deals - 1]
    deal.fit = opp.fit
    deal.insight = opp.insight
    deal.preference = opp.preference
    deal.consensus = opp.consensus
    deal.misaligned = opp.misaligned
    deal.buyer_trust = buyer.buyer_trust
    deal.buying_stage = opp.buying_stage
    deal.sales_stage = opp.sales_stage
    deal.outcome = opp.outcome
    deal.true_reason = opp.true_reason
    deal.reported_reason = opp.reported_reason
