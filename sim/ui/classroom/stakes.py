"""What choices move in a class as it is proposed: measured once, by its characters against the organization left alone.

`python -m tests.class_stakes` measures it again and writes the file that is read here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measures.words import MINUS
from sim.studies.statistics import Interval, mean_interval
from sim.ui.classroom.characters import CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

STAKES = Path(__file__).with_name("stakes.json")
ALONE = "left_alone"
MEASURED = ("net contribution", "bookings")
"""What is measured to the end of the class, in the order of the file."""


@dataclass(frozen=True, slots=True)
class ClassStakes:
    """What was measured."""

    title: str  # Of the organization everybody begins with
    quarters: int
    budget: str  # Of a quarter, with its currency
    lucks: int  # Seeds
    moved: Mapping[str, tuple[Interval, ...]]  # By character: more than left alone, of `MEASURED` [% of left alone]

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> ClassStakes:
        """Work out what a file says: differences with the same luck, over the mean of the organization left alone."""
        runs = {name: np.array(rows) for name, rows in found["runs"].items()}
        alone = runs[ALONE]
        moved = {
            key: tuple(map(mean_interval, ((runs[key] - alone) / alone.mean(axis=0) * 100.0).T)) for key in CHARACTERS
        }
        return cls(found["title"], found["quarters"], found["budget"], len(alone), moved)

    def ends(self, place: int) -> tuple[str, str]:
        """Keys of the characters that bring least and most of a measure."""
        ordered = sorted(self.moved, key=lambda key: self.moved[key][place].mean)
        return ordered[0], ordered[-1]

    def spread(self, place: int) -> float:
        """How far apart they are. [% of left alone]."""
        least, most = self.ends(place)
        return self.moved[most][place].mean - self.moved[least][place].mean


@cache
def stakes() -> ClassStakes:
    """Read what was measured."""
    return ClassStakes.of(json.loads(STAKES.read_text("utf-8")))


def percent_text(value: float) -> str:
    """Write a change in percent with its sign."""
    return f"{value:+.1f} %".replace("-", MINUS)


def stakes_text() -> str:
    """What is at stake, one sentence."""
    known = stakes()
    parts = []
    for place, measure in enumerate(MEASURED):
        (least, low), (most, high) = ((key, known.moved[key][place].mean) for key in known.ends(place))
        ends = f"{percent_text(low)} ({CHARACTERS[least].name}) to {percent_text(high)} ({CHARACTERS[most].name})"
        parts.append(f"{measure} by {ends}")
    return (
        f"Choices count: against the organization left alone the characters move {' and '.join(parts)}, mean over "
        f"{known.lucks} lucks of the class as it is proposed ({known.title}, {known.quarters} quarters, {known.budget} "
        "each)."
    )


def stakes_table() -> str:
    """The table of the documents: a row a character, with 95% intervals."""
    known = stakes()
    head = " | ".join(["against left alone", *MEASURED])
    rows = [f"| {head} |", f"|{'---|' * (1 + len(MEASURED))}"]
    for key, found in known.moved.items():
        cells = [f"{percent_text(one.mean)} ({percent_text(one.low)} to {percent_text(one.high)})" for one in found]
        rows.append(f"| {' | '.join([CHARACTERS[key].name, *cells])} |")
    return "\n".join(rows)
