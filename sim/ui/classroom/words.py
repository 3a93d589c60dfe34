"""What the screens of a class say: small dictionaries the browser draws, made of a room and a seat alone."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any

from sim.measures.words import amount
from sim.scenario.measures import WEEKLY_MEASURES
from sim.ui.classroom.options import changes_text
from sim.ui.classroom.results import read, what_happened

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.scenario.measures import Measure
    from sim.scenario.parameters.base import Value
    from sim.ui.classroom.options import SeatOption
    from sim.ui.classroom.results import Result
    from sim.ui.classroom.room import Room, Standing
    from sim.ui.classroom.seats import Seat

_COLUMNS = (
    ("Result", "Net contribution since the start: gross margin on bookings and renewals, less all sales cost."),
    ("By decisions", "The result, less what this organization would have brought had nobody decided anything."),
    (
        "Better than",
        (
            "Share of players who decide by lot, in this same market, with this same luck and within the same budget, "
            "whom this result beats. In brackets: how far that share may be off, since their number is finite (95 %)."
        ),
    ),
)


def sentence(error: Exception) -> str:
    """What was refused, as a sentence."""
    text = str(error).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def money(value: float, room: Room, *, signed: bool = False) -> str:
    """Write an amount of a class, short enough for a small card."""
    text = amount(value, "currency", room.terms.scenario.currency, signed=signed)
    for long, short in (("thousand", "k"), ("million", "m"), ("billion", "bn")):
        text = text.replace(f" {long} ", f" {short} ")
    return text


def share(value: float) -> str:
    """Write a share as a percentage."""
    return f"{value * 100:.0f} %" if math.isfinite(value) else "\N{EN DASH}"


def head(room: Room, seat: Seat | None) -> dict[str, str]:
    """What stands at the top: who, where, and what happens now."""
    of = f"Quarter {room.quarter} of {room.terms.quarters}" if room.quarter else "Before the first quarter"
    now = {
        "gathering": "The trainer opens the first quarter when everybody is here.",
        "deciding": "Decide: the quarter is open.",
        "closed": "The quarter has been played. Look at your results; the trainer reveals the leaderboard.",
        "revealed": "The leaderboard is revealed. The next quarter opens soon.",
        "over": "The class is over. This is the final leaderboard.",
    }[room.phase]
    if room.phase == "deciding" and seat and seat.decided:
        now = "You have decided. You can change it until the trainer closes the quarter."
    if seat and seat.problem:
        now = seat.problem
    return {
        "code": room.code,
        "name": seat.name if seat else "",
        "title": room.terms.scenario.title or room.terms.scenario.name,
        "quarter": of,
        "phase": room.phase,
        "now": now,
    }


def deciding(room: Room, seat: Seat, draft: Mapping[str, Value], problem: str) -> dict[str, Any]:
    """The screen on which a seat decides.

    Args:
        room: The class.
        seat: The visitor's.
        draft: What the sliders stand at where that differs from what was decided.
        problem: What was refused last.
    """
    values = {**seat.decision.values, **draft}
    spare = seat.spare
    options = [_option(one, values.get(name, one.as_is), spare) for name, one in room.menu.options.items()]
    cost = seat.cost(room.menu, room.menu.read(values, spare))
    budget = room.menu.budget
    over = cost > budget + 0.5
    left = f"{money(cost - budget, room)} over the budget" if over else f"{money(budget - cost, room)} left"
    return {
        "paid": [one for one in options if one["paid"]],
        "free": [one for one in options if not one["paid"]],
        "budget": money(budget, room),
        "spent": _spent(cost, room),
        "left": left,
        "part": round(min(1.0, max(0.0, cost / budget if budget else float(cost > 0))), 3),
        "over": over,
        "decided": seat.decided,
        "changed": bool(draft),
        "problem": problem,
        "quarter": room.quarter,
    }


def _spent(cost: float, room: Room) -> str:
    if abs(cost) < 0.5:
        return "Nothing spent"
    return f"Spent {money(cost, room)}" if cost > 0 else f"Saved {money(-cost, room)}"


def _option(option: SeatOption, value: Value, spare: int) -> dict[str, Any]:
    values = [one for one in option.values if option.name != "hire" or int(one) <= spare]
    return {
        "name": option.name,
        "label": option.label,
        "unit": option.unit,
        "texts": [option.text(one) for one in values],
        "at": values.index(value) if value in values else 0,
        "home": values.index(option.as_is) if option.as_is in values else 0,
        "choice": bool(option.words),
        "paid": option.paid,
        "hint": option.hint,
    }


def results(room: Room, seat: Seat) -> dict[str, Any]:
    """What a seat's last quarter brought, and the quarters before."""
    now, before = seat.past[-1], seat.past[-2] if len(seat.past) > 1 else None
    return {
        "title": f"Quarter {now.quarter}" if now.quarter else "Where you begin: the quarter before the start",
        "numbers": _numbers(now, before, room),
        "stages": [{**one, "weakest": one["name"] == now.wheel.marked} for one in now.wheel.stages],
        "said": what_happened(now, before) if before else [],
        "decided": changes_text(room.menu, seat.taken[-1]) if seat.taken else "",
        "past": [
            [str(one.quarter), money(one.bookings, room), share(one.attainment), share(one.trust), money(one.net, room)]
            for one in seat.past[1:][::-1]
        ],
        "total": money(now.total, room) if before else "",
    }


