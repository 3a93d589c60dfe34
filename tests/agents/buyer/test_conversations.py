"""Opportunities: contact becomes insight, preference and consensus, and in the end the account decides."""

import math

import pytest

from agents.buyer import conversations, decision
from agents.machinery.chance import DECISION
from agents.machinery.codes import KIND, OUTCOME, PURSUIT, REASON, STATUS
from tests.tiny import chain, employ, plain, put, run, tiny, uniform

CHOICE = uniform(DECISION.CHOICE, 0, 0)


def talk(**parameters):
    """A state with one open opportunity in slot 0, and the divisors that rules need."""
    usual = {"market_cycle_weeks": 50.0, "buyers_effort_scale": 10.0, "buyers_pace_hours": 1.0}
    usual |= {"buyers_insight_needed": 1.0, "buyers_contact_scale": 1.0, "buyers_value_scale": 1.0}
    usual |= {"buyers_value_half": 0.5, "buyers_first_access": 1.0}
    usual |= {"buyers_learning_per_cycle": 5.0, "buyers_learning_limit": 0.9, "buyers_access_pace": 0.5}
    s = tiny(**{**usual, **parameters})
    chain(s, 0, 1)
    s.opportunities[0].access = 1.0
    return s


def specialist_on(s, served=1.0, expertise=0.5):
    """One product specialist who serves seat 0 and has joined slot 0."""
    employ(s, KIND.PRODUCT)
    s.kinds[KIND.PRODUCT].expertise = expertise
    s.specialists[0].served = served
    s.opportunities[0].joined = 1 << KIND.PRODUCT


def test_planned_hours_become_effort_as_far_as_access_is_granted():
    s = talk(mechanisms_fading=1.0, buyers_neglect_fade=0.2)
    put(s.reps[0], conversation_power=0.5)
    put(s.opportunities[0], hours=2.0, access=0.5, effort=4.0)
    run("hold_conversations", s)
    opp = s.opportunities[0]
    assert (opp.contact, opp.hours_total, opp.age) == (1.0, 2.0, 1)
    # an hour of contact of value 0.5; what was there cools by 0.2 exp(-1)
    assert opp.effort == pytest.approx(4 * (1 - 0.2 / math.e) + 0.5)


def test_insight_moves_a_tenth_of_the_way_to_what_effort_can_teach():
    # rate 5 / 50; value 1, so that quality is 1 x (1 + 0.5) / (1 + 0.5) = 1
    s = talk()
    put(s.opportunities[0], hours=10.0)
    run("hold_conversations", s)
    opp = s.opportunities[0]
    reach = 1 - math.exp(-1)
    assert opp.insight == pytest.approx(0.1 * reach)
    assert opp.experience == pytest.approx(0.1 * opp.insight)
    assert opp.preference == pytest.approx(0.1 * opp.experience)


def test_access_moves_to_what_experience_and_trust_earn():
    s = talk(buyers_first_access=0.6, buyers_access_from_trust=0.5)
    put(s.opportunities[0], access=0.2)
    s.buyer_trust[0] = 0.7
    run("hold_conversations", s)
    assert s.opportunities[0].access == pytest.approx(0.2 + 0.05 * 0.5)  # rate 0.1 / 2 towards 0.6 + 0.5 x 0.2


def test_some_access_is_always_granted():
    s = talk(buyers_first_access=0.0, buyers_least_access=0.1)
    put(s.opportunities[0], access=0.5)
    run("hold_conversations", s)
    assert s.opportunities[0].access == pytest.approx(0.5 - 0.05 * 0.4)


def test_nobody_learns_faster_than_a_week_allows():
    s = talk(market_cycle_weeks=1.0, buyers_learning_limit=0.4)
    put(s.opportunities[0], hours=1000.0)
    run("hold_conversations", s)
    assert s.opportunities[0].insight == pytest.approx(0.4)


