"""The whole of a class as JSON, for other programs: what it is about, what was decided, and what that brought."""

from __future__ import annotations

import json
import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sim.ui.classroom.survey import ASKED

if TYPE_CHECKING:
    from sim.ui.classroom.results import Result
    from sim.ui.classroom.room import Room
    from sim.ui.classroom.seats import Seat
    from sim.ui.classroom.standings import Standing

FORMAT = "sales-flywheel class 1"


def class_json(room: Room) -> str:
    """Write a class; the tokens that hold its seats and the class itself are not in it."""
    with room.lock:
        terms, scenario = room.terms, room.terms.scenario
        standings = {standing.token: standing for standing in room.board()}
        content = {
            "format": FORMAT,
            "code": room.code,
            "phase": room.phase,
            "quarter": room.quarter,
            "closed": room.closed,
            "terms": {
                "title": scenario.title or scenario.name,
                "currency": scenario.currency,
                "seed": terms.seed,
                "budget": terms.budget,
                "quarters": terms.quarters,
                "offered": list(room.menu.options),
                "demand": [{"quarter": at, "percent": percent} for at, percent in sorted(room.demand.items())],
                "scenario": scenario.to_toml(),
            },
            "seats": [_seat(seat, standings.get(seat.token)) for seat in room.seats.values()],
        }
    return json.dumps(_finite(content), indent=1, allow_nan=False, ensure_ascii=False) + "\n"


def _seat(seat: Seat, standing: Standing | None) -> dict[str, Any]:
    skill = standing.skill if standing else None
    taken = [*seat.taken, *([seat.decision] if seat.decided else [])]
    return {
        "name": seat.name,
        "character": seat.character or None,
        "late": seat.late,
        "members": [member.name for member in seat.members],
        "problem": seat.problem,
        "rank": standing.rank if standing and not standing.character else None,
        "by_decisions": standing.gain if standing else None,
        "better_than": {"share": skill.share, "low": skill.low, "high": skill.high} if skill else None,
        "decisions": [
            {"quarter": quarter, "values": dict(decision.values)} for quarter, decision in enumerate(taken, start=1)
        ],
        "surveys": [
            {
                "quarter": quarter,
                "asked": one.asked,
                "of": one.of,
                **{
                    name: {"mean": mean.mean, "low": mean.low, "high": mean.high}
                    for name, mean in zip(ASKED, one.means, strict=True)
                },
            }
            for quarter, one in seat.surveys.items()
        ],
        "results": [_result(result) for result in seat.past],
    }


def _result(result: Result) -> dict[str, Any]:
    numbers = {field.name: getattr(result, field.name) for field in fields(result) if field.name != "wheel"}
    return {**numbers, "stages": {stage["name"]: stage["index"] for stage in result.wheel.stages}}


def _finite(value: Any) -> Any:
    """The same with null for what is not known."""
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
