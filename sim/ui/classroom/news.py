"""Being drawn anew when a room has changed, also by a change that comes while another one is drawn.

Solara draws at once when something is set, unless it is drawing; what is set by another thread at the very end of a
drawing is then drawn only with the next one. A class must not wait for that, so what was drawn is compared with what
is, and drawn again where they differ.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

import solara

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

LISTENING = 1.0  # seconds between two looks at whether the tab is still there
AGAIN = 0.05  # least seconds between two drawings

Stamp = TypeVar("Stamp")


def resting(least: float, times: float = 4.0) -> Callable[[float], float]:
    """Seconds between two drawings, after one that took so many: `least`, longer where drawing is slow.

    It is three times as long at most: on a busy machine one drawing takes many seconds, and news must not wait for a
    multiple of that.
    """
    return lambda took: min(3 * least, max(least, times * took))


def use_news(
    subject: object,
    stamp: Callable[[], Stamp],
    wait: Callable[[Stamp], object],
    pause: Callable[[float], float] = lambda _: AGAIN,
) -> Stamp:
    """Hook: draw the component whenever what it depends on, its stamp, is not what was drawn; return what it is now.

    The stamp is of a `subject`, such as a room. `wait` waits a while for another stamp, and `pause` says for how many
    seconds after a drawing that took so many.
    """
    times = solara.use_reactive(0)
    times.get()  # who reads it is drawn anew when it rises
    now = stamp()
    drawn = solara.use_memo(lambda: [now], [subject])
    # Only what came to its end was drawn.
    solara.use_effect(lambda: drawn.__setitem__(0, now), [now])

    def listen(cancel: threading.Event) -> None:
        while not cancel.is_set():
            wait(drawn[0])
            if stamp() != drawn[0]:
                began = time.monotonic()
                times.set(times.peek() + 1)
                cancel.wait(pause(time.monotonic() - began))

    solara.use_thread(listen, dependencies=[subject], intrusive_cancel=False)
    return now
