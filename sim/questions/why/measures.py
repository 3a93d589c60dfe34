"""Measures that stand for the causes of a chain, beside the headline measures of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.clock import WEEKS_PER_YEAR
from agents.machinery.codes import ORIGIN, REASON
from sim.measures.whole_run import Past, measured, ratio
from sim.scenario.measures import MEASURES, Measure, over_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.machinery.record import Rows
    from sim.engine.world import World


def _worked(past: Past) -> Rows:
    """Closed opportunities that were not disqualified."""
    deals: Rows = past.deals[past.deals["true_reason"] != REASON.DISQUALIFIED]
    return deals


def _mean(values: Rows) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _good_share(world: World, past: Past) -> float:
    return _mean(past.deals["fit"] >= float(world.scenario["buyers.good_fit"]))


def _opportunities(_world: World, past: Past) -> float:
    return ratio(len(past.deals) * WEEKS_PER_YEAR, past.sum("reps"))


def _good(world: World, past: Past) -> float:
    return _opportunities(world, past) * _good_share(world, past) if len(past.deals) else 0.0


_OF_RUN: dict[Measure, Callable[[World, Past], float]] = {
    Measure("seat_years", "rep years", "Filled seats, in years.", 1):
        lambda _, past: past.sum("reps") / WEEKS_PER_YEAR,
    Measure("gross_margin", "share", "Gross margin.", 1):
        lambda world, _: float(world.scenario["organization.gross_margin"]),
    Measure("opportunities", "opportunities / rep / year", "Opportunities closed per filled seat and year.", 1):
        _opportunities,
    Measure("good_share", "share", "Share of closed opportunities with the fit of good practice.", 1):
        _good_share,
    Measure("good_opportunities", "opportunities / rep / year",
            "Opportunities with the fit of good practice closed per filled seat and year.", 1):
        _good,
    Measure("attention", "hours / opportunity", "Contact hours an opportunity got that was not disqualified.", 1):
        lambda _, past: _mean(_worked(past)["contact"]),
    Measure("fit", "share", "Fit of opportunities that were not disqualified.", 1):
        lambda _, past: _mean(_worked(past)["fit"]),
    Measure("overlay_ratio", "specialists / rep", "Overlay specialists per filled seat, mean over the run."):
        lambda _, past: ratio(past.sum("specialists"), past.sum("reps")),
    Measure("marketing_share", "share", "Share of closed opportunities that began as a lead of marketing."):
        lambda _, past: _mean(past.deals["origin"] == ORIGIN.MARKETING),
}  # fmt: skip
"""What no week measures, and how it is read from the run and what it left; nan where it is not defined."""

_OF_WEEKS = (
    "quota", "customer_hours", "internal_hours", "hours_prospecting", "hours_training", "hours_coaching", "capability",
    "misalignment", "icp_clarity", "goal_clarity", "method", "playbook",
)  # fmt: skip

READINGS = MEASURES | {measure.name: measure for measure in (*_OF_RUN, *map(over_run, _OF_WEEKS))}
"""Everything that is read from a run for a chain, by name: the headline measures, and what stands for causes."""


def readings_of(world: World) -> dict[str, float]:
    """Read everything from a finished run that kept its deals."""
    past = Past.of(world)
    if "fit" not in (past.deals.dtype.names or ()):
        past = Past(past.weekly, world.state.deals[:0], past.quarters, past.active, past.last)
    own = {measure.name: float(of(world, past)) for measure, of in _OF_RUN.items()}
    return {name: own[name] if name in own else measured(measure, past) for name, measure in READINGS.items()}
