"""The lessons there are: the shipped ones, and those of one's own folder."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from sim.questions.lesson.reading import FOLDER, Broken, Lesson, lessons_in
from sim.scenario.checks import show
from sim.scenario.errors import InputError, nearest


def listed() -> tuple[list[Lesson | Broken], list[Lesson | Broken], str]:
    """The lessons of one's own, the shipped ones, and why there are none of one's own where there should be."""
    folder = os.environ.get(FOLDER, "")
    try:
        own = lessons_in(Path(folder)) if folder else []
    except InputError as error:
        return [], lessons_in(), str(error)
    own = [replace(lesson, name=f"own/{lesson.name}") if isinstance(lesson, Lesson) else lesson for lesson in own]
    return own, lessons_in(), ""


def playable_of(lessons: list[Lesson | Broken]) -> dict[str, Lesson]:
    """Those that can be played, by name."""
    return {lesson.name: lesson for lesson in lessons if isinstance(lesson, Lesson)}


def lesson_named(name: str) -> Lesson:
    """A lesson by the name the page gives it.

    Raises:
        InputError: There is none (any more), or it cannot be played.
    """
    own, shipped, _ = listed()
    playable = playable_of([*own, *shipped])
    if name not in playable:
        raise InputError(f"there is no lesson {show(name)} here (any more){nearest(name, playable)}")
    return playable[name]
