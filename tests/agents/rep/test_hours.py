"""A rep's week: which needs to take up, which opportunities to work on, and where the hours go."""

import math

import pytest

from agents.machinery.codes import KIND, PURSUIT
from agents.rep import hours, pipeline
from tests.tiny import chain, employ, plain, put, run, tiny


def staffed(**parameters):
    """A state whose reps are at work and on target."""
    s = tiny(**parameters)
    for rep in s.reps:
        put(rep, active=1, attainment=1.0, motivation=1.0)
    return s


def asked(s, fit):
    """Let account 1 ask rep 0 about a need of this fit for its second line, behind one open opportunity."""
    put(s.reps[0], n_open=1, n_asking=1)
    put(s.opportunities[1], account=1, slot=3, fit=fit)
    s.slots[3].is_open = 1


def join(s, slot, *kinds):
    """Put specialists of these kinds on a slot."""
    for kind in kinds:
        employ(s, kind)
        s.opportunities[slot].joined |= 1 << kind


@pytest.mark.parametrize(("threshold", "accepted"), [(0.49, 1), (0.51, 0)])
def test_a_need_is_taken_up_if_its_fit_seems_good_enough(threshold, accepted):
    s = staffed(market_cycle_weeks=4.0, buyers_rest_weeks=26.0)
    s.org[0].icp_clarity = 1.0  # the truth is seen
    s.reps[0].strategy_qualification_threshold = threshold
    asked(s, fit=0.5)
    run("accept_needs", s)
    assert (s.reps[0].n_open, s.reps[0].n_asking) == (1 + accepted, 0)
    assert (s.slots[3].is_open, s.slots[3].rest_until) == (accepted, 0 if accepted else 27)
    assert s.opportunities[1].pursuit == (PURSUIT.PURSUED if accepted else PURSUIT.NONE)


def test_needs_that_are_taken_up_follow_each_other():
    s = staffed(market_cycle_weeks=4.0)
    s.org[0].icp_clarity = 1.0
    put(s.reps[0], strategy_qualification_threshold=0.5, n_asking=3)
    s.opportunities["fit"][:3] = 0.9, 0.1, 0.8
    run("accept_needs", s)
    assert s.reps[0].n_open == 2
    assert s.opportunities["slot"][:2].tolist() == [0, 2]


@pytest.mark.parametrize(("hours", "accepted"), [(4.1, 1), (3.9, 0)])
def test_a_rep_short_of_hours_turns_away_what_a_clear_profile_excludes(hours, accepted):
    s = staffed(
        strategy_icp_bar=0.6, motivation_needed_hours_per_cycle=2.0, buyers_effort_scale=8.0, market_cycle_weeks=4.0
    )
    s.org[0].icp_clarity = 1.0
    # one open opportunity asks for 2 x 8 / 4 = 4 hours a week
    s.reps[0].hours_opportunities = hours
    asked(s, fit=0.5)
    run("accept_needs", s)
    assert s.reps[0].n_open == 1 + accepted


def test_an_empty_seat_takes_nothing_up():
    s = tiny(buyers_rest_weeks=5.0)
    put(s.reps[0], active=0, n_asking=1)
    run("accept_needs", s)
    assert (s.reps[0].n_open, s.reps[0].n_asking, s.slots[0].rest_until) == (0, 0, 6)


def test_perceived_fit_is_truth_as_far_as_it_is_clear_and_else_a_guess():
    s = staffed(buyers_fit_mean=0.6, strategy_fit_from_intimacy=0.25, strategy_fit_guess_spread=0.25)
    s.org[0].icp_clarity = 0.4
    s.intimacy[0] = 0.8
    put(s.opportunities[0], fit=0.9, misjudged=-1.2)
    guess = 0.6 - 0.25 * 1.2
    seen = 0.4 * 0.75 + 0.8 * 0.25
    assert plain(pipeline.perceived_fit)(s, 0) == pytest.approx(seen * 0.9 + (1 - seen) * guess)


