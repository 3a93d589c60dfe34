"""Programs are read also where several threads read at once, of which one Python loses count."""

import ast
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sim.engine import syntax
from sim.engine.digest import code_only


def test_a_count_that_was_lost_is_begun_again(monkeypatch):
    tried, read = [], ast.parse

    def parse(source: str) -> ast.Module:
        tried.append(source)
        if len(tried) < 3:
            raise SystemError("AST constructor recursion depth mismatch (before=54, after=226)")
        return read(source)

    monkeypatch.setattr(ast, "parse", parse)
    assert ast.unparse(syntax.parsed("a  =  1")) == "a = 1"
    assert len(tried) == 3


def test_what_never_can_be_read_is_told(monkeypatch):
    with pytest.raises(SyntaxError):
        syntax.parsed("a = =")
    monkeypatch.setattr(ast, "parse", lambda _: (_ for _ in ()).throw(SystemError("no")))
    with pytest.raises(SystemError, match="no"):
        syntax.parsed("a = 1")


def test_threads_that_read_at_once_read_the_same():
    source = Path(syntax.__file__).read_text(encoding="utf-8")
    with ThreadPoolExecutor(4) as pool:
        assert len({*pool.map(code_only, [source] * 16)}) == 1
