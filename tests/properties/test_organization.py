"""What holds in any organization and with any luck."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents.machinery.codes import KIND_NAMES, OUTCOME, PURSUIT, STATUS
from agents.rep.record import CUSTOMER_HOURS, INTERNAL_HOURS
from sim.engine.state import open_rows
from sim.engine.world import World
from sim.measures.conservation import hold_laws
from sim.scenario.errors import ScenarioError
from sim.scenario.parameters import all_parameters
from tests.worlds import EVERYTHING, outside_bounds, small

SHORT = {"organization.burn_in_weeks": 20, "organization.weeks": 60, "market.accounts_per_rep": 10}
KINDS = [f"structure.{kind}_specialists" for kind in KIND_NAMES]
SIZES = {
    "structure.n_reps": st.integers(1, 8),
    "structure.growth_room": st.sampled_from([0.0, 0.5, 2.0]),
    "market.accounts_per_rep": st.sampled_from([1, 2, 10, 25]),
    "market.n_lines": st.integers(1, 3),
    "buyers.neighbours": st.integers(1, 5),
    **dict.fromkeys(KINDS, st.integers(0, 3)),
}
"""Sizes of an organization that runs fast."""

LENGTHS = {"organization.weeks", "organization.burn_in_weeks"}
ANY = [item for item in all_parameters() if item.dotted not in SIZES.keys() | LENGTHS]
USES = (*CUSTOMER_HOURS, *INTERNAL_HOURS, "hours_unused")


def value_of(item):
    """Any allowed value of a parameter, the ends of its range more often than chance would have it."""
    if item.type is bool:
        return st.booleans()
    if item.choices:
        return st.sampled_from(item.choices)
    numbers = st.integers if item.type is int else st.floats
    return st.one_of(st.sampled_from([item.low, item.high]), numbers(item.low, item.high)).map(item.type)


def assumptions(most):
    """Values of so many parameters at most, by name."""
    return st.lists(st.sampled_from(ANY), max_size=most, unique_by=lambda item: item.dotted).flatmap(
        lambda items: st.fixed_dictionaries({item.dotted: value_of(item) for item in items})
    )


FOUND = (
    {"operations.score_floor": 0.0, "operations.attention_bias": 0.99},
    {"market.accounts_per_rep": 1, "operations.marketing_leads_per_week": 50.0},
    {"market.accounts_per_rep": 2, "operations.needs_per_prospecting_hour": 2.0},
    {"market.accounts_per_rep": 1, "structure.telesales_specialists": 3, "structure.telesales_needs_per_week": 50.0},
    {"enablement.coaching_formality": 0.0, "enablement.coaching_formality_gain": 2.0},
    {"management.week_hours": 100.0, "management.office_hours": 100.0},
    {"management.week_hours": 100.0, "management.inspection_hours_per_rep": 40.0},
    {"organization.company_notices_weeks": 1.0, "organization.market_notices_weeks": 1.0},
    {"operations.distortion": 5.0, "motivation.sandbagging": 0.2, "motivation.honesty_floor": 0.0},
    {"buyers.pace_hours": 0.01, "organization.capacity_delay_weeks": 1.0, "market.accounts_per_rep": 1},
    {"market.deal_size": 1e7, "market.expected_bookings_per_rep_year": 100.0, "market.accounts_per_rep": 1},
    {"market.deal_size": 7.6e6, "organization.revenue_smoothing": 0.0},
)
"""What once broke a bound, as small as it could be made."""


def organization(overrides, seed):
    """A small organization with everything in it and these numbers, before its burn-in."""
    try:
        return World.lay_out(small(EVERYTHING, SHORT, overrides), seed)
    except ScenarioError:
        assume(False)


def pipelines(state):
    """Slots in the pipelines, each once; what is in one is open, and of an account of the seat."""
    rows = state.opportunities[open_rows(state)]
    assert (rows["seat"] == np.repeat(np.arange(len(state.reps)), state.reps["n_open"])).all()
    assert (state.buyers["seat"][rows["account"]] == rows["seat"]).all()
    assert (rows["slot"] // len(state.lines) == rows["account"]).all()
    assert (rows["pursuit"] != PURSUIT.NONE).all()
    assert (rows["status"] == STATUS.OPEN).all()
    return sorted(rows["slot"])


def check_hours(state):
    """Every hour of a filled seat has one use, and an empty seat has none.

    Seats change hands after the week's hours were planned, so those that did are left out.
    """
    week = state.p["operations_week_hours"][0]
    reps = state.reps
    spent = sum(reps[name] for name in USES)
    stayed = (reps["active"] == 1) & (reps["tenure"] > 0)
    np.testing.assert_allclose(spent[stayed], week, rtol=1e-9)
    empty = (reps["active"] == 0) & (reps["left"] == 0) & (reps["vacant_weeks"] > 0)
    assert not spent[empty].any()
    deals = state.opportunities[open_rows(state)]
    planned = np.bincount(deals["seat"], deals["hours"], minlength=len(reps))
    assert (planned <= reps["hours_opportunities"] + 1e-9).all()


def check_specialists(state):
    """A specialist's hours are spent in step with others, on deals, or left."""
    working = state.specialists[state.specialists["active"] == 1]
    spent = working["hours_coordination"] + working["hours_on_deals"] + working["hours_left"]
    available = state.p["structure_specialist_hours"][0]
    np.testing.assert_allclose(spent, np.maximum(available, working["hours_coordination"]), rtol=1e-9)


