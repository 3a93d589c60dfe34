"""The command that tests the model's patterns: it lives beside them, in the tree's `tests/patterns`."""

from importlib import import_module
from pathlib import Path

import typer

from sim.cli.options import SIMULATE
from sim.scenario.errors import InputError

TREE = Path(__file__).resolve().parents[2]


def register(app: typer.Typer) -> None:
    """Add the tree's command; where only the program is installed, one that says where validation lives."""
    if (TREE / "tests" / "patterns" / "command.py").is_file():
        import_module("tests.patterns.command").register(app)
    else:
        app.command(rich_help_panel=SIMULATE)(validate)


def validate() -> None:
    """Test every pattern the model must show; from a checkout of the sources only.

    Raises:
        InputError: Always: the patterns do not travel with the installed program.
    """
    raise InputError(
        "the patterns and their tests live in the source tree (tests/patterns): run `make validate` there; "
        "what they found is in `flywheel scenarios --claims`, and `flywheel verify` checks this installation"
    )
