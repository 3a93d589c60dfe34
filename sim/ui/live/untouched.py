"""What the things done by hand have caused: how the present differs from the untouched run, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.measures.words import MINUS, money
from sim.ui.live.readings import COORDINATION, HEADLINES, Frame
from sim.ui.live.wheels import signed

if TYPE_CHECKING:
    from sim.scenario.measures import Measure

AGAINST = "against untouched"

MEANING = "Untouched is the same run, with the same luck, without anything that was done by hand."

LARGE = 0.1
"""A large difference, by which those of unlike units are ranked: ten points, a tenth of an amount."""

LARGE_HOURS = 1.0  # the same for coordination [hours / rep / week]

NBSP = "\N{NO-BREAK SPACE}"

LEAST = 0.1  # part of a large difference below which none is told
TOLD = 3  # most measures in the sentence

Headlines = dict[str, float]
"""Headline measures of the last 13 weeks by name, as a frame has them."""


def tiles(frame: Frame, currency: str) -> list[dict[str, Any]]:
    """The headline numbers; where one differs from the untouched run, it says by how much instead of since the start.

    Amounts are in the currency.
    """
    return [
        {**item, **_difference(frame, measure, currency, item)}
        for item, measure in zip(frame.numbers, HEADLINES, strict=True)
    ]


def _difference(frame: Frame, measure: Measure, currency: str, item: dict[str, Any]) -> dict[str, Any]:
    """What a tile says of the difference, and whether that is good (1) or bad (-1); nothing where there is none."""
    if frame.untouched is None:
        return {}
    gap = frame.headlines[measure.name] - frame.untouched.headlines[measure.name]
    if not math.isfinite(gap):
        return {}
    size = f"{abs(gap) * 100:.1f} points" if measure.unit == "share" else money(abs(gap), currency)
    if not any(digit in "123456789" for digit in size):
        return {}
    hint = f"{item['hint']} It is {item['change'] or 'not known'}.\n{MEANING}"
    size = size.removesuffix(f" {currency}")  # which stands behind the number above it
    text, good = (f"+{size}", measure.better) if gap > 0 else (f"{MINUS}{size}", -measure.better)
    return {"change": text, "against": AGAINST, "good": good, "hint": hint}


def effect(frame: Frame) -> str:
    """What was done by hand, since when, and what differs most by now, in one sentence; empty before anything was."""
    if frame.untouched is None:
        return ""
    # What is nearer to what was done comes first, and what comes in last.
    gaps = [_gap(frame.headlines, frame.untouched.headlines, measure) for measure in (COORDINATION, *HEADLINES[::-1])]
    told = sorted((gap for gap in gaps if gap[0] >= LEAST), key=lambda gap: -gap[0])[:TOLD]
    texts = [text for size, text in gaps if (size, text) in told]
    said = f"{', '.join(texts)} {AGAINST}" if texts else "nothing differs from untouched yet"
    return f"{_done(frame)}: {said}."


def _gap(now: Headlines, then: Headlines, measure: Measure) -> tuple[float, str]:
    """How large a difference is, 1 being a large one, and its words; size 0 where it is not known."""
    gap, name = now[measure.name] - then[measure.name], measure.name
    label = f"{measure.label[:1].lower()}{measure.label[1:]}"
    if not math.isfinite(gap):
        return 0.0, ""
    if measure is COORDINATION:
        return abs(gap) / LARGE_HOURS, f"coordination {'+' if gap > 0 else MINUS}{abs(gap):.1f}{NBSP}h"
    if measure.unit == "share":
        return abs(gap) / LARGE, f"{label} {signed(round(gap * 100))}{NBSP}points"
    if then[name] <= 0 or measure.name == "net_contribution":
        return 0.0, ""  # what may be nothing or a loss has no percentage
    return abs(gap / then[name]) / LARGE, f"{label} {signed(round(gap / then[name] * 100))}{NBSP}%"


def _done(frame: Frame) -> str:
    """What was done by hand, the first thing by name, and when."""
    done = [entry for entry in frame.entries[::-1] if not entry.own and entry.week < frame.week]
    more = f" and {len(done) - 1} more" if len(done) > 1 else ""
    ends = [entry.undone for entry in done if entry.undone is not None]
    span = f", from week {frame.since} to {max(ends)}" if len(ends) == len(done) else f" since week {frame.since}"
    return f"{done[0].text.replace(': ', ' ')}{more}{span}"