def check_teams(state):
    """Every seat stands in the roster once, and in the span of the manager it names."""
    assert sorted(state.roster) == list(range(len(state.reps)))
    front = state.managers[state.managers["level"] == 1]
    assert front["n_members"].sum() == len(state.reps)
    for number, manager in enumerate(front):
        members = state.roster[manager.first_member : manager.first_member + manager.n_members]
        assert (state.reps["manager"][members] == number).all()


@settings(max_examples=20)
@given(overrides=assumptions(6), seed=st.integers(0, 2**63 - 1))
def test_numbers_stay_in_bounds_hours_add_up_and_pipelines_hold_together(overrides, seed):
    world = organization(overrides, seed)
    for _ in range(16):
        world.advance(5)
        assert not outside_bounds(world.state)
        check_hours(world.state)
        check_specialists(world.state)
        check_teams(world.state)
        assert np.flatnonzero(world.state.slots["is_open"]).tolist() == pipelines(world.state)


def hold(overrides, seed):
    """Run an organization; every bound must hold in every fifth week, and every law at the end."""
    world = organization(overrides, seed)
    for _ in range(16):
        world.advance(5)
        assert not outside_bounds(world.state), overrides
    hold_laws(world)


@pytest.mark.parametrize("overrides", FOUND, ids=lambda overrides: next(iter(overrides)))
def test_what_once_broke_a_bound_breaks_none(overrides):
    for seed in range(3):
        hold(overrides, seed)


@settings(max_examples=25)
@given(sizes=st.fixed_dictionaries(SIZES), overrides=assumptions(40), seed=st.integers(0, 2**63 - 1))
def test_no_bound_and_no_law_breaks_over_the_whole_range_of_everything(sizes, overrides, seed):
    hold(sizes | overrides, seed)


@pytest.mark.long
@settings(max_examples=2000, deadline=None)
@given(sizes=st.fixed_dictionaries(SIZES), overrides=assumptions(len(ANY)), seed=st.integers(0, 2**63 - 1))
def test_two_thousand_draws_break_no_bound_and_no_law(sizes, overrides, seed):
    hold(sizes | overrides, seed)


@settings(max_examples=25)
@given(overrides=assumptions(6), seed=st.integers(0, 2**63 - 1))
def test_money_adds_up(overrides, seed):
    """Deals won, bookings of the week, and what reps booked are one amount; costs are the sum of their parts."""
    world = organization(overrides, seed)
    world.advance(20)
    for _ in range(30):
        already = len(world.closed)
        world.advance(1)
        state, org = world.state, world.state.org[0]
        week = state.weekly[int(state.clock["week"][0])]
        deals = np.concatenate([state.deals[:0], *world.closed[already:]])
        won = deals["amount"][deals["outcome"] == OUTCOME.WON].sum()
        assert week.bookings == pytest.approx(won)
        assert state.reps["booked"].sum() == pytest.approx(won)
        margin = state.p["organization_gross_margin"][0]
        assert week.net_contribution == pytest.approx(margin * (week.bookings + week.renewed) - week.cost, abs=1e-6)
        parts = state.reps["cost"].sum() + state.specialists["cost"].sum() + state.managers["cost"].sum()
        assert org.cost >= parts - 1e-6
        assert org.recurring == pytest.approx(state.slots["installed_value"].sum())


@settings(max_examples=25)
@given(overrides=assumptions(6), seed=st.integers(0, 2**63 - 1))
def test_every_opportunity_ends_at_most_once_and_a_line_has_one_at_a_time(overrides, seed):
    world = organization(overrides, seed)
    world.advance(80)
    state = world.state
    deals = np.concatenate([state.deals[:0], *world.closed])
    slots = deals["account"] * len(state.lines) + deals["line"]
    assert len({(int(slot), int(created)) for slot, created in zip(slots, deals["created"], strict=True)}) == len(deals)
    for slot in np.unique(slots):
        spells = deals[slots == slot]
        assert (spells["created"] <= spells["closed"]).all()
        for one, following in pairwise(spells):
            assert following["created"] > one["closed"]
    assert np.isin(deals["outcome"], (OUTCOME.WON, OUTCOME.LOST, OUTCOME.NO_DECISION)).all()
    assert ((deals["true_reason"] == 0) == (deals["outcome"] == OUTCOME.WON)).all()


def ages(state):
    """Weeks that what is open has been so."""
    return state.opportunities["age"][open_rows(state)]


@settings(max_examples=15)
@given(seed=st.integers(0, 2**63 - 1), limit=st.integers(0, 12))
def test_opportunities_open_at_all_weeks_are_the_weeks_they_were_open(seed, limit):
    """Little's law as an identity: the sum of the number open over time is the sum of the times spent."""
    world = organization({"operations.wip_limit": limit}, seed)
    world.advance(20)
    open_weeks = spent = 0
    before = ages(world.state).sum()
    for _ in range(40):
        already = len(world.closed)
        world.advance(1)
        closed = np.concatenate([world.state.deals[:0], *world.closed[already:]])
        open_weeks += len(ages(world.state)) + len(closed)
        spent += int((closed["closed"] - closed["created"] + 1).sum())
    assert open_weeks == spent + ages(world.state).sum() - before
