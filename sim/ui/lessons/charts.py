"""Charts of a lesson as ECharts options: measures of every branch, stages of the wheel, and those of the live view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from agents.clock import WEEKS_PER_QUARTER
from sim.momentum import STAGES
from sim.report import palette
from sim.ui.lessons.measures import measures, series
from sim.ui.live.charts import FONT as FONTS
from sim.ui.live.charts import bookings_chart, hours_chart, reasons_chart, trust_chart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from agents.record import Rows
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

WHEELS = {"wheel": "sales", "leader_wheel": "leader", "evil_wheel": "evil"}
"""Wheels a lesson may show, by the name lessons give them."""

ALL_STAGES = "stages"
SHOWN = (*WHEELS, ALL_STAGES, *LIVE)
"""What a chapter may show besides measures."""

STAGE_COLOURS = (palette.BLUE, palette.SKY, palette.GREEN, palette.PURPLE, palette.VERMILLION)
PATTERNS: tuple[str | list[int], ...] = ("solid", [10, 5], [3, 4], [12, 4, 3, 4])
"""Line patterns of branches, so that colour alone tells nothing."""


def title_of(name: str, currency: str = "currency") -> str:
    """What a chart is called, with its unit."""
    if name == ALL_STAGES:
        return "Stages of the wheel, 100 before the start, 13-week mean"
    if name in LIVE:
        return LIVE[name][0]
    one = measures()[name]
    unit = {"share": "%", "ratio": ""}.get(one.unit, one.unit.replace("currency", currency))
    window = ", 13-week mean" if one.is_smoothed else ""
    return f"{one.label}, {unit}{window}" if unit else f"{one.label}{window}"


def measure_chart(name: str, runs: Mapping[str, tuple[str, Session]], end: int, theme: Theme) -> Option:
    """A measure week by week, a line for each branch with its name at its end.

    Args:
        name: A measure.
        runs: Label and session of each branch, by its letter.
        end: Week the axis ends with.
        theme: Colours.
    """
    one = measures()[name]
    colours = {"A": theme.blue, "B": palette.VERMILLION, "C": palette.GREEN, "D": palette.PURPLE}
    found = {key: series(session, name, -WEEKS_PER_QUARTER, session.week) for key, (_, session) in runs.items()}
    scale, letter = _scale(one.unit, found.values())
    lines = [
        _line(runs[key][0], values * scale, colours[key], PATTERNS[place], named=len(runs) > 1)
        for place, (key, values) in enumerate(found.items())
    ]
    return _weeks_chart(lines, end, f"{{value}}{letter}", theme, legend=len(runs) > 1)


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
        lines.append(
            _line(label.capitalize(), index, STAGE_COLOURS[place], PATTERNS[place % len(PATTERNS)], named=True)
        )
    return _weeks_chart(lines, end, "{value}", theme, legend=True)


def live_chart(name: str, frame: Frame, theme: Theme) -> Option:
    """A chart of the live view with larger letters."""
    option: Option = _larger(LIVE[name][1](frame, theme))
    option["grid"] = option["grid"] | {"bottom": 64}
    return option


def _weeks_chart(lines: list[Option], end: int, axis: str, theme: Theme, *, legend: bool) -> Option:
    weeks = list(range(-WEEKS_PER_QUARTER, end + 1))
    every = max(1, round(end / 6 / WEEKS_PER_QUARTER)) * WEEKS_PER_QUARTER
    text = {"color": theme.ink, "fontSize": FONT}
    start = {"silent": True, "symbol": "none", "label": {"show": False}, "data": [{"xAxis": WEEKS_PER_QUARTER}]}
    lines[0]["markLine"] = start | {"lineStyle": {"color": theme.muted, "type": "dashed", "width": 1}}
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONTS, "color": theme.ink},
        "grid": {"left": 6, "right": 14, "top": 12, "bottom": 40 if legend else 8, "containLabel": True},
        "legend": {"show": legend, "bottom": 0, "itemWidth": 34, "itemGap": 16, "textStyle": text},
        "tooltip": {"trigger": "axis", "confine": True, "backgroundColor": theme.paper, "textStyle": text},
        "xAxis": {
            "type": "category",
            "data": [str(week) for week in weeks],
            "boundaryGap": False,
            "axisLabel": {
                "interval": every - 1,
                "color": theme.muted,
                "fontSize": FONT,
                "formatter": "w{value}",
                "showMinLabel": False,
            },
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": theme.rule}},
        },
        "yAxis": {
            "type": "value",
            "scale": True,
            "splitNumber": 4,
            "axisLabel": {"formatter": axis, "color": theme.muted, "fontSize": FONT},
            "splitLine": {"lineStyle": {"color": theme.rule}},
        },
        "series": lines,
    }


def _line(name: str, values: Rows, colour: str, pattern: str | list[int], *, named: bool) -> Option:
    found = [round(float(value), 2) if np.isfinite(value) else None for value in values]
    return {
        "name": name,
        "type": "line",
        "data": found,
        "showSymbol": False,
        "lineStyle": {"width": 4 if named else 3.5, "color": colour, "type": pattern},
        "itemStyle": {"color": colour},
    }


def _larger(part: Any) -> Any:
    """The same option with letters of one size."""
    if isinstance(part, dict):
        return {key: FONT if key == "fontSize" else _larger(value) for key, value in part.items()}
    if isinstance(part, list) and part and isinstance(part[0], dict | list):
        return [_larger(one) for one in part]
    return part
