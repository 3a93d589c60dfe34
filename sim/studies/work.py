"""A chunk of a study: runs that are done, kept and lost together; those of one seed share its burn-in."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from sim.engine.world import World
from sim.measures.run import Run
from sim.measures.whole_run import summary_of
from sim.studies.cases import AS_IS
from sim.studies.parts import name_of
from sim.studies.plan import StudyCase

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.studies.plan import StudyPlan

_AS_IS = StudyCase(AS_IS)
IDS = ("run", "case", "seed", "error")
"""Columns of the results before the measures."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Runs that are done, kept and lost together.

    Attributes:
        runs: Case, seed and name of each; a seed's follow one another.
    """

    runs: tuple[tuple[StudyCase, int, str], ...]

    @property
    def part(self) -> str:
        """Name of the file that keeps it."""
        return name_of(name for _, _, name in self.runs)


@dataclass(slots=True)
class Done:
    """What a chunk found.

    Attributes:
        results: A row a run: `run`, `case`, `seed`, `error` (empty where it went well), then the measures.
        weekly, deals: Rows with `run` before their own columns; None where they are not kept.
    """

    results: pd.DataFrame
    weekly: pd.DataFrame | None = None
    deals: pd.DataFrame | None = None


@dataclass(slots=True)
class _Rows:
    results: list[dict[str, object]] = field(default_factory=list)
    weekly: list[pd.DataFrame] = field(default_factory=list)
    deals: list[pd.DataFrame] = field(default_factory=list)


def run_chunk(plan: StudyPlan, chunk: Chunk, stop: Callable[[], bool] = lambda: False) -> Done:
    """Run a chunk; a run that breaks is a row with its error.

    Args:
        plan: What the runs share; its cases and seeds are not looked at.
        chunk: The runs.
        stop: Asked before each run; once it says so, what is done so far is handed back.
    """
    rows = _Rows()
    base: World | None = None
    for case, seed, name in chunk.runs:
        if stop():
            break
        if base is not None and base.seed != seed:
            base = None
        row: dict[str, object] = {"run": name, "case": case.name, "seed": seed, "error": ""}
        try:
            if not plan.from_start and base is None:
                base = _begin(plan, _AS_IS, seed)
            world = _begin(plan, case, seed) if base is None else base.fork(dict(case.changes))
            world.advance(plan.weeks - world.week)
            found = summary_of(world)
            _keep(plan, Run(world), name, rows)
            row |= {measure: found[measure] for measure in plan.measures}
        except Exception as error:  # noqa: BLE001 - a run that breaks is a result, whatever broke it
            where = traceback.extract_tb(error.__traceback__)[-1]
            row["error"] = f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
        rows.results.append(row)
    return _done(plan, rows)


def _begin(plan: StudyPlan, case: StudyCase, seed: int) -> World:
    scenario = plan.scenario.override(dict(case.changes)) if case.changes else plan.scenario
    return World.begin(scenario, seed, plan.weeks, deals="deals" in plan.keep, tables=False)


def _keep(plan: StudyPlan, run: Run, name: str, rows: _Rows) -> None:
    """Keep tables of a run that went well."""
    tables = {}
    if "weekly" in plan.keep:
        tables["weekly"] = _named(run.weekly.reset_index().drop(columns="date"), name)
    if "deals" in plan.keep:
        tables["deals"] = _named(run.deals, name)
    for kind, table in tables.items():
        getattr(rows, kind).append(table)


def _named(table: pd.DataFrame, name: str) -> pd.DataFrame:
    table = table.reset_index(drop=True)
    table.insert(0, "run", name)
    return table


def _done(plan: StudyPlan, rows: _Rows) -> Done:
    results = pd.DataFrame(rows.results, columns=[*IDS, *plan.measures])
    results = results.astype({"seed": "int64", **dict.fromkeys(plan.measures, "float64")})
    weekly = pd.concat(rows.weekly, ignore_index=True) if rows.weekly else None
    deals = pd.concat(rows.deals, ignore_index=True) if rows.deals else None
    return Done(results, weekly, deals)
