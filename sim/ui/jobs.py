"""Work in the background of a page: it tells how far it is, can be stopped, and never freezes what is played.

Studies of all visitors take turns: two at once would leave no processor to those who play.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

import solara

from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)

Result = TypeVar("Result")
Stage = Literal["idle", "waiting", "working", "done", "failed", "stopped"]

LEAST_BETWEEN = 0.3  # seconds between two reports that are shown; more of them would only keep the page busy

TURN = threading.Semaphore(1)
"""Held by whatever computes for long in the background."""


class JobStopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """Raised inside the work when it was stopped; its message may say what is kept."""


@dataclass(frozen=True, slots=True)
class JobStatus(Generic[Result]):
    """How a job stands.

    Attributes:
        stage: "idle" before the first start; "waiting" for the work of another visitor.
        done, total: Parts done, and parts there are; 0 while that is unknown.
        text: What is done now; once "stopped", what is kept.
        result: What it came to, once "done"; partial results while "working", if the work gives any. Once "stopped" or
            "failed", the last of these or, without any, what the work before came to.
        problem: One sentence, once "failed".
    """

    stage: Stage = "idle"
    done: int = 0
    total: int = 0
    text: str = ""
    result: Result | None = None
    problem: str = ""

    @property
    def busy(self) -> bool:
        """Whether it waits or works."""
        return self.stage in ("waiting", "working")


@dataclass(eq=False)
class Job(Generic[Result]):
    """One piece of work at a time, of one visitor; components that read its status are drawn when it changes."""

    status: solara.Reactive[JobStatus[Result]]
    _cancel: threading.Event = field(default_factory=threading.Event)
    _last_report: float = 0.0
    _before: Result | None = None
    _found: Result | None = None

    def start(self, work: Callable[[Job[Result]], Result]) -> None:
        """Begin, unless it is busy; `work` is given this job and calls `tell` as it goes on."""
        if self.status.peek().busy:
            return
        self._cancel = threading.Event()
        self._before, self._found = self.status.peek().result, None
        self.status.set(JobStatus("waiting", text="Waiting for the work of another visitor."))
        threading.Thread(target=self._run, args=(work, self._cancel), daemon=True).start()

    def stop(self) -> None:
        """Ask it to stop; it does at its next word."""
        self._cancel.set()

    @property
    def stopping(self) -> bool:
        """Whether somebody asked it to stop; work that ends well on its own need not be told by `tell`."""
        return self._cancel.is_set()

    def tell(self, done: int, total: int, text: str = "", result: Result | None = None) -> None:
        """Say how far the work is, with what is known so far; JobStopped if somebody asked it to stop."""
        if result is not None:
            self._found = result
        if self.stopping:
            raise JobStopped
        now = time.monotonic()
        if now - self._last_report >= LEAST_BETWEEN:
            self._last_report = now
            self.status.set(JobStatus("working", done, total, text, result))

    def _run(self, work: Callable[[Job[Result]], Result], cancel: threading.Event) -> None:
        while not TURN.acquire(timeout=LEAST_BETWEEN):
            if cancel.is_set():
                self._keep("stopped")
                return
        try:
            self.status.set(JobStatus("working"))
            self.status.set(JobStatus("done", result=work(self)))
        except JobStopped as stopped:
            self._keep("stopped", said=str(stopped))
        except InputError as error:
            self._keep("failed", str(error))
        except Exception as error:  # noqa: BLE001 - whatever a study raises, the page must stay usable
            _log.exception("work in the background failed")
            self._keep("failed", f"This failed. {type(error).__name__}: {error}")
        finally:
            TURN.release()

    def _keep(self, stage: Stage, problem: str = "", said: str = "") -> None:
        """End without an answer: what was found on the way stays, else the answer before; `said` tells what is kept."""
        text = said
        if stage == "stopped" and not said:
            text = "Stopped; the answer before it stands." if self._before is not None else "Stopped."
            text = text if self._found is None else "Stopped; what was found until then stands."
        kept = self._before if self._found is None else self._found
        self.status.set(JobStatus(stage, text=text, result=kept, problem=problem))


def use_job() -> Job:  # type: ignore[type-arg]  # the hook serves any result
    """Hook: a job of this component; it is stopped when the component goes."""
    status = solara.use_reactive(JobStatus())
    job: Job = solara.use_memo(lambda: Job(status), [])  # type: ignore[type-arg]
    solara.use_effect(lambda: job.stop, [])
    return job
