"""Whether a state keeps within the bounds its fields declare; a run that does not is a failed run, never an answer.

Looking is generated from the records and compiled, so that a run can be looked at every quarter; who broke what is
found by numpy afterwards, when speed no longer matters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from agents.machinery.rule import COMPILED, compiled_function
from agents.machinery.state import values_of
from agents.machinery.walk import pipeline_of
from sim.engine.compiler import CompiledUnit, Program, What, digest_of, ensure_compiled, layout_types
from sim.engine.state import RECORDS, open_rows, pattern_state

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from agents.machinery.record import Field, Record
    from agents.machinery.state import State

_LOOKED_AT = tuple(record for record in RECORDS.values() if record.name != "deals")
"""Every record but the log, whose rows are written once and count their fields from those of others."""


class BrokenRunError(RuntimeError):
    """A run broke a law it must keep; the message says which field, in which week, of whom."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A number outside its bounds."""

    record: str  # name of the record
    field: Field  # which of its fields
    row: int  # whose
    value: float  # what it is

    def __str__(self) -> str:
        """Say it in one sentence."""
        low, high = (f"{end:,.6g}" if end is not None else "any" for end in (self.field.low, self.field.high))
        return f"{self.field.name} of {self.record} {self.row} is {self.value:,.6g}; it must lie in {low} to {high}"


def breaches(state: State, records: Iterable[Record] = _LOOKED_AT) -> Iterator[Breach]:
    """Give the first row of each field that is not finite or not within its bounds."""
    for record in records:
        rows = open_rows(state) if record.name == "opportunities" else slice(None)
        for field in record:
            values = values_of(state, record, field.name)[rows]
            low = -np.inf if field.low is None else field.low
            high = np.inf if field.high is None else field.high
            bad = ~(np.isfinite(values) & (values >= low) & (values <= high))
            if bad.any():
                row = int(np.argmax(bad))
                yield Breach(record.name, field, row, float(values[row]))


def bounds_source() -> str:
    """Return the source of `keeps_bounds(s)`, which says whether every number of a state lies within its bounds."""
    lines = ["def keeps_bounds(s):"]
    for record in _LOOKED_AT:
        if record.name == "opportunities":
            lines += ["    for seat in range(len(s.reps)):", "        for i in pipeline_of(s, seat):"]
            lines += ["    " + line for line in _row_source(record)]
        else:
            lines += [f"    for i in range(len(s.{record.name})):", *_row_source(record)]
    return "\n".join([*lines, "    return True", ""])


def _row_source(record: Record) -> list[str]:
    """The lines that look at one row: one condition, joined by & and not by "and", is compiled into few jumps."""
    columns = [_condition(field, f"s.{field.name}[i]") for field in record.columns if field.kind == "f8"]
    fields = [_condition(field, f"row.{field.name}") for field in record.fields if field.kind == "f8"]
    conditions = " & ".join([*columns, *fields])
    if not conditions:
        return ["        pass"]
    return [f"        row = s.{record.name}[i]", f"        if not ({conditions}):", "            return False"]


def _condition(field: Field, value: str) -> str:
    low = "-1.7976931348623157e308" if field.low is None else repr(float(field.low))
    high = "1.7976931348623157e308" if field.high is None else repr(float(field.high))
    return f"({value} >= {low}) & ({value} <= {high})"


@cache
def _dispatcher() -> Any:
    names: dict[str, Any] = {"__name__": __name__, "pipeline_of": pipeline_of}
    exec(compile(bounds_source(), "keeps_bounds.py", "exec"), names)  # noqa: S102 - made from the records alone
    return compiled_function(names["keeps_bounds"])


class _BoundsProgram(Program):
    """Looking at a state, compiled and kept as rules are."""

    def __reduce__(self) -> str:
        """Pickle it by its name."""
        return "BOUNDS"

    def units(self, state: State, what: What) -> list[CompiledUnit]:
        """The one function there is."""
        return [CompiledUnit("keeps_bounds", _dispatcher(), layout_types(state)[:1])] if what == "kernel" else []

    def digest(self, state: State) -> str:
        """Hash of the layout and of the bounds. [20 hexadecimal digits]."""
        return digest_of(state, bounds_source(), ())


BOUNDS = _BoundsProgram((), {})


@cache
def _entry() -> Callable[[State], bool]:
    ensure_compiled(pattern_state(), program=BOUNDS)
    (unit,) = BOUNDS.units(pattern_state(), "kernel")
    return cast("Callable[[State], bool]", unit.entry)


def keeps_bounds(state: State) -> bool:
    """Whether every number of a state is finite and within the bounds it declares."""
    if not COMPILED:
        return next(breaches(state), None) is None
    # What is assumed is not looked at, and a study of the wheel has more of it than the model.
    return _entry()(state._replace(p=pattern_state().p))
