"""The first week: who accounts, reps and managers are."""

import math

import pytest

from agents.machinery.chance import DECISION
from tests.tiny import normal, put, run, tiny, uniform


def test_a_seat_starts_with_a_quarter_of_its_territory_as_quota():
    s = tiny(
        market_accounts_per_rep=2.0,
        market_expected_bookings_per_rep_year=400.0,
        talent_attrition_per_year=0.5,
        capabilities_starting_method=0.4,
        motivation_initial_trust=0.5,
        motivation_honesty_floor=0.2,
        motivation_initial=0.7,
    )
    s.reps[0].potential = 2.0
    run("take_seat", s)
    rep = s.reps[0]
    assert (rep.territory, rep.quota, rep.annual_quota) == (200.0, 200.0, 800.0)  # 400 / 4 x 2
    assert rep.expected == pytest.approx(200 / 13)
    assert rep.holder == 1
    assert rep.tenure == int(-math.log(uniform(DECISION.TENURE, 0, 0)) / 0.5 * 52)
    # no spread: everybody follows the usual method, and gifts of spread 0 are 1
    assert [rep.method_pipeline, rep.method_conversation, rep.method_driving, rep.method_growth] == [0.4] * 4
    assert rep.art_conversation == 1.0
    assert rep.honesty == pytest.approx(0.2 + 0.8 * 0.5)
    assert (rep.rep_trust, rep.motivation, rep.energy) == (0.5, 0.7, 1.0)


def test_an_unknown_potential_is_drawn_with_mean_1():
    s = tiny(market_territory_sd=0.4, market_accounts_per_rep=2.0, talent_attrition_per_year=1.0, structure_n_reps=2)
    run("take_seat", s, 1)
    assert s.reps[1].potential == pytest.approx(math.exp(0.4 * normal(DECISION.TERRITORY, 1, 0) - 0.08))


def test_territories_opened_beyond_those_covered_are_poorer():
    # two seats on a market one covers, elasticity 1/2: all are worth sqrt(2), and what the second adds is 1/2 / sqrt(2)
    s = tiny(
        market_accounts_per_rep=2.0, talent_attrition_per_year=1.0, market_covered_reps=1,
        market_territory_elasticity=0.5,
    )  # fmt: skip
    run("take_seat", s, 0)
    run("take_seat", s, 1)
    assert s.reps["potential"].tolist() == pytest.approx([1.0, 0.5 / math.sqrt(2.0)])


def test_an_idle_seat_stays_empty():
    s = tiny(market_expected_bookings_per_rep_year=400.0)
    s.reps[0].idle = 1
    run("take_seat", s)
    assert (s.reps[0].quota, s.reps[0].holder) == (0.0, 0)


def test_an_account_without_spread_is_the_mean_one():
    s = tiny(
        buyers_fit_mean=0.6,
        market_complexity=0.4,
        market_group_size=6.0,
        market_group_size_sd=0.3,
        buyers_fit_line_spread=0.1,
        market_status_quo=0.3,
        buyers_initial_trust=0.5,
        buyers_initial_intimacy=0.2,
        market_needs_per_account_year=3.0,
    )
    for rep in s.reps:
        put(rep, potential=1.0, holder=1)
    s.lines["share"], s.lines["price"] = [0.25, 0.75], [100.0, 200.0]
    run("settle_account", s, 1)
    buyer = s.buyers[1]
    assert (buyer.fit, buyer.complexity, buyer.status_quo) == (0.6, 0.4, 0.3)
    assert (s.buyer_trust[1], s.intimacy[1]) == (0.5, 0.2)
    assert buyer.potential == pytest.approx(3 * (0.25 * 100 + 0.75 * 200))
    assert buyer.group_size == pytest.approx(6 * math.exp(0.3 * normal(DECISION.ACCOUNT_GROUP, 1, 0)))
    assert s.slots[3].base_fit == pytest.approx(min(1.0, 0.6 + 0.1 * normal(DECISION.LINE_FIT, 3, 0)))
    assert s.neighbours[1].tolist() == [2, 0]


def test_a_manager_starts_with_the_potential_of_the_filled_seats():
    s = tiny(
        management_initial_understanding=0.3, management_initial_prescriptiveness=0.2, management_initial_adoption=0.6
    )
    s.reps["territory"] = [100.0, 50.0]
    s.reps["active"] = [1, 0]
    run("take_office", s)
    manager = s.managers[0]
    assert (manager.understanding, manager.prescriptiveness, manager.adoption) == (0.3, 0.2, 0.6)
    assert (manager.belief, manager.truth) == (100.0, 100.0)


def test_the_organization_starts_with_its_playbook_focus_and_people():
    s = tiny(training_initial_playbook=0.6, strategy_icp_clarity=0.4, strategy_initial_credibility=0.5)
    s.reps["active"] = [1, 0]
    run("initialize_organization", s)
    org = s.org[0]
    assert (org.playbook, org.icp_clarity, org.vision_credibility) == (0.6, 0.4, 0.5)
    assert (org.n_active, org.n_planned) == (1, 1)


def test_a_territory_with_more_accounts_brings_more():
    s = tiny(market_accounts_per_rep=2.0, market_expected_bookings_per_rep_year=400.0, talent_attrition_per_year=1.0)
    s.reps[0].potential, s.reps[0].n_accounts = 1.0, 3
    run("take_seat", s)
    assert s.reps[0].territory == 150.0  # 400 / 4 x 3 / 2
