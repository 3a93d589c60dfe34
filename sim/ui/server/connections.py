"""Connections below the page: bounded, and closed when nothing whole comes through them in time."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio

PATIENCE = 20.0  # seconds in which a request has to arrive whole, and a connection to begin one

MOST_CONNECTIONS, MOST_PER_ADDRESS = 3_000, 700
"""Requests at a time, of all and of one address; a class of eighty opens six each. Websockets are counted apart."""

FILES = 16_384  # files a server may have open, connections among them, where the system lets it

_open: Counter[str] = Counter()


class PatientProtocol(H11Protocol):
    """HTTP as the server speaks it, for a bounded number of connections that each send something in time."""

    _address = ""
    _waiting: asyncio.TimerHandle | None = None
    _handed_over = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as its base does
        """Count it, or close it where there are too many."""
        super().connection_made(transport)
        self._address = str((transport.get_extra_info("peername") or ("",))[0])
        _open[self._address] += 1
        if _open[self._address] > MOST_PER_ADDRESS or _open.total() > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._wait()

    def data_received(self, data: bytes) -> None:
        """Read on, and wait no longer than usual for the rest."""
        super().data_received(data)
        if self._handed_over:
            return  # and nothing is waited for here any more
        cycle: Any = self.cycle  # none before the first request, whatever its type says
        if cycle is None or cycle.response_complete:
            self._wait()
        else:
            self._wait_no_more()

    def handle_websocket_upgrade(self, event: Any) -> None:
        """Hand it over; whoever takes it counts it."""
        self._handed_over = True
        self._leave()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count it no longer."""
        self._leave()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(PATIENCE, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _leave(self) -> None:
        self._wait_no_more()
        if self._address:
            _open[self._address] -= 1
            if not _open[self._address]:
                del _open[self._address]
            self._address = ""


def open_more_files() -> None:
    """Ask the system for as many files as a full page needs; what it has to give is taken."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
