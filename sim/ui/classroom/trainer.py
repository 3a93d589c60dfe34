"""The trainer's view of a class: open one, invite people, open and close quarters, reveal, and take results home."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import solara

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.version import model_version
from sim.ui.choice import shipped, titles
from sim.ui.classroom import words
from sim.ui.classroom.cast import cast_shown, choose_cast
from sim.ui.classroom.characters import CHARACTERS
from sim.ui.classroom.debrief_view import ClassDebrief, review_stamp
from sim.ui.classroom.demand import USUAL_DEMAND
from sim.ui.classroom.demand_view import HiddenDemand, choose_level
from sim.ui.classroom.joining import WALL, JoinForm, invitation
from sim.ui.classroom.news import LISTENING, resting, use_news
from sim.ui.classroom.options import DECIDED, USUAL, label_of, usual_budget
from sim.ui.classroom.pace import ClockControls, Pace
from sim.ui.classroom.predicting import Predictions
from sim.ui.classroom.returning import Deletion, Gone, Returned
from sim.ui.classroom.room import Room
from sim.ui.classroom.rooms import DELETED, ROOMS
from sim.ui.classroom.stakes import stakes_text
from sim.ui.classroom.store import STORES
from sim.ui.classroom.teams import team_text
from sim.ui.classroom.terms import MOST_MEMBERS, MOST_QUARTERS, MOST_REPS, USUAL_QUARTERS, USUAL_SCENARIO, ClassTerms
from sim.ui.classroom.whole import class_json
from sim.ui.classroom.widgets import Board, Invitation, Seats, keep_value, refusals_in
from sim.ui.parts import Heading, Message, Problem, add_menu
from sim.ui.server.codes import TRAINER_GUESSES, check_is_trainer, client, guessing, origin
from sim.ui.server.reach import SERVED, class_link

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.classroom.gathering import Gathering
    from sim.ui.classroom.rooms import Restoration
    from sim.ui.desk import Desk

_log = logging.getLogger(__name__)

KEPT = "fw-class-trainer"
LEAST_BETWEEN = 0.7  # seconds between two drawings: thirty visitors who act at once need no thirty

EXPLAINED = (
    "Everybody opens one link and leads an organization of one's own: the same market, the same luck and the same "
    "budget for all. You open a quarter, they decide, you close it and it is played, and you reveal the leaderboard. "
    "It separates skill from luck: each result is compared with players who decide by lot in the same world."
)
LASTS = "A class is kept until you delete it, or until nobody has used it for 30 days; also when the page is stopped."
LASTS_IN_MEMORY = "A class lasts until the page is stopped, or until nobody has used it for four hours."


@solara.component
def Class(desk: Desk) -> None:  # noqa: N802, ARG001 - a component; every view is given the desk
    """Lead a class, or open one."""
    room: solara.Reactive[Room | None] = solara.use_reactive(None)
    asked, claim = solara.use_reactive(False), solara.use_reactive(NOBODY)

    def restore(kept: str) -> None:
        code, _, token = kept.partition(":")
        with suppress(InputError):
            found = ROOMS.find(code) if token else None
            if found and found.room is None:
                claim.set(TrainerClaim(found, token))
            elif found and isinstance(found.room, Room) and found.room.leads(token):
                room.set(found.room)
        asked.set(True)

    def claimed(back: Gathering[Any]) -> solara.Element:
        return Claimed(back, claim.value.token, room.set, lambda: claim.set(NOBODY))

    def leave() -> None:
        claim.set(NOBODY)
        room.set(None)

    here = room.value
    with solara.Div(classes=["fw-view"]):
        keep_value(KEPT, f"{here.code}:{here.trainer}" if here else "", restore)
        if here:
            Led(here, here.trainer, leave).key(f"class {here.code}")
        elif claim.value.found:
            Returned(claim.value.found, claimed, lambda: claim.set(NOBODY))
        elif asked.value:
            Setup(room.set)
            with solara.Div(classes=["fw-card"]):
                JoinForm()
        else:
            Message("One moment", "Looking for a class of yours.", busy=True)


@dataclass(frozen=True, eq=False, slots=True)
class TrainerClaim:
    """A class that somebody says to lead, which is being computed anew."""

    found: Restoration | None = None
    token: str = ""


NOBODY = TrainerClaim()


@solara.component
def Claimed(room: Gathering[Any], token: str, take: Callable[[Room], None], refuse: Callable[[], None]) -> None:  # noqa: N802
    """Lead a class that is there again, with its token."""
    solara.use_effect(lambda: take(room) if isinstance(room, Room) and room.leads(token) else refuse(), [])
    Message("One moment", "Looking for a class of yours.", busy=True)


@dataclass(frozen=True, eq=False, slots=True)
class ClassForm:
    """What the trainer has filled in."""

    scenario: solara.Reactive[str] = field(default_factory=partial(solara.reactive, USUAL_SCENARIO))
    budget: solara.Reactive[int] = field(default_factory=partial(solara.reactive, 0))
    quarters: solara.Reactive[int] = field(default_factory=partial(solara.reactive, USUAL_QUARTERS))
    team: solara.Reactive[int] = field(default_factory=partial(solara.reactive, 1))
    seed: solara.Reactive[int] = field(default_factory=partial(solara.reactive, 1))
    code: solara.Reactive[str] = field(default_factory=partial(solara.reactive, ""))
    offered: solara.Reactive[frozenset[str]] = field(default_factory=partial(solara.reactive, frozenset(USUAL)))
    demand: solara.Reactive[int] = field(default_factory=partial(solara.reactive, USUAL_DEMAND))
    cast: solara.Reactive[frozenset[str]] = field(default_factory=partial(solara.reactive, frozenset()))

    def propose(self) -> None:
        """Fill in a budget that fits the scenario."""
        with suppress(InputError):
            self.budget.set(round(usual_budget(shipped(self.scenario.value), USUAL_QUARTERS)))

    def currency(self) -> str:
        """Label of the scenario's amounts; empty where there is no such scenario."""
        with suppress(InputError):
            return shipped(self.scenario.value).currency
        return ""

    def offer(self, name: str, on: bool) -> None:  # noqa: FBT001 - the browser calls it with one value
        """Offer something to decide, or leave it out."""
        self.offered.set(self.offered.value | {name} if on else self.offered.value - {name})

    def let_play(self, key: str, on: bool) -> None:  # noqa: FBT001 - as `offer`
        """Let a character play along, or not."""
        self.cast.set(self.cast.value | {key} if on else self.cast.value - {key})

    def terms(self) -> ClassTerms:
        """Give the terms of the class.

        Raises:
            InputError: There is no such scenario.
        """
        offered = tuple(name for name in DECIDED if name in self.offered.value)
        scenario = shipped(self.scenario.value)
        return ClassTerms(
            scenario, self.seed.value, self.budget.value, self.quarters.value, offered, self.team.value,
            tuple(key for key in CHARACTERS if key in self.cast.value), self.demand.value,
        )  # fmt: skip


