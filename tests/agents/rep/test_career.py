"""Reps over the years: skill, trust, motivation, energy, arriving and leaving."""

import math

import pytest

from agents.machinery.chance import DECISION
from agents.rep import career
from tests.tiny import normal, plain, put, run, tiny, uniform

LEAVE, HIRE = uniform(DECISION.LEAVE, 0, 1), uniform(DECISION.HIRE, 0, 1)


def test_capability_is_ramp_times_gift_and_the_method_that_is_followed():
    s = tiny(
        talent_ramp_start=0.4,
        talent_ramp_weeks=20.0,
        mechanisms_ramp=1.0,
        enablement_adherence_weight=0.5,
        enablement_process_cost_to_art=0.1,
        capabilities_art_share=0.4,
        capabilities_usual_method=0.5,
        motivation_energy_weight=0.3,
        mechanisms_energy=1.0,
    )
    put(s.reps[0], tenure=20, adherence=0.6, enablement_process_formality=0.5, energy=0.8)
    put(s.reps[0], art_conversation=1.2, method_conversation=0.6, art_growth=0.0, method_growth=0.5)
    s.org[0].playbook = 0.9
    run("use_capability", s)
    ramp = 1 - 0.6 / math.e
    gift, craft = 0.95 * 0.4 * ramp, 0.6 * ramp * 0.8 / 0.5
    assert s.reps[0].capability_conversation == pytest.approx(gift * 1.2 + craft * 0.6)
    assert s.reps[0].capability_growth == pytest.approx(craft * 0.5)
    assert s.reps[0].latent == pytest.approx(0.9 - 0.6 * 0.8)
    assert s.reps[0].conversation_power == pytest.approx(s.reps[0].capability_conversation * (1 - 0.3 * 0.2))


def test_a_usual_rep_has_capability_1():
    s = tiny(talent_ramp_weeks=20.0, capabilities_art_share=0.4, capabilities_usual_method=0.5)
    put(s.reps[0], adherence=1.0, method_driving=0.5, method_pipeline=0.5)
    run("use_capability", s)
    assert (s.reps[0].capability_driving, s.reps[0].capability_pipeline) == (1.0, 1.0)


def learner(**parameters):
    """A rep in training, with every attitude at its best and two hours a week."""
    usual = {"training_half_life_months": 12.0, "training_coaching_half_hours": 1.0, "training_gain_per_hour": 0.1}
    usual |= {"training_transfer_unwilling": 0.5, "training_driving_from_closing": 0.5}
    s = tiny(**{**usual, **parameters})
    put(s.reps[0], hours_training=2.0, goal_clarity=1.0, rep_trust=1.0, motivation=1.0, training_value_content=0.75)
    put(s.reps[0], method_conversation=0.4, method_driving=0.4)
    s.org[0].playbook = 0.8
    return s


def test_training_moves_method_towards_the_playbook_by_what_is_transferred():
    s = learner(training_transfer_alone=0.5, training_transfer_coached=1.0)
    s.reps[0].hours_coaching = 1.0  # half of what coaching can do
    run("train", s)
    gain = 0.1 * 2 * (0.5 + 1.0 * 0.5)
    assert s.reps[0].method_conversation == pytest.approx(0.4 + gain * 0.75 * 0.4)
    assert s.reps[0].method_driving == pytest.approx(0.4 + gain * 0.875 * 0.4)
    assert s.reps[0].closing == pytest.approx(gain * 0.25)


def test_training_without_goals_trust_and_motivation_transfers_an_eighth():
    s = learner(training_transfer_alone=1.0)
    put(s.reps[0], goal_clarity=0.0, rep_trust=0.0, motivation=0.0)
    run("train", s)
    assert s.reps[0].method_conversation == pytest.approx(0.4 + 0.2 / 8 * 0.75 * 0.4)


def test_what_is_not_reinforced_fades_to_the_untrained_level_with_its_half_life():
    s = learner(mechanisms_training_decay=1.0, capabilities_untrained_method=0.2)
    s.reps[0].hours_training = 0.0
    for _ in range(52):  # a half-life of 12 months is 52 weeks
        run("train", s)
    assert s.reps[0].method_conversation == pytest.approx(0.3, abs=0.001)


