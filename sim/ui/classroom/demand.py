"""A demand of the market for all organizations of a class: the parameter market.demand, set from a quarter on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.engine.world import World
    from sim.scenario.scenario import Scenario

DEMAND = "market.demand"
USUAL_DEMAND = 100
LEVELS = {50: "A deep slump", 75: "A slump", USUAL_DEMAND: "As it is", 130: "A boom", 200: "A great boom"}
"""What is offered, by percent of the needs buyers have as a rule."""
_LOWEST, _HIGHEST = 20, 300  # percent
STILL_MEASURED = (
    "what this quarter is compared with is not all there yet: reveal the leaderboard in a minute, or go on without"
)
"""What the trainer's page says of it while players by lot are run again: without why, since it may be on the wall."""


def check_demand(percent: Any, scenario: Scenario) -> float:
    """Give a demand in percent of usual.

    Raises:
        InputError: It is no such number, or needs do not follow demand in this scenario.
    """
    number = isinstance(percent, int | float) and not isinstance(percent, bool) and math.isfinite(percent)
    if not number or not _LOWEST <= percent <= _HIGHEST:
        said = str(percent)[:20]
        raise InputError(f"demand = {said} is not allowed; it must be {_LOWEST} to {_HIGHEST} % of usual")
    if percent != USUAL_DEMAND:
        if scenario["mechanisms.bass_needs"]:
            raise InputError("in this organization's market needs do not follow demand, so none can be set")
        if any(spec.parameter == DEMAND or spec.event == "demand_shock" for spec in scenario.interventions):
            raise InputError("the timeline of this scenario moves demand itself, so none can be set")
    return float(percent)


def demanded(start: World, demand: Mapping[int, float]) -> World:
    """A copy of a world before week 0 that has a demand from the start of some quarters on. [quarter: percent].

    Raises:
        InputError: A quarter or demand cannot be.
    """
    world = start.snapshot()
    for quarter, percent in sorted(demand.items()):
        world.intervene(_change(world, quarter, percent))
    return world


def _change(world: World, quarter: int, percent: float) -> dict[str, Any]:
    value = float(world.scenario[DEMAND]) * percent / USUAL_DEMAND
    return {"week": (quarter - 1) * WEEKS_PER_QUARTER, "parameter": DEMAND, "action": "set", "value": value}


def level_text(percent: float) -> str:
    """Write a demand, such as "75 % (a slump)"."""
    name = LEVELS.get(int(percent)) if percent == int(percent) else None
    return f"{percent:.4g} % ({name[:1].lower()}{name[1:]})" if name else f"{percent:.4g} %"
