"""A targets file: what an organization measured, and what may be fitted to it, as TOML.

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

from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sim.questions.calibrate.plan import (
    CalibrationPlan,
    CalibrationTarget,
    Prior,
    check_prior,
    check_target,
    prior_of,
    usual_target,
)
from sim.scenario.errors import InputError, Problem, ScenarioError, nearest
from sim.scenario.parameters import by_name
from sim.scenario.reading import line_of, parse, read_text
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.scenario.reading import Lines, Spot

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
