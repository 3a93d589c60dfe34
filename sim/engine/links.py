"""Links of the flywheels as numbers one can turn: a factor on a field wherever another quantity is made of it.

A link is a field of the state. Its factor stands in the scenario's record, is 1 in an undisturbed run, and multiplies
the field wherever a rule reads it to make something else: 0.5 is a link carried out by half, 1.05 an impulse on it, and
a factor that takes back what the field has gained over its twin cuts it. No rule mentions this: the rules are compiled
a second time from the same source, with the factors written into their reads. With every factor at 1 both give the same
bytes.

A read is left alone where it is the field's own memory (`opp.access = toward(opp.access, ...)`, also through names
used for nothing else, and through fields that go along with it) and where it is only measured or logged.
"""

from __future__ import annotations

import ast
import copy
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.record import COLUMNS
from agents.machinery.rule import HELPERS, RULES, Rule, compiled_function
from agents.machinery.state import State
from agents.rep.record import REPS
from agents.schedule import PHASES
from sim.engine.compiler import Program, compile_with_progress, kernel_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FunctionType

MEASURED = frozenset({"weekly", "deals"})
"""Arrays that are only looked at."""

NOTED = frozenset(("reps", field.name) for field in REPS if field.name.endswith("_of_open"))
"""Sums over a rep's pipeline that are only looked at."""

Link = tuple[str, str]
"""Array and field."""


def number_of(link: Link) -> str:
    """Name of a link's factor in the scenario's record."""
    return f"link_{link[0]}_{link[1]}"


