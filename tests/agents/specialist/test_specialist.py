"""Overlay specialists: whom they cover, which deals they join, and how far their hours go."""

import pytest

from agents.machinery.chance import DECISION
from agents.machinery.codes import KIND, ORIGIN, PURSUIT
from tests.tiny import chain, employ, put, run, tiny, uniform


def covered(count=1, kind=KIND.PRODUCT, **parameters):
    """Rep 0 with three deals, rep 1 with one, and this many specialists of a kind; the row of the first one."""
    s = tiny(**parameters)
    chain(s, 0, 3)
    chain(s, 1, 1)
    s.opportunities["age"] = 3
    employ(s, kind, count)
    return s, kind * (len(s.specialists) // 4)


def test_all_deals_of_the_seats_covered_are_candidates():
    s, j = covered()
    run("look_for_deals", s, j)
    assert (s.specialists[j].active, s.specialists[j].candidates, s.specialists[j].load) == (1, 4, 0)


def test_two_of_a_kind_share_the_seats_in_turn():
    s, j = covered(count=2)
    for number, deals in enumerate((3, 1)):
        run("look_for_deals", s, j + number)
        assert s.specialists[j + number].candidates == deals


def test_one_who_is_idle_or_beyond_the_head_count_covers_nobody():
    s, j = covered()
    run("look_for_deals", s, j + 1)
    assert (s.specialists[j + 1].active, s.specialists[j + 1].candidates) == (0, 0)
    s.specialists[j].idle = 1
    run("look_for_deals", s, j)
    assert (s.specialists[j].active, s.specialists[j].candidates) == (0, 0)


def test_deals_joined_are_the_load_and_dropped_ones_are_left():
    s, j = covered()
    s.opportunities["joined"][:2] = 1
    s.opportunities[1].pursuit = PURSUIT.DROPPED
    run("look_for_deals", s, j)
    assert s.opportunities["joined"][:3].tolist() == [1, 0, 0]
    assert (s.specialists[j].load, s.specialists[j].candidates) == (1, 2)


def test_the_installed_base_kind_wants_customers_only():
    s, j = covered(kind=KIND.INSTALLED_BASE)
    s.customer_lines[1] = 1  # holds slot 2
    run("look_for_deals", s, j)
    assert s.specialists[j].candidates == 1


def test_telesales_wants_its_own_deals_until_they_are_under_way():
    s, j = covered(kind=KIND.TELESALES, structure_telesales_leaves_at=0.3)
    s.opportunities["origin"][:2] = ORIGIN.TELESALES
    s.opportunities["buying_stage"][:2] = [0.2, 0.4]
    run("look_for_deals", s, j)
    assert s.specialists[j].candidates == 1


def test_deals_are_joined_by_chance_up_to_the_own_target():
    s, j = covered(structure_specialist_target_deals=3.0)
    run("look_for_deals", s, j)
    s.specialists[j].load = 1
    run("join_deals", s, j)
    luck = {slot: uniform(DECISION.JOIN, 4 * slot, 1) for slot in (0, 1, 2, 4)}
    assert {slot: s.opportunities[slot].joined for slot in luck} == {slot: luck[slot] < 2 / 4 for slot in luck}
    assert s.specialists[j].load == 1 + s.opportunities["joined"].sum()


def test_one_on_target_joins_nothing():
    s, j = covered()
    run("look_for_deals", s, j)
    run("join_deals", s, j)
    assert s.opportunities["joined"].sum() == 0


def test_hours_are_shared_among_the_deals_and_coordination_comes_off_first():
    s, j = covered(
        structure_specialist_hours=10.0,
        structure_specialist_hours_per_deal=4.0,
        structure_hours_per_channel=1.0,
        mechanisms_coordination=1.0,
        structure_specialist_cost=5200.0,
    )
    s.opportunities["joined"][[0, 1, 4]] = 1
    employ(s, KIND.INDUSTRY)
    s.opportunities[1].joined |= 1 << KIND.INDUSTRY
    run("look_for_deals", s, j)
    run("share_hours", s, j)
    one = s.specialists[j]
    # pairs on slots 0 and 4: 1 channel, half an hour each; three on slot 1: 3 channels, an hour each
    assert one.hours_coordination == pytest.approx(2.0)
    assert (one.hours_on_deals, one.hours_left) == (8.0, 0.0)  # 12 are asked for
    assert one.served == pytest.approx(8 / 12)
    assert one.cost == 100.0


def test_hours_nobody_asks_for_are_left():
    s, j = covered(structure_specialist_hours=10.0, structure_specialist_hours_per_deal=4.0)
    s.opportunities[0].joined = 1
    run("look_for_deals", s, j)
    run("share_hours", s, j)
    assert (s.specialists[j].hours_on_deals, s.specialists[j].hours_left, s.specialists[j].served) == (4.0, 6.0, 1.0)


def test_nobody_pays_for_an_empty_place():
    s, j = covered(structure_specialist_cost=5200.0)
    put(s.specialists[j + 1], served=0.3, cost=7.0)
    run("share_hours", s, j + 1)
    assert (s.specialists[j + 1].cost, s.specialists[j + 1].served) == (0.0, 1.0)
