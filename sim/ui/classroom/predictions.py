"""Questions a trainer asks before something is seen, what is predicted, and what the run says. Nothing here draws."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.measures.words import amount, axis_unit
from sim.scenario.errors import InputError
from sim.scenario.measures import WEEKLY_MEASURES
from sim.ui.classroom import results
from sim.ui.classroom.store import KeptQuestion

if TYPE_CHECKING:
    from sim.ui.classroom.room import Room

ABOUT = {"alone": "the organization left alone", "class": "the median organization of this class"}
MEASURES = {"bookings": "bookings", "attainment": "attainment", "trust": "rep_trust", "win_rate": "win_rate",
            "net": "net_contribution"}  # fmt: skip
"""What is asked for: field of a result, and the weekly measure it sums up."""
FORMS = {"direction": "Lower, the same, or higher", "number": "A number"}
DIRECTIONS = {-1: "Lower", 0: "About the same", 1: "Higher"}
FARTHEST = 4  # quarters ahead
MOST_QUESTIONS = 40  # of a class
SAME = 0.02  # change that counts as none: share of the value now, or points of a share
BARS = 8  # of a histogram of numbers
_LARGEST = 1e12


@dataclass(eq=False, slots=True)
class ClassQuestion:
    """A question to everybody, with what was predicted; whoever uses it holds the lock of its room."""

    about: str  # Whose measure: a name of `ABOUT`
    measure: str  # A name of `MEASURES`
    form: str  # How it is answered: a name of `FORMS`
    asked: int  # Quarters that were closed when it was asked
    target: int  # Quarter it is about, from 1
    now: float  # The measure when it was asked
    truth: float | None = None  # The measure in the quarter it is about, once it is revealed
    revealed: int | None = None  # Quarter of the class in which that was
    guesses: dict[str, float] = field(default_factory=dict)  # By token: -1, 0 or 1 for a direction, else the measure

    def check(self) -> None:
        """Refuse what nobody can ask.

        Raises:
            InputError: It is no such question.
        """
        if self.about not in ABOUT or self.measure not in MEASURES or self.form not in FORMS:
            raise InputError("this is not asked in a class")
        if not 0 <= self.asked < self.target <= self.asked + FARTHEST:
            raise InputError(f"a question is about one of the next {FARTHEST} quarters")
        if not math.isfinite(self.now) or not (self.truth is None or math.isfinite(self.truth)):
            raise InputError("this cannot be measured here")

    @property
    def unit(self) -> str:
        """Unit of the measure, of which a result has that of a quarter."""
        return WEEKLY_MEASURES[MEASURES[self.measure]].unit.replace("/ week", "/ quarter")

    def read(self, value: Any) -> float:
        """What somebody predicts, in the unit of the measure.

        Raises:
            InputError: It is no direction, or no number that may be.
        """
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if self.form == "direction":
            if not number or value not in DIRECTIONS:
                raise InputError("predict lower, about the same, or higher")
        elif not number or abs(value) > _LARGEST:
            raise InputError("predict a number")
        return float(value)

    @property
    def answer(self) -> int | None:
        """The direction that came true; None while it is not revealed."""
        if self.truth is None:
            return None
        change = self.truth - self.now
        band = SAME if self.unit == "share" else SAME * abs(self.now)
        return 0 if abs(change) <= band * (1 + 1e-9) else int(math.copysign(1, change))

    def bars(self, currency: str) -> list[dict[str, Any]]:
        """A histogram: label, count, and whether what came true is there."""
        if self.form == "direction":
            counts = Counter(self.guesses.values())
            return [
                {"label": label, "count": counts[at], "true": self.answer == at} for at, label in DIRECTIONS.items()
            ]
        values, scale = np.array([*self.guesses.values()]), self.scale(currency)[0]
        if not len(values):
            return []
        seen = values if self.truth is None else np.append(values, self.truth)
        if np.ptp(seen) == 0:
            return [{"label": f"{seen[0] / scale:.3g}", "count": len(values), "true": self.truth is not None}]
        counted, edges = np.histogram(values, bins=BARS, range=(seen.min(), seen.max()))
        at = -1 if self.truth is None else min(int(np.searchsorted(edges, self.truth, "right")), BARS) - 1
        return [
            {"label": f"{low / scale:.3g} to {high / scale:.3g}", "count": int(count), "true": at == place}
            for place, (low, high, count) in enumerate(zip(edges, edges[1:], counted, strict=False))
        ]

    def scale(self, currency: str) -> tuple[float, str]:
        """What a number that is predicted is multiplied by, and its unit as it is typed."""
        return (0.01, "%") if self.unit == "share" else axis_unit(self.unit, abs(self.now), currency)

    def kept(self) -> KeptQuestion:
        """What has to be kept of it."""
        return KeptQuestion(
            about=self.about, measure=self.measure, form=self.form, asked=self.asked, target=self.target, now=self.now,
            truth=self.truth, revealed=self.revealed, guesses=dict(self.guesses),
        )  # fmt: skip


def restore_questions(room: Room, kept: tuple[KeptQuestion, ...]) -> None:
    """Ask again what was asked in a class that is made again, with what was predicted.

    Raises:
        InputError: It cannot have been asked.
    """
    for one in kept:
        question = ClassQuestion(**{**one.model_dump(), "guesses": {}})
        question.check()
        question.guesses = {who: question.read(value) for who, value in one.guesses.items() if who in room.seats}
        room.questions.append(question)
    if len(kept) > MOST_QUESTIONS or any(one.truth is None for one in room.questions[:-1]):
        raise InputError("what is kept of the questions of this class is damaged")


def current(room: Room) -> ClassQuestion | None:
    """The question everybody sees: until it is revealed, and then until another quarter is opened."""
    last = room.questions[-1] if room.questions else None
    return last if last and last.revealed in (None, room.quarter) else None


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
        _open_question(room)
        room.questions.pop()
        room.write(lambda store: store.withdraw(room.code, len(room.questions) + 1))


def predict(room: Room, token: str, value: Any) -> None:
    """Answer the open question, or answer it anew.

    Raises:
        InputError: No question is open, it is no answer, or who answers takes no part.
    """
    with room.taking_part(token):
        question = _open_question(room)
        question.guesses[token] = question.read(value)
        room.write(lambda store: store.predict(room.code, len(room.questions), token, question.guesses[token]))


def reveal(room: Room, token: str) -> None:
    """Show everybody what the run says.

    Raises:
        InputError: It is not the trainer who asks, no question is open, or its quarter is to come in this class.
    """
    with room.lock:
        question = _open_question(room)
        if question.about == "class" and room.closed < question.target:
            raise InputError(f"this is about quarter {question.target} of the class, which has not been played")
    truth = measured(room, question.about, question.measure, question.target)
    with room.led(token):
        if _open_question(room) is question:
            question.truth, question.revealed = truth, room.quarter
            question.check()
            room.write(lambda store: store.ask(room.code, len(room.questions), question.kept()))


def _open_question(room: Room) -> ClassQuestion:
    if not room.questions or room.questions[-1].truth is not None:
        raise InputError("no question is open now")
    return room.questions[-1]


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
        past = [seat.past[quarter] for seat in room.seats.values() if len(seat.past) > quarter]
    if not past:
        raise InputError("nobody has joined yet, so nothing can be asked about the class")
    return float(np.median([getattr(result, measure) for result in past]))


def question_text(question: ClassQuestion, currency: str) -> str:
    """The question in a sentence, with what is now."""
    ahead = question.target - question.asked
    when = {1: "one quarter from now", 4: "a year from now"}.get(ahead, f"{ahead} quarters from now")
    label = WEEKLY_MEASURES[MEASURES[question.measure]].label
    now = amount(question.now, question.unit, currency)
    about = f"{label} of {ABOUT[question.about]} in quarter {question.target}, {when}"
    if question.form == "number":
        return f"{about}: how much? Now it is {now}."
    same = "2 points" if question.unit == "share" else "2 %"
    return f"{about}: lower, about the same (within {same}), or higher than now ({now})?"


def predictions_csv(room: Room) -> str:
    """Everything that was predicted, without names: who answers several questions has one sign throughout."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["participant", "question", "about", "measure", "unit", "form", "asked_after_quarter", "quarter",
                     "now", "prediction", "measured", "right", "error"])  # fmt: skip
    with room.lock:
        for number, one in enumerate(room.questions, start=1):
            told = one.truth is not None and one.form == "direction"
            for token, value in one.guesses.items():
                sign = hmac.new(room.trainer.encode(), token.encode(), hashlib.sha256).hexdigest()[:10]
                right = ("yes" if value == one.answer else "no") if told else ""
                error = value - one.truth if one.truth is not None and not told else ""
                asked = [one.about, MEASURES[one.measure], one.unit, one.form, one.asked, one.target, one.now]
                measured_text = "" if one.truth is None else one.truth
                writer.writerow([f"p{sign}", number, *asked, value, measured_text, right, error])
    return out.getvalue()
