"""How many pages are open, and whose: one visitor or one address must leave room for the others."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

MOST_PAGES = 120  # pages open at a time; assumed: what the memory of a usual machine holds

MOST_PER_ADDRESS = 100  # pages of one address: a class of eighty sits behind one

MOST_PER_VISITOR = 12  # pages of one visitor, who has a browser with a cookie

MOST_LINES = 4
"""Connections to one page at a time: a browser that lost one opens another before the first is known to be gone."""

MESSAGES_A_SECOND, MESSAGES_AT_ONCE = 150.0, 1_500.0
"""Messages of one connection, lasting and in a burst; assumed: the browser tests stay below."""


@dataclass(frozen=True)
class PageOwner:
    """Whose page it is."""

    visitor: str  # their cookie; empty if they have none
    address: str  # where they are


class Visitors:
    """The pages that are open; safe to use from several threads."""

    def __init__(self, alive: Callable[[], Collection[str]]) -> None:
        """Begin with none.

        Args:
            alive: Names of the pages that the framework keeps.
        """
        self._alive = alive
        self._owners: dict[str, PageOwner] = {}
        self._lines: Counter[str] = Counter()
        self._lock = threading.Lock()

    def refusal(self, owner: PageOwner) -> str:
        """Why somebody cannot have one more page; empty if they can."""
        with self._lock:
            alive = self._alive()
            self._owners = {page: kept for page, kept in self._owners.items() if page in alive or self._lines[page]}
            kept = list(self._owners.values())
        if owner.visitor and sum(page.visitor == owner.visitor for page in kept) >= MOST_PER_VISITOR:
            return f"You have {MOST_PER_VISITOR} pages open, which is as many as one visitor can have; close one first."
        if sum(page.address == owner.address for page in kept) >= MOST_PER_ADDRESS:
            return f"{MOST_PER_ADDRESS} pages are open from your network, as many as one can have; try again later."
        if len(kept) >= MOST_PAGES:
            return f"{MOST_PAGES} pages are open on this machine, which is as many as it keeps; try again later."
        return ""

    def connect(self, page: str, owner: PageOwner) -> str:
        """Note a connection to a page, new or not; return why it is refused, or nothing.

        Whoever gets nothing says `disconnect` in the end.
        """
        with self._lock:
            is_open = page in self._owners
        refusal = "" if is_open else self.refusal(owner)
        with self._lock:
            if not refusal and self._lines[page] >= MOST_LINES:
                refusal = f"This page has {MOST_LINES} connections, which is as many as it can have."
            if not refusal:
                self._owners.setdefault(page, owner)
                self._lines[page] += 1
        return refusal

    def disconnect(self, page: str) -> None:
        """Note that a connection to a page has ended."""
        with self._lock:
            self._lines[page] -= 1
            if not self._lines[page]:
                del self._lines[page]


BYTES_A_SECOND, BYTES_AT_ONCE = 300_000.0, 6_000_000.0  # the same in bytes: two of the largest uploads at once


class PaceError(ValueError):
    """More came than any page sends."""


class Pace:
    """How much a connection may still send, in messages and in bytes: buckets that fill with time."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._messages, self._bytes = MESSAGES_AT_ONCE, BYTES_AT_ONCE
        self._last = now()

    def count(self, size: int = 0) -> None:
        """Count a message of so many bytes.

        Raises:
            PaceError: It is too much.
        """
        now = self._now()
        passed, self._last = now - self._last, now
        self._messages = min(MESSAGES_AT_ONCE, self._messages + MESSAGES_A_SECOND * passed) - 1.0
        self._bytes = min(BYTES_AT_ONCE, self._bytes + BYTES_A_SECOND * passed) - size
        if self._messages < 0.0:
            raise PaceError(f"more than {MESSAGES_A_SECOND:.0f} messages a second came")
        if self._bytes < 0.0:
            raise PaceError(f"more than {BYTES_A_SECOND:,.0f} bytes a second came")
