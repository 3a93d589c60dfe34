"""Delivery and results: orders become installations, installations satisfaction, and contracts are renewed or lost."""

import math

import pytest

from agents.buyer.record import NEVER
from agents.machinery.chance import DECISION
from tests.tiny import account, put, run, tiny, uniform

CHURN = uniform(DECISION.CHURN, 0, 1)


def customer(installed=100.0, weeks=0, **parameters):
    """Account 0 with line 0 installed."""
    s = tiny(**{"buyers_delivery_weeks": 10.0, **parameters})
    put(s.slots[0], installed_value=installed, renewal=52 - weeks, promise=0.8)
    account(s, 0, due=1, satisfaction=0.5, customer_lines=installed > 0, promise=0.8)
    return s


def test_without_a_limit_orders_are_delivered_at_once():
    s = customer(installed=0.0, weeks=30)
    put(s.slots[0], backlog=60.0, ordered=60.0)
    run("go_through_contracts", s)
    assert (s.slots[0].backlog, s.slots[0].installed_value) == (0.0, 60.0)
    assert s.slots[0].renewal == s.clock[0].week + 51
    assert (s.customer_lines[0], s.installed_value[0], s.due[0]) == (1, 60.0, 52)


def test_limited_delivery_works_the_backlog_off_at_the_delay():
    s = customer(installed=0.0, mechanisms_delivery=1.0)
    s.org[0].delivery_delay = 4.0
    put(s.slots[0], backlog=100.0, ordered=100.0)
    run("go_through_contracts", s)
    assert (s.slots[0].installed_value, s.slots[0].backlog) == (25.0, 75.0)


def test_the_rest_of_an_order_comes_at_once():
    s = customer(installed=0.0, mechanisms_delivery=1.0, organization_delivery_rest=0.1)
    s.org[0].delivery_delay = 4.0
    put(s.slots[0], backlog=9.0, ordered=100.0)
    run("go_through_contracts", s)
    assert (s.slots[0].installed_value, s.slots[0].backlog) == (9.0, 0.0)


def test_an_order_is_worked_on_from_the_week_after_it_is_signed():
    s = customer(installed=0.0, mechanisms_delivery=1.0)
    s.org[0].delivery_delay = 4.0
    put(s.slots[0], backlog=100.0, ordered=60.0, signed=1)
    run("go_through_contracts", s)
    assert s.slots[0].installed_value == 10.0  # a quarter of the older 40
    assert s.slots[0].backlog == 90.0


def test_satisfaction_moves_to_what_was_promised_and_followed_through():
    s = customer(buyers_result_scale=1.0, buyers_follow_through_weight=0.5)
    s.reps[0].follow_through = 0.5
    run("feel_results", s)
    # a tenth of the way from 0.5 to 0.8 x (1 - 0.5 x 0.5); who has bought nothing feels nothing
    assert s.satisfaction[1] == 0.5
    assert s.satisfaction[0] == pytest.approx(0.5 + 0.1 * (0.6 - 0.5))


def test_late_delivery_dissatisfies():
    s = customer(buyers_result_scale=1.0, organization_delay_dissatisfaction=0.25, mechanisms_delivery=1.0)
    s.org[0].delivery_delay = 4.0
    run("feel_results", s)
    assert s.satisfaction[0] == pytest.approx(0.5 + 0.1 * (0.8 / 2 - 0.5))


def hazard(satisfaction, trust):
    """Churn hazard at a yearly rate of 0.2 and sensitivity 3."""
    return 0.2 * math.exp(3 * (0.7 * (0.5 - satisfaction) + 0.3 * (0.5 - trust)))


def test_contracts_are_lost_or_renewed_once_a_year():
    chance = 1 - math.exp(-hazard(0.3, 0.4))
    rate = -math.log(1 - CHURN) / -math.log(1 - chance) * 0.2
    for factor, renewed, churned in ((0.99, 100.0, 0.0), (1.01, 0.0, 100.0)):
        s = customer(
            weeks=51,
            mechanisms_churn=1.0,
            buyers_churn_sensitivity=3.0,
            buyers_churn_from_trust=0.3,
            buyers_churn_per_year=rate * factor,
        )
        account(s, 0, satisfaction=0.3, buyer_trust=0.4)
        run("go_through_contracts", s)
        assert (s.reps[0].renewed, s.reps[0].churned) == (renewed, churned)
        assert s.installed_value[0] == renewed


def test_between_anniversaries_nothing_is_renewed():
    s = customer(weeks=20, mechanisms_churn=1.0, buyers_churn_per_year=1e9)
    run("go_through_contracts", s)
    assert (s.reps[0].renewed, s.reps[0].churned) == (0.0, 0.0)
    assert s.due[0] == 32


def test_contracts_are_looked_at_only_when_they_are_due():
    s = customer(weeks=51, mechanisms_churn=1.0, buyers_churn_per_year=1e9)
    s.due[0] = 2
    run("go_through_contracts", s)
    assert s.slots[0].installed_value == 100.0


def test_an_account_with_nothing_installed_or_on_order_is_never_due():
    s = customer(installed=0.0)
    run("go_through_contracts", s)
    assert (s.due[0], s.customer_lines[0]) == (NEVER, 0)
