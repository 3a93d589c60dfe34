"""The five live charts as ECharts options; plain dictionaries, made from a frame."""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER, WEEKS_PER_YEAR
from sim.answers import palette
from sim.ui.live.readings import Frame, last_shown
from sim.ui.live.wheels import definition

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from agents.machinery.record import Rows
    from sim.ui.theme import Theme

    Columns = Mapping[str, Rows]

Option = dict[str, Any]

FONT = "system-ui, Segoe UI, Roboto, DejaVu Sans, sans-serif"  # fonts of the page; a canvas inherits none

_GROUPS = {
    "Deals": ("hours_opportunities",),
    "Prospecting": ("hours_prospecting",),
    "Customers": ("hours_growth",),
    "Learning": ("hours_training", "hours_coaching", "hours_peers"),
    "Coordination": ("hours_coordination",),
    "Control": ("hours_inspection", "hours_reporting"),
    "Switching": ("hours_switching",),
}
HOURS = {label: (names, palette.HOURS[names[0]][1]) for label, names in _GROUPS.items()}
HOURS["Other"] = (
    tuple(use for use in palette.HOURS if use not in chain.from_iterable(_GROUPS.values())),
    palette.HOURS["hours_admin"][1],
)
"""Uses of a rep's hours as the chart groups them: measures added up, and colour."""

FOR_CUSTOMERS = ("Deals", "Prospecting", "Customers")  # lowest in the stack: the time for those who buy

LABEL_TAKES = 0.3  # part of a chart's width that the label of the untouched line may take

HOURS_HINT = (
    "Mean over filled seats. Unit: hours / rep / week.\nDeals: open opportunities. Customers: tending them. Learning: "
    "training and coaching. Control: inspection and reports. Other: administration and hours not used."
)


def bookings_chart(frame: Frame, theme: Theme) -> Option:
    """Bookings a week as bars, attainment of the last 13 weeks as a line on an axis of its own."""
    bars = _numbers(frame.series["bookings"] / 1e3, 1)
    week = {"name": "Bookings, k / week", "type": "bar", "data": bars, "itemStyle": {"color": palette.SKY}}
    line = _line("Attainment, %", _attained(frame.series), palette.VERMILLION) | {"yAxisIndex": 1}
    axes = [_axis(theme), _axis(theme, "{value} %") | {"splitLine": {"show": False}}]
    series = [week | {"barCategoryGap": "15%"}, line]
    return _chart(frame, theme, series, axes, _untouched(frame, theme, "attainment", _attained, axis=1))


def hours_chart(frame: Frame, theme: Theme) -> Option:
    """Hours of a rep by use, stacked."""
    series = [
        _line(label, np.sum([frame.series[name] for name in names], axis=0), colour)
        | {"stack": "hours", "areaStyle": {"color": colour, "opacity": 1}, "lineStyle": {"width": 0}}
        for label, (names, colour) in HOURS.items()
    ]
    option = _chart(frame, theme, series, [_axis(theme)], _untouched(frame, theme, "for customers", _for_customers))
    beside = {"orient": "vertical", "right": 0, "top": "middle", "bottom": None, "itemGap": 1, "data": [*HOURS][::-1]}
    return option | {"legend": option["legend"] | beside, "grid": option["grid"] | {"right": 106, "bottom": 2}}


def trust_chart(frame: Frame, theme: Theme) -> Option:
    """Trust of reps and buyers, and honesty of reports."""
    lines = [
        _line("Reps' trust", frame.series["rep_trust"] * 100, theme.blue),
        _line("Honesty", frame.series["honesty"] * 100, palette.VERMILLION, "dashed"),
        _line("Buyers' trust", frame.series["buyer_trust"] * 100, palette.GREEN, [2, 3]),
    ]
    untouched = _untouched(frame, theme, "reps' trust", lambda series: series["rep_trust"] * 100)
    return _chart(frame, theme, lines, [_axis(theme, "{value} %", high=100)], untouched)


