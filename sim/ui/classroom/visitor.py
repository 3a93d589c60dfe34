"""The page of whoever takes part in a class: a name, then decisions, results and the leaderboard."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.scenario.errors import InputError
from sim.ui.classroom import words
from sim.ui.classroom.cast import cast_text, cast_told, draw_cast
from sim.ui.classroom.debrief_view import SeatDebrief, seat_stamp
from sim.ui.classroom.joining import JoinForm
from sim.ui.classroom.lesson_room import LessonRoom
from sim.ui.classroom.lesson_seat import AtLesson
from sim.ui.classroom.news import LISTENING, use_news
from sim.ui.classroom.pace import Pace
from sim.ui.classroom.predicting import Prediction
from sim.ui.classroom.reading import reflection, research
from sim.ui.classroom.returning import Returned
from sim.ui.classroom.rooms import ROOMS
from sim.ui.classroom.seated import Seated
from sim.ui.classroom.team_view import Team
from sim.ui.classroom.teams import enter, leads, propose, team_stamp
from sim.ui.classroom.widgets import Board, Compared, Deciding, Results, refusals_in
from sim.ui.live.widgets import turning_wheel
from sim.ui.opening import sentence
from sim.ui.server.codes import CLASS_GUESSES, client, guessing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.scenario.parameters.base import Value
    from sim.ui.classroom.room import Room
    from sim.ui.classroom.rooms import Restoration
    from sim.ui.classroom.seats import Seat
    from sim.ui.live.wheels import Turning

WELCOME = (
    "You lead a sales organization of your own. All begin alike, in the same market and with the same luck, and have "
    "the same budget each quarter. The trainer opens and closes the quarters."
)


def welcome(room: Room) -> str:
    """What whoever opens the link reads first, with the rule for who comes late."""
    team = f" Up to {room.terms.team} of you lead it together." if room.terms.team > 1 else ""
    if along := cast_text(room):
        team += f" {along}"
    if not room.closed:
        return WELCOME + team
    some = "1 quarter has" if room.closed == 1 else f"{room.closed} quarters have"
    past = "been played: your organization was left alone in what is past, and is yours from now on."
    return f"{WELCOME}{team} {some} {past}"


def find_room(code: str) -> tuple[Restoration | None, str]:
    """The class of a code, or why there is none."""
    try:
        with guessing(CLASS_GUESSES, *client()):
            return ROOMS.find(code), ""
    except InputError as error:
        return None, sentence(str(error))


@solara.component
def SeatPage(code: str) -> None:  # noqa: N802 - a component
    """What the link of a class opens."""
    found, problem = solara.use_memo(lambda: find_room(code), [code])
    if found is None:
        JoinForm(problem).key(f"no class {code}")
    else:
        Returned(found, lambda room: AtLesson(room) if isinstance(room, LessonRoom) else AtRoom(room))


@solara.component
def AtRoom(room: Room) -> None:  # noqa: N802
    """One visitor at a class; the seat is remembered by the browser."""
    token: solara.Reactive[str | None] = solara.use_reactive(None)
    # A page depends on the turn, and on how far the yardstick of a leaderboard that is shown and the debrief are.
    turn = use_news(
        room,
        lambda: (
            room.turns,
            round(room.yardstick.known(room.closed - 1), 1) if room.shown else 0.0,
            bool(math.isfinite(room.yardstick.alone[-1])),
            seat_stamp(room, seat_token(room, token.peek() or "")),
            team_stamp(room, token.peek() or ""),
        ),
        lambda drawn: room.wait(LISTENING, turns=drawn[0]),
    )

    def take(action: dict[str, Any]) -> str:
        if room.terms.team > 1:
            return enter(room, action.get("team"), action.get("name"))
        return room.join(action.get("name")).token

    def desk(seat: Seat) -> None:
        held = token.value or ""
        SeatDesk(room, seat, held, turn, lambda: token.set("")).key(f"seat {held}")

    Seated(
        room, token, take=take, welcome=lambda: {"text": welcome(room), "teams": teams_text(room)}, desk=desk, turn=turn
    )


def teams_text(room: Room) -> list[str] | None:
    """Teams that can be joined; None where everybody has a seat of one's own."""
    if room.terms.team == 1:
        return None
    with room.lock:
        return [seat.name for seat in room.people if len(seat.members) < room.terms.team]


def seat_token(room: Room, token: str) -> str:
    """The token of the seat that somebody holds; empty for nobody."""
    seat = room.seat_of(token)
    return seat.token if seat else ""


