"""The former name of `sim.questions` and `sim.studies`; files that import from it go on working."""

from typing import Any

from sim import questions, studies
from sim.studies import designs, factors


def __getattr__(name: str) -> Any:
    """Find the function or class where it lives now."""
    for room in (questions, studies, designs, factors):
        if not name.startswith("_") and hasattr(room, name):
            return getattr(room, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
