"""The pipeline: which needs to take up, how good they look, which opportunities to work on."""

import math

from agents.buyer.conversations import people_on
from agents.buyer.decision import let_rest
from agents.machinery.codes import PURSUIT
from agents.machinery.formulas import clip, hours_asked, kept_share
from agents.machinery.rule import helper, rule
from agents.machinery.state import State
from agents.machinery.walk import asked_of, first_place, pipeline_of
from agents.rep.hours import limit_of


@rule(agent="rep")
def accept_needs(s: State, i: int) -> None:
    """Look at the needs one is asked about, and take up those that look good enough; the others go elsewhere.

    A rep short of hours turns away more, as far as the ideal customer profile says what to turn away.
    """
    rep = s.reps[i]
    bar = rep.strategy_qualification_threshold
    if rep.active == 1 and hours_needed(s, i) > rep.hours_opportunities:
        bar = max(bar, s.p[0].strategy_icp_bar * s.org[0].icp_clarity)
    end = first_place(s, i) + rep.n_open
    for o in asked_of(s, i):
        if rep.active == 1 and perceived_fit(s, o) >= bar:
            s.opportunities[o].pursuit = PURSUIT.PURSUED
            if end < o:
                s.opportunities[end] = s.opportunities[o]
            end += 1
        else:
            let_rest(s, s.opportunities[o].slot, 1)
    rep.n_open = end - first_place(s, i)
    rep.n_asking = 0


@helper
def hours_needed(s: State, i: int) -> float:
    """Hours a week the rep's open opportunities ask for. [hours / week]."""
    p = s.p[0]
    per_cycle = p.motivation_needed_hours_per_cycle
    return hours_asked(s.reps[i].n_open, per_cycle, p.buyers_effort_scale, p.market_cycle_weeks)


@helper
def perceived_fit(s: State, o: int) -> float:
    """Fit as the rep understands it: the truth as far as ICP and account are clear, else a guess. [share]."""
    p = s.p[0]
    opp = s.opportunities[o]
    known = s.intimacy[opp.account]
    seen = s.org[0].icp_clarity * (1.0 - p.strategy_fit_from_intimacy) + known * p.strategy_fit_from_intimacy
    guess = clip(p.buyers_fit_mean + p.strategy_fit_guess_spread * opp.misjudged, 0.0, 1.0)
    return seen * opp.fit + (1.0 - seen) * guess


@rule(agent="rep")
def size_up(s: State, i: int) -> None:
    """Judge each open opportunity's expected value and log its stage."""
    p = s.p[0]
    rep = s.reps[i]
    rep.pipeline_value = 0.0
    faces = 0.0
    scores = 0.0
    pursued = 0.0
    push = stage_push(s, i)
    for o in pipeline_of(s, i):
        opp = s.opportunities[o]
        chance = perceived_fit(s, o) * kept_share(p.operations_score_floor, opp.preference)
        opp.score = opp.amount * chance / (1.0 - p.operations_score_from_stage * opp.buying_stage)
        opp.sales_stage = clip(opp.buying_stage + push, opp.buying_stage, 1.0)
        if opp.pursuit == PURSUIT.PURSUED:
            scores += opp.score
            pursued += 1.0
        rep.pipeline_value += opp.amount * opp.sales_stage
        faces += people_on(s, o) - 1.0
    rep.extra_faces = faces / max(rep.n_open, 1)
    rep.usual_score = scores / max(pursued, 1.0)


@helper
def stage_push(s: State, i: int) -> float:
    """How far the logged stage runs ahead of the buyer's. [share].

    Grows with missing alignment, prescriptive control, closing tactics, low attainment and
    the end of the quarter.
    """
    p = s.p[0]
    if p.mechanisms_misalignment == 0.0:
        return 0.0
    rep = s.reps[i]
    clock = s.clock[0]
    end = math.exp((clock.week_of_quarter - 13.0) / p.enablement_quarter_end_weeks)
    behind = max(0.0, 1.0 - rep.attainment)
    pressure = p.enablement_push_base + p.enablement_push_quarter_end * end * (p.enablement_push_at_quota + behind)
    pressure += p.enablement_push_prescriptive * s.managers[rep.manager].prescriptiveness
    pressure += p.enablement_push_closing * rep.closing
    return (1.0 - rep.enablement_alignment) * pressure


@helper
def sensed_limit(s: State, i: int) -> float:
    """Open opportunities the rep's hours can serve, as far as the rep has a sense of it. [opportunities].

    Last week's hours for opportunities and unprotected prospecting over the least that is of use to one, loosened by
    1 / sense.
    """
    p = s.p[0]
    rep = s.reps[i]
    protected = rep.operations_protected_prospecting_hours * (1.0 - p.structure_role_specialisation)
    free = rep.hours_opportunities + max(0.0, rep.hours_prospecting - protected)
    useful = hours_asked(1, p.operations_useful_hours_per_cycle, p.buyers_effort_scale, p.market_cycle_weeks)
    return max(2.0, free / useful / p.operations_capacity_sense)


@rule(agent="rep")
def triage(s: State, i: int) -> None:
    """The least promising opportunities are dropped early: those above the limit, and above what hours can serve."""
    rep = s.reps[i]
    if rep.active == 0:
        return
    limit = limit_of(s, i)
    limit = limit if limit >= 1.0 else float(rep.n_open)
    if s.p[0].operations_capacity_sense > 0.0:
        limit = min(limit, sensed_limit(s, i))
    excess = rep.n_open - int(limit)
    while excess > 0:
        worst = -1
        for o in pipeline_of(s, i):
            opp = s.opportunities[o]
            if opp.pursuit == PURSUIT.PURSUED and (worst < 0 or opp.score < s.opportunities[worst].score):
                worst = o
        if worst < 0:
            return
        s.opportunities[worst].pursuit = PURSUIT.DROPPED
        excess -= 1
