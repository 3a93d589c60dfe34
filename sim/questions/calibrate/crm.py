"""A calibration on a CRM export: targets from its whole quarters, parameters that act on them, wide priors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.crm.check import targets
from sim.crm.fit import fit
from sim.questions.calibrate.plan import CalibrationPlan, Prior, prior_of, usual_target
from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sim.crm.load import CrmData

WEEKS_PER_QUARTER = 13

WIDE = 2.0  # a scale is searched from half to twice the value of the moment match. Assumed

SCALES = ("market.needs_per_account_year", "market.cycle_weeks", "buyers.effort_scale")
UTILITIES = ("market.competitor_strength", "market.status_quo")
"""What is fitted to an export by default: what the moment match solves, each on its own."""

FITTED = ("win_rate_qualified", "cycle_closed_days", "won_per_year")
"""Measures of an export that are fitted. Bookings follow from wins and amounts, which the moment match sets."""


def crm_plan(
    data: CrmData,
    priors: Callable[[Scenario], Iterable[Prior]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> CalibrationPlan:
    """Plan a calibration on an export.

    The scenario is that of `flywheel crm`: real teams, accounts and lines, the rest by a moment match. Around its
    values the priors lie. Runs are as long as the whole quarters that were measured, so that a run has the same luck
    in it as the data have.

    Args:
        data: The cleaned export.
        priors: What is fitted, given the scenario of the moment match; `crm_priors` by default.
        progress: Told how many runs of the moment match are done and how many there are at most.

    Raises:
        InputError: The export has no whole quarter, or says nothing that can be fitted.
    """
    quarters = int(data.moments.quarters["full"].sum())
    if not quarters:
        raise InputError(f"{data.name} has no whole quarter of closings, and a calibration needs one")
    matched = fit(data, progress)
    scenario = Scenario.from_text(matched.text, file=f"{data.name}.toml")
    measured = targets(data)
    fitted = [usual_target(target.name, target.value, target.source) for target in measured if target.name in FITTED]
    checks = [
        usual_target(target.name, target.value, target.source) for target in measured if target.name not in FITTED
    ]
    notes = [
        "The priors lie around a moment match of the same data; they are wide, so that its centre matters little.",
        f"Every run has {quarters} quarters, as the data that are fitted have.",
    ]
    return CalibrationPlan.of(
        scenario, fitted, (priors or crm_priors)(scenario),
        weeks=WEEKS_PER_QUARTER * quarters, checks=checks, notes=notes,
    )  # fmt: skip


def crm_priors(scenario: Scenario) -> list[Prior]:
    """Wide ranges around the values of a scenario that the moment match has solved."""
    priors = []
    for name in SCALES:
        item, value = parameter(name), float(scenario[name])
        low, high = max(value / WIDE, float(item.low or 0.0)), min(value * WIDE, float(item.high or 0.0))
        priors.append(Prior(name, float(f"{low:.6g}"), float(f"{high:.6g}"), "half to twice the moment match"))
    return priors + [prior_of(name, scenario) for name in UTILITIES]
