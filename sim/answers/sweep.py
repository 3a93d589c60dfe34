"""A sweep in words and tables, and its figures: best and worst cases, responses to each parameter, a map of two."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, series_of
from sim.answers.figures import WIDE, compact, grid_across, sns, value_ticks
from sim.answers.palette import AS_IS as GREY
from sim.answers.palette import BLUE, INK, MUTED, PAPER, RULE, VERMILLION
from sim.answers.wording import p_value
from sim.measures.words import MINUS, amount, interval, listed, short_unit, title_of, years
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import parameter
from sim.studies.cases import AS_IS
from sim.studies.designs import case_in_words, case_name
from sim.studies.factors import value_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.questions.sweep.run import Sweep
    from sim.scenario.parameters.base import Parameter
    from sim.studies.factors import Factor

MOST_PANELS = 12  # parameters whose response is drawn, those that move the measure most
MOST_CURVES = 3  # of them that slides and workbook draw
SHOWN = 8  # best cases drawn, and worst ones
_ONE_LINE = 60  # letters
_LONGEST = 60  # letters of a case's name beside a figure
_COLUMNS = 3
_ANNOTATED = 64  # cells of a map whose numbers still fit
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
    changes, names = _changes(sweep), names_of(sweep)
    rows = [["as is", *([""] if changes else []), amount(base, unit, currency), "", "", ""]]
    for _, row in best_and_worst(sweep, most).iterrows():
        rows.append([
            names[row["case"]], *([changes[row["case"]]] if changes else []), amount(row["mean"], unit, currency),
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
    return {case.name: case_in_words(case.changes) for case in sweep.design.cases}


def names_of(sweep: Sweep) -> dict[str, str]:
    """What people call each case: what it changes, where it is named by that, and its own name."""
    named = {
        case.name: case_in_words(case.changes) if case.name == case_name(case.changes) else case.name
        for case in sweep.design.cases
    }
    return {AS_IS: title_of(AS_IS).lower(), **named}


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
    changes, name = _changes(sweep).get(row["case"]), names_of(sweep)[row["case"]]
    return f"“{name}” ({changes})" if changes else f"“{name}”"


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
    quoted = [f"“{names_of(sweep)[name]}”" for name in named[:_NAMED]]
    words = [*quoted, f"{rest:,} more"] if rest > 0 else quoted
    return f"{chosen}; it cannot be told from {listed(words)}."


def _strongest(sweep: Sweep) -> str:
    """Say between which values of the strongest parameter the main measure differs most."""
    name = _by_span(sweep)[0]
    rows = _responses(sweep, name)
    ends = rows.loc[[rows["difference"].idxmin(), rows["difference"].idxmax()]].sort_values("value")
    unit, currency = _unit(sweep), _currency(sweep)
    texts = [
        f"{amount(row['difference'], unit, currency, signed=True)} at {row['label']} "
        f"({interval(row['low'], row['high'], unit, currency, signed=True)})"
        for _, row in ends.iterrows()
    ]
    return (
        f"Of the {len(sweep.design.factors)} parameters {parameter(name).label} moves it most: {' and '.join(texts)}."
    )


def _sections(sweep: Sweep) -> list[ReportSection]:
    drawings = _drawings(sweep)
    table = cases_table(sweep, 10)
    table = replace(table, rows=[[_unbroken(row[0]), *row[1:]] for row in table.rows])
    cases, seeds = len(sweep.design.cases), len(sweep.study.plan.seeds)
    lead = f"{_KINDS[sweep.design.kind]}: {cases:,} cases beside as is, each with the same {seeds} seeds."
    sections = [ReportSection("The cases", lead, [drawings["cases"]], [table], [_cases_chart(sweep)])]
    if "map" in drawings:
        sections.append(ReportSection("Both together", "", [drawings["map"]]))
    if "responses" in drawings:
        left = len(_by_span(sweep)) - MOST_PANELS
        lead = f"The {MOST_PANELS} that move it most; {left} more are in responses.csv." if left > 0 else ""
        sections.append(
            ReportSection("Each parameter", lead, [drawings["responses"]], [_ranges(sweep)], _curves(sweep))
        )
    extremes = _extremes(sweep)
    if len(extremes.rows) > 1:
        lead = "The best and the worst case of each measure; the highest and lowest where no direction is better."
        sections.append(ReportSection("Other measures", lead, (), [extremes]))
    return sections


def _cases_chart(sweep: Sweep) -> Chart:
    rows, measure = best_and_worst(sweep), MEASURES[sweep.measure]
    return Chart(
        "cases", f"{measure.label}: difference from as is, the best case first", "bar",
        labels_of(sweep, rows), [series_of("difference", rows, "difference", "{}_all")], measure.unit,
        _currency(sweep), signed=True, caption="Lines are 95% intervals that hold for all cases together.",
    )  # fmt: skip


def _curves(sweep: Sweep) -> list[Chart]:
    measure, curves = MEASURES[sweep.measure], []
    for name in _by_span(sweep)[:MOST_CURVES]:
        rows = _responses(sweep, name).sort_values("value")
        curves.append(Chart(
            name.rpartition(".")[2], f"{measure.label} by {parameter(name).label}: difference from as is", "line",
            list(rows["label"]),
            [series_of("difference", rows, "difference")], measure.unit, _currency(sweep), signed=True,
            caption="Lines across are 95% intervals.", along=_axis_label(parameter(name)),
        ))  # fmt: skip
    return curves


def _ranges(sweep: Sweep) -> TextTable:
    scenario = sweep.study.plan.scenario
    cells = [
        [factor.item.title, factor.item.doc, value_text(scenario[factor.dotted]), factor.describe(), factor.item.unit]
        for factor in sweep.design.factors
    ]
    return TextTable(["parameter", "what it is", "as is", "tried", "unit"], cells, (2,), "What was varied")


def _extremes(sweep: Sweep) -> TextTable:
    currency, names = _currency(sweep), names_of(sweep)

    def cell(row: Mapping[Any, Any], end: str) -> str:
        unit = str(row["unit"])
        ends = interval(row[f"{end}_low_all"], row[f"{end}_high_all"], unit, currency, signed=True)
        return f"{amount(row[f'{end}_difference'], unit, currency, signed=True)} ({ends})"

    cells = [
        [
            MEASURES[row["measure"]].label,
            *(part for end in ("best", "worst") for part in (names[row[f"{end}_case"]], cell(row, end))),
        ]
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


def _drawings(sweep: Sweep) -> dict[str, Drawing]:
    """Make what can be drawn of a sweep, by name: `cases`, and `map` or `responses` where there are some."""
    drawings = {"cases": _cases_drawing(sweep)}
    if sweep.design.kind == "factorial" and len(sweep.design.factors) == 2:
        drawings["map"] = _map_drawing(sweep)
    if len(sweep.responses):
        drawings["responses"] = _responses_drawing(sweep)
    return drawings


def _by_span(sweep: Sweep) -> list[str]:
    """Name the parameters, those first between whose values the main measure's mean differs most."""
    rows = sweep.responses[sweep.responses["measure"] == sweep.measure]
    spans = rows.groupby("parameter", sort=False)["difference"].agg(np.ptp).sort_values(ascending=False, kind="stable")
    return [str(name) for name in spans.index]


