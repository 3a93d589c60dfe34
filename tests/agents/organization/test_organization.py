"""The organization as a whole: money, playbook, focus, head-count, delivery, targets."""

import math

import pytest

from agents.machinery.chance import DECISION
from agents.machinery.codes import KIND
from agents.organization import staffing as organization
from tests.tiny import plain, put, run, tiny, uniform


def test_a_week_is_the_sum_of_what_territories_ordered_renewed_and_cancelled():
    s = tiny(organization_gross_margin=0.5, organization_revenue_smoothing=0.1, market_cycle_weeks=10.0)
    put(s.reps[0], booked=60.0, renewed=40.0, customers_seen=1, recurring=200.0)
    put(s.reps[1], churned=30.0)
    s.clock[0].week = 13
    run("add_up_week", s)
    org = s.org[0]
    assert (org.booked, org.renewed, org.churned, org.recurring) == (60.0, 40.0, 30.0, 200.0)
    assert org.customer_share == 0.25
    assert org.revenue_rate == pytest.approx(0.1 * 0.5 * 100)


def test_the_first_weeks_of_the_burn_in_are_no_basis_for_a_target():
    # 1.3 cycles of 10 weeks
    for week, booked in ((12, 0.0), (13, 60.0)):
        s = tiny(market_cycle_weeks=10.0, organization_start_up_cycles=1.3, organization_start_up_limit_weeks=39.0)
        s.reps[0].booked = 60.0
        s.clock[0].week = week
        run("add_up_week", s)
        assert s.org[0].booked_year == booked


def test_costs_are_reps_specialists_managers_codification_leads_and_one_offs():
    s = tiny(
        training_codification_hours_per_quarter=26.0,
        training_cost_per_hour=10.0,
        operations_marketing_cost_per_lead=5.0,
        mechanisms_marketing=1.0,
    )
    s.reps["cost"], s.reps["active"] = 100.0, [1, 0]
    s.reps["operations_marketing_leads_per_week"] = 3.0
    s.specialists["cost"][0], s.managers["cost"] = 50.0, 70.0
    s.org[0].one_off_cost = 9.0
    run("book_costs", s)
    assert s.org[0].cost == pytest.approx(2 * 100 + 50 + 70 + 2 * 10 + 3 * 5 + 9)
    assert s.org[0].one_off_cost == 0.0


def test_self_funded_training_is_carried_out_as_far_as_its_share_of_revenue_pays():
    s = tiny(training_budget_share=0.1, training_cost_per_hour=10.0, mechanisms_training=1.0)
    s.reps["training_hours_per_quarter"], s.reps["active"] = 26.0, 1
    s.org[0].revenue_rate = 200.0
    run("afford", s)
    assert s.org[0].training_afforded == 1.0
    s.p[0].mechanisms_self_funding = 1.0
    run("afford", s)
    assert s.org[0].training_afforded == 0.5  # 20 for 2 reps x 2 hours x 10
    s.p[0].mechanisms_training = 0.0
    run("afford", s)
    assert s.org[0].training_afforded == 1.0, "training that is switched off asks for nothing"


def test_focus_is_worked_towards_its_lever_and_drifts():
    s = tiny(strategy_icp_clarity=0.8, strategy_icp_learning_rate=0.5, strategy_icp_drift=1.3, mechanisms_icp_drift=1.0)
    s.org[0].icp_clarity = 0.4
    run("keep_focus", s)
    assert s.org[0].icp_clarity == pytest.approx(0.6 * 0.9)


DELIVERY = {
    "organization_delivery_goal_weeks": 4.0,
    "organization_company_notices_weeks": 2.0,
    "organization_market_notices_weeks": 4.0,
    "organization_capacity_delay_weeks": 10.0,
    "organization_minimum_delivery_weeks": 1.0,
}


def test_the_backlog_makes_a_delay_that_becomes_known_and_capacity_follows():
    s = tiny(**DELIVERY, mechanisms_delivery=1.0, mechanisms_capacity_expansion=1.0)
    s.slots["backlog"][:2], s.due[:] = [50.0, 30.0], 0
    s.org[0].delivery_capacity = 10.0
    run("run_delivery", s)
    org = s.org[0]
    assert (org.backlog, org.delivery_delay) == (80.0, 8.0)
    assert (org.delay_seen_by_company, org.delay_seen_by_market) == (4.0, 1.0)  # half of 8, a quarter of that
    assert org.delivery_capacity == pytest.approx(11.0)  # a tenth of the way from 10 to 80 / 4


def test_capacity_starts_at_a_multiple_of_usual_bookings_and_there_is_a_least_delay():
    s = tiny(**DELIVERY, mechanisms_delivery=1.0, mechanisms_capacity_expansion=1.0, organization_delivery_capacity=1.5)
    s.reps["territory"] = 0.0
    s.reps["active"] = 0
    put(s.reps[0], territory=260.0, active=1)  # 20 a week
    run("run_delivery", s)
    assert s.org[0].delivery_delay == 1.0
    assert s.org[0].delivery_capacity == pytest.approx(27.0)  # 30, a tenth of the way to 0


