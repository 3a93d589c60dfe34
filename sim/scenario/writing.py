"""Scenarios as text: fully resolved, as a commented start for a new one, and what two of them differ in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sim.scenario.parameters import all_parameters, by_name, sections
from sim.scenario.schema import HEAD, ROWS, Document, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sim.scenario.parameters.base import Parameter, Value


class _Origin(Protocol):
    @property
    def text(self) -> str: ...


class Resolved(Protocol):
    """A scenario as it is written: every value, and where it was set."""

    @property
    def name(self) -> str:
        """Short name."""

    @property
    def values(self) -> Mapping[str, Value]:
        """Every parameter by its dotted name."""

    @property
    def origins(self) -> Mapping[str, _Origin]:
        """Where each parameter's value was set, by its dotted name."""


_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def toml_value(value: Any) -> str:
    """Write one value as TOML: numbers, words, dates, lists, and tables on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{"".join(_escape(sign) for sign in value)}"'
    if isinstance(value, int | float | dt.date):
        return str(value)
    if isinstance(value, dict):
        inner = ", ".join(f"{toml_value(str(key))} = {toml_value(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return f"[{', '.join(toml_value(item) for item in value)}]"


def _escape(sign: str) -> str:
    first_printable, delete = 0x20, 0x7F
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    return f"\\u{ord(sign):04x}" if ord(sign) < first_printable or ord(sign) == delete else sign


def describe(item: Parameter) -> str:
    """Say what a parameter is in one line: meaning, unit, range, source."""
    return f"{item.doc} [{item.allowed}] {item.source}"


def resolved_text(scenario: Resolved) -> str:
    """Write every value of a scenario, with meaning, unit, range and source; reading it gives an equal scenario."""
    return _text(scenario, lambda item: _assignment(item, scenario.values[item.dotted]))


def new_scenario_text(base: Resolved) -> str:
    """Write a scenario to start from: equal to `base`, with what only repeats a default or preset commented out."""

    def line(item: Parameter) -> str:
        origin = base.origins[item.dotted].text
        mark = "# " if origin == "default" or origin.startswith("preset ") else ""
        return mark + _assignment(item, base.values[item.dotted])

    note = "# Remove the mark before a line to set its value; without it the default or the preset of the cell holds.\n"
    return note + _text(base, line)


def _text(scenario: Resolved, line: Callable[[Parameter], str]) -> str:
    parts = ["\n".join(_head(scenario))]
    for name, kind in sections().items():
        title = " ".join((kind.__doc__ or "").split())
        parts.append("\n".join([f"[{name}]  # {title}", *(line(item) for item in kind.parameters())]))
    for name in ROWS:
        parts.extend("\n".join([f"[[{name}]]", *_row(row)]) for row in getattr(scenario, name))
    return "\n\n".join(parts) + "\n"


def _assignment(item: Parameter, value: Value) -> str:
    return f"{item.leaf} = {toml_value(value)}  # {describe(item)}"


def _head(scenario: Resolved) -> Iterator[str]:
    for key in HEAD:
        yield f"{key} = {toml_value(getattr(scenario, key))}  # {Document.model_fields[key].description}"


def _row(row: Table) -> Iterator[str]:
    for key, value in row.model_dump(exclude_unset=True, exclude_none=True).items():
        yield f"{key} = {toml_value(value)}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing two scenarios differ in."""

    name: str  # dotted name of a parameter, name of a head's key, or a row such as `interventions 2`
    first: Any  # the values; None where a row is missing
    second: Any
    parameter: Parameter | None = None  # with unit and whether it can change overnight; None for heads and rows


def diff(first: Resolved, second: Resolved) -> list[Difference]:
    """List what two scenarios differ in: head, parameters, rows; in the order of a scenario file."""
    rows = [Difference(key, getattr(first, key), getattr(second, key)) for key in HEAD]
    rows += [
        Difference(item.dotted, first.values[item.dotted], second.values[item.dotted], item)
        for item in all_parameters()
    ]
    for table in ROWS:
        ours, theirs = getattr(first, table), getattr(second, table)
        for index in range(max(len(ours), len(theirs))):
            pair = [rows_of[index].model_dump() if index < len(rows_of) else None for rows_of in (ours, theirs)]
            rows.append(Difference(f"{table} {index + 1}", *pair))
    return [row for row in rows if row.first != row.second]


def fixed_overnight(first: Resolved, second: Resolved) -> list[Parameter]:
    """List the parameters that differ but cannot change overnight: such a case needs a burn-in of its own."""
    return [
        item
        for dotted, item in by_name().items()
        if item.when == "start" and first.values[dotted] != second.values[dotted]
    ]
