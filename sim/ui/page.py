"""The page: it prepares what a visitor has chosen, shows that it does, and plays it; a session for each visitor."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import solara
import solara.lab
from solara.alias import rv

from sim.ui.address import read_address
from sim.ui.chooser import Chooser
from sim.ui.classroom.joining import JOIN, WALL, JoinForm
from sim.ui.classroom.projector import WallPage
from sim.ui.classroom.visitor import SeatPage
from sim.ui.desk import Desk, Look
from sim.ui.opening import Opened, open_session, sentence
from sim.ui.parts import Message, Notice, Problem
from sim.ui.run.player import use_player
from sim.ui.trail import Footprints, Trail, Undo
from sim.ui.views import LESSONS, VIEWS

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from sim.ui.choice import Choice
    from sim.ui.run.branches import Branches


CONTENT = "fw-content"
"""What the document calls the main part of the page."""


@cache
def style() -> str:
    """The style sheets of the page and of its views, joined."""
    folder = Path(__file__).parent
    return "\n".join(path.read_text() for path in [folder / "page.css", *sorted(folder.glob("*/*.css"))])


@solara.component
def Page() -> None:  # noqa: N802 - a component
    """The page; an address that names a class opens a seat of it instead, or its wall, or asks for its code."""
    asked = dict(read_address(solara.use_router().search).rest)
    code = asked.get("class")
    if code is None and JOIN not in asked:
        Main()
        return
    with solara.Div(classes=["fw-page", "fw-class-page"]):
        solara.Title("Sales Flywheel: class")
        solara.Style(style())
        with main_part():
            if code is None:
                JoinForm()
            elif WALL in asked:
                WallPage(code)
            else:
                SeatPage(code)
        with solara.Div(classes=["fw-class-scheme"]):
            Light()


@solara.component
def Main() -> None:  # noqa: N802
    """Open what the address asks for, or say why it cannot be opened."""
    search = solara.use_router().search
    trail: Trail = solara.use_memo(lambda: Trail.begin(search), [])
    with solara.Div(classes=["fw-page"]):
        solara.Title("Sales Flywheel")
        solara.Style(style())
        Skip(to=CONTENT)
        Rail(trail)
        with main_part():
            Name(trail.view)
            if trail.asked.value.problem:
                Refused(trail)
            else:
                Preparation(trail)
        Undo(trail)
        Footprints(trail)


def main_part() -> solara.Element:
    """What a page is about, for those who jump there."""
    return rv.Html(tag="main", class_="fw-main", attributes={"id": CONTENT, "tabindex": "-1"})


@solara.component
def Name(view: solara.Reactive[str]) -> None:  # noqa: N802
    """What the view is called, for those who hear the page; lessons have titles of their own."""
    label = next((entry.label for entry in VIEWS if entry.name == view.value != LESSONS), "")
    rv.Html(tag="h1" if label else "span", class_="fw-unseen", children=[label])


@solara.component_vue("Skip.vue")
def Skip(*, to: str) -> None:  # noqa: N802
    """The first thing the keyboard reaches: it leads past the rail, to the part with this id."""


@solara.component
def Refused(trail: Trail) -> None:  # noqa: N802
    """Why an address cannot be opened, and the way on."""
    with Message("This address cannot be opened", sentence(trail.asked.value.problem)):
        solara.Button("Start with the baseline", on_click=trail.start_anew, color="primary")


@solara.component
def Preparation(trail: Trail) -> None:  # noqa: N802
    """Prepare what was chosen, show that it is being prepared, then play it; or say why it cannot be."""
    step, problem, closed = solara.use_reactive(""), solara.use_reactive(""), solara.use_reactive("")
    choice, turn = trail.choice, trail.turn.value

    def prepare(cancel: threading.Event) -> tuple[int, Opened]:
        given = trail.asked.peek().link
        link = given if given and given.choice == choice.value else None
        return turn, open_session(choice.value, step.set, link, cancel.is_set)

    result = solara.use_thread(prepare, dependencies=[choice.value, turn], intrusive_cancel=False)
    # What was opened before stays the thread's value for a moment after another choice.
    opened = Opened(choice.value)
    if result.value and (result.value[0], result.value[1].choice) == (turn, choice.value):
        opened = result.value[1]
    with solara.Div(classes=["fw-main"]):
        if opened.branches:
            if opened.warning and closed.value != choice.value.key:
                Notice(opened.warning, lambda: closed.set(choice.value.key))
            Room(opened.branches, choice, trail.view, trail).key(f"room {choice.value.key} {turn}")
            return
        with solara.Div(classes=["fw-top"]):
            Chooser(choice, problem.set)
        Problem(problem)
        if result.state == solara.ResultState.ERROR:
            Message("This cannot be run", f"{type(result.error).__name__}: {result.error}")
        elif opened.problem:
            Message("This cannot be run", opened.problem)
        else:
            Message("Preparing the organization", step.value or "One moment.", busy=True)


@solara.component
def Room(  # noqa: N802
    branches: Branches, choice: solara.Reactive[Choice], view: solara.Reactive[str], trail: Trail | None = None
) -> None:
    """The view that was chosen, of the worlds of one run; they play on in whichever view."""
    player = use_player(branches, trail.leaving) if trail else use_player(branches)
    mine = solara.use_memo(choice.peek, [])
    solara.use_effect(lambda: trail.attend(mine, player) if trail else None, [])
    desk = Desk(choice, player, view, solara.use_memo(Look, []))
    shown = next((entry for entry in VIEWS if entry.name == view.value), VIEWS[0])
    shown.component(desk).key(shown.name)


@solara.component
def Rail(trail: Trail) -> None:  # noqa: N802
    """The views to choose from, the way into a class, and the switch between light and dark."""
    router = solara.use_router()

    def join() -> None:
        router.push(f"{router.path or '/'}?{JOIN}=1")

    with rv.Html(tag="nav", class_="fw-rail", attributes={"aria-label": "Views"}):
        for entry in VIEWS:
            here = entry.name == trail.view.value
            with solara.Div(attributes={"title": entry.hint, "aria-current": "page" if here else "false"}):
                solara.Button(
                    entry.label, icon_name=entry.icon, text=True, classes=["fw-here"] if here else [],
                    on_click=partial(trail.show, entry.name),
                )  # fmt: skip
        with solara.Div(classes=["fw-rail-join"], attributes={"title": "Join a class by its code."}):
            solara.Button("Join a class", icon_name="mdi-login-variant", text=True, on_click=join)
        solara.Div(classes=["fw-space"])
        Light()


@solara.component
def Light() -> None:  # noqa: N802
    """The switch between light and dark."""

    def turn(to: bool) -> None:  # noqa: FBT001 - the browser calls it with one value
        solara.lab.theme.dark = to

    Scheme(dark=bool(solara.lab.use_dark_effective()), event_turn=turn)


@solara.component_vue("Scheme.vue")
def Scheme(*, dark: bool, event_turn: Callable[[bool], None]) -> None:  # noqa: N802
    """The switch between light and dark; the browser remembers it, and tells what its system prefers."""


@solara.component
def Layout(children: list[solara.Element]) -> None:  # noqa: N802
    """Nothing around the page: it fills the window."""
    solara.Div(children=children)
