"""The answer in words and tables of finished text: what the paired differences say, and no more than that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.answers.compare.material import AS_IS
from sim.answers.wording import setting_text
from sim.measures.words import MINUS, NONE, amount, interval, listed, percent, title_of, years
from sim.scenario.parameters import all_parameters, by_name

if TYPE_CHECKING:
    import pandas as pd

    from sim.answers.compare.material import Material
    from sim.scenario.parameters.base import Parameter, Value
    from sim.scenario.scenario import Scenario

HEADLINE = (
    "net_contribution", "bookings", "renewed", "cost", "recurring_end", "attainment", "share_at_quota", "win_rate",
    "no_decision_rate", "cycle_days", "deal_size", "selling_share", "coordination_hours", "churn_rate", "rep_trust",
    "buyer_trust", "turnover",
)  # fmt: skip
"""Measures a reader sees first; the others follow in a table of their own."""

MARKS = {"better": "▲", "worse": "▼", "more": "↑", "less": "↓", "unclear": "≈"}


def verdict(effect: pd.Series[float], better: int) -> str:
    """Judge one difference: `better`, `worse`, `more`, `less`, or `unclear` where its interval holds zero."""
    if not (effect["low"] > 0 or effect["high"] < 0):
        return "unclear"
    rises = effect["difference"] > 0
    if better == 0:
        return "more" if rises else "less"
    return "better" if rises == (better > 0) else "worse"


def answer(material: Material) -> str:
    """Answer the question in one sentence, best case first, each with its 95% interval."""
    measure = material.measures[material.main]
    effects = {case: material.effect(case, material.main) for case in material.cases}
    if not effects:
        return "There was nothing to compare: no case but as is."
    sign = measure.better or 1
    order = sorted(effects, key=lambda case: -sign * float(effects[case]["difference"]))
    clauses = [_clause(case, effects[case], material, first=index == 0) for index, case in enumerate(order)]
    return f"Over {years(material.weeks)}, " + "; ".join(clauses) + "."


def _clause(case: str, effect: pd.Series[float], material: Material, *, first: bool) -> str:
    measure = material.measures[material.main]
    unit, currency = measure.unit, material.currency
    name, what = title_of(case).lower(), measure.label.lower() if first else "it"
    span = interval(effect["low"], effect["high"], unit, currency, signed=True)
    if verdict(effect, measure.better) == "unclear":
        count = len(material.seeds)
        return f"with {name}, {what} moves by nothing that {count} paired runs can tell from zero (95% interval {span})"
    verb = "rises" if effect["difference"] > 0 else "falls"
    size = amount(abs(effect["difference"]), unit, currency, signed=True).lstrip("+")
    return f"with {name}, {what} {verb} by {size} ({percent(effect['relative'])}; 95% interval {span})"


def confidence(material: Material) -> str:
    """Say in how many of the paired runs each case came out better."""
    shares = {case: float(material.effect(case, material.main)["share_better"]) for case in material.cases}
    parts = [f"{title_of(case).lower()} in {share:.0%}" for case, share in shares.items()]
    pairs = f"{len(material.seeds)} pairs of runs with the same luck"
    return f"Better than as is: {listed(parts)} of {pairs}." if parts else ""


@dataclass(frozen=True)
class EffectCell:
    """One effect: the difference, its relative size, its interval and the verdict as word and mark."""

    difference: str
    relative: str
    interval: str
    verdict: str
    mark: str


@dataclass(frozen=True)
class EffectRow:
    """One measure: its label and definition, its value as is, and what each case does to it."""

    name: str
    label: str
    definition: str
    as_is: str
    cells: list[EffectCell]
    main: bool

    @property
    def headline(self) -> bool:
        """Whether a reader sees it first."""
        return self.main or self.name in HEADLINE


def effect_rows(material: Material) -> list[EffectRow]:
    """Make the effect table: the main measure, the headline ones, the others; what no run could give is left out."""
    names = dict.fromkeys([material.main, *HEADLINE, *material.measures])
    shown = set(material.table.loc[material.table["mean"].notna(), "measure"])
    return [_effect_row(name, material) for name in names if name in shown]


def _effect_row(name: str, material: Material) -> EffectRow:
    measure, currency = material.measures[name], material.currency
    cells = []
    for case in material.cases:
        effect = material.effect(case, name)
        word = verdict(effect, measure.better)
        relative = "" if measure.unit == "share" else percent(effect["relative"])
        unit = measure.unit.partition(" / ")[0] if measure.unit.startswith("currency") else measure.unit
        unit = "" if "/" in unit else unit  # it stands beside the value as is
        span = interval(effect["low"], effect["high"], unit, currency, signed=True)
        difference = amount(effect["difference"], unit, currency, signed=True)
        cells.append(EffectCell(difference, relative, span, word, MARKS[word]))
    as_is = amount(float(material.mean(AS_IS, name)["mean"]), measure.unit, currency)
    return EffectRow(name, measure.label, measure.doc, as_is, cells, name == material.main)


def value_text(item: Parameter, value: Value, currency: str = "currency") -> str:
    """Write a parameter's value with its unit."""
    unit = item.unit.replace("currency", currency, 1).removeprefix("1 ")  # as in 0.1 / year
    return setting_text(value) if isinstance(value, bool | str) else f"{setting_text(value)} {unit}".strip()


