"""A capacity plan in words, tables and charts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries
from sim.answers.palette import CASES, INK
from sim.measures.words import MINUS, amount, axis_unit, interval, percent, years
from sim.questions.capacity import FACTORS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.questions.capacity import Capacity
    from sim.studies.statistics import Interval

_SEATS = ("seats", "filled", "ramped")


def analysis_of(found: Capacity, command: str = "") -> Analysis:
    """Lay out a capacity plan, to be written in any form."""
    currency = found.scenario.currency
    quarters = list(found.quarters["quarter"].astype(int))
    booked, low, high, sheet = (list(found.quarters[name]) for name in ("bookings", "low", "high", "sheet"))
    series = [ChartSeries("simulated", booked, low, high), ChartSeries("spreadsheet", sheet)]
    lines = Chart("quarters", "Bookings by quarter", "line", quarters, series, "currency", currency, along="quarter")
    ends = [found.parts[name] for name in FACTORS]
    means, lows, highs = ([getattr(one, end) for one in ends] for end in ("mean", "low", "high"))
    parts = [ChartSeries("part of the gap", means, lows, highs)]
    bars = Chart(
        "gap", "Why they differ", "bar", list(FACTORS.values()), parts, "currency", currency, signed=True,
        caption="Parts of the difference in bookings; lines are 95% intervals.",
    )  # fmt: skip
    drawing = Drawing("quarters", "Bookings by quarter, with their 95% interval.", partial(_draw, found=found))
    return Analysis(
        kind="capacity",
        scenario=found.scenario,
        question="What will these seats book, and what would a spreadsheet say?",
        answer=answer(found),
        sections=[
            ReportSection("By quarter", "", [drawing], [quarter_table(found)], [lines]),
            ReportSection("Why they differ", "Parts add up to the gap.", (), [part_table(found)], [bars]),
        ],
        tables={"quarters": found.quarters},
        seeds=found.seeds,
        weeks=found.weeks,
        touched=["talent.ramp_weeks", "talent.ramp_start", "talent.hiring_delay_weeks", "talent.attrition_per_year"],
        facts={"booked": found.booked.mean, "sheet": found.sheet.mean, "brought": found.brought},
        command=command,
        units={
            **dict.fromkeys(_SEATS, "seats"),
            **dict.fromkeys(
                ("plan", "quota", "low", "high", "sheet", "gap", *(f"gap_{name}" for name in FACTORS)), "currency"
            ),
        },
    )


def answer(found: Capacity) -> list[str]:
    """Say what is booked, what a spreadsheet would say, and what makes most of the difference."""
    currency = found.scenario.currency

    def said(one: Interval, *, signed: bool = False) -> str:
        ends = interval(one.low, one.high, "currency", currency, signed=signed)
        return f"{amount(one.mean, 'currency', currency, signed=signed)} ({ends})"

    gap = found.gap
    sure = gap.low > 0.0 or gap.high < 0.0
    apart = percent(gap.mean / found.sheet.mean) if found.sheet.mean else ""
    told = [(FACTORS[name], one) for name, one in found.parts.items() if one.low > 0.0 or one.high < 0.0]
    told.sort(key=lambda part: -abs(part[1].mean))
    booked = (
        f"Over {years(len(found.quarters) * 13)} the organization books {said(found.booked)}; a spreadsheet of seats, "
        f"ramp and what a ramped seat brought last year says {amount(found.sheet.mean, 'currency', currency)}."
    )
    differs = f"The difference is {said(gap, signed=True)}, {apart} of the spreadsheet."
    unsure = f"The difference of {said(gap, signed=True)} cannot be told from none with {len(found.seeds)} runs."
    sentences = [booked, differs if sure else unsure]
    if told:
        parts = "; ".join(f"{words} {said(one, signed=True)}" for words, one in told)
        sentences.append(f"Behind it, beyond luck: {parts}.")
    return sentences


def quarter_table(found: Capacity) -> TextTable:
    """Put the quarters below each other, as a plan is read."""
    size = float(found.quarters["high"].abs().max())
    scale, unit = axis_unit("currency", size, found.scenario.currency)
    columns = [
        "quarter", "seats", "filled", "ramped", "plan", "quota", "attained", f"bookings, {unit}\n[95% interval]",
        "sheet", "more than\nthe sheet",
    ]  # fmt: skip
    rows = [
        [
            f"{row['quarter']:.0f}", *(f"{row[name]:.1f}" for name in _SEATS), f"{row['plan'] / scale:.2f}",
            f"{row['quota'] / scale:.2f}", f"{row['attainment']:.0%}",
            f"{row['bookings'] / scale:.2f}\n[{row['low'] / scale:.2f} to {row['high'] / scale:.2f}]",
            f"{row['sheet'] / scale:.2f}", f"{row['gap'] / scale:+.2f}".replace("-", MINUS),
        ]
        for row in found.quarters.to_dict("records")
    ]  # fmt: skip
    return TextTable(columns, rows, range(len(columns)))


def part_table(found: Capacity) -> TextTable:
    """Put the parts of the gap below each other."""
    currency = found.scenario.currency
    rows = [
        [
            FACTORS[name], amount(one.mean, "currency", currency, signed=True),
            interval(one.low, one.high, "currency", currency, signed=True),
        ]
        for name, one in found.parts.items()
    ]  # fmt: skip
    return TextTable(["what", "part of the gap", "95% interval"], rows, (1, 2))


def _draw(figure: Figure, found: Capacity) -> None:
    ax = figure.subplots()
    table = found.quarters
    ax.fill_between(table["quarter"], table["low"], table["high"], color=CASES[0], alpha=0.18, linewidth=0)
    ax.plot(table["quarter"], table["bookings"], color=CASES[0], label="simulated")
    ax.plot(table["quarter"], table["sheet"], color=INK, linestyle="--", label="spreadsheet")
    ax.set_ylim(bottom=0)
    ax.set_xlabel("quarter")
    ax.yaxis.set_major_formatter(lambda value, _: amount(value, "currency", found.scenario.currency))
    ax.legend(frameon=False, ncols=2)
