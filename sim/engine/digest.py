"""The model's digest: a hash that changes when a run's numbers may, and not when a comment does."""

from __future__ import annotations

import ast
import hashlib
import inspect
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from agents.machinery import chance, clock, codes
from agents.machinery.rule import HELPERS, RULES
from agents.schedule import PHASES
from sim.engine.state import RECORDS
from sim.engine.syntax import parsed
from sim.scenario.parameters import all_parameters
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHOWN = 12  # hexadecimal digits


def model_digest(scenarios: Iterable[str]) -> str:
    """Hash the rules, the schedule, the records and all numbers of shipped scenarios, by name. [12 hexadecimal digits].

    Docstrings, comments and layout do not count.
    """
    content = hashlib.sha256()
    content.update(_rules().encode())
    for name in scenarios:
        chosen = Scenario.load(name)
        content.update(repr([(item.dotted, item.number(chosen[item.dotted])) for item in all_parameters()]).encode())
    return content.hexdigest()[:_SHOWN]


@cache
def _rules() -> str:
    """Programs and declarations, parsed once: they do not change while the program runs."""
    return "".join((*_programs(), *_declarations()))


def _programs() -> Iterator[str]:
    """Every module that holds a rule or a helper, and chance, clock and codes, without docstrings and comments.

    How records are written down is left out: what they declare is hashed by itself.
    """
    names = {name.rpartition(".")[0] for name in HELPERS} | {rule.function.__module__ for rule in RULES.values()}
    ours = {name for name in names if name.startswith("agents.")}  # a researcher may have registered more
    for name in sorted(ours | {chance.__name__, clock.__name__, codes.__name__}):
        tree = parsed(inspect.getsource(import_module(name)))
        tree.body = [part for part in tree.body if not _declares_record(part)]
        yield code_only(ast.unparse(tree))


def _declares_record(part: ast.stmt) -> bool:
    """Whether a statement declares a record."""
    call = part.value if isinstance(part, ast.Assign) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Record"


def _declarations() -> Iterator[str]:
    for phase in PHASES:
        yield repr((phase.name, phase.agent, phase.rules, phase.when))
    for record in RECORDS.values():
        yield repr([(record.name, field.name, field.kind, field.start) for field in record])


def program(source: str) -> str:
    """Give a test's program, bare and without the functions that only draw, whose names begin with `_figure`."""
    tree = parsed(source)
    drawn = [part for part in tree.body if isinstance(part, ast.FunctionDef) and part.name.startswith("_figure")]
    tree.body = [part for part in tree.body if part not in drawn]
    return code_only(ast.unparse(tree))


def code_only(source: str) -> str:
    """Give a program without docstrings, comments, layout, and imports: from where a name comes changes no number."""
    tree = parsed(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            node.body = [part for part in node.body if not _says_nothing(part)] or [ast.Pass()]
    return ast.unparse(tree)


def _says_nothing(part: ast.stmt) -> bool:
    """Whether a statement is a text or an import."""
    is_text = isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
    return is_text or isinstance(part, ast.Import | ast.ImportFrom)