@dataclass(frozen=True)
class LinkedProgram(Program):
    """The model's schedule with factors on some links."""

    groups: tuple[frozenset[Link], ...] = ()  # the links that get one, in groups that go along with each other

    @property
    def links(self) -> tuple[Link, ...]:
        """The links, in order."""
        return tuple(sorted(frozenset().union(*self.groups)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what it is made of."""
        return linked_program, (self.groups,)

    def digest(self, state: State) -> str:
        """Hash of everything the machine code depends on, the way the factors are put in too."""
        own = Path(__file__).read_bytes() + repr([sorted(group) for group in self.groups]).encode()
        return hashlib.sha256(super().digest(state).encode() + own).hexdigest()[:20]


@cache
def linked_program(groups: tuple[frozenset[Link], ...]) -> LinkedProgram:
    """Write factors into the rules, for groups of links that go along: what one adds to another is memory."""
    writer = _Writer(groups)
    measuring = {name for phase in PHASES if phase.name == "measure" for name in phase.rules}
    measuring |= {name for name, rule in RULES.items() if rule.any_order}
    rules = {name: rule if name in measuring else writer.rule(rule) for name, rule in RULES.items()}
    return LinkedProgram(PHASES, rules, groups)


def attach(state: State, links: Iterable[Link]) -> State:
    """Give a state the factors of some links, all 1; it shares everything else with the one given."""
    names = [number_of(link) for link in links]
    layout = [(name, "f8") for name in (*(state.p.dtype.names or ()), *names)]
    p = np.ones(1, dtype=np.dtype((np.record, layout)))
    for name in state.p.dtype.names or ():
        p[name] = state.p[name]
    return state._replace(p=p)


def linked_drive(state: State, program: LinkedProgram) -> Callable[[State, int], None]:
    """Compile what moves states with factors on, once, with a bar that says so; nothing if it is cached."""
    compile_with_progress(state, program=program)
    return kernel_entry(state, program=program)


class _Writer:
    """Writes factors into functions and everything they call; a function without a linked read stays what it is."""

    def __init__(self, groups: tuple[frozenset[Link], ...]) -> None:
        self.links = frozenset().union(*groups)
        self.groups = groups
        self._done: dict[Callable[..., Any], Callable[..., Any]] = {}

    def rule(self, rule: Rule) -> Rule:
        """Return the rule with factors, under its own name."""
        dispatcher = self._linked(rule.dispatcher)
        function = rule.function if dispatcher is rule.dispatcher else getattr(dispatcher, "py_func", dispatcher)
        return Rule(rule.name, rule.agent, function, dispatcher, rule.each, rule.any_order)

    def _linked(self, dispatcher: Callable[..., Any]) -> Callable[..., Any]:
        if dispatcher not in self._done:
            self._done[dispatcher] = dispatcher  # for one that calls itself
            self._done[dispatcher] = self._rewritten(dispatcher)
        return self._done[dispatcher]

    def _rewritten(self, dispatcher: Callable[..., Any]) -> Callable[..., Any]:
        function = _plain(dispatcher)
        if not _takes_state(function):
            return dispatcher
        used = {name: function.__globals__.get(name) for name in function.__code__.co_names}
        called: dict[str, Any] = {name: callee for name, callee in used.items() if _is_ours(callee)}
        others = {name: self._linked(callee) for name, callee in called.items()}
        tree = _tree_of(function)
        count = _put_factors(tree, self.links, self.groups)
        if not count and all(others[name] is callee for name, callee in called.items()):
            return dispatcher
        module = ast.fix_missing_locations(ast.Module([tree], type_ignores=[]))
        names: dict[str, Any] = {**function.__globals__, **others}
        exec(compile(module, function.__code__.co_filename, "exec"), names)  # noqa: S102 - a rule's own source
        linked: Callable[..., Any] = compiled_function(names[function.__name__])
        return linked


def _plain(dispatcher: Any) -> FunctionType:
    function: FunctionType = getattr(dispatcher, "py_func", dispatcher)
    return function


def _is_ours(thing: object) -> bool:
    return callable(thing) and thing in _known()


@cache
def _known() -> frozenset[Any]:
    return frozenset({*HELPERS.values(), *(rule.dispatcher for rule in RULES.values())})


def _takes_state(function: FunctionType) -> bool:
    """Whether the first parameter is the state; what takes plain numbers reads no field."""
    names = function.__code__.co_varnames[: function.__code__.co_argcount]
    return bool(names) and function.__annotations__.get(names[0]) in (State, "State")


def _tree_of(function: FunctionType) -> ast.FunctionDef:
    """The function's source as a tree of one's own, with the lines it has in its file and without decorators."""
    tree = copy.deepcopy(_functions_in(function.__code__.co_filename)[function.__name__])
    tree.decorator_list = []
    _Unroller(function.__globals__).visit(tree)
    return tree


class _Unroller(ast.NodeTransformer):
    """Writes out loops over names of fields, so that `rep[use]` is `rep.hours_admin` and so on."""

    def __init__(self, names: dict[str, Any]) -> None:
        self.names = names
        self.fields: dict[str, str] = {}

    def visit_For(self, node: ast.For) -> list[ast.stmt] | ast.For:
        """Repeat the body of a loop over `literal_unroll(NAMES)` for each name."""
        run = node.iter
        if not (isinstance(run, ast.Call) and isinstance(run.func, ast.Name) and run.func.id == "literal_unroll"):
            self.generic_visit(node)
            return node
        loop, names = node.target, run.args[0]
        if not (isinstance(loop, ast.Name) and isinstance(names, ast.Name)):
            raise TypeError(f"a loop over {ast.unparse(run)} has a name, and runs over a named tuple of fields")
        statements: list[ast.stmt] = []
        for field in self.names[names.id]:
            self.fields[loop.id] = field
            statements += [self.visit(copy.deepcopy(statement)) for statement in node.body]
        del self.fields[loop.id]
        return statements

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Turn a field by name into an attribute."""
        self.generic_visit(node)
        if isinstance(node.slice, ast.Name) and node.slice.id in self.fields:
            return ast.copy_location(ast.Attribute(node.value, self.fields[node.slice.id], node.ctx), node)
        return node


@cache
def _functions_in(file: str) -> dict[str, ast.FunctionDef]:
    """Functions of a file, by name."""
    body = ast.parse(Path(file).read_text(encoding="utf-8")).body
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


def linked_reads(function: Callable[..., Any], groups: tuple[frozenset[Link], ...]) -> int:
    """Count the reads of a function, those in its helpers not included, that would get a factor."""
    plain = _plain(function)
    return _put_factors(_tree_of(plain), frozenset().union(*groups), groups) if _takes_state(plain) else 0


def _put_factors(tree: ast.FunctionDef, links: frozenset[Link], groups: tuple[frozenset[Link], ...]) -> int:
    """Multiply the linked reads of a function by their factors, in place; return how many there were."""
    putter = _Putter(tree, links, groups)
    putter.visit(tree)
    return putter.count


class _Putter(ast.NodeTransformer):
    """Puts factors into one function whose first parameter is the state."""

    def __init__(self, tree: ast.FunctionDef, links: frozenset[Link], groups: tuple[frozenset[Link], ...]) -> None:
        self.state = tree.args.args[0].arg
        self.links, self.groups, self.count = links, groups, 0
        self.rows: dict[str, str] = {}
        self.columns: dict[str, Link] = {}
        self.sinks: dict[ast.AST, ast.stmt] = {}
        self.uses: dict[str, list[ast.stmt]] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self._bind(node.targets[0].id, node.value)
            elif isinstance(node, ast.For) and isinstance(node.target, ast.Name):
                self._bind(node.target.id, node.iter)
        self._walk(tree.body)

    def _bind(self, name: str, value: ast.expr) -> None:
        array = self.array_of(value)
        if array:
            self.rows[name] = array
        elif isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
            column = self.column_of(value)
            self.columns |= {name: column} if column else {}

    def array_of(self, node: ast.expr) -> str:
        """The array whose row an expression is, "" for anything else."""
        if isinstance(node, ast.Name):
            return self.rows.get(node.id, "")
        if not (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute)):
            return ""
        owner = node.value.value
        found = isinstance(owner, ast.Name) and owner.id == self.state and node.value.attr not in COLUMNS
        return node.value.attr if found else ""

    def column_of(self, node: ast.expr) -> Link | None:
        """The field a subscript reads or writes where that is a column, None for anything else."""
        if not isinstance(node, ast.Subscript):
            return None
        if isinstance(node.value, ast.Name):
            return self.columns.get(node.value.id)
        if not (isinstance(node.value, ast.Attribute) and isinstance(node.value.value, ast.Name)):
            return None
        name = node.value.attr
        return (COLUMNS[name], name) if node.value.value.id == self.state and name in COLUMNS else None

    def _walk(self, body: Iterable[ast.stmt]) -> None:
        """Note the statement every read and every use of a name stands in."""
        for statement in body:
            inner: list[ast.stmt] = []
            parts: list[ast.AST] = [statement]
            while parts:
                part = parts.pop()
                self.sinks[part] = statement
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                    self.uses.setdefault(part.id, []).append(statement)
                for child in ast.iter_child_nodes(part):
                    (inner if isinstance(child, ast.stmt) else parts).append(child)  # type: ignore[arg-type]
            self._walk(inner)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Multiply a linked read."""
        self.generic_visit(node)
        return self._multiplied(node, (self.array_of(node.value), node.attr))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """Multiply a linked read of a column; a slice of it is no read yet."""
        self.generic_visit(node)
        link = None if isinstance(node.slice, ast.Slice) else self.column_of(node)
        return self._multiplied(node, link) if link else node

    def _multiplied(self, node: ast.Attribute | ast.Subscript, link: Link) -> ast.AST:
        if link not in self.links or not isinstance(node.ctx, ast.Load):
            return node
        if self._is_own(link, self.sinks[node], frozenset()):
            return node
        self.count += 1
        factor = ast.parse(f"{self.state}.p[0].{number_of(link)}", mode="eval").body
        return ast.copy_location(ast.BinOp(node, ast.Mult(), factor), node)

    def _is_own(self, link: Link, sink: ast.stmt, passed: frozenset[str]) -> bool:
        """Whether what a statement makes of the link is only the link itself, or only measured."""
        if not isinstance(sink, ast.Assign | ast.AugAssign):
            return False
        target = sink.targets[0] if isinstance(sink, ast.Assign) else sink.target
        written = self.column_of(target)
        if isinstance(target, ast.Attribute):
            written = self.array_of(target.value), target.attr
        if written:
            measured = written[0] in MEASURED or written in NOTED
            return measured or any(link in group and written in group for group in self.groups)
        if not isinstance(target, ast.Name) or target.id in self.rows:
            return False
        if target.id in passed:
            return True
        uses = self.uses.get(target.id, [])
        return bool(uses) and all(self._is_own(link, use, passed | {target.id}) for use in uses)
