"""A lesson as it is played: chapter by chapter, in branches; what came out is measured. Nothing here draws."""

from __future__ import annotations

import math

from sim.measures.words import NONE
from sim.questions.lesson.checks import SLOT
from sim.questions.lesson.measures import Value, measure, written
from sim.questions.lesson.reading import Lesson, fields_of
from sim.questions.lesson.schema import MAIN, Act, Chapter
from sim.scenario.errors import InputError
from sim.scenario.measures import WEEKLY_MEASURES
from sim.ui.lessons.answers import PredictionAnswer, unit_asked
from sim.ui.run.session import Session


class LessonCourse:
    """A lesson that is being played; it belongs to one visitor."""

    def __init__(self, lesson: Lesson, session: Session) -> None:
        """Begin with the first chapter; the session stands before week 0."""
        self.lesson = lesson
        self.at = 0  # the chapter
        self.begun = False  # whether the acts of the chapter have been done
        self.values: dict[str, Value] = {}  # what chapters before have measured, and this one once it is over, by name
        self.sessions: dict[str, Session] = {MAIN: session}  # run of each open branch, by its letter
        self.labels: dict[str, str] = {MAIN: lesson.spec.main}  # what each open branch is called

    @classmethod
    def begin(cls, lesson: Lesson) -> LessonCourse:
        """Prepare the lesson's organization and begin."""
        return cls(lesson, Session.begin(lesson.scenarios[""], lesson.spec.seed))

    @property
    def main(self) -> Session:
        """Run of the first branch."""
        return self.sessions[MAIN]

    @property
    def chapter(self) -> Chapter:
        """What the file says of the present chapter."""
        return self.lesson.spec.chapters[self.at]

    @property
    def end(self) -> int:
        """Week the chapter runs to."""
        return self.lesson.spans[self.at][1]

    @property
    def over(self) -> bool:
        """Whether the chapter has been played to its end."""
        return self.begun and self.main.week >= self.end

    def act(self) -> None:
        """Do the acts of the chapter, once."""
        if self.begun:
            return
        self.begun = True
        for act in self.chapter.acts:
            self._do(act)
        self._settle()

    def advance(self, weeks: int = 1) -> int:
        """Do the acts that are still to come, then run all branches to the chapter's end at most; return the weeks."""
        self.act()
        count = max(0, min(weeks, self.end - self.main.week))
        if count:
            for session in self.sessions.values():
                session.advance(count)
        self._settle()
        return count

    def finish(self) -> None:
        """Play the chapter to its end."""
        self.act()
        self.advance(self.end - self.main.week)

    def next(self) -> bool:
        """Go on to the next chapter, playing what is left of this one; return whether there is one."""
        self.finish()
        if self.at + 1 >= len(self.lesson.spec.chapters):
            return False
        self.at += 1
        self.begun = False
        self._settle()
        return True

    def go(self, chapter: int) -> None:
        """Go to a chapter, exactly as it stood when it began: what lies before is played again where need be.

        Raises:
            IndexError: There is no such chapter.
        """
        if not 0 <= chapter < len(self.lesson.spec.chapters):
            raise IndexError(chapter)
        if chapter == self.at and not self.begun:
            return
        if chapter <= self.at:
            self._restart()
            self.values.clear()
            self.at, self.begun = 0, False
        while self.at < chapter:
            self.next()

    def stand(self, chapter: int, week: int, *, begun: bool = False) -> None:
        """Go to a week of a chapter, which has begun if its week is not 0; InputError if there is none."""
        chapters = len(self.lesson.spec.chapters)
        if not 0 <= chapter < chapters:
            raise InputError(f"there is no chapter {chapter + 1}; this lesson has {chapters}")
        end = self.lesson.spans[chapter][1]
        if not 0 <= week <= end:
            raise InputError(f"chapter {chapter + 1} has no week {week}; it ends with week {end}")
        self.go(chapter)
        if week or begun:
            self.act()
            self.advance(week - self.main.week)

    def _restart(self) -> None:
        """Bring the first branch back to week 0, and end the others."""
        self.main.reset()
        self.sessions = {MAIN: self.main}
        self.labels = {MAIN: self.lesson.spec.main}

    def _do(self, act: Act) -> None:
        if act.reset:
            self._restart()
        elif act.close:
            del self.sessions[act.branch], self.labels[act.branch]
        elif act.fork:
            self.sessions[act.branch] = self.sessions[act.fork].fork()
            self.labels[act.branch] = act.label or f"Branch {act.branch}"
        elif act.begin:
            self.sessions[act.branch] = Session.begin(self.lesson.scenarios[act.begin], self.lesson.spec.seed)
            self.labels[act.branch] = act.label or f"Branch {act.branch}"
        else:
            session = self.sessions[act.branch]
            session.intervene(fields_of(act, session.week))

    def _settle(self) -> None:
        """Measure what the chapter asks for, once it is over."""
        if self.over:
            for name, spec in self.chapter.measured.items():
                if name not in self.values:
                    self.values[name] = measure(spec, self.sessions, self.lesson.spans[self.at], self.values)

    def pieces(self, text: str) -> list[tuple[str, bool]]:
        """A text with what was measured in its braces, as pieces and whether each is a measured value."""
        # A pattern with one group splits a text into what stands around and in the braces by turns.
        parts = [
            (self._slot(part), True) if place % 2 else (part, False) for place, part in enumerate(SLOT.split(text))
        ]
        return [piece for piece in parts if piece[0]]

    def said(self, text: str) -> str:
        """A text with what was measured in its braces."""
        return "".join(piece for piece, _ in self.pieces(text))

    def _slot(self, slot: str) -> str:
        name = slot.removesuffix(":size")
        value = self.values.get(name)
        return value.text(sign=name == slot) if value else NONE

    def answer(self, at: int | None = None) -> PredictionAnswer | None:
        """What the run answers to a chapter's question, once it is over; None before, or where nothing is asked.

        It is the present chapter, or one before it.
        """
        at = self.at if at is None else at
        asked = self.lesson.spec.chapters[at].prediction
        if asked is None or at > self.at or (at == self.at and not self.over):
            return None
        names = [option.value for option in asked.options] if asked.pick else [asked.answer]
        values = [self.values[name] for name in names]
        numbers = [value.number for value in values]
        if not all(map(math.isfinite, numbers)):
            return PredictionAnswer(None, None, "not measurable in this run")
        if asked.pick:
            row = numbers.index(max(numbers) if asked.pick == "greatest" else min(numbers))
            return PredictionAnswer(row, numbers[row], values[row].text())
        bands = (row for row, option in enumerate(asked.options) if option.below is None or numbers[0] < option.below)
        return PredictionAnswer(next(bands, None), numbers[0] * values[0].per, values[0].text())

    def unit_asked(self, at: int | None = None) -> str:
        """Unit of the number that is asked for, as it is shown; in the present chapter, or one before it."""
        return unit_asked(self.lesson, self.at if at is None else at)

    def surprises(self) -> list[str]:
        """What came out otherwise than this chapter's texts expect, one sentence each."""
        values = [self.values[name] for name in self.chapter.measured if name in self.values]
        return [_surprise(value) for value in values if not value.as_expected]


def _surprise(value: Value) -> str:
    label = WEEKLY_MEASURES[value.spec.measure].label
    wanted = f"it {value.spec.expect}" if value.spec.expect in ("rises", "falls") else "it hardly changes"
    if value.spec.expect is None and value.spec.between:
        low, high = (written(bound, value.unit, value.currency) for bound in value.spec.between)
        wanted = f"{low} to {high}"
    return f"{label}: the lesson expects that {wanted}; this run shows {value.text()}."