@solara.component
def Setup(lead: Callable[[Room], None]) -> None:  # noqa: N802
    """The terms of a new class."""
    form = solara.use_memo(ClassForm, [])
    problem, busy = solara.use_reactive(""), solara.use_reactive(False)
    solara.use_memo(form.propose, [form.scenario.value])

    def open_class(visitor: str, address: str) -> None:
        try:
            with refusals_in(problem):
                with guessing(TRAINER_GUESSES, visitor, address):
                    check_is_trainer(form.code.value)
                lead(ROOMS.open(form.terms()))
        except Exception as error:  # noqa: BLE001 - whatever a rule raises, the page must stay usable
            problem.set(f"This class cannot be opened. {type(error).__name__}: {error}")
            _log.exception("a class could not be opened")
        busy.set(False)

    def press() -> None:
        busy.set(True)
        threading.Thread(target=open_class, args=client(), daemon=True).start()

    with solara.Div(classes=["fw-layers"]):
        with solara.Div(classes=["fw-card"]):
            Heading("Open a class", LASTS if STORES else LASTS_IN_MEMORY)
            solara.Text(EXPLAINED)
        if problem.value:
            Problem(problem)
        with solara.Div(classes=["fw-card", "fw-setup"]):
            Fields(form)
            with solara.Div(classes=["fw-actions"]):
                closed = busy.value or not form.offered.value or not form.code.value.strip()
                solara.Button("Open the class", color="primary", on_click=press, disabled=closed)
                if busy.value:
                    solara.Text("Running the weeks before the start.", classes=["fw-muted"])


