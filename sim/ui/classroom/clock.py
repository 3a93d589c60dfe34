"""The clock of a class: it says how long a quarter is open, and that it is over. Nothing here draws."""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 180  # minutes of a quarter at most
A_MINUTE = 60.0  # seconds a trainer adds at a time; a clock that ran out while nobody could decide waits with as many


class QuarterClock:
    """How long the quarter that is open stays open; whoever uses it holds the lock of its room."""

    def __init__(self, over: Callable[[float], object], now: Callable[[], float] = time.time) -> None:
        """Begin with none.

        Args:
            over: Called when time is up, in a thread of its own, with the moment at which it should be.
            now: The clock on the wall, which goes on over a restart. [s]
        """
        self.minutes = 0.0  # for each quarter that is opened; 0 for no clock
        self.ends: float | None = None  # when the open quarter closes; None while no clock runs [s]
        self.held: float | None = None  # what is left while the clock is held; None while it is not [s]
        self._over, self._now = over, now
        self._timer: threading.Timer | None = None

    @property
    def left(self) -> float | None:
        """Time that is left; None where there is no clock. [s]."""
        return self.held if self.ends is None else max(0.0, self.ends - self._now())

    def set(self, minutes: Any) -> None:
        """Give each quarter so many minutes from now on, or 0 for no clock.

        Raises:
            InputError: This is no such number.
        """
        number = isinstance(minutes, int | float) and not isinstance(minutes, bool) and math.isfinite(minutes)
        if not number or not 0 <= minutes <= LONGEST:
            said = str(minutes)[:20]
            raise InputError(f"minutes = {said} is not allowed; it must be 0, for no clock, to {LONGEST}")
        self.minutes = float(minutes)

    def start(self, *, held: bool = False) -> None:
        """Begin with all minutes of a quarter, if it has a clock; held until `resume` if so wished."""
        self.stop()
        if self.minutes:
            self._hold(60.0 * self.minutes)
            if not held:
                self.resume()

    def hold(self) -> None:
        """Let no time pass.

        Raises:
            InputError: No clock runs.
        """
        if self.ends is None:
            raise InputError("no clock runs now, so none can be held")
        self._hold(self.left or 0.0)

    def resume(self) -> None:
        """Let time pass again.

        Raises:
            InputError: The clock is not held.
        """
        if self.held is None:
            raise InputError("the clock is not held")
        self._run(self._now() + self.held)

    def add(self) -> None:
        """Give a minute more.

        Raises:
            InputError: There is no clock, or it has as much as it can have.
        """
        if self.left is None:
            raise InputError("this quarter has no clock")
        if self.left + A_MINUTE > 60.0 * LONGEST:
            raise InputError(f"a quarter has at most {LONGEST} minutes")
        if self.ends is None:
            self._hold(self.left + A_MINUTE)
        else:
            self._run(self.ends + A_MINUTE)

    def stop(self) -> None:
        """Be over, or not needed any more."""
        if self._timer:
            self._timer.cancel()
        self._timer = self.ends = self.held = None

    def restore(self, minutes: float, ends: float | None, held: float | None) -> None:
        """Go on where it was; what ran out while nobody could decide waits with a minute.

        Raises:
            InputError: It cannot have been such a clock.
        """
        self.set(minutes)
        if any(at is not None and not (math.isfinite(at) and at >= 0) for at in (ends, held)) or (held or 0) > 1e5:
            raise InputError("what is kept of the clock of this class is damaged")
        if held is not None:
            self._hold(held)
        elif ends is not None:
            if A_MINUTE <= ends - self._now() <= 60.0 * LONGEST:
                self._run(ends)
            else:
                self._hold(A_MINUTE)

    def _hold(self, left: float) -> None:
        self.stop()
        self.held = left

    def _run(self, ends: float) -> None:
        self.stop()
        self.ends = ends
        self._timer = threading.Timer(max(0.0, ends - self._now()), self._over, args=(ends,))
        self._timer.daemon = True
        self._timer.start()
