"""Measures that stand for the causes of a chain, beside the headline measures of a run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.clock import WEEKS_PER_YEAR
from agents.machinery.codes import ORIGIN, REASON
from agents.rep.record import CUSTOMER_HOURS, INTERNAL_HOURS
from sim.measures.whole_run import Past, measured, ratio
from sim.scenario.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.machinery.record import Rows
    from sim.engine.world import World


@dataclass(frozen=True, slots=True)
class WhyReading:
    """A number read from a finished run.

    Attributes:
        name: Unique, also among the headline measures.
        unit, doc: Its unit and definition.
        better: 1 if more is better, -1 if less is, 0 if neither.
        of: Computes it from the run and what it left; nan where it is not defined.
    """

    name: str
    unit: str
    doc: str
    better: int
    of: Callable[[World, Past], float]


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


_EXTRA = (
    WhyReading("quota", "currency", "Quota of all reps over the run.", 0, lambda _, past: past.sum("quota")),
    WhyReading(
        "seat_years", "rep years", "Filled seats, in years.", 1, lambda _, past: past.sum("reps") / WEEKS_PER_YEAR
    ),
    WhyReading(
        "gross_margin", "share", "Gross margin.", 1, lambda world, _: float(world.scenario["organization.gross_margin"])
    ),
    WhyReading(
        "opportunities", "opportunities / rep / year", "Opportunities closed per filled seat and year.", 1,
        _opportunities,
    ),
    WhyReading("good_share", "share", "Share of closed opportunities with the fit of good practice.", 1, _good_share),
    WhyReading(
        "good_opportunities", "opportunities / rep / year",
        "Opportunities with the fit of good practice closed per filled seat and year.", 1, _good,
    ),
    WhyReading(
        "attention", "hours / opportunity", "Contact hours an opportunity got that was not disqualified.", 1,
        lambda _, past: _mean(_worked(past)["contact"]),
    ),
    WhyReading(
        "fit", "share", "Fit of opportunities that were not disqualified.", 1,
        lambda _, past: _mean(_worked(past)["fit"]),
    ),
    WhyReading(
        "customer_hours", "hours / rep / week", "Hours that reach a buyer.", 1,
        lambda _, past: ratio(past.sum(*CUSTOMER_HOURS), len(past.weekly)),
    ),
    WhyReading(
        "internal_hours", "hours / rep / week", "Hours that reach no buyer.", -1,
        lambda _, past: ratio(past.sum(*INTERNAL_HOURS), len(past.weekly)),
    ),
    WhyReading(
        "prospecting_hours", "hours / rep / week", "Hours of prospecting.", 1,
        lambda _, past: past.mean("hours_prospecting"),
    ),
    WhyReading(
        "overlay_ratio", "specialists / rep", "Overlay specialists per filled seat, mean over the run.", 0,
        lambda _, past: ratio(past.sum("specialists"), past.sum("reps")),
    ),
    WhyReading(
        "marketing_share", "share", "Share of closed opportunities that began as a lead of marketing.", 0,
        lambda _, past: _mean(past.deals["origin"] == ORIGIN.MARKETING),
    ),
    WhyReading(
        "training_hours", "hours / rep / week", "Hours in training.", 0, lambda _, past: past.mean("hours_training")
    ),
    WhyReading(
        "coaching_hours", "hours / rep / week", "Hours of being coached.", 0,
        lambda _, past: past.mean("hours_coaching"),
    ),
    WhyReading(
        "capability", "ratio", "Capability in use in conversations.", 1, lambda _, past: past.mean("capability")
    ),
    WhyReading(
        "misalignment", "share", "Lead of the logged stage over the buyer's.", -1,
        lambda _, past: past.mean("misalignment"),
    ),
    WhyReading("icp_clarity", "share", "Clarity of the ideal customer profile.", 1, lambda _, p: p.mean("icp_clarity")),
    WhyReading("goal_clarity", "share", "How well goals are understood.", 1, lambda _, past: past.mean("goal_clarity")),
    WhyReading("method", "share", "Trained method in use.", 1, lambda _, past: past.mean("method")),
    WhyReading("playbook", "share", "Quality of the playbook.", 1, lambda _, past: past.mean("playbook")),
)  # fmt: skip


def _headline(name: str, _: World, past: Past) -> float:
    return measured(name, past)


READINGS: dict[str, WhyReading] = {
    **{
        one.name: WhyReading(one.name, one.unit, one.doc, one.better, partial(_headline, one.name))
        for one in MEASURES.values()
    },
    **{one.name: one for one in _EXTRA},
}
"""Everything that is read from a run for a chain: the headline measures, and what stands for causes."""


def readings_of(world: World) -> dict[str, float]:
    """Read everything from a finished run that kept its deals."""
    past = Past.of(world)
    if "fit" not in (past.deals.dtype.names or ()):
        past = Past(past.weekly, world.state.deals[:0], past.quarters, past.active, past.last)
    return {name: float(one.of(world, past)) for name, one in READINGS.items()}
