"""A wheel that was turned, as the page shows it: the ring, and what it says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scenarios import list_loops
from sim.answers import palette
from sim.answers.wheel.words import interval_text
from sim.measures.loops import LOOPS, find_loop
from sim.measures.words import MINUS
from sim.ui.live.passing import link_look

if TYPE_CHECKING:
    from sim.questions.wheel.gain import Wheel
    from sim.studies.statistics import Interval
    from sim.ui.theme import Theme

Item = dict[str, Any]


def loop_titles() -> dict[str, str]:
    """Titles of the loops by name: the three flywheels, then those that come as files."""
    return {name: find_loop(name).title for name in (*LOOPS, *list_loops())}


def ring_stages(wheel: Wheel) -> list[Item]:
    """Stages of the ring, each with what its link to the next one passes on."""
    stages, items = wheel.loop.stages, []
    for number, stage in enumerate(stages):
        transfer, following = wheel.transfers[number], stages[(number + 1) % len(stages)].name
        fields = ", ".join(".".join(link) for link in stage.fields)
        items.append({
            "name": stage.name, "text": _mean(transfer), "interval": _ends(transfer), "sure": wheel.weakest_is_sure,
            "weakest": bool(wheel.question.step) and number == wheel.weakest,
            **link_look(stage.name, following, transfer),
            "hint": f"{stage.name}. Gain with a cut here: {interval_text(wheel.gains[number])}. Fields: {fields}.",
        })  # fmt: skip
    return items


def centre(wheel: Wheel) -> Item:
    """What stands in the middle: gain with interval, verdict, turn time."""
    time, low, high = wheel.turn_times[0]
    return {
        "gain": _mean(wheel.gain), "interval": _ends(wheel.gain), "verdict": wheel.verdict(),
        "time": "turn time not known" if math.isnan(time) else f"turns in {time:.0f} weeks [{low:.0f}, {high:.0f}]",
    }  # fmt: skip


def ring_colours(theme: Theme) -> dict[str, str]:
    """Colours of the ring; raising and lowering links differ by sign and arrow too."""
    return {
        "ink": theme.ink, "muted": theme.muted, "rule": theme.rule, "paper": theme.paper, "stage": theme.blue,
        "raises": palette.GREEN, "lowers": palette.VERMILLION, "unclear": theme.muted, "weakest": palette.VERMILLION,
    }  # fmt: skip


def _finite(estimate: Interval) -> bool:
    return math.isfinite(estimate.mean)


def _mean(estimate: Interval) -> str:
    return f"{estimate.mean:.2f}".replace("-", MINUS) if _finite(estimate) else "not known"


def _ends(estimate: Interval) -> str:
    if math.isnan(estimate.low):
        return "interval not known"
    return f"[{estimate.low:.2f}, {estimate.high:.2f}]".replace("-", MINUS)
