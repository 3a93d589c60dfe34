"""Results: what was won and lost, and why."""

from agents.buyer.conversations import people_on
from agents.machinery.codes import CAUSE, OUTCOME, REASON, STATUS
from agents.machinery.formulas import channels, toward
from agents.machinery.rule import helper, rule
from agents.machinery.state import State
from agents.machinery.walk import first_place, pipeline_of


@rule(agent="rep")
def collect_results(s: State, i: int) -> None:
    """Book what buyers decided, remember why, and take closed opportunities off the pipeline."""
    rep = s.reps[i]
    reset_week(s, i)
    end = first_place(s, i)
    for o in pipeline_of(s, i):
        if s.opportunities[o].status == STATUS.CLOSED:
            count_closed(s, i, o)
        else:
            note_open(s, i, o)
            if end < o:
                s.opportunities[end] = s.opportunities[o]
            end += 1
    rep.n_open = end - first_place(s, i)
    rep.n_customers = rep.customers_seen
    rep.booked_quarter += rep.booked
    rep.booked_year += rep.booked
    rep.expected = toward(rep.expected, rep.booked, s.p[0].motivation_expectation_rate)


@helper
def reset_week(s: State, i: int) -> None:
    """Start the week's counts at zero."""
    rep = s.reps[i]
    rep.booked = 0.0
    rep.renewed = 0.0
    rep.churned = 0.0
    rep.experience_of_open = 0.0
    rep.access_of_open = 0.0
    rep.preference_of_open = 0.0
    rep.lead_of_open = 0.0
    rep.channels_of_open = 0.0
    rep.won = 0
    rep.lost = 0
    rep.undecided = 0
    rep.closed_known = 0
    rep.external_reported = 0
    rep.external_true = 0
    rep.honest_reports = 0


@helper
def note_open(s: State, i: int, o: int) -> None:
    """Add where an open opportunity stands to the rep's sums."""
    rep = s.reps[i]
    opp = s.opportunities[o]
    rep.experience_of_open += opp.experience
    rep.access_of_open += opp.access
    rep.preference_of_open += opp.preference
    rep.lead_of_open += max(0.0, opp.sales_stage - opp.buying_stage)
    rep.channels_of_open += channels(people_on(s, o))


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
def cause_of(s: State, reason: int, fit: float, line: int) -> int:
    """Cause, in managers' words, of an opportunity not won. [code]."""
    if reason == REASON.ATTENTION:
        return CAUSE.TIME
    if reason == REASON.DISQUALIFIED:
        return CAUSE.TARGETING if fit < s.p[0].buyers_good_fit else CAUSE.TIME
    if reason == REASON.FIT:
        return CAUSE.PRODUCT if s.lines[line].readiness < 1.0 else CAUSE.TARGETING
    if reason == REASON.PRICE:
        return CAUSE.PRODUCT
    return CAUSE.CAPABILITY


@helper
def count_cause(s: State, i: int, o: int) -> None:
    """Count a loss under the cause a manager could act on."""
    rep = s.reps[i]
    opp = s.opportunities[o]
    cause = cause_of(s, opp.true_reason, opp.fit, opp.slot % len(s.lines))
    if cause == CAUSE.TIME:
        rep.lost_time += 1.0
    elif cause == CAUSE.TARGETING:
        rep.lost_targeting += 1.0
    elif cause == CAUSE.PRODUCT:
        rep.lost_product += 1.0
    else:
        rep.lost_capability += 1.0
