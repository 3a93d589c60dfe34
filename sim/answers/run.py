"""A single run as an answer: its measures and figures, without a comparison; without a report nothing draws."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from sim.answers.analysis import Analysis, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries
from sim.answers.compare.material import AS_IS, QUARTERLY, Material, loss_shares, middle_week
from sim.answers.compare.words import HEADLINE
from sim.answers.folder import TABLES
from sim.answers.palette import BLUE
from sim.measures.words import amount, listed, years
from sim.scenario.measures import MEASURES, WEEKLY_MEASURES
from sim.studies.bands import MEASURED, quarterly_values, weekly_values
from sim.studies.programs import versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.answers.analysis import Drawing
    from sim.answers.html import ReportPicture
    from sim.measures.run import Run


SAID = ("bookings", "net_contribution", "attainment", "win_rate")
"""Measures that are said in the answer."""


def analysis_of(run: Run, command: str) -> Analysis:
    """Lay out a run that kept its deals, to be written in any form; its report stays that of a run."""
    currency, material = run.scenario.currency, material_of_run(run, command, versions())
    values = {name: amount(run.summary[name], measure.unit, currency) for name, measure in MEASURES.items()}
    said = listed([f"{MEASURES[name].label.lower()} {values[name]}" for name in SAID])
    shown = dict.fromkeys([*HEADLINE, *MEASURES])
    summary = TextTable(["measure", "value"], [[MEASURES[name].label, values[name]] for name in shown], (1,))
    rows = [
        {"measure": name, "value": float(run.summary[name]), "unit": measure.unit, "definition": measure.doc}
        for name, measure in MEASURES.items()
    ]
    return Analysis(
        kind=f"one run, seed {run.seed}", scenario=run.scenario,
        question=_about(run, run.scenario.title or run.scenario.name),
        answer=[
            f"Over {years(run.weeks)}, with seed {run.seed}: {said}.",
            "One run is one course of luck: compare says with many seeds what a change does.",
        ],
        sections=[
            ReportSection("How it went", charts=[_by_quarter(name, material) for name in QUARTERLY]),
            ReportSection("What came of it", tables=[summary]),
        ],
        tables={"summary": pd.DataFrame(rows), **{name: _with_names(getattr(run, name)) for name in TABLES}},
        seeds=[run.seed], weeks=run.weeks, command=command, touched=list(run.scenario.set_later()),
        facts={
            "kind": "run", "seed": run.seed, "currency": currency, "start_date": run.scenario.start_date.isoformat(),
            "summary": run.summary,
        },
        page=partial(run_html, run, material), figures=partial(_drawings, material),
    )  # fmt: skip


def _with_names(table: pd.DataFrame) -> pd.DataFrame:
    """Make columns of what names the rows, where something does."""
    return table if table.index.name is None and isinstance(table.index, pd.RangeIndex) else table.reset_index()


def _by_quarter(name: str, material: Material) -> Chart:
    measure, rows = WEEKLY_MEASURES[name], material.quarterly
    values = list(rows.loc[rows["measure"] == name, "mean"]) if len(rows) else []
    title = f"{measure.label} a quarter" if measure.flow else f"{measure.label} by quarter"
    series = [ChartSeries(measure.label, list(map(float, values)), colour=BLUE)]
    quarters = list(range(1, len(values) + 1))
    return Chart(name, title, "line", quarters, series, measure.total_unit, material.currency, along="quarter")


def _drawings(material: Material) -> Iterable[Drawing]:
    from sim.answers.compare.figures import drawings  # noqa: PLC0415 - figures are slow to import

    return drawings(material)


def run_html(run: Run, material: Material, pictures: Mapping[str, ReportPicture]) -> str:
    """Write the report of a run that kept its deals as one HTML page, with its figures by their names."""
    from sim.answers.compare.page import basis  # noqa: PLC0415 - as above
    from sim.answers.html import render  # noqa: PLC0415 - as above

    name = run.scenario.title or run.scenario.name
    summary = [
        (measure.label, measure.doc, amount(run.summary[key], measure.unit, run.scenario.currency))
        for key, measure in material.measures.items()
    ]
    return render(
        "run.html.j2",
        title=f"{name}, seed {run.seed}",
        kind=f"{name} · one run, seed {run.seed}",
        question=_about(run, name),
        summary=summary,
        notes=[],
        failures=[],
        figures=list(pictures.values()),
        **basis(material),
    )


def _about(run: Run, name: str) -> str:
    """Say what was run: in the scenario's own words only as long as nothing in it was set otherwise."""
    few = 4
    changes = [f"{dotted} = {value}" for dotted, value in run.scenario.set_later().items()]
    if not changes:
        return run.scenario.shows or f"{name}: {years(run.weeks)}"
    words = listed(changes) if len(changes) <= few else f"{len(changes)} parameters set otherwise"
    return f"{name} with {words}: {years(run.weeks)}"


def material_of_run(run: Run, command: str, versions: Mapping[str, str]) -> Material:
    """Lay a run out as a comparison with nothing but as is."""
    return Material(
        scenario=run.scenario,
        main="net_contribution",
        measures=MEASURES,
        weeks=run.weeks,
        seeds=[run.seed],
        weekly=_long(run.weekly.drop(columns="date").reset_index()),
        quarterly=_quarterly(run),
        losses=loss_shares(run.deals.assign(case=AS_IS)),
        versions=versions,
        command=command,
    )


def _quarterly(run: Run) -> pd.DataFrame:
    """Every measure by complete quarter, at its middle week."""
    quarters = quarterly_values(weekly_values(run.world.weekly())).T
    wide = pd.DataFrame(quarters, columns=list(MEASURED))
    wide["week"] = middle_week(wide.index.to_series())
    return _long(wide)


def _long(wide: pd.DataFrame) -> pd.DataFrame:
    """Give a row for each week and measure; a single run has bands without width."""
    long = wide.melt(id_vars="week", var_name="measure", value_name="mean").assign(case=AS_IS)
    return long.assign(low=long["mean"], high=long["mean"])
