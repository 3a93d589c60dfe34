"""The compiled drive: one loop over weeks, phases, rows and rules, generated from the schedule.

The source is made, not written, so that the schedule is stated once. It is the same text with the compiler off.
"""

import hashlib
import linecache
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from agents.machinery.clock import advance_clock
from agents.machinery.rule import COMPILED, RULES, Rule, compiled_function, uncompiled
from agents.machinery.state import State
from agents.machinery.walk import pipeline_of, territory_of

ARRAYS = {"buyer": "buyers", "rep": "reps", "specialist": "specialists", "manager": "managers", "organization": "org"}
"""The array in the state that holds the rows of each kind of agent."""

WALKS: dict[str, Any] = {"territory_of": territory_of, "pipeline_of": pipeline_of}
"""What gives the rows of a seat."""

_DUE = {"week": None, "start": "clock.first_week", "quarter": "clock.quarter_end", "year": "clock.year_end"}


class ScheduledPhase(Protocol):
    """A phase of the week: rules that run one after another on each row of one kind of agent.

    Attributes:
        name: Unique.
        title: What happens, in words.
        agent: Kind of agent, a key of `ARRAYS`.
        rules: Names of rules of that kind, in order.
        when: "week", "start" for the first week of all, "quarter" or "year" for the last week of each.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102
    @property
    def agent(self) -> str: ...  # noqa: D102
    @property
    def rules(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def when(self) -> str: ...  # noqa: D102


def kernel_source(phases: Sequence[ScheduledPhase], registry: Mapping[str, Rule], *, backwards: bool = False) -> str:
    """Return the source of `run_weeks(s, n_weeks)`; backwards, to test that the order of agents does not matter.

    Buyers are visited seat by seat, so that what they add to a seat's sums is the same whichever seat comes first.
    """
    lines = ["def run_weeks(s, n_weeks):", "    for _ in range(n_weeks):", "        advance_clock(s)"]
    lines.append("        clock = s.clock[0]")
    for phase in phases:
        lines.extend("        " + line for line in phase_source(phase, registry, backwards=backwards))
    return "\n".join(lines) + "\n"


def phase_source(
    phase: ScheduledPhase, registry: Mapping[str, Rule] = RULES, *, backwards: bool = False
) -> Iterator[str]:
    """Give the lines of one phase, which name `s` and `clock`, and may run the rules whenever they are due."""
    due, (array, walk) = _DUE[phase.when], visits_of(phase, registry)
    indent = ""
    if due:
        yield f"if {due} != 0:"
        indent = "    "
    row = "seat" if walk else "i"
    rows = f"range(len(s.{array}) - 1, -1, -1)" if backwards else f"range(len(s.{array}))"
    yield f"{indent}for {row} in {rows}:  # {phase.name}"
    if walk:
        indent += "    "
        yield f"{indent}for i in {walk}(s, seat):"
    for name in phase.rules:
        yield f"{indent}    {name}(s, i)"


def visits_of(phase: ScheduledPhase, registry: Mapping[str, Rule] = RULES) -> tuple[str, str]:
    """Name the array whose rows a phase goes through, and the walk from there to the rows its rules take, or ""."""
    each = registry[phase.rules[0]].each
    if each == "opportunity":
        return "reps", "pipeline_of"
    if each == "territory":
        return "reps", ""
    return ("reps", "territory_of") if phase.agent == "buyer" else (ARRAYS[phase.agent], "")


def rows_of(state: State, phase: ScheduledPhase, *, backwards: bool = False) -> list[int]:
    """Give the rows that the rules of a phase are called with, in the order of the compiled drive."""
    array, walk = visits_of(phase)
    rows = list(range(len(getattr(state, array))))
    if backwards:
        rows.reverse()
    return [row for seat in rows for row in uncompiled(WALKS[walk])(state, seat)] if walk else rows


def kernel(phases: Sequence[ScheduledPhase], registry: Mapping[str, Rule] = RULES, *, backwards: bool = False) -> Any:
    """Return `run_weeks(s, n_weeks)`, not compiled yet: a numba dispatcher, or a function with the compiler off.

    ValueError as `check_schedule`.
    """
    check_schedule(phases, registry)
    rules = tuple((name, registry[name].dispatcher) for name in rules_of(phases))
    return _build(kernel_source(phases, registry, backwards=backwards), rules)


@cache
def _build(source: str, rules: tuple[tuple[str, Callable[..., Any]], ...]) -> Any:
    name = f"run_weeks_{hashlib.sha256(source.encode()).hexdigest()[:8]}"
    file = f"{name}.py"
    # In linecache, a traceback and a debugger find lines that no file holds.
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    names: dict[str, Any] = {"__name__": __name__, "advance_clock": advance_clock, **WALKS, **dict(rules)}
    exec(compile(source, file, "exec"), names)  # noqa: S102 - our own text, from names checked against the registry
    function = names["run_weeks"]
    # Numba names its symbols after the function, and two kernels in one process must not share any.
    function.__name__ = function.__qualname__ = name
    return arrays_apart(compiled_function(function))


def arrays_apart(dispatcher: Any) -> Any:
    """Promise the compiler that no two arrays of the state share memory.

    Without it every number written to an account could have changed the scenario, the calendar or the reps, and what is
    the same for a whole phase would be read and worked out anew for every row. Numba has no public option for it.
    """
    if COMPILED:
        dispatcher._compiler._customize_flags = _no_alias  # noqa: SLF001 - see above
    return dispatcher


def _no_alias(flags: Any) -> Any:
    flags.noalias = True
    return flags


def rules_of(phases: Sequence[ScheduledPhase]) -> list[str]:
    """Names of the rules in the schedule, each once, in order."""
    return list(dict.fromkeys(name for phase in phases for name in phase.rules))


def check_schedule(phases: Sequence[ScheduledPhase], registry: Mapping[str, Rule] = RULES) -> None:
    """Raise ValueError for an unknown kind of agent, time or rule, or a rule of another kind."""
    for phase in phases:
        if phase.agent not in ARRAYS or phase.when not in _DUE:
            raise ValueError(f"the phase {phase.name} has an unknown agent or time: {phase.agent}, {phase.when}")
        for name in phase.rules:
            if name not in registry or registry[name].agent != phase.agent:
                raise ValueError(f"the phase {phase.name} runs {name}, which is no rule of a {phase.agent}")
        if len({registry[name].each for name in phase.rules}) > 1:
            raise ValueError(f"the rules of the phase {phase.name} are not all about the same")