def test_sizing_up_values_chances_and_logs_a_stage_ahead_of_the_buyer():
    s = staffed(
        mechanisms_misalignment=1.0,
        enablement_push_base=0.2,
        enablement_quarter_end_weeks=2.0,
        operations_score_floor=0.4,
        operations_score_from_stage=0.7,
    )
    s.org[0].icp_clarity = 1.0
    chain(s, 0, 2)
    put(s.opportunities[0], amount=100.0, fit=0.5, preference=0.5, buying_stage=0.5)
    put(s.opportunities[1], amount=50.0, fit=1.0, preference=1.0, buying_stage=1.0)
    s.reps[0].enablement_alignment = 0.5
    join(s, 0, KIND.PRODUCT, KIND.INDUSTRY)
    run("size_up", s)
    assert s.opportunities[0].score == pytest.approx(100 * 0.5 * 0.7 / 0.65)
    assert s.opportunities[0].sales_stage == pytest.approx(0.6)  # half of a push of 0.2
    assert s.opportunities[1].sales_stage == 1.0
    assert s.reps[0].pipeline_value == pytest.approx(100 * 0.6 + 50)
    assert s.reps[0].extra_faces == 1.0  # two more people on one deal of two


def test_pressure_to_push_grows_with_control_tactics_attainment_and_the_quarters_end():
    s = staffed(
        mechanisms_misalignment=1.0,
        enablement_push_base=0.1,
        enablement_push_quarter_end=0.2,
        enablement_push_prescriptive=0.3,
        enablement_push_closing=0.4,
        enablement_push_at_quota=0.5,
        enablement_quarter_end_weeks=2.0,
    )
    put(s.reps[0], attainment=0.6, closing=0.5)
    s.managers[0].prescriptiveness = 0.5
    s.clock[0].week_of_quarter = 13
    push = plain(pipeline.stage_push)
    assert push(s, 0) == pytest.approx(0.1 + 0.2 * (0.5 + 0.4) + 0.15 + 0.2)
    s.clock[0].week_of_quarter = 11
    assert push(s, 0) == pytest.approx(0.45 + 0.18 * math.exp(-1))
    s.p[0].mechanisms_misalignment = 0.0
    assert push(s, 0) == 0.0


def test_above_the_limit_the_least_promising_are_dropped():
    s = staffed(mechanisms_wip_limit=1.0)
    chain(s, 0, 3)
    for slot, score in enumerate((5.0, 1.0, 3.0)):
        s.opportunities[slot].score = score
    s.reps[0].operations_wip_limit = 1.0
    run("triage", s)
    pursuits = [s.opportunities[slot].pursuit for slot in range(3)]
    assert pursuits == [PURSUIT.PURSUED, PURSUIT.DROPPED, PURSUIT.DROPPED]


@pytest.mark.parametrize(("limit", "switch"), [(0.0, 1.0), (1.0, 0.0), (3.0, 1.0)])
def test_without_a_limit_or_below_it_everything_is_chased(limit, switch):
    s = staffed(mechanisms_wip_limit=switch)
    chain(s, 0, 3)
    s.reps[0].operations_wip_limit = limit
    run("triage", s)
    assert set(s.opportunities["pursuit"][:3]) == {PURSUIT.PURSUED}


INTERNAL = {
    "operations_week_hours": 45.0,
    "operations_admin_hours": 10.0,
    "enablement_tools_saving": 0.1,
    "operations_reporting_hours": 2.0,
    "operations_inspection_hours": 6.0,
    "operations_switching_hours": 0.5,
    "structure_hours_per_channel": 0.5,
    "mechanisms_training": 1.0,
    "mechanisms_coordination": 1.0,
    "mechanisms_switching": 1.0,
}


def busy(**parameters):
    """A rep with two deals, three specialists on one, under a manager who coaches and controls."""
    s = staffed(**{**INTERNAL, **parameters})
    chain(s, 0, 2)
    join(s, 1, KIND.PRODUCT, KIND.INDUSTRY, KIND.TELESALES)
    put(s.managers[0], prescriptiveness=0.5, coaching_done=0.6, time_freed=0.2, programme_training=7.0)
    put(s.reps[0], training_hours_per_quarter=6.0)
    s.org[0].training_afforded = 0.5
    return s


