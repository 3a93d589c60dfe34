"""How a missed target is explained and answered."""

from agents.machinery.chance import DECISION, draw
from agents.machinery.codes import CAUSE, KIND, RESPONSE
from agents.machinery.formulas import clip
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@rule(agent="manager")
def explain_miss(s: State, m: int) -> None:
    """With probability = understanding the true cause of a miss is named; else "sales lacks capability"."""
    p = s.p[0]
    manager = s.managers[m]
    manager.true_cause = CAUSE.NONE
    manager.named_cause = CAUSE.NONE
    if manager.level > 1 or manager.attainment >= 1.0 - p.management_miss_tolerance:
        return
    manager.true_cause = largest_cause(s, m)
    manager.named_cause = CAUSE.CAPABILITY
    if draw(s, DECISION.EXPLAIN, m) < manager.understanding:
        manager.named_cause = manager.true_cause


@helper
def largest_cause(s: State, m: int) -> int:
    """What truly lies behind the miss: the target, or the cause of most losses. [code]."""
    manager = s.managers[m]
    lost = manager.lost_time + manager.lost_targeting + manager.lost_capability + manager.lost_product
    above = clip(manager.team_quota / max(manager.team_feasible, 1.0) - 1.0, 0.0, 1.0)
    best = above * lost * s.p[0].management_weight_of_target
    cause = CAUSE.TARGET
    if manager.lost_time > best:
        best, cause = manager.lost_time, CAUSE.TIME
    if manager.lost_targeting > best:
        best, cause = manager.lost_targeting, CAUSE.TARGETING
    if manager.lost_capability > best:
        best, cause = manager.lost_capability, CAUSE.CAPABILITY
    if manager.lost_product > best:
        cause = CAUSE.PRODUCT
    return cause


@rule(agent="manager")
def respond_to_miss(s: State, m: int) -> None:
    """Answer a miss by the policy: overlay, prescribe, train, root cause, none, or drawn by weights."""
    p = s.p[0]
    manager = s.managers[m]
    let_remedies_fade(s, m)
    manager.response_made = RESPONSE.NONE
    if manager.level > 1:
        return
    if manager.named_cause == CAUSE.NONE:
        manager.prescriptiveness *= 1.0 - p.management_control_relaxation
        return
    choice = choose_response(s, m)
    manager.response_made = choice
    if choice == RESPONSE.OVERLAY:
        manager.overlay_request = p.management_overlays_per_response
        manager.overlay_kind = overlay_kind_for(manager.named_cause)
    elif choice == RESPONSE.PRESCRIBE:
        manager.prescriptiveness += p.management_prescription_step * (1.0 - manager.prescriptiveness)
    elif choice == RESPONSE.TRAIN:
        manager.programme_training += p.management_programme_training_hours
    elif choice == RESPONSE.ROOT_CAUSE:
        review(s, m)


@helper
def let_remedies_fade(s: State, m: int) -> None:
    """Remedies are not permanent: programmes run for a quarter, the rest is given back step by step."""
    manager = s.managers[m]
    kept = 1.0 - s.p[0].management_remedy_fade
    manager.overlay_request = 0.0
    manager.icp_request = 0.0
    manager.programme_training = 0.0
    manager.extra_coaching *= kept
    manager.quota_relief *= kept
    manager.time_freed *= kept


@helper
def choose_response(s: State, m: int) -> int:
    """The manager's policy; policy 5 draws by the weights of the scenario. [code]."""
    p = s.p[0]
    policy = int(s.managers[m].management_response)
    if policy < 5:
        return policy
    weights = p.management_weight_none + p.management_weight_overlay + p.management_weight_prescribe
    weights += p.management_weight_train + p.management_weight_root_cause
    luck = draw(s, DECISION.RESPONSE, m) * weights
    if luck < p.management_weight_overlay:
        return RESPONSE.OVERLAY
    luck -= p.management_weight_overlay
    if luck < p.management_weight_prescribe:
        return RESPONSE.PRESCRIBE
    luck -= p.management_weight_prescribe
    if luck < p.management_weight_train:
        return RESPONSE.TRAIN
    luck -= p.management_weight_train
    if luck < p.management_weight_root_cause:
        return RESPONSE.ROOT_CAUSE
    return RESPONSE.NONE


@helper
def overlay_kind_for(cause: int) -> int:
    """Which specialists seem to answer a cause. [code]."""
    if cause == CAUSE.TARGETING:
        return KIND.INDUSTRY
    if cause == CAUSE.TIME:
        return KIND.TELESALES
    if cause == CAUSE.TARGET:
        return KIND.INSTALLED_BASE
    return KIND.PRODUCT


@helper
def review(s: State, m: int) -> None:
    """A root-cause review: the true cause is found, and acted on."""
    p = s.p[0]
    manager = s.managers[m]
    manager.reviews += 1
    manager.cost += p.management_review_cost
    manager.understanding += p.management_review_insight * (1.0 - manager.understanding)
    manager.named_cause = manager.true_cause
    cause = manager.true_cause
    manager.prescriptiveness *= 1.0 - p.management_control_relaxation
    if cause == CAUSE.TARGET:
        above = 1.0 - manager.team_feasible / max(manager.team_quota, 1.0)
        manager.quota_relief = clip(
            manager.quota_relief + p.management_relief_share * above, 0.0, p.management_review_limit
        )
    elif cause == CAUSE.TIME:
        manager.time_freed = clip(manager.time_freed + p.management_time_freed_step, 0.0, p.management_review_limit)
    elif cause == CAUSE.TARGETING or cause == CAUSE.PRODUCT:
        manager.icp_request = p.management_icp_step
    elif cause == CAUSE.CAPABILITY:
        coaching = manager.extra_coaching + p.management_extra_coaching_step
        manager.extra_coaching = clip(coaching, 0.0, p.management_extra_coaching_limit)
