"""Reps: quota-carrying sellers, how they plan a week and what they book.

A rep holds a seat of the sales force; a seat has a territory of accounts and, over time,
several holders. The pipeline is a chain of opportunity slots.
"""

import math
from typing import Any

from agents.chance import DECISION, normal_at, uniform
from agents.codes import CAUSE, OUTCOME, PURSUIT, REASON, STATUS
from agents.formulas import clip, coordination_hours_each, toward
from agents.on_demand import mesa_class
from agents.opportunity import people_on
from agents.record import Field, Record
from agents.rule import helper, rule
from agents.state_type import State

WEEK = 168.0

REPS = Record(
    "reps",
    "Seat of a quota-carrying seller, with its present holder",
    [
        Field("manager", "i8", "row of managers", "Front-line manager of the seat."),
        Field("first_account", "i8", "row of buyers", "First account of the territory."),
        Field("n_accounts", "i8", "accounts", "Accounts of the territory."),
        Field(
            "potential",
            "f8",
            "ratio",
            "Potential of the territory relative to the mean; 0 is drawn.",
            low=0.0,
            high=1e6,
        ),
        Field(
            "territory",
            "f8",
            "currency / quarter",
            "Bookings the territory brings at the force's usual win rate.",
            low=0.0,
            high=1e12,
        ),
        Field("idle", "i8", "0 | 1", "A seat outside the model, for tests: no accounts, no quota, no pay."),
        Field("active", "i8", "0 | 1", "Whether the seat is filled."),
        Field("good_fit", "i8", "0 | 1", "Whether the holder suits the job (exponential tenure only)."),
        Field("appointed", "i8", "0 | 1", "Whether a Poisson hire is due for the seat."),
        Field("annual_quota", "f8", "currency / year", "Quota of the year.", low=0.0, high=1e13),
        Field("planned", "i8", "0 | 1", "Whether the seat is in the head-count plan."),
        Field("vacant_weeks", "i8", "weeks", "Weeks the seat has been empty."),
        Field("holder", "i8", "count", "How many people have held the seat."),
        Field("left", "i8", "0 | 1", "Whether the holder left this week."),
        Field("tenure", "i8", "weeks", "Weeks the holder has been here."),
        Field(
            "art_pipeline", "f8", "ratio", "Innate gift for filling the pipeline; mean 1.", low=0.0, high=1e3, start=1.0
        ),
        Field("art_conversation", "f8", "ratio", "Innate gift for conversation; mean 1.", low=0.0, high=1e3, start=1.0),
        Field(
            "art_driving", "f8", "ratio", "Innate gift for driving opportunities; mean 1.", low=0.0, high=1e3, start=1.0
        ),
        Field("art_growth", "f8", "ratio", "Innate gift for growing accounts; mean 1.", low=0.0, high=1e3, start=1.0),
        Field("method_pipeline", "f8", "share", "Trained method of filling the pipeline.", low=0.0, high=1.0),
        Field("method_conversation", "f8", "share", "Trained method of conversation.", low=0.0, high=1.0),
        Field("method_driving", "f8", "share", "Trained method of driving opportunities.", low=0.0, high=1.0),
        Field("method_growth", "f8", "share", "Trained method of growing accounts.", low=0.0, high=1.0),
        Field("closing", "f8", "share", "Trained closing tactics.", low=0.0, high=1.0),
        Field("adherence", "f8", "share", "How far the playbook is followed.", low=0.0, high=1.0, start=0.5),
        Field(
            "capability_pipeline",
            "f8",
            "ratio",
            "Capability in use for filling the pipeline; 1 is usual.",
            low=0.0,
            high=1e3,
            start=1.0,
        ),
        Field(
            "capability_conversation",
            "f8",
            "ratio",
            "Capability in use for conversation; 1 is usual.",
            low=0.0,
            high=1e3,
            start=1.0,
        ),
        Field(
            "capability_driving",
            "f8",
            "ratio",
            "Capability in use for driving; 1 is usual.",
            low=0.0,
            high=1e3,
            start=1.0,
        ),
        Field(
            "capability_growth",
            "f8",
            "ratio",
            "Capability in use for growing accounts; 1 is usual.",
            low=0.0,
            high=1e3,
            start=1.0,
        ),
        Field("latent", "f8", "share", "Method the playbook would allow and that is not in use.", low=0.0, high=1.0),
        Field(
            "conversation_power",
            "f8",
            "ratio",
            "Capability x energy brought to a conversation.",
            low=0.0,
            high=1e3,
            start=1.0,
        ),
        Field("rep_trust", "f8", "share", "Trust in management.", low=0.0, high=1.0, start=0.6),
        Field("honesty", "f8", "share", "Probability of reporting a true reason.", low=0.0, high=1.0, start=0.6),
        Field("goal_clarity", "f8", "share", "How well goals are understood.", low=0.0, high=1.0, start=0.5),
        Field("motivation", "f8", "share", "Motivation.", low=0.0, high=1.0, start=0.7),
        Field("energy", "f8", "share", "Energy.", low=0.0, high=1.0, start=0.9),
        Field("quota", "f8", "currency / quarter", "Quota of a quarter.", low=0.0, high=1e12),
        Field("booked", "f8", "currency", "Booked this week.", low=0.0, high=1e12),
        Field("booked_quarter", "f8", "currency", "Booked this quarter so far.", low=0.0, high=1e12),
        Field("booked_year", "f8", "currency", "Booked this year so far.", low=0.0, high=1e12),
        Field(
            "quota_year", "f8", "currency", "Quota of the quarters of this year that have ended.", low=0.0, high=1e13
        ),
        Field("attainment", "f8", "ratio", "Bookings over quota of the last quarter.", low=0.0, high=1e6, start=1.0),
        Field(
            "expected", "f8", "currency / week", "What the rep has learned to expect of own week.", low=0.0, high=1e12
        ),
        Field(
            "feasible",
            "f8",
            "currency / quarter",
            "Target the rep held feasible at the last quarter's end.",
            low=0.0,
            high=1e12,
        ),
        Field("first_open", "i8", "row", "First opportunity of the pipeline, -1 for none.", start=-1),
        Field("n_open", "i8", "opportunities", "Open opportunities."),
        Field("n_customers", "i8", "accounts", "Accounts with something installed."),
        Field(
            "pipeline_value",
            "f8",
            "currency",
            "Amount of open opportunities, weighted by logged stage.",
            low=0.0,
            high=1e12,
        ),
        Field("extra_faces", "f8", "people", "Mean number of specialists on the rep's deals.", low=0.0, high=4.0),
        Field("work_weight", "f8", "weight", "Sum of the planning weights of the pipeline.", low=0.0, high=1e6),
        Field("hours_opportunities", "f8", "hours / week", "Hours for open opportunities.", low=0.0, high=WEEK),
        Field("hours_prospecting", "f8", "hours / week", "Hours of prospecting.", low=0.0, high=WEEK),
        Field("hours_growth", "f8", "hours / week", "Hours tending customers.", low=0.0, high=WEEK),
        Field("hours_admin", "f8", "hours / week", "Administration and internal meetings.", low=0.0, high=WEEK),
        Field("hours_reporting", "f8", "hours / week", "Reports and forecasts.", low=0.0, high=WEEK),
        Field("hours_inspection", "f8", "hours / week", "Being inspected.", low=0.0, high=WEEK),
        Field(
            "hours_coordination", "f8", "hours / week", "Staying in step with colleagues on deals.", low=0.0, high=WEEK
        ),
        Field("hours_switching", "f8", "hours / week", "Switching between opportunities.", low=0.0, high=WEEK),
        Field("hours_training", "f8", "hours / week", "In training.", low=0.0, high=WEEK),
        Field("hours_coaching", "f8", "hours / week", "Being coached.", low=0.0, high=WEEK),
        Field("hours_unused", "f8", "hours / week", "Hours an unmotivated rep does not use.", low=0.0, high=WEEK),
        Field(
            "prospecting_rate", "f8", "needs / account / week", "Needs the rep's prospecting finds.", low=0.0, high=10.0
        ),
        Field("marketing_rate", "f8", "needs / account / week", "Leads from marketing.", low=0.0, high=10.0),
        Field("telesales_rate", "f8", "needs / account / week", "Opportunities telesales creates.", low=0.0, high=10.0),
        Field("account_care", "f8", "share", "Care customers get, of what they need.", low=0.0, high=1.0),
        Field("follow_through", "f8", "share", "Follow-through on what was sold.", low=0.0, high=1.0, start=1.0),
        Field("won", "i8", "opportunities", "Won this week."),
        Field("lost", "i8", "opportunities", "Lost this week."),
        Field("undecided", "i8", "opportunities", "Ended in no decision this week."),
        Field("lost_time", "f8", "opportunities", "Not won this quarter for want of attention.", low=0.0, high=1e6),
        Field("lost_targeting", "f8", "opportunities", "Not won this quarter for want of fit.", low=0.0, high=1e6),
        Field(
            "lost_capability",
            "f8",
            "opportunities",
            "Not won this quarter for want of value, alignment, relationship or consensus.",
            low=0.0,
            high=1e6,
        ),
        Field(
            "lost_product",
            "f8",
            "opportunities",
            "Not won this quarter for price or an unready product.",
            low=0.0,
            high=1e6,
        ),
        Field("closed_known", "i8", "opportunities", "Losses with a reason this week."),
        Field("external_reported", "i8", "opportunities", "Of these, reported as price, competition or offering."),
        Field("external_true", "i8", "opportunities", "Of these, truly price or fit."),
        Field("honest_reports", "i8", "opportunities", "Of these, reported truly."),
        Field("unfair", "f8", "share", "How far the last miss was the target's fault.", low=0.0, high=1.0),
        Field("training_hours_per_quarter", "f8", "hours / quarter", "Lever: training.", low=0.0, high=520.0),
        Field(
            "operations_wip_limit",
            "f8",
            "opportunities",
            "Lever: open opportunities worked at a time, 0 for all.",
            low=0.0,
            high=500.0,
        ),
        Field(
            "operations_protected_prospecting_hours",
            "f8",
            "hours / week",
            "Lever: hours kept free for prospecting.",
            low=0.0,
            high=40.0,
        ),
        Field(
            "operations_marketing_leads_per_week",
            "f8",
            "leads / week",
            "Lever: leads from marketing per rep.",
            low=0.0,
            high=50.0,
        ),
        Field("enablement_alignment", "f8", "share", "Lever: alignment of sales and buying stages.", low=0.0, high=1.0),
        Field(
            "enablement_process_formality", "f8", "share", "Lever: formality of the sales process.", low=0.0, high=1.0
        ),
        Field("strategy_qualification_threshold", "f8", "share", "Lever: least fit a rep takes up.", low=0.0, high=1.0),
        Field(
            "training_value_content", "f8", "share", "Lever: share of training on creating value.", low=0.0, high=1.0
        ),
        Field("cost", "f8", "currency / week", "Pay, training and hiring cost of the week.", low=0.0, high=1e12),
    ],
)