def test_internal_hours_are_counted_by_use():
    s = busy()
    run("count_internal_hours", s)
    rep = s.reps[0]
    assert rep.hours_admin == pytest.approx(7.2)  # 10 x 0.9 x 0.8
    assert (rep.hours_reporting, rep.hours_inspection, rep.hours_coaching) == (2.0, 3.0, 0.6)
    assert rep.hours_training == pytest.approx(0.5)  # (6 + 7) / 13 x 0.5
    assert rep.hours_coordination == pytest.approx(0.75)  # four people: 6 channels x 0.5 / 4
    assert rep.hours_switching == 0.5  # from one deal to the other


def test_internal_hours_never_exceed_the_week():
    s = busy(operations_week_hours=6.0, operations_admin_hours=20.0)
    run("count_internal_hours", s)
    rep = s.reps[0]
    assert plain(hours.internal_hours)(s, 0) == pytest.approx(6.0)
    assert rep.hours_reporting / rep.hours_inspection == pytest.approx(2 / 3)


def test_an_empty_seat_has_no_hours():
    s = busy()
    s.reps[0].active = 0
    run("count_internal_hours", s)
    run("plan_hours", s)
    hours = [name for name in s.reps.dtype.names if name.startswith("hours_")]
    assert sum(s.reps[0][name] for name in hours) == 0.0


def test_customers_and_protected_prospecting_come_first_and_the_rest_prospects():
    s = staffed(
        operations_week_hours=40.0,
        enablement_care_hours=0.5,
        enablement_care_limit=0.4,
        operations_wanted_hours_per_cycle=2.0,
        buyers_effort_scale=10.0,
        market_cycle_weeks=4.0,
    )
    chain(s, 0, 3)
    put(s.reps[0], hours_admin=20.0, n_customers=4, operations_protected_prospecting_hours=5.0)
    run("plan_hours", s)
    rep = s.reps[0]
    # 20 free: 2 for customers, 5 protected, 3 deals want 5 hours each and get the 13 left
    assert (rep.hours_growth, rep.hours_opportunities, rep.hours_prospecting) == (2.0, 13.0, 5.0)
    s.reps[0].operations_wip_limit = 1.0
    run("plan_hours", s)
    assert rep.hours_opportunities == 13.0, "a limit that is switched off limits nothing"
    s.p[0].mechanisms_wip_limit = 1.0
    run("plan_hours", s)
    assert (rep.hours_growth, rep.hours_opportunities, rep.hours_prospecting) == (2.0, 5.0, 13.0)


def test_customers_never_take_more_than_their_part_of_free_hours():
    s = staffed(
        operations_week_hours=10.0, enablement_care_hours=5.0, enablement_care_limit=0.4, market_cycle_weeks=4.0
    )
    s.reps[0].n_customers = 4
    run("plan_hours", s)
    assert s.reps[0].hours_growth == 4.0


def test_an_unmotivated_rep_leaves_hours_unused():
    s = staffed(
        operations_week_hours=40.0, motivation_effort_range=0.5, mechanisms_motivation=1.0, market_cycle_weeks=4.0
    )
    s.reps[0].motivation = 0.6
    run("plan_hours", s)
    assert s.reps[0].hours_unused == pytest.approx(8.0)  # 0.5 x 0.4 of 40


def test_specialised_roles_take_customers_and_protected_prospecting_over():
    s = staffed(
        operations_week_hours=40.0, enablement_care_hours=1.0, structure_role_specialisation=1.0, market_cycle_weeks=4.0
    )
    put(s.reps[0], n_customers=4, operations_protected_prospecting_hours=5.0)
    run("plan_hours", s)
    assert (s.reps[0].hours_growth, s.reps[0].hours_prospecting) == (0.0, 40.0)


def test_own_deals_get_more_of_the_week_than_shared_ones():
    s = staffed(structure_ownership_dilution=0.5, mechanisms_dilution=1.0)
    chain(s, 0, 3)
    join(s, 1, KIND.PRODUCT, KIND.INDUSTRY)
    s.opportunities[2].pursuit = PURSUIT.DROPPED
    s.reps[0].hours_opportunities = 9.0
    run("share_out_hours", s)
    # weights 1 and 1 / (1 + 0.5 x 2)
    assert s.opportunities["hours"][:3].tolist() == [6.0, 3.0, 0.0]
    assert s.reps[0].work_weight == 1.5


