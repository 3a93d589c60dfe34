"""A chunk of a study: runs that are done, kept and lost together; those of one seed share its burn-in."""

from __future__ import annotations

import threading
import traceback
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.engine.world import World
from sim.measures.run import Run
from sim.measures.whole_run import summary_of
from sim.studies.cases import AS_IS
from sim.studies.parts import name_of
from sim.studies.plan import StudyCase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.studies.plan import StudyPlan
    from sim.studies.statistics import Floats

_AS_IS = StudyCase(AS_IS)
_HELD = 100_000_000  # bytes of organizations before week 0
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
    ids: list[tuple[str, str, int, str]] = []
    values = np.full((len(chunk.runs), len(plan.measures)), np.nan)
    tables: dict[str, list[pd.DataFrame]] = {kind: [] for kind in plan.keep}
    base: World | None = None
    for number, (case, seed, name) in enumerate(chunk.runs):
        if stop():
            break
        if base is not None and base.seed != seed:
            base = None
        failed = ""
        try:
            if not plan.from_start and base is None:
                base = _BASES.of(plan, seed)
            world = begin(plan, case, seed) if base is None else base.fork(dict(case.changes))
            world.advance(plan.weeks - world.week)
            values[number] = list(summary_of(world, plan.measures).values())
            for kind, table in _tables(plan, Run(world), name):
                tables[kind].append(table)
        except Exception as error:  # noqa: BLE001 - a run that breaks is a result, whatever broke it
            values[number], failed = np.nan, error_text(error)
        ids.append((name, case.name, seed, failed))
    results = results_frame(ids, values[: len(ids)], plan.measures)
    return Done(results, **{kind: pd.concat(parts, ignore_index=True) for kind, parts in tables.items() if parts})


def results_frame(ids: Sequence[tuple[str, str, int, str]], values: Floats, measures: Sequence[str]) -> pd.DataFrame:
    """Make the table of results of runs from their `IDS` and their measures. [runs x measures]."""
    columns: dict[str, Any] = {name: [row[place] for row in ids] for place, name in enumerate(IDS)}
    columns["seed"] = np.array(columns["seed"], dtype=np.int64)
    return pd.DataFrame(columns | dict(zip(measures, values.T, strict=True)))


def error_text(error: Exception) -> str:
    """Say what broke a run, and in which line of which function."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"


class _Bases:
    """Organizations before week 0, so that the burn-in of a seed is run once for all chunks of this process.

    The last ones are held, up to `_HELD` bytes; the numbers are the same without.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, bool], Future[World]] = {}
        self._lock = threading.Lock()

    def of(self, plan: StudyPlan, seed: int) -> World:
        """Give a plan's organization with a seed, to be forked and never run; whoever else wants it waits."""
        key = (plan.world, seed, "deals" in plan.keep)
        with self._lock:
            found = self._found.get(key)
            mine = found is None
            future = self._found.setdefault(key, Future())
        if mine:
            try:
                future.set_result(begin(plan, _AS_IS, seed))
            except BaseException as error:  # noqa: BLE001 - whoever waits gets it as well
                future.set_exception(error)
            self._let_go()
        return future.result()

    def _let_go(self) -> None:
        """Let go of the oldest beyond what may be held, and of those that broke."""
        with self._lock:
            done = {key: future for key, future in reversed(self._found.items()) if future.done()}
            held = 0
            for key, future in done.items():
                held += _HELD + 1 if future.exception() else _bytes(future.result())
                if held > _HELD:
                    del self._found[key]


_BASES = _Bases()


def _bytes(world: World) -> int:
    return sum(array.nbytes for array in world.state)


def begin(plan: StudyPlan, case: StudyCase, seed: int) -> World:
    """Make the organization of a case with a seed, its burn-in done."""
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