def test_coaching_teaches_and_reinforces():
    s = learner(mechanisms_training_decay=1.0, training_coaching_gain_per_hour=0.1, training_reinforcement=2.0)
    put(s.reps[0], hours_training=0.0, hours_coaching=1.0)
    run("train", s)
    # half of full coaching, twice: nothing fades
    assert s.reps[0].method_conversation == pytest.approx(0.4 + 0.1 * 0.75 * 0.4)


def test_adherence_follows_formality_coaching_and_the_managers_example():
    s = tiny(
        enablement_adherence_rate=0.5,
        enablement_adherence_floor=0.1,
        enablement_adherence_from_process=0.5,
        enablement_adherence_from_coaching=0.3,
        enablement_adherence_from_adoption=0.2,
        motivation_heeded_without_trust=0.5,
        training_coaching_half_hours=1.0,
    )
    put(s.reps[0], adherence=0.2, enablement_process_formality=0.8, hours_coaching=1.0, rep_trust=0.6)
    s.managers[0].adoption = 0.5
    run("follow_playbook", s)
    target = 0.1 + (0.5 * 0.8 + 0.3 * 0.5 + 0.2 * 0.5) * 0.8
    assert s.reps[0].adherence == pytest.approx((0.2 + target) / 2)


def test_trust_is_won_by_coaching_and_visits_and_lost_twice_as_fast_by_control_and_lost_ownership():
    s = tiny(
        motivation_trust_per_coaching_hour=0.01,
        motivation_trust_per_dive_hour=0.02,
        motivation_trust_recovery=0.005,
        motivation_trust_loss_control=0.04,
        motivation_trust_loss_ownership=0.03,
        motivation_trust_loss_ratio=2.0,
        mechanisms_dilution=1.0,
    )
    put(s.reps[0], rep_trust=0.6, hours_coaching=1.0, extra_faces=1.0)
    put(s.managers[0], dive_hours_per_rep=0.5, prescriptiveness=0.5)
    run("judge_management", s)
    assert s.reps[0].rep_trust == pytest.approx(0.6 + 0.025 * 0.4 - 2 * 0.05 * 0.6)


def test_honesty_follows_trust_above_its_floor():
    s = tiny(motivation_honesty_floor=0.2, mechanisms_misreporting=1.0)
    s.reps[0].rep_trust = 0.5
    run("judge_management", s)
    assert s.reps[0].honesty == pytest.approx(0.6)
    s.p[0].mechanisms_misreporting = 0.0
    run("judge_management", s)
    assert s.reps[0].honesty == 1.0


def test_goals_get_clear_where_a_vision_is_clear_credible_told_and_trusted():
    s = tiny(
        strategy_vision_clarity=0.8,
        strategy_goal_communication=0.5,
        strategy_goal_learning_rate=0.5,
        strategy_goal_clarity_scale=2.0,
        motivation_heeded_without_trust=0.5,
        mechanisms_vision=1.0,
    )
    s.org[0].vision_credibility = 0.5
    put(s.reps[0], rep_trust=0.6, goal_clarity=0.1)
    run("judge_management", s)
    assert s.reps[0].goal_clarity == pytest.approx((0.1 + 0.5 * 0.8 * 0.5 * 0.8 * 2) / 2)


FEELING = {"motivation_best_difficulty": 1.1, "operations_week_hours": 40.0, "market_cycle_weeks": 4.0}
FEELING |= {"motivation_attainment_cap": 1.5}


def test_motivation_is_best_at_a_stretching_quota_and_falls_on_both_sides():
    levels = []
    for quota in (60.0, 110.0, 160.0):
        s = tiny(**FEELING, motivation_rate=1.0, motivation_difficulty_cost=0.8)
        put(s.reps[0], quota=quota, expected=100 / 13, attainment=1.0)
        run("feel", s)
        levels.append(s.reps[0].motivation)
    assert levels == pytest.approx([1 - 0.8 * 0.25, 1.0, 1 - 0.8 * 0.25])


def test_motivation_moves_with_recognition_and_trust():
    s = tiny(**FEELING, motivation_rate=0.5, motivation_recognition=0.5, motivation_from_trust=0.2)
    put(s.reps[0], quota=110.0, expected=100 / 13, attainment=0.6, rep_trust=0.3, motivation=0.4)
    run("feel", s)
    assert s.reps[0].motivation == pytest.approx((0.4 + 1 - 0.5 * 0.4 - 0.2 * 0.2) / 2)


