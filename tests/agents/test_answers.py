"""Rules by which the model answers to a change as the field does: worked by hand, nothing else at work."""

from __future__ import annotations

import math

import pytest

from agents.machinery.chance import DECISION
from agents.machinery.codes import PURSUIT
from agents.rep import career, learning, pipeline
from tests.agents.test_momentum import asked, certain
from tests.tiny import chain, plain, put, run, tiny, uniform


class TestSize:
    @pytest.mark.parametrize(
        ("size", "on", "hardness", "slowness"), [(4.0, 1.0, 2.0, 1.2), (1.0, 1.0, 1, 1), (4.0, 0.0, 1, 1)]
    )
    def test_a_larger_deal_takes_more_effort_and_time(self, size, on, hardness, slowness):
        s = certain(
            mechanisms_size=on, buyers_effort_from_size=0.5, buyers_cycle_from_size=math.log(1.2) / math.log(4.0)
        )
        s.buyers["account_size"] = size
        opp = asked(s)
        assert (opp.amount, opp.hardness, opp.slowness) == pytest.approx((100.0 * size, hardness, slowness))

    def test_effort_counts_against_what_a_deal_takes(self):
        # 8 hours of h0 = 4 and hardness 2 are one scale: 1 - 1 / e, of which the buyer learns all in a week
        s = tiny(
            buyers_learning_limit=1.0, buyers_learning_per_cycle=10.0, market_cycle_weeks=10.0, buyers_effort_scale=4.0,
            buyers_effort_steepness=0.4, mechanisms_effort_threshold=1.0, buyers_contact_scale=1.0,
            buyers_value_half=1.0,
            buyers_insight_needed=1.0, buyers_pace_hours=1.0,
        )  # fmt: skip
        chain(s, 0, 1)
        put(s.opportunities[0], effort=8.0, hardness=2.0)
        run("hold_conversations", s)
        assert s.opportunities[0].insight == pytest.approx(1.0 - 1.0 / math.e)

    def test_the_process_of_a_larger_deal_moves_more_slowly_and_is_waited_for_longer(self):
        moved = []
        for slowness in (1.0, 2.0):
            s = tiny(
                market_cycle_weeks=10.0, buyers_pace_hours=1.0, buyers_uninformed_stage=1.0, buyers_insight_needed=1.0,
                buyers_patience=3.0, buyers_effort_scale=1.0, buyers_contact_scale=1.0, buyers_value_half=1.0,
            )  # fmt: skip
            chain(s, 0, 1)
            put(s.opportunities[0], hours=3.0, access=1.0, slowness=slowness, age=29)
            run("hold_conversations", s)
            moved.append(s.opportunities[0].buying_stage)
            run("decide", s)
            assert (s.opportunities[0].outcome > 0) == (slowness == 1.0)  # after 30 weeks, and not after 60
        assert moved[1] == pytest.approx(moved[0] / 2.0)


class TestReorders:
    @pytest.mark.parametrize(("beyond", "on", "ease"), [(False, 1.0, 0.3), (True, 1.0, 1.0), (False, 0.0, 1.0)])
    def test_part_of_what_is_installed_is_reordered_with_little_effort_in_short_time(self, beyond, on, ease):
        luck = uniform(DECISION.REORDER, 0, 1)
        share = luck - 0.001 if beyond else luck + 0.001
        s = certain(mechanisms_reorders=on, buyers_reorder_share=share, buyers_reorder_effort=0.3)
        s.buyers["account_size"] = 1.0
        s.slots[0].installed_value = 50.0
        opp = asked(s)
        assert (opp.hardness, opp.slowness) == pytest.approx((ease, ease))


