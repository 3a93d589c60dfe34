"""Every parameter and every mechanism moves some run, and every number of the state changes in some run."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from agents.machinery.record import COLUMNS
from agents.machinery.rule import RULES, writes_of
from sim.engine.state import packed
from sim.engine.world import World
from sim.scenario.errors import ScenarioError
from sim.scenario.parameters import all_parameters
from tests.worlds import EVERYTHING, copied, small

pytestmark = pytest.mark.compiled

STEP = 0.15
"""How far a number is moved, as a share of its range, to the side with more room."""

YEARS = {"organization.weeks": 130}
HOSTS = {
    "everything": {**YEARS, **EVERYTHING},
    "plain": YEARS,
    "strained": {
        **YEARS,
        "management.response": "root_cause",
        "strategy.stretch": 1.0,
        "strategy.initial_credibility": 0.9,
        "structure.product_specialists": 6,
        "operations.wip_limit": 3,
        "enablement.coaching_hours_per_month": 30,
        "structure.field_hours_per_week": 20,
        "structure.paired_work": 0.5,
    },
    "overloaded": {
        **YEARS,
        "management.response": "root_cause",
        "management.weight_of_target": 0,
        "operations.wip_limit": 0,
        "market.needs_per_account_year": 12,
    },
    "overlays": {
        **YEARS,
        "management.response": "overlay",
        "management.overlays_per_response": 2,
        "strategy.stretch": 1.0,
        "structure.overlay_ceiling": 5.0,
    },
    "seasonal": {**YEARS, "market.first_quarter_needs": 0.5, "market.third_quarter_needs": 1.5},
    "trained": {**YEARS, "management.response": "train", "strategy.stretch": 1.0},
    "prescribed": {**YEARS, "management.response": "prescribe", "strategy.stretch": 1.0},
    "retold": {
        **YEARS,
        "mechanisms.retelling": True,
        "management.response": "overlay",
        "strategy.stretch": 1.0,
        "structure.overlay_ceiling": 5.0,
    },
    "queueing": {**YEARS, "mechanisms.first_come_first_served": True, "structure.product_specialists": 3},
    "bass": {**YEARS, "mechanisms.bass_needs": True},
    "docking": {
        **YEARS,
        "mechanisms.poisson_hiring": True,
        "mechanisms.exponential_tenure": True,
        "talent.good_fit_share": 0.5,
        "talent.good_fit_tenure_weeks": 30,
    },
    "costly specialists": {**YEARS, "structure.product_specialists": 3, "structure.specialist_hours": 5},
    "quitters": {**YEARS, "talent.attrition_per_year": 2.0, "training.value_content": 0.3},
    "well paid": {
        **YEARS,
        "talent.market_pay": 100_000.0,
        "talent.variable_share": 0.7,
        "talent.attrition_per_year": 2.0,
    },
    "shrinking": {**YEARS, "talent.headcount_growth_per_year": -0.5},
}
"""Organizations in which different parts of the model are at work, the ones that show most first."""


PASSING = {"clock.n_deals", "org.one_off_cost", "reps.n_asking"}
"""Numbers that are back at 0 whenever a week has ended."""


@cache
def past_of(host, change=()):
    """Bytes of all measures and deals of a run."""
    scenario = small(HOSTS[host], dict(change))
    world = World.begin(scenario, 5).finish()
    return b"".join([world.state.weekly.tobytes(), *(part.tobytes() for part in world.closed)])


def moved(item, value):
    """Values a little away from this one, the side with more room first."""
    if item.type is bool:
        return [not value]
    if item.choices:
        return [choice for choice in item.choices if choice != value]
    step = STEP * (item.high - item.low)
    tries = [value + step, value - step] if item.high - value >= value - item.low else [value - step, value + step]
    tries += [(value + item.low) / 2, item.low + 1 if item.type is int else item.low, item.high]
    return [one for number in tries if item.allows(one := item.type(min(max(number, item.low), item.high)))]


def moves(item, host):
    """Whether another value of the parameter changes the run of a host."""
    for value in moved(item, small(HOSTS[host])[item.dotted]):
        try:
            if past_of(host, ((item.dotted, value),)) != past_of(host):
                return True
        except ScenarioError:
            continue  # not a possible organization
    return False


def small_enough(item):
    """A step of fewer thousands of accounts or reps shows as much and takes less time."""
    return item.dotted not in ("structure.n_reps", "market.accounts_per_rep", "organization.weeks")


@pytest.mark.parametrize("item", all_parameters(), ids=lambda item: item.dotted)
def test_every_parameter_moves_some_run(item):
    if not small_enough(item):
        value = small(HOSTS["plain"])[item.dotted]
        assert past_of("plain", ((item.dotted, value + 1),)) != past_of("plain")
        return
    assert any(moves(item, host) for host in HOSTS)


@pytest.fixture(scope="module")
def changed():
    """Pairs of array and field that differ between two weeks of some run."""
    found = set()
    for host in HOSTS.values():
        world = World.lay_out(small(host), 5)
        before = packed(copied(world.state))
        for _ in range(32):
            world.advance(5)
            after = packed(copied(world.state))
            for array, one, other in zip(before._fields, before, after, strict=True):
                for field in one.dtype.names or ("*",):
                    left, right = (one, other) if field == "*" else (one[field], other[field])
                    if left.shape != right.shape or left.tobytes() != right.tobytes():
                        found.add((COLUMNS[array], array) if array in COLUMNS else (array, field))
            before = after
        deals = np.concatenate([before.deals, *world.closed])
        found |= {("deals", name) for name in deals.dtype.names if len(deals) and np.ptp(deals[name])}
    return found


def test_every_number_a_rule_writes_changes_in_some_run(changed):
    written = set().union(*(writes_of(rule) for rule in RULES.values()))
    still = {f"{array}.{field}" for array, field in written - changed if field != "*"}
    assert still <= PASSING
