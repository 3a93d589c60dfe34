"""Buyers: relationships fade, needs arise, neighbours talk."""

import math

import pytest

from agents.buyer import needs as buyer
from agents.machinery.chance import DECISION
from agents.machinery.codes import ORIGIN, PURSUIT, STATUS
from tests.tiny import account, employ, normal, plain, put, run, tiny, uniform
from tests.worlds import EVERYTHING, copied, lived

need_hazard = plain(buyer.need_hazard)


def test_without_contact_trust_drifts_back_and_knowledge_fades():
    s = tiny(buyers_initial_trust=0.5, buyers_trust_fade=0.1, buyers_intimacy_fade=0.2)
    account(s, 0, buyer_trust=0.9, intimacy=0.5)
    run("let_relationships_fade", s)
    assert s.buyer_trust[:2] == pytest.approx([0.86, 0.5])  # a tenth of the way from 0.9 to 0.5
    assert s.intimacy[0] == pytest.approx(0.4)


def test_a_customers_trust_drifts_to_what_satisfaction_supports():
    s = tiny(buyers_initial_trust=0.5, buyers_trust_from_satisfaction=0.5, buyers_trust_fade=1.0)
    account(s, 0, customer_lines=1, satisfaction=0.9, buyer_trust=0.1)
    run("let_relationships_fade", s)
    assert s.buyer_trust[0] == pytest.approx(0.7)  # 0.5 + 0.5 x 0.4


def test_a_new_holder_of_the_seat_knows_only_part_of_what_the_last_one_knew():
    s = tiny(buyers_intimacy_handover=0.25)
    s.intimacy[0] = 0.8
    put(s.reps[0], holder=2, holder_known=1)
    for _ in range(2):
        run("let_relationships_fade", s)
        assert s.intimacy[0] == pytest.approx(0.2)
    assert s.reps[0].holder_known == 2


def test_needs_come_at_the_base_rate_raised_by_demand_and_referral():
    s = tiny(market_needs_per_account_year=5.2, market_demand=1.5, mechanisms_referral=1.0)
    s.buyers[0].referral = 0.2
    assert need_hazard(s, 0) == pytest.approx(0.18)  # 5.2 / 52 x 1.5 x 1.2


@pytest.mark.parametrize(("week", "most"), [(1, 0.05), (13, 0.05), (14, 0.1), (27, 0.12), (40, 0.15), (53, 0.05)])
def test_needs_follow_the_quarter_of_the_year_where_season_is_on(week: int, most: float):
    rates = {"first": 0.5, "second": 1.0, "third": 1.2, "fourth": 1.5}
    weights = {f"market_{name}_quarter_needs": rate for name, rate in rates.items()}
    s = tiny(market_needs_per_account_year=0.0, mechanisms_cross_sell=0.0, mechanisms_season=1.0, **weights)
    s.reps[0].marketing_rate = 0.1
    s.clock[0].week = week
    run("bound_needs", s)
    assert s.reps[0].most_needs == pytest.approx(most)  # 0.1 x the quarter's weight
    s.p[0].mechanisms_season = 0.0
    run("bound_needs", s)
    assert s.reps[0].most_needs == pytest.approx(0.1)


def test_a_satisfied_and_tended_customer_needs_more():
    s = tiny(
        market_needs_per_account_year=52.0, market_demand=1.0, mechanisms_cross_sell=1.0, buyers_cross_sell_lift=2.0
    )
    put(s.reps[0], account_care=0.5, capability_growth=0.8)
    s.satisfaction[0] = 0.5
    assert need_hazard(s, 0) == pytest.approx(1.0)
    s.customer_lines[0] = 1
    assert need_hazard(s, 0) == pytest.approx(1.4)  # 1 + 2 x 0.5 x (0.5 x 0.8)


def test_in_the_bass_option_imitation_follows_the_share_of_customers():
    s = tiny(mechanisms_bass_needs=1.0, market_bass_innovation=0.52, market_bass_imitation=5.2)
    s.org[0].customer_share = 0.3
    assert need_hazard(s, 0) == pytest.approx(0.04)  # (0.52 + 5.2 x 0.3) / 52
    s.customer_lines[0] = 1
    assert need_hazard(s, 0) == 0.0


def test_in_the_docking_option_a_known_delay_deters_needs():
    s = tiny(market_needs_per_account_year=52.0, market_demand=1.0)
    s.org[0].delay_seen_by_market = 4 * 52 / 12
    assert need_hazard(s, 0) == pytest.approx(1.0)
    s.p[0].mechanisms_delay_deters_needs = 1.0
    assert need_hazard(s, 0) == pytest.approx(0.53)


def test_a_clear_profile_steers_outreach_to_accounts_that_fit():
    s = tiny(strategy_icp_steering=2.0, buyers_fit_mean=0.6)
    s.org[0].icp_clarity = 0.5
    s.buyers["fit"] = [0.8, 0.6, 0.0, 0.0]
    attraction = plain(buyer.attraction)
    assert attraction(s, 0) == pytest.approx(1.2)  # 1 + 0.5 x 2 x 0.2
    assert attraction(s, 1) == 1.0
    s.p[0].strategy_icp_steering = 10.0
    assert attraction(s, 2) == 0.1


