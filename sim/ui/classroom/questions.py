"""A question to a class before something is seen, what is predicted, and what came true. Nothing here draws."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.measures.words import MINUS, amount, axis_unit
from sim.scenario.errors import InputError
from sim.scenario.measures import WEEKLY_MEASURES
from sim.ui.classroom.kept import KeptQuestion

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
    def told(self) -> bool:
        """Whether everybody sees what came true."""
        return self.truth is not None

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
        return number_bars([*self.guesses.values()], self.truth, self.scale(currency)[0])

    def scale(self, currency: str) -> tuple[float, str]:
        """What a number that is predicted is multiplied by, and its unit as it is typed."""
        return (0.01, "%") if self.unit == "share" else axis_unit(self.unit, abs(self.now), currency)

    def heard(self, value: Any, currency: str) -> Any:
        """What the browser sent, as `read` takes it."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            return value
        return value - 1 if self.form == "direction" else value * self.scale(currency)[0]

    def asking(self, mine: float | None, currency: str) -> dict[str, Any]:
        """The question as one who has predicted `mine` is asked it."""
        scale, unit = self.scale(currency)
        direction, most = self.form == "direction", max(100.0, round(10 * abs(self.now) / scale))
        return {
            "question": question_text(self, currency),
            "options": [*DIRECTIONS.values()] if direction else [],
            "low": -most if self.measure == "net" else 0.0,
            "high": most,
            "unit": "" if direction else unit,
            "chosen": None if mine is None else int(mine) + 1 if direction else float(f"{mine / scale:.6g}"),
            "answer": self.answer + 1 if direction and self.answer is not None else None,
            "measured": "" if self.truth is None else amount(self.truth, self.unit, currency),
        }

    def histogram(self, currency: str) -> dict[str, Any]:
        """The question, what was predicted by how many, and what came true once it is revealed."""
        told = "" if self.truth is None else f"Measured: {amount(self.truth, self.unit, currency)}."
        unit = self.scale(currency)[1] if self.form == "number" else ""
        return {"question": question_text(self, currency), "bars": self.bars(currency), "unit": unit, "told": told}

    def columns(self, value: float) -> list[object]:
        """One prediction as a row of a table: question, what was predicted and measured."""
        told = self.truth is not None and self.form == "direction"
        right = ("yes" if value == self.answer else "no") if told else ""
        error = value - self.truth if self.truth is not None and not told else ""
        truth = "" if self.truth is None else self.truth
        return [self.about, MEASURES[self.measure], self.unit, self.form, self.asked, self.target, self.now, value,
                truth, right, error]  # fmt: skip

    def kept(self) -> KeptQuestion:
        """What has to be kept of it."""
        return KeptQuestion(
            about=self.about, measure=self.measure, form=self.form, asked=self.asked, target=self.target, now=self.now,
            truth=self.truth, revealed=self.revealed, guesses=dict(self.guesses),
        )  # fmt: skip


def number_bars(values: list[float], truth: float | None, scale: float = 1.0) -> list[dict[str, Any]]:
    """A histogram of numbers that were predicted, with where the truth is, if it is known."""
    if not values:
        return []
    seen = np.array(values if truth is None else [*values, truth])
    if np.ptp(seen) == 0:
        return [{"label": _short(seen[0] / scale), "count": len(values), "true": truth is not None}]
    counted, edges = np.histogram(values, bins=BARS, range=(seen.min(), seen.max()))
    at = -1 if truth is None else min(int(np.searchsorted(edges, truth, "right")), BARS) - 1
    return [
        {"label": f"{_short(low / scale)} to {_short(high / scale)}", "count": int(count), "true": at == place}
        for place, (low, high, count) in enumerate(zip(edges, edges[1:], counted, strict=False))
    ]


def _short(value: float) -> str:
    return f"{value:.3g}".replace("-", MINUS)


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
