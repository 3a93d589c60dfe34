"""The shipped scenarios as the page lists them: by what they are about, each with a line that says what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sim.ui.choice import FIRST, all_shipped, titles

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

USUAL, OTHERS = "As usual", "Others"
DRIVER, PHASE = "Eight drivers, one weak at a time", "Phases and deal sizes"

GROUPS = {
    USUAL: "",
    "The sales flywheel": "F1 F2 F3 F4 F5 F9 S-e",
    "The leader's flywheel": "F6 F7 F8 S-d",
    "The evil flywheel": "E-a E-b E-c E-d E-e E-f E-g",
    "Lean selling": "L-a L-b L-c L-d L-e",
    "Art and science": "S-a S-b S-c L-f",
    DRIVER: "W1 W3",
    PHASE: "W2",
    OTHERS: "",
}
"""What scenarios are about, in the order of the page, with the claims they carry first."""

LITTLE, LONG = 38, 130  # characters of a line below which it says little, and above which it is long


@dataclass(frozen=True, slots=True)
class Listed:
    """A scenario of the list: what it is called, what it is about, and what it is in one sentence."""

    name: str
    title: str
    group: str
    line: str


@cache
def catalogue() -> tuple[Listed, ...]:
    """All shipped scenarios, in the order of the groups; one that cannot be read keeps its name."""
    listed = []
    for name, scenario in all_shipped().items():
        group, line = (group_of(scenario), line_of(scenario.shows)) if scenario else (OTHERS, "")
        listed.append(Listed(name, titles()[name], group, line))
    return tuple(sorted(listed, key=lambda one: list(GROUPS).index(one.group)))


def group_of(scenario: Scenario) -> str:
    """What a scenario is about, by its first claim; the cells of phase and deal size, which have no pair, share it."""
    if scenario.name == FIRST:
        return USUAL
    first = next(iter(scenario.claims), "")
    group = next((group for group, claims in GROUPS.items() if first in claims.split()), OTHERS)
    return PHASE if group == DRIVER and not scenario.pair else group


def line_of(text: str) -> str:
    """The first sentence of a text, without what a long one adds after a semicolon; two where the first says little."""
    sentences = re.split(r"(?<=[.!?])\s", " ".join(text.split()))
    line = sentences[0] if len(sentences[0]) >= LITTLE else " ".join(sentences[:2])
    return f"{line.split(';')[0]}." if len(line) > LONG and ";" in line else line


def groups() -> dict[str, str]:
    """The group of each shipped scenario by its name."""
    return {one.name: one.group for one in catalogue()}


def scenario_titles() -> dict[str, str]:
    """Titles of the shipped scenarios by name, in the order of the groups."""
    return {one.name: one.title for one in catalogue()}