def taken_up(s, b=0):
    """The opportunity in the pipeline of rep 0 that comes of an account's need."""
    s.reps[0].active = 1
    run("arise_need", s, b)
    run("accept_needs", s)
    return s.opportunities[0]


def test_a_certain_need_brings_an_opportunity_of_what_the_account_is():
    s = tiny(
        market_cycle_weeks=4.0,
        market_needs_per_account_year=5200.0,
        market_demand=1.0,
        market_price_gap=0.1,
        buyers_first_access=0.6,
        buyers_access_from_trust=0.5,
    )
    s.lines["share"], s.lines["price"], s.lines["amount_sd"] = [1.0, 0.0], [100.0, 900.0], 0.0
    s.buyer_trust[0], s.slots[0].base_fit = 0.7, 0.4
    put(s.opportunities[0], insight=0.9, age=7, account=3, slot=7)
    opp = taken_up(s)
    assert (opp.account, opp.slot, s.slots[0].is_open, s.slots[0].asked, s.reps[0].n_asking) == (0, 0, 1, 1, 0)
    assert (opp.status, opp.origin, opp.created, opp.need) == (STATUS.OPEN, ORIGIN.BUYER, 1, 1.0)
    assert (opp.amount, opp.fit, opp.price_gap) == (100.0, 0.4, 0.1)
    assert opp.access == pytest.approx(0.7)  # 0.6 + 0.5 x 0.2
    assert (opp.insight, opp.age) == (0.0, 0)


def test_a_new_need_in_a_row_used_before_costs_no_coordination_with_those_who_were_on_the_last_one():
    s = tiny(
        market_needs_per_account_year=5200.0,
        market_demand=1.0,
        market_cycle_weeks=4.0,
        structure_hours_per_channel=0.5,
        mechanisms_coordination=1.0,
        operations_week_hours=40.0,
    )
    s.lines["share"], s.lines["price"] = [1.0, 0.0], 100.0
    for kind in range(len(s.kinds)):
        employ(s, kind)
    put(s.opportunities[0], joined=0b101, helped_from=9.0, helped_until=12.0)
    opp, rep = taken_up(s), s.reps[0]
    run("count_internal_hours", s)
    assert (opp.pursuit, rep.n_open, rep.hours_coordination) == (PURSUIT.PURSUED, 1, 0.0)  # 3 people would be 0.5 h
    assert (opp.joined, opp.helped_from, opp.helped_until) == (0, 0.0, 0.0)


