"""Growth over the values of two levers, as an answer that can be written in any form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.answers.analysis import Analysis, ReportSection, TextTable
from sim.answers.chart import Chart, series_of_means
from sim.measures.momentum import WEEKS
from sim.measures.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Interval

Lever = tuple[str, "Sequence[float]"]
TITLE = "Growth of bookings from years 1 and 2 to years 5 and 6, a year"


def map_of(
    scenario: Scenario, levers: tuple[Lever, Lever], found: Sequence[Sequence[Interval]], seeds: Sequence[int],
    command: str = "",
) -> Analysis:  # fmt: skip
    """Lay out a map.

    Args:
        scenario: The organization.
        levers: Name and values of the rows, and of the columns.
        found: Growth by row and column, as a logarithmic rate.
        seeds: What every cell was run with.
        command: Command that repeats it.
    """
    (row, rows), (column, columns) = levers
    cells = [
        {row: down, column: across, "mean": rate.mean, "low": rate.low, "high": rate.high}
        for down, line in zip(rows, found, strict=True)
        for across, rate in zip(columns, line, strict=True)
    ]
    table = pd.DataFrame(cells).sort_values("mean")
    series = [series_of_means(f"{row} {value:g}", line) for value, line in zip(rows, found, strict=True)]
    chart = Chart(
        "map", TITLE, "bar", [f"{column} {value:g}" for value in columns], series, "share", signed=True,
        caption=f"Logarithmic rate, mean of {counted(len(seeds), 'seed')}; lines are 95% intervals.",
    )  # fmt: skip
    return Analysis(
        kind="wheel, map", scenario=scenario, question=f"How does growth go with {row} and {column}?",
        answer=[
            f"Bookings grow {how} with {row} {cell[row]:g} and {column} {cell[column]:g}: "
            f"{_rate(cell['mean'], cell['low'], cell['high'])} a year."
            for how, cell in (("most", table.iloc[-1]), ("least", table.iloc[0]))
        ],
        sections=[ReportSection(TITLE, tables=[map_table(levers, found)], charts=[chart])],
        tables={"map": pd.DataFrame(cells)}, seeds=seeds, weeks=WEEKS, touched=[row, column], command=command,
        facts={"levers": [row, column], "values": [rows, columns], "acceleration": found},
        units={"mean": "share", "low": "share", "high": "share"},
    )  # fmt: skip


def map_table(levers: tuple[Lever, Lever], found: Sequence[Sequence[Interval]]) -> TextTable:
    """Put rows and columns of a map as people read it."""
    (row, rows), (column, columns) = levers
    cells = [
        [f"{value:g}", *(_rate(one.mean, one.low, one.high) for one in line)]
        for value, line in zip(rows, found, strict=True)
    ]
    heads = [f"{row} \\ {column}", *(f"{value:g}" for value in columns)]
    return TextTable(heads, cells, range(1, len(heads)))


def _rate(mean: float, low: float, high: float) -> str:
    return f"{mean:+.2f} [{low:+.2f}, {high:+.2f}]"