def reasons_chart(frame: Frame, theme: Theme) -> Option:
    """Losses put down to price, competition or offering: as reported, and in truth."""
    series = [
        _line("Reported", frame.series["external_reported_share"] * 100, palette.REPORTED_REASON, "dashed"),
        _line("True", frame.series["external_true_share"] * 100, theme.blue),
    ]
    untouched = _untouched(frame, theme, "true", lambda series: series["external_true_share"] * 100)
    return _chart(frame, theme, series, [_axis(theme, "{value} %", high=100)], untouched)


def pipeline_chart(frame: Frame, theme: Theme) -> Option:
    """Weighted value of the open opportunities as an area, their number as a line on an axis of its own."""
    value = _line("Weighted value, m", frame.series["pipeline"] / 1e6, palette.SKY, decimals=2)
    value |= {"areaStyle": {"color": palette.SKY, "opacity": 0.55}}
    number = _line("Open opportunities", frame.series["opportunities"], theme.ink, "dashed") | {"yAxisIndex": 1}
    axes = [_axis(theme), _axis(theme) | {"splitLine": {"show": False}}]
    untouched = _untouched(frame, theme, "value", lambda series: series["pipeline"] / 1e6, decimals=2)
    return _chart(frame, theme, [value, number], axes, untouched)


def _attained(series: Columns) -> Rows:
    return series["attainment"] * 100


def _for_customers(series: Columns) -> Rows:
    """Hours of deals, prospecting and customers: the lower part of the stack."""
    hours: Rows = np.sum([series[name] for label in FOR_CUSTOMERS for name in HOURS[label][0]], axis=0)
    return hours


BOOKINGS_HINT = (
    f"Bars: bookings. {definition('bookings')}\nLine: bookings over quota, last 13 weeks. {definition('quota')}"
)
TRUST_HINT = "\n".join(map(definition, ("rep_trust", "honesty", "buyer_trust")))
REASONS_HINT = "\n".join(map(definition, ("losses_known", "external_reported", "external_true")))
PIPELINE_HINT = (
    f"Area: {definition('pipeline')} Shown in millions.\nDashed line: opportunities. {definition('opportunities')}"
)

CHARTS: tuple[tuple[str, str, Callable[[Frame, Theme], Option]], ...] = (
    ("Bookings and attainment", BOOKINGS_HINT, bookings_chart),
    ("A rep's week, in hours", HOURS_HINT, hours_chart),
    ("Trust and honesty", TRUST_HINT, trust_chart),
    ("Why deals were lost", REASONS_HINT, reasons_chart),
    ("Pipeline", PIPELINE_HINT, pipeline_chart),
)
"""Title, hint and maker of each chart, in the order of the page."""


def _chart(
    frame: Frame, theme: Theme, series: list[Option], axes: list[Option], untouched: Sequence[Option] = ()
) -> Option:
    weeks = list(range(frame.first, last_shown(frame.week) + 1))
    every = WEEKS_PER_QUARTER
    if frame.week >= WEEKS_PER_YEAR:
        every = 2 * WEEKS_PER_QUARTER if len(weeks) <= 2 * WEEKS_PER_YEAR + 1 else WEEKS_PER_YEAR
    series[0]["markLine"] = _marks(frame, theme, weeks)
    return {
        "animation": False,
        "textStyle": {"fontFamily": FONT, "color": theme.ink},
        "grid": {"left": 8, "right": 18, "top": 10, "bottom": 24, "containLabel": True},
        "legend": _legend(theme) | {"data": [item["name"] for item in series]},  # what is untouched is labelled itself
        "tooltip": _tooltip(theme),
        "xAxis": {
            "type": "category",
            "data": [str(week) for week in weeks],
            "boundaryGap": series[0]["type"] == "bar",
            "axisLabel": {"interval": every - 1, "color": theme.muted, "fontSize": 11, "formatter": "w{value}"},
            "axisTick": {"show": False},
            "axisLine": {"lineStyle": {"color": theme.rule}},
        },
        "yAxis": axes,
        "series": [*series, *untouched],
    }


