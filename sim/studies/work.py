"""A chunk of a study: runs that are done, kept and lost together; those of one seed share its burn-in."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
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
IDS = ("run", "case", "seed", "error")  # columns of the results before the measures


@dataclass(frozen=True, slots=True)
class Chunk:
    """Runs that are done, kept and lost together: case, seed and name of each; a seed's follow one another."""

    runs: tuple[tuple[StudyCase, int, str], ...]

    @property
    def part(self) -> str:
        """Name of the file that keeps it."""
        return name_of(name for _, _, name in self.runs)


@dataclass(slots=True)
class Done:
    """What a chunk found."""

    results: pd.DataFrame  # A row a run: `run`, `case`, `seed`, `error` (empty where it went well), then the measures
    weekly: pd.DataFrame | None = None  # rows with `run` before their own columns; None where they are not kept
    deals: pd.DataFrame | None = None


def run_chunk(plan: StudyPlan, chunk: Chunk, stop: Callable[[], bool] = lambda: False) -> Done:
    """Run a chunk; a run that breaks is a row with its error. The plan's cases and seeds are not looked at.

    `stop` is asked before each run; once it says so, what is done so far is handed back.
    """
    rows: list[dict[str, object]] = []
    tables: dict[str, list[pd.DataFrame]] = {kind: [] for kind in plan.keep}
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
            row |= summary_of(world, plan.measures)
            for kind, table in _tables(plan, Run(world), name):
                tables[kind].append(table)
        except Exception as error:  # noqa: BLE001 - a run that breaks is a result, whatever broke it
            row["error"] = error_text(error)
        rows.append(row)
    results = pd.DataFrame(rows, columns=[*IDS, *plan.measures])
    results = results.astype({"seed": "int64", **dict.fromkeys(plan.measures, "float64")})
    return Done(results, **{kind: pd.concat(parts, ignore_index=True) for kind, parts in tables.items() if parts})


def error_text(error: Exception) -> str:
    """Say what broke a run, and in which line of which function."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"


def _begin(plan: StudyPlan, case: StudyCase, seed: int) -> World:
    scenario = plan.scenario.override(dict(case.changes)) if case.changes else plan.scenario
    return World.begin(scenario, seed, plan.weeks, deals="deals" in plan.keep, tables=False)


def _tables(plan: StudyPlan, run: Run, name: str) -> list[tuple[str, pd.DataFrame]]:
    """Give what is kept of a run beside its measures, with its name in front."""
    tables = []
    if "weekly" in plan.keep:
        tables.append(("weekly", run.weekly.reset_index().drop(columns="date")))
    if "deals" in plan.keep:
        tables.append(("deals", run.deals.reset_index(drop=True)))
    for _, table in tables:
        table.insert(0, "run", name)
    return tables
