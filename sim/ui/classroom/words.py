"""What the screens of a class say: small dictionaries the browser draws, made of a room and a seat alone."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING, Any

from sim.measures.words import MINUS, NONE, amount, axis_unit
from sim.scenario.errors import InputError
from sim.scenario.measures import WEEKLY_MEASURES
from sim.ui.classroom.hidden import demand_told
from sim.ui.classroom.options import SeatOption, changes_text
from sim.ui.classroom.paths import paths_of
from sim.ui.classroom.results import Result, read, what_happened
from sim.ui.live.readings import share_text
from sim.ui.opening import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scenario.parameters.base import Value
    from sim.ui.classroom.room import Room
    from sim.ui.classroom.seats import Seat
    from sim.ui.classroom.standings import Standing

_COLUMNS = {
    "Result": "Net contribution since the start: gross margin on bookings and renewals, less all sales cost.",
    "By decisions": "The result, less what this organization would have brought had nobody decided anything.",
    "Better than": (
        "Share of players who decide by lot, in this same market, with this same luck and within the same budget, whom "
        "this result beats. In brackets: how far that share may be off, since their number is finite (95 %)."
    ),
}
_HEADLINES = {
    "bookings": "bookings",
    "attainment": "attainment",
    "trust": "rep_trust",
    "win_rate": "win_rate",
    "net": "net_contribution",
}
"""Weekly measure of each number of a result that stands at the top."""


def money(value: float, room: Room, *, signed: bool = False) -> str:
    """Write an amount of a class, short enough for a small card."""
    return shortened(amount(value, "currency", room.terms.scenario.currency, signed=signed))


def shortened(text: str) -> str:
    """An amount that was written, shorter."""
    for long, short in (("thousand", "k"), ("million", "m"), ("billion", "bn")):
        text = text.replace(f" {long} ", f" {short} ")
    return text


def quarter_text(room: Room) -> str:
    """Which quarter of how many it is."""
    return f"Quarter {room.quarter} of {room.terms.quarters}" if room.quarter else "Before the first quarter"


def what_now(room: Room, seat: Seat) -> str:
    """What happens now."""
    if seat.problem:
        return seat.problem
    if room.phase == "deciding" and room.reopened:
        return (
            f"The trainer has taken quarter {room.quarter} back: it is open again. What you decided for it stands "
            "until you change it."
        )
    if room.phase == "deciding" and seat.decided:
        return "You have decided. You can change it until the trainer closes the quarter."
    return {
        "gathering": "The trainer opens the first quarter when everybody is here.",
        "deciding": "Decide: the quarter is open.",
        "closed": "The quarter has been played. Look at your results; the trainer reveals the leaderboard.",
        "revealed": "The leaderboard is revealed. The next quarter opens soon.",
        "over": "The class is over. This is the final leaderboard.",
    }[room.phase]


def late_text(quarters: int) -> str:
    """The rule for who joins late, one or two sentences; empty for who does not."""
    if not quarters:
        return ""
    played = "quarter 1 had" if quarters == 1 else f"quarters 1 to {quarters} had"
    return (
        f"You joined after {played} been played: your organization was left alone until then, with nothing decided, in "
        "the same market and with the same luck as everybody's. From now on it is yours."
    )


def own_values(seat: Seat, token: str) -> Mapping[str, Value]:
    """What one who holds a seat has said last: what is decided, or for who does not lead the team what was proposed."""
    proposal = next((one.proposal for one in seat.members[1:] if one.token == token), None)
    return (proposal or seat.decision).values


def deciding(room: Room, seat: Seat, draft: Mapping[str, Value], problem: str, token: str = "") -> dict[str, Any]:
    """The screen on which a seat decides; `draft` is where sliders differ from what was said last.

    With the token of one of its team who does not lead it, the screen on which that one proposes.
    """
    values, leads = {**own_values(seat, token), **draft}, not seat.members or seat.members[0].token == token
    said = seat.decided if leads else any(one.token == token and one.proposal for one in seat.members)
    spare = seat.spare
    options = [_option(option, values.get(name, option.as_is), spare) for name, option in room.menu.options.items()]
    cost = room.menu.cost(room.menu.read(values, spare), seat.opened)
    budget = room.menu.budget
    over = cost > budget + 0.5
    left = f"{money(cost - budget, room)} over the budget" if over else f"{money(budget - cost, room)} left"
    return {
        "paid": [option for option in options if option["paid"]],
        "free": [option for option in options if not option["paid"]],
        "budget": money(budget, room),
        "spent": _spent_text(cost, room),
        "left": left,
        "part": round(min(1.0, max(0.0, cost / budget if budget else float(cost > 0))), 3),
        "over": over,
        "decided": said,
        "verbs": ["Decide", "Decided", "Decide again"] if leads else ["Propose", "Proposed", "Propose again"],
        "changed": bool(draft),
        "problem": problem,
        "quarter": room.quarter,
    }


def _spent_text(cost: float, room: Room) -> str:
    if abs(cost) < 0.5:
        return "Nothing spent"
    return f"Spent {money(cost, room)}" if cost > 0 else f"Saved {money(-cost, room)}"


def _option(option: SeatOption, value: Value, spare: int) -> dict[str, Any]:
    values = option.possible(spare)
    return {
        "name": option.name,
        "label": option.label,
        "unit": option.unit,
        "texts": [option.text(choice) for choice in values],
        "at": values.index(value) if value in values else 0,
        "home": values.index(option.as_is) if option.as_is in values else 0,
        "choice": bool(option.words),
        "paid": option.paid,
        "hint": option.hint,
    }


def results(room: Room, seat: Seat, questions: Sequence[str] = ()) -> dict[str, Any]:
    """What a seat's last quarter brought, the quarters before, and questions to think about."""
    now, before = seat.past[-1], seat.past[-2] if len(seat.past) > 1 else None
    return {
        "title": f"Quarter {now.quarter}" if now.quarter else "Where you begin: the quarter before the start",
        "numbers": _numbers(now, before, room),
        "stages": [{**stage, "weakest": stage["name"] == now.wheel.marked} for stage in now.wheel.stages],
        "late": late_text(seat.late),
        "questions": questions,
        "said": what_happened(now, before) if before else [],
        "decided": changes_text(room.menu, seat.taken[-1]) if seat.taken else "",
        "past": [
            [
                str(result.quarter),
                money(result.bookings, room),
                share_text(result.attainment),
                share_text(result.trust),
                money(result.net, room),
            ]
            for result in seat.past[1:][::-1]
        ],
        "total": money(now.total, room) if before else "",
    }