def test_value_is_power_times_understanding_times_alignment_times_depth():
    s = talk(
        buyers_value_scale=2.0, buyers_intimacy_weight=0.4, enablement_misalignment_cost=0.5, capabilities_rep_depth=0.5
    )
    put(s.reps[0], conversation_power=0.8)
    s.intimacy[0] = 0.5
    put(s.opportunities[0], buying_stage=0.2, sales_stage=0.6, complexity=0.4)
    value = plain(conversations.conversation_value)(s, 0, 0)
    assert value == pytest.approx(2 * 0.8 * (1 - 0.4 * 0.5) * (1 - 0.5 * 0.4) * (1 - 0.4 * 0.5))


def test_a_specialist_adds_part_of_the_missing_depth_as_far_as_hours_last():
    s = talk(capabilities_rep_depth=0.4)
    depth = plain(conversations.depth_at_table)
    assert depth(s, 0) == pytest.approx(0.4)
    specialist_on(s, served=0.5, expertise=0.8)
    assert depth(s, 0) == pytest.approx(1 - 0.6 * (1 - 0.8 * 0.5))


def test_conversations_make_an_account_known_and_further_faces_dilute_that():
    s = talk(buyers_intimacy_gain=0.1, structure_intimacy_dilution=1.0, mechanisms_dilution=1.0)
    s.opportunities[0].hours = 2.0
    s.intimacy[0] = 0.5
    specialist_on(s)
    run("hold_conversations", s)
    assert s.intimacy[0] == pytest.approx(0.55)  # 0.1 x 2 hours / (1 + 1 more face) x 0.5
    assert s.opportunities[0].most_people == 2.0


def test_pushing_ahead_of_the_buyer_costs_trust():
    s = talk(buyers_trust_loss_pushed=0.1)
    put(s.opportunities[0], hours=2.0, buying_stage=0.2, sales_stage=0.7)
    s.buyer_trust[0] = 0.6
    run("hold_conversations", s)
    assert s.buyer_trust[0] == pytest.approx(0.5)  # 0.1 x 2 hours x 0.5 ahead
    assert s.opportunities[0].misaligned == pytest.approx(0.5)  # the mean of one week


def test_trust_grows_with_experience_above_what_was_expected():
    s = talk(buyers_trust_gain=0.1, buyers_expected_experience=0.3)
    put(s.opportunities[0], hours=2.0, experience=0.8)
    run("hold_conversations", s)
    assert s.buyer_trust[0] == pytest.approx(0.5 + 0.2 * (s.opportunities[0].experience - 0.3))


def test_consensus_is_harder_in_a_larger_group_and_needs_contact():
    s = talk(mechanisms_consensus=1.0, buyers_consensus_difficulty=0.25)
    put(s.reps[0], capability_driving=2.0)
    put(s.opportunities[0], insight=0.5, hours=10.0, disagreement=2.0)  # e x e people
    run("hold_conversations", s)
    ease = 2 * s.opportunities[0].insight
    assert s.opportunities[0].consensus == pytest.approx(0.1 * ease / (ease + 0.5))
    s.opportunities[0].hours = 0.0
    before = s.opportunities[0].consensus
    run("hold_conversations", s)
    assert s.opportunities[0].consensus == before


def test_without_the_mechanism_the_group_always_agrees():
    s = talk()
    run("hold_conversations", s)
    assert s.opportunities[0].consensus == 1.0


def test_the_buyer_moves_at_most_at_its_own_pace():
    # pace h / (h + 1), step (1 + 1) x pace / 50: an hour makes a fiftieth, and any number at most two
    for hours, step in ((1.0, 0.02), (1e9, 0.04), (0.0, 0.0)):
        s = talk(buyers_uninformed_stage=1.0)
        s.opportunities[0].hours = min(hours, 1e5)
        run("hold_conversations", s)
        assert s.opportunities[0].buying_stage == pytest.approx(step, rel=1e-4)


def test_a_deal_waits_for_specialists_without_hours():
    s = talk(buyers_uninformed_stage=1.0, mechanisms_waiting=1.0, structure_waiting_cost=0.5)
    s.opportunities[0].hours = 1.0
    specialist_on(s, served=0.4)
    run("hold_conversations", s)
    assert s.opportunities[0].buying_stage == pytest.approx(0.02 * (1 - 0.5 * 0.6))


def test_without_insight_the_buyer_stops_at_the_uninformed_stage():
    s = talk(buyers_uninformed_stage=0.45, buyers_insight_needed=0.5)
    put(s.opportunities[0], hours=1.0, buying_stage=0.44)
    s.reps[0].conversation_power = 0.0
    run("hold_conversations", s)
    assert s.opportunities[0].buying_stage == 0.45


