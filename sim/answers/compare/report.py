"""A comparison as an answer that can be written in any form."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.answers.analysis import Analysis, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries, series_of
from sim.answers.compare.figures import drawings
from sim.answers.compare.page import report_html
from sim.answers.compare.words import answer, confidence, contributions, effect_rows
from sim.answers.over_worlds import verdicts_chart
from sim.answers.palette import colours_of
from sim.measures.words import title_of
from sim.questions.compare.comparison import facts_of
from sim.questions.compare.targets import NO_FORECAST, each_target
from sim.questions.over_worlds import NO_PROBABILITY
from sim.scenario.measures import WEEKLY_MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from sim.answers.compare.material import Material
    from sim.questions.compare.comparison import Comparison

_FRAMES = ("effects", "table", "per_seed", "quarterly", "drivers", "parts", "worlds", "targets", "losses",
           "flip_reasons", "flips", "data_check")  # fmt: skip
_NAMES = {"table": "means", "per_seed": "runs"}
_KEPT = {"weekly": "weekly", "deals": "deals", "flipped": "flips"}  # file of a folder, and what of a comparison it is
MOST_CASES = 3  # whose drivers have a chart of their own, the best ones


def analysis_of(material: Material, comparison: Comparison | None = None) -> Analysis:
    """Lay out a comparison, to be written in any form; its report stays that of a comparison.

    With the `comparison` it was laid out from, a folder holds every week and deal, and the record every setting.
    """
    kept = {name: getattr(comparison, of) for name, of in _KEPT.items()} if comparison else {}
    said = [answer(material), confidence(material), material.verified]
    return Analysis(
        kind="comparison under the same luck", scenario=material.scenario, question=material.question,
        answer=[sentence for sentence in said if sentence], sections=list(_sections(material)),
        tables={_NAMES.get(name, name): frame for name in _FRAMES if len(frame := getattr(material, name))},
        seeds=material.seeds, weeks=material.weeks, touched=material.touched,
        notes=[*material.notes, *material.failures], command=material.command, page=partial(report_html, material),
        figures=partial(drawings, material),
        facts={
            "kind": "compare", "measure": material.main,
            "cases": {name: list(lines) for name, lines in material.cases.items()},
            **(facts_of(comparison) if comparison else {}),
        },
        units={"contribution": "currency"}, kept=kept,
    )  # fmt: skip


def _sections(material: Material) -> Iterator[ReportSection]:
    changes = [[title_of(case), "\n".join(lines) or "nothing"] for case, lines in material.cases.items()]
    yield ReportSection("What each case changes", tables=[TextTable(["case", "what it changes"], changes)])
    yield ReportSection("What differs from as is", tables=[_effects(material)], charts=[_differences(material)])
    if len(material.worlds):
        chart = verdicts_chart(material.worlds, material.cases, material.main)
        yield ReportSection("In plausible worlds", NO_PROBABILITY, charts=[chart])
    if len(material.targets):
        yield ReportSection("How often a target is reached", NO_FORECAST, charts=list(_targets(material)))
    yield ReportSection("How it goes on", charts=[_bookings(material)])
    yield ReportSection("What drives it", tables=list(_parts(material)), charts=list(_drivers(material)))
    if len(material.flip_reasons):
        yield ReportSection("Where deals part", tables=[_text_table(material.flip_reasons)])


def _effects(material: Material) -> TextTable:
    """Put the measures a reader sees first below each other: as is, and what each case does to it."""

    def brief(text: str) -> str:
        return text.replace(f" {material.currency}", "")

    columns = ["measure", f"as is\n(amounts in {material.currency})"]
    columns += [f"{title_of(case)}\n[95% interval]" for case in material.cases]
    rows = []
    for row in (row for row in effect_rows(material) if row.headline):
        cells = [f"{cell.mark} {cell.difference}\n[{cell.interval}]" for cell in row.cells]
        rows.append([row.label, *map(brief, (row.as_is, *cells))])
    return TextTable(columns, rows, range(1, len(columns)))


def _best_first(material: Material) -> list[str]:
    sign = material.measures[material.main].better or 1
    return sorted(material.cases, key=lambda case: -sign * float(material.effect(case, material.main)["difference"]))


def _differences(material: Material) -> Chart:
    main, order = material.measures[material.main], _best_first(material)
    effects = [material.effect(case, material.main) for case in order]
    points, low, high = ([float(effect[name]) for effect in effects] for name in ("difference", "low", "high"))
    return Chart(
        "effects", f"{main.label}: difference from as is", "bar", [title_of(case) for case in order],
        [ChartSeries("difference", points, low, high)], main.unit, material.currency, signed=True,
        caption=f"Mean over {len(material.seeds)} pairs of runs with the same luck; lines are 95% intervals.",
    )  # fmt: skip


def _bookings(material: Material) -> Chart:
    measure, rows, colours = WEEKLY_MEASURES["bookings"], material.quarterly, colours_of(material.all_cases)
    rows = rows[rows["measure"] == measure.name].sort_values("week") if len(rows) else rows
    by_case = {case: rows[rows["case"] == case] for case in material.all_cases} if len(rows) else {}
    quarters = list(range(1, 1 + max(map(len, by_case.values()), default=0)))
    series = [series_of(title_of(case), part, colour=colours[case]) for case, part in by_case.items()]
    return Chart(
        "bookings", f"{measure.label} a quarter", "line", quarters, series, measure.total_unit, material.currency,
        caption="Mean over runs; lines are 95% intervals.", along="quarter",
    )  # fmt: skip


def _targets(material: Material) -> Iterator[Chart]:
    """Share of runs in which each case reaches each target."""
    for target, rows in each_target(material.targets):
        yield Chart(
            f"target {target.measure} {target.value:g}", f"Runs with {target.words(material.currency)}", "bar",
            [title_of(case) for case in rows["case"]], [series_of("share of runs", rows, "share")], "share",
            material.currency, caption="Lines are 95% intervals (Wilson).",
        )  # fmt: skip


def _drivers(material: Material) -> Iterator[Chart]:
    for case in _best_first(material)[:MOST_CASES] if len(material.drivers) else ():
        rows = material.drivers[material.drivers["case"] == case]
        rows = rows.iloc[np.argsort(-rows["contribution"].abs(), kind="stable")]
        yield Chart(
            f"drivers {case}", f"{title_of(case)}: what drives the difference in bookings", "bar", list(rows["factor"]),
            [series_of("contribution", rows, "contribution")], "currency", material.currency, signed=True,
            caption="Parts of the difference in bookings, which add up to it; lines are 95% intervals.",
        )  # fmt: skip


def _parts(material: Material) -> Iterator[TextTable]:
    by_case = contributions(material.parts, material.currency)
    cells = {(case, part): f"{size}\n[{ends}]" for case, rows in by_case.items() for part, size, ends in rows}
    if parts := list(dict.fromkeys(part for _, part in cells)):
        rows = [[part, *(cells.get((case, part), "") for case in by_case)] for part in parts]
        columns = ["part", *(f"{title_of(case)}\n[95% interval]" for case in by_case)]
        yield TextTable(columns, rows, range(1, len(columns)), "What the difference in net contribution is made of")


def _text_table(frame: pd.DataFrame) -> TextTable:
    rows: Sequence[Sequence[str]] = [[str(value) for value in row] for row in frame.itertuples(index=False)]
    return TextTable([str(name) for name in frame.columns], rows, (len(frame.columns) - 2, len(frame.columns) - 1))
