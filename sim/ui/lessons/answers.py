"""What a run answers to a lesson's question, in which unit, and whether a prediction came true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.measures.words import short_unit
from sim.scenario.measures import WEEKLY_MEASURES

if TYPE_CHECKING:
    from sim.questions.lesson.reading import Lesson
    from sim.questions.lesson.schema import Prediction

NEAR = 0.1
"""Part of the range asked for by which a number that was predicted may be off and counts as right."""


@dataclass(frozen=True, slots=True)
class PredictionAnswer:
    """What a run answers."""

    row: int | None  # The option that came true; None where a number was asked for, or nothing could be measured
    number: float | None  # The number, as it is shown (percentages as such); None where nothing could be measured
    text: str  # The number as people read it


def came_true(asked: Prediction, guess: float, truth: float) -> bool:
    """Whether what was predicted, an option's place or a number, is what the run answers."""
    if asked.options:
        return int(guess) == int(truth)
    return abs(guess - truth) <= NEAR * ((asked.high or 0.0) - (asked.low or 0.0))


def unit_asked(lesson: Lesson, at: int) -> str:
    """Unit of the number that a chapter, from 0, asks for, as it is shown; empty where it asks for none."""
    chapters = lesson.spec.chapters[: at + 1]
    asked = chapters[at].prediction
    name = asked.answer if asked else ""
    spec = next((chapter.measured[name] for chapter in chapters if name in chapter.measured), None)
    if spec is None:
        return ""
    if spec.against is not None and spec.comparison == "change":
        return "%"
    unit = WEEKLY_MEASURES[spec.measure].unit.split(" / rep")[0]
    return short_unit(unit, lesson.scenarios[""].currency, signed=spec.against is not None)
