"""Central rules a second time, as plain Python on plain numbers, written from section 7 of `docs/model.md`.

Names are those of that page. `case.p` gives a parameter by its dotted name, `case.on` gives 1 or 0 for a mechanism.
Nothing of the program is imported, so that a mistake there is not repeated here.
"""

from __future__ import annotations

from math import exp, log
from types import SimpleNamespace as Row


def toward(x, y, r):
    return x + r * (y - x)


def clip(x, a, b):
    return max(a, min(b, x))


def week(case, rep, manager, org, deals):
    """Hours of a filled seat by use, and of each deal; `deals` has (n people, pursued, score) of what is open."""
    p, on = case.p, case.on
    pursued = [n for n, is_pursued, _ in deals if is_pursued]
    hours = {
        "admin": p("operations.admin_hours") * (1 - p("enablement.tools_saving")) * (1 - manager.time_freed),
        "reporting": p("operations.reporting_hours"),
        "inspection": p("operations.inspection_hours") * manager.prescriptiveness,
        "training": on("training")
        * (p("training.hours_per_quarter") + manager.programme_training)
        / 13
        * org.training_afforded,
        "coaching": manager.coaching_done,
        "peers": on("colleagues") * manager.enablement_peer_hours_per_month * 12 / 52,
        "coordination": on("coordination")
        * sum(n * (n - 1) / 2 * p("structure.hours_per_channel") / n for n in pursued),
        "switching": on("switching") * p("operations.switching_hours") * max(0, len(pursued) - 1),
    }
    whole = p("operations.week_hours")
    internal = sum(hours.values())
    if internal > whole:
        hours = {name: value * whole / internal for name, value in hours.items()}
        internal = whole
    free = whole - internal
    hours["unused"] = free * on("motivation") * p("motivation.effort_range") * (1 - rep.motivation)
    free -= hours["unused"]
    own = 1 - p("structure.role_specialisation")
    hours["growth"] = min(p("enablement.care_limit") * free, p("enablement.care_hours") * rep.n_customers * own)
    protected = min(p("operations.protected_prospecting_hours") * own, free - hours["growth"])
    limit = p("operations.wip_limit") * on("wip_limit")
    load = min(len(deals), limit) if limit >= 1 else len(deals)
    wanted = load * p("operations.wanted_hours_per_cycle") * p("buyers.effort_scale") / p("market.cycle_weeks")
    hours["opportunities"] = min(wanted, free - hours["growth"] - protected)
    hours["prospecting"] = free - hours["growth"] - hours["opportunities"]
    weights = [is_pursued * _weight(case, n, score / rep.usual_score) for n, is_pursued, score in deals]
    total = sum(weights)
    return hours, [hours["opportunities"] * weight / total if weight else 0.0 for weight in weights]


def _weight(case, n, promise):
    """Weight of a deal in the rep's week."""
    diluted = 1 + case.on("dilution") * case.p("structure.ownership_dilution") * (n - 1)
    return (1 + case.p("operations.attention_bias") * (promise - 1)) / diluted


def conversation(case, deal, buyer, rep, joined):
    """A week of an open opportunity; `joined` has (expertise, share served) of each kind that joined."""
    deal, buyer = Row(**vars(deal)), Row(**vars(buyer))
    push = max(0.0, deal.sales_stage - deal.buying_stage)
    contact = deal.hours * deal.access
    _learn(case, deal, buyer, contact, _value(case.p, buyer, rep, joined, push))
    _relate(case, deal, buyer, contact, (push, len(joined)))
    if not case.on("consensus"):
        deal.consensus = 1.0
    elif contact > 0:
        ease = deal.insight * rep.capability_driving
        agreed = ease / (ease + case.p("buyers.consensus_difficulty") * log(buyer.group_size) + 1e-9)
        deal.consensus = toward(deal.consensus, agreed, _rate(case.p))
    _process(case, deal, joined, push)
    return deal, buyer


def _rate(p):
    return min(p("buyers.learning_limit"), p("buyers.learning_per_cycle") / p("market.cycle_weeks"))


def _value(p, buyer, rep, joined, push):
    """Value of an hour of conversation."""
    missing = 1 - p("capabilities.rep_depth")
    for expertise, served in joined:
        missing *= 1 - expertise * served
    value = p("buyers.value_scale") * rep.conversation_power
    value *= 1 - p("management.support_weight") * (1 - rep.supported)
    value *= 1 - p("buyers.intimacy_weight") * (1 - buyer.intimacy)
    return value * max(0.0, 1 - p("enablement.misalignment_cost") * push) * (1 - buyer.complexity * missing)


