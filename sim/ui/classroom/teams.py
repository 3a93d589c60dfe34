"""Teams: several people hold a seat, all propose, the captain, there longest, decides. Nothing here draws."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError
from sim.ui.classroom.seats import TeamMember, clean_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.ui.classroom.room import Room
    from sim.ui.classroom.seats import Seat

AWAY = 60.0  # seconds without an open page after which a captain is taken to have left


def enter(room: Room, team: Any, name: Any) -> str:
    """Join the team of a name, or found it where there is none; give the member's token.

    Raises:
        InputError: A name cannot be used or is taken, the team or the class is full, or the class is over.
    """
    if room.terms.team == 1:
        raise InputError("everybody has a seat of one's own in this class")
    wanted = clean_name(name)
    with room.lock:
        called = clean_name(team).casefold()
        seat = next((one for one in room.seats.values() if one.name.casefold() == called), None)
        if seat is None or seat.character:
            seat = room.join(team)  # which refuses the name of a character
        elif room.phase == "over" or room.gone:
            raise InputError(room.gone or "this class is over")
        if len(seat.members) >= room.terms.team:
            raise InputError(f"the team {seat.name} is full: it has {room.terms.team} people; join another one")
        if any(one.name.casefold() == wanted.casefold() for one in seat.members):
            raise InputError(f"the name {wanted} is taken in this team; choose another")
        member = TeamMember(wanted)
        seat.members.append(member)
        _changed(room, seat)
        return member.token


def leave(room: Room, token: str) -> None:
    """Leave a team; where the captain leaves, whoever of those present is there longest takes over.

    Raises:
        InputError: Nobody takes part with this token.
    """
    with room.taking_part(token) as seat:
        led = seat.members[0].token == token
        seat.members.remove(member_of(seat, token))
        if led:
            _lead_by_one_present(room, seat)
        room.forget_guesses(token)
        room.write(lambda store: store.drop_member(token))
        _changed(room, seat)


def propose(room: Room, token: str, values: Mapping[str, Any]) -> None:
    """Propose a decision for the open quarter to one's team.

    Raises:
        InputError: No quarter is open, or the decision is not allowed or over the budget.
    """
    with room.taking_part(token) as seat:
        if room.phase != "deciding":
            raise InputError("no quarter is open now, so nothing can be proposed")
        member_of(seat, token).proposal = room.menu.check(values, seat.opened, seat.spare)
        _changed(room, seat)


def member_of(seat: Seat, token: str) -> TeamMember:
    """Whose token this is.

    Raises:
        InputError: Nobody in this team has it.
    """
    for one in seat.members:
        if one.token == token:
            return one
    raise InputError("you are in no team")


def leads(seat: Seat, token: str) -> bool:
    """Whether somebody decides for a seat: the captain, or who holds it alone."""
    return not seat.members or seat.members[0].token == token


def arrive(room: Room, token: str) -> None:
    """Note that somebody has opened a page."""
    with room.lock:
        room.present[token] += 1


def depart(room: Room, token: str, after: float = AWAY) -> None:
    """Note that somebody has closed a page; a captain who does not come back for some seconds has left."""
    with room.lock:
        room.present[token] -= 1
        if room.present[token] > 0:
            return
        room.present.pop(token)
        seat = room.seat_of(token)
    if seat and len(seat.members) > 1:
        timer = threading.Timer(after, hand_over, args=(room, token))
        timer.daemon = True
        timer.start()


def hand_over(room: Room, token: str) -> None:
    """Let another one be captain instead of one who is away, if anybody is there."""
    with room.lock:
        seat = room.seat_of(token)
        if seat and seat.members[0].token == token and not room.present[token] and not room.gone:
            _lead_by_one_present(room, seat)
            _changed(room, seat)


def _lead_by_one_present(room: Room, seat: Seat) -> None:
    """Let the first who is there be captain; those before, who are away, go behind the others."""
    here = next((at for at, one in enumerate(seat.members) if room.present[one.token]), 0)
    seat.members[:] = [*seat.members[here:], *seat.members[:here]]


def _changed(room: Room, seat: Seat) -> None:
    room.write(lambda store: store.put_members(seat.token, seat.kept_members()))
    room.changes()


def team_stamp(room: Room, token: str) -> tuple[Any, ...]:
    """What a member's page shows of a team: another one is drawn anew."""
    with room.lock:
        seat = room.seat_of(token)
        if seat is None or not seat.members:
            return ()
        said = tuple((one.name, one.proposal and tuple(one.proposal.values.items())) for one in seat.members)
        return said, seat.decided, tuple(seat.decision.values.items())


def team_text(seat: Seat, *, deciding: bool) -> str:
    """Who is in a team, the captain first, and who of the others is silent; empty where one holds the seat."""
    silent = [deciding and place > 0 and one.proposal is None for place, one in enumerate(seat.members)]
    return ", ".join(f"{one.name}{' (silent)' * quiet}" for one, quiet in zip(seat.members, silent, strict=True))
