"""One name for all questions: what it promises is there, and type checkers are told the same."""

import ast
from pathlib import Path

from sim import experiments


def test_every_name_is_found_again_and_again():
    assert len(dir(experiments)) > 20
    for _ in range(2):  # a room of the same name must not take a function's place
        assert all(callable(getattr(experiments, name)) for name in dir(experiments))


def test_type_checkers_are_told_the_same():
    stub = ast.parse(Path(experiments.__file__).with_suffix(".pyi").read_text("utf-8"))
    told = {(node.module, alias.name) for node in stub.body for alias in node.names}
    assert told == {(home, name) for home, names in experiments.HOMES.items() for name in names}
