"""What a calibration is asked: targets the model should meet, and the parameters that may move to meet them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.scenario.errors import InputError, nearest, repeated
from sim.scenario.evidence import cited
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import parameter
from sim.scenario.seeds import weeks_of
from sim.studies.draws import plausible_range

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.scenario.parameters.base import Parameter
    from sim.scenario.scenario import Scenario

USUAL_SD = 0.05
"""How near the model has to come where a target does not say: one standard deviation, of the value. Assumed."""

INFORMED_BY: dict[str, tuple[str, ...]] = {
    "win_rate": ("market.competitor_strength", "market.status_quo"),
    "win_rate_qualified": ("market.competitor_strength", "market.status_quo"),
    "loss_rate": ("market.competitor_strength",),
    "no_decision_rate": ("market.status_quo",),
    "cycle_days": ("market.cycle_weeks",),
    "cycle_closed_days": ("market.cycle_weeks",),
    "won_per_year": ("market.needs_per_account_year",),
    "bookings": ("market.needs_per_account_year",),
    "bookings_per_quarter": ("market.needs_per_account_year",),
    "bookings_per_rep_year": ("market.needs_per_account_year",),
    "opportunities_per_rep": ("market.needs_per_account_year",),
    "deal_size": ("market.deal_size",),
    "attainment": ("strategy.stretch",),
    "median_attainment": ("strategy.stretch",),
    "share_at_quota": ("strategy.stretch",),
    "top20_share": ("market.territory_sd", "talent.art_sd"),
    "selling_share": ("operations.admin_hours",),
    "coordination_hours": ("structure.hours_per_channel",),
    "turnover": ("talent.attrition_per_year",),
    "churn_rate": ("buyers.churn_per_year",),
}
"""Parameters that are fitted for a target where none are named: those that act on it most directly. Assumed."""

AROUND: dict[str, float] = {"market.competitor_strength": 1.0, "market.status_quo": 1.0, "strategy.stretch": 0.15}
"""How far below and above the scenario's value a parameter is searched whose zero means nothing, in its unit. Assumed.

The two utilities are free: defaults were set to bring out a win rate, which is what is fitted here.
"""

SAME_UNIT: dict[tuple[str, str], float] = {
    ("days", "weeks"): 1.0 / 7.0,
    ("months", "weeks"): 52.0 / 12.0,
    ("months", "months"): 1.0,
    ("USD", "currency"): 1.0,
    ("USD per year", "currency"): 1.0,
    ("USD per year", "currency / year"): 1.0,
    ("people", "people"): 1.0,
    ("log-SD", "log-sd"): 1.0,
    ("fraction per year", "1 / year"): 1.0,
    ("hours per week", "hours / week / channel"): 1.0,
    ("hours per rep per month", "hours / rep / month"): 1.0,
}
"""Factor from the unit of an evidence row to that of a parameter, where both measure the same thing."""


@dataclass(frozen=True, slots=True)
class CalibrationTarget:
    """A measure the calibrated model should have."""

    measure: str  # name in `sim.scenario.measures.MEASURES`
    value: float  # what was measured, in the measure's unit
    sd: float  # how near is near enough, one standard deviation: error of the measurement and of the model together
    source: str = ""  # where it is from, in words; may be empty

    @property
    def unit(self) -> str:
        """Unit of the measure."""
        return MEASURES[self.measure].unit


@dataclass(frozen=True, slots=True)
class Prior:
    """Where a parameter may lie before the targets are looked at: evenly between two ends.

    Attributes:
        dotted: Name of the parameter.
        low, high: Ends, in its unit.
        source: Where the range is from, in words.
    """

    dotted: str
    low: float
    high: float
    source: str

    @property
    def log(self) -> bool:
        """Whether it is even on the logarithm: where both ends are above 0, and its zero means something."""
        return self.low > 0.0 and self.dotted not in AROUND

    @property
    def ends(self) -> tuple[float, float]:
        """Ends on the scale it is even on."""
        return (math.log(self.low), math.log(self.high)) if self.log else (self.low, self.high)

    @property
    def sd(self) -> float:
        """Standard deviation on that scale."""
        return (self.ends[1] - self.ends[0]) / math.sqrt(12.0)

    def value(self, place: float) -> float | int:
        """Give the parameter's value at a place of that scale, within its ends."""
        number = min(max(math.exp(place) if self.log else place, self.low), self.high)
        return round(number) if parameter(self.dotted).type is int else float(f"{number:.10g}")


