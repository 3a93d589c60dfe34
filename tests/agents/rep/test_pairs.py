"""Sellers who work in pairs: worked by hand, nothing else at work."""

from __future__ import annotations

import pytest

from agents.machinery.codes import PURSUIT
from agents.rep.pairs import partner_of
from tests.tiny import chain, plain, put, run, tiny


def pair(first=1.0, second=1.0, **fields):
    """Two filled seats side by side, asked to do so much of their work as a pair."""
    s = tiny()
    for i, asked in enumerate((first, second)):
        put(s.reps[i], active=1, structure_paired_work=asked, **fields)
    return s


def drawn(s):
    """Let both draw on each other."""
    for i in range(len(s.reps)):
        run("draw_on_partner", s, i)
    return s


class TestWhoIsAPartner:
    def test_seats_beside_each_other_in_one_team_are_partners(self):
        s = tiny(shape={"structure.n_reps": 4, "structure.span_of_control": 4})
        s.reps["active"] = 1
        assert [plain(partner_of)(s, i) for i in range(4)] == [1, 0, 3, 2]

    def test_who_sits_beside_nobody_beside_an_empty_seat_or_in_another_team_works_alone(self):
        s = tiny(shape={"structure.n_reps": 3, "structure.span_of_control": 3})
        s.reps["active"] = [1, 0, 1]
        assert [plain(partner_of)(s, i) for i in range(3)] == [-1, -1, -1]
        s.reps["active"] = 1
        s.reps["manager"][:2] = [0, 1]
        assert plain(partner_of)(s, 0) == plain(partner_of)(s, 1) == -1


class TestWhatAPairCan:
    def test_the_better_of_two_does_it_for_both_as_far_as_they_are_a_pair(self):
        # paired .5: 1.0 rises half of the way to 1.4, nobody falls
        s = pair(first=0.5, second=0.9)
        put(s.reps[0], capability_pipeline=1.0, capability_growth=0.8, capability_driving=0.5)
        put(s.reps[1], capability_pipeline=1.4, capability_growth=0.6, capability_driving=0.9)
        drawn(s)
        assert (s.reps[0].capability_pipeline, s.reps[1].capability_pipeline) == pytest.approx((1.2, 1.4))
        assert (s.reps[0].capability_growth, s.reps[1].capability_growth) == pytest.approx((0.8, 0.7))
        assert (s.reps[0].capability_driving, s.reps[1].capability_driving) == pytest.approx((0.7, 0.9))
        assert (s.reps[0].paired, s.reps[1].paired) == (0.5, 0.5)

    def test_who_goes_first_changes_nothing(self):
        readings = []
        for order in ((0, 1), (1, 0)):
            s = pair(first=0.7)
            put(s.reps[0], capability_driving=0.3, capability_conversation=2.0, conversation_power=1.0)
            put(s.reps[1], capability_driving=1.1, capability_conversation=0.4, conversation_power=0.4)
            for i in order:
                run("draw_on_partner", s, i)
            readings.append(s.reps.tobytes())
        assert readings[0] == readings[1]

    def test_energy_stays_what_it_was(self):
        s = pair()
        put(s.reps[0], capability_conversation=1.0, conversation_power=0.8)
        put(s.reps[1], capability_conversation=1.5, conversation_power=1.5)
        drawn(s)
        assert (s.reps[0].conversation_power, s.reps[1].conversation_power) == pytest.approx((1.2, 1.5))

    def test_where_one_was_not_asked_nobody_is_a_pair(self):
        s = pair(first=1.0, second=0.0, paired=0.5, capability_pipeline=1.0)
        s.reps[1].capability_pipeline = 2.0
        drawn(s)
        assert (s.reps[0].paired, s.reps[0].capability_pipeline) == (0.0, 1.0)

    def test_who_is_left_alone_is_a_pair_no_more(self):
        s = drawn(pair(capability_pipeline=1.0))
        put(s.reps[1], active=0, capability_pipeline=2.0)
        drawn(s)
        assert (s.reps[0].paired, s.reps[0].capability_pipeline, s.reps[1].paired) == (0.0, 1.0, 0.0)


class TestWhatAPairCosts:
    @pytest.mark.parametrize("deals", [0, 2])
    def test_a_pair_is_one_channel_whatever_the_number_of_its_deals(self, deals):
        # .5 h a week for the channel, half of it for each end, paired .8
        s = tiny(mechanisms_coordination=1.0, structure_hours_per_channel=0.5, operations_week_hours=40.0)
        put(s.reps[0], active=1, paired=0.8)
        if deals:
            chain(s, 0, deals)
            s.opportunities["pursuit"][:deals] = PURSUIT.PURSUED
        run("count_internal_hours", s)
        assert s.reps[0].hours_coordination == pytest.approx(0.2)

    def test_a_buyer_gets_to_know_two_people_more_slowly(self):
        # gain .1 x 2 h over 1 + .8 x 1 faces
        known = []
        for paired in (0.0, 1.0):
            s = tiny(
                mechanisms_dilution=1.0, structure_intimacy_dilution=0.8, buyers_intimacy_gain=0.1,
                market_cycle_weeks=10.0, buyers_effort_scale=1.0, buyers_contact_scale=1.0, buyers_value_half=1.0,
                buyers_insight_needed=1.0, buyers_pace_hours=1.0,
            )  # fmt: skip
            s.reps[0].paired = paired
            chain(s, 0, 1)
            put(s.opportunities[0], hours=2.0, access=1.0)
            run("hold_conversations", s, 0)
            known.append((float(s.intimacy[0]), float(s.opportunities[0].most_people)))
        assert known == [pytest.approx((0.2, 1.0)), pytest.approx((0.2 / 1.8, 2.0))]
