"""Conversations: contact, insight, access, preference, and how many people stand between seller and buyer."""

import math

from agents.buyer.needs import door
from agents.machinery.formulas import bits_of, clip, depth_factor, effort_response, toward
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


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
def joined_now(s: State, o: int) -> int:
    """Kinds of specialist on the deal that are still employed. [bit mask]."""
    return s.opportunities[o].joined & s.org[0].kinds_employed


@helper
def people_on(s: State, o: int) -> float:
    """Seller's people working on the deal: the rep and the specialists who joined. [people]."""
    return 1.0 + bits_of(joined_now(s, o))


@helper
def depth_at_table(s: State, o: int) -> float:
    """Expertise available against the account's complexity. [share].

    The rep's own depth plus what each specialist adds of the rest, as far as hours last.
    """
    missing = 1.0 - s.p[0].capabilities_rep_depth
    kinds = joined_now(s, o)
    kind = 0
    while kinds > 0:
        if kinds & 1 == 1:
            helper_row = serving(s, s.opportunities[o].seat, kind)
            missing *= 1.0 - s.kinds[kind].expertise * s.specialists[helper_row].served
        kinds >>= 1
        kind += 1
    return 1.0 - missing


@helper
def conversation_value(s: State, b: int, o: int) -> float:
    """Value of an hour of conversation to this buyer; 1 is good practice. [ratio].

    The rep's capability and energy x understanding of the account x alignment of stages x depth against complexity x
    the manager's support.
    """
    p = s.p[0]
    opp = s.opportunities[o]
    rep = s.reps[opp.seat]
    understanding = 1.0 - p.buyers_intimacy_weight * (1.0 - s.intimacy[b])
    gap = max(0.0, opp.sales_stage - opp.buying_stage)
    alignment = 1.0 - p.enablement_misalignment_cost * gap
    depth = depth_factor(opp.complexity, depth_at_table(s, o))
    supported = 1.0 - p.management_support_weight * (1.0 - s.managers[rep.manager].supported)
    return p.buyers_value_scale * rep.conversation_power * understanding * max(0.0, alignment) * depth * supported


@rule(agent="buyer", each="opportunity")
def hold_conversations(s: State, o: int) -> None:
    """The hours the rep planned become contact, as far as the buyer grants access; the buyer learns."""
    learn_from_contact(s, s.opportunities[o].account, o)
    advance_buying(s, o)


@helper
def learn_from_contact(s: State, b: int, o: int) -> None:
    """Contact builds effort, insight, experience, access and preference; neglect lets them fade."""
    p = s.p[0]
    opp = s.opportunities[o]
    hours = opp.hours * opp.access
    value = conversation_value(s, b, o)
    people = people_on(s, o) + s.reps[opp.seat].paired
    opp.most_people = max(opp.most_people, people)
    opp.hours_total += opp.hours
    opp.contact += hours
    kept = 1.0 - p.buyers_neglect_fade * p.mechanisms_fading * math.exp(-hours / p.buyers_contact_scale)
    opp.effort = opp.effort * kept + hours * value
    rate = min(p.buyers_learning_limit, p.buyers_learning_per_cycle / p.market_cycle_weeks)
    reach = effort_response(
        opp.effort, p.buyers_effort_scale * opp.hardness, p.mechanisms_effort_threshold * p.buyers_effort_steepness
    )
    quality = value * (1.0 + p.buyers_value_half) / (value + p.buyers_value_half)
    opp.insight = toward(opp.insight, reach, rate)
    opp.experience = toward(opp.experience, min(1.0, opp.insight * quality), rate)
    granted = clip(door(s, b, opp.experience), p.buyers_least_access, 1.0)
    opp.access = toward(opp.access, granted, rate * p.buyers_access_pace)
    favour = p.buyers_favourite * s.regard[b]
    opp.preference = toward(opp.preference, opp.experience + favour * (1.0 - opp.experience), rate)
    know_each_other(s, b, o, hours, people)
    hold_in_regard(s, b, o, hours, rate)
    form_consensus(s, o, hours, rate)


@helper
def know_each_other(s: State, b: int, o: int, hours: float, people: float) -> None:
    """Contact makes the account known and trusted; more faces dilute it, pushing costs trust."""
    p = s.p[0]
    opp = s.opportunities[o]
    faces = 1.0 + p.structure_intimacy_dilution * p.mechanisms_dilution * (people - 1.0)
    known = s.intimacy[b]
    s.intimacy[b] = clip(known + p.buyers_intimacy_gain * hours / faces * (1.0 - known), 0.0, 1.0)
    pushed = max(0.0, opp.sales_stage - opp.buying_stage)
    opp.misaligned = toward(opp.misaligned, pushed, 1.0 / (1.0 + opp.age))
    gain = p.buyers_trust_gain * hours * (opp.experience - p.buyers_expected_experience)
    loss = p.buyers_trust_loss_pushed * hours * pushed
    s.buyer_trust[b] = clip(s.buyer_trust[b] + gain - loss, 0.0, 1.0)


@helper
def hold_in_regard(s: State, b: int, o: int, hours: float, rate: float) -> None:
    """An account holds us in regard as far as it finds conversations instructive: slowly, and only in contact."""
    p = s.p[0]
    held = hours / (hours + p.buyers_pace_hours) * p.mechanisms_regard
    s.regard[b] = toward(s.regard[b], s.opportunities[o].experience, held * rate * p.buyers_regard_pace)


@helper
def form_consensus(s: State, o: int, hours: float, rate: float) -> None:
    """The buying group agrees: harder with its size, easier with insight and driving skill."""
    p = s.p[0]
    opp = s.opportunities[o]
    if p.mechanisms_consensus == 0.0:
        opp.consensus = 1.0
        return
    difficulty = p.buyers_consensus_difficulty * opp.disagreement
    ease = opp.insight * s.reps[opp.seat].capability_driving
    target = ease / (ease + difficulty + 1e-9)
    if hours > 0.0:
        opp.consensus = toward(opp.consensus, target, rate)


@helper
def waiting_share(s: State, o: int) -> float:
    """Share of the week a deal waits for specialists who have no hours left. [share]."""
    p = s.p[0]
    if p.mechanisms_waiting == 0.0:
        return 0.0
    seat = s.opportunities[o].seat
    waiting = 0.0
    if p.mechanisms_first_come_first_served > 0.0:
        waiting = clip(s.opportunities[o].helped_from - s.clock[0].week, 0.0, 1.0)
    kinds = joined_now(s, o)
    kind = 0
    while kinds > 0:
        if kinds & 1 == 1:
            waiting = max(waiting, 1.0 - s.specialists[serving(s, seat, kind)].served)
        kinds >>= 1
        kind += 1
    return waiting * p.structure_waiting_cost


@helper
def advance_buying(s: State, o: int) -> None:
    """The buyer's process moves on, no faster than its own pace, only with contact and insight."""
    p = s.p[0]
    opp = s.opportunities[o]
    opp.age += 1
    hours = opp.hours * opp.access
    pace = hours / (hours + p.buyers_pace_hours)
    pace *= 1.0 - waiting_share(s, o)
    pushed = max(0.0, opp.sales_stage - opp.buying_stage)
    pace *= 1.0 + p.enablement_push_speed * pushed
    ceiling = p.buyers_uninformed_stage + (1.0 - p.buyers_uninformed_stage) * opp.insight / p.buyers_insight_needed
    step = (1.0 + p.buyers_pace_hours) * pace / (p.market_cycle_weeks * opp.slowness)
    opp.buying_stage = clip(opp.buying_stage + step, 0.0, max(opp.buying_stage, min(1.0, ceiling)))
