"""How a lesson ends: what was predicted and what came out, what to take away and to discuss, and a page to print."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from sim.engine.interventions import describe
from sim.measures.words import NONE, counted
from sim.questions.lesson.reading import fields_of
from sim.scenario.claims import claims
from sim.scenario.schema import InterventionSpec
from sim.ui.lessons.answers import came_true

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.questions.lesson.schema import Act
    from sim.ui.lessons.course import LessonCourse

_STYLE = """
body { font: 15px/1.45 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; color: #1F2933; }
body { max-width: 46em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 24px; } h2 { font-size: 18px; margin: 1.6em 0 0.4em; } h3 { font-size: 15px; margin: 1em 0 0.2em; }
p { margin: 0.3em 0; } .line { color: #5F6B7A; }
.trainer { break-before: page; border-top: 2px solid #D9DEE4; margin-top: 3em; }
@media print { body { margin: 0; font-size: 11pt; } section { break-inside: avoid; } }
"""


@dataclass(frozen=True, slots=True)
class LessonMoment:
    """A chapter that asked or showed something.

    Attributes:
        number: Of the chapter, from 1.
        question: Empty where nothing was asked.
        predicted, measured: What the room said and what the run showed, in words; a dash for nothing.
        right: Whether they agree; None where nothing was predicted or could be measured.
        said: What the chapter says of it.
    """

    number: int
    title: str
    question: str
    predicted: str
    measured: str
    right: bool | None
    said: str


def text_of(act: Act) -> str:
    """What an act does, in words."""
    if act.reset:
        return "Back to week 0"
    if act.fork:
        return f"splits off {act.fork}: {act.label or 'the same world, the same luck'}"
    if act.begin:
        return act.label or act.begin
    if act.close:
        return "ends"
    return act.label or describe(InterventionSpec.model_validate(fields_of(act, 0)))


def moments(course: LessonCourse, guesses: Mapping[int, float]) -> list[LessonMoment]:
    """Every chapter that asked or showed something, as far as the lesson has been played."""
    return [
        _moment(course, at, guesses.get(at))
        for at, chapter in enumerate(course.lesson.spec.chapters[: course.at + 1])
        if chapter.prediction or chapter.reveal
    ]


def _moment(course: LessonCourse, at: int, guess: float | None) -> LessonMoment:
    chapter, answer = course.lesson.spec.chapters[at], course.answer(at)
    asked, predicted, measured, right = chapter.prediction, NONE, answer.text if answer else NONE, None
    if asked and guess is not None:
        predicted = asked.options[int(guess)].text if asked.options else f"{guess:g} {course.unit_asked(at)}".strip()
        truth = (answer.row if asked.options else answer.number) if answer else None
        right = None if truth is None else came_true(asked, guess, truth)
    if answer and asked and asked.options and answer.row is not None:
        measured = f"{asked.options[answer.row].text} ({answer.text})"
    return LessonMoment(
        at + 1, chapter.title, asked.question if asked else "", predicted, measured, right, course.said(chapter.reveal)
    )


def score(told: list[LessonMoment]) -> str:
    """How many predictions came true, in a sentence."""
    made = [one.right for one in told if one.right is not None]
    asked = sum(bool(one.question) for one in told)
    if not made:
        return f"{counted(asked, 'question')} asked, none predicted." if asked else "Nothing was asked."
    whole = "" if len(made) == asked else f"; {counted(asked, 'question')} asked"
    return f"{sum(made)} of {counted(len(made), 'prediction')} came true{whole}."


def handout(course: LessonCourse) -> str:
    """A page to print: questions with room for predictions and notes, what the run shows, and notes for the trainer."""
    spec, told = course.lesson.spec, moments(course, {})
    parts = [f"<h1>{escape(spec.title)}</h1><p>{escape(spec.summary)}</p>"]
    parts += [
        f"<section><h2>{one.number}. {escape(one.title)}</h2>"
        + (f"<p><b>{escape(one.question)}</b></p><p class='line'>I predict: {'_' * 40}</p>" if one.question else "")
        + f"<p>{escape(one.said)}</p></section>"
        for one in told
    ]
    if spec.discuss:
        asked = "".join(f"<li>{escape(text)}<p class='line'>{'_' * 60}</p></li>" for text in spec.discuss)
        parts.append(f"<section><h2>To discuss</h2><ol>{asked}</ol></section>")
    if spec.claims:
        held = "".join(f"<li>{escape(claim)}: {escape(claims()[claim].text)}</li>" for claim in spec.claims)
        parts.append(f"<section><h2>Claims it is about</h2><ul>{held}</ul></section>")
    parts.append(f"<section class='trainer'><h2>For the trainer</h2>{''.join(_notes(course))}</section>")
    head = f"<meta charset='utf-8'><title>{escape(spec.title)}</title><style>{_STYLE}</style>"
    return f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>{''.join(parts)}</body></html>\n"


def _notes(course: LessonCourse) -> list[str]:
    """What the trainer does chapter by chapter, and what the run answers."""
    spec = course.lesson.spec
    keys = "Space plays and reveals, the arrows change chapters, 1 to 6 predict for the room, f fills the screen."
    notes = [f"<p>{spec.minutes} minutes, {counted(len(spec.chapters), 'chapter')}, seed {spec.seed}. {keys}</p>"]
    for at, chapter in enumerate(spec.chapters):
        begin, end = course.lesson.spans[at]
        texts = [f"Weeks {begin} to {end}" if end > begin else "Stands still"]
        texts += [f"{act.branch} {text_of(act)}" for act in chapter.acts]
        answer = course.answer(at) if at <= course.at else None
        texts += [f"the run answers {answer.text}"] if answer else []
        notes.append(f"<h3>{at + 1}. {escape(chapter.title)}</h3><p>{escape('; '.join(texts))}.</p>")
    return notes
