"""The answer in words: what the paired differences say, and no more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.measures.words import amount, interval, listed, percent, title_of, years

if TYPE_CHECKING:
    import pandas as pd

    from sim.answers.compare.material import Material


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
    return (
        f"Better than as is: {listed(parts)} of {len(material.seeds)} pairs of runs with the same luck."
        if parts
        else ""
    )
