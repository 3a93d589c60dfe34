"""What an import has done with an export: quality of the data, model against data, what could not be known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.answers.analysis import Analysis, ReportSection, TextTable
from sim.crm.check import check_texts
from sim.crm.quality import RepairKind
from sim.crm.segments import WITHIN

if TYPE_CHECKING:
    from sim.crm.fit import Fit
    from sim.crm.load import CrmData
    from sim.crm.quality import Quality
    from sim.scenario.scenario import Scenario


def analysis_of(data: CrmData, scenario: Scenario, fit: Fit | None = None, command: str = "") -> Analysis:
    """Lay out an import, to be written in any form.

    Args:
        data: The cleaned export.
        scenario: What was made of it.
        fit: What the match found; None where it was left out.
        command: Command that repeats it.
    """
    frame, first = data.opportunities, data.quality.first()
    summary = (
        f"{data.name} holds {len(frame):,} opportunities up to {data.as_of:%d %B %Y}, of which "
        f"{int((frame['outcome'] == 'won').sum()):,} are won and {int((frame['outcome'] == 'open').sum()):,} open, of "
        f"{len(data.active_sellers):,} sellers and {len(data.lines):,} product lines."
    )
    tables = {"quality": pd.DataFrame(data.quality.rows()), "moments": data.moments.table()}
    sections = [ReportSection("Quality of the data", tables=quality_tables(data.quality))]
    if fit:
        tables |= {"model_against_data": fit.table, "segments": fit.segments}
        matched = "As is, on seeds the search has not seen; see there what agrees, and what the search was for."
        sections += [
            ReportSection("Model against data", matched, tables=[match_table(fit)]),
            ReportSection("Segments", tables=[segment_table(fit)]),
        ]
    if scenario.unknowns:
        lead = "Say them with the options of flywheel crm, or see with --ranges what an answer owes to them."
        sections.append(ReportSection("What no export tells", lead, tables=[unknown_table(scenario)]))
    unknown = "; ".join(dict.fromkeys(found.where for found in data.quality.of(RepairKind.UNKNOWN)))
    return Analysis(
        kind="crm", scenario=scenario, question="What does this export say, and what is made of it?",
        answer=[summary, *(f"What matters first ({i}): {found.text}." for i, found in enumerate(first, start=1))],
        notes=[f"Could not be known, and is assumed as the tables below say: {unknown}."],
        sections=sections, tables=tables, seeds=[], weeks=int(scenario["organization.weeks"]), command=command,
        touched=[item.parameter for item in scenario.unknowns],
    )  # fmt: skip


def quality_tables(quality: Quality) -> list[TextTable]:
    """List the findings, a table a kind."""
    columns = ["where", "what", "how many", "example"]
    return [
        TextTable(columns, [[f.where, f.what, f.amount, f.example] for f in found], (2,), str(kind).capitalize())
        for kind in RepairKind
        if (found := quality.of(kind))
    ]


def match_table(fit: Fit) -> TextTable:
    """Put the model beside what the data say."""
    texts = check_texts(fit.table).drop(columns="Agrees within")
    caption = f"Model against data: as is, {fit.check_seeds} seeds the search has not seen ({fit.rounds} rounds)"
    return TextTable(list(texts.columns), texts.to_numpy().tolist(), (1, 2, 3, 4, 5), caption)


def segment_table(fit: Fit) -> TextTable:
    """Put the model's segments beside those of the data."""
    rows = [
        [f"{row['segment']}: {row['cell']}", f"{row['rows']:,}", f"{row['data']:.3g} ± {WITHIN * row['error']:.2g}",
         f"{row['model']:.3g}", "within" if row["inside"] else "outside"]
        for row in fit.segments.to_dict("records")
    ]  # fmt: skip
    columns = ["Segment (win rate, spread, days)", "Closed", "Data", "Model", "Sampling error"]
    inside = f"{int(fit.segments['inside'].sum())} of {len(rows)} within the sampling error of the data"
    return TextTable(columns, rows, (1, 2, 3), f"Segments: {inside}")


def unknown_table(scenario: Scenario) -> TextTable:
    """List what nobody has said, with the value it was given and its plausible range."""
    rows = [
        [item.name, *(f"{end:,.4g}" if isinstance(end, float) else str(end)
                      for end in (scenario[item.parameter], item.low, item.high)), item.why]
        for item in scenario.unknowns
    ]  # fmt: skip
    return TextTable(["what", "taken as", "plausible from", "to", "why"], rows, (1, 2, 3))
