"""Small organizations that run fast, for tests that need one that has lived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agents.machinery.record import copied as copied_rows
from sim.engine.bounds import breaches
from sim.engine.state import RECORDS, packed
from sim.engine.world import World
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from agents.machinery.state import State

SMALL = {
    "structure.n_reps": 6,
    "structure.span_of_control": 3,
    "structure.growth_room": 0.5,
    "structure.product_specialists": 1,
    "market.accounts_per_rep": 20,
    "organization.burn_in_weeks": 30,
    "organization.weeks": 74,
}
"""Six reps in two teams under a leader, one product specialist; 104 weeks with the burn-in."""

EVERYTHING = {
    "structure.industry_specialists": 1,
    "structure.installed_base_specialists": 1,
    "structure.telesales_specialists": 1,
    "structure.role_specialisation": 0.3,
    "market.needs_per_account_year": 2.0,
    "mechanisms.delivery": True,
    "mechanisms.self_funding": True,
    "structure.overlay_budget_share": 1.0,
    "enablement.peer_hours_per_month": 3.0,
}
"""Every kind of specialist, delivery limits, self-funding and meetings of colleagues: what `SMALL` leaves out."""


def small(*overrides: dict[str, Any]) -> Scenario:
    """Give the small organization with these overrides."""
    scenario = Scenario.from_text("", "small.toml").override(SMALL)
    for one in overrides:
        scenario = scenario.override(one)
    return scenario


def lived(*overrides: dict[str, Any], weeks: int = 73, seed: int = 3) -> World:
    """Give a world in which this many weeks have passed after the burn-in."""
    world = World.begin(small(*overrides), seed)
    world.advance(weeks)
    return world


def copied(state: State) -> State:
    """Copy every array of a state."""
    return type(state)(*(copied_rows(array) for array in state))


def bytes_of(state: State) -> bytes:
    """Give everything a state holds."""
    return b"".join(array.tobytes() for array in packed(state))


def outside_bounds(state: State) -> list[str]:
    """Name the fields that are not finite or not within the bounds they declare."""
    used = state._replace(deals=state.deals[: state.clock["n_deals"][0]])
    return [str(breach) for breach in breaches(used, RECORDS.values())]
