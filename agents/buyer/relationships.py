"""Relationships and results of all accounts of a territory at once: what every week changes of every account."""

from agents.machinery.formulas import clip, toward
from agents.machinery.rule import rule
from agents.machinery.state import State


@rule(agent="buyer", each="territory")
def let_relationships_fade(s: State, i: int) -> None:
    """Without contact buyers' trust drifts back; the rep's knowledge of the accounts and their regard fade.

    A new holder of the seat starts with only part of what the last one knew. Regard lasts as far as results do: it
    fades towards the square of satisfaction, at an account that is no customer towards nothing.
    """
    p = s.p[0]
    rep = s.reps[i]
    kept = 1.0 - p.buyers_intimacy_fade
    if rep.holder != rep.holder_known:
        kept *= p.buyers_intimacy_handover
        rep.holder_known = rep.holder
    end = rep.first_account + rep.n_accounts
    trust = s.buyer_trust[rep.first_account : end]
    intimacy = s.intimacy[rep.first_account : end]
    satisfaction = s.satisfaction[rep.first_account : end]
    regard = s.regard[rep.first_account : end]
    lines = s.customer_lines[rep.first_account : end]
    neutral = p.buyers_initial_trust
    for k in range(rep.n_accounts):
        earned = clip(neutral + p.buyers_trust_from_satisfaction * (satisfaction[k] - 0.5), 0.0, 1.0)
        trust[k] = toward(trust[k], earned if lines[k] > 0 else neutral, p.buyers_trust_fade)
        intimacy[k] = intimacy[k] * kept
        lasting = satisfaction[k] * satisfaction[k] if lines[k] > 0 else 0.0
        regard[k] = toward(regard[k], min(regard[k], lasting), p.buyers_regard_fade)


@rule(agent="buyer", each="territory")
def feel_results(s: State, i: int) -> None:
    """Customers' satisfaction moves to their result: what was promised and kept, times the rep's follow-through."""
    p = s.p[0]
    rep = s.reps[i]
    late = 1.0 / (1.0 + p.organization_delay_dissatisfaction * s.org[0].delivery_delay * p.mechanisms_delivery)
    realised = p.buyers_result_scale * (1.0 - p.buyers_follow_through_weight * (1.0 - rep.follow_through)) * late
    rate = 1.0 / p.buyers_delivery_weeks
    end = rep.first_account + rep.n_accounts
    satisfaction = s.satisfaction[rep.first_account : end]
    promise = s.promise[rep.first_account : end]
    lines = s.customer_lines[rep.first_account : end]
    for k in range(rep.n_accounts):
        felt = toward(satisfaction[k], clip(promise[k] * realised, 0.0, 1.0), rate)
        satisfaction[k] = felt if lines[k] > 0 else satisfaction[k]
