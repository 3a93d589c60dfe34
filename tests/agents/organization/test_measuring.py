"""Observation: what is measured is what is there."""

import pytest

from agents.machinery.codes import KIND
from tests.tiny import account, chain, employ, put, run, tiny

MEASURES = ("measure_money", "measure_reps", "measure_buyers", "measure_managers")


def test_money_and_head_count_are_those_of_the_organization():
    s = tiny(organization_gross_margin=0.75)
    put(s.org[0], booked=80.0, renewed=20.0, churned=5.0, recurring=300.0, cost=40.0, n_active=2, n_specialists=1)
    put(s.org[0], playbook=0.6, icp_clarity=0.4, vision_credibility=0.5, delivery_delay=3.0)
    run("measure_money", s)
    week = s.weekly[1]
    assert (week.week, week.bookings, week.renewed, week.churned, week.recurring) == (1, 80.0, 20.0, 5.0, 300.0)
    assert (week.cost, week.net_contribution) == (40.0, 35.0)  # 0.75 x 100 - 40
    assert (week.reps, week.specialists, week.delivery_delay) == (2.0, 1.0, 3.0)
    assert (week.playbook, week.icp_clarity, week.vision_credibility) == (0.6, 0.4, 0.5)


def test_counts_are_summed_over_seats_and_attitudes_averaged_over_filled_ones():
    s = tiny()
    put(s.reps[0], active=1, won=2, lost=1, undecided=3, n_open=4, pipeline_value=50.0, quota=130.0, expected=5.0)
    put(s.reps[0], hours_admin=10.0, motivation=0.5, conversation_power=0.9, closed_known=3, external_reported=2)
    put(s.reps[1], active=0, left=1, won=1, n_open=1, external_true=1, hours_admin=7.0, motivation=0.1, quota=130.0)
    put(s.specialists[0], hours_coordination=1.5)
    s.reps[0].hours_coordination = 2.0
    run("measure_reps", s)
    week = s.weekly[1]
    assert (week.won, week.lost, week.no_decision, week.opportunities, week.pipeline) == (3.0, 1.0, 3.0, 5.0, 50.0)
    assert (week.leavers, week.losses_known, week.external_reported, week.external_true) == (1.0, 3.0, 2.0, 1.0)
    assert (week.quota, week.target_gap) == (10.0, 2.0)  # 130 / 13, over 5 a week
    assert (week.hours_admin, week.motivation, week.capability) == (10.0, 0.5, 0.9)
    assert (week.hours_coordination, week.coordination_everyone) == (2.0, 3.5)


def test_accounts_customers_and_open_deals_are_averaged():
    s = tiny()
    s.buyer_trust[:], s.intimacy[:] = [0.2, 0.4, 0.6, 0.8], 0.3
    account(s, 1, customer_lines=1, satisfaction=0.7, installed_value=100.0)
    chain(s, 0, 2)
    put(s.opportunities[0], experience=0.4, access=0.8, preference=0.2, sales_stage=0.5, buying_stage=0.1)
    put(s.opportunities[1], experience=0.2, access=0.4, preference=0.6, sales_stage=0.1, buying_stage=0.5)
    employ(s, KIND.PRODUCT)
    employ(s, KIND.INDUSTRY)
    s.opportunities[1].joined = (1 << KIND.PRODUCT) | (1 << KIND.INDUSTRY)
    s.p[0].market_cycle_weeks = 10.0
    for seat in (0, 1):
        run("collect_results", s, seat)
        run("add_up_territory", s, seat)
    run("add_up_week", s)
    run("measure_buyers", s)
    week = s.weekly[1]
    assert [week.buyer_trust, week.intimacy] == pytest.approx([0.5, 0.3])
    assert (week.satisfaction, week.results) == (0.7, pytest.approx(70.0))
    assert [week.experience, week.access, week.preference] == pytest.approx([0.3, 0.6, 0.4])
    assert week.misalignment == pytest.approx(0.2)  # behind the buyer is not ahead of him
    assert week.channels == 3.0  # three people on one deal, one on the other


def test_managers_errors_are_relative_to_the_truth_and_waiting_to_working_specialists():
    s = tiny()
    put(s.managers[0], understanding=0.3, prescriptiveness=0.2, adoption=0.6, belief=130.0, truth=100.0)
    put(s.specialists[0], active=1, served=0.6)
    put(s.specialists[1], active=1, served=1.0)
    put(s.specialists[2], served=0.0)
    run("measure_managers", s)
    week = s.weekly[1]
    assert (week.understanding, week.prescriptiveness, week.adoption) == (0.3, 0.2, 0.6)
    assert [week.perception_error, week.waiting] == pytest.approx([0.3, 0.2])


@pytest.mark.parametrize("name", MEASURES)
def test_nothing_is_measured_where_there_is_no_row_for_the_week(name):
    s = tiny()
    s.clock[0].week = len(s.weekly)
    before = s.weekly.tobytes()
    run(name, s)
    assert s.weekly.tobytes() == before
