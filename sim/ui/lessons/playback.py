"""A lesson as one visitor sees it, with a thread that plays and waits for the page to have drawn."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import solara

from sim.scenario.errors import InputError
from sim.ui.lessons.spot import PLAYING, SPOT, Spot
from sim.ui.live.readings import Frame, read
from sim.ui.run.player import LONGEST_DRAWING, PACES, PATIENCE, UNDRAWN, Beat, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.lessons.answers import PredictionAnswer
    from sim.ui.lessons.course import LessonCourse

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """What is seen of a lesson now; compared by identity, because each is new."""

    at: int  # The chapter, from 0
    over: bool  # Whether the chapter has been played to its end
    week: int  # Weeks of the run that have passed
    frames: dict[str, Frame]  # Readings of each open branch, by its letter
    labels: dict[str, str]  # What each branch is called
    answer: PredictionAnswer | None  # What the run answers; None where nothing is asked, or the chapter is not over
    reveal: list[tuple[str, bool]]  # What is said after the reveal: pieces of text, and whether each was measured
    surprises: list[str]  # What came out otherwise than the lesson expects


def scene_of(course: LessonCourse) -> Scene:
    """Look at a lesson."""
    over = course.over
    return Scene(
        at=course.at,
        over=over,
        week=course.main.week,
        frames={branch: read(session) for branch, session in course.sessions.items()},
        labels=dict(course.labels),
        answer=course.answer(),
        reveal=course.pieces(course.chapter.reveal) if over else [],
        surprises=course.surprises(),
    )


@dataclass(frozen=True, eq=False, slots=True)
class LessonPlayback:
    """What the page shows of a lesson and does with it."""

    course: LessonCourse
    scene: solara.Reactive[Scene]
    playing: solara.Reactive[bool] = field(default_factory=partial(solara.reactive, False))
    busy: solara.Reactive[bool] = field(
        default_factory=partial(solara.reactive, False)
    )  # Whether chapters are run through to go elsewhere
    # Predictions by chapter: an option's place, or a number as it is shown
    guesses: solara.Reactive[dict[int, float]] = field(default_factory=lambda: solara.reactive({}))
    # Chapters whose answer has been shown
    revealed: solara.Reactive[frozenset[int]] = field(default_factory=lambda: solara.reactive(frozenset()))
    pace: solara.Reactive[str] = field(default_factory=partial(solara.reactive, "slow"))  # A key of `PACES`
    ended: solara.Reactive[bool] = field(default_factory=partial(solara.reactive, False))  # Whether its end is shown
    problem: solara.Reactive[str] = field(default_factory=partial(solara.reactive, ""))  # What went wrong last
    drawn: threading.Event = field(default_factory=threading.Event)  # Set by the browser when it has drawn
    lock: threading.Lock = field(default_factory=threading.Lock)  # Held by whoever moves the lesson

    def spot(self) -> Spot:
        """Where the lesson stands, for those who come back."""
        scene, revealed = self.scene.value, self.revealed.value
        week = scene.week if self.course.begun else 0
        predicted = tuple(sorted(self.guesses.value.items()))
        return Spot(self.course.lesson.name, scene.at, week, predicted, scene.at in revealed)

    @property
    def step(self) -> str:
        """What comes next: "pause", "play", "reveal", "next", "end" or "leave"."""
        scene = self.scene.value
        if self.playing.value:
            return "pause"
        if not scene.over and (scene.week < self.course.end or self.course.chapter.acts):
            return "play"
        if self.course.chapter.reveal and scene.at not in self.revealed.value:
            return "reveal"
        if scene.at + 1 < len(self.course.lesson.spec.chapters):
            return "next"
        return "leave" if self.ended.value else "end"

    def do(self, action: Callable[[], object]) -> bool:
        """Move the lesson and show it; a failure stops it and is told."""
        try:
            with self.lock:
                action()
                scene = scene_of(self.course)
        except Exception as error:  # noqa: BLE001 - whatever a rule raises, the page must stay usable
            self.playing.set(False)
            self.problem.set(sentence(error, self.course.main.week))
            if not isinstance(error, InputError):
                _log.exception("the lesson failed")
            return False
        self.problem.set("")
        self.scene.set(scene)
        return True

    def play(self, cancel: threading.Event) -> None:
        """Step and show to the chapter's end or until paused; never faster than the browser draws."""
        at = self.course.at
        weeks, beat, unanswered = 1, Beat(), 0
        while self.playing.value and not cancel.is_set() and not self.course.over:
            self.drawn.clear()
            if not self.do(partial(self._advance, at, weeks)):
                return
            unanswered = 0 if self.drawn.wait(LONGEST_DRAWING) else unanswered + 1
            if unanswered >= PATIENCE:
                self.problem.set(UNDRAWN)
                break
            weeks = beat.wait(weeks, PACES[self.pace.value], cancel)
        if not cancel.is_set():
            self.playing.set(False)

    def _advance(self, at: int, weeks: int) -> None:
        """Run some weeks of a chapter, unless somebody has paused or left it while this waited for the lock."""
        if self.playing.value and self.course.at == at:
            self.course.advance(weeks)

    def start(self) -> None:
        """Play the chapter on; one without weeks is over at once."""
        if self.course.end > self.course.main.week or not self.course.begun:
            self.playing.set(self.do(self.course.act) and not self.scene.value.over)

    def reveal(self) -> None:
        """Show what the run answers."""
        self.revealed.set(self.revealed.value | {self.scene.value.at})

    def guess(self, value: float) -> None:
        """Keep a prediction for this chapter, until it is revealed."""
        at = self.scene.value.at
        if at not in self.revealed.value:
            self.guesses.set({**self.guesses.value, at: value})

    def go(self, chapter: int) -> None:
        """Go to a chapter, as it stood when it began; predictions from there on are forgotten."""
        if not 0 <= chapter < len(self.course.lesson.spec.chapters):
            return
        self.playing.set(False)
        self.ended.set(False)
        self.busy.set(True)
        self.do(lambda: self.course.go(chapter))
        self.guesses.set({at: value for at, value in self.guesses.value.items() if at < chapter})
        self.revealed.set(frozenset(at for at in self.revealed.value if at < chapter))
        self.busy.set(False)


def resumed(course: LessonCourse, spot: Spot) -> LessonPlayback:
    """The playback of a lesson that stands at a spot, with what was predicted and shown until there."""
    chapters = course.lesson.spec.chapters
    guesses = {at: value for at, value in spot.predicted if at <= course.at and chapters[at].prediction}
    shown = range(course.at + (spot.revealed and course.over))
    return LessonPlayback(
        course,
        solara.reactive(scene_of(course)),
        guesses=solara.reactive(guesses),
        revealed=solara.reactive(frozenset(shown)),
    )


def use_playback(course: LessonCourse, spot: Spot) -> LessonPlayback:
    """Hook: the playback of a lesson that stands at a spot, with its thread; the visitor's spot follows it."""
    playback: LessonPlayback = solara.use_memo(lambda: resumed(course, spot), [])
    spot, playing = playback.spot(), playback.playing.value
    solara.use_effect(lambda: SPOT.set(spot), [spot])
    solara.use_effect(lambda: PLAYING.set(playing), [playing])
    solara.use_effect(lambda: lambda: PLAYING.set(False), [])

    def play(cancel: threading.Event) -> None:
        if playback.playing.value:
            playback.play(cancel)

    solara.use_thread(play, dependencies=[playback.playing.value], intrusive_cancel=False)
    return playback
