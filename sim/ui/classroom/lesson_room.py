"""A lesson for a class: phones predict at each chapter's question, and every prediction is kept. Nothing here draws."""

from __future__ import annotations

import math
import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError
from sim.ui.classroom.gathering import Gathering
from sim.ui.classroom.kept import KeptClass, KeptQuestion, KeptSeat
from sim.ui.classroom.questions import number_bars
from sim.ui.classroom.seats import clean_name
from sim.ui.classroom.terms import MOST_SEATS
from sim.ui.lessons.answers import came_true, unit_asked
from sim.ui.lessons.shelf import lesson_named

if TYPE_CHECKING:
    from sim.questions.lesson.reading import Lesson
    from sim.questions.lesson.schema import Prediction
    from sim.ui.classroom.gathering import Phase
    from sim.ui.lessons.answers import PredictionAnswer

ABOUT_LESSON = "lesson"
_LONGEST = 80  # characters of what was measured, in words


@dataclass(eq=False, slots=True)
class LessonSeat:
    """Somebody who predicts in a lesson."""

    name: str  # As the trainer's page shows it
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)  # Known to this one alone

    def kept(self) -> KeptSeat:
        """What has to be kept of it."""
        return KeptSeat(token=self.token, name=self.name, decisions={})


@dataclass(eq=False, slots=True)
class LessonQuestion:
    """The question of a chapter, with what was predicted; whoever uses it holds the lock of its room."""

    lesson: str  # Name of the lesson
    chapter: int  # From 1
    asked: Prediction
    unit: str  # Of the number that is asked for, as it is shown; empty for options
    truth: float | None = None  # Place of the option, or number, that came true; None where nothing could be measured
    measured: str = ""  # That in words, once it is revealed
    revealed: int | None = None  # The chapter, once it is
    guesses: dict[str, float] = field(default_factory=dict)  # By token: an option's place, or a number as it is shown

    @property
    def told(self) -> bool:
        """Whether everybody sees what came true."""
        return self.revealed is not None

    def read(self, value: Any) -> float:
        """What somebody predicts.

        Raises:
            InputError: It is no option, or no number within the range asked for.
        """
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if self.asked.options:
            if not number or value not in range(len(self.asked.options)):
                raise InputError("predict one of the options")
        elif not number or not (self.asked.low or 0.0) <= value <= (self.asked.high or 0.0):
            raise InputError(f"predict a number from {self.asked.low:g} to {self.asked.high:g}")
        return float(value)

    def heard(self, value: Any, currency: str) -> Any:  # noqa: ARG002 - numbers of a lesson are kept as they are shown
        """What the browser sent, as `read` takes it."""
        return value

    def asking(self, mine: float | None, currency: str) -> dict[str, Any]:  # noqa: ARG002 - as `heard`
        """The question as one who has predicted `mine` is asked it."""
        options = [option.text for option in self.asked.options]
        row = None if self.truth is None or not options else int(self.truth)
        return {
            "question": self.asked.question, "options": options, "low": self.asked.low, "high": self.asked.high,
            "unit": self.unit, "chosen": int(mine) if mine is not None and options else mine, "answer": row,
            "measured": self.measured,
        }  # fmt: skip

    def histogram(self, currency: str) -> dict[str, Any]:  # noqa: ARG002 - as `heard`
        """The question, what was predicted by how many, and what came true once it is revealed."""
        if self.asked.options:
            counts = Counter(self.guesses.values())
            bars = [
                {"label": option.text, "count": counts[row], "true": self.told and self.truth == row}
                for row, option in enumerate(self.asked.options)
            ]
        else:
            bars = number_bars([*self.guesses.values()], self.truth)
        told = f"Measured: {self.measured}." if self.told else ""
        unit = "" if self.asked.options else self.unit
        return {"question": self.asked.question, "bars": bars, "unit": unit, "told": told}

    def right(self, token: str) -> bool | None:
        """Whether what somebody predicted came true; None where nothing was predicted, revealed or measurable."""
        guess = self.guesses.get(token)
        return None if guess is None or self.truth is None else came_true(self.asked, guess, self.truth)

    def columns(self, value: float) -> list[object]:
        """One prediction as a row of a table: question, what was predicted and measured."""
        options, form = [option.text for option in self.asked.options], "number"
        said: object = value
        measured: object = "" if self.truth is None else self.truth
        right = "" if self.truth is None else "yes" if came_true(self.asked, value, self.truth) else "no"
        error: object = "" if self.truth is None or options else value - self.truth
        if options:
            form, said = "option", options[int(value)]
            measured = "" if self.truth is None else options[int(self.truth)]
        about = f"{ABOUT_LESSON} {self.lesson}, chapter {self.chapter}"
        return [about, self.asked.question, self.unit, form, "", "", "", said, measured, right, error]

    def kept(self) -> KeptQuestion:
        """What has to be kept of it."""
        return KeptQuestion(
            about=ABOUT_LESSON, measure=self.measured, form="option" if self.asked.options else "number",
            asked=self.chapter, target=self.chapter, now=0.0, truth=self.truth, revealed=self.revealed,
            guesses=dict(self.guesses),
        )  # fmt: skip

    def restore(self, kept: KeptQuestion, there: set[str]) -> None:
        """Take up again what is kept of it, as far as those who predicted are there.

        Raises:
            InputError: It is of another question.
        """
        if kept.target != self.chapter or kept.about != ABOUT_LESSON or len(kept.measure) > _LONGEST:
            raise InputError("what is kept of the questions of this lesson is damaged")
        self.guesses = {who: self.read(value) for who, value in kept.guesses.items() if who in there}
        if kept.truth is not None:
            if not math.isfinite(kept.truth):
                raise InputError("what is kept of the questions of this lesson is damaged")
            self.truth = self.read(kept.truth) if self.asked.options else kept.truth
        self.measured, self.revealed = kept.measure, None if kept.revealed is None else self.chapter


