"""What a rule reads, writes and leaves to chance, derived from its source so that no list of it can go stale.

Understood are `s.reps[i].field`, aliases (`rep = s.reps[i]`, `reps = s.reps`, `for rep in s.reps[a:b]`), fields by name
(`for use in literal_unroll(USES): rep[use]`), columns (`s.intimacy[b]`, also through slices) and what is passed on to
other functions, followed through. A value of an array that has no fields is the field "*".
"""

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, cast

from agents.machinery.record import COLUMNS


@dataclass(slots=True)
class Effects:
    """What a function touches.

    Attributes:
        reads: Pairs of array and field.
        writes: Pairs of array and field.
        decisions: Names of the decisions it draws for.
    """

    reads: set[tuple[str, str]] = field(default_factory=set)
    writes: set[tuple[str, str]] = field(default_factory=set)
    decisions: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _View:
    """What a name stands for: the state, whole arrays of it, or rows of these arrays."""

    kind: Literal["state", "array", "row"]
    arrays: frozenset[str] = frozenset()


@cache
def effects_of(function: Callable[..., Any]) -> Effects:
    """Return what a function reads, writes and draws, helpers included; its first parameter is the state."""
    found = Effects()
    _Reader(function, {next(iter(inspect.signature(function).parameters)): _View("state")}, found, set()).run()
    return found


@cache
def _body(function: Callable[..., Any]) -> Sequence[ast.stmt]:
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    return tree.body if isinstance(tree, ast.FunctionDef) else []


class _Reader(ast.NodeVisitor):
    """Reads one function, knowing what some of its parameters stand for."""

    def __init__(self, function: Callable[..., Any], views: dict[str, _View], found: Effects, seen: set[Any]) -> None:
        self.function, self.views, self.found, self.seen = function, views, found, seen
        self.names: dict[str, frozenset[str]] = {}

    def run(self) -> None:
        call = (self.function, frozenset(self.views.items()))
        if call not in self.seen:
            self.seen.add(call)
            for statement in _body(self.function):
                self.visit(statement)

    def view(self, node: ast.AST) -> _View | None:
        """What an expression stands for; None for a plain number."""
        if isinstance(node, ast.Name):
            return self.views.get(node.id)
        if isinstance(node, ast.IfExp):
            one, other = self.view(node.body), self.view(node.orelse)
            return _View(one.kind, one.arrays | other.arrays) if one and other else one or other
        base = self.view(node.value) if isinstance(node, ast.Attribute | ast.Subscript) else None
        if base and base.kind == "state" and isinstance(node, ast.Attribute):
            return _View("array", frozenset({node.attr}))
        if base and base.kind == "array" and isinstance(node, ast.Subscript):
            return base if isinstance(node.slice, ast.Slice) else _View("row", base.arrays)
        return None

    def touch(self, view: _View, name: str, ctx: ast.expr_context) -> None:
        kind = self.found.reads if isinstance(ctx, ast.Load) else self.found.writes
        kind.update((COLUMNS[array], array) if array in COLUMNS else (array, name) for array in view.arrays)

    def inside(self, node: ast.AST) -> None:
        """Visit the indices and conditions in an expression that stands for rows, not the rows themselves."""
        if isinstance(node, ast.Subscript):
            self.visit(node.slice)
        if isinstance(node, ast.Attribute | ast.Subscript):
            self.inside(node.value)
        elif isinstance(node, ast.IfExp):
            self.visit(node.test)
            self.inside(node.body)
            self.inside(node.orelse)

    def assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, other in zip(target.elts, value.elts, strict=True):
                self.assign(one, other)
            return
        view = self.view(value)
        if view and isinstance(target, ast.Name):
            self.bind(target.id, view)
            self.inside(value)
        else:
            self.visit(value)
            self.visit(target)

    def bind(self, name: str, view: _View) -> None:
        known = self.views.get(name, view)
        self.views[name] = _View(view.kind, view.arrays | known.arrays)

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self.assign(target, node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        before = copy.copy(node.target)
        before.ctx = ast.Load()
        for part in (before, node.value, node.target):
            self.visit(part)

    def visit_For(self, node: ast.For) -> None:
        view = self.view(node.iter)
        names = self.unrolled(node.iter)
        if names and isinstance(node.target, ast.Name):
            self.names[node.target.id] = names
        elif view and isinstance(node.target, ast.Name):
            self.bind(node.target.id, _View("row", view.arrays))
            self.inside(node.iter)
        else:
            self.visit(node.iter)
        for statement in (*node.body, *node.orelse):
            self.visit(statement)

    def unrolled(self, node: ast.expr) -> frozenset[str]:
        """Names of fields a loop runs over, `for use in literal_unroll(USES)`; empty for any other loop."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "literal_unroll":
            return frozenset(cast("tuple[str, ...]", self.resolve(node.args[0])))
        return frozenset()

    def visit_Name(self, node: ast.Name) -> None:
        view = self.views.get(node.id)
        if view and view.kind == "row" and isinstance(node.ctx, ast.Load):
            self.touch(view, "*", node.ctx)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        view, base = self.view(node), self.view(node.value)
        if base and base.kind == "row" and isinstance(node.slice, ast.Name):
            for name in self.names[node.slice.id]:
                self.touch(base, name, node.ctx)
            self.inside(node.value)
        elif view:
            self.touch(view, "*", node.ctx)
            self.inside(node)
        else:
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        base = self.view(node.value)
        if base and base.kind == "row":
            self.touch(base, node.attr, node.ctx)
        if base:
            self.inside(node.value)
        else:
            if ast.unparse(node.value).split(".")[-1] == "DECISION":
                self.found.decisions.add(node.attr)
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        callee = self.resolve(node.func)
        function = getattr(callee, "py_func", callee)
        arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not inspect.isfunction(function) or not any(self.view(argument) for argument in arguments):
            self.generic_visit(node)
            return
        names = [*inspect.signature(function).parameters][: len(node.args)]
        names += [keyword.arg or "" for keyword in node.keywords]
        passed = {name: view for name, one in zip(names, arguments, strict=True) if (view := self.view(one))}
        _Reader(function, passed, self.found, self.seen).run()
        for argument in arguments:
            (self.inside if self.view(argument) else self.visit)(argument)

    def resolve(self, node: ast.expr) -> object:
        """The object a called expression names, None if it is no global."""
        if isinstance(node, ast.Attribute):
            return getattr(self.resolve(node.value), node.attr, None)
        if isinstance(node, ast.Name):
            closed = inspect.getclosurevars(self.function)
            return closed.globals.get(node.id, closed.nonlocals.get(node.id))
        return None
