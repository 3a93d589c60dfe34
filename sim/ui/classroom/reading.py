"""What a seat reads between two rounds beside its results: market research it has bought, and three questions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.measures.words import NONE
from sim.ui.classroom import words
from sim.ui.classroom.options import changes_text
from sim.ui.classroom.survey import ASKED

if TYPE_CHECKING:
    from sim.studies.statistics import Interval
    from sim.ui.classroom.room import Room
    from sim.ui.classroom.seats import Seat


def research(seat: Seat) -> dict[str, Any] | None:
    """What buyers have answered, the last quarter first; None where nobody was asked."""
    if not seat.surveys:
        return None
    last = max(seat.surveys)
    return {
        "title": "Market research",
        "about": "",
        "columns": ["Quarter", *ASKED.values(), "Asked"],
        "table": [
            [str(quarter), *map(_share_text, one.means), str(one.asked)]
            for quarter, one in sorted(seat.surveys.items(), reverse=True)
        ],
        "you": [],
        "median": [],
        "note": (
            f"Of {seat.surveys[last].of:,} buyers, in the last week of the quarter: their trust in us, whether our "
            "time is worth theirs, the satisfaction of customers, and what they need now against usual. "
            "With \N{PLUS-MINUS SIGN} the 95 % interval, since not all were asked: where two overlap, this does not "
            "tell a change."
        ),
    }


def _share_text(mean: Interval) -> str:
    if not math.isfinite(mean.low):
        return f"{mean.mean:.0%}" if math.isfinite(mean.mean) else NONE
    return f"{mean.mean:.0%} \N{PLUS-MINUS SIGN} {(mean.high - mean.low) * 50:.1f}"


def reflection(room: Room, seat: Seat) -> list[str]:
    """Three questions between two rounds, made of what was decided and what it brought; none at other times."""
    if room.phase not in ("closed", "revealed") or seat.problem or not seat.taken:
        return []
    now, changes = seat.past[-1], changes_text(room.menu, seat.taken[-1])
    alone = float(room.yardstick.alone[room.closed - 1])
    stage = next((one["label"] for one in now.wheel.stages if one["name"] == now.wheel.marked), "")
    if changes == "nothing changed":
        first = "Nothing was changed: what would have to be true for that to be right, and do these numbers say so?"
    else:
        first = f"Decided: {changes}. What of it can show in these numbers already, and what needs more time?"
    if math.isfinite(alone):
        more = words.money(abs(now.total - alone), room)
        way = "more" if now.total >= alone else "less"
        second = f"So far that is {more} {way} than left alone. How much of it would come again with other luck?"
    else:
        second = "How much of this result would have come with nothing decided, and how would one find out?"
    third = (
        f"On the wheel, {stage.lower()} is weakest: which decision feeds it, and which one starves it?"
        if stage
        else "What did you expect of this quarter, and what do you believe now that you did not believe then?"
    )
    return [first, second, third]
