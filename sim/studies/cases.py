"""Cases: what a comparison changes, by name, beside `as_is`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.scenario.errors import InputError, ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.schema import InterventionSpec
from sim.scenario.writing import fixed_overnight

AS_IS = "as_is"
OWN = "interventions"  # the case of what a scenario's own interventions do

Changes = Mapping[str, Any] | Sequence[Any] | Scenario
"""Parameters by dotted name, or a list of interventions; `interventions` among the names adds such a list.

Or another scenario, with a burn-in of its own."""

_NAME = re.compile(r"[\w][\w .+%()-]{0,39}")


@dataclass(frozen=True, slots=True)
class Case:
    """One way the organization could go on from week 0."""

    name: str  # unique; `as_is` changes nothing
    overrides: dict[str, Any]  # parameters that change at week 0, by dotted name
    interventions: tuple[InterventionSpec, ...]  # what is done later
    scenario: Scenario  # the scenario with all of this
    always: bool = False  # whether it holds from the beginning of the burn-in, which it then has for itself


def read_cases(
    scenario: Scenario, cases: Mapping[str, Changes] | Sequence[tuple[str, Changes]], *, from_start: bool = False,
    weeks: int | None = None,
) -> tuple[Case, ...]:  # fmt: skip
    """Check the cases and put `as_is` before them; InputError tells all that is wrong with names and changes.

    From the start each case that changes parameters gets a burn-in of its own, and everything may differ; where all
    have so many weeks, scenarios of another length can be compared too.
    """
    pairs = list(cases.items()) if isinstance(cases, Mapping) else list(cases)
    checked = [Case(AS_IS, {}, (), scenario)]
    problems: list[str] = []
    for name, changes in pairs:
        try:
            _check_name(name, [case.name for case in checked])
            if isinstance(changes, Scenario):
                checked.append(_other(scenario, name, changes, from_start=from_start, any_length=weeks is not None))
            else:
                checked.append(_read(scenario, name, changes, from_start=from_start))
        except InputError as error:
            problems.append(str(error))
    if problems:
        raise InputError("\n".join(problems))
    return tuple(checked)


def own_case(scenario: Scenario) -> tuple[Scenario, list[tuple[str, Changes]]]:
    """Make a case of a scenario's interventions, and of the rest what it is compared with; InputError without any."""
    if not scenario.interventions:
        raise InputError(
            'compare needs a --case, such as --case "overlays: structure.product_specialists=9"; '
            "only a scenario with interventions can be compared with itself"
        )
    return scenario.with_interventions((), instead=True), [(OWN, {"interventions": scenario.interventions})]


def _check_name(name: Any, taken: Sequence[str]) -> None:
    if name == AS_IS:
        raise InputError(f'case "{name}": this name is reserved for no change; choose another')
    if name in taken:
        raise InputError(f'case "{name}": two cases have this name; choose another for one of them')
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InputError(
            f'case "{name}": a name has 1 to 40 letters, digits, spaces and signs of _ - . + % ( ), '
            "and begins with a letter, a digit or _"
        )


def _read(scenario: Scenario, name: str, changes: Any, *, from_start: bool) -> Case:
    origin = f'case "{name}"'
    overrides, items = _parts(changes, origin)
    changed = scenario.override(overrides, origin)
    _check_same_weeks(scenario, changed, origin)
    fixed = [item.dotted for item in fixed_overnight(scenario, changed)]
    if fixed and not from_start:
        raise InputError(
            f"{origin}: {', '.join(fixed)} cannot change overnight; "
            "with --from-start each case gets a burn-in of its own"
        )
    own = from_start and bool(overrides)
    if not items:
        return Case(name, overrides, (), changed, own)
    tables = [item.model_dump(exclude_unset=True) if isinstance(item, InterventionSpec) else item for item in items]
    try:
        whole = changed.with_interventions(tables)
    except ScenarioError as error:
        raise InputError("\n".join(f"{origin}: {problem.text}" for problem in error.problems)) from None
    return Case(name, overrides, whole.interventions[len(scenario.interventions) :], whole, own)


def _check_same_weeks(scenario: Scenario, other: Scenario, origin: str) -> None:
    if other["organization.weeks"] != scenario["organization.weeks"]:
        raise InputError(f"{origin}: organization.weeks must be the same in all cases; --weeks gives all the same")


def _other(scenario: Scenario, name: str, other: Scenario, *, from_start: bool, any_length: bool) -> Case:
    """Make a case of a whole scenario."""
    origin = f'case "{name}"'
    if not from_start:
        raise InputError(f"{origin}: another scenario needs a burn-in of its own; compare from the start")
    if not any_length:
        _check_same_weeks(scenario, other, origin)
    different = {dotted: value for dotted, value in other.values.items() if value != scenario.values[dotted]}
    return Case(name, different, other.interventions, other, always=True)


def _parts(changes: Any, origin: str) -> tuple[dict[str, Any], list[Any]]:
    """Tell parameters from interventions."""
    if isinstance(changes, Mapping):
        overrides = {str(key): value for key, value in changes.items() if key != "interventions"}
        items = changes.get("interventions", [])
    else:
        overrides, items = {}, changes
    listed = isinstance(items, Sequence) and not isinstance(items, str)
    if not listed or not all(isinstance(item, Mapping | InterventionSpec) for item in items):
        raise InputError(f"{origin}: it must give parameters by dotted name, or a list of interventions")
    return overrides, list(items)