def _learn(case, deal, buyer, contact, value):
    """From effort to preference."""
    p, on = case.p, case.on
    fade = on("fading") * p("buyers.neglect_fade") * exp(-contact / p("buyers.contact_scale"))
    deal.effort = deal.effort * (1 - fade) + contact * value
    r = _rate(p)
    power = 1 + on("effort_threshold") * p("buyers.effort_steepness")
    reach = 1 - exp(-((deal.effort / (deal.hardness * p("buyers.effort_scale"))) ** power))
    deal.insight = toward(deal.insight, reach, r)
    h = p("buyers.value_half")
    quality = value * (1 + h) / (value + h)
    deal.experience = toward(deal.experience, min(1.0, deal.insight * quality), r)
    granted = p("buyers.first_access") + p("buyers.access_from_experience") * deal.experience
    granted += p("buyers.access_from_trust") * (buyer.buyer_trust - 0.5)
    granted += p("buyers.access_from_regard") * buyer.regard
    deal.access = toward(deal.access, clip(granted, p("buyers.least_access"), 1), r * p("buyers.access_pace"))
    lead = p("buyers.favourite") * buyer.regard * (1 - deal.experience)
    deal.preference = toward(deal.preference, deal.experience + lead, r)
    held = on("regard") * p("buyers.regard_pace") * contact / (contact + p("buyers.pace_hours"))
    buyer.regard = toward(buyer.regard, deal.experience, r * held)


def _relate(case, deal, buyer, contact, push_and_others):
    """Intimacy and trust of the account."""
    p, (push, others) = case.p, push_and_others
    faces = 1 + case.on("dilution") * p("structure.intimacy_dilution") * others
    learned = p("buyers.intimacy_gain") * contact / faces * (1 - buyer.intimacy)
    buyer.intimacy = clip(buyer.intimacy + learned, 0, 1)
    deal.misaligned = toward(deal.misaligned, push, 1 / (1 + deal.age))
    won = p("buyers.trust_gain") * contact * (deal.experience - p("buyers.expected_experience"))
    lost = p("buyers.trust_loss_pushed") * contact * push
    buyer.buyer_trust = clip(buyer.buyer_trust + won - lost, 0, 1)


def _process(case, deal, joined, push):
    """The buyer's process moves on, with the access and insight just reached."""
    p = case.p
    deal.age += 1
    waits = max((1 - served for _, served in joined), default=0.0)
    waits *= case.on("waiting") * p("structure.waiting_cost")
    g, u = p("buyers.pace_hours"), p("buyers.uninformed_stage")
    hours = deal.hours * deal.access
    pace = hours / (hours + g) * (1 - waits) * (1 + p("enablement.push_speed") * push)
    ceiling = min(1.0, u + (1 - u) * deal.insight / p("buyers.insight_needed"))
    moved = deal.buying_stage + (1 + g) * pace / (deal.slowness * p("market.cycle_weeks"))
    deal.buying_stage = clip(moved, 0, max(deal.buying_stage, ceiling))


def decision(case, deal, known, u):
    """How a process that has come to its end is decided: "won", "lost" or "no_decision"."""
    p, on = case.p, case.on
    buyer, rep, org = known.buyer, known.rep, known.org
    if on("certain_wins"):
        return "won"
    utility = p("buyers.weight_preference") * deal.preference
    utility += p("buyers.weight_relationship") * (buyer.buyer_trust - 0.5) + p("buyers.weight_fit") * (deal.fit - 0.5)
    utility += p("buyers.weight_closing") * rep.closing - p("buyers.weight_price") * deal.price_gap
    us = exp(utility - p("organization.delay_cost") * org.delay_seen_by_market + known.line.readiness - 1)
    rival = on("competition") * exp(p("market.competitor_strength"))
    stay = buyer.status_quo + p("buyers.weight_consensus") * (1 - deal.consensus)
    stay -= p("buyers.weight_insight") * deal.insight + p("buyers.weight_need") * (deal.need - 1)
    nothing = on("no_decision") * exp(stay)
    luck = u * (us + rival + nothing)
    if luck < us:
        return "won"
    return "lost" if luck < us + rival else "no_decision"


