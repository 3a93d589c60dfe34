"""The command that lists lessons, and plays one without the page."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import say, show_table
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from sim.questions.lesson.reading import Broken, Lesson
    from sim.ui.lessons.course import LessonCourse

PANEL = "Look things up"


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(rich_help_panel=PANEL)(lessons)


def lessons(
    name: Annotated[
        str, typer.Argument(help="One lesson, played without the page: a name or a file.", show_default=False)
    ] = "",
    *,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="List the lessons of a folder.", show_default=False)
    ] = None,
) -> None:
    """List the lessons that travel with the program or lie in a folder; or play one, with what it measures.

    Ends with 2 if a lesson is broken, and with 1 if one that is played shows otherwise than its text expects.

    For example:

      flywheel lessons 4_evil_flywheel
    """
    from sim.questions.lesson.reading import Lesson, lessons_in, read_lesson  # noqa: PLC0415 - commands import what they need

    if name:
        _play(read_lesson(name))
        return
    found = lessons_in(folder)
    good = [one for one in found if isinstance(one, Lesson)]
    rows = [
        (one.name, one.spec.title, f"{len(one.spec.chapters)} chapters, {one.spec.minutes} min", one.spec.summary)
        for one in good
    ]
    show_table("", ("lesson", "title", "length", "summary"), rows)
    _refuse([one for one in found if not isinstance(one, Lesson)])


def _refuse(broken: "list[Broken]") -> None:
    """End with what is wrong in broken lessons, if there are any."""
    if broken:
        raise InputError("\n".join(one.problem for one in broken))


def _play(lesson: "Lesson") -> None:
    """Play a lesson to its end and print what each chapter measures."""
    from sim.ui.lessons.course import LessonCourse  # noqa: PLC0415 - as above

    course, surprises = LessonCourse.begin(lesson), 0
    say(f"{lesson.spec.title}: {lesson.spec.summary}")
    while True:
        course.finish()
        surprises += _told(course)
        if not course.next():
            break
    if surprises:
        say(f"{surprises} measured otherwise than the lesson expects.")
        raise typer.Exit(1)


def _told(course: "LessonCourse") -> int:
    """Print one chapter that has been played; return how many values are not as expected."""
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
        told = chapter.prediction.options[answer.row].text if answer.row is not None else answer.text
        say(f"{chapter.prediction.question} {told}")
    if chapter.reveal:
        say(course.said(chapter.reveal))
    return len(course.surprises())