def test_attention_follows_expected_value_as_far_as_it_is_biased():
    s = staffed(operations_attention_bias=0.5)
    chain(s, 0, 3)
    s.opportunities["score"][:3] = 1.0, 2.0, 3.0
    s.opportunities[2].pursuit = PURSUIT.DROPPED
    put(s.reps[0], hours_opportunities=9.0, usual_score=1.5)
    run("share_out_hours", s)
    # weights 1 + 0.5 x (1 / 1.5 - 1) = 5/6 and 1 + 0.5 x (2 / 1.5 - 1) = 7/6 share out 9 hours
    assert s.opportunities["hours"][:3].tolist() == pytest.approx([3.75, 5.25, 0.0])


def test_the_usual_score_is_the_mean_of_what_is_pursued():
    s = staffed(buyers_fit_mean=0.5, operations_score_floor=1.0)
    s.org[0].icp_clarity = 1.0
    chain(s, 0, 3)
    s.opportunities["fit"][:3] = 0.5
    s.opportunities["amount"][:3] = 100.0, 300.0, 900.0
    s.opportunities[2].pursuit = PURSUIT.DROPPED
    run("size_up", s)
    assert s.reps[0].usual_score == pytest.approx(100.0)


def test_outreach_finds_what_hours_skill_marketing_and_telesales_bring():
    s = staffed(
        operations_needs_per_prospecting_hour=0.1,
        mechanisms_prospecting=1.0,
        mechanisms_marketing=1.0,
        structure_telesales_needs_per_week=3.0,
    )
    put(s.reps[0], hours_prospecting=5.0, capability_pipeline=0.8, operations_marketing_leads_per_week=1.0)
    employ(s, KIND.TELESALES, 2)
    s.org[0].n_active = 4
    run("reach_out", s)
    # two accounts
    assert s.reps[0].prospecting_rate == pytest.approx(0.2)
    assert s.reps[0].marketing_rate == pytest.approx(0.5)
    assert s.reps[0].telesales_rate == pytest.approx(0.75)
    assert (s.reps[0].account_care, s.reps[0].follow_through) == (1.0, 1.0)


def test_care_is_hours_given_of_hours_needed_and_faces_dilute_follow_through():
    s = staffed(enablement_care_hours=2.0, structure_follow_through_dilution=0.5, mechanisms_dilution=1.0)
    put(s.reps[0], n_customers=4, hours_growth=4.0, extra_faces=2.0)
    run("reach_out", s)
    assert s.reps[0].account_care == 0.5
    assert s.reps[0].follow_through == 0.25  # 0.5 / (1 + 0.5 x 2)


def test_dedicated_roles_add_their_efficiency():
    s = staffed(
        operations_needs_per_prospecting_hour=0.1,
        mechanisms_prospecting=1.0,
        structure_role_specialisation=0.5,
        structure_dedicated_efficiency=1.2,
        enablement_care_hours=1.0,
    )
    put(s.reps[0], hours_prospecting=5.0, operations_protected_prospecting_hours=10.0, n_customers=4, hours_growth=1.0)
    run("reach_out", s)
    assert s.reps[0].prospecting_rate == pytest.approx(0.1 * (5 + 0.5 * 10 * 1.2) / 2)
    assert s.reps[0].account_care == pytest.approx((1 + 4 * 0.5 * 1.2) / 4)


def test_a_territory_is_added_up_as_the_week_ends():
    s = tiny()
    s.customer_lines[:] = [0, 2, 1, 0]
    s.buyer_trust[:], s.intimacy[:], s.satisfaction[:] = [0.2, 0.4, 0.6, 0.8], 0.3, [0.5, 0.7, 0.9, 0.5]
    s.installed_value[:] = [0.0, 100.0, 10.0, 0.0]
    run("add_up_territory", s, 0)
    rep = s.reps[0]
    assert (rep.customers_seen, rep.recurring) == (1, 100.0)
    sums = (rep.results, rep.trust_of_accounts, rep.intimacy_of_accounts, rep.satisfaction_of_customers)
    assert sums == pytest.approx((70.0, 0.6, 0.6, 0.7))
