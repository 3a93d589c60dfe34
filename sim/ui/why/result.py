"""An answer to "why?" as the page shows it: the chain, its levels with bars, and what is said instead."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from sim.answers import palette
from sim.answers.why.tables import level_rows, unit_in_head
from sim.answers.why.words import name_in_words, question
from sim.measures.words import NONE, amount, interval, percent
from sim.questions.why.graph import NODES, READINGS, is_lever
from sim.ui.live.charts import FONT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.questions.why.explain import End, Level, Why, WhyCause
    from sim.studies.statistics import Interval
    from sim.ui.theme import Theme

Item = dict[str, Any]


def askable() -> dict[str, str]:
    """Words of the measures one can ask about, by name: those of which more, or less, is better."""
    return {name: node.words for name, node in NODES.items() if READINGS[node.measure].better and not is_lever(name)}


def chain_items(why: Why, end: End) -> list[Item]:
    """The cards of a chain, from the measure down: step, name, amount, interval, share, hint and kind."""
    goal = amount(why.goal, why.unit, why.scenario.currency) if math.isfinite(why.goal) else ""
    reading = READINGS[NODES[why.measure].measure if why.measure in NODES else why.measure]
    first = {
        "step": "Measure", "name": name_in_words(why.measure),
        "amount": _amount(why.as_is, why, signed=False), "interval": _ends(why.as_is, why, signed=False),
        "share": f"should be {goal}" if goal else f"{_amount(why.recovered, why)} is missing", "kind": "measure",
        "hint": f"{reading.doc} Unit: {_unit(reading.unit, why)}.",
    }  # fmt: skip
    return [first, *(_link(why, end, place) for place in range(1, len(end.path)))]


def _link(why: Why, end: End, place: int) -> Item:
    name, last = end.path[place], place == len(end.path) - 1
    cause = _cause_at(why, end.path[:place], name)
    lever, recovered = last and end.reached, cause.recovered if cause else end.alone
    share = f"{_share(recovered.mean, why)} of what all levers recover" if cause else "if nothing else is changed"
    return {
        "step": "Lever" if lever else f"Why {place}", "name": name_in_words(name), "amount": _amount(recovered, why),
        "interval": _ends(recovered, why), "kind": "lever" if lever else "cause", "share": share,
        "hint": _hint(name, why),
    }  # fmt: skip


def _hint(name: str, why: Why) -> str:
    if name in why.settings:
        return f"Now {why.settings[name].removeprefix('it is ')}."
    if name not in NODES:
        return "What is missed when this is as it is, against its reference."
    reading = READINGS[NODES[name].measure]
    return f"Seen by: {reading.doc} Unit: {_unit(reading.unit, why)}."


def _cause_at(why: Why, path: Sequence[str], name: str) -> WhyCause | None:
    """The cause of a level, None where only one lever stood below the one before."""
    causes = (cause for level in why.levels if level.path == tuple(path) for cause in level.causes)
    return next((cause for cause in causes if cause.name == name), None)


def level_items(why: Why) -> list[Item]:
    """The levels: question, how it was answered, and a row for each cause with places on a common scale."""
    low, high = _ends_of_scale(why)
    return [
        {"number": number, "question": question(level).partition(" (")[0], "zero": _place(0.0, low, high),
         "unit": unit_in_head(why).strip() or ("points" if why.unit == "share" else ""), "exact": level.exact,
         "rows": _rows(level, why, low, high)}
        for number, level in enumerate(why.levels, start=1)
    ]  # fmt: skip


def _rows(level: Level, why: Why, low: float, high: float) -> list[Item]:
    texts = level_rows(level, why)
    causes: list[WhyCause | None] = [*level.causes, *([None] if len(texts) > len(level.causes) else [])]
    rows = []
    for number, (cause, text) in enumerate(zip(causes, texts, strict=True)):
        recovered, certain = (cause.recovered, cause.certain) if cause else (level.rest, False)
        words, now, aim, recovers, share = text
        size, _, ends = recovers.removeprefix("*").strip().removesuffix("]").partition("  [")
        rows.append({
            "words": words, "now": now, "aim": aim, "amount": size, "interval": ends, "share": share,
            "first": number == 0 and certain, "rest": cause is None, "certain": certain,
            **{key: _place(getattr(recovered, key), low, high) for key in ("mean", "low", "high")},
        })  # fmt: skip
    return rows


def _ends_of_scale(why: Why) -> tuple[float, float]:
    """Ends of the common scale, 0 among them."""
    shown = [part for level in why.levels for part in (*(cause.recovered for cause in level.causes), level.rest)]
    ends = [0.0, *(end for part in shown for end in (part.low, part.high, part.mean) if math.isfinite(end))]
    low, high = min(ends), max(ends)
    return low, high if high > low else low + 1.0


def _place(value: float, low: float, high: float) -> float:
    return round(100.0 * (value - low) / (high - low), 2) if math.isfinite(value) else 0.0


def _amount(estimate: Interval, why: Why, *, signed: bool = True) -> str:
    return amount(estimate.mean, why.unit, why.scenario.currency, signed=signed)


def _ends(estimate: Interval, why: Why, *, signed: bool = True) -> str:
    return interval(estimate.low, estimate.high, why.unit, why.scenario.currency, signed=signed)


def _share(part: float, why: Why) -> str:
    return percent(part / why.recovered.mean, signed=False) if why.recovered.mean else NONE


def _unit(unit: str, why: Why) -> str:
    return unit.replace("currency", why.scenario.currency) or "a pure number"


def said_chart(said: Mapping[str, int], true: Mapping[str, int], names: tuple[str, str], theme: Theme) -> Item:
    """What is said beside what is so, in per cent of all, the most frequent in truth first."""
    both = (said, true)
    reasons = sorted({*said, *true}, key=lambda reason: (true.get(reason, 0), said.get(reason, 0)))
    colours = (palette.REPORTED_REASON, theme.blue)
    decals = ({"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 3], "rotation": -0.8}, {"symbol": "none"})
    series = [
        {
            "name": name, "type": "bar", "barGap": "10%", "itemStyle": {"color": colour, "decal": decal},
            "label": {"show": True, "position": "right", "formatter": "{c} %", "color": theme.muted, "fontSize": 12},
            "data": [_percent(counts.get(reason, 0), sum(counts.values())) for reason in reasons],
        }
        for name, counts, colour, decal in zip(names, both, colours, decals, strict=True)
    ]  # fmt: skip
    words = [reason.replace("_", " ") for reason in reasons]
    return {
        "animation": False, "textStyle": {"fontFamily": FONT, "color": theme.ink}, "series": series,
        "grid": {"left": 104, "right": 52, "top": 30, "bottom": 26},
        "legend": {"top": 0, "left": 0, "itemWidth": 18, "textStyle": {"color": theme.ink, "fontSize": 13}},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "confine": True,
                    "backgroundColor": theme.paper, "borderColor": theme.rule, "textStyle": {"color": theme.ink}},
        "xAxis": {"type": "value", "axisLabel": {"color": theme.muted, "formatter": "{value} %"},
                  "splitLine": {"lineStyle": {"color": theme.rule}}},
        "yAxis": {"type": "category", "data": words, "axisTick": {"show": False},
                  "axisLine": {"lineStyle": {"color": theme.rule}}, "axisLabel": {"color": theme.ink, "fontSize": 13}},
    }  # fmt: skip


def _percent(part: int, whole: int) -> float:
    return round(100.0 * part / whole, 1) if whole else 0.0