class TestSupport:
    def test_deals_get_what_hours_their_manager_has_left(self):
        # 48 - 20 office - 4 hours of coaching for two reps are 20; three deals ask for 8 hours each
        s = tiny(
            mechanisms_deal_support=1.0, mechanisms_coaching=1.0, management_support_hours_per_deal=8.0,
            management_week_hours=48.0, management_office_hours=20.0,
        )  # fmt: skip
        s.org[0].training_afforded = 1.0
        s.managers[0].enablement_coaching_hours_per_month = 0.0
        s.reps["n_open"] = 0
        s.reps[0].n_open = 7
        run("spend_week", s, 0)
        assert s.managers[0].supported == pytest.approx(28.0 / 56.0)
        s.reps[0].n_open = 3
        run("spend_week", s, 0)
        assert s.managers[0].supported == 1.0

    def test_without_support_a_conversation_is_worth_less(self):
        worth = []
        for supported in (1.0, 0.5):
            s = tiny(
                management_support_weight=0.4, buyers_value_scale=1.0, buyers_learning_limit=1.0,
                buyers_learning_per_cycle=10.0, market_cycle_weeks=10.0, buyers_effort_scale=1.0,
                buyers_contact_scale=1.0, buyers_value_half=1.0, buyers_insight_needed=1.0, buyers_pace_hours=1.0,
            )  # fmt: skip
            chain(s, 0, 1)
            s.reps[0].conversation_power = 1.0
            s.managers[0].supported = supported
            put(s.opportunities[0], hours=2.0, access=1.0)
            run("hold_conversations", s)
            worth.append(s.opportunities[0].effort)
        assert worth == pytest.approx([2.0 * worth[0] / 2.0, worth[0] * 0.8])


class TestPay:
    @pytest.mark.parametrize(("pay", "on", "ratio"), [(120.0, 1.0, 1.2), (80.0, 1.0, 0.8), (80.0, 0.0, 1.0)])
    def test_it_is_held_against_pay_elsewhere(self, pay, on, ratio):
        s = tiny(mechanisms_pay=on, talent_on_target_earnings=pay)
        s.org[0].market_pay = 100.0
        assert plain(career.relative_pay)(s) == pytest.approx(ratio)

    def test_pay_elsewhere_is_that_at_the_start_unless_said(self):
        for said, market in ((0.0, 150.0), (90.0, 90.0)):
            s = tiny(talent_market_pay=said, talent_on_target_earnings=150.0)
            run("initialize_organization", s)
            assert s.org[0].market_pay == market

    def test_better_pay_draws_better_candidates(self):
        gifts = []
        for pay in (100.0, 200.0):
            s = tiny(
                mechanisms_pay=1.0, talent_on_target_earnings=pay, talent_selection_from_pay=0.5, talent_art_sd=0.4,
                talent_art_correlation=1.0,
            )  # fmt: skip
            s.org[0].market_pay = 100.0
            gifts.append(plain(career.gift)(s, 0, 1))
        assert math.log(gifts[1] / gifts[0]) == pytest.approx(0.4 * 0.5 * math.log(2.0))