def _numbers(now: Result, before: Result | None, room: Room) -> list[dict[str, str]]:
    old = before or now
    rows = (
        ("bookings", now.bookings, old.bookings),
        ("attainment", now.attainment, old.attainment),
        ("rep_trust", now.trust, old.trust),
        ("win_rate", now.win_rate, old.win_rate),
        ("net_contribution", now.net, old.net),
    )
    return [_number(WEEKLY_MEASURES[name], new, new - past if before else math.nan, room) for name, new, past in rows]


def _number(one: Measure, value: float, change: float, room: Room) -> dict[str, str]:
    is_share = one.unit == "share"
    text = share(value) if is_share else money(value, room)
    moved = amount(change, "share", "", signed=True) if is_share else money(change, room, signed=True)
    return {
        "label": one.label, "text": text, "change": moved if math.isfinite(change) else "",
        "hint": f"{one.doc} Below: the change.",
    }  # fmt: skip


def board(room: Room, token: str = "") -> dict[str, Any] | None:
    """The leaderboard, or None while nothing is closed; `token` is the reader's own seat."""
    standings = room.board()
    if not standings:
        return None
    players = len(room.yardstick.players)
    return {
        "title": f"Leaderboard after quarter {room.closed} of {room.terms.quarters}",
        "columns": [{"label": label, "hint": hint} for label, hint in _COLUMNS],
        "rows": [_row(one, room, own=one.token == token) for one in standings],
        "luck": _luck(room),
        "note": (
            "Everybody has the same market and the same luck, so differences come from decisions and the chances they "
            f"open. To be better than 50 % of the {players} players by lot is what blind choice brings; where the "
            "brackets of two overlap, this class does not tell who is better."
        ),
    }


def _row(one: Standing, room: Room, *, own: bool) -> dict[str, Any]:
    skill = one.skill
    return {
        "rank": "\N{EN DASH}" if one.problem else str(one.rank),
        "name": one.name,
        "own": own,
        "total": money(one.total, room),
        "gain": money(one.gain, room, signed=True),
        "skill": skill.text if skill else "",
        "at": round(skill.share, 3) if skill else None,
        "low": round(skill.low, 3) if skill else None,
        "high": round(skill.high, 3) if skill else None,
        "problem": one.problem,
    }


def _luck(room: Room) -> str:
    yardstick, found = room.yardstick, room.luck()
    if yardstick.problem:
        return yardstick.problem
    if found is None:
        return f"Skill and luck are being measured: {yardstick.done:.0%} of the runs are done."
    alone = float(yardstick.alone[room.closed - 1])
    more = "" if yardstick.done == 1.0 else f" So far: {yardstick.done:.0%} of the runs are done."
    return (
        f"Luck, the same for all: left alone, this organization brings {money(alone, room)}, which is more than "
        f"{found.text} of {found.of} other seeds bring.{more}"
    )


def table(room: Room) -> str:
    """Everything a class brought, as CSV: one row a seat and quarter, amounts in the scenario's currency."""
    out = io.StringIO()
    names = list(room.menu.options)
    measures = ("bookings", "quota", "attainment", "win_rate", "trust", "reps", "specialists", "cost", "net", "total")
    writer = csv.writer(out)
    stages = tuple(one["name"] for one in read(room.start).wheel.stages)
    heads = ("rank", "name", "quarter", *measures, *stages, "by_decisions", "better_than", "better_low", "better_high")
    writer.writerow([*heads, *names])
    with room.lock:
        for standing in room.board():
            seat = room.seats[standing.token]
            for result, decision in zip(seat.past[1:], seat.taken, strict=True):
                last = result.quarter == room.closed
                skill = standing.skill if last else None
                closing: list[object] = [standing.gain if last else ""]
                closing += [skill.share, skill.low, skill.high] if skill else ["", "", ""]
                values = [decision.values.get(name, room.menu.options[name].as_is) for name in names]
                numbers = [getattr(result, name) for name in measures]
                own = [standing.rank, _harmless(standing.name), result.quarter]
                writer.writerow([*own, *numbers, *(one["index"] for one in result.wheel.stages), *closing, *values])
    return out.getvalue()


def _harmless(name: str) -> str:
    """A name no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in "=+-@" else name
