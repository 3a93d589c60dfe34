"""What is wrong with a scenario: single values (by pydantic) and impossible combinations (by the list CHECKS)."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from sim.scenario.errors import InputError, nearest
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import all_parameters, by_name, parameter, sections
from sim.scenario.parameters.base import Parameter, plain
from sim.scenario.parameters.events import EVENTS
from sim.scenario.schema import FORMAT_VERSION, ROWS, Document, Target, document_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sim.scenario.parameters.base import Value
    from sim.scenario.reading import Spot
    from sim.scenario.schema import InterventionSpec

Finding = tuple["Spot", str]  # where, and what is wrong there

LARGEST_FACTOR = 1000.0  # of a lever that is scaled
SHARES_TOLERANCE = 0.001  # shares are often written with three digits


def validate(raw: Mapping[str, Any]) -> tuple[Document | None, list[Finding]]:
    """Check a whole scenario, as a file gives it, and find everything that is wrong, in the order of the file.

    Absent parts take their defaults; there is a typed scenario only where nothing is wrong.
    """
    if finding := _wrong_version(raw):
        return None, [finding]
    try:
        document = document_type().model_validate(raw)
        findings: list[Finding] = []
    except ValidationError as error:
        findings = [_finding(item, raw) for item in error.errors(include_url=False)]
        document = _without(raw, {spot[0] for spot, _ in findings if spot})
    broken = {str(spot[0]) for spot, _ in findings if spot}
    for check, needs in CHECKS:
        if broken.isdisjoint(needs):
            findings.extend(check(document))
    return (None, findings) if findings else (document, [])


def _wrong_version(raw: Mapping[str, Any]) -> Finding | None:
    version = raw.get("format_version", FORMAT_VERSION)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        return ("format_version",), f"{show(version)} is no format version; this program reads version {FORMAT_VERSION}"
    if version > FORMAT_VERSION:
        return (
            ("format_version",),
            f"version {show(version)} is newer than this program, which reads version {FORMAT_VERSION}; update it",
        )
    return None


def _without(raw: Mapping[str, Any], broken: set[str | int]) -> Document:
    """Read what is left without the broken parts, so that the combinations of the others can be checked."""
    return document_type().model_validate({key: value for key, value in raw.items() if key not in broken})


def _finding(error: Any, raw: Mapping[str, Any]) -> Finding:
    spot = _spot(error["loc"], raw, keep_last=error["type"] in ("extra_forbidden", "missing"))
    if error["type"] == "extra_forbidden":
        return spot, _unknown(spot)
    if error["type"] == "missing":
        return spot, "it is missing"
    return spot, f"{show(error['input'])} is not allowed; it must {_must(error, spot)}"


def _must(error: Any, spot: Spot) -> str:
    """Complete "it must ..." for a value of the wrong type or out of range."""
    kind, name = error["type"], spot[0] if spot else ""
    if len(spot) == 2 and name in sections():
        return f"be {parameter(f'{name}.{spot[1]}').allowed}"
    if kind in ("too_short", "string_too_short"):
        return "not be empty"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"be a table, written [{name}]" if len(spot) == 1 else "be a table"
    if kind == "tuple_type":
        return f"be a list of tables, each written [[{name}]]" if name in ROWS else "be a list"
    rule = str(error["msg"]).replace("Input should ", "").replace("String should ", "")
    return f"{rule} (written without quotes)" if kind.startswith("date") else rule


def _spot(loc: Spot, raw: Any, *, keep_last: bool) -> Spot:
    """Drop what pydantic adds to a place (names of alternatives) and no file contains."""
    spot: list[str | int] = []
    for part in loc:
        inside: Any = range(len(raw)) if isinstance(raw, list) else raw if isinstance(raw, dict) else ()
        if part in inside:
            raw = raw[part]
            spot.append(part)
    if keep_last and tuple(spot) != loc:
        spot.append(loc[-1])
    return tuple(spot)


def _unknown(spot: Spot) -> str:
    key = str(spot[-1])
    if len(spot) == 1:
        names = [*document_type().model_fields]
        return f"{show(key)} is no section or key of a scenario{nearest(key, names)}"
    if spot[0] in sections():
        leaves = [item.leaf for item in sections()[str(spot[0])].parameters()]
        homes = [item.section for item in all_parameters() if item.leaf == key]
        hint = f"; it belongs to [{homes[0]}]" if homes else nearest(key, leaves)
        return f"{show(key)} is not a parameter of [{spot[0]}]{hint}"
    fields = Target.model_fields if "target" in spot else ROWS[str(spot[0])].model_fields
    return f"{show(key)} is not a key of {'a target' if 'target' in spot else f'[[{spot[0]}]]'}{nearest(key, fields)}"


def show(value: Any) -> str:
    """Write a value as the user did, shortened to 60 characters."""
    if isinstance(value, bool):
        return str(value).lower()
    try:
        text = f'"{value}"' if isinstance(value, str) else str(value)
    except ValueError:
        text = "a number of thousands of digits"
    text = " ".join(text.split())
    most = 60
    return text if len(text) <= most else f"{text[: most - 3]}..."


def value_of(document: Document, dotted: str) -> Value:
    """Read a parameter of a typed scenario by its dotted name."""
    section, leaf = dotted.split(".")
    value: Value = getattr(getattr(document, section), leaf)
    return value


def check_interventions(document: Document) -> Iterator[Finding]:
    """Interventions must name a lever or an event, with a value in range, within the run."""
    weeks = int(value_of(document, "organization.weeks"))
    for row, item in enumerate(document.interventions):
        spot: Spot = ("interventions", row)
        yield from ((((*spot, key)), text) for key, text in _intervention(item, weeks))


def _intervention(item: InterventionSpec, weeks: int) -> Iterator[tuple[str, str]]:
    if item.week >= weeks:
        yield (
            "week",
            f"week {item.week} is after the end; organization.weeks is {weeks}, so it must be 0 to {weeks - 1}",
        )
    if item.until is not None and not item.week < item.until <= weeks:
        yield "until", f"{item.until} is not allowed; it must be after week {item.week} and at most {weeks}"
    if item.drop_below is not None and item.drop_below > item.threshold:
        yield "drop_below", f"{item.drop_below:g} is not allowed; it must be at most the threshold, {item.threshold:g}"
    if len(item.target.forms) != 1:
        named = ", ".join(item.target.forms) or "nobody"
        yield "target", f'it names {named}; it must be "everyone" or one of region, teams, agents'
    if bool(item.event) == bool(item.parameter):
        both = "both a parameter and an event" if item.event else "neither a parameter nor an event"
        yield ("event" if item.event else "week"), f"the intervention has {both}; give one"
    elif item.event:
        yield from _event(item)
    else:
        yield from _action(item)


def _event(item: InterventionSpec) -> Iterator[tuple[str, str]]:
    if item.event not in EVENTS:
        yield "event", f"{show(item.event)} is not an event{nearest(item.event, EVENTS)}"
        return
    if item.value is not None:
        yield "value", f"an event takes arguments, no value; write arguments = {{ ... = {show(item.value)} }}"
    arguments = EVENTS[item.event].arguments
    for name in item.arguments.keys() - arguments.keys():
        yield "arguments", f"{show(name)} is not an argument of {item.event}{nearest(name, arguments)}"
    for name, argument in arguments.items():
        given = item.arguments.get(name, argument.default)
        if given is None:
            yield (
                "arguments",
                f"{item.event} needs {name}, {plain(argument.low)} to {plain(argument.high)} ({argument.unit})",
            )
        elif not argument.low <= given <= argument.high or (argument.whole and given != int(given)):
            kind = "a whole number" if argument.whole else "a number"
            allowed = f"{kind} from {plain(argument.low)} to {plain(argument.high)} ({argument.unit})"
            yield "arguments", f"{name} = {show(given)} is not allowed; it must be {allowed}"


def _action(item: InterventionSpec) -> Iterator[tuple[str, str]]:
    try:
        lever = parameter(item.parameter)
    except InputError as error:
        yield "parameter", str(error)
        return
    if lever.lever is None:
        levers = [other.dotted for other in all_parameters() if other.lever]
        yield "parameter", f"{lever.dotted} cannot change during a run{nearest(lever.dotted, levers)}"
    elif lever.lever == "organization" and not item.target.everyone:
        yield "target", f'{lever.dotted} belongs to the whole organization; the target must be "everyone"'
    if item.arguments:
        yield "arguments", "only an event takes arguments; a parameter takes a value"
    if problem := _wrong_value(item, lever):
        yield ("parameter" if item.value is None else "value"), problem


def _wrong_value(item: InterventionSpec, lever: Parameter) -> str:
    """Say what is wrong with the value of a set, add or scale; "" when nothing is."""
    value = item.value
    if value is None:
        return f"the intervention has no value; {lever.dotted} must be {lever.allowed}"
    if item.action == "set":
        allowed = lever.allows(value)
        return "" if allowed else f"{show(value)} is not allowed; {lever.dotted} must be {lever.allowed}"
    if lever.low is None or lever.high is None:
        return f"{lever.dotted} is no number and can only be set, to {lever.allowed}"
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    low, high = (lever.low - lever.high, lever.high - lever.low) if item.action == "add" else (0.0, LARGEST_FACTOR)
    kind = "a whole number" if item.action == "add" and lever.type is int else "a number"
    if is_number and low <= value <= high and (kind == "a number" or value == int(value)):
        return ""
    return f"{show(value)} is not allowed; to {item.action}, it must be {kind} from {plain(low)} to {plain(high)}"


def check_lines(document: Document) -> Iterator[Finding]:
    """Shares of product lines must sum to 1; names must differ."""
    if not document.lines:
        return
    total = math.fsum(line.share for line in document.lines)
    if abs(total - 1) > SHARES_TOLERANCE:
        yield ("lines", 0, "share"), f"the shares of all lines sum to {total:.4g}; they must sum to 1"
    yield from _repeated("lines", "name", [line.name for line in document.lines])


def check_teams(document: Document) -> Iterator[Finding]:
    """Real teams must fit the span of control and the seats; nobody is in two of them.

    There may be more teams than the span asks for: real ones are of uneven size.
    """
    if not document.teams:
        if document.sellers:
            yield ("sellers", 0, "name"), "there are [[sellers]] but no [[teams]] for them; add a team that lists them"
        return
    span = float(value_of(document, "structure.span_of_control"))
    for row, team in enumerate(document.teams):
        if len(team.sellers) > span:
            text = (
                f"{len(team.sellers)} sellers report to {team.manager}; structure.span_of_control allows {plain(span)}"
            )
            yield ("teams", row, "sellers"), text
    yield from _too_many(document)
    yield from _repeated("teams", "manager", [team.manager for team in document.teams])
    yield from _members(document)


def _too_many(document: Document) -> Iterator[Finding]:
    seats = int(value_of(document, "structure.n_reps"))
    sellers = sum(len(team.sellers) for team in document.teams)
    if sellers > seats:
        yield ("structure", "n_reps"), f"the teams list {sellers} sellers; structure.n_reps has {seats} seats for them"


def _members(document: Document) -> Iterator[Finding]:
    """Every seller is in one team, and described once if any is described."""
    described = [seller.name for seller in document.sellers]
    yield from _repeated("sellers", "name", described)
    with_accounts = set(described)
    home: dict[str, str] = {}
    for row, team in enumerate(document.teams):
        for name in team.sellers:
            spot: Spot = ("teams", row, "sellers")
            if name in home:
                yield spot, f"{show(name)} is already in the team of {home[name]}; a seller is in one team"
            elif with_accounts and name not in with_accounts:
                yield spot, f"{show(name)} is not among the [[sellers]]{nearest(name, described)}"
            home[name] = team.manager
    for row, name in enumerate(described):
        if name not in home:
            yield ("sellers", row, "name"), f"{show(name)} is in no team; list the name in the sellers of a team"


def _repeated(table: str, key: str, names: list[str]) -> Iterator[Finding]:
    for name, times in Counter(names).items():
        if times > 1:
            row = len(names) - 1 - names[::-1].index(name)
            yield (table, row, key), f"{show(name)} stands there {times} times; names must differ"


def check_data_checks(document: Document) -> Iterator[Finding]:
    """Data to check against must name measures of a run, with a target between its limits."""
    if not document.data_checks:
        return
    for row, item in enumerate(document.data_checks):
        if item.name not in MEASURES:
            yield ("data_checks", row, "name"), f"{show(item.name)} is not a measure{nearest(item.name, MEASURES)}"
        if not item.low <= item.target <= item.high:
            limits = f"low = {plain(item.low)} and high = {plain(item.high)}"
            yield ("data_checks", row, "target"), f"{plain(item.target)} is not between {limits}"
    yield from _repeated("data_checks", "name", [item.name for item in document.data_checks])


def check_unknowns(document: Document) -> Iterator[Finding]:
    """What nobody has said names parameters, with ends that these may have."""
    for row, item in enumerate(document.unknowns):
        if item.parameter not in by_name():
            text = f"{show(item.parameter)} is not a parameter{nearest(item.parameter, by_name())}"
            yield ("unknowns", row, "parameter"), text
            continue
        allowed = by_name()[item.parameter]
        for key, value in (("low", item.low), ("high", item.high)):
            if not allowed.allows(value):
                yield ("unknowns", row, key), f"{show(value)} is not allowed; it must be {allowed.allowed}"
    yield from _repeated("unknowns", "name", [item.name for item in document.unknowns])


Check = tuple["Callable[[Document], Iterator[Finding]]", tuple[str, ...]]


# Each with the parts of the scenario that must be sound for it to make sense.
def check_reports(document: Document) -> Iterator[Finding]:
    """Refuse reports bent so far that a rep would report less than nothing."""
    most = float(value_of(document, "operations.distortion")) * float(value_of(document, "motivation.sandbagging"))
    if most > 1.0:
        text = f"operations.distortion times motivation.sandbagging is {most:.3g}; it must be at most 1"
        yield ("operations", "distortion"), f"{text}, or somebody would report less than nothing"


def check_pay(document: Document) -> Iterator[Finding]:
    """Refuse pay elsewhere that is nothing in all but name: what the firm pays would be beyond measure against it."""
    least = float(by_name()["talent.on_target_earnings"].low or 0.0)
    elsewhere = float(value_of(document, "talent.market_pay"))
    if 0.0 < elsewhere < least:
        allowed = f"0, for what the firm itself pays, or at least {plain(least)}"
        yield ("talent", "market_pay"), f"{plain(elsewhere)} is not allowed; it must be {allowed}"


CHECKS: list[Check] = [
    (check_pay, ("talent",)),
    (check_reports, ("operations", "motivation")),
    (check_interventions, ("interventions", "organization")),
    (check_lines, ("lines",)),
    (check_teams, ("teams", "sellers", "structure")),
    (check_data_checks, ("data_checks",)),
    (check_unknowns, ("unknowns",)),
]
