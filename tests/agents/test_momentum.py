"""Rules by which a turn of the wheel carries over to the next: worked by hand, nothing else at work."""

from __future__ import annotations

import math

import pytest

from agents.machinery.chance import DECISION
from agents.machinery.codes import KIND, ORIGIN
from agents.organization import staffing
from agents.specialist import deals
from tests.tiny import account, chain, employ, plain, put, run, tiny, uniform


def asked(s, b=0):
    """Let a need arise at an account of seat 0, and give the opportunity."""
    run("arise_need", s, b)
    return s.opportunities[0]


def certain(**parameters):
    """A tiny organization in which account 0 has a need of line 0 by itself every week."""
    s = tiny(market_needs_per_account_year=5200.0, market_demand=1.0, **parameters)
    s.lines["share"] = [1.0, 0.0]
    s.lines["price"], s.lines["amount_sd"] = 100.0, 0.0
    return s


class TestRegard:
    def test_an_account_in_contact_holds_us_in_regard_as_far_as_it_finds_conversations_instructive(self):
        # hours 2 against pace hours 1: 2/3 held; learning rate .6; pace .5
        s = tiny(
            mechanisms_regard=1.0, buyers_pace_hours=1.0, buyers_learning_limit=0.6, buyers_learning_per_cycle=60.0,
            market_cycle_weeks=10.0, buyers_regard_pace=0.5, buyers_effort_scale=1.0,
            buyers_contact_scale=1.0, buyers_value_half=1.0, buyers_insight_needed=1.0,
        )  # fmt: skip
        chain(s, 0, 1)
        put(s.opportunities[0], hours=2.0, access=1.0, experience=1.0)
        account(s, 0, regard=0.2)
        run("hold_conversations", s)
        experience = s.opportunities[0].experience
        assert experience == pytest.approx(0.4)  # 1 moves by .6 to what an hour without value teaches
        assert s.regard[0] == pytest.approx(0.2 + 2 / 3 * 0.6 * 0.5 * (experience - 0.2))

    def test_it_fades_towards_the_square_of_satisfaction_and_where_nothing_is_installed_towards_none(self):
        s = tiny(mechanisms_regard=1.0, buyers_regard_fade=0.1)
        account(s, 0, regard=0.8, satisfaction=0.6, customer_lines=1)
        account(s, 1, regard=0.8, satisfaction=0.6)
        run("let_relationships_fade", s)
        assert s.regard[:2] == pytest.approx([0.8 - 0.1 * (0.8 - 0.36), 0.72])

    def test_results_keep_regard_and_do_not_raise_it(self):
        s = tiny(mechanisms_regard=1.0, buyers_regard_fade=0.1)
        account(s, 0, regard=0.5, satisfaction=0.9, customer_lines=1)
        run("let_relationships_fade", s)
        assert s.regard[0] == 0.5

    def test_it_opens_the_door_remembers_and_is_a_first_choice(self):
        s = certain(
            mechanisms_regard=1.0, buyers_first_access=0.5, buyers_access_from_regard=0.3, buyers_memory=0.4,
            buyers_effort_scale=9.0, buyers_favourite=0.2,
        )  # fmt: skip
        account(s, 0, regard=0.5)
        opp = asked(s)
        assert (opp.access, opp.effort, opp.preference) == pytest.approx((0.65, 0.5 * 0.4 * 9.0, 0.1))

    def test_a_first_choice_stays_one_as_far_as_experience_leaves_room(self):
        s = tiny(
            buyers_learning_limit=1.0, buyers_learning_per_cycle=10.0, market_cycle_weeks=10.0, buyers_favourite=0.2,
            buyers_effort_scale=1.0, buyers_contact_scale=1.0, buyers_value_half=1.0, buyers_insight_needed=1.0,
            buyers_pace_hours=1.0,
        )  # fmt: skip
        chain(s, 0, 1)
        account(s, 0, regard=0.5)
        run("hold_conversations", s)  # no hours: experience is 0
        assert s.opportunities[0].preference == pytest.approx(0.1)


class TestReferral:
    def test_a_need_that_a_neighbours_word_added_is_a_referral_and_begins_warm(self):
        # of needs with a lift of L, L / (1 + L) are referrals: the last ones, by luck
        lift = 1.0 / uniform(DECISION.NEED_ORIGIN, 0, 1) - 1.0
        for factor, origin, need, regard in ((0.99, ORIGIN.BUYER, 1.0, 0.0), (1.01, ORIGIN.REFERRAL, 1.2, 0.3)):
            s = certain(
                mechanisms_referral=1.0, mechanisms_regard=1.0, buyers_referral_warmth=0.3, buyers_referred_need=1.2
            )
            s.buyers[0].referral = factor * lift
            opp = asked(s)
            assert (opp.origin, opp.need, s.regard[0]) == (origin, need, regard)

    def test_a_customers_own_need_is_cross_sell_whoever_spoke_of_us(self):
        s = certain(mechanisms_referral=1.0)
        s.buyers[0].referral = 1e6
        account(s, 0, customer_lines=1)
        assert asked(s).origin == ORIGIN.CROSS_SELL


