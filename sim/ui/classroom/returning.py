"""What a page shows of a class that is asked for: that it is computed anew, then the class, or why it cannot be."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import solara

from sim.ui.classroom.news import LISTENING, use_news
from sim.ui.opening import sentence
from sim.ui.parts import Message

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.classroom.gathering import Gathering
    from sim.ui.classroom.rooms import Restoration

_OFTEN = 0.3  # seconds between two looks at how far it is


@solara.component
def Returned(  # noqa: N802 - a component
    found: Restoration, draw: Callable[[Any], solara.Element], leave: Callable[[], None] | None = None
) -> None:
    """Draw a class once it is there; `leave` is the way on where it cannot be."""

    def wait(_: tuple[bool, float]) -> None:
        if found.ended.is_set():
            time.sleep(LISTENING)
        else:
            found.ended.wait(_OFTEN)

    use_news(found, lambda: (found.ended.is_set(), round(found.share, 1)), wait)
    if found.room:
        draw(found.room)
    elif found.ended.is_set():
        with Message("This class cannot go on", sentence(found.problem)):
            if leave:
                solara.Button("Open another class", on_click=leave, color="primary")
    else:
        text = (
            "The page was started anew since this class was used, and every organization is computed again from what "
            f"was decided: {found.share:.0%}."
        )
        Message("One moment", text, busy=True)


@solara.component
def Gone(room: Gathering[Any], leave: Callable[[], None] | None = None) -> None:  # noqa: N802
    """Why nothing can be done in a class any more."""
    with Message("This class is not here any more", sentence(room.gone)):
        if leave:
            solara.Button("Open another class", on_click=leave, color="primary")


@solara.component
def Deletion(delete: Callable[[], None]) -> None:  # noqa: N802
    """A button that deletes a class once it was said again."""
    asking = solara.use_reactive(False)
    if not asking.value:
        solara.Button("Delete the class", on_click=lambda: asking.set(True), text=True)
        return
    with solara.Div(classes=["fw-layers"], attributes={"role": "alert"}):
        solara.Text("Names, decisions and results are deleted for everybody, and cannot be brought back.")
        with solara.Div(classes=["fw-actions"]):
            solara.Button("Delete it for good", on_click=delete, color="primary")
            solara.Button("Keep it", on_click=lambda: asking.set(False), outlined=True)