class LessonRoom(Gathering[LessonSeat]):
    """A lesson for a class, led from the page on which it plays."""

    over_text = "this lesson is over"

    def __init__(self, code: str, lesson: Lesson) -> None:
        """Begin before the first chapter.

        Raises:
            InputError: Nothing is asked in this lesson.
        """
        super().__init__(code)
        self.lesson = lesson
        self.questions: list[LessonQuestion] = [
            LessonQuestion(lesson.name, at + 1, chapter.prediction, unit_asked(lesson, at))
            for at, chapter in enumerate(lesson.spec.chapters)
            if chapter.prediction
        ]
        if not self.questions:
            raise InputError("nothing is asked in this lesson, so there is nothing for a class to predict")

    @property
    def currency(self) -> str:
        """Label of amounts."""
        return self.lesson.scenarios[""].currency

    @property
    def question(self) -> LessonQuestion | None:
        """The question of the present chapter, once it began and until the lesson is over."""
        if self.phase == "over":
            return None
        return next((one for one in self.questions if one.chapter == self.quarter), None)

    @property
    def watching(self) -> bool:
        """Whether the question everybody sees can be answered no more, though what came true is not told yet."""
        return self.phase == "closed"

    def open_question(self) -> LessonQuestion:
        """The question that can be answered now.

        Raises:
            InputError: None can.
        """
        question = self.question
        if question is None or self.phase != "deciding":
            raise InputError("no question is open now")
        return question

    def join(self, name: Any) -> LessonSeat:
        """Take part, also when chapters have been played.

        Raises:
            InputError: The name cannot be used or is taken, the class is full or over.
        """
        with self.lock:
            seat = LessonSeat(self._admit(name))
            self.seats[seat.token] = seat
            self.write(lambda store: store.add_seat(self.code, seat.token, seat.name, 0))
            self.changes()
            return seat

    def stand(self, token: str, chapter: int, *, begun: bool, over: bool = False) -> None:
        """Follow the trainer's page to a chapter, from 1: its question is open until it is played or revealed.

        Raises:
            InputError: It is not the trainer who asks, or there is no such chapter.
        """
        self.check_leads(token)
        if not 1 <= chapter <= len(self.lesson.spec.chapters):
            raise InputError(f"there is no chapter {chapter}; this lesson has {len(self.lesson.spec.chapters)}")
        asked = next((one for one in self.questions if one.chapter == chapter), None)
        with self.lock:
            told = asked is not None and asked.told
            now: Phase = "over" if over else "revealed" if told else "closed" if begun or asked is None else "deciding"
            if (now, chapter) == (self.phase, self.quarter):
                return
        with self.led(token):
            self.phase, self.quarter = now, chapter

    def reveal(self, token: str, chapter: int, answer: PredictionAnswer) -> None:
        """Show everybody what the run answers to the question of a chapter, from 1, and keep it.

        Raises:
            InputError: It is not the trainer who asks, or nothing is asked in that chapter.
        """
        place = next((at for at, one in enumerate(self.questions) if one.chapter == chapter), None)
        if place is None:
            raise InputError(f"nothing is asked in chapter {chapter}")
        question = self.questions[place]
        with self.led(token):
            question.truth = answer.row if question.asked.options else answer.number
            question.measured, question.revealed = answer.text[:_LONGEST], chapter
            if chapter == self.quarter and self.phase != "over":
                self.phase = "revealed"
            self.write(lambda store: store.ask(self.code, place + 1, question.kept()))

    def score(self, token: str) -> tuple[int, int]:
        """How many predictions of somebody came true, of how many that could."""
        found = [right for one in self.questions if (right := one.right(token)) is not None]
        return sum(found), len(found)

    def scores(self) -> list[tuple[str, int, int]]:
        """Name, predictions that came true, and predictions that could: who is right most often first."""
        with self.lock:
            found = [(seat.name, *self.score(seat.token)) for seat in self.people]
        return sorted(found, key=lambda one: (-one[1], one[2], one[0].casefold()))

    def kept(self) -> KeptClass:
        """What has to be kept of it, so that it can be made anew."""
        with self.lock:
            return KeptClass(
                code=self.code, trainer=self.trainer, rules=self.rules, phase=self.phase, quarter=self.quarter,
                scenario="", seed=self.lesson.spec.seed, budget=0.0, quarters=len(self.lesson.spec.chapters),
                offered=(), seats=tuple(seat.kept() for seat in self.people), lesson=self.lesson.name,
                questions=tuple(question.kept() for question in self.questions),
            )  # fmt: skip


def lesson_restored(kept: KeptClass) -> LessonRoom:
    """Make a lesson for a class that goes on where it was.

    Args:
        kept: What is kept of it; checked like what anybody sends.

    Raises:
        InputError: The lesson is not here any more or another one, or it cannot be such a class.
    """
    room = LessonRoom(kept.code, lesson_named(kept.lesson))
    names = [clean_name(seat.name) for seat in kept.seats]
    if (
        not 0 <= kept.quarter <= len(room.lesson.spec.chapters)
        or names != [seat.name for seat in kept.seats]
        or len({name.casefold() for name in names}) < len(names)
        or len(names) > MOST_SEATS
        or len(kept.questions) != len(room.questions)
    ):
        raise InputError(f"what is kept of the class {kept.code} does not fit the lesson, so it cannot go on")
    room.trainer, room.rules, room.phase, room.quarter = kept.trainer, kept.rules, kept.phase, kept.quarter
    room.seats = {seat.token: LessonSeat(seat.name, seat.token) for seat in kept.seats}
    for question, one in zip(room.questions, kept.questions, strict=True):
        question.restore(one, set(room.seats))
    return room
