"""The report of a single run: its measures and figures, without a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.answers.compare.gather import WEEKS_PER_QUARTER
from sim.answers.compare.material import AS_IS, Material, loss_shares
from sim.answers.html import basis, pictures, render
from sim.measures.words import amount, years
from sim.scenario.measures import MEASURES
from sim.studies.bands import MEASURED, quarterly_values, weekly_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.measures.run import Run


def run_html(run: Run, command: str, versions: Mapping[str, str]) -> str:
    """Write a run's report as one HTML page.

    Args:
        run: A run that kept its deals.
        command: Command that repeats it.
        versions: Version by program.
    """
    material = material_of_run(run, command, versions)
    name = run.scenario.title or run.scenario.name
    summary = [
        (one.label, one.doc, amount(run.summary[key], one.unit, run.scenario.currency))
        for key, one in material.measures.items()
    ]
    return render(
        "run.html.j2",
        title=f"{name}, seed {run.seed}",
        kind=f"{name} · one run, seed {run.seed}",
        question=run.scenario.shows or f"{name}: {years(run.weeks)}",
        summary=summary,
        notes=[],
        failures=[],
        figures=list(pictures(material)),
        **basis(material),
    )


def material_of_run(run: Run, command: str, versions: Mapping[str, str]) -> Material:
    """Lay a run out as a comparison with nothing but as is."""
    weekly = run.weekly.drop(columns="date").reset_index()
    long = weekly.melt(id_vars="week", var_name="measure", value_name="mean").assign(case=AS_IS)
    empty = pd.DataFrame()
    return Material(
        question="",
        scenario=run.scenario,
        cases={},
        main="net_contribution",
        measures=MEASURES,
        weeks=run.weeks,
        seeds=[run.seed],
        table=empty,
        effects=empty,
        per_seed=empty,
        weekly=long.assign(low=long["mean"], high=long["mean"]),
        quarterly=_quarterly(run),
        losses=loss_shares(run.deals.assign(case=AS_IS)),
        versions=versions,
        command=command,
    )


def _quarterly(run: Run) -> pd.DataFrame:
    """Every measure by complete quarter, at its middle week."""
    quarters = quarterly_values(weekly_values(run.world.weekly())).T
    wide = pd.DataFrame(quarters, columns=list(MEASURED))
    wide["week"] = wide.index * WEEKS_PER_QUARTER + WEEKS_PER_QUARTER / 2
    long = wide.melt(id_vars="week", var_name="measure", value_name="mean").assign(case=AS_IS)
    return long.assign(low=long["mean"], high=long["mean"])
