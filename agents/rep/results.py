"""Results: what was won and lost, and why."""

from agents.machinery.codes import CAUSE, OUTCOME, PURSUIT, REASON, STATUS
from agents.machinery.formulas import toward
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


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
    rep.n_customers = rep.customers_seen
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
