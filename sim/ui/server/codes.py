"""Codes people type: that of the trainer, those of classes, and how often somebody may guess one."""

from __future__ import annotations

import hmac
import os
import secrets
import sys
import threading
import time
from collections import deque
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from sim.scenario.errors import InputError
from sim.ui.server.access import CLIENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TRAINER_CODE = "FLYWHEEL_TRAINER_CODE"
"""Variable of the environment with the code, which `flywheel app` sets."""

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters of a code: none that looks like another when read aloud or off a wall."""

_SHORTEST, _LONGEST = 6, 64
_LENGTH = 8

GUESSES_OF_VISITOR, GUESSES_OF_ADDRESS = 8, 60
"""Wrong codes within `MEMORY`: of one visitor, and, of the trainer's code, of one address."""

MEMORY = 600.0  # seconds for which a wrong code counts


def new_code(length: int = _LENGTH) -> str:
    """Make a code nobody can guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def check_trainer_code(code: str) -> str:
    """Give a code that can be typed and not be guessed soon.

    Raises:
        InputError: It is too short or too long, or has letters nobody can see.
    """
    if not _SHORTEST <= len(code) <= _LONGEST or not code.isprintable() or code != code.strip():
        raise InputError(
            f"--trainer-code: a code has {_SHORTEST} to {_LONGEST} letters, none of them blank at its ends"
        )
    return code


@cache
def trainer_code() -> str:
    """The code of this server; where nobody has set one, it is made and printed on standard error."""
    code = os.environ.get(TRAINER_CODE, "")
    if not code:
        code = new_code()
        sys.stderr.write(f"Trainer code, to open a class: {code}\n")
    return code


def check_is_trainer(typed: str) -> None:
    """Refuse whoever has not typed the trainer's code, in capitals or not.

    Raises:
        InputError: It is another.
    """
    if not typed.strip():
        raise InputError("type the trainer's code, which was printed where the page was started")
    if not hmac.compare_digest(typed.strip().upper().encode(), trainer_code().upper().encode()):
        raise InputError("this is not the trainer's code, which was printed where the page was started")


class Guesses:
    """Wrong codes of each visitor and address; safe to use from several threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic, *, by_address: bool = True) -> None:
        """Begin with none.

        Args:
            now: The clock. [s]
            by_address: Whether those of one address are counted together.
        """
        self._now, self._by_address = now, by_address
        self._wrong: dict[tuple[str, int], deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, visitor: str, address: str) -> None:
        """Refuse somebody who has guessed too often.

        Raises:
            InputError: They have; the sentence says how long to wait.
        """
        with self._lock:
            self._forget()
            for key in self._keys(visitor, address):
                times = self._wrong.get(key, deque())
                if len(times) >= key[1]:
                    wait = MEMORY - (self._now() - times[0])
                    raise InputError(
                        f"too many wrong codes were typed; try again in {max(1, round(wait / 60))} minutes"
                    )

    def wrong(self, visitor: str, address: str) -> None:
        """Count a wrong code."""
        with self._lock:
            for key in self._keys(visitor, address):
                self._wrong.setdefault(key, deque(maxlen=key[1])).append(self._now())

    def _forget(self) -> None:
        """Drop what is old, so that nobody can fill the memory."""
        for key, times in list(self._wrong.items()):
            while times and self._now() - times[0] > MEMORY:
                times.popleft()
            if not times:
                del self._wrong[key]

    def _keys(self, visitor: str, address: str) -> list[tuple[str, int]]:
        """Who is counted, with how often they may be wrong."""
        keys = [(f"visitor {visitor}", GUESSES_OF_VISITOR)] if visitor else []
        return [*keys, (f"address {address}", GUESSES_OF_ADDRESS)] if self._by_address else keys


CLASS_GUESSES, TRAINER_GUESSES = Guesses(by_address=False), Guesses()
"""Those of this server. A class sits behind one address, so one who guesses there must not lock out the others; and a
class's code, one of 900 million, cannot be guessed at the pace of a page."""


@contextmanager
def guessing(guesses: Guesses, visitor: str, address: str) -> Iterator[None]:
    """Somebody tries a code within; whatever is refused counts as a wrong one.

    Raises:
        InputError: They have guessed too often, or what was raised within.
    """
    guesses.check(visitor, address)
    try:
        yield
    except InputError:
        guesses.wrong(visitor, address)
        raise


def client() -> tuple[str, str]:
    """Visitor and address of whoever looks at the page that is drawn or acted on now; empty where nobody knows."""
    from solara.lab import headers  # noqa: PLC0415 - it needs the framework's extra
    from solara.server.kernel_context import get_current_context, has_current_context  # noqa: PLC0415

    visitor = get_current_context().session_id if has_current_context() else ""
    return visitor, (headers.value or {}).get(CLIENT, [""])[0]


def origin() -> str:
    """Scheme, host and port by which the page was opened that is drawn or acted on now; empty where nobody knows."""
    from solara.lab import headers  # noqa: PLC0415 - as above

    return str((headers.value or {}).get("origin", [""])[0])
