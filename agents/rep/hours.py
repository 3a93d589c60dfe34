"""A rep's week: what is spent inside, and how the rest is shared out."""

from numba import literal_unroll

from agents.buyer.conversations import people_on
from agents.machinery.codes import KIND, PURSUIT
from agents.machinery.formulas import clip, coordination_hours_each, hours_asked
from agents.machinery.rule import helper, rule
from agents.machinery.state import State
from agents.machinery.walk import pipeline_of
from agents.rep.record import INTERNAL_HOURS


@rule(agent="rep")
def count_internal_hours(s: State, i: int) -> None:
    """Hours that never reach a buyer: administration, reports, inspection, training, coaching, colleagues."""
    p = s.p[0]
    rep = s.reps[i]
    manager = s.managers[rep.manager]
    rep.hours_admin = p.operations_admin_hours * (1.0 - p.enablement_tools_saving) * (1.0 - manager.time_freed)
    rep.hours_reporting = p.operations_reporting_hours
    rep.hours_inspection = p.operations_inspection_hours * manager.prescriptiveness
    rep.hours_training = (
        (rep.training_hours_per_quarter + manager.programme_training)
        / 13.0
        * s.org[0].training_afforded
        * p.mechanisms_training
    )
    rep.hours_coaching = manager.coaching_done
    rep.hours_peers = manager.enablement_peer_hours_per_month * 12.0 / 52.0 * p.mechanisms_colleagues
    coordination = 0.0
    worked = 0
    for o in pipeline_of(s, i):
        if s.opportunities[o].pursuit == PURSUIT.PURSUED:
            worked += 1
            coordination += coordination_hours_each(people_on(s, o), p.structure_hours_per_channel)
    coordination += coordination_hours_each(1.0 + rep.paired, p.structure_hours_per_channel)
    rep.hours_coordination = coordination * p.mechanisms_coordination
    rep.hours_switching = p.operations_switching_hours * max(0, worked - 1) * p.mechanisms_switching
    if rep.active == 0:
        clear_internal_hours(s, i)
    else:
        fit_internal_hours(s, i)


@helper
def internal_hours(s: State, i: int) -> float:
    """Sum of the rep's internal hours. [hours / week]."""
    rep = s.reps[i]
    total = 0.0
    for use in literal_unroll(INTERNAL_HOURS):
        total += rep[use]
    return total


@helper
def clear_internal_hours(s: State, i: int) -> None:
    """An empty seat has no hours."""
    scale_internal_hours(s, i, 0.0)


@helper
def fit_internal_hours(s: State, i: int) -> None:
    """Internal hours never exceed the week: past it, each use gets its share."""
    total = internal_hours(s, i)
    if total > s.p[0].operations_week_hours:
        scale_internal_hours(s, i, s.p[0].operations_week_hours / total)


@helper
def scale_internal_hours(s: State, i: int, factor: float) -> None:
    """Scale every internal use of hours."""
    rep = s.reps[i]
    for use in literal_unroll(INTERNAL_HOURS):
        rep[use] *= factor


@rule(agent="rep")
def plan_hours(s: State, i: int) -> None:
    """Split what is left among open opportunities, prospecting and customers.

    Protected prospecting and care for customers come first; opportunities take what they
    can use; what is left goes into prospecting.
    """
    p = s.p[0]
    rep = s.reps[i]
    rep.hours_opportunities = 0.0
    rep.hours_prospecting = 0.0
    rep.hours_growth = 0.0
    rep.hours_unused = 0.0
    if rep.active == 0:
        return
    week = p.operations_week_hours
    free = max(0.0, week - internal_hours(s, i))
    effort = 1.0 - p.motivation_effort_range * (1.0 - rep.motivation) * p.mechanisms_motivation
    rep.hours_unused = free * (1.0 - effort)
    free -= rep.hours_unused
    own = 1.0 - p.structure_role_specialisation
    rep.hours_growth = min(free * p.enablement_care_limit, p.enablement_care_hours * rep.n_customers * own)
    protected = min(rep.operations_protected_prospecting_hours * own, free - rep.hours_growth)
    per_cycle = p.operations_wanted_hours_per_cycle
    wanted = hours_asked(worked(s, i), per_cycle, p.buyers_effort_scale, p.market_cycle_weeks)
    rep.hours_opportunities = min(wanted, free - rep.hours_growth - protected)
    rep.hours_prospecting = free - rep.hours_growth - rep.hours_opportunities


@helper
def limit_of(s: State, i: int) -> float:
    """Open opportunities the rep may work on at a time, below 1 for all. [opportunities]."""
    return s.reps[i].operations_wip_limit * s.p[0].mechanisms_wip_limit


@helper
def worked(s: State, i: int) -> float:
    """Opportunities the rep works on. [opportunities]."""
    limit = limit_of(s, i)
    n_open = float(s.reps[i].n_open)
    return min(n_open, limit) if limit >= 1.0 else n_open


@rule(agent="rep")
def share_out_hours(s: State, i: int) -> None:
    """Every opportunity pursued gets a share: more for one's own deals, less where ownership is diluted."""
    rep = s.reps[i]
    weights = 0.0
    for o in pipeline_of(s, i):
        opp = s.opportunities[o]
        opp.hours = 0.0
        if opp.pursuit == PURSUIT.PURSUED and rep.active == 1:
            opp.hours = own_weight(s, o, rep.usual_score)
            weights += opp.hours
    rep.work_weight = weights
    if weights > 0.0:
        each = rep.hours_opportunities / weights
        for o in pipeline_of(s, i):
            s.opportunities[o].hours *= each


@helper
def own_weight(s: State, o: int, usual: float) -> float:
    """Weight of a deal in the rep's week: promising deals first, diluted ones later. [weight]."""
    p = s.p[0]
    promise = s.opportunities[o].score / max(usual, 1e-9)
    faces = people_on(s, o) - 1.0
    share = 1.0 + p.operations_attention_bias * (promise - 1.0)
    return share / (1.0 + p.structure_ownership_dilution * p.mechanisms_dilution * faces)


@rule(agent="rep")
def reach_out(s: State, i: int) -> None:
    """What prospecting, marketing and telesales will find in the territory next week."""
    p = s.p[0]
    rep = s.reps[i]
    accounts = max(rep.n_accounts, 1)
    hours = rep.hours_prospecting
    if rep.active == 1:
        dedicated = p.structure_role_specialisation * rep.operations_protected_prospecting_hours
        hours += dedicated * p.structure_dedicated_efficiency
    found = p.operations_needs_per_prospecting_hour * hours * rep.capability_pipeline
    rep.prospecting_rate = p.mechanisms_prospecting * found / accounts
    rep.marketing_rate = p.mechanisms_marketing * rep.operations_marketing_leads_per_week / accounts
    telesales = s.kinds[KIND.TELESALES].count * p.structure_telesales_needs_per_week
    rep.telesales_rate = telesales / max(s.org[0].n_active, 1) / accounts
    rep.account_care = 1.0
    rep.follow_through = 1.0
    if rep.n_customers > 0:
        need = p.enablement_care_hours * rep.n_customers
        dedicated = need * p.structure_role_specialisation * p.structure_dedicated_efficiency
        rep.account_care = clip((rep.hours_growth + dedicated) / max(need, 1e-9), 0.0, 1.0)
        diluted = p.structure_follow_through_dilution * p.mechanisms_dilution * rep.extra_faces
        rep.follow_through = rep.account_care / (1.0 + diluted)