def labels_of(sweep: Sweep, rows: pd.DataFrame) -> list[str]:
    """What cases are called beside a figure, cut where that is too long."""
    names = [names_of(sweep)[case] for case in rows["case"]]
    return [name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…" for name in names]


def best_and_worst(sweep: Sweep, most: int = SHOWN) -> pd.DataFrame:
    """Give the rows of the effects to be shown, best first: all, or as many of both ends."""
    ranked = sweep.ranked().dropna(subset="difference")
    return ranked if len(ranked) <= 2 * most else ranked.iloc[[*range(most), *range(len(ranked) - most, len(ranked))]]


def _cases_drawing(sweep: Sweep) -> Drawing:
    rows = best_and_worst(sweep)

    def draw(figure: Figure) -> None:
        ax = figure.subplots()
        heights = np.arange(len(rows))[::-1]
        ax.hlines(heights, rows["low_all"], rows["high_all"], color=BLUE, linewidth=1.2)
        ax.hlines(heights, rows["low"], rows["high"], color=BLUE, linewidth=4.0, alpha=0.55)
        ax.scatter(rows["difference"], heights, s=34, color=BLUE, zorder=3)
        ax.axvline(0, color=GREY, linewidth=1)
        ax.set_yticks(heights, labels_of(sweep, rows), color=INK)
        grid_across(ax)
        ax.xaxis.set_major_locator(MaxNLocator(7))
        ax.xaxis.set_major_formatter(_ticks(sweep.measure))
        ax.set_xlabel(_difference_label(sweep))
        ax.set_ylim(-0.7, len(rows) - 0.3)
        if len(rows) < sweep.effects["case"].nunique():
            ax.axhline(len(rows) - SHOWN - 0.5, color=RULE, linewidth=0.8)

    which = "The cases" if len(rows) == sweep.effects["case"].nunique() else f"The {SHOWN} best and {SHOWN} worst cases"
    caption = (
        f"{which}: mean difference from as is (dot), its own 95% interval (thick), and the interval that holds for all "
        "cases together (thin)."
    )
    return Drawing("cases", caption, draw, (WIDE, 1.1 + 0.27 * len(rows)))


def _responses_drawing(sweep: Sweep) -> Drawing:
    names = _by_span(sweep)[:MOST_PANELS]
    factors = {factor.dotted: factor for factor in sweep.design.factors}
    columns = min(_COLUMNS, len(names))
    lines = math.ceil(len(names) / columns)

    def draw(figure: Figure) -> None:
        axes = np.atleast_1d(figure.subplots(lines, columns, sharey=True, squeeze=False)).ravel()
        for ax, name in zip(axes, names, strict=False):
            _response(ax, sweep, factors[name])
        for ax in axes[len(names) :]:
            ax.set_visible(False)
        figure.supylabel(_difference_label(sweep), fontsize=9, color=MUTED)

    how = {
        "one-at-a-time": "each changed alone; the band is the 95% interval over seeds",
        "factorial": "the mean over all combinations of the others; the band is the 95% interval over seeds",
    }.get(sweep.design.kind, "the mean of each part of the range (dots: cases); the band is its 95% interval")
    label = MEASURES[sweep.measure].label.lower()
    caption = f"How {label} goes with each parameter: {how}. The dashed line is the value as is."
    return Drawing("responses", caption, draw, (WIDE if columns > 1 else 6.4, 0.5 + 2.4 * lines))


def _responses(sweep: Sweep, name: str) -> pd.DataFrame:
    """Give how the main measure goes with one parameter."""
    rows = sweep.responses
    return rows[(rows["parameter"] == name) & (rows["measure"] == sweep.measure)]


def _response(ax: Axes, sweep: Sweep, factor: Factor) -> None:
    rows = _responses(sweep, factor.dotted).sort_values("value")
    words = factor.item.type in (str, bool)
    if sweep.design.kind in ("latin", "sobol") and not words:
        table = sweep.study.cases.set_index("case")[factor.dotted]
        effects = sweep.effects[sweep.effects["measure"] == sweep.measure]
        ax.scatter(effects["case"].map(table), effects["difference"], s=7, color=MUTED, alpha=0.35, linewidths=0)
    ax.axhline(0, color=GREY, linewidth=0.8)
    if words:
        ax.errorbar(rows["value"], rows["difference"], (rows["high"] - rows["low"]) / 2, fmt="o", color=BLUE, ms=5)
        ax.xaxis.set_major_locator(FixedLocator(rows["value"].tolist()))
        labels = dict(zip(rows["value"], rows["label"], strict=True))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: labels.get(value, "")))
        ax.tick_params(axis="x", labelrotation=30 if len(rows) > 3 else 0)
    else:
        sns.lineplot(x=rows["value"], y=rows["difference"], color=BLUE, marker="o", markersize=5, ax=ax)
        ax.fill_between(rows["value"], rows["low"], rows["high"], color=BLUE, alpha=0.16, linewidth=0)
        as_is = float(sweep.study.plan.scenario[factor.dotted])
        ax.axvline(as_is, color=GREY, linewidth=0.9, dashes=(3, 2))
        ax.xaxis.set_major_locator(MaxNLocator(5, integer=factor.item.type is int))
        value_ticks(ax.xaxis)
    ax.set_title(factor.item.title, fontsize=9)
    ax.set_xlabel(factor.item.unit, fontsize=8)
    ax.set_ylabel("")
    ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.yaxis.set_major_formatter(_ticks(sweep.measure))


