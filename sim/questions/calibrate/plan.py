"""What a calibration is asked: targets to meet, and the parameters that may move to meet them.

As a file of targets, what an organization measured and what may be fitted to it:

scenario = "baseline"
weeks = 52

[targets]
win_rate = 0.25
cycle_days = { low = 60, high = 75 }
selling_share = { value = 0.4, sd = 0.03 }

[parameters]
"market.cycle_weeks" = {}
"operations.admin_hours" = { low = 10, high = 25 }
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sim.scenario.errors import InputError, Problem, ScenarioError, nearest, repeated
from sim.scenario.evidence import cited
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import by_name, parameter
from sim.scenario.reading import line_of, parse, read_text
from sim.scenario.scenario import Scenario
from sim.scenario.seeds import weeks_of
from sim.studies.draws import plausible_range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sim.scenario.parameters.base import Parameter
    from sim.scenario.reading import Lines, Spot


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


TOP = ("scenario", "weeks", "targets", "parameters", "checks")
"""What may stand at the top of a targets file; `checks` has targets that are compared and not fitted."""

_IN_TARGET = ("value", "sd", "low", "high", "source")
_IN_PRIOR = ("low", "high")
_NORMAL_95 = 1.959964
"""Half-width of a 95% interval in standard deviations: low and high of a target are such an interval."""


Made = TypeVar("Made")


class _File:
    """A targets file while it is read; collects what is wrong with it."""

    def __init__(self, name: str, table: dict[str, Any], lines: Lines) -> None:
        self.name, self.table, self.lines = name, table, lines
        self.problems: list[Problem] = []

    def refuse(self, spot: Spot, text: str) -> None:
        section = str(spot[0]) if len(spot) > 1 else ""
        self.problems.append(
            Problem(text, self.name, section, ".".join(map(str, spot[1:] or spot)), line_of(spot, self.lines))
        )

    def allow(self, spot: Spot, names: object, allowed: tuple[str, ...]) -> None:
        """Refuse keys there are none of."""
        for name in names if isinstance(names, dict) else ():
            if name not in allowed:
                self.refuse((*spot, name), f"{name} is not known here{nearest(name, allowed)}")

    def section(self, name: str) -> dict[str, Any]:
        """A table of the file, empty if it is not there."""
        table = self.table.get(name, {})
        if isinstance(table, dict):
            return table
        self.refuse((name,), f"{name} must be a table, [{name}]")
        return {}

    def checked(self, spot: Spot, make: Callable[[], Made]) -> Made | None:
        """Make something; what is wrong with it is told with its place. None if it is."""
        try:
            return make()
        except InputError as error:
            self.refuse(spot, str(error))
            return None


def read_targets(path: Path | str) -> CalibrationPlan:
    """Read a targets file; ScenarioError tells all that is wrong together, each with file, line and key."""
    file = _File(str(path), *parse(read_text(Path(path)), str(path)))
    file.allow((), file.table, TOP)
    scenario = _scenario(file)
    targets, checks = list(_targets(file, "targets")), list(_targets(file, "checks"))
    priors = list(_priors(file, scenario)) if "parameters" in file.table and scenario else None
    weeks = file.table.get("weeks")
    if weeks is not None and (isinstance(weeks, bool) or not isinstance(weeks, int)):
        file.refuse(("weeks",), f"weeks = {weeks} is not allowed; it must be a whole number")
    if file.problems or scenario is None:
        raise ScenarioError(sorted(file.problems, key=attrgetter("line")))
    try:
        return CalibrationPlan.of(scenario, targets, priors, weeks=weeks, checks=checks)
    except InputError as error:
        raise ScenarioError(Problem(str(error), str(path))) from error


def _scenario(file: _File) -> Scenario | None:
    """Load the scenario the file names; a path is taken from the file's own folder."""
    name = file.table.get("scenario")
    if not isinstance(name, str):
        file.refuse(("scenario",), 'scenario = "NAME" is missing: a shipped scenario, or a TOML file beside this one')
        return None
    beside = Path(file.name).parent / name
    chosen = beside if name.endswith(".toml") and beside.is_file() else name
    return file.checked(("scenario",), partial(Scenario.load, chosen))


def _targets(file: _File, section: str) -> Iterator[CalibrationTarget]:
    for name, given in file.section(section).items():
        spot = (section, name)
        file.allow(spot, given, _IN_TARGET)
        if target := file.checked(spot, partial(_target, name, given)):
            yield target


def _target(name: str, given: Any) -> CalibrationTarget:
    target = _given_target(name, given)
    check_target(target)
    return target


def _given_target(name: str, given: Any) -> CalibrationTarget:
    """Read a number, or a table of value with sd, or of low and high."""
    if not isinstance(given, dict):
        return usual_target(name, _number(given, "a target"))
    source = str(given.get("source", ""))
    numbers = {key: _number(value, key) for key, value in given.items() if key in ("value", "sd", "low", "high")}
    if ("low" in numbers) != ("high" in numbers):
        raise InputError("low and high must be given together")
    if "low" in numbers:
        if "sd" in numbers:
            raise InputError("sd says the same as low and high; keep one of them")
        low, high = numbers["low"], numbers["high"]
        if low >= high:
            raise InputError(f"low = {low:g} must be below high = {high:g}")
        middle = numbers.get("value", (low + high) / 2.0)
        return CalibrationTarget(name, middle, (high - low) / (2.0 * _NORMAL_95), source)
    if "value" not in numbers:
        raise InputError("a target needs value, or low and high")
    return CalibrationTarget(name, numbers["value"], numbers.get("sd", usual_target(name, numbers["value"]).sd), source)


def _number(given: Any, what: str) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise InputError(f"{what} = {given} is not allowed; it must be a number")
    return float(given)


def _priors(file: _File, scenario: Scenario) -> Iterator[Prior]:
    for name, given in _dotted(file.section("parameters")):
        spot = _spot(file.lines, name)
        if name not in by_name():
            file.refuse(spot, f"{name} is no parameter{nearest(name, by_name())}")
            continue
        file.allow(spot, given, _IN_PRIOR)
        if prior := file.checked(spot, partial(_prior, name, given, scenario)):
            yield prior


def _dotted(table: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Names with quotes and without: `"market.cycle_weeks" = {}` and `market.cycle_weeks = {}` are the same."""
    for name, given in table.items():
        if "." in name or not isinstance(given, dict) or not given or set(given) <= set(_IN_PRIOR):
            yield name, given
        else:
            yield from ((f"{name}.{leaf}", value) for leaf, value in given.items())


def _spot(lines: Lines, name: str) -> Spot:
    """Where a parameter stands, with quotes or without."""
    quoted: Spot = ("parameters", name)
    return quoted if quoted in lines else ("parameters", *name.split("."))


def _prior(name: str, given: Any, scenario: Scenario) -> Prior:
    if given == {} or given is True:
        return prior_of(name, scenario)
    if not isinstance(given, dict) or set(given) != {"low", "high"}:
        raise InputError(f"{name} must be {{}} for the usual range, or {{ low = ..., high = ... }}")
    prior = Prior(name, _number(given["low"], "low"), _number(given["high"], "high"), "given")
    check_prior(prior)
    return prior
