"""Where a visitor stands in a lesson: the address holds it, and a lesson that is opened again goes on there."""

from __future__ import annotations

from dataclasses import dataclass

import solara

LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a lesson.

    Attributes:
        lesson: Name of the lesson; empty if none is open.
        chapter: From 0.
        week: Week of the run, once the chapter has begun; 0 stands for its beginning.
        predicted: Chapters with what was predicted: an option's place, or a number as it is shown.
        revealed: Whether the answer of this chapter has been shown.
    """

    lesson: str = ""
    chapter: int = 0
    week: int = 0
    predicted: tuple[tuple[int, float], ...] = ()
    revealed: bool = False


# Solara keeps one of each for each visitor.
ENTERED = solara.reactive(0)  # How often a lesson was opened at a place of its own; what is drawn follows this
SPOT = solara.reactive(Spot())  # Where the visitor stands; nothing is drawn by it, because it changes with every week
GATHERING = solara.reactive(False)  # Whether a lesson is opened to gather a class first
PLAYING = solara.reactive(False)  # Whether a lesson plays


def enter(spot: Spot, *, gathering: bool = False) -> None:
    """Open a lesson at a place, or none; `gathering` a class for it first."""
    GATHERING.set(gathering)
    SPOT.set(spot)
    ENTERED.set(ENTERED.peek() + 1)
