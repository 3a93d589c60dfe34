"""A rep's books: what was won and lost, and why."""

import pytest

from agents.machinery.codes import OUTCOME, REASON, STATUS
from tests.tiny import chain, put, run, tiny


def closed(s, slot, outcome, true=REASON.NONE, told=REASON.NONE, **fields):
    """Close one slot."""
    put(s.opportunities[slot], status=STATUS.CLOSED, outcome=outcome, true_reason=true, reported_reason=told, **fields)


def test_results_are_booked_and_closed_opportunities_leave_the_pipeline():
    s = tiny(motivation_expectation_rate=0.1)
    chain(s, 0, 4)
    closed(s, 0, OUTCOME.WON, amount=70.0)
    closed(s, 2, OUTCOME.LOST, REASON.PRICE, REASON.PRICE)
    closed(s, 3, OUTCOME.NO_DECISION, REASON.VALUE, REASON.COMPETITION)
    put(s.reps[0], booked_quarter=30.0, booked_year=130.0, expected=20.0)
    s.reps[0].customers_seen = 1
    run("collect_results", s)
    rep = s.reps[0]
    assert (rep.won, rep.lost, rep.undecided, rep.n_open) == (1, 1, 1, 1)
    assert s.opportunities[0].slot == 1
    assert (rep.booked, rep.booked_quarter, rep.booked_year) == (70.0, 100.0, 200.0)
    assert rep.expected == pytest.approx(25.0)
    assert rep.n_customers == 1
    # price is truly external and told truly; want of value was told as competition
    assert (rep.closed_known, rep.external_true, rep.external_reported, rep.honest_reports) == (2, 1, 2, 1)
    assert (rep.lost_product, rep.lost_capability) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("reason", "fit", "readiness", "cause"),
    [
        (REASON.ATTENTION, 0.9, 1.0, "lost_time"),
        (REASON.DISQUALIFIED, 0.3, 1.0, "lost_targeting"),
        (REASON.DISQUALIFIED, 0.9, 1.0, "lost_time"),
        (REASON.FIT, 0.3, 1.0, "lost_targeting"),
        (REASON.FIT, 0.3, 0.8, "lost_product"),
        (REASON.PRICE, 0.9, 1.0, "lost_product"),
        (REASON.VALUE, 0.9, 1.0, "lost_capability"),
        (REASON.ALIGNMENT, 0.9, 1.0, "lost_capability"),
        (REASON.RELATIONSHIP, 0.9, 1.0, "lost_capability"),
        (REASON.CONSENSUS, 0.9, 1.0, "lost_capability"),
    ],
)
def test_every_reason_counts_under_a_cause_somebody_could_act_on(reason, fit, readiness, cause):
    s = tiny(buyers_good_fit=0.6)
    s.lines["readiness"] = readiness
    chain(s, 0, 1)
    closed(s, 0, OUTCOME.NO_DECISION, reason, reason, fit=fit)
    run("collect_results", s)
    causes = ("lost_time", "lost_targeting", "lost_capability", "lost_product")
    assert {name: s.reps[0][name] for name in causes} == {name: float(name == cause) for name in causes}
    assert s.reps[0].closed_known == (reason != REASON.DISQUALIFIED)