def _numbers(now: Result, before: Result | None, room: Room) -> list[dict[str, str]]:
    tiles = []
    for field, name in _HEADLINES.items():
        measure, value = WEEKLY_MEASURES[name], getattr(now, field)
        change = value - getattr(before, field) if before else math.nan
        if measure.unit == "share":
            text, moved = share_text(value), amount(change, "share", "", signed=True)
        else:
            text, moved = money(value, room), money(change, room, signed=True)
        change_text = moved if math.isfinite(change) else ""
        hint = f"{measure.doc} Below: the change."
        tiles.append({"label": measure.label, "text": text, "change": change_text, "hint": hint})
    return tiles


def compared(room: Room, seat: Seat) -> dict[str, Any] | None:
    """A seat by quarter beside the organization left alone and the median of the class; None before the first one."""
    paths = paths_of(room, room.closed)
    own = tuple(result.total for result in seat.past[1:])
    if not own:
        return None
    scale, unit = axis_unit("currency", max(map(abs, own)), room.terms.scenario.currency)

    def text(value: float, sign: str = "") -> str:
        return f"{value / scale:{sign},.2f}".replace("-", MINUS) if math.isfinite(value) else NONE

    rows = zip(own, paths.alone, paths.median, paths.gains(own), strict=False)
    table = [
        [str(quarter), *map(text, (total, alone, median)), text(gain, "+")]
        for quarter, (total, alone, median, gain) in enumerate(rows, start=1)
    ]
    return {
        "title": f"You, left alone, and the class, {unit}",
        "about": "Net contribution so far beyond that of the organization left alone, by quarter: you and the median",
        "columns": ["Quarter", "You", "Left alone", "Median", "Beyond"],
        "table": table[::-1],
        "you": _points(paths.gains(own)),
        "median": _points(paths.gains(paths.median))[: len(own) + 1],
        "note": (
            "Net contribution since the start. Left alone is this same organization in the same market, with the same "
            "luck and nothing decided; the median is of the seats that people led in the quarter. Beyond, and the "
            "lines: what is more than left alone."
        ),
    }


def _points(gains: Sequence[float]) -> list[float | None]:
    """Points of a line that begins at 0; None where nothing is known."""
    return [0.0, *(gain if math.isfinite(gain) else None for gain in gains)]