@solara.component
def Fields(form: ClassForm) -> None:  # noqa: N802
    """What the trainer fills in."""
    names = solara.use_memo(suitable, [])
    currency = solara.use_memo(form.currency, [form.scenario.value])
    with solara.Div(classes=["fw-layers"]):
        with solara.Div(classes=["fw-terms"]):
            add_menu(names, form.scenario.value, form.scenario.set, label="Organization everybody begins with")
            solara.InputInt(f"Budget [{currency} / quarter]", value=form.budget)
            solara.InputInt(f"Quarters [1 to {MOST_QUARTERS}]", value=form.quarters)
            solara.InputInt(f"People on a seat [1 to {MOST_MEMBERS}]", value=form.team)
            solara.InputInt("Seed of the market's luck", value=form.seed)
            choose_level(form.demand.value, form.demand.set)
            solara.InputText("Trainer code", form.code, password=True, continuous_update=True)
        solara.Text(stakes_text(), classes=["fw-muted"])
        choose_cast(form.cast.value, form.let_play)
        Heading(
            "What is decided", "Offered to everybody each quarter; what this organization cannot decide is left out."
        )
        with solara.Div(classes=["fw-offered"]):
            for name in DECIDED:
                solara.Checkbox(
                    label=label_of(name), value=name in form.offered.value, on_value=partial(form.offer, name)
                )


def suitable() -> dict[str, str]:
    """Titles by name of the shipped scenarios whose organization is small enough for a class."""
    fitting = {}
    for name, title in titles().items():
        with suppress(InputError):
            if int(Scenario.load(name)["structure.n_reps"]) <= MOST_REPS:
                fitting[name] = title
    return fitting


@solara.component
def Led(room: Room, token: str, leave: Callable[[], None]) -> None:  # noqa: N802
    """A class that goes on."""
    problem, drawn = solara.use_reactive(""), solara.use_reactive(0.0)
    drawn.get()  # who reads it is drawn at once, without waiting for news
    under_way: set[Callable[[str], None]] = solara.use_memo(set, [])
    turn = use_news(
        room,
        lambda: (room.version, round(room.yardstick.done, 1), review_stamp(room), bool(under_way), problem.peek()),
        lambda drawn: room.wait(LISTENING, version=drawn[0]),
        resting(LEAST_BETWEEN, 2.0),
    )

    def carry_out(action: Callable[[str], None]) -> None:
        try:
            with refusals_in(problem):
                action(token)
        finally:
            under_way.discard(action)
            drawn.set(time.monotonic())

    def do(action: Callable[[str], None]) -> None:
        # No button is switched off meanwhile: it would swallow the press that comes then.
        if action in under_way:  # pressed twice
            return
        under_way.add(action)
        drawn.set(time.monotonic())
        threading.Thread(target=carry_out, args=(action,), daemon=True).start()

    if room.gone:
        Gone(room, leave if room.gone == DELETED else None)  # whoever leaves another one leads it no more
    else:
        Cards(room, do, leave, turn, problem)


@solara.component
def Cards(  # noqa: N802
    room: Room, do: Callable[..., None], leave: Callable[[], None], turn: tuple[Any, ...], problem: solara.Reactive[str]
) -> None:
    """What a trainer sees of a class at a turn, which is drawn anew with the next one."""
    with room.lock:
        there, board = seats(room), words.board(room) if room.shown else None
    with solara.Div(classes=["fw-layers"]):
        with solara.Div(classes=["fw-card"]):
            Wall(room.code)
        if problem.value:
            Problem(problem)
        for text in (unkept_text(room), other_rules_text(room)):
            if text:
                with solara.Div(classes=["fw-notice"], attributes={"role": "status"}):
                    solara.Text(text)
        with solara.Div(classes=["fw-card"]):
            Running(room, do, leave, turn)
        with solara.Div(classes=["fw-card"]):
            Predictions(room, do, turn)
        HiddenDemand(room, do, turn)
        if room.phase == "over":
            with solara.Div(classes=["fw-card"]).key("debrief"):
                ClassDebrief(room, do, turn)
        if board:
            with solara.Div(classes=["fw-card"]):
                Board(board)
        with solara.Div(classes=["fw-card"]):
            Heading(f"{len(room.people)} in this class", "Who has joined, and who has decided for the open quarter.")
            Seats({"seats": there}, lambda action: do(partial(room.remove, name=str(action.get("remove")))))
        with solara.Div(classes=["fw-card"]):
            Deletion(lambda: do(partial(ROOMS.delete, room)))