@solara.component
def SeatDesk(  # noqa: N802 - another turn is drawn anew
    room: Room, seat: Seat, token: str, turn: tuple[Any, ...], left: Callable[[], None]
) -> None:
    """The screen of a seat at a turn of its room, for whoever holds it or one of its team, who may leave it."""
    draft: solara.Reactive[dict[str, Value]] = solara.use_reactive({})
    problem, watching = solara.use_reactive(""), solara.use_reactive(False)
    decisions = solara.use_reactive(0)
    # What was moved and not decided is forgotten when its quarter closes.
    solara.use_memo(lambda: (draft.set({}), problem.set("")), [room.quarter, room.phase == "deciding"])

    def decide(_: object) -> None:
        SeatDecides(
            room, seat, token, draft=draft, problem=problem, decided=lambda: decisions.set(decisions.peek() + 1),
            turn=(*turn, decisions.value),
        )  # fmt: skip

    with room.lock:
        now, cards = words.what_now(room, seat), cards_of(room, seat, decide)
    with solara.Div(classes=["fw-layers"]):
        draw_heading(room, seat, now)
        with solara.Div(classes=["fw-class-body"]):
            # What has a key stays when what stands before it comes and goes.
            if room.question:
                Prediction(room, token, turn).key("question")
            if seat.members:
                Team(room, token, draft.set, left, turn).key("team")
            for name, (part, content) in cards.items():
                if content:
                    with solara.Div(classes=["fw-card", *(["fw-wide"] if part is Board else [])]).key(name):
                        part(content)
            if room.phase == "over":
                with solara.Div(classes=["fw-card"]).key("debrief"):
                    SeatDebrief(room, seat.token, turn)
            Watch(seat.past[-1].wheel, watching).key("watch")


@solara.component
def SeatDecides(  # noqa: N802
    room: Room, seat: Seat, token: str, *, draft: solara.Reactive[dict[str, Value]], problem: solara.Reactive[str],
    decided: Callable[[], None],
    turn: tuple[Any, ...],  # noqa: ARG001 - another turn is drawn anew
) -> None:  # fmt: skip
    """Where a seat decides: what is moved draws this part anew, and nothing else of the page."""

    def act(action: dict[str, Any]) -> None:
        with refusals_in(problem):
            if action.get("decide"):
                confirm(room, seat, token, draft.peek())
                draft.set({})
                decided()
            else:
                draft.set({**draft.peek(), **moved(room, seat, action)})

    # A move that comes in the moment in which this part is shown first is not heard of by itself.
    use_news(room, lambda: (draft.peek(), problem.peek()), lambda _: time.sleep(LISTENING))
    with room.lock:
        shown = words.deciding(room, seat, draft.value, problem.value, token)
    Deciding(shown, act)


def confirm(room: Room, seat: Seat, token: str, draft: Mapping[str, Value]) -> None:
    """Decide what was said last, changed by a draft, or propose it in a team that another one leads.

    Raises:
        InputError: No quarter is open, or it is not allowed or over the budget.
    """
    values = {**words.own_values(seat, token), **draft}
    if leads(seat, token):
        room.decide(token, values)
    else:
        propose(room, token, values)


def cards_of(room: Room, seat: Seat, decide: Callable[[Any], None]) -> dict[str, tuple[Callable[[Any], None], Any]]:
    """Part and content of each card of a seat, in the order of the screen; what there is nothing for has none."""
    return {
        "cast": (draw_cast, cast_told(room) if room.phase == "gathering" else None),
        "board": (Board, words.board(room, seat.token) if room.shown else None),
        "deciding": (decide, room.phase == "deciding" and not seat.problem),
        "results": (Results, words.results(room, seat, reflection(room, seat))),
        "research": (Compared, research(seat)),
        "compared": (Compared, words.compared(room, seat)),
    }


def moved(room: Room, seat: Seat, action: dict[str, Any]) -> dict[str, Value]:
    """What a slider was moved to: a value by name.

    Raises:
        InputError: There is no such option, or it has no such value.
    """
    option, at = room.menu.options.get(str(action.get("name"))), action.get("at")
    if option is None or not isinstance(at, int) or not 0 <= at < len(option.values):
        raise InputError("this is not decided in this class")
    value = option.values[at]
    room.menu.read({option.name: value}, seat.spare)
    return {option.name: value}


def draw_heading(room: Room, seat: Seat, now: str) -> None:
    """Who, where, and what happens now."""
    scenario, quarter = room.terms.scenario, "fw-quarter fw-open" if room.phase == "deciding" else "fw-quarter"
    with rv.Html(tag="header", class_="fw-class-head"):
        rv.Html(tag="h1", children=[seat.name])
        rv.Html(tag="span", class_="fw-muted", children=[f"Class {room.code}: {scenario.title or scenario.name}"])
        rv.Html(tag="span", class_=quarter, children=[words.quarter_text(room)])
        Pace(room)
        rv.Html(tag="div", class_="fw-class-now", attributes={"role": "status"}, children=[now])


@solara.component
def Watch(wheel: Turning, watching: solara.Reactive[bool]) -> None:  # noqa: N802
    """A small wheel that turns as the last quarter has it, for whoever asks for it."""
    with solara.Div(classes=["fw-card"]):
        solara.Button(
            "Hide the turning wheel" if watching.value else "Watch the wheel turn", text=True,
            icon_name="mdi-eye-off" if watching.value else "mdi-eye", on_click=lambda: watching.set(not watching.value),
        )  # fmt: skip
        if watching.value:
            with solara.Div(classes=["fw-watch-wheel"]):
                turning_wheel(wheel)