def test_energy_falls_with_more_work_than_the_week_holds():
    s = tiny(
        **FEELING,
        motivation_overload_cost=2.0,
        motivation_energy_rate=0.5,
        motivation_needed_hours_per_cycle=1.0,
        buyers_effort_scale=8.0,
    )
    # 10 deals ask for 2 hours each; 30 hours go elsewhere: a load of 50 / 40
    put(s.reps[0], n_open=10, hours_opportunities=6.0, hours_prospecting=4.0, energy=1.0, attainment=1.0)
    run("feel", s)
    assert s.reps[0].energy == pytest.approx((1 + 1 / 1.5) / 2)


@pytest.mark.parametrize(("booked", "unfair", "trust"), [(50.0, 0.25, 0.6 * (1 - 0.1)), (100.0, 0.0, 0.6 + 0.5 * 0.4)])
def test_an_unfair_miss_costs_trust_and_a_met_target_wins_some(booked, unfair, trust):
    s = tiny(
        motivation_trust_loss_unfair_miss=0.2, motivation_trust_loss_ratio=2.0, motivation_trust_gain_fair_target=0.5
    )
    put(s.reps[0], active=1, booked_quarter=booked, quota=100.0, expected=80 / 13, rep_trust=0.6, quota_year=40.0)
    run("close_quarter", s)
    rep = s.reps[0]
    assert (rep.attainment, rep.feasible, rep.quota_year) == (booked / 100, pytest.approx(80.0), 140.0)
    assert rep.unfair == pytest.approx(unfair)  # 100 / 80 - 1
    assert rep.rep_trust == pytest.approx(trust)


def test_a_quarters_quota_is_a_fourth_less_relief_while_ramping_and_after_a_review():
    s = tiny(talent_ramp_weeks=20.0, talent_ramp_quota_relief=0.6, mechanisms_ramp=1.0)
    put(s.clock[0], week_of_quarter=13)
    put(s.reps[0], annual_quota=400.0, tenure=5, booked_quarter=7.0, lost_time=1.0, lost_product=1.0)
    s.managers[0].quota_relief = 0.1
    run("start_quarter", s)
    assert s.reps[0].quota == pytest.approx(100 * (1 - 0.6 * 0.75) * 0.9)
    assert (s.reps[0].booked_quarter, s.reps[0].lost_time, s.reps[0].lost_product) == (0.0, 0.0, 0.0)


def leaver(**parameters):
    """A filled, planned seat whose holder is neither pleased nor displeased."""
    usual = {"mechanisms_attrition": 1.0, "talent_content_motivation": 0.6, "motivation_attainment_cap": 1.5}
    usual |= {f"talent_attrition_from_{reason}": 0.5 for reason in ("trust", "motivation", "attainment")}
    usual |= {"talent_early_weeks": 26.0, "talent_layoff_hazard": 10.0, "talent_middle_width": 1.0}
    s = tiny(**{**usual, **parameters})
    put(s.reps[0], active=1, planned=1, tenure=100, rep_trust=0.5, motivation=0.6, attainment=1.0)
    return s


@pytest.mark.parametrize(
    ("fields", "factor"),
    [({}, 1.0), ({"rep_trust": 0.1, "motivation": 0.4}, math.exp(2 * (0.2 + 0.1))), ({"tenure": 3}, 1.5)],
)
def test_the_hazard_of_leaving_rises_with_distrust_low_motivation_and_little_tenure(fields, factor):
    yearly = -52 * math.log(1 - LEAVE) / factor
    for share, left in ((0.99, 0), (1.01, 1)):
        s = leaver(
            talent_attrition_per_year=yearly * share, talent_attrition_sensitivity=2.0, talent_early_attrition=1.5
        )
        put(s.reps[0], **fields)
        run("leave_or_stay", s)
        assert (s.reps[0].left, s.reps[0].active) == (left, 1 - left)


def test_nobody_leaves_with_the_mechanism_off_but_from_a_seat_no_longer_planned():
    s = leaver(mechanisms_attrition=0.0, talent_attrition_per_year=1e9)
    run("leave_or_stay", s)
    assert (s.reps[0].active, s.reps[0].tenure) == (1, 101)
    s.reps[0].planned = 0
    run("leave_or_stay", s)
    assert s.reps[0].active == 0
    run("leave_or_stay", s)
    assert (s.reps[0].vacant_weeks, s.reps[0].left) == (1, 0)