def method(case, rep, manager, org):
    """Levels of the four methods and of closing after a week."""
    p, on = case.p, case.on
    sd = max(p("talent.art_sd"), 0.01)
    z = (log(rep.art_conversation) + sd**2 / 2) / sd
    q = rep.hours_coaching * manager.coaching_quality * (1 - p("training.coaching_middle") * (1 - exp(-(z**2))))
    coached = q / (q + p("training.coaching_half_hours"))
    transfer = p("training.transfer_alone") + p("training.transfer_coached") * coached
    for attitude in (rep.goal_clarity, rep.rep_trust, rep.motivation):
        transfer *= p("training.transfer_unwilling") + (1 - p("training.transfer_unwilling")) * attitude
    gain = p("training.gain_per_hour") * rep.hours_training * transfer + p("training.coaching_gain_per_hour") * q
    gain += on("practice") * p("training.practice_gain_per_hour") * rep.hours_opportunities * rep.adherence
    fading = on("training_decay") * log(2) / (p("training.half_life_months") * 52 / 12)
    fading *= 1 - p("training.reinforcement") * coached
    value = p("training.value_content")

    def after(level, w, ceiling, floor):
        level += min(1.0, gain * w) * max(0.0, ceiling - level)
        return clip(level - fading * max(0.0, level - floor), 0, 1)

    untrained = p("capabilities.untrained_method")
    driving = value + p("training.driving_from_closing") * (1 - value)
    weights = {"pipeline": value, "conversation": value, "driving": driving, "growth": value}
    found = {
        f"method_{name}": after(getattr(rep, f"method_{name}"), w, org.playbook, untrained)
        for name, w in weights.items()
    }
    return {**found, "closing": after(rep.closing, 1 - value, 1.0, 0.0)}


def leaving(case, rep, org):
    """Hazards of quitting and of being dismissed in a week."""
    p = case.p
    early = p("talent.early_attrition") if rep.tenure < p("talent.early_weeks") else 1
    base = p("talent.attrition_per_year") / 52 * early
    push = p("talent.attrition_from_trust") * (0.5 - rep.rep_trust)
    push += p("talent.attrition_from_motivation") * (p("talent.content_motivation") - rep.motivation)
    off = (rep.attainment - p("talent.middle_attainment")) / p("talent.middle_width")
    offers = 1 - p("talent.attrition_from_middle") * (1 - exp(-(off**2)))
    pay = p("talent.on_target_earnings") / org.market_pay if case.on("pay") else 1.0
    steep, inv = p("talent.attrition_sensitivity"), p("talent.involuntary_share")
    missed = p("talent.attrition_from_attainment") * (1 - min(rep.attainment, p("motivation.attainment_cap")))
    quits = (1 - inv) * base * exp(steep * push) * offers * pay ** -p("talent.quit_elasticity")
    return quits, inv * base * exp(steep * missed)


def trust(case, rep, manager, org):
    """Trust in management, honesty and goal clarity after a week."""
    p, on = case.p, case.on
    won = p("motivation.trust_per_coaching_hour") * rep.hours_coaching
    won += p("motivation.trust_per_dive_hour") * manager.dive_hours_per_rep + p("motivation.trust_recovery")
    lost = p("motivation.trust_loss_control") * manager.prescriptiveness
    lost += on("dilution") * p("motivation.trust_loss_ownership") * rep.extra_faces
    change = won * (1 - rep.rep_trust) - p("motivation.trust_loss_ratio") * lost * rep.rep_trust
    level = clip(rep.rep_trust + change, 0, 1)
    floor = p("motivation.honesty_floor")
    honest = floor + (1 - floor) * level
    heard = org.vision_credibility * p("strategy.vision_clarity") * p("strategy.goal_communication")
    heard *= p("motivation.heeded_without_trust") + (1 - p("motivation.heeded_without_trust")) * level
    aim = clip(p("strategy.goal_clarity_scale") * heard, 0, 1) if on("vision") else 0.5
    return {
        "rep_trust": level,
        "honesty": 1 - on("misreporting") * (1 - honest),
        "goal_clarity": toward(rep.goal_clarity, aim, p("strategy.goal_learning_rate")),
    }


def quarters_end(case, rep):
    """Attainment, what was feasible, and trust after the quarter, of a filled seat with a quota."""
    p = case.p
    feasible = 13 * rep.expected
    attainment = rep.booked_quarter / rep.quota
    if attainment < 1:
        unfair = clip(rep.quota / max(feasible, 1) - 1, 0, 1)
        loss = p("motivation.trust_loss_unfair_miss") * unfair * p("motivation.trust_loss_ratio")
        level = clip(rep.rep_trust * (1 - loss), 0, 1)
    else:
        unfair = 0.0
        level = clip(rep.rep_trust + p("motivation.trust_gain_fair_target") * (1 - rep.rep_trust), 0, 1)
    return {"feasible": feasible, "attainment": attainment, "unfair": unfair, "rep_trust": level}


def years_target(case, org):
    """The leader's target for the coming year, after the first one."""
    p, on = case.p, case.on
    before = org.booked_last_year or org.booked_year
    growth = max(0.0, org.booked_year - before)
    return (org.booked_year + on("ratchet") * p("strategy.ratchet") * growth) * (1 + p("strategy.stretch"))
