"""Every pair of runs as a dot, with the run that was seen among them, as an ECharts option."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.answers import palette
from sim.measures.run import simulate
from sim.measures.words import amount, axis_unit
from sim.scenario.measures import MEASURES
from sim.studies.cases import AS_IS
from sim.ui.live.charts import FONT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.questions.compare.comparison import Comparison
    from sim.scenario.scenario import Scenario
    from sim.ui.theme import Theme

Option = dict[str, Any]

COLUMNS = 60  # places across in which dots are piled up


@dataclass(frozen=True, slots=True)
class Spread:
    """Paired differences of the main measure, one a seed.

    Attributes:
        weeks: Weeks of each run.
        dots: Seed and difference, in the unit of the measure.
        seed, seen: Seed of the run that was seen, and its difference; it may be none of the dots.
        mean, low, high: Mean difference and its 95% interval.
    """

    measure: str
    currency: str
    weeks: int
    dots: tuple[tuple[int, float], ...]
    seed: int
    seen: float
    mean: float
    low: float
    high: float


def spread_of(result: Comparison, seed: int, base: Scenario, case: Scenario) -> Spread:
    """Where every pair of runs came out, and the pair of the seed that was seen, which is run if it is none of them."""
    table, (name,) = result.per_seed, [name for name in result.cases if name != AS_IS]
    rows = table[table["measure"] == result.measure].pivot(index="seed", columns="case", values="value")
    differences = (rows[name] - rows[AS_IS]).dropna()
    dots = tuple(zip(map(int, differences.index), map(float, differences), strict=True))
    seen = dict(dots).get(seed)
    if seen is None:
        runs = [simulate(one, seed, result.weeks, deals=False).summary[result.measure] for one in (case, base)]
        seen = runs[0] - runs[1]
    row = result.effect(name)
    ends = (float(row[key]) for key in ("difference", "low", "high"))
    return Spread(result.measure, result.scenario.currency, result.weeks, dots, seed, seen, *ends)


def seen_text(spread: Spread) -> str:
    """Where the run that was seen stands among the others, in a sentence."""
    about = MEASURES[spread.measure]
    size = amount(spread.seen, about.unit, spread.currency, signed=True)
    others = [value for seed, value in spread.dots if seed != spread.seed]
    below = sum((spread.seen - value) * (about.better or 1) > 0 for value in others)
    word = "better" if about.better else "higher"
    return (
        f"The run you saw (seed {spread.seed}), carried on to week {spread.weeks}: {size}, {word} than {below} of the "
        f"{len(others)} others."
    )


def spread_chart(spread: Spread, theme: Theme) -> Option:
    """A dot a pair of runs, piled up where they are alike; the interval of their mean, and the run that was seen."""
    about = MEASURES[spread.measure]
    numbers = [value for _, value in spread.dots] + [spread.seen, 0.0]
    scale, unit = axis_unit(about.unit, max(map(abs, numbers)), spread.currency)
    values = [value / scale for value in numbers]
    low, high = min(values), max(values)
    piles = piled([value / scale for _, value in spread.dots], low, high)
    most = max((height for _, height in piles), default=1)
    dots = [
        {"value": [*place], "name": f"seed {seed}", "itemStyle": {"color": theme.blue, "opacity": 0.75}}
        for (seed, _), place in zip(spread.dots, piles, strict=True)
        if seed != spread.seed
    ]
    mine = next((place for (seed, _), place in zip(spread.dots, piles, strict=True) if seed == spread.seed), None)
    text = {"color": theme.ink, "fontSize": 13, "fontFamily": FONT}
    return {
        "animation": False, "textStyle": {"fontFamily": FONT, "color": theme.ink},
        "grid": {"left": 24, "right": 24, "top": 20, "bottom": 42},
        "tooltip": {"trigger": "item", "confine": True, "backgroundColor": theme.paper, "borderColor": theme.rule,
                    "textStyle": {"color": theme.ink}, "formatter": "{b}"},
        "xAxis": {"type": "value", "scale": True, "name": f"Difference of each pair{f', {unit}' if unit else ''}",
                  "nameLocation": "middle", "nameGap": 26, "nameTextStyle": {"color": theme.muted, "fontSize": 13},
                  "axisLabel": {"color": theme.muted, "fontSize": 13}, "splitLine": {"show": False},
                  "axisLine": {"show": True, "onZero": False, "lineStyle": {"color": theme.rule}}},
        "yAxis": {"type": "value", "show": False, "min": -1, "max": max(4, most + 1)},
        "series": [
            {"type": "scatter", "data": dots, "symbolSize": 9, "markLine": _zero(theme)},
            {"type": "line", "name": "mean and its 95% interval", "symbol": "rect", "symbolSize": [3, 12],
             "data": [[_plain(value / scale), -0.5] for value in (spread.low, spread.mean, spread.high)],
             "color": theme.ink, "lineStyle": {"color": theme.ink, "width": 3}, "tooltip": {"formatter": "{a}"}},
            {"type": "scatter", "symbol": "diamond", "symbolSize": 17, "color": palette.VERMILLION, "z": 5,
             "data": [{"value": [*(mine or (spread.seen / scale, 0))], "name": f"the run you saw, seed {spread.seed}"}],
             "label": text | {"show": True, "position": "top", "formatter": "the run you saw", "fontWeight": "bold"}},
        ],
    }  # fmt: skip


def piled(values: Iterable[float], low: float, high: float) -> list[tuple[float, int]]:
    """Where dots lie: the value across, and how many lie below in the same of `COLUMNS` columns."""
    piles: Counter[int] = Counter()
    places = []
    for value in values:
        column = round((value - low) / (high - low) * COLUMNS) if high > low else 0
        places.append((value, piles[column]))
        piles[column] += 1
    return places


def _plain(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _zero(theme: Theme) -> Option:
    """The line of no difference."""
    return {
        "silent": True, "symbol": "none", "animation": False, "data": [{"xAxis": 0}], "label": {"show": False},
        "lineStyle": {"color": theme.muted, "type": "solid", "width": 1.5},
    }  # fmt: skip