@pytest.mark.parametrize("good", [0, 1])
def test_in_the_docking_option_tenure_is_exponential_with_the_mean_of_ones_fit(good):
    mean = -1 / math.log(1 - LEAVE)
    for share, left in ((1.01, 0), (0.99, 1)):
        means = {"talent_good_fit_tenure_weeks": 1e9, "talent_poor_fit_tenure_weeks": 1e9}
        means["talent_good_fit_tenure_weeks" if good else "talent_poor_fit_tenure_weeks"] = mean * share
        s = leaver(mechanisms_exponential_tenure=1.0, **means)
        s.reps[0].good_fit = good
        run("leave_or_stay", s)
        assert s.reps[0].left == left


def vacant(**parameters):
    """An empty, planned seat."""
    s = tiny(**parameters)
    put(s.reps[0], active=0, planned=1, holder=3, tenure=70, territory=130.0, cost=5.0)
    return s


def test_an_empty_seat_is_filled_after_the_hiring_delay():
    delay = -1 / math.log(1 - HIRE)
    for share, filled in ((1.01, 0), (0.99, 1)):
        s = vacant(mechanisms_vacancies=1.0, talent_hiring_delay_weeks=delay * share, talent_replacement_cost=40.0)
        run("fill_seat", s)
        assert s.reps[0].active == filled
    assert (s.reps[0].holder, s.reps[0].tenure, s.reps[0].cost) == (4, 0, 45.0)


def test_a_new_holder_arrives_with_onboarding_trust_and_hope():
    s = vacant(
        capabilities_untrained_method=0.2,
        talent_onboarding=0.5,
        motivation_initial_trust=0.6,
        motivation_initial=0.7,
        talent_good_fit_share=1.0,
    )
    s.org[0].playbook = 0.8
    put(s.reps[0], closing=0.9, energy=0.1)
    run("fill_seat", s)
    rep = s.reps[0]
    assert [rep.method_pipeline, rep.method_conversation, rep.method_driving, rep.method_growth] == [0.5] * 4
    assert (rep.rep_trust, rep.motivation, rep.energy, rep.closing, rep.attainment) == (0.6, 0.7, 1.0, 0.0, 1.0)
    assert (rep.expected, rep.good_fit) == (10.0, 1)


def test_in_the_docking_option_a_seat_waits_for_its_hire():
    s = vacant(mechanisms_poisson_hiring=1.0)
    run("fill_seat", s)
    assert s.reps[0].active == 0
    s.reps[0].appointed = 1
    run("fill_seat", s)
    assert s.reps[0].active == 1


@pytest.mark.parametrize("fields", [{"planned": 0}, {"idle": 1}])
def test_a_seat_without_a_plan_or_outside_the_model_stays_empty(fields):
    s = vacant()
    put(s.reps[0], **fields)
    run("fill_seat", s)
    assert s.reps[0].active == 0


def test_gifts_are_lognormal_and_selection_takes_the_better_of_two():
    s = tiny(talent_art_sd=0.5, talent_art_correlation=0.64)
    s.reps[0].holder = 2
    common, other, own = (normal(DECISION.ART, 0, 16 + slot) for slot in (0, 5, 1))
    gift = plain(career.gift)
    assert gift(s, 0, 1) == pytest.approx(math.exp(0.5 * (0.8 * common + 0.6 * own) - 0.125))
    s.p[0].talent_selection_quality = 1.0
    assert gift(s, 0, 1) == pytest.approx(math.exp(0.5 * (0.8 * max(common, other) + 0.6 * own) - 0.125))


def test_pay_follows_attainment_up_to_its_cap_and_training_and_dedicated_roles_cost():
    s = tiny(
        talent_on_target_earnings=5200.0,
        talent_pay_burden=0.2,
        talent_variable_share=0.5,
        talent_commission_cap=2.0,
        training_cost_per_hour=10.0,
        structure_role_specialisation=0.5,
        structure_dedicated_cost_per_hour=20.0,
        enablement_care_hours=0.5,
    )
    put(s.reps[0], active=1, attainment=3.0, hours_training=2.0, cost=1.0)
    put(s.reps[0], operations_protected_prospecting_hours=3.0, n_customers=4)
    run("draw_pay", s)
    # 100 a week x 1.2 x (1 + 0.5 x (2 - 1)), 2 hours of training, half of 5 hours by others, 1 before
    assert s.reps[0].cost == pytest.approx(180 + 20 + 50 + 1)
    put(s.reps[1], active=0)
    run("draw_pay", s, 1)
    assert s.reps[1].cost == 0.0