@rule(agent="rep")
def accept_needs(s: State, i: int) -> None:
    """Take up the needs of the territory that look good enough."""
    rep = s.reps[i]
    if rep.active == 0:
        return
    n_lines = len(s.lines)
    for b in range(rep.first_account, rep.first_account + rep.n_accounts):
        line = s.buyers[b].calling - 1
        if line >= 0:
            o = b * n_lines + line
            if perceived_fit(s, b, o) >= rep.strategy_qualification_threshold:
                opp = s.opportunities[o]
                opp.pursuit = PURSUIT.PURSUED
                opp.next_open = rep.first_open
                opp.hours = 0.0
                opp.sales_stage = 0.0
                rep.first_open = o
                rep.n_open += 1


@helper
def perceived_fit(s: State, b: int, o: int) -> float:
    """Fit as the rep understands it: the truth as far as ICP and account are clear, else a guess. [share]."""
    p = s.p[0]
    seen = (
        s.org[0].icp_clarity * (1.0 - p.strategy_fit_from_intimacy)
        + s.buyers[b].intimacy * p.strategy_fit_from_intimacy
    )
    guess = clip(p.buyers_fit_mean + 0.25 * draw_perception(s, o), 0.0, 1.0)
    return seen * s.opportunities[o].fit + (1.0 - seen) * guess


