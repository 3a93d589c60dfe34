"""Memory of a server whose visitors come and go.

The C library keeps an arena for each thread and gives little of it back: after three times forty visitors the page held
1.2 GB, most of it free. With two arenas for all threads, trimmed when pages are closed, it stays near what is in use.
Other C libraries have neither call, and are left as they are.
"""

import ctypes
import threading
from contextlib import suppress

_M_ARENA_MAX = -8  # of malloc.h
_ARENAS = 2
_BETWEEN = 20.0  # seconds from the first page that is closed to the trimming, in which others close too

_lock = threading.Lock()
_waiting = False


def share_arenas() -> None:
    """Let all threads that begin from now on share a few arenas."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def trim_soon() -> None:
    """Give free memory back to the system in a while; once, however often it is asked for meanwhile."""
    global _waiting  # noqa: PLW0603 - there is one heap in a process
    with _lock:
        if _waiting:
            return
        _waiting = True
    timer = threading.Timer(_BETWEEN, _trim)
    timer.daemon = True
    timer.start()


def _trim() -> None:
    global _waiting  # noqa: PLW0603 - see above
    with _lock:
        _waiting = False
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
