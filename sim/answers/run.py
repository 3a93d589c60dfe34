"""The report of a single run: its measures and figures, without a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.answers.compare.gather import middle_week
from sim.answers.compare.material import AS_IS, Material, loss_shares
from sim.answers.html import basis, pictures, render
from sim.measures.words import amount, listed, years
from sim.scenario.measures import MEASURES
from sim.studies.bands import MEASURED, quarterly_values, weekly_values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.measures.run import Run


def run_html(run: Run, command: str, versions: Mapping[str, str]) -> str:
    """Write the report of a run that kept its deals as one HTML page, with the command that repeats it."""
    material = material_of_run(run, command, versions)
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
        figures=list(pictures(material)),
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