@dataclass(frozen=True)
class Assumption:
    """A parameter whose value is assumed: its name in files and its label, value, meaning, and why this value."""

    name: str
    title: str
    value: str
    meaning: str
    why: str


def assumptions(scenario: Scenario, touched: set[str]) -> tuple[list[Assumption], list[Assumption]]:
    """List the assumed parameters a result rests on: those the scenario sets or a case `touched`, and all others."""
    first: list[Assumption] = []
    rest: list[Assumption] = []
    for item in all_parameters():
        if item.source.kind == "assumed":
            changed = item.dotted in touched or scenario[item.dotted] != item.default
            value = value_text(item, scenario[item.dotted], scenario.currency)
            row = Assumption(item.dotted, item.title, value, item.doc, _why(item, scenario))
            (first if changed else rest).append(row)
    return first, rest


def _why(item: Parameter, scenario: Scenario) -> str:
    """Say why a value is assumed; what explains the default is not taken for the reason of another value."""
    why = item.source.text
    if scenario[item.dotted] == item.default:
        return why
    default = value_text(item, item.default, scenario.currency)
    return f"default {default}: {why}" if why else f"default {default}"


def change_texts(scenario: Scenario, settings: dict[str, Value]) -> list[str]:
    """Say what a case changes, one phrase for each parameter."""
    currency = scenario.currency
    return [
        f"{item.title}: {value_text(item, scenario[name], currency)} → {value_text(item, value, currency)}"
        for name, value in settings.items()
        for item in (by_name()[name],)
    ]


def contributions(parts: pd.DataFrame, currency: str) -> dict[str, list[tuple[str, str, str]]]:
    """Give for each case what its difference is made of, with intervals, the largest first."""
    by_case: dict[str, list[tuple[str, str, str]]] = {case: [] for case in parts.get("case", ())}
    for row in parts.sort_values("contribution", key=abs, ascending=False).to_dict("records") if by_case else ():
        size = amount(row["contribution"], "currency", currency, signed=True)
        ends = interval(row["low"], row["high"], "currency", currency, signed=True)
        by_case[row["case"]].append((row["factor"], size, ends))
    return by_case


def plain_rows(frame: pd.DataFrame) -> list[list[str]]:
    """Turn a small frame into text, numbers short."""
    return [[_cell(value) for value in row] for row in frame.itertuples(index=False)]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return NONE if value != value else f"{value:,.4g}".replace("-", MINUS)  # noqa: PLR0124 - NaN alone differs from itself
    return str(value) if isinstance(value, str) else str(value).replace("-", MINUS)
