"""The packages carry their types: code that uses them is checked without a stub of its own."""

from pathlib import Path

import pytest
from mypy import api

HERE = Path(__file__).parent


@pytest.mark.long
def test_code_that_uses_the_program_is_checked(tmp_path: Path):
    # Away from the tree, so that the program is found as installed, with nothing of its own settings.
    file = tmp_path / "downstream.py"
    file.write_text((HERE / "downstream.py").read_text(encoding="utf-8"), encoding="utf-8")
    wrong = tmp_path / "wrong.py"
    wrong.write_text('from sim import Scenario\n\nScenario.load("baseline").lode()\nreveal_type(Scenario.load("x"))\n')
    settings = [
        "--strict",
        "--no-incremental",
        "--follow-imports=silent",
        "--config-file=",
        f"--cache-dir={tmp_path / 'c'}",
    ]
    said, errors, code = api.run([*settings, str(file)])
    assert (code, errors) == (0, ""), said
    said, _, code = api.run([*settings, str(wrong)])
    assert code == 1
    assert '"Scenario" has no attribute "lode"' in said


@pytest.mark.parametrize("room", ["agents", "sim", "scenarios"])
def test_every_package_says_that_it_is_typed(room: str, root: Path):
    assert (root / room / "py.typed").is_file()
