"""Tests and program use the same machine code, so that it is compiled once."""

import inspect

from agents.machinery.rule import HELPERS, RULES


def test_no_test_adds_to_what_the_machine_code_is_named_after(root):
    functions = [one.function for one in RULES.values()] + [getattr(one, "py_func", one) for one in HELPERS.values()]
    files = {inspect.getfile(function) for function in functions}
    assert files
    assert [file for file in files if not file.startswith(str(root / "agents"))] == []
