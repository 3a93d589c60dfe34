"""What a comparison has found, finished or not yet, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.answers import palette
from sim.answers.compare.words import effect_rows
from sim.measures.words import SCALES, amount, interval, short_unit, title_of
from sim.scenario.measures import MEASURES
from sim.studies.cases import AS_IS
from sim.studies.statistics import mean_interval, paired_effect
from sim.ui.live.charts import FONT

if TYPE_CHECKING:
    from sim.answers.compare.material import Material
    from sim.questions.compare.accumulate import Gathered
    from sim.ui.theme import Theme

Option = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """The paired difference of one case in the main measure: its mean and the ends of its interval, in its unit."""

    case: str
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Sight:
    """What is known of the main measure so far.

    Attributes:
        measure: Its name.
        currency: Label of amounts.
        seeds: Pairs of runs that count.
        base: Its mean as is.
        lines: A line for each case.
    """

    measure: str
    currency: str
    seeds: int
    base: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CompareOutcome:
    """What a comparison came to; without material it is not finished yet.

    Attributes:
        sight: The main measure.
        material: Everything the report shows.
        report: The report, one HTML file.
        files: All tables and the report, one ZIP file.
    """

    sight: Sight
    material: Material | None = None
    report: str = ""
    files: bytes = b""


def sight_of(gathered: Gathered, measure: str, currency: str) -> Sight:
    """See where the main measure stands in the seeds that are done."""
    base = gathered.of(AS_IS, measure)
    lines = []
    for name in gathered.names[1:]:
        found = paired_effect(gathered.of(name, measure), base).difference
        lines.append(Line(name, found.mean, found.low, found.high))
    return Sight(measure, currency, len(gathered.seeds), mean_interval(base).mean, tuple(lines))


def final_sight(material: Material) -> Sight:
    """The main measure at the end, with intervals that allow for looks on the way."""
    effects = [(case, material.effect(case, material.main)) for case in material.cases]
    lines = tuple(Line(case, *(float(row[key]) for key in ("difference", "low", "high"))) for case, row in effects)
    base = float(material.mean(AS_IS, material.main)["mean"])
    return Sight(material.main, material.currency, len(material.seeds), base, lines)


def intervals_chart(sight: Sight, theme: Theme) -> Option:
    """Differences of the cases from as is, with 95% intervals; the line at 0 is no difference."""
    about = MEASURES[sight.measure]
    scale, word = _scale(sight, about.unit)
    unit = f"{word} {short_unit(about.unit, sight.currency, signed=True)}".strip()
    names = [title_of(one.case) for one in sight.lines][::-1]
    colours = palette.colours_of([one.case for one in sight.lines])
    series: list[Option] = [
        part for one in sight.lines for part in _whisker(one, scale, sight, (colours[one.case], theme.ink))
    ]
    if series:
        series[0] |= {"markLine": {
            "silent": True, "symbol": "none", "animation": False, "data": [{"xAxis": 0}], "label": {"show": False},
            "lineStyle": {"color": theme.muted, "type": "solid", "width": 1.5},
        }}  # fmt: skip
    return {
        "animation": False, "textStyle": {"fontFamily": FONT, "color": theme.ink}, "series": series,
        "grid": {"left": 150, "right": 30, "top": 14, "bottom": 48},
        "tooltip": {"trigger": "item", "confine": True, "backgroundColor": theme.paper, "borderColor": theme.rule,
                    "textStyle": {"color": theme.ink}},
        "xAxis": {"type": "value", "name": f"Difference from as is{f', {unit}' if unit else ''}", "nameGap": 28,
                  "nameLocation": "middle", "nameTextStyle": {"color": theme.muted, "fontSize": 13},
                  "axisLabel": {"color": theme.muted, "fontSize": 13},
                  "splitLine": {"lineStyle": {"color": theme.rule}}},
        "yAxis": {"type": "category", "data": names, "axisTick": {"show": False},
                  "axisLine": {"show": False},
                  "axisLabel": {"color": theme.ink, "fontSize": 14, "width": 136, "overflow": "break"}},
    }  # fmt: skip


def _whisker(one: Line, scale: float, sight: Sight, colours: tuple[str, str]) -> list[Option]:
    """A line between the ends of the interval, and the mean on it with its number; colours of line and number."""
    name, unit, (colour, ink) = title_of(one.case), MEASURES[sight.measure].unit, colours
    text = amount(one.mean, unit, sight.currency, signed=True)
    tip = f"{name}: {text}, 95% interval {interval(one.low, one.high, unit, sight.currency, signed=True)}"
    common = {"itemStyle": {"color": colour}, "tooltip": {"formatter": tip.replace("{", "(")}, "name": name}
    dot = common | {
        "type": "scatter", "symbolSize": 15, "data": [[_known(one.mean, scale), name]], "z": 3,
        "label": {"show": True, "position": "top", "distance": 8, "formatter": text.replace("{", "("), "fontSize": 15,
                  "fontWeight": "bold", "color": ink},
    }  # fmt: skip
    if not (np.isfinite(one.low) and np.isfinite(one.high)):
        return [dot]
    ends = [[_known(one.low, scale), name], [_known(one.high, scale), name]]
    bar = common | {"type": "line", "data": ends, "symbol": "rect", "symbolSize": [3, 18],
                    "lineStyle": {"color": colour, "width": 4}}  # fmt: skip
    return [bar, dot]


def _known(value: float, scale: float) -> float | None:
    return float(f"{value / scale:.6g}") if np.isfinite(value) else None


def _scale(sight: Sight, unit: str) -> tuple[float, str]:
    """What numbers on the axis are divided by, and what that is called."""
    if unit == "share":
        return 0.01, ""
    size = max(
        (abs(end) for one in sight.lines for end in (one.low, one.high, one.mean) if np.isfinite(end)), default=0.0
    )
    return next((pair for pair in SCALES if size >= pair[0]), (1.0, "")) if unit.startswith("currency") else (1.0, "")


def effect_table(material: Material, *, every: bool) -> tuple[list[list[str]], list[str], list[int]]:
    """Rows of the table of effects, what each measure is, and which rows matter most."""
    shown = [row for row in effect_rows(material) if every or row.headline]
    rows = [
        [row.label, row.as_is, *(_cell(cell.mark, cell.difference, cell.relative, cell.interval) for cell in row.cells)]
        for row in shown
    ]
    hints = [
        f"{row.definition} Unit: {MEASURES[row.name].unit.replace('currency', material.currency)}." for row in shown
    ]
    return rows, hints, [place for place, row in enumerate(shown) if row.main]


def _cell(mark: str, difference: str, relative: str, span: str) -> str:
    return f"{mark} {difference}{f' ({relative})' if relative else ''}\n{span}"
