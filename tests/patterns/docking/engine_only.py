"""An organization in which nothing happens but what a docking test asks for, and how its numbers are judged."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.world import World
from sim.scenario.parameters import sections
from sim.scenario.scenario import Scenario
from sim.studies.executor import Batch
from sim.studies.statistics import half_width, mean_interval
from tests.patterns.making.pattern import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import ArrayLike

    from sim.scenario.parameters.base import Value
    from tests.patterns.making.pattern import Effort

MONTH = 52.0 / 12.0
"""Weeks of a month."""

STRICT = 0.001
"""Share of tolerances an exact result may miss by bad luck; a page holds some forty."""

BLUNT = 0.25
"""A tolerance above this share of the expected value says too little for a verdict."""

SWITCHES: dict[str, Value] = {
    item.dotted: False for item in sections()["mechanisms"].parameters() if item.default is True
}
"""Every mechanism off."""

QUIET: dict[str, Value] = {
    "organization.burn_in_weeks": 0,
    "market.n_lines": 1,
    "market.deal_size_sd": 0.0,
    "market.account_size_sd": 0.0,
    "market.territory_sd": 0.0,
    "market.territory_elasticity": 1.0,
    "market.initial_installed_share": 0.0,
    "market.needs_per_account_year": 0.0,
    "market.cycle_weeks": 1.0,
    "buyers.neighbours": 1,
    "buyers.effort_scale": 0.1,
    "buyers.pace_hours": 0.01,
    "buyers.insight_needed": 0.05,
    "buyers.first_access": 1.0,
    "buyers.access_from_trust": 0.0,
    "buyers.rest_weeks": 1.0,
    "operations.wanted_hours_per_cycle": 20.0,
    "operations.wip_limit": 0.0,
    "operations.capacity_sense": 0.0,
    "operations.protected_prospecting_hours": 0.0,
    "operations.admin_hours": 0.0,
    "operations.reporting_hours": 0.0,
    "operations.inspection_hours": 0.0,
    "strategy.qualification_threshold": 0.0,
    "structure.product_specialists": 0,
    "structure.growth_room": 0.0,
    "talent.headcount_growth_per_year": 0.0,
    "management.response": "none",
    "enablement.care_hours": 0.0,
}
"""Equal accounts, no needs, no specialists, no growth, no other use of hours; a process takes one week of two hours."""


def bare(parameters: Mapping[str, Value]) -> Scenario:
    """Give the organization in which nothing happens, with these overrides."""
    return Scenario.from_text("").override({**SWITCHES, **QUIET, **parameters})


def lay_out(parameters: Mapping[str, Value], seed: int, weeks: int = 1, *, tables: bool = False) -> World:
    """Make a bare organization that stands before its burn-in; more weeks than given can be run."""
    return World.lay_out(bare(parameters), seed, weeks, deals=True, tables=tables)


def over_seeds(measure: Callable[[int], Any], effort: Effort) -> list[Any]:
    """Measure every seed of an effort; the order of the results is that of the seeds."""
    batch = Batch(lambda seed, _stopped: measure(seed), effort.workers)
    found = []
    for done, (_, value) in enumerate(batch.run(range(effort.seeds)), start=1):
        found.append(value)
        if effort.progress is not None:
            effort.progress(done, effort.seeds)
    return found


def expected(name: str, values: ArrayLike, should: float, unit: str, slack: float = 0.0) -> Number:
    """Hold the mean of independent values against an exact result.

    Args:
        name: What was measured.
        values: One value a seed.
        should: The exact result.
        unit: Unit of both.
        slack: Share of the result that steps of a week may cost, beside what chance explains.

    Returns:
        A number whose tolerance is the half-width of the 99.9% interval plus the slack; not judged if that is blunt.
    """
    known = np.asarray(values, dtype=float)
    found = mean_interval(known)
    spread = float(known.std(ddof=1)) if known.size > 1 else math.nan
    tolerance = float(half_width(known.size, spread, STRICT)) + slack * abs(should)
    number = judged(name, found.mean, should, tolerance, unit, interval=(found.low, found.high), n=found.n)
    return by_chance(number, should, tolerance)


def judged(
    name: str,
    value: float,
    should: float,
    tolerance: float,
    unit: str,
    *,
    interval: tuple[float | None, float | None] = (None, None),
    n: int | None = None,
) -> Number:
    """Hold one number against a result with a tolerance."""
    needed = f"{should:.4g} ± {tolerance:.2g}" if tolerance > 0.0 else f"exactly {should:.4g}"
    return Number(name, float(value), unit, *_known(interval), n, needed, bool(abs(value - should) <= tolerance))


def by_chance(number: Number, should: float, tolerance: float) -> Number:
    """Leave a number unjudged whose tolerance rests on too few runs to say anything."""
    return number if tolerance <= BLUNT * abs(should) else replace(number, met=None)


def _known(interval: tuple[float | None, float | None]) -> tuple[float | None, float | None]:
    low, high = interval
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return None, None
    return low, high


def line_table(values: Sequence[float], at: Sequence[float], axis: str, case: str) -> pd.DataFrame:
    """Lay out an exact curve beside those of `tests.patterns.making.plots.band_table`: its band has no width."""
    import pandas as pd  # noqa: PLC0415 - slow to import, and listing patterns does without

    return pd.DataFrame({"case": case, axis: list(at), "value": values, "low": values, "high": values})