def _map_drawing(sweep: Sweep) -> Drawing:
    first, second = sorted(sweep.design.factors, key=lambda factor: factor.dotted != _by_span(sweep)[0])
    table = map_table(sweep, first.dotted, second.dotted)

    def draw(figure: Figure) -> None:
        ax = figure.subplots()
        largest = float(np.nanmax(np.abs(table.to_numpy()))) or 1.0
        colours = LinearSegmentedColormap.from_list("difference", [VERMILLION, PAPER, BLUE])
        numbers = table.iloc[::-1].map(lambda value: _mark(value, sweep.measure)) if table.size <= _ANNOTATED else None
        sns.heatmap(
            table.iloc[::-1], ax=ax, cmap=colours, vmin=-largest, vmax=largest, linewidths=1, linecolor=PAPER,
            annot=numbers, fmt="", annot_kws={"fontsize": 8},
            cbar_kws={"format": _ticks(sweep.measure), "label": _difference_label(sweep)},
            xticklabels=[value_text(value) for value in table.columns],
            yticklabels=[value_text(value) for value in table.index[::-1]],
        )  # fmt: skip
        ax.set_xlabel(_axis_label(first.item))
        ax.set_ylabel(_axis_label(second.item))
        ax.tick_params(axis="y", labelrotation=0)

    caption = f"{MEASURES[sweep.measure].label} by combination, mean difference from as is; blue: more, orange: less."
    return Drawing("map", caption, draw, (WIDE, 1.4 + 0.5 * max(3, len(table))))


