"""A sweep in words, tables and figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.answers.analysis import Analysis, ReportSection, TextTable
from sim.answers.sweep.figures import MOST_PANELS, best_and_worst, by_span, drawings_of, responses_of
from sim.answers.wording import p_value
from sim.measures.words import amount, interval, listed, title_of, years
from sim.scenario.measures import MEASURES
from sim.studies.cases import AS_IS
from sim.studies.designs import case_name
from sim.studies.factors import value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from sim.questions.sweep.run import Sweep

_DIGITS = 4  # of values, where people read them
_ONE_LINE = 60  # letters
_NAMED = 3  # cases that are named in a sentence before the rest is counted
_KINDS = {
    "factorial": "Every combination of the levels (full factorial)",
    "latin": "A Latin hypercube over the ranges",
    "sobol": "A Sobol sequence over the ranges",
    "one-at-a-time": "Each parameter changed alone",
    "cases": "The cases that were listed",
}


def analysis_of(sweep: Sweep, question: str = "", command: str = "") -> Analysis:
    """Lay out a sweep as a report with its figures and tables; an empty question is made from the measure."""
    plan = sweep.study.plan
    varied = [name for name in sweep.study.cases.columns if name != "case"]
    return Analysis(
        kind="sweep",
        scenario=plan.scenario,
        question=question or f"Which of {len(plan.cases) - 1} cases brings the best {_label(sweep.measure)}?",
        answer=list(answer(sweep)),
        sections=_sections(sweep),
        tables={
            "cases": sweep.study.cases, "means": sweep.table, "effects": sweep.effects, "extremes": sweep.extremes(),
            **({"responses": sweep.responses} if len(sweep.responses) else {}),
            **({"failures": sweep.study.failures} if len(sweep.study.failures) else {}),
        },
        seeds=plan.seeds,
        weeks=plan.weeks,
        touched=varied,
        notes=sweep.notes,
        facts=_facts(sweep),
        command=command,
    )  # fmt: skip


def answer(sweep: Sweep) -> Iterator[str]:
    """Say in sentences which cases are best and worst, how sure that is, and which parameter moves most."""
    ranked = sweep.ranked().dropna(subset="difference")
    if ranked.empty:
        yield f"No case has a {_label(sweep.measure)} that could be compared with as is."
        return
    yield _best(sweep, ranked)
    yield _rivals(sweep, ranked)
    worst = ranked.iloc[-1]
    if len(ranked) > 1:
        yield f"Least brings {_named(sweep, worst)}: {_difference(sweep, worst)}."
    if len(sweep.responses) and len(sweep.design.factors) > 1:
        yield _strongest(sweep)


def cases_table(sweep: Sweep, most: int) -> TextTable:
    """Put the best and worst cases below as is: `most` of each end, where there are more than twice as many."""
    unit, currency = _unit(sweep), _currency(sweep)
    base = float(np.nanmean(sweep.study.matrix(sweep.measure).to_numpy(dtype=float)[0]))
    changes = _changes(sweep)
    rows = [["as is", *([""] if changes else []), amount(base, unit, currency), "", "", ""]]
    for _, row in best_and_worst(sweep, most).iterrows():
        rows.append([
            row["case"], *([changes[row["case"]]] if changes else []), amount(row["mean"], unit, currency),
            amount(row["difference"], unit, currency, signed=True),
            interval(row["low_all"], row["high_all"], unit, currency, signed=True), p_value(row["p_holm"]),
        ])  # fmt: skip
    left = int((sweep.ranked()["difference"].notna()).sum()) - (len(rows) - 1)
    if left:
        rows.insert(1 + most, [f"… {left:,} more", *[""] * (len(rows[0]) - 1)])
    columns = [
        "case", *(["what it changes"] if changes else []), MEASURES[sweep.measure].label, "difference\nfrom as is",
        "95% interval\nof all cases together", "p, Holm's\ncorrection",
    ]  # fmt: skip
    return TextTable(columns, rows, range(len(columns) - 4, len(columns)))


def _changes(sweep: Sweep) -> dict[str, str]:
    """Say what each case changes; empty where the names say it."""
    if all(case.name == case_name(case.changes) for case in sweep.design.cases):
        return {}
    return {case.name: case_name(case.changes, _DIGITS) for case in sweep.design.cases}


def _best(sweep: Sweep, ranked: pd.DataFrame) -> str:
    best, cases = ranked.iloc[0], len(ranked)
    sign = MEASURES[sweep.measure].better
    clear = best["low_all"] > 0 if sign >= 0 else best["high_all"] < 0
    word = {1: "best", -1: "best", 0: "highest"}[sign]
    over = f"over {years(sweep.study.plan.weeks)}"
    if not clear:
        return (
            f"None of {cases:,} cases is clearly better in {_label(sweep.measure)} than the organization as it is "
            f"{over}: the {word} mean has {_named(sweep, best)}, with {_difference(sweep, best)}."
        )
    among = f"The {word} {_label(sweep.measure)} of {cases:,} cases has" if cases > 1 else "The one case is better:"
    return f"{among} {_named(sweep, best)}: {_difference(sweep, best)} {over}."


def _named(sweep: Sweep, row: pd.Series[Any]) -> str:
    changes = _changes(sweep).get(row["case"])
    return f"“{row['case']}” ({changes})" if changes else f"“{row['case']}”"


def _difference(sweep: Sweep, row: pd.Series[float]) -> str:
    """Say how a case differs, with the interval that allows for having chosen it among many."""
    unit, currency = _unit(sweep), _currency(sweep)
    ends = interval(row["low_all"], row["high_all"], unit, currency, signed=True)
    return f"{amount(row['difference'], unit, currency, signed=True)} against as is ({ends})"


def _rivals(sweep: Sweep, ranked: pd.DataFrame) -> str:
    same = sweep.not_told_from_best()
    several = len(ranked) > 1
    chosen = f"These intervals hold for all {len(ranked):,} cases together" if several else "This is its 95% interval"
    if not same:
        return f"{chosen}; it is told from every other case." if several else f"{chosen}."
    order = {name: rank for rank, name in enumerate(ranked["case"])}
    named = sorted(same, key=lambda name: order.get(name, len(order)))
    rest = len(named) - _NAMED
    quoted = [f"“{title_of(name).lower() if name == AS_IS else name}”" for name in named[:_NAMED]]
    words = [*quoted, f"{rest:,} more"] if rest > 0 else quoted
    return f"{chosen}; it cannot be told from {listed(words)}."


def _strongest(sweep: Sweep) -> str:
    """Say between which values of the strongest parameter the main measure differs most."""
    name = by_span(sweep)[0]
    rows = responses_of(sweep, name)
    ends = rows.loc[[rows["difference"].idxmin(), rows["difference"].idxmax()]].sort_values("value")
    unit, currency = _unit(sweep), _currency(sweep)
    texts = [
        f"{amount(row['difference'], unit, currency, signed=True)} at {row['label']} "
        f"({interval(row['low'], row['high'], unit, currency, signed=True)})"
        for _, row in ends.iterrows()
    ]
    return f"Of the {len(sweep.design.factors)} parameters {name} moves it most: {' and '.join(texts)}."


def _sections(sweep: Sweep) -> list[ReportSection]:
    drawings = drawings_of(sweep)
    table = cases_table(sweep, 10)
    table = replace(table, rows=[[_unbroken(row[0]), *row[1:]] for row in table.rows])
    cases, seeds = len(sweep.design.cases), len(sweep.study.plan.seeds)
    lead = f"{_KINDS[sweep.design.kind]}: {cases:,} cases beside as is, each with the same {seeds} seeds."
    sections = [ReportSection("The cases", lead, [drawings["cases"]], [table])]
    if "map" in drawings:
        sections.append(ReportSection("Both together", "", [drawings["map"]]))
    if "responses" in drawings:
        left = len(by_span(sweep)) - MOST_PANELS
        lead = f"The {MOST_PANELS} that move it most; {left} more are in responses.csv." if left > 0 else ""
        sections.append(ReportSection("Each parameter", lead, [drawings["responses"]], [_ranges(sweep)]))
    extremes = _extremes(sweep)
    if len(extremes.rows) > 1:
        lead = "The best and the worst case of each measure; the highest and lowest where no direction is better."
        sections.append(ReportSection("Other measures", lead, (), [extremes]))
    return sections


def _ranges(sweep: Sweep) -> TextTable:
    scenario = sweep.study.plan.scenario
    cells = [
        [factor.dotted, factor.item.doc, value_text(scenario[factor.dotted]), factor.describe(), factor.item.unit]
        for factor in sweep.design.factors
    ]
    return TextTable(["parameter", "what it is", "as is", "tried", "unit"], cells, (2,), "What was varied")


def _extremes(sweep: Sweep) -> TextTable:
    currency = _currency(sweep)

    def cell(row: Mapping[Any, Any], end: str) -> str:
        unit = str(row["unit"])
        ends = interval(row[f"{end}_low_all"], row[f"{end}_high_all"], unit, currency, signed=True)
        return f"{amount(row[f'{end}_difference'], unit, currency, signed=True)} ({ends})"

    cells = [
        [MEASURES[row["measure"]].label, row["best_case"], cell(row, "best"), row["worst_case"], cell(row, "worst")]
        for row in sweep.extremes().to_dict("records")
        if row["measure"] != sweep.measure
    ]
    return TextTable(["measure", "best case", "difference", "worst case", "difference"], cells, (2, 4))


def _facts(sweep: Sweep) -> dict[str, object]:
    precision = sweep.precision
    return {
        "measure": sweep.measure,
        "design": sweep.design.kind,
        "cases": len(sweep.study.plan.cases),
        "runs": len(sweep.study.results),
        "from_start": sweep.study.plan.from_start,
        "alpha": sweep.alpha,
        "parameters": {factor.dotted: factor.describe() for factor in sweep.design.factors},
        "precision": precision and {name: getattr(precision, name) for name in ("asked", "reached", "enough")},
    }


def _unit(sweep: Sweep) -> str:
    return MEASURES[sweep.measure].unit


def _currency(sweep: Sweep) -> str:
    return sweep.study.plan.scenario.currency


def _label(measure: str) -> str:
    return MEASURES[measure].label.lower()


def _unbroken(name: str) -> str:
    """Keep a name on one line as long as it fits."""
    return name.replace(" ", "\N{NO-BREAK SPACE}") if len(name) <= _ONE_LINE else name
