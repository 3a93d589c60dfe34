"""Playing a session: a thread that steps and waits for the page to have drawn, and one place where things go wrong."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import solara

from agents.machinery.clock import WEEKS_PER_YEAR
from sim.scenario.errors import InputError
from sim.ui.jobs import Job, JobStatus, use_job
from sim.ui.live.readings import Frame, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.run.branches import Branches
    from sim.ui.run.session import Session

_log = logging.getLogger(__name__)

PACES = {"slow": 4.0, "normal": 12.0, "fast": 26.0}
"""Weeks a second."""

MOST_AT_ONCE = 6  # weeks between two drawings, where drawing is slower than stepping

REST_AFTER = 10 * WEEKS_PER_YEAR  # weeks after which play pauses by itself, in case nobody looks any more

LONGEST_DRAWING = 3.0  # seconds to wait for the browser to have drawn

TURN_OF_WAITING = 0.5  # seconds after which a wait looks whether it is still wanted

PATIENCE = 20  # drawings in a row that may get no answer before play pauses: the tab is lost


UNDRAWN = "Play rests because the browser did not draw any more. Press Play to go on."


class Beat:
    """When the next weeks are to be shown; what was drawn late is caught up, so that the pace is kept on the whole."""

    def __init__(self) -> None:
        self.due = time.monotonic()

    def wait(self, shown: int, rate: float, cancel: threading.Event) -> int:
        """Wait until more weeks are due than shown, at a rate a second, or until cancelled; return how many."""
        # What cannot be caught up with one drawing is let go.
        self.due = max(self.due + shown / rate, time.monotonic() - MOST_AT_ONCE / rate)
        cancel.wait(max(0.0, self.due - time.monotonic()))
        late = max(0.0, time.monotonic() - self.due)
        return min(MOST_AT_ONCE, 1 + int(late * rate))


@dataclass(frozen=True, slots=True)
class Player:
    """What the page shows and does.

    Attributes:
        branches: The worlds, which go on together.
        frame: What the world that is shown looks like now.
        pace: A key of `PACES`.
        problem: What went wrong last, one sentence; empty if nothing did.
        drawn: Set by the browser when it has drawn.
        evidence: The study of what was done by hand; it goes on when another view is shown.
        rest: Why play has paused by itself, one sentence; empty if it has not.
        leaving: Told in a sentence what is about to be given up, so that it can be offered back.
    """

    branches: Branches
    frame: solara.Reactive[Frame]
    playing: solara.Reactive[bool]
    pace: solara.Reactive[str]
    problem: solara.Reactive[str]
    drawn: threading.Event
    evidence: Job[Any] = field(default_factory=lambda: Job(solara.reactive(JobStatus())))
    rest: solara.Reactive[str] = field(default_factory=lambda: solara.reactive(""))
    leaving: Callable[[str], None] = lambda _: None

    @property
    def session(self) -> Session:
        """The run that is shown and acted on; to advance, reset and rewind, use `branches`, which moves all."""
        return self.branches.session

    def do(self, action: Callable[[], object]) -> bool:
        """Do something to the worlds and show it; a failure stops the run and is told, and the page goes on."""
        try:
            action()
        except Exception as error:  # noqa: BLE001 - whatever a rule raises, the page must stay usable
            self.playing.set(False)
            self.problem.set(sentence(error, self.session.week))
            if not isinstance(error, InputError):
                _log.exception("the run failed in week %s", self.session.week)
            return False
        self.problem.set("")
        if not self.playing.value:
            self.rest.set("")
        self.frame.set(look(self.branches, self.problem.set))
        return True

    def _why(self, last: int) -> str:
        """Why play rests."""
        if self.session.over:
            return f"The run has come to its last week, {self.session.week}. Reset it, or rewind."
        if self.session.week >= last:
            years = REST_AFTER // WEEKS_PER_YEAR
            return f"Play rests after {years} years, in case nobody looks. Press Play to go on."
        return UNDRAWN

    def play(self, cancel: threading.Event) -> None:
        """Step and show until paused, cancelled, at the end or unwatched; never faster than the browser draws."""
        last = self.session.week + REST_AFTER
        weeks, beat, unanswered = 1, Beat(), 0
        if self.playing.value:
            self.rest.set("")
        while self.playing.value and not cancel.is_set():
            self.drawn.clear()
            if not self.do(partial(self.branches.advance, weeks)):
                return
            unanswered = 0 if self.drawn.wait(LONGEST_DRAWING) else unanswered + 1
            if self.session.over or self.session.week >= last or unanswered >= PATIENCE:
                self.playing.set(False)
                self.rest.set(self._why(last))
                return
            weeks = beat.wait(weeks, PACES[self.pace.value], cancel)

    def await_noise(self, cancel: threading.Event) -> None:
        """Show how far luck alone parts the run from the untouched one once that is known; play does so by itself."""
        sought = self.branches.noise()
        while not sought.settled.wait(TURN_OF_WAITING):
            if cancel.is_set():
                return
        if sought.noise and not self.playing.value and not cancel.is_set():
            self.frame.set(look(self.branches, self.problem.set))


def look(branches: Branches, tell: Callable[[str], None]) -> Frame:
    """Read the world that is shown, beside the untouched one; if that cannot go on, say so and do without it."""
    with branches.lock:  # no world may move on between the two readings
        untouched = None
        try:
            untouched = branches.untouched()
        except Exception as error:  # noqa: BLE001 - it may not stop the world it is only compared with
            branches.compare(on=False)
            _log.exception("the untouched run failed in week %s", branches.week)
            tell(f"Nothing is compared with the untouched run any more, which cannot go on: {error}.")
        noise = branches.noise().noise if untouched else None
        return read(branches.session, untouched, compares=branches.compares, noise=noise)


def use_player(branches: Branches, leaving: Callable[[str], None] = lambda _: None) -> Player:
    """Hook: the player of worlds, with its thread."""
    problem = solara.use_reactive("")
    player = Player(
        branches,
        frame=solara.use_reactive(solara.use_memo(lambda: look(branches, problem.set), [])),
        playing=solara.use_reactive(False),
        pace=solara.use_reactive("normal"),
        problem=problem,
        drawn=solara.use_memo(threading.Event, []),
        evidence=use_job(),
        rest=solara.use_reactive(""),
        leaving=leaving,
    )

    solara.use_thread(player.play, dependencies=[player.playing.value], intrusive_cancel=False)
    return player


def sentence(error: Exception, week: int) -> str:
    """Say what went wrong: what an input error says, or the kind and text of any other."""
    if isinstance(error, InputError):
        return str(error)
    return f"The run stopped in week {week}; reset to begin again. {type(error).__name__}: {error}"
