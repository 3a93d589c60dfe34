"""What a trainer asks a class, what is predicted, and what the run says. Nothing here draws."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.scenario.errors import InputError
from sim.ui.classroom import results
from sim.ui.classroom.questions import ABOUT, MEASURES, MOST_QUESTIONS, ClassQuestion

if TYPE_CHECKING:
    from sim.ui.classroom.gathering import Gathering
    from sim.ui.classroom.kept import KeptQuestion
    from sim.ui.classroom.room import Room


def restore_questions(room: Room, kept: tuple[KeptQuestion, ...]) -> None:
    """Ask again what was asked in a class that is made again, with what was predicted.

    Raises:
        InputError: It cannot have been asked.
    """
    there = set(room.tokens())
    for one in kept:
        question = ClassQuestion(**{**one.model_dump(), "guesses": {}})
        question.check()
        question.guesses = {who: question.read(value) for who, value in one.guesses.items() if who in there}
        room.questions.append(question)
    if len(kept) > MOST_QUESTIONS or any(one.truth is None for one in room.questions[:-1]):
        raise InputError("what is kept of the questions of this class is damaged")


def ask(room: Room, token: str, *, about: str, measure: str, quarters: int, form: str) -> None:
    """Ask everybody about a measure so many quarters ahead.

    Raises:
        InputError: It is not the trainer who asks, another question is open, or this cannot be asked.
    """
    asked = room.closed
    now = measured(room, about, measure, asked)
    with room.led(token):
        if room.closed != asked:
            raise InputError("the class went on meanwhile; ask again")
        if room.questions and room.questions[-1].truth is None:
            raise InputError("a question is open already; reveal or withdraw it first")
        if len(room.questions) >= MOST_QUESTIONS:
            raise InputError(f"{MOST_QUESTIONS} questions were asked in this class, which is as many as it can have")
        question = ClassQuestion(about, measure, form, asked, asked + quarters, now)
        question.check()
        if about == "class" and question.target > room.terms.quarters:
            raise InputError(f"this class is over after quarter {room.terms.quarters}")
        if question.target * WEEKS_PER_QUARTER > int(room.terms.scenario["organization.weeks"]):
            raise InputError("the organization does not run as long as that")
        room.questions.append(question)
        room.write(lambda store: store.ask(room.code, len(room.questions), question.kept()))


def withdraw(room: Room, token: str) -> None:
    """Take the open question back, and what was predicted.

    Raises:
        InputError: It is not the trainer who asks, or no question is open.
    """
    with room.led(token):
        room.open_question()
        room.questions.pop()
        room.write(lambda store: store.withdraw(room.code, len(room.questions) + 1))


def predict(room: Gathering[Any], token: str, value: Any) -> None:
    """Answer the open question, or answer it anew.

    Raises:
        InputError: No question is open, it is no answer, or who answers takes no part.
    """
    with room.taking_part(token):
        question = room.open_question()
        guess = question.guesses[token] = question.read(value)
        number = 1 + next(at for at, one in enumerate(room.questions) if one is question)
        room.write(lambda store: store.predict(room.code, number, token, guess))


def reveal(room: Room, token: str) -> None:
    """Show everybody what the run says.

    Raises:
        InputError: It is not the trainer who asks, no question is open, or its quarter is to come in this class.
    """
    with room.lock:
        question = room.open_question()
        if question.about == "class" and room.closed < question.target:
            raise InputError(f"this is about quarter {question.target} of the class, which has not been played")
    truth = measured(room, question.about, question.measure, question.target)
    with room.led(token):
        if room.open_question() is question:
            question.truth, question.revealed = truth, room.quarter
            question.check()
            room.write(lambda store: store.ask(room.code, len(room.questions), question.kept()))


def measured(room: Room, about: str, measure: str, quarter: int) -> float:
    """A measure of the organization left alone, which is run for it, or the median of the class, after a quarter.

    Raises:
        InputError: There is no such measure, or nobody has come as far.
    """
    if about not in ABOUT or measure not in MEASURES:
        raise InputError("this is not asked in a class")
    if about == "alone":
        world = room.start.snapshot()
        world.advance(quarter * WEEKS_PER_QUARTER)
        return float(getattr(results.read(world), measure))
    with room.lock:
        past = [seat.past[quarter] for seat in room.people if len(seat.past) > quarter]
    if not past:
        raise InputError("nobody has joined yet, so nothing can be asked about the class")
    return float(np.median([getattr(result, measure) for result in past]))


def predictions_csv(room: Gathering[Any]) -> str:
    """Everything that was predicted, without names: who answers several questions has one sign throughout."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["participant", "question", "about", "measure", "unit", "form", "asked_after_quarter", "quarter",
                     "now", "prediction", "measured", "right", "error"])  # fmt: skip
    with room.lock:
        for number, one in enumerate(room.questions, start=1):
            for token, value in one.guesses.items():
                sign = hmac.new(room.trainer.encode(), token.encode(), hashlib.sha256).hexdigest()[:10]
                writer.writerow([f"p{sign}", number, *one.columns(value)])
    return out.getvalue()