def board(room: Room, token: str = "") -> dict[str, Any] | None:
    """The leaderboard, or None while nothing is closed; `token` is the reader's own seat."""
    if not (standings := room.board()):
        return None
    return {
        "title": f"Leaderboard after quarter {room.closed} of {room.terms.quarters}",
        "columns": [{"label": label, "hint": hint} for label, hint in _COLUMNS.items()],
        "rows": [_row(standing, room, own=standing.token == token) for standing in standings],
        "luck": f"{_luck(room)} {demand_told(room)}".strip(),
        "note": (
            "Everybody has the same market and the same luck, so differences come from decisions and the chances they "
            f"open. To be better than 50 % of the {len(room.yardstick.players)} players by lot is what blind choice "
            "brings; where the brackets of two overlap, this class does not tell who is better."
            f"{' Characters decide by a rule and have no rank.' if room.characters else ''}"
        ),
    }


def _row(standing: Standing, room: Room, *, own: bool) -> dict[str, Any]:
    skill = standing.skill
    return {
        "rank": NONE if standing.problem or standing.character else str(standing.rank),
        "name": standing.name,
        "character": standing.character,
        "own": own,
        "late": f"from quarter {late + 1} on" if (late := room.seats[standing.token].late) else "",
        "total": money(standing.total, room),
        "gain": money(standing.gain, room, signed=True),
        "skill": skill.text if skill else "",
        "at": round(skill.share, 3) if skill else None,
        "low": round(skill.low, 3) if skill else None,
        "high": round(skill.high, 3) if skill else None,
        "problem": standing.problem,
    }


def _luck(room: Room) -> str:
    yardstick, rank = room.yardstick, room.luck()
    if yardstick.problem:
        return yardstick.problem
    if rank is None:
        return f"Skill and luck are being measured: {yardstick.known(room.closed - 1):.0%} of the runs are done."
    alone = float(yardstick.alone[room.closed - 1])
    known = yardstick.known(room.closed - 1)
    more = "" if known == 1.0 else f" So far: {known:.0%} of the runs are done."
    return (
        f"Luck, the same for all: left alone, this organization brings {money(alone, room)}, which is more than "
        f"{rank.text} of {rank.of} other seeds bring.{more}"
    )


def debrief_text(room: Room) -> str:
    """How far the debrief of a class is, one or two sentences."""
    review, lucks = room.review, len(room.yardstick.seeds)
    if review.stage == "idle":
        try:
            room.played()
        except InputError as error:
            return sentence(str(error))
    known = "" if not review.seats_known else " The debrief of the class is there; seats follow one by one."
    return {
        "idle": "No debrief was made yet.",
        "waiting": "The debrief waits until players by lot and other seeds have been run.",
        "working": f"Playing every decision again with {lucks} other lucks: {review.share:.0%}.{known}",
        "stopped": f"Stopped at {review.share:.0%}; what is known stays.",
        "done": f"Every decision was played again with {lucks} other lucks.",
        "failed": review.problem,
    }[review.stage]


def table(room: Room) -> str:
    """Everything a class brought, as CSV: one row a seat and quarter, amounts in the scenario's currency."""
    out = io.StringIO()
    names = list(room.menu.options)
    measures = ("bookings", "quota", "attainment", "win_rate", "trust", "reps", "specialists", "cost", "net", "total")
    writer = csv.writer(out)
    stages = tuple(stage["name"] for stage in read(room.start).wheel.stages)
    closing_columns = ("by_decisions", "better_than", "better_low", "better_high")
    writer.writerow(["rank", "name", "character", "quarter", *measures, *stages, *closing_columns, *names])
    with room.lock:
        for standing in room.board():
            seat = room.seats[standing.token]
            for result, decision in zip(seat.past[1:], seat.taken, strict=True):
                closing: list[object] = [""] * len(closing_columns)
                if result.quarter == room.closed:
                    closing[0] = standing.gain
                    if skill := standing.skill:
                        closing[1:] = [skill.share, skill.low, skill.high]
                values = [decision.values.get(name, room.menu.options[name].as_is) for name in names]
                numbers = [getattr(result, name) for name in measures]
                rank = "" if standing.character else standing.rank
                own = [rank, _harmless(standing.name), seat.character, result.quarter]
                writer.writerow([*own, *numbers, *(stage["index"] for stage in result.wheel.stages), *closing, *values])
    return out.getvalue()


def _harmless(name: str) -> str:
    """A name no spreadsheet takes for a formula."""
    return f"'{name}" if name[:1] in "=+-@" else name
