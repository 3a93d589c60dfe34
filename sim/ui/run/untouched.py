"""The same run without anything done by hand, kept beside it so that whatever differs was caused by what was done."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING

from sim.ui.run.noise import noise_of

if TYPE_CHECKING:
    from sim.ui.run.noise import NoiseSought
    from sim.ui.run.session import Session


class UntouchedRun:
    """One for a world and all that was forked from it: without what was done by hand they are the same run."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._session: Session | None = None
        self._sought: NoiseSought | None = None

    def beside(self, session: Session, since: int) -> Session:
        """The untouched run in the week of a session in which something was first done in week `since`.

        It is forked from the session's past when it is first asked for, and catches up or goes back afterwards.
        """
        with self._lock:
            if self._session is None:
                twin = session.fork()
                twin.rewind(since)
                self._session = twin
            twin = self._session
            if twin.week > session.week:
                twin.rewind(session.week)
            twin.advance(session.week - twin.week)
            return twin

    def noise(self, session: Session) -> NoiseSought:
        """How far runs of its scenario part by luck alone, which will be known soon."""
        with self._lock:
            if self._sought is None:
                self._sought = noise_of(session.opened)
            return self._sought

    def drop(self) -> None:
        """Forget it; it is made anew when it is asked for."""
        with self._lock:
            self._session = None