def test_what_found_the_need_decides_its_origin_and_strength():
    # 0.4 of the needs come from marketing, 0.6 from prospecting
    s = tiny(operations_marketing_quality=0.7, buyers_prospected_need=0.9)
    s.lines["share"] = [1.0, 0.0]
    for rep in s.reps:
        put(rep, marketing_rate=40.0, prospecting_rate=60.0)
    found = {}
    for b in range(4):
        run("arise_need", s, b)
        share = uniform(DECISION.NEED_ORIGIN, b, 1)
        opp = s.opportunities[4 * (b // 2) + b % 2]  # behind the first of the seat
        found[b] = (opp.origin, opp.need)
        assert found[b] == ((ORIGIN.MARKETING, 0.7) if share < 0.4 else (ORIGIN.PROSPECTING, 0.9))
    assert len(set(found.values())) == 2


@pytest.mark.parametrize(("found_by", "access"), [("prospecting_rate", 0.6), ("marketing_rate", 0.5)])
def test_whoever_was_called_on_grants_at_least_the_first_access(found_by, access):
    s = tiny(buyers_first_access=0.6, buyers_access_from_trust=0.5)
    s.lines["share"], s.buyer_trust[0] = [1.0, 0.0], 0.3
    s.reps[0][found_by] = 100.0
    run("arise_need", s)
    assert s.opportunities[0].access == pytest.approx(access)


def test_telesales_needs_are_as_weak_as_their_quality():
    s = tiny(structure_telesales_quality=0.6, market_cycle_weeks=4.0)
    s.lines["share"] = [1.0, 0.0]
    s.reps[0].telesales_rate = 100.0
    opp = taken_up(s)
    assert (opp.origin, opp.need) == (ORIGIN.TELESALES, 0.6)


def test_a_customers_own_need_is_a_cross_sale():
    s = tiny(market_needs_per_account_year=5200.0, market_demand=1.0)
    s.lines["share"] = [1.0, 0.0]
    s.customer_lines[0] = 1
    run("arise_need", s)
    assert s.opportunities[0].origin == ORIGIN.CROSS_SELL


def test_a_need_comes_with_probability_1_minus_exp_of_its_rate():
    luck = uniform(DECISION.NEED, 0, 1)
    rate = -math.log(1.0 - luck)
    for factor, came in ((0.99, 0), (1.01, 1)):
        s = tiny(market_needs_per_account_year=52.0 * rate * factor, market_demand=1.0)
        s.lines["share"] = [1.0, 0.0]
        run("arise_need", s)
        assert s.reps[0].n_asking == came
        season = {"mechanisms_season": 1.0, "market_first_quarter_needs": factor}
        s = tiny(market_needs_per_account_year=52.0 * rate, market_demand=1.0, **season)
        s.lines["share"] = [1.0, 0.0]
        run("arise_need", s)
        assert s.reps[0].n_asking == came


def test_a_line_that_rests_or_is_taken_has_no_need():
    for fields in ({"rest_until": 2}, {"is_open": 1}):
        s = tiny(market_needs_per_account_year=5200.0, market_demand=1.0)
        s.lines["share"] = [1.0, 0.0]
        put(s.slots[0], **fields)
        run("arise_need", s)
        assert s.reps[0].n_asking == 0


def test_outreach_leans_towards_the_pushed_new_line():
    s = tiny(strategy_new_product_push=1.0)
    s.lines["share"] = [1.0, 0.0]
    s.reps[0].prospecting_rate = 100.0
    run("arise_need", s)
    assert s.opportunities[0].slot == 1


def test_amounts_and_prices_spread_by_the_draws_of_the_slot():
    s = tiny(
        market_needs_per_account_year=5200.0, market_demand=1.0, market_price_gap_spread=0.2, market_cycle_weeks=4.0
    )
    s.lines["share"], s.lines["price"], s.lines["amount_sd"] = [1.0, 0.0], 100.0, 0.5
    opp = taken_up(s)
    assert opp.amount == pytest.approx(100 * math.exp(0.5 * normal(DECISION.AMOUNT, 0, 1) - 0.125))
    assert opp.price_gap == pytest.approx(0.2 * normal(DECISION.PRICE, 0, 1))
    assert opp.misjudged == pytest.approx(normal(DECISION.PERCEPTION, 0, 1))


def test_satisfied_neighbours_who_are_customers_lift_needs():
    s = tiny(buyers_referral_threshold=0.4, buyers_referral_lift=2.0)
    s.neighbours[0] = [1, 2]
    account(s, 1, customer_lines=1, satisfaction=0.7)
    account(s, 2, satisfaction=1.0)
    for satisfaction, lift in ((0.7, 0.3), (0.1, 0.0)):  # 2 x (0.7 - 0.4) / 2 neighbours
        s.satisfaction[1] = satisfaction
        for b in range(4):
            run("recommend", s, b)
        run("hear_from_neighbours", s, 0)
        assert s.buyers[0].referral == pytest.approx(lift)


def test_no_account_has_more_needs_than_its_territory_is_bounded_by():
    s = copied(lived(EVERYTHING).state)
    run("note_referral", s)
    for i, rep in enumerate(s.reps):
        run("bound_needs", s, i)
        for b in range(rep.first_account, rep.first_account + rep.n_accounts):
            pull = plain(buyer.attraction)(s, b)
            needs = need_hazard(s, b) + rep.marketing_rate + rep.prospecting_rate * pull + rep.telesales_rate * pull
            assert needs <= rep.most_needs


def test_luck_above_the_bound_is_no_need():
    s = tiny(market_needs_per_account_year=5200.0, market_demand=1.0)
    s.lines["share"], s.lines["price"] = [1.0, 0.0], 100.0
    s.reps[0].most_needs = 0.0
    run("arise_need", s)
    assert s.reps[0].n_asking == 0


def test_a_week_in_which_luck_allows_no_need_brings_none():
    s = tiny(market_needs_per_account_year=5200.0, market_demand=1.0)
    s.lines["share"], s.need_weeks[:2] = [1.0, 0.0], [0b110, 0b001]
    for b in (0, 1):
        run("arise_need", s, b)
    assert (s.reps[0].n_asking, s.opportunities[0].account) == (1, 1)


@pytest.mark.parametrize("week", [1, 5, 13])
def test_the_weeks_foreseen_are_those_in_which_luck_lies_below_the_bound(week):
    s = tiny()
    put(s.clock[0], week=26 + week, week_of_quarter=week)
    s.reps[0].most_needs = 0.3
    run("foresee_needs", s)
    bound = buyer.ROOM * 0.3
    assert s.reps[0].foreseen == pytest.approx(bound)
    for b in (0, 1):
        assert s.need_weeks[b] == sum((uniform(DECISION.NEED, b, 27 + k) < bound) << k for k in range(13))


def test_needs_are_foreseen_anew_only_where_rates_have_outgrown_the_bound():
    s = tiny()
    put(s.clock[0], week=3, week_of_quarter=3)
    put(s.reps[0], most_needs=0.2, foreseen=0.2)
    run("foresee_needs", s)
    assert s.need_weeks[0] == (1 << 13) - 1
    s.reps[0].most_needs = 0.21
    run("foresee_needs", s)
    assert s.need_weeks[0] < (1 << 13) - 1
    assert s.reps[0].foreseen > 0.21
