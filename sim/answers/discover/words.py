"""Limits, boxes and worlds in words, with units."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.answers.wording import rounded, setting_text
from sim.measures.words import amount, listed, years
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import by_name
from sim.scenario.parameters.base import plain

if TYPE_CHECKING:
    from sim.questions.discover.box import Box, Limit
    from sim.questions.discover.worlds import CaseDecision, Worlds
    from sim.scenario.parameters.base import Parameter
    from sim.scenario.scenario import Scenario

_PURE = ("", "1", "share", "ratio", "utility", "log-sd", "on/off")


def item_of(name: str) -> Parameter | None:
    """Give the parameter behind an input, also behind one that says how much a case does; None for a foreign one."""
    return by_name().get(name.rpartition(": ")[2])


def label_of(name: str) -> str:
    """Write an input as people say it: `market.deal_size` as deal size."""
    case, colon, dotted = name.rpartition(": ")
    item = item_of(name)
    text = item.label if item else dotted.replace("_", " ")
    return f"{text} ({case})" if colon else text


def _value(name: str, value: float, currency: str) -> str:
    """Write a value of an input with its unit; shares as they are typed, from 0 to 1."""
    item = item_of(name)
    unit = item.unit if item else ""
    size = plain(value)
    if unit in _PURE or unit in label_of(name):
        return size
    return f"{size} {unit.replace('currency', currency, 1)}"


def limit_text(limit: Limit, scenario: Scenario) -> str:
    """Say one limit: complexity of at least 0.62."""
    label, currency = label_of(limit.name), scenario.currency
    if limit.words:
        return f"{label} {listed(list(limit.words), 'or')}"
    word = "at most " if limit.low is None else "at least " if limit.high is None else f"{plain(limit.low)} to "
    end = limit.low if limit.high is None else limit.high
    value = _value(limit.name, math.nan if end is None else end, currency)
    return f"{label} of {word}{value}{_ratio(limit, scenario)}"


def _ratio(limit: Limit, scenario: Scenario) -> str:
    """Say how many reps share a specialist, where a limit counts specialists."""
    item = item_of(limit.name)
    if item is None or item.section != "structure" or not item.leaf.endswith("_specialists"):
        return ""
    reps = float(scenario["structure.n_reps"])
    ends = [rounded(reps / end, 2) for end in (limit.low, limit.high) if end]
    return f" (one for every {' to '.join(ends)} reps)" if ends else ""


def box_text(box: Box, scenario: Scenario) -> str:
    """Say all limits of a box."""
    return listed([limit_text(limit, scenario) for limit in box])


def decision_text(decision: CaseDecision, scenario: Scenario) -> str:
    """Say what a case does: 9 instead of 3 product specialists."""
    values = {name: setting_text(value) for name, value in decision.fixed.items()}
    values |= {draw.item.dotted: str(draw).replace(":", " to ") for draw in decision.drawn}
    parts = [f"{value} instead of {setting_text(scenario[name])} {label_of(name)}" for name, value in values.items()]
    return f"{decision.name} ({listed(parts)})"


def what_happens(worlds: Worlds, above: float, *, holds: bool = True, often: str = "") -> str:
    """Say what is of interest, or its opposite: net contribution over two years rises with overlays (9 instead of 3 …).

    `above` is the value it is about, in the unit of the measure; `often` may say how often, such as "most often".
    """
    label = MEASURES[worlds.measure].label.lower()
    many = label.endswith("s")
    subject = f"{label} over {years(worlds.weeks)}"
    unit, currency = MEASURES[worlds.measure].unit, worlds.scenario.currency
    if worlds.decision is None:
        verb = ("are" if many else "is") + ("" if holds else " not") + (f" {often}" if often else "")
        return f"{subject} {verb} above {amount(above, unit, currency)}"
    verb = ("rise" if many else "rises") if holds else f"{'do' if many else 'does'} not rise"
    verb += f" {often}" if often else ""
    by = f" by more than {amount(above, unit, currency, signed=True)}" if above else ""
    return f"{subject} {verb}{by} with {decision_text(worlds.decision, worlds.scenario)}"


def share(part: float) -> str:
    """Write a share as a whole percentage."""
    return f"{part:.0%}" if math.isfinite(part) else "none"