def map_table(sweep: Sweep, across: str, up: str) -> pd.DataFrame:
    """Lay out the mean differences of the main measure. [values of `up` x values of `across`]."""
    rows = sweep.effects[sweep.effects["measure"] == sweep.measure].set_index("case")["difference"]
    cases = sweep.study.cases.set_index("case")
    inside = cases if sweep.design.holds_as_is else cases.drop(index="as_is")
    differences = rows.reindex(inside.index).fillna({"as_is": 0.0})
    return inside.assign(difference=differences).pivot_table("difference", up, across, dropna=False, observed=False)


def _axis_label(item: Parameter) -> str:
    return f"{item.title} ({item.unit})" if item.unit else item.title


def _difference_label(sweep: Sweep) -> str:
    measure = MEASURES[sweep.measure]
    unit = short_unit(measure.unit, sweep.study.plan.scenario.currency, signed=True)
    return f"{measure.label}, difference from as is{f' ({unit})' if unit else ''}"


def _ticks(measure: str) -> FuncFormatter:
    return FuncFormatter(lambda value, _: _mark(value, measure))


def _mark(value: float, measure: str) -> str:
    """Write a difference on an axis or in a cell; shares in points."""
    if not math.isfinite(value):
        return ""
    shown = value * 100 if MEASURES[measure].unit == "share" else value
    text = compact(float(f"{shown:.3g}"))
    return text if text.startswith(MINUS) or not shown else f"+{text}"
