"""The page: it prepares what a visitor has chosen, shows that it does, and plays it; a session for each visitor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import solara

from sim.errors import InputError
from sim.scenario import Scenario
from sim.ui.chooser import Choice, Chooser
from sim.ui.live import Live, Message, Problem
from sim.ui.session import Session

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
        return Opened(choice, Session.begin(Scenario.load(choice.scenario), choice.seed, compiling))
    except InputError as error:
        return Opened(choice, problem=str(error))


@solara.component
def Page() -> None:  # noqa: N802 - a component
    """Open what was chosen, show that it is being opened, then play it; or say why it cannot be."""
    choice = solara.use_reactive(Choice())
    step, problem = solara.use_reactive(""), solara.use_reactive("")
    result = solara.use_thread(
        lambda: open_session(choice.value, step.set), dependencies=[choice.value], intrusive_cancel=False
    )
    # What was opened before stays the thread's value for a moment after another choice.
    opened = result.value if result.value and result.value.choice == choice.value else Opened(choice.value)
    with solara.Div(classes=["fw-page"]):
        solara.Title("Sales Flywheel")
        solara.Style(Path(__file__).with_name("page.css"))
        if opened.session:
            Live(opened.session, choice).key(f"live {choice.value}")
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
def Layout(children: list[solara.Element]) -> None:  # noqa: N802
    """Nothing around the page: it fills the window."""
    solara.Div(children=children)
