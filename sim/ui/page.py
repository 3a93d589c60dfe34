"""The page: it prepares what a visitor has chosen, shows that it does, and plays it; a session for each visitor."""

from __future__ import annotations

from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import solara
import solara.lab
from solara.alias import rv

from sim.scenario.errors import InputError
from sim.ui.address import Asked, read_address, write_address
from sim.ui.chooser import Chooser
from sim.ui.classroom.joining import JOIN, JoinForm
from sim.ui.classroom.visitor import SeatPage
from sim.ui.desk import Desk, Look
from sim.ui.opening import Opened, open_session, sentence
from sim.ui.parts import Message, Notice, Problem
from sim.ui.run.player import use_player
from sim.ui.views import VIEWS

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from sim.ui.choice import Choice
    from sim.ui.run.session import Session


@cache
def style() -> str:
    """The style sheets of the page and of its views, joined."""
    folder = Path(__file__).parent
    return "\n".join(path.read_text() for path in [folder / "page.css", *sorted(folder.glob("*/*.css"))])


@solara.component
def Page() -> None:  # noqa: N802 - a component
    """The page; an address that names a class opens a seat of it instead, or asks for its code."""
    asked = dict(read_address(solara.use_router().search).rest)
    code = asked.get("class")
    if code is None and JOIN not in asked:
        Main()
        return
    with solara.Div(classes=["fw-page", "fw-class-page"]):
        solara.Title("Sales Flywheel: class")
        solara.Style(style())
        if code is None:
            JoinForm()
        else:
            SeatPage(code)
        with solara.Div(classes=["fw-class-scheme"]):
            Light()


@solara.component
def Main() -> None:  # noqa: N802
    """Open what the address asks for, or say why it cannot be opened."""
    asked, choice, view = use_address()
    with solara.Div(classes=["fw-page"]):
        solara.Title("Sales Flywheel")
        solara.Style(style())
        Rail(view)
        with solara.Div(classes=["fw-main"]):
            if asked.problem:
                Refused(asked)
            else:
                Preparation(asked, choice, view)


def use_address() -> tuple[Asked, solara.Reactive[Choice], solara.Reactive[str]]:
    """Hook: what the address asks for, and the choice and the view, which it follows and which follow it."""
    router = solara.use_router()
    asked = solara.use_memo(lambda: read_address(router.search), [router.search])
    choice, view = solara.use_reactive(asked.choice), solara.use_reactive(asked.view)
    here = f"?{router.search}" if router.search else ""
    last, own = solara.use_ref(here), solara.use_ref(list[str]()).current

    def follow() -> bool:
        """Whether the address leads: it changed, and not because the page wrote it."""
        changed, last.current = here != last.current, here
        if changed and here in own:
            del own[: own.index(here) + 1]
            return False
        return changed and not asked.problem

    def settle() -> None:
        if follow():
            choice.set(asked.choice)
            view.set(asked.view)
        elif router.set_path and (choice.value, view.value) != (asked.choice, asked.view):
            with suppress(InputError):  # what is too large for an address has none
                own.append(write_address(choice.value, view.value, asked.rest))
                router.push((router.path or "/") + own[-1])

    solara.use_effect(settle, [here, choice.value, view.value])
    return asked, choice, view


@solara.component
def Refused(asked: Asked) -> None:  # noqa: N802
    """Why an address cannot be opened, and the way on."""
    router = solara.use_router()
    with Message("This address cannot be opened", sentence(asked.problem)):
        solara.Button("Start with the baseline", on_click=lambda: router.push(router.path or "/"), color="primary")


@solara.component
def Preparation(asked: Asked, choice: solara.Reactive[Choice], view: solara.Reactive[str]) -> None:  # noqa: N802
    """Prepare what was chosen, show that it is being prepared, then play it; or say why it cannot be."""
    step, problem, closed = solara.use_reactive(""), solara.use_reactive(""), solara.use_reactive("")

    def prepare(cancel: threading.Event) -> Opened:
        link = asked.link if asked.link and asked.link.choice == choice.value else None
        return open_session(choice.value, step.set, link, cancel.is_set)

    result = solara.use_thread(prepare, dependencies=[choice.value], intrusive_cancel=False)
    # What was opened before stays the thread's value for a moment after another choice.
    opened = result.value if result.value and result.value.choice == choice.value else Opened(choice.value)
    with solara.Div(classes=["fw-main"]):
        if opened.session:
            if opened.warning and closed.value != choice.value.key:
                Notice(opened.warning, lambda: closed.set(choice.value.key))
            Room(opened.session, choice, view).key(f"room {choice.value.key}")
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
def Room(session: Session, choice: solara.Reactive[Choice], view: solara.Reactive[str]) -> None:  # noqa: N802
    """The view that was chosen, of one session; the session plays on in whichever view."""
    desk = Desk(choice, use_player(session), view, solara.use_memo(Look, []))
    shown = next((entry for entry in VIEWS if entry.name == view.value), VIEWS[0])
    shown.component(desk).key(shown.name)


@solara.component
def Rail(view: solara.Reactive[str]) -> None:  # noqa: N802
    """The views to choose from, the way into a class, and the switch between light and dark."""
    router = solara.use_router()

    def join() -> None:
        router.push(f"{router.path or '/'}?{JOIN}=1")

    with rv.Html(tag="nav", class_="fw-rail", attributes={"aria-label": "Views"}):
        for entry in VIEWS:
            here = entry.name == view.value
            with solara.Div(attributes={"title": entry.hint, "aria-current": "page" if here else "false"}):
                solara.Button(
                    entry.label, icon_name=entry.icon, text=True, classes=["fw-here"] if here else [],
                    on_click=partial(view.set, entry.name),
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