def test_what_was_delivered_is_what_was_waiting_and_signed_and_waits_no_more():
    s = tiny(**DELIVERY, mechanisms_delivery=1.0, organization_gross_margin=0.5, organization_revenue_smoothing=1.0)
    s.slots["backlog"][:2], s.due[:] = [50.0, 30.0], 0
    put(s.org[0], backlog=70.0, delivery_capacity=10.0)
    s.reps["booked"] = [40.0, 10.0]
    run("run_delivery", s)
    assert s.org[0].delivered == 40.0
    run("add_up_week", s)
    assert (s.org[0].booked, s.org[0].revenue_rate) == (50.0, 20.0)  # the budget rests on what was delivered


def test_fixed_capacity_stays():
    s = tiny(**DELIVERY, mechanisms_delivery=1.0)
    assert s.p[0].mechanisms_capacity_expansion == 0.0
    s.slots["backlog"][0], s.due[:] = 80.0, 0
    s.org[0].delivery_capacity = 10.0
    run("run_delivery", s)
    assert s.org[0].delivery_capacity == 10.0


def test_a_short_backlog_uses_part_of_capacity():
    s = tiny(**DELIVERY, mechanisms_delivery=1.0, mechanisms_partial_capacity=1.0)
    s.org[0].delivery_capacity = 1200.0 * 12 / 52
    s.slots["backlog"][0], s.due[:] = 12_000.0, 0  # ten months of it
    run("run_delivery", s)
    assert s.org[0].delivery_delay == pytest.approx(10 * 52 / 12)
    s.slots["backlog"][0] = 300.0
    run("run_delivery", s)
    # a quarter of a month uses an eighth: two months
    assert s.org[0].delivery_delay == pytest.approx(2 * 52 / 12)


def test_without_the_mechanism_there_is_no_delay():
    s = tiny(**DELIVERY)
    s.slots["backlog"] = 50.0
    run("run_delivery", s)
    assert s.org[0].delivery_delay == 0.0


def test_the_playbook_takes_in_what_the_best_do_and_ages():
    s = tiny(
        training_star_scale=1.0,
        training_star_share=0.1,
        training_codification_hours_per_quarter=26.0,
        training_codification_gain_per_hour=0.1,
        operations_measurement_quality=0.5,
        training_playbook_ageing=5.2,
        mechanisms_playbook_ageing=1.0,
    )
    for rep, (expected, capability) in zip(s.reps, ((9.0, 1.2), (1.0, 0.3)), strict=True):
        put(rep, active=1, territory=13.0, expected=expected, capability_conversation=capability)
    put(s.org[0], n_active=2, playbook=0.5)
    run("codify", s)
    star = 1 - math.exp(-1.2)  # the best of two is the top tenth
    assert s.org[0].star_practice == pytest.approx(star)
    # two hours a week teach 0.1 x 2 x 0.5 of the gap; a tenth of the old is out of date
    assert s.org[0].playbook == pytest.approx(0.5 + 0.1 * (star - 0.5) - 0.1 * 0.5)


def growing(**parameters):
    """Two planned reps and two seats to grow into."""
    s = tiny(shape={"structure.growth_room": 1.0}, **parameters)
    assert s.reps["planned"].tolist() == [1, 1, 0, 0]
    return s


def test_head_count_grows_seat_by_seat_in_the_order_of_rows():
    s = growing(talent_headcount_growth_per_year=26.0)  # one a week for two reps
    run("staff", s)
    assert s.reps["planned"].tolist() == [1, 1, 1, 0]
    assert (s.org[0].n_planned, s.org[0].n_active, s.org[0].reps_growth) == (3, 2, 0.0)


def test_head_count_shrinks_from_the_last_row():
    s = growing(talent_headcount_growth_per_year=-26.0)
    run("staff", s)
    assert s.reps["planned"].tolist() == [1, 0, 0, 0]


def test_self_funded_head_count_follows_revenue():
    s = growing(
        mechanisms_self_funding=1.0,
        talent_budget_share=0.5,
        talent_on_target_earnings=5200.0,
        talent_pay_burden=0.25,
        talent_headcount_adjustment_weeks=4.0,
    )
    s.org[0].revenue_rate = 1500.0  # pays for 750 / 125 = 6 reps; a fourth of the gap of 4
    run("staff", s)
    assert s.org[0].n_planned == 3


def test_self_funded_overlays_are_employed_as_far_as_their_share_of_margin_pays():
    s = tiny(structure_product_specialists=2.0, structure_specialist_cost=5200.0, structure_overlay_budget_share=0.1)
    s.org[0].revenue_rate = 1500.0  # 150 a week pay for one and a half of two at 100 a week
    run("employ_specialists", s)
    assert s.org[0].n_specialists == 2, "unless the force funds itself, the plan is carried out"
    s.p[0].mechanisms_self_funding = 1.0
    run("employ_specialists", s)
    assert (s.kinds[0].count, s.org[0].n_specialists) == (1, 1)