class TestResults:
    @pytest.mark.parametrize(("insight", "kept"), [(0.0, 0.6), (0.3, 0.8), (0.6, 1.0), (0.9, 1.0)])
    def test_a_client_gets_less_out_of_what_was_bought_without_insight(self, insight, kept):
        s = tiny(
            mechanisms_certain_wins=1.0, mechanisms_learned_results=1.0, buyers_result_from_insight=0.4,
            buyers_insight_for_result=0.6,
        )  # fmt: skip
        chain(s, 0, 1)
        s.lines["readiness"] = 1.0
        put(s.opportunities[0], buying_stage=1.0, fit=0.5, insight=insight, amount=70.0)
        run("decide", s)
        assert s.slots[0].promise == pytest.approx(0.5 * kept)

    def test_what_is_installed_is_bought_again_smaller(self):
        for installed, amount in ((0.0, 100.0), (50.0, 70.0)):
            s = certain(mechanisms_expansion=1.0, buyers_expansion_size=0.7)
            s.buyers["account_size"] = 1.0
            s.slots[0].installed_value = installed
            assert asked(s).amount == pytest.approx(amount)


class TestLearning:
    def test_an_hour_with_buyers_teaches_as_far_as_the_playbook_is_followed(self):
        s = tiny(
            mechanisms_practice=1.0, training_practice_gain_per_hour=0.01, training_coaching_half_hours=1.0,
            training_half_life_months=9.0,
        )  # fmt: skip
        put(s.reps[0], active=1, hours_opportunities=20.0, adherence=0.5, training_value_content=1.0)
        put(s.reps[0], method_conversation=0.4)
        s.org[0].playbook = 0.8
        run("train", s)
        assert s.reps[0].method_conversation == pytest.approx(0.4 + 0.1 * 0.4)

    def test_a_team_shows_its_mean_and_where_it_meets_its_best(self):
        s = tiny(mechanisms_colleagues=1.0, training_peer_half_hours=6.0 * 12 / 52)
        put(s.reps[0], active=1, method_driving=0.3, adherence=0.2)
        put(s.reps[1], active=1, method_driving=0.7, adherence=0.6)
        run("show_practice", s)
        assert (s.managers[0].shown_driving, s.managers[0].team_adherence) == pytest.approx((0.5, 0.4))
        s.managers[0].enablement_peer_hours_per_month = 6.0  # half of the way to the best
        run("show_practice", s)
        assert s.managers[0].shown_driving == pytest.approx(0.6)

    def test_meetings_cost_hours(self):
        s = tiny(mechanisms_colleagues=1.0, operations_week_hours=40.0)
        put(s.reps[0], active=1)
        s.managers[0].enablement_peer_hours_per_month = 13.0
        run("count_internal_hours", s)
        assert s.reps[0].hours_peers == pytest.approx(3.0)

    def test_who_is_below_what_is_shown_moves_up_to_it_and_nobody_down(self):
        s = tiny(mechanisms_colleagues=1.0, training_colleague_rate=0.1)
        put(s.reps[0], active=1, method_pipeline=0.2, method_growth=0.9)
        put(s.managers[0], shown_pipeline=0.6, shown_growth=0.6)
        run("learn_from_colleagues", s)
        assert (s.reps[0].method_pipeline, s.reps[0].method_growth) == pytest.approx((0.24, 0.9))

    def test_a_newcomer_is_shown_what_colleagues_do_and_does_as_they_do(self):
        # playbook .8, of which colleagues show .4: a half of onboarding by them teaches up to .6
        s = tiny(
            mechanisms_carried_practice=1.0, capabilities_untrained_method=0.2, talent_onboarding=0.5,
            talent_onboarding_by_colleagues=0.5, enablement_adherence_floor=0.2,
        )  # fmt: skip
        put(s.reps[0], active=0, planned=1, holder=3)
        put(s.managers[0], shown_conversation=0.4, team_adherence=0.6)
        s.org[0].playbook = 0.8
        run("fill_seat", s)
        assert s.reps[0].method_conversation == pytest.approx(0.2 + 0.5 * (0.6 - 0.2))
        assert s.reps[0].adherence == pytest.approx(0.4)