def test_a_dropped_opportunity_is_disqualified():
    s = talk(buyers_rest_weeks=10.0)
    s.opportunities[0].pursuit = PURSUIT.DROPPED
    run("decide", s)
    opp = s.opportunities[0]
    assert (opp.status, opp.outcome, opp.true_reason) == (STATUS.CLOSED, OUTCOME.NO_DECISION, REASON.DISQUALIFIED)
    assert opp.reported_reason == REASON.DISQUALIFIED
    assert (s.slots[0].is_open, s.slots[0].rest_until) == (0, 11)


def test_patience_ends_in_no_decision():
    s = talk(buyers_patience=2.0)
    put(s.opportunities[0], age=99)
    run("decide", s)
    assert s.opportunities[0].status == STATUS.OPEN
    s.opportunities[0].age = 100
    run("decide", s)
    assert (s.opportunities[0].status, s.opportunities[0].outcome) == (STATUS.CLOSED, OUTCOME.NO_DECISION)


def test_utility_of_us_adds_what_was_earned_and_takes_off_the_price():
    s = talk(
        buyers_weight_preference=3.0,
        buyers_weight_relationship=2.0,
        buyers_weight_fit=1.0,
        buyers_weight_closing=0.5,
        buyers_weight_price=4.0,
        organization_delay_cost=0.1,
    )
    put(s.opportunities[0], preference=0.5, fit=0.7, price_gap=0.1)
    s.buyer_trust[0] = 0.8
    s.reps[0].closing = 0.4
    s.org[0].delay_seen_by_market = 3.0
    utility = plain(decision.utility_of_us)(s, 0, 0)
    assert utility == pytest.approx(1.5 + 0.6 + 0.2 + 0.2 - 0.4 - 0.3)


def ready(chance_of_us, **parameters):
    """A finished process against a competitor, in which we are chosen with the given probability."""
    s = talk(buyers_weight_preference=1.0, mechanisms_competition=1.0, **parameters)
    s.lines["readiness"] = 1.0
    put(s.opportunities[0], buying_stage=1.0, preference=math.log(chance_of_us / (1 - chance_of_us)), amount=70.0)
    return s


def test_the_choice_is_a_logit_between_us_and_the_competitor():
    for chance, outcome in ((CHOICE + 0.01, OUTCOME.WON), (CHOICE - 0.01, OUTCOME.LOST)):
        s = ready(chance)
        run("decide", s)
        assert s.opportunities[0].outcome == outcome


def test_no_decision_competes_with_its_own_pull():
    # utilities: us and the competitor -30, no decision 2 x (1 - 0.5) - 1 x 0.5 - 0.5 x (1.2 - 1) + 0.1
    s = talk(
        mechanisms_no_decision=1.0,
        mechanisms_competition=1.0,
        market_competitor_strength=-30.0,
        buyers_weight_price=30.0,
        buyers_weight_consensus=2.0,
        buyers_weight_insight=1.0,
        buyers_weight_need=0.5,
    )
    put(s.opportunities[0], buying_stage=1.0, price_gap=1.0, consensus=0.5, insight=0.5, need=1.2)
    s.buyers[0].status_quo = 0.1
    run("decide", s)
    assert s.opportunities[0].outcome == OUTCOME.NO_DECISION


def test_an_unready_line_loses_utility():
    for unready, outcome in ((0.0, OUTCOME.WON), (0.1, OUTCOME.LOST)):
        s = ready(1.01 * CHOICE)
        s.lines["readiness"] = 1.0 - unready
        run("decide", s)
        assert s.opportunities[0].outcome == outcome


def test_a_win_books_the_amount_and_promises_fit_less_what_was_overpromised():
    s = ready(1 - 1e-9, buyers_overpromise=0.5)
    put(s.opportunities[0], fit=0.8, misaligned=0.2)
    s.lines["readiness"] = 0.9
    run("decide", s)
    slot = s.slots[0]
    assert slot.promise == pytest.approx(0.8 * 0.9 * (1 - 0.5 * 0.2))
    assert (slot.backlog, slot.ordered, slot.signed, s.due[0]) == (70.0, 70.0, 1, 1)
    assert s.opportunities[0].true_reason == REASON.NONE


