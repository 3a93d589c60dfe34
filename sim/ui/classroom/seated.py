"""Whoever opens the link of a class: a field for a name first, then what the seat shows; the browser remembers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara

from sim.ui.classroom.returning import Gone
from sim.ui.classroom.widgets import Joining, keep_value, refusals_in
from sim.ui.parts import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.classroom.gathering import Gathering


@solara.component
def Seated(  # noqa: N802 - a component
    room: Gathering[Any], token: solara.Reactive[str | None], *, take: Callable[[dict[str, Any]], str],
    welcome: Callable[[], dict[str, Any]], desk: Callable[[Any], object],
    turn: tuple[Any, ...],  # noqa: ARG001 - another turn is drawn anew
) -> None:  # fmt: skip
    """One visitor at a class.

    Args:
        room: The class.
        token: Of the visitor's seat; None until the browser has said what it kept.
        take: Takes a seat as the form asks for it, and gives its token; what is refused is told.
        welcome: What the form for a name shows.
        desk: Draws a seat.
        turn: What the page depends on.
    """
    problem = solara.use_reactive("")

    def join(action: dict[str, Any]) -> None:
        with refusals_in(problem):
            token.set(take(action))

    seat = room.seat_of(token.value or "")
    with solara.Div(classes=["fw-layers"]):
        kept = (token.value or "") if seat else ""
        keep_value(f"fw-seat-{room.code}", kept, lambda stored: token.set(stored if room.seat_of(stored) else ""))
        if room.gone:
            Gone(room)
        elif token.value is None:
            Message("One moment", "Looking for your seat.", busy=True)
        elif seat is None:
            shown = welcome()
            gone = "Your seat was taken away by the trainer. " if token.value else ""
            Joining({"code": room.code, **shown, "text": gone + shown["text"], "problem": problem.value}, join)
        else:
            desk(seat)