def test_in_the_docking_option_hires_arrive_by_counting_exponential_gaps():
    first = -math.log(uniform(DECISION.POISSON, 0, 1))
    second = first - math.log(uniform(DECISION.POISSON, 1, 1))
    for rate, hires in ((first * 0.99, 0), ((first + second) / 2, 1)):
        s = growing(mechanisms_poisson_hiring=1.0, talent_hires_per_week=rate)
        assert plain(organization.poisson_hires)(s) == hires
        run("staff", s)
        assert s.reps["appointed"].sum() == hires  # the first empty seat
        assert s.reps["planned"].sum() == 2 + hires


def test_specialists_employed_are_those_planned_and_those_added_as_far_as_there_are_places():
    s = tiny(structure_product_specialists=1.0, structure_telesales_specialists=9.0, structure_product_expertise=0.8)
    s.kinds["added"][KIND.INDUSTRY] = 1
    run("employ_specialists", s)
    assert s.kinds["count"].tolist() == [1, 1, 0, 2]  # a place for each of two seats
    assert s.kinds["expertise"].tolist() == [0.8, 0.0, 0.0, 0.0]
    assert s.org[0].n_specialists == 4


def asking(overlays=1.0, **parameters):
    """A manager who asks for industry specialists, in an organization of four reps with two specialists."""
    s = tiny(structure_specialist_hiring_cost=20.0, **parameters)
    put(s.org[0], n_active=4, n_specialists=2, icp_clarity=0.5)
    put(s.managers[0], overlay_request=overlays, overlay_kind=KIND.INDUSTRY, icp_request=0.2)
    return s


@pytest.mark.parametrize(("ceiling", "added", "cost"), [(0.75, 1, 20.0), (0.7, 0, 0.0)])
def test_overlays_asked_for_are_hired_up_to_the_ceiling(ceiling, added, cost):
    s = asking(structure_overlay_ceiling=ceiling)
    run("answer_requests", s)
    assert (s.kinds[KIND.INDUSTRY].added, s.org[0].one_off_cost) == (added, cost)


def test_nothing_is_given_to_a_team_the_leader_hears_has_met_its_quota():
    s = asking(structure_overlay_ceiling=5.0)
    s.managers[0].heard_met = 1
    run("answer_requests", s)
    assert (s.kinds[KIND.INDUSTRY].added, s.org[0].icp_clarity) == (0, 0.5)


def test_focus_asked_for_closes_part_of_the_way_to_full_clarity():
    s = asking(0.0)
    run("answer_requests", s)
    assert s.org[0].icp_clarity == pytest.approx(0.6)


def test_overlays_are_let_go_only_where_that_is_the_policy():
    for share, left in ((0.0, 4), (0.5, 2)):
        s = asking(0.0, management_overlay_release_share=share)
        s.kinds["added"] = 4
        run("answer_requests", s)
        assert s.kinds["added"].tolist() == [left] * 4


def test_the_vision_is_believed_as_far_as_the_target_is_met():
    s = tiny(
        strategy_over_assignment=0.25,
        strategy_credibility_start=0.7,
        strategy_credibility_range=0.5,
        strategy_credibility_rate=0.5,
    )
    s.reps["booked_quarter"], s.reps["quota"] = [50.0, 30.0], 50.0
    s.org[0].vision_credibility = 0.2
    run("review_quarter", s)
    assert s.org[0].attainment == pytest.approx(0.8)
    # quotas stand 25% above the target: 0.8 x 1.25 = 1 of it was met; (1 - 0.7) / 0.5
    assert s.org[0].vision_credibility == pytest.approx((0.2 + 0.6) / 2)


def test_the_target_is_last_year_with_ratcheted_growth_and_stretch():
    s = tiny(mechanisms_ratchet=1.0, strategy_ratchet=0.5, strategy_stretch=0.1)
    put(s.org[0], booked_year=120.0, booked_last_year=100.0)
    s.managers["belief"] = 40.0
    s.clock[0].week = 104
    run("set_year_target", s)
    org = s.org[0]
    assert org.target_year == pytest.approx((120 + 0.5 * 20) * 1.1)
    assert (org.booked_last_year, org.booked_year_before, org.booked_year, org.belief_total) == (
        120.0,
        100.0,
        0.0,
        40.0,
    )


def test_a_falling_year_ratchets_nothing_down():
    s = tiny(mechanisms_ratchet=1.0, strategy_ratchet=0.5)
    put(s.org[0], booked_year=80.0, booked_last_year=100.0)
    s.clock[0].week = 104
    run("set_year_target", s)
    assert s.org[0].target_year == 80.0


def test_the_first_year_is_made_whole():
    # the first 26 weeks were not counted
    s = tiny(market_cycle_weeks=20.0, organization_start_up_cycles=1.5, organization_start_up_limit_weeks=26.0)
    s.org[0].booked_year = 50.0
    s.clock[0].week = 52
    run("set_year_target", s)
    assert s.org[0].target_year == pytest.approx(100.0)