@dataclass(frozen=True)
class CalibrationPlan:
    """What is fitted to what."""

    scenario: Scenario  # the organization; what is not fitted stays as it is there
    targets: tuple[CalibrationTarget, ...]  # what it is fitted to
    priors: tuple[Prior, ...]  # what is fitted
    weeks: int  # weeks of each run: those the targets were measured over
    checks: tuple[CalibrationTarget, ...] = ()  # further measures data have, which are not fitted: a test of the model
    notes: tuple[str, ...] = ()  # what a reader has to know about the input

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of what is measured of each run: targets and checks."""
        return tuple(dict.fromkeys(target.measure for target in (*self.targets, *self.checks)))

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        targets: Mapping[str, float] | Iterable[CalibrationTarget],
        priors: Iterable[Prior] | None = None,
        *,
        weeks: int | None = None,
        checks: Iterable[CalibrationTarget] = (),
        notes: Iterable[str] = (),
    ) -> CalibrationPlan:
        """Check what is asked for.

        Args:
            scenario: The organization.
            targets: Values by measure, each to be met within `USUAL_SD`, or targets.
            priors: What is fitted; by default what `INFORMED_BY` names for the targets, within `prior_of`.
            weeks: Weeks of each run; the scenario's own by default.
            checks: Further measures data have.
            notes: What a reader has to know about the input.

        Raises:
            InputError: Something cannot be used.
        """
        listed = [usual_target(*pair) for pair in targets.items()] if hasattr(targets, "items") else list(targets)
        if not listed:
            raise InputError("a calibration needs at least one target, such as win_rate = 0.25")
        chosen = default_priors(scenario, listed) if priors is None else tuple(priors)
        if not chosen:
            raise InputError("a calibration needs at least one parameter to fit")
        for names in ([target.measure for target in listed], [prior.dotted for prior in chosen]):
            if twice := repeated(names):
                raise InputError(f"{twice} stands there twice; keep one")
        for target in (*listed, *checks):
            check_target(target)
        for prior in chosen:
            check_prior(prior)
        long = weeks_of(scenario, weeks)
        return cls(scenario, tuple(listed), chosen, long, tuple(checks), tuple(notes))


def usual_target(measure: str, value: float, source: str = "") -> CalibrationTarget:
    """Make a target that has to be met as nearly as usual."""
    return CalibrationTarget(measure, value, abs(value) * USUAL_SD, source)


def check_target(target: CalibrationTarget) -> None:
    """Raise InputError for an unknown measure, or a value or sd that no run can be held against."""
    if target.measure not in MEASURES:
        raise InputError(f"{target.measure} is no measure of the model{nearest(target.measure, MEASURES)}")
    if not math.isfinite(target.value):
        raise InputError(f"the target {target.measure} = {target.value} is not allowed; it must be a number")
    if target.unit == "share" and not 0.0 <= target.value <= 1.0:
        raise InputError(
            f"the target {target.measure} = {target.value:g} is not allowed; a share must be from 0 to 1, so 25% is "
            "0.25"
        )
    if not (math.isfinite(target.sd) and target.sd > 0.0):
        raise InputError(
            f"the target {target.measure} = {target.value:g} has no usable sd ({target.sd:g}); give sd, or low and "
            "high, so that the ends differ"
        )


def check_prior(prior: Prior) -> None:
    """Raise InputError for an unknown parameter, one that is no number, or a range that is empty or not allowed."""
    item = parameter(prior.dotted)
    if item.type not in (int, float):
        raise InputError(f"{prior.dotted} is no number and cannot be fitted; leave it out of the parameters")
    if not (math.isfinite(prior.low) and math.isfinite(prior.high) and prior.low < prior.high):
        raise InputError(f"{prior.dotted}: the range {prior.low:g} to {prior.high:g} is empty; low must be below high")
    if prior.low < float(item.low or 0.0) or prior.high > float(item.high or 0.0):
        raise InputError(
            f"{prior.dotted}: the range {prior.low:g} to {prior.high:g} is not allowed; values must be {item.allowed}"
        )
    if prior.dotted.startswith("organization.") and item.leaf in ("weeks", "burn_in_weeks"):
        raise InputError(f"{prior.dotted} is no property of the organization and cannot be fitted")


def default_priors(scenario: Scenario, targets: Iterable[CalibrationTarget]) -> tuple[Prior, ...]:
    """Choose what is fitted for these targets, in their order; InputError if nothing is known to act on one."""
    names: dict[str, None] = {}
    for target in targets:
        check_target(target)
        if target.measure not in INFORMED_BY:
            raise InputError(f"which parameters to fit for {target.measure} is not known; name some under [parameters]")
        names |= dict.fromkeys(INFORMED_BY[target.measure])
    return tuple(prior_of(name, scenario) for name in names)


def prior_of(dotted: str, scenario: Scenario) -> Prior:
    """Take a parameter's range from evidence, or else around the scenario's value.

    An evidence row counts where the parameter's source cites it, it has a low and a high end, measures in the
    parameter's unit, and contains the scenario's value; the widest ends of several count. A few have the range of
    `AROUND`. All others have the range that worlds are drawn from, `sim.studies.draws`: two thirds to one and a
    half times the value, or its odds.

    Raises:
        InputError: The parameter is unknown or no number, or its value leaves no range.
    """
    item = parameter(dotted)
    if item.type not in (int, float):
        raise InputError(f"{dotted} is no number and cannot be fitted; leave it out of the parameters")
    value = float(scenario[dotted])
    measured = _from_evidence(item, value)
    if measured is not None:
        return measured
    if dotted in AROUND:
        far, least, most = AROUND[dotted], float(item.low or 0.0), float(item.high or 0.0)
        low, high = (float(f"{end:.6g}") for end in (max(least, value - far), min(most, value + far)))
        return Prior(dotted, low, high, f"{far:g} below to {far:g} above the scenario's value")
    around = plausible_range(item, value)
    if around is None:
        raise InputError(f"{dotted} = {value:g} leaves no range around it; give low and high")
    return Prior(dotted, *around, "2/3 to 3/2 of the scenario's value (or its odds)")


def _from_evidence(item: Parameter, value: float) -> Prior | None:
    """Widest range of the evidence rows that fit."""
    ends: list[tuple[float, float, str]] = []
    for row in cited(item.source):
        factor = SAME_UNIT.get((row.unit, item.unit))
        if factor is None or row.low is None or row.high is None:
            continue
        low, high = max(row.low * factor, float(item.low or 0.0)), min(row.high * factor, float(item.high or 0.0))
        if low <= value <= high and low < high:
            ends.append((low, high, row.id))
    if not ends:
        return None
    lows, highs, rows = zip(*ends, strict=True)
    low, high = (float(f"{end:.6g}") for end in (min(lows), max(highs)))
    return Prior(item.dotted, low, high, f"evidence {', '.join(rows)}")