def test_closing_tactics_oversell_too_and_the_worse_counts():
    for misaligned, oversold in ((0.1, 0.2), (0.3, 0.3)):
        s = ready(1 - 1e-9, buyers_overpromise=0.5, buyers_overpromise_from_closing=0.25)
        s.reps["closing"] = 0.8
        put(s.opportunities[0], fit=0.8, misaligned=misaligned)
        run("decide", s)
        assert s.slots[0].promise == pytest.approx(0.8 * (1 - 0.5 * oversold))


def test_in_the_docking_option_every_process_that_ends_is_won():
    s = talk(mechanisms_certain_wins=1.0)
    put(s.opportunities[0], buying_stage=1.0, amount=70.0)
    run("decide", s)
    assert s.opportunities[0].outcome == OUTCOME.WON


GOOD = {
    "buyers_good_effort": 1.0,
    "buyers_good_trust": 0.6,
    "buyers_good_fit": 0.6,
    "buyers_good_consensus": 0.6,
    "buyers_weight_preference": 1.0,
    "buyers_weight_relationship": 1.0,
    "buyers_weight_fit": 1.0,
    "buyers_weight_price": 1.0,
    "buyers_weight_consensus": 1.0,
    "enablement_misalignment_cost": 1.0,
    "mechanisms_effort_threshold": 1.0,
}
GOOD_DEAL = {"effort": 100.0, "contact": 100.0, "fit": 0.6, "consensus": 0.6}


@pytest.mark.parametrize(
    ("deal", "trust", "reason"),
    [
        ({"effort": 1.0, "contact": 1.0}, 0.6, REASON.ATTENTION),
        ({"effort": 8.0, "contact": 80.0}, 0.6, REASON.VALUE),
        ({"misaligned": 0.5}, 0.6, REASON.ALIGNMENT),
        ({}, 0.2, REASON.RELATIONSHIP),
        ({"fit": 0.1}, 0.6, REASON.FIT),
        ({"price_gap": 0.3}, 0.6, REASON.PRICE),
        ({"consensus": 0.1}, 0.6, REASON.CONSENSUS),
    ],
)
def test_the_true_reason_is_the_largest_deficit(deal, trust, reason):
    s = talk(**GOOD)
    put(s.opportunities[0], **{**GOOD_DEAL, **deal})
    s.buyer_trust[0] = trust
    assert plain(decision.largest_deficit)(s, 0, 0) == reason


def test_reasons_are_reported_truly_with_probability_honesty_and_else_blame_others():
    luck = uniform(DECISION.HONESTY, 0, 0)
    s = talk(**GOOD)
    reported = plain(decision.reported)
    s.reps[0].honesty = luck + 0.01
    assert reported(s, 0, 0, REASON.VALUE) == REASON.VALUE
    s.reps[0].honesty = luck - 0.01
    excuses = (REASON.COMPETITION, REASON.PRICE, REASON.OFFERING)
    assert reported(s, 0, 0, REASON.VALUE) == excuses[int(3 * uniform(DECISION.EXCUSE, 0, 0))]


def test_a_closed_deal_is_logged_while_measuring_and_where_there_is_room():
    s = talk(mechanisms_certain_wins=1.0)
    put(s.opportunities[0], buying_stage=1.0, amount=70.0, hours_total=5.0, created=-3, most_people=2.0)
    put(s.reps[0], holder=4)
    run("decide", s)
    assert s.clock[0].n_deals == 1
    deal = s.deals[0]
    assert (deal.account, deal.line, deal.seat, deal.holder, deal.created, deal.closed) == (0, 0, 0, 4, -3, 1)
    assert (deal.amount, deal.hours, deal.most_people, deal.outcome) == (70.0, 5.0, 2.0, OUTCOME.WON)
    for measuring, used in ((0, 0), (1, 8)):
        put(s.clock[0], measuring=measuring, n_deals=used)
        s.opportunities[0].status = STATUS.OPEN
        run("decide", s)
        assert s.clock[0].n_deals == used
