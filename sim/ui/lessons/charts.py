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
from sim.ui.live.charts import FONT as FONTS
from sim.ui.live.charts import bookings_chart, hours_chart, reasons_chart, trust_chart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from agents.machinery.record import Rows
    from sim.ui.live.readings import Frame
    from sim.ui.run.session import Session
    from sim.ui.theme import Theme

Option = dict[str, Any]

FONT = 15
"""Size of letters, to be read from the back row. [px]"""

LIVE: dict[str, tuple[str, Callable[[Frame, Theme], Option]]] = {
    "week": ("A rep's week, hours by use", hours_chart),
    "trust": ("Trust and honesty, %", trust_chart),
    "reasons": ("Losses blamed on the outside, %", reasons_chart),
    "attained": ("Bookings and attainment", bookings_chart),
}
"""Charts of the live view a lesson may show: title and maker."""

LEGEND_BESIDE = 50
"""Room on the right from which a chart of the live view has its legend there. [px]"""

WHEELS = {"wheel": "sales", "leader_wheel": "leader", "evil_wheel": "evil"}
"""Wheels a lesson may show, by the name lessons give them."""

ALL_STAGES = "stages"
STAGE_COLOURS = (palette.BLUE, palette.SKY, palette.GREEN, palette.PURPLE, palette.VERMILLION)
PATTERNS: tuple[str | list[int], ...] = ("solid", [10, 5], [3, 4], [12, 4, 3, 4])
"""Line patterns of branches, so that colour alone tells nothing."""


def title_of(name: str, currency: str = "currency") -> str:
    """What a chart is called, with its unit."""
    if name == ALL_STAGES:
        return "Stages of the wheel, 100 before the start"
    if name in LIVE:
        return LIVE[name][0]
    one = WEEKLY_MEASURES[name]
    unit = "" if one.unit == name else short_unit(one.unit, currency)
    return f"{one.label}, {unit}" if unit else one.label


def hint_of(name: str) -> str:
    """What a chart shows."""
    if name == ALL_STAGES:
        return (
            "Each stage over its mean of the 13 weeks before the start, times 100; a mean of 13 weeks where it jumps."
        )
    if name in LIVE:
        return f"{LIVE[name][0]}, of one branch."
    one = WEEKLY_MEASURES[name]
    return f"{one.doc} Unit: {one.unit}." + (" Mean of the 13 weeks up to each." if is_smoothed(one) else "")


def measure_chart(name: str, sessions: Mapping[str, Session], end: int, theme: Theme) -> Option:
    """A measure week by week, a line for each branch in the branch's colour and pattern.

    Args:
        name: A measure.
        sessions: Run of each branch, by its letter.
        end: Week the axis ends with.
        theme: Colours.
    """
    one = WEEKLY_MEASURES[name]
    colours = {"A": theme.blue, "B": palette.VERMILLION, "C": palette.GREEN, "D": palette.PURPLE}
    found = {key: series(one_run, name, -WEEKS_PER_QUARTER, one_run.week) for key, one_run in sessions.items()}
    scale, letter = _scale(one.unit, found.values())
    lines = [_line(key, values * scale, colours[key], PATTERNS["ABCD".index(key)]) for key, values in found.items()]
    return _weeks_chart(lines, end, f"{{value}}{letter}", theme)


def _scale(unit: str, found: Iterable[Rows]) -> tuple[float, str]:
    """What values are multiplied by for the axis, and what stands behind its numbers."""
    if unit == "share":
        return 100.0, " %"
    if not unit.startswith("currency"):
        return 1.0, ""
    largest = max((float(np.nanmax(np.abs(values))) for values in found if np.isfinite(values).any()), default=0.0)
    return (1e-6, " m") if largest >= 2e6 else (1e-3, " k")


def stages_chart(session: Session, end: int, theme: Theme) -> Option:
    """The five stages of the wheel as indices, 100 in the quarter before the start."""
    lines = []
    for place, (label, column) in enumerate(STAGES["sales"]):
        values = series(session, column, -WEEKS_PER_QUARTER, session.week)
        usual = float(np.mean(values[:WEEKS_PER_QUARTER]))
        index = values / usual * 100 if usual > 0 else np.full(len(values), np.nan)
        lines.append(_line(label.capitalize(), index, STAGE_COLOURS[place], PATTERNS[place % len(PATTERNS)]))
    option = _weeks_chart(lines, end, "{value}", theme)
    text = {"color": theme.ink, "fontSize": FONT}
    option["legend"] = {"bottom": 0, "itemWidth": 30, "itemGap": 14, "textStyle": text}
    option["grid"] = option["grid"] | {"bottom": 40}
    return option


def live_chart(name: str, frame: Frame, theme: Theme) -> Option:
    """A chart of the live view with larger letters."""
    option: Option = _larger(LIVE[name][1](frame, theme))
    if option["grid"].get("right", 0) > LEGEND_BESIDE:
        option["grid"] = option["grid"] | {"right": 150, "bottom": 8}
    else:
        option["grid"] = option["grid"] | {"bottom": 40}
    return option


def _weeks_chart(lines: list[Option], end: int, axis: str, theme: Theme) -> Option:
    text = {"color": theme.ink, "fontSize": FONT}
    start = {"silent": True, "symbol": "none", "label": {"show": False}, "data": [{"xAxis": 0}]}
    lines[0]["markLine"] = start | {"lineStyle": {"color": theme.muted, "type": "dashed", "width": 1}}
    labels = {"color": theme.muted, "fontSize": FONT}
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONTS, "color": theme.ink},
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
    found = [
        [week - WEEKS_PER_QUARTER, float(f"{value:.5g}") if np.isfinite(value) else None]
        for week, value in enumerate(values)
    ]
    return {
        "name": name,
        "type": "line",
        "data": found,
        "showSymbol": False,
        "lineStyle": {"width": 4, "color": colour, "type": pattern},
        "itemStyle": {"color": colour},
    }


def _larger(part: Any) -> Any:
    """The same option with letters of one size."""
    if isinstance(part, dict):
        return {key: FONT if key == "fontSize" else _larger(value) for key, value in part.items()}
    if isinstance(part, list) and part and isinstance(part[0], dict | list):
        return [_larger(one) for one in part]
    return part
