"""Programs are read also where several threads read at once, of which one Python loses count."""

import ast
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from unittest.mock import Mock

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

    monkeypatch.setattr(syntax, "ast", SimpleNamespace(parse=parse))
    assert ast.unparse(syntax.parsed("a  =  1")) == "a = 1"
    assert len(tried) == 3


def test_what_never_can_be_read_is_told(monkeypatch):
    with pytest.raises(SyntaxError):
        syntax.parsed("a = =")
    monkeypatch.setattr(syntax, "ast", SimpleNamespace(parse=Mock(side_effect=SystemError("no"))))
    with pytest.raises(SystemError, match="no"):
        syntax.parsed("a = 1")


def test_of_threads_that_read_one_reads_at_a_time(monkeypatch):
    reading, most, read = [], [], ast.parse

    def parse(source: str) -> ast.Module:
        reading.append(source)
        most.append(len(reading))
        time.sleep(0.01)
        reading.pop()
        return read(source)

    monkeypatch.setattr(syntax, "ast", SimpleNamespace(parse=parse))
    with ThreadPoolExecutor(4) as pool:
        assert {*pool.map(code_only, ["a  =  1"] * 8)} == {"a = 1"}
    assert most == [1] * 8