@helper
def draw_perception(s: State, o: int) -> float:
    """Error in judging this opportunity, the same through all its life. [standard deviations]."""
    clock = s.clock[0]
    return normal_at(uniform(clock.seed, DECISION.PERCEPTION, o, s.opportunities[o].created))


@rule(agent="rep")
def size_up(s: State, i: int) -> None:
    """Judge each open opportunity's expected value and log its stage."""
    p = s.p[0]
    rep = s.reps[i]
    n_lines = len(s.lines)
    rep.pipeline_value = 0.0
    faces = 0.0
    o = rep.first_open
    while o >= 0:
        opp = s.opportunities[o]
        chance = perceived_fit(s, o // n_lines, o) * (
            p.operations_score_floor + (1.0 - p.operations_score_floor) * opp.preference
        )
        opp.score = opp.amount * chance / (1.0 - 0.7 * opp.buying_stage)
        opp.sales_stage = clip(opp.buying_stage + stage_push(s, i), opp.buying_stage, 1.0)
        rep.pipeline_value += opp.amount * opp.sales_stage
        faces += people_on(s, o) - 1.0
        o = opp.next_open
    rep.extra_faces = faces / max(rep.n_open, 1)


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
    end = math.exp((clock.week_of_quarter - 13.0) / 2.0)
    behind = max(0.0, 1.0 - rep.attainment)
    pressure = p.enablement_push_base + p.enablement_push_quarter_end * end * (0.5 + behind)
    pressure += p.enablement_push_prescriptive * s.managers[rep.manager].prescriptiveness
    pressure += p.enablement_push_closing * rep.closing
    return (1.0 - rep.enablement_alignment) * pressure


