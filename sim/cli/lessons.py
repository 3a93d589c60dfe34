"""The command that lists lessons, and plays one without the page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import say, show_table
from sim.cli.options import argument, option
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from sim.questions.lesson.reading import Lesson
    from sim.ui.lessons.course import LessonCourse


def lessons(
    name: Annotated[str, argument(None, "One lesson, played without the page: a name or a file.")] = "",
    *,
    folder: Annotated[Path | None, option("DIR", "List the lessons of a folder.")] = None,
) -> None:
    """List the lessons that travel with the program or lie in a folder; or play one, with what it measures.

    Ends with 2 if a lesson is broken, and with 1 if one that is played shows otherwise than its text expects.

    For example:

      flywheel lessons 4_evil_flywheel
    """
    from sim.questions.lesson.reading import Broken, Lesson, lessons_in, read_lesson  # noqa: PLC0415 - commands import what they need

    if name:
        _play(read_lesson(name))
        return
    listed = lessons_in(folder)
    specs = [(lesson.name, lesson.spec) for lesson in listed if isinstance(lesson, Lesson)]
    rows = [
        (name, spec.title, f"{len(spec.chapters)} chapters, {spec.minutes} min", spec.summary) for name, spec in specs
    ]
    show_table("", ("lesson", "title", "length", "summary"), rows)
    problems = [lesson.problem for lesson in listed if isinstance(lesson, Broken)]
    if problems:
        raise InputError("\n".join(problems))


def _play(lesson: "Lesson") -> None:
    """Play a lesson to its end and print what each chapter measures."""
    from sim.ui.lessons.course import LessonCourse  # noqa: PLC0415 - as above

    course, surprises = LessonCourse.begin(lesson), 0
    say(f"{lesson.spec.title}: {lesson.spec.summary}")
    while True:
        course.finish()
        _show_chapter(course)
        surprises += len(course.surprises())
        if not course.next():
            break
    if surprises:
        say(f"{surprises} measured otherwise than the lesson expects.")
        raise typer.Exit(1)


def _show_chapter(course: "LessonCourse") -> None:
    chapter, (first, end) = course.chapter, course.lesson.spans[course.at]
    rows = [
        (name, value.spec.measure, value.text(), "as expected" if value.as_expected else "NOT as expected")
        for name, value in course.values.items()
        if name in chapter.measured
    ]
    title = f"{course.at + 1}. {chapter.title} (weeks {first} to {end})"
    if rows:
        show_table(title, ("measured", "measure", "value", ""), rows, right=(2,))
    else:
        say(title)
    answer = course.answer()
    if chapter.prediction and answer:
        predicted = chapter.prediction.options[answer.row].text if answer.row is not None else answer.text
        say(f"{chapter.prediction.question} {predicted}")
    if chapter.reveal:
        say(course.said(chapter.reveal))
