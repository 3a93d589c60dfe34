"""The debrief on the page: how far it is, and its files, for the trainer and for each seat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.ui.classroom import words
from sim.ui.classroom.debrief_files import downloads
from sim.ui.forms.answers import FILE_LABELS, Downloads
from sim.ui.parts import Heading, add_menu, add_progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.classroom.room import Room

_CLASS = (
    "What everybody decided beside what it brought: in this run, and played again with other lucks, each decision "
    "taken out alone."
)
_SEAT = "Your decisions, played again with other lucks and each taken out alone: what was skill, and what was luck."


def review_stamp(room: Room) -> tuple[str, float, int]:
    """What the page shows of how far a debrief is: another one is drawn anew."""
    review = room.review
    return review.stage, round(review.share, 2) if review.busy else 1.0, len(review.ready) + review.seats_known


def say(text: str) -> None:
    """Say where it stands."""
    rv.Html(tag="p", class_="fw-debrief-text", attributes={"role": "status"}, children=[text])


def seat_stamp(room: Room, token: str) -> tuple[str, float, bool]:
    """The same for one seat; forty pages are not drawn at every step."""
    review = room.review
    return review.stage, round(review.share, 1) if review.busy else 1.0, is_ready(room, token)


def is_ready(room: Room, token: str) -> bool:
    """Whether the debrief of a seat can be read."""
    return any(seat.token == token and room.review.complete(seat) for seat in room.review.played)


@solara.component
def ClassDebrief(room: Room, do: Callable[..., None], turn: tuple[Any, ...]) -> None:  # noqa: N802, ARG001 - as Running
    """The debrief of the class and of every seat, for the trainer."""
    review, chosen = room.review, solara.use_reactive("")
    with room.lock:
        seats = {seat.token: seat.label for seat in review.played if review.complete(seat) and seat.token in room.seats}
        playable = any(not seat.problem and seat.taken for seat in room.people)
    with solara.Div(classes=["fw-layers"]):
        Heading("Debrief", _CLASS)
        say(words.debrief_text(room))
        # What has a key stays when what stands before it comes and goes: a file that was asked for is not lost.
        if review.busy:
            add_progress(review.share, "How far the debrief is")
        with solara.Div(classes=["fw-actions"]).key("actions"):
            if review.busy:
                solara.Button("Stop the debrief", on_click=lambda: do(room.stop_debrief), outlined=True)
            elif review.stage != "done" and playable:
                label = "Make the debrief" if review.stage == "idle" else "Go on with the debrief"
                solara.Button(label, on_click=lambda: do(room.debrief), color="primary")
        if review.seats_known and playable:
            solara.Text("Of the class", classes=["fw-muted"])
            Downloads(downloads(room, tuple(FILE_LABELS))).key("files of the class")
        if seats:
            token = chosen.value if chosen.value in seats else next(iter(seats))
            with solara.Div(classes=["fw-debrief-seat"]):
                add_menu(seats, token, chosen.set, label="Of a seat")
            Downloads(downloads(room, tuple(FILE_LABELS), token)).key(f"files of {token}")


@solara.component
def SeatDebrief(room: Room, token: str, turn: tuple[Any, ...]) -> None:  # noqa: N802, ARG001 - another turn is drawn anew
    """The debrief of one seat, for whoever has it."""
    review, seat = room.review, room.seats.get(token)
    with solara.Div(classes=["fw-layers"]):
        Heading("Your debrief", _SEAT)
        if is_ready(room, token):
            say("What was skill and what was luck, decision by decision.")
            Downloads(downloads(room, ("html", "pptx"), token))
        elif seat and seat.problem:
            say("This organization was not played to the end, so there is nothing to debrief.")
        else:
            say(words.debrief_text(room))
            if review.busy:
                add_progress(review.share, "How far the debrief is")