@rule(agent="rep")
def triage(s: State, i: int) -> None:
    """With a limit on work in progress, the least promising opportunities above it are dropped early."""
    rep = s.reps[i]
    limit = rep.operations_wip_limit
    if limit < 1.0 or rep.active == 0 or s.p[0].mechanisms_wip_limit == 0.0:
        return
    excess = rep.n_open - int(limit)
    while excess > 0:
        worst = -1
        o = rep.first_open
        while o >= 0:
            opp = s.opportunities[o]
            if opp.pursuit == PURSUIT.PURSUED and (worst < 0 or opp.score < s.opportunities[worst].score):
                worst = o
            o = opp.next_open
        if worst < 0:
            return
        s.opportunities[worst].pursuit = PURSUIT.DROPPED
        excess -= 1


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
    coordination = 0.0
    worked = 0
    o = rep.first_open
    while o >= 0:
        opp = s.opportunities[o]
        if opp.pursuit == PURSUIT.PURSUED:
            worked += 1
            coordination += coordination_hours_each(people_on(s, o), p.structure_hours_per_channel)
        o = opp.next_open
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
    total = rep.hours_admin + rep.hours_reporting + rep.hours_inspection + rep.hours_coordination
    return total + rep.hours_switching + rep.hours_training + rep.hours_coaching


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
    rep.hours_admin *= factor
    rep.hours_reporting *= factor
    rep.hours_inspection *= factor
    rep.hours_coordination *= factor
    rep.hours_switching *= factor
    rep.hours_training *= factor
    rep.hours_coaching *= factor


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
    rep.hours_growth = min(free * 0.4, p.enablement_care_hours * rep.n_customers * own)
    protected = min(rep.operations_protected_prospecting_hours * own, free - rep.hours_growth)
    wanted = worked(rep) * p.operations_wanted_hours_per_cycle * p.buyers_effort_scale / p.market_cycle_weeks
    rep.hours_opportunities = min(wanted, free - rep.hours_growth - protected)
    rep.hours_prospecting = free - rep.hours_growth - rep.hours_opportunities


@helper
def worked(rep: Any) -> float:
    """Opportunities the rep works on. [opportunities]."""
    if rep.operations_wip_limit >= 1.0:
        return min(float(rep.n_open), rep.operations_wip_limit)
    return float(rep.n_open)


@rule(agent="rep")
def share_out_hours(s: State, i: int) -> None:
    """Every opportunity pursued gets a share: more for one's own deals, less where ownership is diluted."""
    rep = s.reps[i]
    rep.work_weight = 0.0
    o = rep.first_open
    while o >= 0:
        opp = s.opportunities[o]
        if opp.pursuit == PURSUIT.PURSUED:
            rep.work_weight += own_weight(s, o)
        o = opp.next_open
    o = rep.first_open
    while o >= 0:
        opp = s.opportunities[o]
        opp.hours = 0.0
        if opp.pursuit == PURSUIT.PURSUED and rep.active == 1:
            opp.hours = rep.hours_opportunities * own_weight(s, o) / rep.work_weight
        o = opp.next_open


