"""Retention and growth in words, tables and charts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from agents.machinery.clock import QUARTERS_PER_YEAR
from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries
from sim.answers.palette import CASES
from sim.measures.words import MINUS, amount, axis_unit, years
from sim.questions.retention import FLOWS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.questions.retention import Retention
    from sim.studies.statistics import Interval

_SHARES = {"net": "net retention", "gross": "gross retention"}


def analysis_of(found: Retention, command: str = "") -> Analysis:
    """Lay out retention and growth, to be written in any form."""
    shares = Drawing(
        "retention",
        "Gross and net retention of the year that ends with each quarter, with their 95% intervals.",
        partial(_draw, found=found),
    )
    return Analysis(
        kind="retention",
        scenario=found.scenario,
        question="What are the customers of a year ago worth now, and what does growth cost?",
        answer=answer(found),
        sections=[
            ReportSection("By quarter", "", [shares], [quarter_table(found)], [_lines(found), _flows(found)]),
            ReportSection(
                "By cohort",
                "Value of the customers won in a year, against that at the end of their first quarter; those of before "
                "against the end of the burn-in.",
                (),
                [cohort_table(found)],
                [_cohorts(found)],
            ),
        ],
        tables={"quarters": found.quarters, "cohorts": found.cohorts},
        seeds=found.seeds,
        weeks=found.weeks,
        touched=["buyers.churn_per_year", "buyers.churn_sensitivity"],
        facts={"gross": found.gross.mean, "net": found.net.mean, "cost_per_new": found.cost_per_new.mean},
        command=command,
        units={
            **dict.fromkeys(("customers", "won", "gone"), "accounts"),
            **dict.fromkeys(("start", *FLOWS, "end"), "currency / year"),
            **dict.fromkeys(("gross", "net", "gross_low", "gross_high", "net_low", "net_high"), "share"),
            **dict.fromkeys(("value", "low", "high"), "share"),
            "cost": "currency",
        },
    )


def answer(found: Retention) -> list[str]:
    """Say what is kept, what growth is made of, and what it costs."""
    currency, table = found.scenario.currency, found.quarters

    def said(one: Interval) -> str:
        return f"{one.mean:.0%} ({one.low:.0%} to {one.high:.0%})"

    first, last = float(table["start"].iloc[0]), float(table["end"].iloc[-1])
    kept = (
        f"Of what customers of a year ago pay, {said(found.gross)} is kept at the end, and with what they bought more "
        f"it is {said(found.net)}."
    )
    unit = "currency / year"
    scale, shown = axis_unit("currency", max(abs(one.mean) for one in found.flows.values()), currency)

    def part(one: Interval) -> str:
        mean, low, high = (f"{value / scale:+.1f}".replace("-", MINUS) for value in (one.mean, one.low, one.high))
        return f"{mean} ({low} to {high})"

    parts = "; ".join(f"{FLOWS[name]} {part(one)}" for name, one in found.flows.items())
    grown = (
        f"Over {years(len(table) * 13)} recurring revenue goes from {amount(first, unit, currency)} to "
        f"{amount(last, unit, currency)}; in {shown} / year: {parts}."
    )
    cost = found.cost_per_new
    mean, low, high = (f"{value:.2f}".replace("-", MINUS) for value in (cost.mean, cost.low, cost.high))
    priced = f"A unit of new yearly value takes {mean} units of sales cost ({low} to {high})."
    return [kept, grown, priced]


def quarter_table(found: Retention) -> TextTable:
    """Put the quarters below each other."""
    table = found.quarters
    scale, unit = axis_unit("currency", float(table["end"].abs().max()), found.scenario.currency)

    def money(value: float, *, signed: bool = False) -> str:
        return f"{value / scale:{'+' if signed else ''}.2f}".replace("-", MINUS)

    columns = [
        "quarter", "customers", "won", "lost", f"recurring\n{unit}", "new", "more", "less", "gone", "end",
        "gross, a year", "net, a year", "cost a unit\nof new value",
    ]  # fmt: skip
    rows = [
        [
            f"{row['quarter']:.0f}", *(f"{row[name]:,.0f}" for name in ("customers", "won", "gone")),
            money(row["start"]), *(money(row[name], signed=True) for name in FLOWS), money(row["end"]),
            f"{row['gross']:.0%}", f"{row['net']:.0%}", f"{row['cost_per_new']:.2f}",
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    return TextTable(columns, rows, range(len(columns)))


def cohort_table(found: Retention) -> TextTable:
    """A row a cohort, a column a year of age: value kept, and customers kept in brackets."""
    ages = range(QUARTERS_PER_YEAR, int(found.cohorts["age"].max()) + 1, QUARTERS_PER_YEAR)
    rows = []
    for cohort, part in found.cohorts.groupby("cohort"):
        by_age = part.set_index("age")
        cells = [
            f"{by_age['value'][age]:.0%} ({by_age['customers'][age]:.0%})" if age in by_age.index else ""
            for age in ages
        ]
        rows.append([_title(cohort), *cells])
    columns = ["customers", *(f"after {years(age * 13).replace('one', 'a')}" for age in ages)]
    return TextTable(columns, rows, range(1, len(columns)), "Value kept, and customers kept in brackets")


def _title(cohort: object) -> str:
    return "before week 0" if cohort == 0 else f"won in year {cohort}"


def _lines(found: Retention) -> Chart:
    table = found.quarters
    series = [
        ChartSeries(label, list(table[name]), list(table[f"{name}_low"]), list(table[f"{name}_high"]))
        for name, label in _SHARES.items()
    ]
    return Chart(
        "retention", "Retention of a year", "line", list(table["quarter"].astype(int)), series, "share",
        caption="Of the year that ends with the quarter; lines are 95% intervals.", along="quarter",
    )  # fmt: skip


def _flows(found: Retention) -> Chart:
    over = [found.flows[name] for name in FLOWS]
    series = ChartSeries(
        "over the run", [one.mean for one in over], [one.low for one in over], [one.high for one in over]
    )
    return Chart(
        "flows", "What changed recurring revenue", "bar", list(FLOWS.values()),
        [series], "currency / year", found.scenario.currency, signed=True,
        caption="Means over runs, which add up to the change; lines are 95% intervals.",
    )  # fmt: skip


def _cohorts(found: Retention) -> Chart:
    ages = list(range(int(found.cohorts["age"].max()) + 1))
    series = [_kept(cohort, part, len(ages)) for cohort, part in found.cohorts.groupby("cohort")]
    return Chart(
        "cohorts", "Value kept by cohort", "line", ages, series, "share",
        caption="Against the end of the first quarter.", along="quarters since",
    )  # fmt: skip


def _kept(cohort: object, part: pd.DataFrame, ages: int) -> ChartSeries:
    kept = part.set_index("age").reindex(range(ages))
    points, low, high = (kept[name].astype(float).tolist() for name in ("value", "low", "high"))
    return ChartSeries(_title(cohort), points, low, high)


def _draw(figure: Figure, found: Retention) -> None:
    ax = figure.subplots()
    table = found.quarters
    for colour, (name, label) in zip(CASES, _SHARES.items(), strict=False):
        ax.fill_between(
            table["quarter"], table[f"{name}_low"], table[f"{name}_high"], color=colour, alpha=0.18, linewidth=0
        )
        ax.plot(table["quarter"], table[name], color=colour, label=label)
    ax.set_xlabel("quarter")
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.legend(frameon=False, ncols=2)
