"""A team on its members' pages: who is in it, what they propose, and who is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara

from sim.scenario.errors import InputError
from sim.ui.classroom.options import changes_text
from sim.ui.classroom.teams import arrive, depart, leads, leave
from sim.ui.classroom.widgets import Roster, refusals_in
from sim.ui.parts import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario.parameters.base import Value
    from sim.ui.classroom.room import Room
    from sim.ui.classroom.seats import Seat


@solara.component
def Team(  # noqa: N802 - a component
    room: Room, token: str, draft: Callable[[dict[str, Value]], None], left: Callable[[], None],
    turn: tuple[Any, ...],  # noqa: ARG001 - another turn is drawn anew
) -> None:  # fmt: skip
    """The team of a member; the captain takes a proposal over as a `draft`, and who leaves has `left`."""
    problem = solara.use_reactive("")

    def be_there() -> Callable[[], None]:
        arrive(room, token)
        return lambda: depart(room, token)

    solara.use_effect(be_there, [])

    def act(action: dict[str, Any]) -> None:
        with refusals_in(problem):
            if action.get("leave"):
                leave(room, token)
                left()
            else:
                draft(taken_over(room, token, action.get("take")))

    with room.lock:
        shown = roster_shown(room, token)
    with solara.Div(classes=["fw-card", "fw-wide"]):
        Problem(problem)
        Roster(shown, act)


def taken_over(room: Room, token: str, place: Any) -> dict[str, Value]:
    """What a member proposes, for the captain.

    Raises:
        InputError: It is not the captain who asks, or nothing is proposed there.
    """
    with room.taking_part(token) as seat:
        if not leads(seat, token):
            raise InputError("only the captain takes proposals over")
        if not isinstance(place, int) or not 0 <= place < len(seat.members):
            raise InputError("nothing is proposed there")
        proposal = seat.members[place].proposal
        if proposal is None:
            raise InputError(f"{seat.members[place].name} has proposed nothing yet")
        return dict(proposal.values)


def roster_shown(room: Room, token: str) -> dict[str, Any]:
    """What the page shows of somebody's team."""
    seat = room.seat_of(token)
    if seat is None:
        return {"title": "", "members": [], "text": ""}
    open_now, lead = room.phase == "deciding" and not seat.problem, leads(seat, token)
    members = [
        {
            "name": one.name,
            "captain": place == 0,
            "you": one.token == token,
            "text": _said_text(room, seat, place) if open_now else "",
            "said": open_now and (seat.decided if place == 0 else one.proposal is not None),
            "take": lead and open_now and place > 0 and one.proposal is not None,
        }
        for place, one in enumerate(seat.members)
    ]
    rule = "You are the captain: you decide." if lead else f"{seat.members[0].name} is the captain and decides."
    return {
        "title": f"Team {seat.name}: {len(members)} of at most {room.terms.team}",
        "members": members,
        "text": f"{rule} When the captain leaves, or is away for a minute, whoever is there longest takes over.",
    }


def _said_text(room: Room, seat: Seat, place: int) -> str:
    """What one of a team has said about the open quarter; the first one is the captain."""
    if place == 0:
        return f"has decided: {changes_text(room.menu, seat.decision)}" if seat.decided else "has not decided yet"
    proposal = seat.members[place].proposal
    return f"proposes: {changes_text(room.menu, proposal)}" if proposal else "silent so far"