@solara.component
def Wall(code: str) -> None:  # noqa: N802
    """What everybody reads: code, link and QR code."""
    here = origin()
    # A machine whose name cannot be resolved takes seconds to say so.
    found = solara.use_thread(lambda: invitation(code, here, SERVED[-1] if SERVED else None), dependencies=[code, here])
    Invitation(found.value or {"code": code, "link": "", "qr": "", "problem": ""})


def seats(room: Room) -> list[dict[str, Any]]:
    """Who has a seat, in the order of joining."""
    deciding = room.phase == "deciding"
    return [
        {
            "name": seat.name,
            "decided": deciding and seat.decided,
            "text": "cannot go on" if seat.problem else ("decided" if seat.decided else "deciding") if deciding else "",
            "team": team_text(seat, deciding=deciding),
            "problem": seat.problem,
        }
        for seat in room.people
    ] + cast_shown(room, deciding=deciding)


@solara.component
def Running(room: Room, do: Callable[..., None], leave: Callable[[], None], turn: tuple[Any, ...]) -> None:  # noqa: N802
    """Where the class is, and what can be done next; another turn is drawn anew."""
    busy = turn[-2]
    phase, last = room.phase, room.quarter >= room.terms.quarters
    opens = phase in ("gathering", "closed", "revealed") and not last
    number = room.quarter + (not last and phase != "deciding")
    buttons = (
        (f"Open quarter {number}", room.open, opens, phase != "closed"),
        ("Close the quarter", room.close, phase == "deciding", True),
        ("Reveal the leaderboard", room.reveal, phase == "closed", True),
        (f"Take quarter {room.closed or 1} back", room.undo, room.closed > 0, False),
        ("End the class", room.end, phase != "over", False),
    )
    with solara.Div(classes=["fw-layers"]):
        Heading(words.quarter_text(room), status_text(room))
        Pace(room)
        solara.Text("One moment." if busy else status_text(room))
        with solara.Div(classes=["fw-actions"]):
            for label, action, can, main in buttons:
                solara.Button(
                    label,
                    on_click=partial(do, action),
                    disabled=not can,
                    outlined=not (can and main),
                    color="primary" if can and main else None,
                )
            if room.closed:
                solara.FileDownload(lambda: words.table(room).encode(), f"class-{room.code}.csv", label="Results (CSV)")
            wall = f"{class_link(solara.use_router().path or '/', room.code)}&{WALL}=1"
            solara.Button("Projector view", href=wall, target="_blank", outlined=True)
            solara.FileDownload(lambda: class_json(room).encode(), f"class-{room.code}.json", label="Class (JSON)")
            if phase == "over":
                solara.Button("Open another class", on_click=leave, color="primary")
        ClockControls(room, do, turn)


def unkept_text(room: Gathering[Any]) -> str:
    """Why a class is lost when the page stops, one sentence; empty where it is kept."""
    if room.record:
        return room.record.problem
    return "" if STORES else "This class is not kept on this server: it is lost when the page stops."


def other_rules_text(room: Room) -> str:
    """That numbers may have moved since, one sentence; empty where they cannot."""
    if room.rules == model_version():
        return ""
    return (
        "This class was begun with another version of the program: the same decisions may bring other numbers than "
        "those seen then."
    )


def status_text(room: Room) -> str:
    """What the trainer has to know now, one or two sentences."""
    terms, scenario = room.terms, room.terms.scenario
    again = f"Quarter {room.quarter} is open again, with what was decided for it. " if room.reopened else ""
    now = {
        "gathering": f"Joined so far: {len(room.people)}. Open the first quarter when everybody is here.",
        "deciding": f"{again}Whoever does not decide keeps last quarter's decision.",
        "closed": "The quarter has been played: everybody sees the own results. Reveal the leaderboard, or go on.",
        "revealed": "Everybody sees the leaderboard. Open the next quarter when you have talked about it.",
        "over": "The class is over; everybody sees the final leaderboard.",
    }[room.phase]
    about = f"{scenario.title or scenario.name}, seed {terms.seed}, {words.money(terms.budget, room)} a quarter."
    # How far they are would tell, on a wall, that a hidden demand was set: they are run again for it.
    measuring = "" if room.phase == "over" else " Players by lot and other seeds are run in the background."
    return f"{now} {about}{measuring}"