class TestLeaving:
    def hazards(self, **fields):
        s = tiny(
            mechanisms_pay=1.0, talent_attrition_per_year=0.52, talent_involuntary_share=0.25,
            talent_early_attrition=2.0,
            talent_early_weeks=26.0, talent_attrition_sensitivity=2.0, talent_attrition_from_trust=0.5,
            talent_attrition_from_motivation=0.5, talent_content_motivation=0.6, talent_attrition_from_attainment=1.0,
            talent_attrition_from_middle=0.8, talent_middle_attainment=0.9, talent_middle_width=0.5,
            talent_quit_elasticity=2.0, motivation_attainment_cap=1.5,
            talent_on_target_earnings=fields.pop("pay", 100.0),
        )  # fmt: skip
        s.org[0].market_pay = 100.0
        usual = {"rep_trust": 0.5, "motivation": 0.6, "attainment": 0.9, "tenure": 100}
        put(s.reps[0], **usual | fields)
        return plain(career.quit_hazard)(s, 0), plain(career.dismissal_hazard)(s, 0)

    def test_a_content_rep_in_the_middle_quits_at_the_usual_rate(self):
        assert self.hazards()[0] == pytest.approx(0.75 * 0.01)

    @pytest.mark.parametrize(
        ("fields", "factor"),
        [
            ({"tenure": 3}, 2.0),
            ({"rep_trust": 0.3}, math.exp(2.0 * 0.5 * 0.2)),
            ({"motivation": 0.4}, math.exp(2.0 * 0.5 * 0.2)),
            ({"attainment": 1.4}, 0.2 + 0.8 / math.e),
            ({"attainment": 0.4}, 0.2 + 0.8 / math.e),
            ({"pay": 110.0}, 1.1**-2.0),
        ],
    )
    def test_quits_rise_with_distrust_and_newness_fall_with_pay_and_peak_in_the_middle(self, fields, factor):
        assert self.hazards(**fields)[0] == pytest.approx(0.75 * 0.01 * factor)

    @pytest.mark.parametrize(("attainment", "exponent"), [(1.0, 0.0), (0.5, 1.0), (0.0, 2.0), (9.0, -1.0)])
    def test_dismissals_fall_with_attainment(self, attainment, exponent):
        assert self.hazards(attainment=attainment)[1] == pytest.approx(0.25 * 0.01 * math.exp(exponent))

    def test_one_draw_decides_whether_and_which(self):
        luck = uniform(DECISION.LEAVE, 0, 1)
        weekly = -math.log(1.0 - luck)
        for dismissal, quits, counts in ((1.1, 0.0, (0, 1)), (0.5, 0.6, (1, 0)), (0.5, 0.4, (0, 0))):
            total = (dismissal + quits) * weekly
            s = tiny(
                mechanisms_attrition=1.0, talent_attrition_per_year=52.0 * total,
                talent_involuntary_share=dismissal / (dismissal + quits), motivation_attainment_cap=1.5,
                talent_middle_width=1.0,
            )  # fmt: skip
            put(s.reps[0], active=1, planned=1, attainment=1.0, rep_trust=0.5, tenure=99)
            run("leave_or_stay", s, 0)
            assert (s.reps[0].quits, s.reps[0].dismissals) == counts
            assert s.reps[0].left == sum(counts)


class TestCoaching:
    @pytest.mark.parametrize(("z", "taken"), [(0.0, 1.0), (1.0, 0.4 + 0.6 / math.e), (-1.0, 0.4 + 0.6 / math.e)])
    def test_those_of_middling_gift_take_most_of_it_in(self, z, taken):
        s = tiny(talent_art_sd=0.5, training_coaching_middle=0.6)
        put(s.reps[0], art_conversation=math.exp(0.5 * z - 0.125), hours_coaching=2.0)
        s.managers[0].coaching_quality = 1.5
        assert plain(learning.hours_taken_in)(s, 0) == pytest.approx(3.0 * taken)


class TestCapacity:
    def state(self, sense: float):
        s = tiny(
            operations_capacity_sense=sense, operations_useful_hours_per_cycle=1.2, buyers_effort_scale=5.0,
            market_cycle_weeks=10.0,
        )  # fmt: skip
        put(
            s.reps[0],
            active=1,
            hours_opportunities=3.0,
            hours_prospecting=2.0,
            operations_protected_prospecting_hours=1.4,
        )
        return s

    def test_hours_serve_so_many(self):
        # .6 hours a week are of use to each; 3 + .6 hours serve six, and half a sense lets twelve pass
        assert plain(pipeline.sensed_limit)(self.state(1.0), 0) == pytest.approx(6.0)
        assert plain(pipeline.sensed_limit)(self.state(0.5), 0) == pytest.approx(12.0)

    @pytest.mark.parametrize(("sense", "dropped"), [(1.0, 2), (0.9, 2), (0.5, 0), (0.0, 0)])
    def test_what_they_cannot_serve_is_dropped_early_the_least_promising_first(self, sense, dropped):
        s = self.state(sense)
        chain(s, 0, 8)
        for o in range(8):
            put(s.opportunities[o], score=float(o), pursuit=PURSUIT.PURSUED)
        run("triage", s, 0)
        assert [o for o in range(8) if s.opportunities[o].pursuit == PURSUIT.DROPPED] == list(range(dropped))
