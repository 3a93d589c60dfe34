"""Charts of what is different from A, one line a world, as ECharts options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sim.answers import palette
from sim.measures.words import axis_unit
from sim.ui.live.charts import FONT
from sim.ui.theme import DARK
from sim.ui.twin.readings import short

if TYPE_CHECKING:
    from sim.scenario.measures import Measure
    from sim.ui.theme import Theme
    from sim.ui.twin.readings import TwinReading

Option = dict[str, Any]


DASHES: dict[str, str | list[int]] = {"B": "solid", "C": "dashed", "D": [2, 3]}
"""Patterns that tell the worlds apart without colour."""

_LIGHT = {"A": palette.AS_IS, "B": palette.BLUE, "C": palette.VERMILLION, "D": palette.GREEN}
_DARK = {"A": "#B9C2CB", "B": "#3D9BD9", "C": "#F0803C", "D": "#2FBF98"}


def colours(theme: Theme) -> dict[str, str]:
    """The colour of each world; the style sheet names the same ones."""
    return _DARK if theme is DARK else _LIGHT


def difference_chart(reading: TwinReading, item: Measure, theme: Theme) -> Option:
    """Each other world less A, by week; the zero line is A."""
    lines = reading.differences[item.name]
    largest = max((float(np.nanmax(np.abs(values))) for values in lines.values() if len(values)), default=0.0)
    scale, unit = axis_unit(item.unit, largest, reading.currency)
    series = [_line(letter, values / scale, theme) for letter, values in lines.items()]
    label = {"color": theme.muted, "fontFamily": FONT, "fontSize": 12}
    weeks = list(range(reading.first + 1, reading.week + 1))
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT},
        "grid": {"left": 4, "right": 26, "top": 24, "bottom": 4, "containLabel": True},
        "tooltip": {
            "trigger": "axis", "backgroundColor": theme.paper, "borderColor": theme.rule,
            "textStyle": {"color": theme.ink, "fontFamily": FONT}, "confine": True,
        },
        "xAxis": {
            "type": "category", "data": [f"w{week}" for week in weeks], "boundaryGap": False, "axisLabel": label,
            "axisLine": {"lineStyle": {"color": theme.as_is, "width": 2}}, "axisTick": {"show": False},
        },
        "yAxis": {
            "type": "value", "name": short(f" {unit} against A").strip(), "nameTextStyle": label | {"align": "left"},
            "axisLabel": label, "splitLine": {"lineStyle": {"color": theme.rule}}, "splitNumber": 4,
        },
        "series": series,
    }  # fmt: skip


def _line(letter: str, values: Any, theme: Theme) -> Option:
    colour = colours(theme)[letter]
    data = [round(float(value), 3) if np.isfinite(value) else None for value in values]
    return {
        "name": f"{letter} less A", "type": "line", "data": data, "showSymbol": False, "color": colour,
        "lineStyle": {"color": colour, "width": 2.5, "type": DASHES[letter]},
        "endLabel": {
            "show": True, "formatter": letter, "color": colour, "fontWeight": "bold", "fontSize": 15,
            "fontFamily": FONT,
        },
    }  # fmt: skip
