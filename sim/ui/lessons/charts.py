"""Charts of a lesson as ECharts options: measures of every branch, stages of the wheel, and those of the live view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.answers import palette
from sim.measures.wheel import STAGES
from sim.measures.words import short_unit
from sim.questions.lesson.measures import is_smoothed, series
from sim.scenario.measures import WEEKLY_MEASURES
from sim.ui.live.charts import FONT, bookings_chart, hours_chart, line, reasons_chart, trust_chart
from sim.ui.live.wheels import definition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from agents.machinery.record import Rows
    from sim.ui.live.readings import Frame
    from sim.ui.run.session import Session
    from sim.ui.theme import Theme

Option = dict[str, Any]

LETTERS = 15  # size of letters, to be read from the back row [px]

LIVE: dict[str, tuple[str, Callable[[Frame, Theme], Option]]] = {
    "week": ("A rep's week, hours by use", hours_chart),
    "trust": ("Trust and honesty, %", trust_chart),
    "reasons": ("Losses blamed on the outside, %", reasons_chart),
    "attained": ("Bookings and attainment", bookings_chart),
}
"""Charts of the live view a lesson may show: title and maker."""

LEGEND_BESIDE = 50  # room on the right from which a chart of the live view has its legend there [px]
WHEELS = {"wheel": "sales", "leader_wheel": "leader", "evil_wheel": "evil"}  # by the names lessons give wheels
ALL_STAGES = "stages"
STAGE_COLOURS = (palette.BLUE, palette.SKY, palette.GREEN, palette.PURPLE, palette.VERMILLION)
PATTERNS: tuple[str | list[int], ...] = ("solid", [10, 5], [3, 4], [12, 4, 3, 4])  # beside colours


def title_of(name: str, currency: str = "currency") -> str:
    """What a chart is called, with its unit."""
    if name == ALL_STAGES:
        return "Stages of the wheel, 100 before the start"
    if name in LIVE:
        return LIVE[name][0]
    measure = WEEKLY_MEASURES[name]
    unit = "" if measure.unit == name else short_unit(measure.unit, currency)
    return f"{measure.label}, {unit}" if unit else measure.label


def hint_of(name: str) -> str:
    """What a chart shows."""
    if name == ALL_STAGES:
        return (
            "Each stage over its mean of the 13 weeks before the start, times 100; a mean of 13 weeks where it jumps."
        )
    if name in LIVE:
        return f"{LIVE[name][0]}, of one branch."
    smoothed = " Mean of the 13 weeks up to each." if is_smoothed(WEEKLY_MEASURES[name]) else ""
    return f"{definition(name)}{smoothed}"


def measure_chart(name: str, sessions: Mapping[str, Session], end: int, theme: Theme) -> Option:
    """A measure week by week to the axis's end, a line for each branch in the branch's colour and pattern."""
    colours = {"A": theme.blue, "B": palette.VERMILLION, "C": palette.GREEN, "D": palette.PURPLE}
    runs = {branch: series(session, name, -WEEKS_PER_QUARTER, session.week) for branch, session in sessions.items()}
    scale, letter = _scale(WEEKLY_MEASURES[name].unit, runs.values())
    looks = dict(zip("ABCD", PATTERNS, strict=True))
    lines = [_line(branch, values * scale, colours[branch], looks[branch]) for branch, values in runs.items()]
    return _weeks_chart(lines, end, f"{{value}}{letter}", theme)


def _scale(unit: str, runs: Iterable[Rows]) -> tuple[float, str]:
    """What values are multiplied by for the axis, and what stands behind its numbers."""
    if unit == "share":
        return 100.0, " %"
    if not unit.startswith("currency"):
        return 1.0, ""
    largest = max((float(np.nanmax(np.abs(values))) for values in runs if np.isfinite(values).any()), default=0.0)
    return (1e-6, " m") if largest >= 2e6 else (1e-3, " k")


def stages_chart(session: Session, end: int, theme: Theme) -> Option:
    """The five stages of the wheel as indices, 100 in the quarter before the start."""
    lines = []
    for number, (label, column) in enumerate(STAGES["sales"]):
        values = series(session, column, -WEEKS_PER_QUARTER, session.week)
        usual = float(np.mean(values[:WEEKS_PER_QUARTER]))
        index = values / usual * 100 if usual > 0 else np.full(len(values), np.nan)
        lines.append(_line(label.capitalize(), index, STAGE_COLOURS[number], PATTERNS[number % len(PATTERNS)]))
    option = _weeks_chart(lines, end, "{value}", theme)
    text = {"color": theme.ink, "fontSize": LETTERS}
    option["legend"] = {"bottom": 0, "itemWidth": 30, "itemGap": 14, "textStyle": text}
    option["grid"] |= {"bottom": 40}
    return option


def live_chart(name: str, frame: Frame, theme: Theme) -> Option:
    """A chart of the live view with larger letters."""
    option: Option = _larger(LIVE[name][1](frame, theme))
    beside = option["grid"].get("right", 0) > LEGEND_BESIDE
    option["grid"] |= {"right": 150, "bottom": 8} if beside else {"bottom": 40}
    return option


def _weeks_chart(lines: list[Option], end: int, axis: str, theme: Theme) -> Option:
    text = {"color": theme.ink, "fontSize": LETTERS}
    start = {"silent": True, "symbol": "none", "label": {"show": False}, "data": [{"xAxis": 0}]}
    lines[0]["markLine"] = start | {"lineStyle": {"color": theme.muted, "type": "dashed", "width": 1}}
    labels = {"color": theme.muted, "fontSize": LETTERS}
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT, "color": theme.ink},
        "grid": {"left": 6, "right": 18, "top": 12, "bottom": 6, "containLabel": True},
        "tooltip": {"trigger": "axis", "confine": True, "backgroundColor": theme.paper, "textStyle": text},
        "xAxis": {
            "type": "value",
            "min": -WEEKS_PER_QUARTER,
            "max": end,
            "interval": max(1, round(end / 5 / WEEKS_PER_QUARTER)) * WEEKS_PER_QUARTER,
            "axisLabel": labels | {"formatter": "w{value}", "showMinLabel": False, "showMaxLabel": False},
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": theme.rule}, "onZero": False},
            "splitLine": {"show": False},
        },
        "yAxis": {
            "type": "value",
            "scale": True,
            "splitNumber": 4,
            "axisLabel": labels | {"formatter": axis},
            "axisLine": {"show": False, "onZero": False},
            "splitLine": {"lineStyle": {"color": theme.rule}},
        },
        "series": lines,
    }


def _line(name: str, values: Rows, colour: str, pattern: str | list[int]) -> Option:
    """A line from the quarter before the start."""
    points = [
        [week, float(f"{value:.5g}") if np.isfinite(value) else None]
        for week, value in enumerate(values, -WEEKS_PER_QUARTER)
    ]
    return line(name, points, colour, pattern, width=4)


def _larger(part: Any) -> Any:
    """The same option with letters of one size."""
    if isinstance(part, dict):
        return {key: LETTERS if key == "fontSize" else _larger(value) for key, value in part.items()}
    if isinstance(part, list) and part and isinstance(part[0], dict | list):
        return [_larger(item) for item in part]
    return part
