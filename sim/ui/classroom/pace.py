"""Time left and how many have decided, as everybody sees it, and the trainer's hand on the clock."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import solara

from sim.ui.classroom.news import LISTENING, resting, use_news
from sim.ui.classroom.widgets import Clock
from sim.ui.parts import add_menu

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.classroom.room import Room

LEAST_BETWEEN = 1.0  # seconds between two drawings: forty pages are not drawn with each of forty decisions
MINUTES = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45, 60)


@solara.component
def Pace(room: Room) -> None:  # noqa: N802 - a component
    """Time left and how many have decided, while a quarter is open; drawn by itself, since it changes often."""
    use_news(
        room,
        lambda: (room.phase, room.clock.ends, room.clock.held, decided_text(room)),
        lambda _: room.wait(LISTENING, version=room.version),
        resting(LEAST_BETWEEN),
    )
    with room.lock:
        shown = pace_shown(room)
    Clock(shown)


def pace_shown(room: Room) -> dict[str, Any]:
    """What the page shows of the clock: the browser counts on by itself."""
    clock = room.clock
    left = clock.left if room.phase == "deciding" else None
    return {
        "left": None if left is None else round(left, 1),
        "running": clock.ends is not None,
        "decided": decided_text(room),
    }


def decided_text(room: Room) -> str:
    """How many have decided for the open quarter, such as "Decided 12 of 18"; empty while none is open."""
    seats = room.people
    return f"Decided {sum(seat.decided for seat in seats)} of {len(seats)}" if room.phase == "deciding" else ""


def give_minutes(room: Room, token: str, minutes: Any) -> None:
    """Give each quarter so many minutes, 0 for no clock; one that is open has all of them from now on.

    Raises:
        InputError: It is not the trainer who asks, or this is no such number.
    """
    with room.led(token):
        room.clock.set(minutes)
        if room.phase == "deciding":
            room.clock.start()


def move_clock(room: Room, move: str, token: str) -> None:
    """Hold the clock of the open quarter, let it run again, or add a minute: hold, resume or add.

    Raises:
        InputError: It is not the trainer who asks, or the clock cannot do that now.
    """
    with room.led(token):
        {"hold": room.clock.hold, "resume": room.clock.resume, "add": room.clock.add}[move]()


@solara.component
def ClockControls(room: Room, do: Callable[..., None], turn: tuple[Any, ...]) -> None:  # noqa: N802, ARG001 - as Running
    """The trainer's hand on the clock; another turn is drawn anew."""
    clock = room.clock
    texts = {"0": "No clock"} | {str(each): f"{each} minute{'s' * (each > 1)}" for each in MINUTES}
    now = f"{clock.minutes:g}"

    def give(text: str) -> None:
        do(lambda token: give_minutes(room, token, int(text) if text in texts else text))

    with solara.Div(classes=["fw-actions"]):
        add_menu(
            texts if now in texts else {now: f"{now} minutes", **texts}, now, give, label="Time for a quarter",
            disabled=room.phase == "over",
        )  # fmt: skip
        if clock.left is not None:
            held = ("Let it run", "resume") if clock.held is not None else ("Hold the clock", "hold")
            for label, move in (held, ("Add a minute", "add")):
                act = partial(do, partial(move_clock, room, move))
                solara.Button(label, on_click=act, outlined=True)
