"""The trainer's view of a class: open one, invite people, open and close quarters, reveal, and take results home."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.errors import InputError
from sim.scenario import Scenario
from sim.ui.choice import titles
from sim.ui.classroom import words
from sim.ui.classroom.options import LABELS, USUAL, usual_budget
from sim.ui.classroom.room import MOST_QUARTERS, MOST_REPS, Room, Terms
from sim.ui.classroom.rooms import ROOMS
from sim.ui.classroom.visitor import LISTENING
from sim.ui.classroom.widgets import Board, Box, Invitation, Keep, Seats
from sim.ui.parts import Heading, Message, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.desk import Desk

_log = logging.getLogger(__name__)

KEPT = "fw-class-trainer"
USUAL_QUARTERS = 8

EXPLAINED = (
    "Everybody opens one link and leads an organization of one's own: the same market, the same luck and the same "
    "budget for all. You open a quarter, they decide, you close it and it is played, and you reveal the leaderboard. "
    "It separates skill from luck: each result is compared with players who decide by lot in the same world."
)


@solara.component
def Class(desk: Desk) -> None:  # noqa: N802, ARG001 - a component; every view is given the desk
    """Lead a class, or open one."""
    room: solara.Reactive[Room | None] = solara.use_reactive(None)
    token, asked = solara.use_reactive(""), solara.use_reactive(False)

    def found(kept: str) -> None:
        code, _, own = kept.partition(":")
        try:
            before = ROOMS.get(code) if own else None
        except InputError:
            before = None
        if before and before.leads(own):
            token.set(own)
            room.set(before)
        asked.set(True)

    def leave() -> None:
        token.set("")
        room.set(None)

    def lead(opened: Room) -> None:
        token.set(opened.trainer)
        room.set(opened)

    here = room.value
    with solara.Div(classes=["fw-view"]):
        Keep(KEPT, f"{here.code}:{token.value}" if here else "", found)
        if here:
            Led(here, token.value, leave).key(f"class {here.code}")
        elif asked.value:
            Setup(lead)
        else:
            Message("One moment", "Looking for a class of yours.", busy=True)


@solara.component
def Setup(lead: Callable[[Room], None]) -> None:  # noqa: N802
    """The terms of a new class."""
    names = solara.use_memo(suitable, [])
    scenario = solara.use_reactive("baseline")
    budget, quarters = solara.use_reactive(0), solara.use_reactive(USUAL_QUARTERS)
    seed, offered = solara.use_reactive(1), solara.use_reactive(USUAL)
    problem, busy = solara.use_reactive(""), solara.use_reactive(False)

    def propose() -> None:
        budget.set(round(usual_budget(Scenario.load(scenario.value), USUAL_QUARTERS)))

    solara.use_memo(propose, [scenario.value])

    def open_class() -> None:
        busy.set(True)
        try:
            terms = Terms(
                Scenario.load(scenario.value), seed.value, budget.value, quarters.value,
                tuple(name for name in LABELS if name in offered.value),
            )  # fmt: skip
            lead(ROOMS.open(terms))
        except InputError as error:
            problem.set(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        except Exception as error:  # noqa: BLE001 - whatever a rule raises, the page must stay usable
            problem.set(f"This class cannot be opened. {type(error).__name__}: {error}")
            _log.exception("a class could not be opened")
        busy.set(False)

    with solara.Div(classes=["fw-card"]):
        Heading("Open a class", EXPLAINED)
        solara.Text(EXPLAINED)
    Problem(problem)
    with solara.Div(classes=["fw-card"]):
        with solara.Div(classes=["fw-terms"]):
            rv.Select(
                items=[{"text": title, "value": name} for name, title in names.items()], v_model=scenario.value,
                on_v_model=scenario.set, label="Organization everybody begins with", hide_details=True,
            )  # fmt: skip
            currency = solara.use_memo(lambda: Scenario.load(scenario.value).currency, [scenario.value])
            solara.InputInt(f"Budget [{currency} / quarter]", value=budget)
            solara.InputInt(f"Quarters [1 to {MOST_QUARTERS}]", value=quarters)
            solara.InputInt("Seed of the market's luck", value=seed)
        Heading("What is decided", "Each is offered to everybody; what the organization cannot decide is left out.")
        with solara.Div(classes=["fw-offered"]):
            for name, label in LABELS.items():
                solara.Checkbox(
                    label=label, value=name in offered.value,
                    on_value=lambda on, name=name: offered.set(_with(offered.value, name, on=on)),
                )  # fmt: skip
        with solara.Div(classes=["fw-actions"]):
            solara.Button(
                "Open the class", color="primary", disabled=busy.value or not offered.value,
                on_click=lambda: threading.Thread(target=open_class, daemon=True).start(),
            )  # fmt: skip
            if busy.value:
                solara.Text("Running the weeks before the start.")


def _with(offered: tuple[str, ...], name: str, *, on: bool) -> tuple[str, ...]:
    return (*offered, name) if on else tuple(one for one in offered if one != name)


def suitable() -> dict[str, str]:
    """Titles by name of the shipped scenarios whose organization is small enough for a class."""

    def fits(name: str) -> bool:
        try:
            return int(Scenario.load(name)["structure.n_reps"]) <= MOST_REPS
        except InputError:
            return False

    return {name: title for name, title in titles().items() if fits(name)}


@solara.component
def Led(room: Room, token: str, leave: Callable[[], None]) -> None:  # noqa: N802
    """A class that goes on."""
    problem, busy = solara.use_reactive(""), solara.use_reactive(False)
    seen = solara.use_reactive(stamp(room))

    def listen(cancel: threading.Event) -> None:
        while not cancel.is_set():
            room.wait(LISTENING, version=seen.value[0])
            if stamp(room) != seen.value:
                seen.set(stamp(room))
                cancel.wait(0.3)  # thirty visitors who join at once need no thirty drawings

    solara.use_thread(listen, dependencies=[room], intrusive_cancel=False)

    def do(deed: Callable[[str], None]) -> None:
        def work() -> None:
            try:
                deed(token)
                problem.set("")
            except InputError as error:
                problem.set(f"{str(error)[:1].upper()}{str(error)[1:]}.")
            busy.set(False)

        busy.set(True)
        threading.Thread(target=work, daemon=True).start()

    def remove(deed: dict[str, Any]) -> None:
        name = deed.get("remove")
        do(lambda token: room.remove(token, str(name)))

    with room.lock:
        with solara.Div(classes=["fw-card"]):
            Invitation(room.code)
        Problem(problem)
        with solara.Div(classes=["fw-card"]):
            Running(room, do, leave, busy=busy.value)
        if room.shown and (shown := words.board(room)):
            with solara.Div(classes=["fw-card"]):
                Board(Box(shown))
        with solara.Div(classes=["fw-card"]):
            Heading(f"{len(room.seats)} in this class", "Who has joined, and who has decided for the open quarter.")
            Seats(Box({"seats": seats(room)}), remove)


def stamp(room: Room) -> tuple[int, float]:
    """What the trainer's view depends on."""
    return room.version, round(room.yardstick.done, 2)


