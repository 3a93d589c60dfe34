"""A chunk of a study: some cases of one seed, run one after the other from the same burned-in organization."""

from __future__ import annotations

import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from sim.engine import World
from sim.experiments.cases import AS_IS
from sim.experiments.executor import Stopped
from sim.experiments.study.plan import StudyCase
from sim.metrics import summary_of
from sim.run import Run

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from sim.experiments.study.plan import StudyPlan

_AS_IS = StudyCase(AS_IS)
BLOCK = 64
"""Most runs of a chunk: the burn-in they share is then a small part of it."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Runs that are done, kept and lost together.

    Attributes:
        seed: Their seed.
        cases: Their cases.
        ids: Their names.
    """

    seed: int
    cases: tuple[StudyCase, ...]
    ids: tuple[str, ...]


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


def chunks_of(plan: StudyPlan, known: Callable[[str], bool], most: int = BLOCK) -> Iterator[Chunk]:
    """Cut what is still to be run into chunks.

    Args:
        plan: The study.
        known: Tells of a run's name whether it is there already.
        most: Runs of a chunk at most.
    """
    for seed in plan.seeds:
        missing = [(case, name) for case in plan.cases if not known(name := plan.run_id(case.name, seed))]
        for begin in range(0, len(missing), most):
            part = missing[begin : begin + most]
            yield Chunk(seed, tuple(case for case, _ in part), tuple(name for _, name in part))


def run_chunk(plan: StudyPlan, chunk: Chunk, stopped: threading.Event | None = None) -> Done:
    """Run a chunk; a run that breaks is a row with its error.

    Raises:
        Stopped: Somebody wants to stop; nothing of the chunk counts.
    """
    rows = _Rows()
    base: World | None = None
    for case, name in zip(chunk.cases, chunk.ids, strict=True):
        if stopped is not None and stopped.is_set():
            raise Stopped
        row: dict[str, object] = {"run": name, "case": case.name, "seed": chunk.seed, "error": ""}
        try:
            if not plan.from_start and base is None:
                base = _begin(plan, _AS_IS, chunk.seed)
            world = _begin(plan, case, chunk.seed) if base is None else base.fork(dict(case.changes))
            world.advance(plan.weeks - world.week)
            found = summary_of(world)
            row |= {measure: found[measure] for measure in plan.measures}
            _keep(plan, Run(world), name, rows)
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
    if "weekly" in plan.keep:
        rows.weekly.append(_named(run.weekly.reset_index().drop(columns="date"), name))
    if "deals" in plan.keep:
        rows.deals.append(_named(run.deals, name))


def _named(table: pd.DataFrame, name: str) -> pd.DataFrame:
    table = table.reset_index(drop=True)
    table.insert(0, "run", name)
    return table


def _done(plan: StudyPlan, rows: _Rows) -> Done:
    columns = ["run", "case", "seed", "error", *plan.measures]
    results = pd.DataFrame(rows.results, columns=columns).astype(dict.fromkeys(plan.measures, "float64"))
    weekly = pd.concat(rows.weekly, ignore_index=True) if rows.weekly else None
    deals = pd.concat(rows.deals, ignore_index=True) if rows.deals else None
    return Done(results, weekly, deals)
