"""What a comparison has found, finished or not yet, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.answers import palette
from sim.answers.compare.words import effect_rows
from sim.measures.words import amount, axis_unit, interval, title_of
from sim.scenario.measures import MEASURES
from sim.studies.cases import AS_IS
from sim.studies.statistics import paired_effect
from sim.ui.live.charts import FONT

if TYPE_CHECKING:
    from sim.answers.compare.material import Material
    from sim.answers.compare.words import EffectCell
    from sim.questions.compare.run import SeedResults
    from sim.ui.choice import Choice
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
    """What is known of the main measure so far, from how many pairs of runs that count: a line for each case."""

    measure: str
    currency: str
    seeds: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CompareOutcome:
    """What a comparison came to; until it is finished only the main measure (`sight`) as far as it is known.

    `files` is one ZIP file with all tables and the report; `live` the runs that do live what each case does, by its
    name.
    """

    sight: Sight
    material: Material | None = None
    files: bytes = b""
    live: tuple[tuple[str, Choice], ...] = ()


def sight_of(results: SeedResults, measure: str, currency: str) -> Sight:
    """See where the main measure stands in the seeds that are done."""
    as_is = results.of(AS_IS, measure)
    effects = [(name, paired_effect(results.of(name, measure), as_is).difference) for name in results.names[1:]]
    lines = tuple(Line(name, effect.mean, effect.low, effect.high) for name, effect in effects)
    return Sight(measure, currency, len(results.seeds), lines)


def final_sight(material: Material) -> Sight:
    """The main measure at the end, with intervals that allow for looks on the way."""
    effects = [(case, material.effect(case, material.main)) for case in material.cases]
    lines = tuple(Line(case, *(float(row[key]) for key in ("difference", "low", "high"))) for case, row in effects)
    return Sight(material.main, material.currency, len(material.seeds), lines)


def intervals_chart(sight: Sight, theme: Theme) -> Option:
    """Differences of the cases from as is, with 95% intervals; the line at 0 is no difference."""
    about = MEASURES[sight.measure]
    numbers = (abs(number) for line in sight.lines for number in (line.low, line.high, line.mean))
    scale, unit = axis_unit(about.unit, max(filter(np.isfinite, numbers), default=0.0), sight.currency)
    cases = [line.case for line in sight.lines]
    names, colours = [title_of(case) for case in cases][::-1], palette.colours_of(cases)
    series: list[Option] = []
    ends = [number for line in sight.lines for number in (line.low, line.high, line.mean) if np.isfinite(number)]
    span = min([0.0, *ends]), max([0.0, *ends])
    for line in sight.lines:
        series += _whisker(line, scale, sight, (colours[line.case], theme.ink), _side(line.mean, span))
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


def _side(mean: float, span: tuple[float, float]) -> str:
    """On which side of its dot a number stands, so that a narrow chart does not cut it off."""
    share = (mean - span[0]) / ((span[1] - span[0]) or 1.0)
    return "right" if share > 0.7 else "left" if share < 0.15 else "center"


def _whisker(line: Line, scale: float, sight: Sight, colours: tuple[str, str], side: str) -> list[Option]:
    """A line between the ends of the interval, and the mean on it with its number; colours of line and number."""
    name, unit, (colour, ink) = title_of(line.case), MEASURES[sight.measure].unit, colours
    text = amount(line.mean, unit, sight.currency, signed=True)
    tip = f"{name}: {text}, 95% interval {interval(line.low, line.high, unit, sight.currency, signed=True)}"
    common = {"itemStyle": {"color": colour}, "tooltip": {"formatter": tip.replace("{", "(")}, "name": name}

    def point(value: float) -> list[Any]:
        return [float(f"{value / scale:.6g}") if np.isfinite(value) else None, name]

    dot = common | {
        "type": "scatter", "symbolSize": 15, "data": [point(line.mean)], "z": 3,
        "label": {"show": True, "position": "top", "distance": 8, "formatter": text.replace("{", "("), "fontSize": 15,
                  "fontWeight": "bold", "color": ink, "align": side},
    }  # fmt: skip
    if not (np.isfinite(line.low) and np.isfinite(line.high)):
        return [dot]
    bar = common | {"type": "line", "data": [point(line.low), point(line.high)], "symbol": "rect",
                    "symbolSize": [3, 18], "lineStyle": {"color": colour, "width": 4}}  # fmt: skip
    return [bar, dot]


def effect_table(material: Material, *, every: bool) -> tuple[list[list[str]], list[str], list[int]]:
    """Rows of the table of effects, what each measure is, and which rows matter most."""
    shown = [row for row in effect_rows(material) if every or row.headline]
    cells = [[row.label, row.as_is, *map(_cell, row.cells)] for row in shown]
    units = (MEASURES[row.name].unit.replace("currency", material.currency) for row in shown)
    hints = [f"{row.definition} Unit: {unit}." for row, unit in zip(shown, units, strict=True)]
    return cells, hints, [place for place, row in enumerate(shown) if row.main]


def _cell(cell: EffectCell) -> str:
    return f"{cell.mark} {cell.difference}{f' ({cell.relative})' if cell.relative else ''}\n{cell.interval}"
