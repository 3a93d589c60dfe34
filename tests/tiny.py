"""A tiny organization for tests of single rules, and rules as plain Python whether or not the compiler is on."""

from __future__ import annotations

import types
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from agents import schedule
from agents.buyer.record import BUYERS
from agents.machinery import chance
from agents.machinery.codes import PURSUIT, STATUS
from agents.machinery.rule import RULES
from agents.machinery.state import values_of
from agents.machinery.walk import pipeline_of
from sim.engine.state import initial_state
from sim.scenario.parameters import all_parameters, params_dtype
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from agents.machinery.state import State

SHAPE = {
    "structure.n_reps": 2,
    "structure.span_of_control": 2,
    "structure.growth_room": 0,
    "structure.product_specialists": 0,
    "market.accounts_per_rep": 2,
    "market.n_lines": 2,
    "buyers.neighbours": 2,
}
"""Reps 0 and 1 under manager 0, who leads; accounts 0 and 1 belong to rep 0, 2 and 3 to rep 1; two lines."""

_MASK = (1 << 64) - 1


def tiny(*, shape: dict[str, Any] | None = None, log_deals: int = 8, **parameters: float) -> State:
    """Lay out a tiny organization in which every parameter and mechanism that is not given is 0.

    What a test does not name therefore plays no part in its arithmetic, and tuning a default breaks no test.

    Args:
        shape: Parameters, by dotted name, that decide how many of each there are; `SHAPE` otherwise.
        log_deals: Rows of the deal log.
        parameters: Numbers of the scenario's record by field name, such as `market_cycle_weeks`.
    """
    scenario = Scenario.from_text("").override({**SHAPE, **(shape or {})})
    state = initial_state(scenario, 1, weeks=4, log_deals=log_deals)
    p = np.zeros(1, dtype=params_dtype())
    put(p[0], **parameters)
    for item in all_parameters():
        if item.array != "p":
            getattr(state, item.array)[item.field_name] = 0.0
    put(state.clock[0], week=1, week_of_quarter=1, measuring=1)
    state.need_weeks[:], state.reps["most_needs"] = (1 << 13) - 1, 1e9
    state.opportunities[:] = 0
    state.opportunities["slot"] = np.arange(len(state.slots))
    state.opportunities["account"] = state.opportunities["slot"] // len(state.lines)
    state.opportunities["hardness"] = state.opportunities["slowness"] = 1.0
    return state._replace(p=p)


def put(row: Any, **fields: float) -> None:
    """Set fields of one row; AttributeError for a field there is not."""
    for name, value in fields.items():
        setattr(row, name, value)


def account(state: State, b: int, **fields: float) -> None:
    """Set fields of one account, in its row or its columns; ValueError for a field there is not."""
    for name, value in fields.items():
        values_of(state, BUYERS, name)[b] = value


def employ(state: State, kind: int, count: int = 1) -> None:
    """Employ this many specialists of a kind."""
    state.kinds[kind].count = count
    state.org[0].kinds_employed |= (count > 0) << kind


def run(name: str, state: State, row: int = 0) -> None:
    """Run one rule of the schedule on one row, as plain Python."""
    if not any(name in phase.rules for phase in schedule.PHASES):
        raise KeyError(name)
    plain(RULES[name].function)(state, row)


def chain(state: State, seat: int, n: int) -> None:
    """Give a seat a pipeline of n opportunities, pursued and open: the first slots of its territory, in order."""
    state.reps[seat].n_open = n
    for row in plain(pipeline_of)(state, seat):
        put(state.opportunities[row], status=STATUS.OPEN, pursuit=PURSUIT.PURSUED)
        state.slots[row].is_open = 1


@cache
def plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function as plain Python, with everything it calls as plain Python too.

    With the compiler on, a rule's helpers are compiled functions; this gives the twin that never compiles. Words of 64
    bits become Python's integers, as they are with the compiler off.
    """
    function = getattr(function, "py_func", function)
    if function.__module__ == chance.__name__ and function.__name__ in _WORDS:
        return _WORDS[function.__name__]
    names: dict[str, Any] = {"__builtins__": __builtins__, "__name__": function.__module__}
    for name in _globals_of(function.__code__):
        if name in function.__globals__:
            names[name] = _plain_value(function.__globals__[name])
    return types.FunctionType(function.__code__, names, function.__name__, function.__defaults__, function.__closure__)


_WORDS: dict[str, Callable[..., Any]] = {
    "_word": lambda number: int(number) & _MASK,
    "_wrap": lambda number: number & _MASK,
}


def _globals_of(code: types.CodeType) -> set[str]:
    inner = [_globals_of(one) for one in code.co_consts if isinstance(one, types.CodeType)]
    return set(code.co_names).union(*inner)


def _plain_value(value: Any) -> Any:
    if isinstance(value, np.uint64):
        return int(value)
    if hasattr(value, "py_func") or (isinstance(value, types.FunctionType) and value.__module__.startswith("agents")):
        return plain(value)
    return value


def uniform(decision: int, agent: int, week: int, seed: int = 1) -> float:
    """What chance says, so that a test can put a probability just above or just below it."""
    number: float = plain(chance.uniform)(seed, decision, agent, week)
    return number


def normal(decision: int, agent: int, week: int, seed: int = 1) -> float:
    """The standard normal number of a draw, so that a test can work out what is made of it."""
    number: float = plain(chance.normal_at)(uniform(decision, agent, week, seed))
    return number
