"""The way into a class: its code, typed; and what the trainer shows on the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara

from sim.scenario.errors import InputError
from sim.ui.classroom.rooms import ROOMS
from sim.ui.classroom.widgets import Code, refusals_in
from sim.ui.server.codes import CLASS_GUESSES, client, guessing
from sim.ui.server.reach import class_link, qr_svg, reach

if TYPE_CHECKING:
    from sim.ui.server.reach import Listening

JOIN = "join"
"""Part of an address, such as `/?join=1`, that opens the field for a code."""

WALL = "wall"
"""Part of an address, such as `/?class=ABCDEF&wall=1`, that opens the projector's view."""

_LONGEST = 12


def clean_code(text: Any) -> str:
    """Give the code somebody typed, in capitals, without blanks and hyphens.

    Raises:
        InputError: It is no code.
    """
    typed = "".join(text.split()).replace("-", "").upper() if isinstance(text, str) and len(text) <= 100 else ""
    if not (typed.isascii() and typed.isalnum() and len(typed) <= _LONGEST):
        raise InputError("a code of a class is a few letters and digits, as the trainer shows them")
    return typed


def invitation(code: str, origin: str, at: Listening | None) -> dict[str, str]:
    """What stands on the wall: code, link and QR code, or why nobody else can open the link."""
    found = reach(origin, at)
    link = class_link(found.url, code) if found.url else ""
    return {"code": code, "link": link, "qr": qr_svg(link) if link else "", "problem": found.problem}


@solara.component
def JoinForm(problem: str = "") -> None:  # noqa: N802 - a component
    """A field for the code of a class, which leads to it."""
    told, router = solara.use_reactive(problem), solara.use_router()

    def act(action: dict[str, Any]) -> None:
        with refusals_in(told):
            code = clean_code(action.get("code"))
            with guessing(CLASS_GUESSES, *client()):
                ROOMS.find(code)
            router.push(class_link(router.path or "/", code))

    Code({"problem": told.value}, act)