def _untouched(
    frame: Frame, theme: Theme, name: str, of: Callable[[Columns], Rows], *, axis: int = 0, decimals: int = 1
) -> list[Option]:
    """A thin line of the untouched run, labelled at its end, from where it parts; none where there is no difference."""
    if frame.untouched is None or frame.since is None:
        return []
    own, untouched = of(frame.series), of(frame.untouched.series)
    if np.array_equal(own, untouched, equal_nan=True):
        return []
    start = max(0, frame.since - frame.first - 1)
    points = [None] * start + _numbers(untouched, decimals)[start:]
    label = {
        "show": True, "formatter": "untouched", "color": theme.as_is, "fontFamily": FONT, "fontSize": 11,
        "textBorderColor": theme.paper, "textBorderWidth": 3,
    }  # fmt: skip
    # Near the right edge there is room on the left only.
    if last_shown(frame.week) - frame.week < (last_shown(frame.week) - frame.first) * LABEL_TAKES:
        label |= {"align": "right", "verticalAlign": "bottom", "distance": 0, "offset": [0, -4]}
    thin = line(f"{name[:1].upper()}{name[1:]} untouched", points, theme.as_is, "solid", width=1.5)
    halo = {"shadowColor": theme.paper, "shadowBlur": 2}
    return [thin | {"yAxisIndex": axis, "z": 3, "endLabel": label, "lineStyle": thin["lineStyle"] | halo}]


def _tooltip(theme: Theme) -> Option:
    colours = {"backgroundColor": theme.paper, "borderColor": theme.rule}
    text = {"fontSize": 12, "color": theme.ink}
    return {"trigger": "axis", "confine": True, "order": "seriesDesc", "textStyle": text} | colours


def _legend(theme: Theme) -> Option:
    text = {"color": theme.ink, "fontSize": 11, "padding": [0, 0, 0, -2]}
    return {"bottom": 0, "itemWidth": 11, "itemHeight": 9, "itemGap": 9, "icon": "roundRect", "textStyle": text}


def _axis(theme: Theme, formatter: str = "{value}", high: float | None = None) -> Option:
    axis: Option = {
        "type": "value",
        "min": 0,
        "splitNumber": 4,
        "axisLabel": {"formatter": formatter, "color": theme.muted, "fontSize": 11},
        "splitLine": {"lineStyle": {"color": theme.rule}},
    }
    return axis if high is None else axis | {"max": high, "interval": high / 4}


def _line(name: str, values: Rows, colour: str, dashes: str | list[int] = "solid", decimals: int = 1) -> Option:
    return line(name, _numbers(values, decimals), colour, dashes)


def line(name: str, points: list[Any], colour: str, dashes: str | list[int], width: float = 2.5) -> Option:
    """A line through points, one number or pair each."""
    return {
        "name": name,
        "type": "line",
        "data": points,
        "showSymbol": False,
        "lineStyle": {"width": width, "color": colour, "type": dashes},
        "itemStyle": {"color": colour},
    }


def _marks(frame: Frame, theme: Theme, weeks: Sequence[int]) -> Option:
    """The start and every intervention as upright lines."""
    marked = {entry.week for entry in frame.entries} | {0}
    data = [{"xAxis": week - frame.first} for week in sorted(marked) if weeks[0] <= week <= weeks[-1]]
    style = {"color": theme.muted, "type": "dashed", "width": 1}
    return {"silent": True, "symbol": "none", "label": {"show": False}, "lineStyle": style, "data": data}


def _numbers(values: Rows, decimals: int) -> list[float | None]:
    """Values as JSON knows them: None where there is none."""
    rounded: list[float] = np.round(values, decimals).tolist()
    return [value if math.isfinite(value) else None for value in rounded]
