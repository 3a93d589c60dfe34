"""Who plays along in a class, as the trainer chooses it and as everybody reads it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.ui.classroom.characters import CHARACTERS
from sim.ui.parts import Heading

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sim.ui.classroom.room import Room

MARK = "\N{WHITE DIAMOND}"
"""Before the name of a character, where there is room for a sign alone."""

RULES = (
    "Characters decide by a rule, each quarter, from the last results of their own organization and within the budget "
    "everybody has. They are in no median and have no rank."
)


def choose_cast(chosen: Collection[str], choose: Callable[[str, bool], None]) -> None:
    """Draw a box to check for each character."""
    Heading("Who plays along", RULES)
    with solara.Div(classes=["fw-cast"]):
        for key, one in CHARACTERS.items():
            with solara.Div():
                solara.Checkbox(label=one.name, value=key in chosen, on_value=partial(choose, key))
                rv.Html(tag="p", class_="fw-muted", children=[one.about])


def cast_told(room: Room) -> dict[str, str]:
    """What each character that plays along does and why, by name."""
    return {seat.name: CHARACTERS[seat.character].about for seat in room.characters}


def draw_cast(told: dict[str, str]) -> None:
    """Draw who plays along."""
    Heading("Playing along", RULES)
    with rv.Html(tag="dl", class_="fw-legend"):
        for name, about in told.items():
            rv.Html(tag="dt", children=[f"{MARK} {name}"])
            rv.Html(tag="dd", children=[about])


def cast_text(room: Room) -> str:
    """Who plays along, one sentence; empty where nobody does."""
    names = ", ".join(f"{MARK} {seat.name}" for seat in room.characters)
    return f"Playing along by a rule: {names}." if names else ""


def cast_shown(room: Room, *, deciding: bool) -> list[dict[str, Any]]:
    """Characters as the trainer's list of seats shows them."""
    return [
        {
            "name": seat.name,
            "decided": deciding and seat.decided,
            "text": "cannot go on" if seat.problem else "decided" if deciding and seat.decided else "",
            "team": f"Character. {seat.problem or CHARACTERS[seat.character].about}",
            "problem": seat.problem,
        }
        for seat in room.characters
    ]
