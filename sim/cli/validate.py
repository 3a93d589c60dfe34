"""The commands that test the model's patterns and find plausible worlds: they live in the tree's `tests/patterns`."""

from importlib import import_module
from pathlib import Path

import typer

from sim.cli.options import SIMULATE
from sim.scenario.errors import InputError

TREE = Path(__file__).resolve().parents[2]


def register(app: typer.Typer) -> None:
    """Add the tree's command; where only the program is installed, one that says where validation lives."""
    if (TREE / "tests" / "patterns" / "command.py").is_file():
        for home in ("tests.patterns.command", "tests.patterns.matching.command"):
            import_module(home).register(app)
    else:
        app.command(rich_help_panel=SIMULATE)(validate)
        app.command(rich_help_panel=SIMULATE)(match)


def validate() -> None:
    """Test every pattern the model must show; from a checkout of the sources only.

    Raises:
        InputError: Always: the patterns do not travel with the installed program.
    """
    raise InputError(
        "the patterns and their tests live in the source tree (tests/patterns): run `make validate` there; "
        "what they found is in `flywheel scenarios --claims`, and `flywheel verify` checks this installation"
    )


def match() -> None:
    """Find plausible worlds, or judge those there are anew; from a checkout of the sources only.

    Raises:
        InputError: Always: what they are held against does not travel with the installed program.
    """
    raise InputError(
        "plausible worlds are found in the source tree (tests/patterns/matching): run flywheel match there; "
        "those that were found travel with the program: flywheel compare --worlds all"
    )
