"""A rule: one small function of the state and a row, compiled by numba, registered by name.

`@rule` and `@helper` return numba's dispatcher, so that rules and helpers call each other inside compiled code. Nothing
is compiled here: `sim.engine.compiler` does it in one place, from the cache on disk if it can.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numba

from agents.machinery.effects import effects_of

Function = TypeVar("Function", bound=Callable[..., Any])
"""What a decorator takes it gives back, to a type checker: the dispatcher is called like the function."""

_SETTINGS: Any = numba.config

COMPILED: bool = not _SETTINGS.DISABLE_JIT
"""Whether rules are compiled; NUMBA_DISABLE_JIT=1 runs them as plain Python."""


@dataclass(slots=True)
class Rule:
    """A registered rule.

    Attributes:
        name: Unique over all kinds of agents.
        agent: The kind of agent whose rule it is, such as "rep"; it is called with the agent's row.
        each: What it is called with instead of the agent's row: the row of an open opportunity of the agent's for
            "opportunity", the row of a seat for "territory", which concerns all its buyers at once.
        any_order: Whether its sums may be added in any order, see `compiled_function`.
        function: The plain Python function.
        dispatcher: What compiled code calls.
        compiled: The compiled function itself, set by `sim.engine.compiler`; called with exactly the state's types it
            was compiled for, it skips what makes a dispatcher slow (0.3 against 20 microseconds).
    """

    name: str
    agent: str
    function: Callable[..., Any]
    dispatcher: Callable[..., Any]
    each: str = ""
    any_order: bool = False
    compiled: Callable[..., Any] | None = field(default=None, repr=False)

    @property
    def doc(self) -> str:
        """The rule's docstring."""
        return inspect.getdoc(self.function) or ""

    @property
    def place(self) -> str:
        """File and line where it stands, such as "agents/rep/hours.py:13"."""
        path = f"{self.function.__module__.replace('.', '/')}.py"
        return f"{path}:{self.function.__code__.co_firstlineno}"

    @property
    def entry(self) -> Callable[..., Any]:
        """What to call from Python with (state, row).

        Raises:
            RuntimeError: The rule has not been compiled yet.
        """
        if not COMPILED:
            return self.function
        if self.compiled is None:
            raise RuntimeError(
                f"the rule {self.name} is not compiled yet; sim.engine.compiler.ensure_compiled(state) does it"
            )
        return self.compiled


RULES: dict[str, Rule] = {}
"""Every rule by name, in the order of definition."""

HELPERS: dict[str, Callable[..., Any]] = {}
"""Every helper by "module.name"."""


def compiled_function(function: Function, *, any_order: bool = False) -> Function:
    """Make a function one that numba compiles when asked to (no check of division, no GIL, no heap).

    Its machine code is copied into the caller: a call hands over the whole state, some 100 words, which was most of
    the cost of short rules that run for every account in every week. In any order, sums may be added in several lanes,
    which the last digits of a sum show, on each kind of processor in its own way.
    """
    njit: Any = numba.njit  # its declared types do not know _nrt
    options = {"error_model": "numpy", "nogil": True, "_nrt": False, "no_cfunc_wrapper": True, "forceinline": True}
    dispatcher: Function = njit(**options, fastmath={"reassoc"} if any_order else False)(function)
    return dispatcher


def rule(
    agent: str, registry: dict[str, Rule] = RULES, *, each: str = "", any_order: bool = False
) -> Callable[[Function], Function]:
    """Register a function of (state, row) as a rule of one kind of agent.

    Args:
        agent: Kind of agent, such as "rep".
        each: See `Rule`.
        any_order: Whether its sums may be added in any order; only for what is measured and decides nothing.
        registry: Where to register it.

    Raises:
        ValueError: Another rule has that name, or the function does not take exactly a state and a row.
    """

    def register(function: Function) -> Function:
        name = function.__name__
        if name in registry:
            raise ValueError(f"two rules are named {name}, one of {registry[name].agent} and one of {agent}")
        if len(inspect.signature(function).parameters) != 2:
            raise ValueError(f"the rule {name} must take a state and a row, nothing else")
        dispatcher = compiled_function(function, any_order=any_order)
        registry[name] = Rule(name, agent, function, dispatcher, each, any_order)
        return dispatcher

    return register


def helper(function: Function) -> Function:
    """Make a function callable from rules: numbers, records or a state in, one number out."""
    dispatcher = compiled_function(function)
    HELPERS[f"{function.__module__}.{function.__qualname__}"] = dispatcher
    return dispatcher


def uncompiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a helper as plain Python; one without branches then takes arrays of numbers too."""
    found: Callable[..., Any] = getattr(function, "py_func", function)
    return found


def reads_of(one: Rule) -> set[tuple[str, str]]:
    """Pairs of array and field the rule reads, in its helpers too."""
    return effects_of(one.function).reads


def writes_of(one: Rule) -> set[tuple[str, str]]:
    """Pairs of array and field the rule writes, in its helpers too."""
    return effects_of(one.function).writes


def decisions_of(one: Rule) -> set[str]:
    """Names of the decisions the rule draws for, in its helpers too."""
    return effects_of(one.function).decisions
