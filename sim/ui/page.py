"""The page: it prepares what a visitor has chosen, shows that it does, and plays it; a session for each visitor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import solara
import solara.lab
from solara.alias import rv

from sim.errors import InputError
from sim.ui.choice import Choice
from sim.ui.chooser import Chooser
from sim.ui.classroom.visitor import SeatPage
from sim.ui.desk import Desk
from sim.ui.parts import Message, Problem
from sim.ui.run.player import use_player
from sim.ui.run.session import Session
from sim.ui.views import FIRST, VIEWS

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, eq=False, slots=True)
class Opened:
    """A choice that was prepared: its session, or why there is none."""

    choice: Choice
    session: Session | None = None
    problem: str = ""


def open_session(choice: Choice, say: Callable[[str], None]) -> Opened:
    """Prepare what was chosen, telling each step."""

    def compiling(name: str, done: int, total: int) -> None:
        rule = f" Now {done} of {total}: {name.replace('_', ' ')}." if total else ""
        say(f"Compiling the rules for this machine, which is needed once and takes about a minute.{rule}")

    say("Reading the scenario and running the weeks before the start.")
    try:
        return Opened(choice, Session.begin(choice.load(), choice.seed, compiling))
    except InputError as error:
        return Opened(choice, problem=str(error))


@cache
def style() -> str:
    """The style sheets of the page and of its views, joined."""
    folder = Path(__file__).parent
    return "\n".join(path.read_text() for path in [folder / "page.css", *sorted(folder.glob("*/*.css"))])


@solara.component
def Page() -> None:  # noqa: N802 - a component
    """The page; a link that names a class opens a seat of it instead."""
    code = parse_qs(solara.use_router().search or "").get("class")
    if code is None:
        Main()
        return
    with solara.Div(classes=["fw-page", "fw-class-page"]):
        solara.Title("Sales Flywheel: class")
        solara.Style(style())
        SeatPage(code[0])
        with solara.Div(classes=["fw-class-scheme"]):
            Light()


@solara.component
def Main() -> None:  # noqa: N802
    """Open what was chosen, show that it is being opened, then play it; or say why it cannot be."""
    choice = solara.use_reactive(Choice())
    view = solara.use_reactive(FIRST)
    step, problem = solara.use_reactive(""), solara.use_reactive("")
    result = solara.use_thread(
        lambda: open_session(choice.value, step.set), dependencies=[choice.value], intrusive_cancel=False
    )
    # What was opened before stays the thread's value for a moment after another choice.
    opened = result.value if result.value and result.value.choice == choice.value else Opened(choice.value)
    with solara.Div(classes=["fw-page"]):
        solara.Title("Sales Flywheel")
        solara.Style(style())
        Rail(view)
        with solara.Div(classes=["fw-main"]):
            if opened.session:
                Room(opened.session, choice, view).key(f"room {choice.value}")
            else:
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
def Room(session: Session, choice: solara.Reactive[Choice], view: solara.Reactive[str]) -> None:  # noqa: N802
    """The view that was chosen, of one session; the session plays on in whichever view."""
    desk = Desk(choice, use_player(session), view)
    shown = next((one for one in VIEWS if one.name == view.value), VIEWS[0])
    shown.component(desk).key(shown.name)


@solara.component
def Rail(view: solara.Reactive[str]) -> None:  # noqa: N802
    """The views to choose from, and the switch between light and dark."""
    with rv.Html(tag="nav", class_="fw-rail", attributes={"aria-label": "Views"}):
        for one in VIEWS:
            here = one.name == view.value
            with solara.Div(attributes={"title": one.hint, "aria-current": "page" if here else "false"}):
                solara.Button(
                    one.label, icon_name=one.icon, text=True, classes=["fw-here"] if here else [],
                    on_click=lambda name=one.name: view.set(name),
                )  # fmt: skip
        solara.Div(classes=["fw-space"])
        Light()


@solara.component
def Light() -> None:  # noqa: N802
    """The switch between light and dark."""
    dark = bool(solara.lab.use_dark_effective())

    def turn(to: bool) -> None:  # noqa: FBT001 - the browser calls it with one value
        solara.lab.theme.dark = to

    Scheme(dark=dark, event_turn=turn)


@solara.component_vue("Scheme.vue")
def Scheme(*, dark: bool, event_turn: Callable[[bool], None]) -> None:  # noqa: N802
    """The switch between light and dark; the browser remembers it, and tells what its system prefers."""


@solara.component
def Layout(children: list[solara.Element]) -> None:  # noqa: N802
    """Nothing around the page: it fills the window."""
    solara.Div(children=children)