def seats(room: Room) -> list[dict[str, Any]]:
    """Who has a seat, in the order of joining."""
    deciding = room.phase == "deciding"
    return [
        {
            "name": seat.name,
            "decided": deciding and seat.decided,
            "text": "cannot go on" if seat.problem else ("decided" if seat.decided else "deciding") if deciding else "",
            "problem": seat.problem,
        }
        for seat in room.seats.values()
    ]


@solara.component
def Running(room: Room, do: Callable[..., None], leave: Callable[[], None], *, busy: bool) -> None:  # noqa: N802
    """Where the class is, and what can be done next."""
    terms, phase, last = room.terms, room.phase, room.quarter >= room.terms.quarters
    Heading(words.head(room, None)["quarter"], said(room))
    solara.Text(said(room))
    with solara.Div(classes=["fw-actions"]):

        def button(label: str, deed: Callable[[str], None], *, on: bool, main: bool = False) -> None:
            solara.Button(
                label, on_click=lambda: do(deed), disabled=busy or not on, outlined=not main,
                color="primary" if main and on else None,
            )  # fmt: skip

        opens = phase in ("gathering", "closed", "revealed") and not last
        button(f"Open quarter {min(room.quarter + 1, terms.quarters)}" if opens or not last else "Open quarter",
               room.open, on=opens, main=opens and phase != "closed")  # fmt: skip
        button("Close the quarter", room.close, on=phase == "deciding", main=phase == "deciding")
        button("Reveal the leaderboard", room.reveal, on=phase == "closed", main=phase == "closed")
        button("End the class", room.end, on=phase != "over")
        if room.closed:
            solara.FileDownload(
                lambda: words.table(room).encode(), filename=f"class-{room.code}.csv", label="Results (CSV)"
            )
        if phase == "over":
            solara.Button("Open another class", on_click=leave, color="primary")


def said(room: Room) -> str:
    """What the trainer has to know now, one or two sentences."""
    terms, scenario = room.terms, room.terms.scenario
    decided = sum(seat.decided for seat in room.seats.values())
    now = {
        "gathering": f"{len(room.seats)} have joined. Open the first quarter when everybody is here.",
        "deciding": f"{decided} of {len(room.seats)} have decided; whoever does not, keeps last quarter's decision.",
        "closed": "The quarter has been played: everybody sees the own results. Reveal the leaderboard, or go on.",
        "revealed": "Everybody sees the leaderboard. Open the next quarter when you have talked about it.",
        "over": "The class is over; everybody sees the final leaderboard.",
    }[room.phase]
    about = f"{scenario.title or scenario.name}, seed {terms.seed}, {words.money(terms.budget, room)} a quarter."
    done = room.yardstick.done
    measuring = "" if done == 1.0 or room.yardstick.problem else f" Players by lot and other seeds: {done:.0%} run."
    return f"{now} {about}{measuring}"