class TestLeader:
    def test_what_is_asked_for_is_done_as_far_as_goals_are_understood(self):
        for clarity, adherence in ((1.0, 0.8), (0.5, 0.56), (0.0, 0.32)):
            s = tiny(
                mechanisms_goals=1.0, enablement_heeded_without_goals=0.4, enablement_adherence_from_process=1.0,
                enablement_adherence_rate=1.0, training_coaching_half_hours=1.0, motivation_heeded_without_trust=1.0,
            )  # fmt: skip
            put(s.reps[0], goal_clarity=clarity, enablement_process_formality=0.8)
            run("follow_playbook", s)
            assert s.reps[0].adherence == pytest.approx(adherence)

    def test_the_vision_is_believed_for_progress_seen_and_for_targets_met(self):
        s = tiny(
            mechanisms_progress=1.0, strategy_credibility_from_progress=0.6, strategy_growth_goal=0.05,
            strategy_growth_range=0.2, strategy_credibility_start=0.5, strategy_credibility_range=0.5,
            strategy_credibility_rate=1.0,
        )  # fmt: skip
        s.reps["booked_quarter"], s.reps["quota"] = 55.0, 55.0
        put(s.org[0], pace=100.0, usual_pace=100.0)
        s.clock[0].week = 200
        run("review_quarter", s)
        # bookings of 110 lift the pace to 105: 5% above a year before, as promised: half of what can be believed
        assert (s.org[0].pace, s.org[0].usual_pace) == pytest.approx((105.0, 101.0))
        assert s.org[0].vision_credibility == pytest.approx(0.6 * 0.5 + 0.4 * 1.0)

    def test_the_first_orders_of_a_firm_are_no_progress(self):
        s = tiny(
            mechanisms_progress=1.0, strategy_credibility_from_progress=1.0, strategy_growth_goal=0.0,
            strategy_growth_range=0.2, strategy_credibility_range=0.5, strategy_credibility_rate=1.0,
            organization_start_up_limit_weeks=26.0, organization_start_up_cycles=3.0, market_cycle_weeks=9.0,
        )  # fmt: skip
        s.reps["booked_quarter"] = 50.0
        s.clock[0].week = 26
        run("review_quarter", s)
        assert (s.org[0].pace, s.org[0].usual_pace, s.org[0].vision_credibility) == (100.0, 100.0, 0.5)


class TestOneBudget:
    def test_what_overlays_take_beyond_their_share_reps_lose(self):
        # margin 1000 a week: 500 for reps, 100 for overlays; three specialists at 100 take 200 of the reps'
        for together, left in ((0.0, 500.0), (1.0, 300.0)):
            s = tiny(
                mechanisms_self_funding=1.0, mechanisms_one_budget=together, talent_budget_share=0.5,
                structure_overlay_budget_share=0.1, structure_specialist_cost=5200.0,
            )  # fmt: skip
            put(s.org[0], revenue_rate=1000.0, n_specialists=3)
            assert plain(staffing.budget_for_reps)(s) == pytest.approx(left)

    def test_overlays_may_take_the_reps_share_too(self):
        for together, employed in ((0.0, 1), (1.0, 2)):
            s = tiny(
                mechanisms_self_funding=1.0, mechanisms_one_budget=together, talent_budget_share=0.5,
                structure_overlay_budget_share=0.1, structure_specialist_cost=5200.0, structure_product_specialists=2.0,
            )  # fmt: skip
            s.org[0].revenue_rate = 1000.0
            run("employ_specialists", s)
            assert s.org[0].n_specialists == employed


class TestOverlays:
    def test_in_part_specialists_seek_complex_deals(self):
        s = tiny(structure_joining_by_complexity=0.5)
        attraction = plain(deals.attraction_of_deal)
        assert [attraction(s, complexity, 0.4) for complexity in (0.0, 0.4, 0.8)] == pytest.approx([0.5, 1.0, 1.5])

    def test_they_join_up_to_their_target_all_the_same(self):
        s = tiny(shape={"structure.product_specialists": 1}, structure_joining_by_complexity=1.0,
                 structure_specialist_target_deals=1.0)  # fmt: skip
        employ(s, KIND.PRODUCT)
        chain(s, 0, 2)
        s.opportunities["complexity"][:2] = [0.2, 0.6]
        run("look_for_deals", s)
        run("join_deals", s)
        luck = [uniform(DECISION.JOIN, 4 * slot, 1) for slot in (0, 1)]
        # one wanted of two: chances 1/2 x .2/.4 and 1/2 x .6/.4
        assert s.opportunities["joined"][:2].tolist() == [luck[0] < 0.25, luck[1] < 0.75]


def test_half_a_year_is_what_a_pace_is_smoothed_over():
    """A step in bookings is half seen after one quarter, three quarters after two."""
    s = tiny(mechanisms_progress=1.0, strategy_growth_range=1.0, strategy_credibility_range=1.0)
    s.clock[0].week = 200
    put(s.org[0], pace=100.0, usual_pace=100.0)
    s.reps["booked_quarter"] = 100.0
    paces = []
    for _ in range(2):
        run("review_quarter", s)
        paces.append(float(s.org[0].pace))
    assert paces == pytest.approx([150.0, 175.0])
    assert math.isclose(s.org[0].usual_pace, 0.8 * (0.8 * 100 + 0.2 * 150) + 0.2 * 175)
