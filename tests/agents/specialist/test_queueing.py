"""Specialists who serve first come, first served: who asks, in which order, who serves, and how long it takes."""

import math

import pytest

from agents.machinery.chance import DECISION
from agents.specialist.queueing import pools_of
from tests.tiny import chain, employ, plain, put, run, tiny, uniform


def queue(count=1, pool=1, **parameters):
    """Rep 0 with slots 0 and 1, rep 1 with slot 4, all taken up this week, and this many product specialists."""
    s = tiny(
        shape={"structure.product_specialists": 4},
        mechanisms_first_come_first_served=1.0,
        structure_specialist_pool=pool,
        structure_specialist_job_weeks=10.0,
        **parameters,
    )
    chain(s, 0, 2)
    chain(s, 1, 1)
    s.opportunities["created"] = 1
    employ(s, 0, count)
    return s


def gap(row):
    return -math.log(uniform(DECISION.REQUEST, row, 1))


def work(slot):
    return -10.0 * math.log(uniform(DECISION.JOB, slot, 1))


def asked(*slots, first=0):
    """Moments at which these slots ask in week 1, the pool's first specialist being this row; 8 slots in all."""
    gaps = [gap(slot) for slot in slots]
    scale = sum(gaps) + gap(8 + first)
    return [1.0 + sum(gaps[: place + 1]) / scale for place in range(len(slots))]


def test_pools_are_as_many_as_the_specialists_fill():
    for count, pool, pools in ((0, 1, 0), (4, 1, 4), (4, 2, 2), (5, 2, 2), (3, 9, 1)):
        assert plain(pools_of)(queue(count, pool)) == pools


def test_one_specialist_works_off_the_requests_one_after_the_other():
    s = queue()
    run("take_jobs", s, 0)
    moments = asked(0, 1, 4)
    free = waited = 0.0
    for slot, moment in zip((0, 1, 4), moments, strict=True):
        begins = max(moment, free)
        waited += begins - moment
        free = begins + work(slot)
        assert s.opportunities[slot].helped_from == pytest.approx(begins)
        assert s.opportunities[slot].helped_until == pytest.approx(free)
    one = s.specialists[0]
    assert one.jobs == 3
    assert one.free_at == pytest.approx(free)
    assert one.waited == pytest.approx(waited)
    assert one.worked == pytest.approx(work(0) + work(1) + work(4))


def test_of_a_pool_whoever_is_free_first_takes_the_job():
    s = queue(count=2, pool=2)
    s.specialists["free_at"][:2] = [7.0, 3.0]
    s.opportunities["created"][[1, 4]] = 0
    run("take_jobs", s, 0)
    assert s.opportunities[0].helped_from == 3.0
    assert s.specialists["jobs"][:2].tolist() == [0, 1]
    assert s.specialists[1].waited == pytest.approx(3.0 - asked(0)[0])


def test_dedicated_specialists_serve_their_own_seats_only():
    s = queue(count=2, pool=1)
    s.specialists["free_at"][:2] = [50.0, 0.0]
    for row in (0, 1):
        run("take_jobs", s, row)
    assert s.specialists["jobs"][:2].tolist() == [2, 1]
    assert s.opportunities[0].helped_from == 50.0
    assert s.opportunities[4].helped_from == pytest.approx(asked(4, first=1)[0])


def test_an_opportunity_asks_once_and_only_if_it_is_pursued():
    s = queue()
    s.opportunities[0].created = 0
    s.opportunities[1].pursuit = 2
    run("take_jobs", s, 0)
    assert s.specialists[0].jobs == 1


def test_only_the_first_of_a_pool_hands_out_jobs_and_only_in_the_option():
    s = queue(count=2, pool=2)
    run("take_jobs", s, 1)
    assert s.specialists["jobs"].sum() == 0
    s.p[0].mechanisms_first_come_first_served = 0.0
    run("take_jobs", s, 0)
    assert s.specialists["jobs"].sum() == 0


def test_a_specialist_is_on_a_deal_from_the_beginning_of_its_job_to_its_end():
    s = queue()
    s.opportunities["created"] = 0
    for slot, begins, ends in ((0, 1.5, 4.0), (1, 2.5, 4.0), (4, 0.2, 0.9)):
        put(s.opportunities[slot], helped_from=begins, helped_until=ends, joined=1)
    run("take_jobs", s, 0)
    assert s.opportunities["joined"][[0, 1, 4]].tolist() == [1, 0, 0]


def test_a_busy_specialist_has_one_deal_and_looks_for_no_other():
    s = queue(structure_specialist_hours=40.0, structure_specialist_hours_per_deal=4.0)
    s.specialists[0].free_at = 3.0
    for name in ("look_for_deals", "join_deals", "share_hours"):
        run(name, s, 0)
    assert (s.specialists[0].load, s.specialists[0].candidates, s.specialists[0].hours_on_deals) == (1, 0, 4.0)
    s.specialists[0].free_at = 1.0
    run("look_for_deals", s, 0)
    assert s.specialists[0].load == 0