@helper
def own_weight(s: State, o: int) -> float:
    """Weight of a deal in the rep's week: own deals first, diluted ones later. [weight]."""
    p = s.p[0]
    faces = people_on(s, o) - 1.0
    return 1.0 / (1.0 + p.structure_ownership_dilution * p.mechanisms_dilution * faces)


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
    telesales = s.kinds[3].count * p.structure_telesales_needs_per_week
    rep.telesales_rate = telesales / max(s.org[0].n_active, 1) / accounts
    rep.account_care = 1.0
    rep.follow_through = 1.0
    if rep.n_customers > 0:
        need = p.enablement_care_hours * rep.n_customers
        dedicated = need * p.structure_role_specialisation * p.structure_dedicated_efficiency
        rep.account_care = clip((rep.hours_growth + dedicated) / max(need, 1e-9), 0.0, 1.0)
        diluted = p.structure_follow_through_dilution * p.mechanisms_dilution * rep.extra_faces
        rep.follow_through = rep.account_care / (1.0 + diluted)


@rule(agent="rep")
def collect_results(s: State, i: int) -> None:
    """Book what buyers decided, remember why, and take closed opportunities off the pipeline."""
    rep = s.reps[i]
    reset_week(s, i)
    previous = -1
    o = rep.first_open
    while o >= 0:
        opp = s.opportunities[o]
        following = opp.next_open
        if opp.status == STATUS.CLOSED:
            count_closed(s, i, o)
            opp.pursuit = PURSUIT.NONE
            opp.hours = 0.0
            if previous < 0:
                rep.first_open = following
            else:
                s.opportunities[previous].next_open = following
            rep.n_open -= 1
        else:
            previous = o
        o = following
    customers = 0
    for b in range(rep.first_account, rep.first_account + rep.n_accounts):
        if s.buyers[b].customer_lines > 0:
            customers += 1
    rep.n_customers = customers
    rep.booked_quarter += rep.booked
    rep.booked_year += rep.booked
    rep.expected = toward(rep.expected, rep.booked, s.p[0].motivation_expectation_rate)


@helper
def reset_week(s: State, i: int) -> None:
    """Start the week's counts at zero."""
    rep = s.reps[i]
    rep.booked = 0.0
    rep.won = 0
    rep.lost = 0
    rep.undecided = 0
    rep.closed_known = 0
    rep.external_reported = 0
    rep.external_true = 0
    rep.honest_reports = 0


@helper
def count_closed(s: State, i: int, o: int) -> None:
    """Add one closed opportunity to the rep's books."""
    rep = s.reps[i]
    opp = s.opportunities[o]
    if opp.outcome == OUTCOME.WON:
        rep.won += 1
        rep.booked += opp.amount
        return
    if opp.outcome == OUTCOME.LOST:
        rep.lost += 1
    else:
        rep.undecided += 1
    count_cause(s, i, o)
    if opp.true_reason == REASON.DISQUALIFIED:
        return
    rep.closed_known += 1
    if opp.reported_reason == opp.true_reason:
        rep.honest_reports += 1
    if opp.true_reason == REASON.PRICE or opp.true_reason == REASON.FIT:
        rep.external_true += 1
    told = opp.reported_reason
    if told == REASON.PRICE or told == REASON.COMPETITION or told == REASON.OFFERING:
        rep.external_reported += 1


@helper
def cause_of(s: State, o: int) -> int:
    """Cause, in managers' words, of an opportunity not won. [code]."""
    opp = s.opportunities[o]
    reason = opp.true_reason
    if reason == REASON.ATTENTION:
        return CAUSE.TIME
    if reason == REASON.DISQUALIFIED:
        return CAUSE.TARGETING if opp.fit < s.p[0].buyers_good_fit else CAUSE.TIME
    if reason == REASON.FIT:
        return CAUSE.PRODUCT if s.lines[o % len(s.lines)].readiness < 1.0 else CAUSE.TARGETING
    if reason == REASON.PRICE:
        return CAUSE.PRODUCT
    return CAUSE.CAPABILITY


@helper
def count_cause(s: State, i: int, o: int) -> None:
    """Count a loss under the cause a manager could act on."""
    rep = s.reps[i]
    cause = cause_of(s, o)
    if cause == CAUSE.TIME:
        rep.lost_time += 1.0
    elif cause == CAUSE.TARGETING:
        rep.lost_targeting += 1.0
    elif cause == CAUSE.PRODUCT:
        rep.lost_product += 1.0
    else:
        rep.lost_capability += 1.0


__getattr__ = mesa_class(__name__, "Rep", "A quota-carrying seller.", "rep", REPS)
