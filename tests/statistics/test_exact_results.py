"""With everything else off the engine gives what can be worked out on paper, and moves the way it must."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

from agents.machinery import formulas
from agents.machinery.chance import DECISION, Decision
from agents.machinery.codes import OUTCOME
from agents.machinery.rule import RULES
from agents.organization import staffing as organization
from sim.engine.world import World
from sim.measures.run import simulate
from tests.loops import for_each
from tests.tiny import chain, employ, plain, run, tiny, uniform
from tests.worlds import small

UNLIKELY = 1e-4
"""Seeds are fixed, so a test that passes keeps passing; its threshold is what a wrong model would have to beat."""


@pytest.mark.parametrize("n_specialists", [0, 1, 2, 3, 4])
def test_a_team_of_n_spends_n_n_minus_1_half_channels(n_specialists):
    """Hours of everybody on one deal together are channels times the cost of a channel."""
    s = tiny(
        structure_hours_per_channel=0.5,
        mechanisms_coordination=1.0,
        structure_specialist_hours=40.0,
        operations_week_hours=45.0,
    )
    chain(s, 0, 1)
    s.reps["active"] = 1
    s.opportunities[0].age = 1
    for kind in range(n_specialists):
        employ(s, kind)
        s.opportunities[0].joined |= 1 << kind
        s.specialists[kind * 2].active = 1
    run("count_internal_hours", s)
    for kind in range(n_specialists):
        run("share_hours", s, kind * 2)
    everybody = s.reps["hours_coordination"].sum() + s.specialists["hours_coordination"].sum()
    n = n_specialists + 1
    assert everybody == pytest.approx(n * (n - 1) / 2 * 0.5)


def test_the_best_effort_per_opportunity_is_1_1209_times_its_scale():
    """Chasing all: with a threshold the yield per hour is greatest there and nowhere else."""
    response = plain(formulas.effort_response)
    best = minimize_scalar(lambda x: -response(x, 1.0, 1.0) / x, bounds=(0.1, 5.0), method="bounded").x
    assert best == pytest.approx(1.1209, abs=1e-4)
    # without one the first hour is the best
    yields = [response(x, 1.0, 0.0) / x for x in (0.01, 0.1, 1.0, 2.0)]
    assert yields == sorted(yields, reverse=True)


def test_tenure_is_exponential_with_the_mean_of_ones_fit():
    options = {"mechanisms_exponential_tenure": 1.0, "mechanisms_attrition": 1.0, "talent_middle_width": 1.0}
    s = tiny(**options, talent_poor_fit_tenure_weeks=20.0)
    leave = plain(RULES["leave_or_stay"].function)
    tenures = []
    while len(tenures) < 400:
        s.reps["active"], s.reps["planned"], s.reps["tenure"] = 1, 1, 0
        while s.reps[0].active:
            s.clock[0].week += 1
            leave(s, 0)
        tenures.append(s.reps[0].tenure)
    # whole weeks: geometric, mean 1 / (1 - exp(-1 / 20))
    mean = 1 / (1 - math.exp(-1 / 20))
    assert abs(np.mean(tenures) - mean) < 4 * mean / math.sqrt(len(tenures))
    assert stats.kstest(tenures, stats.geom(1 / mean).cdf).pvalue > UNLIKELY


@for_each("decision", Decision)
def test_every_decisions_draws_are_uniform(decision):
    draws = [uniform(decision, agent, week) for agent in range(40) for week in range(25)]
    assert stats.kstest(draws, "uniform").pvalue > UNLIKELY


def test_poisson_hires_have_the_rate_as_mean_and_variance():
    s = tiny(mechanisms_poisson_hiring=1.0, talent_hires_per_week=1.5)
    hires = []
    count = plain(organization.poisson_hires)
    for week in range(2000):
        s.clock[0].week = week
        hires.append(count(s))
    assert np.mean(hires) == pytest.approx(1.5, abs=0.12)
    assert np.var(hires) == pytest.approx(1.5, abs=0.25)


ALONE = {
    "mechanisms.certain_wins": True,
    "mechanisms.expansion": False,
    "mechanisms.marketing": False,
    "mechanisms.prospecting": False,
    "mechanisms.referral": False,
    "mechanisms.cross_sell": False,
    "strategy.qualification_threshold": 0,
    "operations.wip_limit": 0,
    "market.deal_size_sd": 0,
    "market.account_size_sd": 0,
    "market.territory_sd": 0,
    "market.deal_size": 1000,
    "buyers.patience": 10,
}


def test_where_every_process_is_won_every_order_has_the_price_of_its_line():
    world = World.begin(small(ALONE), 3).finish()
    deals = np.concatenate(world.closed)
    won = deals[deals["outcome"] == OUTCOME.WON]
    assert len(won) > 20
    assert won["amount"] == pytest.approx(1000.0)


def test_needs_arise_at_their_rate():
    """An account with three idle lines has a need with probability 1 - exp(-rate) a week; 400 weeks x 4 accounts."""
    s = tiny(market_needs_per_account_year=5.2, market_demand=1.0)
    s.lines["share"] = 0.5
    arise = plain(RULES["arise_need"].function)
    found = 0
    for week in range(1, 401):
        s.clock[0].week = week
        s.slots["is_open"], s.reps["n_asking"] = 0, 0
        for b in range(4):
            arise(s, b)
        found += int(s.reps["n_asking"].sum())
    chance = 1 - math.exp(-0.1)
    assert stats.binomtest(found, 1600, chance).pvalue > UNLIKELY
    assert uniform(DECISION.NEED, 0, 1) != uniform(DECISION.NEED, 1, 1)


SEEDS = range(12)


def means(name, *overrides):
    """Mean over seeds of a headline number under each set of overrides."""
    return [
        np.mean([simulate(small(one), seed=seed, deals=False).summary[name] for seed in SEEDS]) for one in overrides
    ]


@pytest.mark.parametrize(
    ("name", "overrides"),
    [
        ("coordination_hours", [{"structure.hours_per_channel": hours} for hours in (0.0, 0.5, 1.5)]),
        ("coordination_hours", [{"structure.product_specialists": number} for number in (0, 1, 4)]),
        ("win_rate", [{"market.competitor_strength": strength} for strength in (5.0, 1.0, -3.0)]),
        ("selling_share", [{"operations.admin_hours": hours} for hours in (30, 15, 5)]),
        ("turnover", [{"talent.attrition_per_year": rate} for rate in (0.05, 0.3, 1.0)]),
        ("churn_rate", [{"buyers.churn_per_year": rate} for rate in (0.0, 0.1, 1.0)]),
        ("cycle_days", [{"market.cycle_weeks": weeks} for weeks in (5, 9, 18)]),
        ("understanding", [{"structure.field_hours_per_week": hours} for hours in (0, 5, 15)]),
    ],
)
def test_more_of_the_cause_gives_more_of_the_effect(name, overrides):
    low, middle, high = means(name, *overrides)
    assert low < middle < high
