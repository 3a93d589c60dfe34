"""What of a question is open to who asks from elsewhere, a program or a visitor of the page: declared here alone."""

from __future__ import annotations

from typing import Any

from sim.cli.questions import refusals

FILES = ("scenario", "with", "reference", "study", "source", "loop", "worlds")
"""Fields that may name a file."""

KEPT_BACK = ("workers", "executor", "cluster", "store", "report", "shard")
"""Fields that say where runs are made, which whoever serves decides."""

MOST = {
    "seeds": 500, "max_seeds": 500, "weeks": 1040, "worlds": 300, "samples": 400, "evaluations": 300, "fresh": 100,
    "points": 1024, "trajectories": 50, "particles": 300, "populations": 10, "runs": 5000,
}  # fmt: skip
"""Most effort that may be asked for. Assumed: minutes on two cores, as on the page, and not hours."""


def refused_here(question: str, given: dict[str, Any]) -> dict[str, str]:
    """Say what may not be asked from elsewhere, a sentence for each field by its name.

    Raises:
        InputError: There is no such question.
    """
    kept_back = {name: f"{name}: whoever serves decides where runs are made" for name in KEPT_BACK if name in given}
    too_much = {
        name: f"{name} = {given[name]}: at most {most:,} may be asked for here"
        for name, most in MOST.items()
        if name in given and _above(given[name], most)
    }
    return {**too_much, **refusals(question, given), **kept_back}


def _above(value: Any, most: int) -> bool:
    text = str(value)
    return text == "all" or (text.isascii() and text.replace(".", "", 1).isdigit() and float(text) > most)
