"""Managers: hours, understanding, adoption and beliefs."""

import math

import pytest

from agents.machinery.chance import DECISION
from tests.tiny import normal, put, run, tiny, uniform


def led(**parameters):
    """Two reps at work under manager 0."""
    s = tiny(**parameters)
    s.reps["active"] = 1
    return s


def test_coaching_and_field_time_share_what_office_and_inspection_leave():
    s = led(
        management_week_hours=40.0,
        management_office_hours=20.0,
        management_inspection_hours_per_rep=4.0,
        mechanisms_coaching=1.0,
        mechanisms_field_time=1.0,
        enablement_coaching_formality_gain=0.8,
        management_cost=5200.0,
    )
    put(s.managers[0], prescriptiveness=0.5, enablement_coaching_hours_per_month=20.0, extra_coaching=6.0)
    put(s.managers[0], structure_field_hours_per_week=20.0, enablement_coaching_formality=1.0)
    run("spend_week", s)
    one = s.managers[0]
    assert (one.office_hours, one.inspection_hours) == (20.0, 4.0)
    # 16 left; coaching asks for 26 x 12 / 52 x 2 = 12 and field time for 20: each gets half
    assert one.coaching_done == pytest.approx(3.0)
    assert (one.dive_hours, one.dive_hours_per_rep) == (10.0, 5.0)
    assert one.coaching_quality == pytest.approx(1.4)
    assert one.cost == 100.0


def test_programmes_are_carried_out_as_far_as_they_are_adopted_and_afforded():
    s = led(
        management_week_hours=40.0,
        mechanisms_coaching=1.0,
        mechanisms_adoption=1.0,
        management_carried_without_adoption=0.2,
    )
    put(s.managers[0], enablement_coaching_hours_per_month=13.0, adoption=0.5)
    s.org[0].training_afforded = 0.5
    run("spend_week", s)
    assert s.managers[0].coaching_done == pytest.approx(3 * 0.6 * 0.5)


def test_a_higher_manager_neither_coaches_nor_inspects():
    s = led(management_week_hours=40.0, mechanisms_coaching=1.0, management_inspection_hours_per_rep=4.0)
    put(s.managers[0], level=2, enablement_coaching_hours_per_month=13.0, prescriptiveness=0.5)
    run("spend_week", s)
    assert (s.managers[0].coaching_done, s.managers[0].inspection_hours) == (0.0, 0.0)


def test_understanding_rises_with_dives_and_honest_reports_and_fades():
    s = led(
        management_understanding_per_report=0.1,
        management_understanding_per_dive_hour=0.02,
        management_understanding_fade=0.05,
        operations_crm_fidelity=0.5,
    )
    put(s.managers[0], understanding=0.4, honesty_heard=0.6, dive_hours=2.0)
    run("learn_field", s)
    assert s.managers[0].understanding == pytest.approx(0.4 + (0.1 * 0.6 * 0.5 + 0.02 * 2) * 0.6 - 0.05 * 0.4)


def test_adoption_follows_the_leaders_example_and_results():
    s = led(
        management_leader_example=0.8,
        management_example_without_credibility=0.5,
        management_adoption_from_results=0.5,
        management_adoption_rate=0.5,
        motivation_attainment_cap=1.5,
    )
    s.org[0].vision_credibility = 0.5
    put(s.managers[0], attainment=0.8, adoption=0.1)
    run("adopt", s)
    assert s.managers[0].adoption == pytest.approx((0.1 + 0.8 * 0.75 - 0.5 * 0.2) / 2)


def test_a_teams_quarter_is_the_sum_of_its_reps():
    s = led()
    for number, rep in enumerate(s.reps, start=1):
        put(rep, honesty=0.4 * number, expected=10.0 * number, booked_quarter=30.0 * number, quota=50.0)
        put(rep, feasible=40.0, lost_time=1.0, lost_targeting=2.0, lost_capability=3.0, lost_product=number)
    put(s.managers[0], truth=9.0, lost_time=9.0)
    run("gather_team", s)
    one = s.managers[0]
    assert (one.truth, one.team_quota, one.team_feasible) == (390.0, 100.0, 80.0)
    assert (one.lost_time, one.lost_targeting, one.lost_capability, one.lost_product) == (2.0, 4.0, 6.0, 3.0)
    assert one.honesty_heard == pytest.approx(0.6)
    assert one.attainment == pytest.approx(0.9)


def test_an_empty_seats_bookings_count_and_its_potential_does_not():
    s = led()
    put(s.reps[1], active=0, expected=10.0, booked_quarter=30.0, quota=50.0, honesty=0.9)
    run("gather_team", s)
    assert (s.managers[0].truth, s.managers[0].attainment, s.managers[0].honesty_heard) == (0.0, 0.6, 0.6)


def test_the_leader_hears_whether_the_quota_was_met():
    s = led(management_miss_tolerance=0.05)
    for attainment, met in ((0.96, 1), (0.94, 0)):
        s.managers[0].attainment = attainment
        run("pass_on", s)
        assert s.managers[0].heard_met == met


def test_each_level_may_turn_the_report_round():
    shape = {"structure.n_reps": 4, "structure.span_of_control": 2}
    s = tiny(shape=shape, mechanisms_retelling=1.0)  # teams 0 and 1 under the leader, row 2
    assert s.managers["level"].tolist() == [1, 1, 2]
    s.managers["attainment"] = 1.0
    lies = sorted(uniform(DECISION.RETELL, level, 1) for level in (0, 1))
    for error, met in ((lies[0] * 0.9, 1), ((lies[0] + lies[1]) / 2, 0), (lies[1] * 1.1, 1)):
        s.p[0].management_retelling_error = error
        run("pass_on", s)
        assert s.managers[0].heard_met == met


def test_belief_mixes_what_is_understood_with_what_the_crm_says():
    s = led(
        management_belief_rate=0.5,
        operations_crm_noise=0.6,
        operations_crm_fidelity=0.5,
        motivation_sandbagging=0.4,
        operations_distortion=1.2,
    )
    s.reps[1].active = 0
    put(s.reps[0], expected=10.0, honesty=0.75, holder=3)
    put(s.managers[0], understanding=0.25, truth=130.0, belief=100.0)
    run("form_belief", s)
    noise = math.exp(0.3 * normal(DECISION.CRM_NOISE, 0, 1) - 0.045)
    lean = uniform(DECISION.CRM_LEAN, 0, 3) - 0.4
    signal = 130 * noise * (1 + 1.2 * 0.25 * lean)
    assert s.managers[0].belief == pytest.approx((100 + 0.25 * 130 + 0.75 * signal) / 2)


def test_honest_and_complete_reports_leave_nothing_to_understand():
    s = led(
        management_belief_rate=1.0, operations_crm_noise=0.6, operations_crm_fidelity=1.0, operations_distortion=1.2
    )
    for rep in s.reps:
        put(rep, expected=10.0, honesty=1.0)
    s.managers[0].understanding = 0.0
    run("form_belief", s)
    assert s.managers[0].belief == pytest.approx(260.0)
