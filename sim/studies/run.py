"""Run a study and read what it found."""

from __future__ import annotations

import threading
from contextlib import nullcontext
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.engine.world import prepare
from sim.scenario.errors import InputError
from sim.studies.chosen_cluster import chosen_cluster
from sim.studies.chunks import Grid
from sim.studies.executor import check_workers, stop_on_interrupt, work
from sim.studies.job import ChunkJob
from sim.studies.manifest import case_table
from sim.studies.pools import absolute, check_executor, pool_of
from sim.studies.size import check_room
from sim.studies.storage import Folder, place_of, said, trouble
from sim.studies.store import Store, matching, one_each, together
from sim.studies.work import IDS, run_chunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.studies.job import Count, Pool
    from sim.studies.plan import StudyPlan
    from sim.studies.work import Chunk, Done


class Study:
    """A study that has been run, as far as it has been.

    Attributes:
        plan: What was asked for.
        interrupted: Whether it was stopped before every run was done.
        folder: Where it is kept, a URL as text; None for one that is in memory only.
    """

    def __init__(
        self,
        plan: StudyPlan,
        results: pd.DataFrame | None = None,
        interrupted: bool = False,  # noqa: FBT001, FBT002 - only set where a study is made
        folder: Path | str | None = None,
        *,
        weekly: pd.DataFrame | None = None,
        deals: pd.DataFrame | None = None,
    ) -> None:
        self.plan = plan
        self.interrupted = interrupted
        self.folder = folder
        self._results = results
        self._kept = {"weekly": weekly, "deals": deals}

    @classmethod
    def open(cls, folder: Path | str) -> Study:
        """Open a study that is kept, with all cases and seeds it has, to read it; InputError if it cannot be used."""
        store = Store.open(folder)
        plan = store.manifest.plan
        results = _stored(store, plan)
        return cls(plan, results, len(results) < plan.runs, _folder(folder))

    @cached_property
    def results(self) -> pd.DataFrame:
        """A row a run, sorted by case (in the plan's order) and seed: `run`, `case`, `seed`, `error`, then measures.

        The error is empty where it went well; measures are not a number where it failed. Of a kept study they are read
        when they are first looked at: InputError if a part of the folder is damaged or has been changed.
        """
        return _stored(Store.open(self.folder or ""), self.plan) if self._results is None else self._results

    @property
    def failures(self) -> pd.DataFrame:
        """Runs that broke: `run`, `case`, `seed`, `error`."""
        return self.results.loc[self.results["error"] != "", list(IDS)]

    def matrix(self, measure: str) -> pd.DataFrame:
        """Values of a measure, a row a case in the plan's order, a column a seed. [cases x seeds]."""
        table = self.results.pivot_table(measure, "case", "seed", dropna=False)
        return table.reindex(index=[case.name for case in self.plan.cases], columns=list(self.plan.seeds))

    @property
    def cases(self) -> pd.DataFrame:
        """A row a case: `case`, then every parameter that some case changes, with the value it has there."""
        return case_table(self.plan.cases, self.plan.scenario).drop(columns="digest")

    @property
    def weekly(self) -> pd.DataFrame:
        """Measures by week of runs that went well: `run`, `case`, `seed`, `week`, measures; InputError if not kept."""
        return self._table("weekly")

    @property
    def deals(self) -> pd.DataFrame:
        """Closed opportunities of runs that went well: `run`, `case`, `seed`, the deal log; InputError if not kept."""
        return self._table("deals")

    def _table(self, kind: str) -> pd.DataFrame:
        if kind not in self.plan.keep:
            raise InputError(f'this study does not keep {kind}; plan it with keep=["{kind}"]')
        rows = self._kept[kind]
        if rows is None and self.folder is not None:
            store = Store.open(self.folder)
            with said(store.place, "cannot be read"):
                wanted = set(self.results["run"])
                parts = [part[part["run"].isin(wanted)] for part in store.kept(kind)]
            rows = pd.concat(parts, ignore_index=True) if parts else None
        names = self.results[["run", "case", "seed"]]
        return names.head(0) if rows is None else names.merge(rows, on="run")


def run_study(
    plan: StudyPlan, folder: Path | str | None = None, *, workers: int | None = None,
    progress: Callable[[int, int], None] | None = None, executor: str = "threads", cluster: str | None = None,
    question: str = "", retry_failed: bool = False,
    run: Callable[[StudyPlan, Chunk, Callable[[], bool]], Done] = run_chunk,
) -> Study:  # fmt: skip
    """Run what a study still lacks.

    The answer is the same for any executor and number of workers. Ctrl-C keeps what is finished, and so does whatever
    else ends it: the same call goes on where it stopped.

    Args:
        plan: The study.
        folder: Where it is kept, or a URL that fsspec knows; in memory only by default. A study of the same
            organization that is there gets the plan's cases and seeds added, and runs it has are not run again.
        workers: How many at a time; as many as there are cores by default. A running cluster has its own.
        progress: Told how many runs are done and how many there are.
        executor: `threads`, `processes` or `dask`; for rules of one's own processes stand in for threads.
        cluster: Address of a Dask scheduler such as tcp://10.0.0.5:8786, or `local`; makes the executor `dask`. That of
            `on_cluster` by default.
        question: What was asked, one sentence; kept in the folder.
        retry_failed: Whether runs that are there and failed are run again.
        run: Runs a chunk: the simulator, or what stands for it in a test.

    Raises:
        InputError: Something cannot be used; nothing was run.
        Halted: Runs could not go on; what is finished is kept.
    """
    check_workers(workers)
    if executor == "threads":
        cluster = cluster or chosen_cluster()
    check_executor(executor, cluster)
    if plan.scenario.rules and executor == "threads" and check_workers(workers) > 1:
        executor = "processes"  # of Python threads one runs at a time
    store, grid = None, Grid(plan)
    if folder is not None:
        store = Store.begin(folder, plan, question)
        plan = replace(plan, measures=store.manifest.plan.measures, keep=store.manifest.plan.keep)
        grid = Grid(plan)
        _look_up(store, grid, retry_failed=retry_failed)
    if grid.count < grid.total:
        if store:
            check_room(plan, grid.total - grid.count, grid.parts(check_workers(workers)), store.place)
        if run is run_chunk and cluster in (None, "local"):
            prepare()
    runner = _Runner(grid, progress)
    if grid.count < grid.total:
        with store.place.lone() if store else nullcontext(enter_result=True) as lone:
            if store and lone:
                with said(store.place, "cannot be written"):
                    store.tidy()
            where = absolute(folder)
            job = ChunkJob(replace(plan, cases=(), seeds=()), run, where)
            pool = pool_of(job, executor, check_workers(workers), cluster, folder=where)
            runner.go(pool, grid.chunks(pool.workers, backwards=not lone), store)
    interrupted = runner.done < grid.total
    if folder is not None:
        return Study(plan, None, interrupted, _folder(folder))
    return _in_memory(plan, runner.parts, interrupted=interrupted)


class _Runner:
    """Hands chunks to a pool and takes what comes back: how many runs are `done`, and `parts` that no folder keeps."""

    def __init__(self, grid: Grid, progress: Callable[[int, int], None] | None) -> None:
        self.done, self._total = grid.count, grid.total
        self.parts: list[Done] = []
        self._progress = progress
        self._tell()

    def go(self, pool: Pool, chunks: Iterator[Chunk], store: Store | None) -> None:
        """Run chunks until there are none or somebody stops it; Halted if it could not go on."""
        stopped = threading.Event()
        try:
            with stop_on_interrupt(stopped):
                for _, count in work(pool, chunks, stopped, pool.ahead):
                    self._take(count)
        except OSError as error:
            place = store.place if store else place_of(Path())
            raise trouble(place, error, "could not be written, so the study was stopped") from error

    def _take(self, count: Count) -> None:
        self.done += count.runs
        if count.done is not None:
            self.parts.append(count.done)
        self._tell()

    def _tell(self) -> None:
        if self._progress:
            self._progress(self.done, self._total)


def _look_up(store: Store, grid: Grid, *, retry_failed: bool) -> None:
    """Mark what is there already."""
    if retry_failed:
        store.forget_failures()
    with said(store.place, "cannot be read"):
        for _, rows in store.rows():
            grid.mark(rows, store.manifest.plan.case_digests)


def _in_memory(plan: StudyPlan, parts: list[Done], *, interrupted: bool) -> Study:
    rows = one_each(together([part.results for part in parts], [*IDS, *plan.measures]))
    tables: dict[str, Any] = {}
    for kind in plan.keep:
        kept = [table for part in parts if (table := getattr(part, kind)) is not None]
        tables[kind] = pd.concat(kept, ignore_index=True) if kept else None
    return Study(plan, matching(plan, rows, plan.case_digests), interrupted, **tables)


def _stored(store: Store, plan: StudyPlan) -> pd.DataFrame:
    with said(store.place, "cannot be read"):
        return matching(plan, store.results(), store.manifest.plan.case_digests)


def _folder(folder: Path | str) -> Path | str:
    """Give a folder of this machine as a path, a URL as text."""
    place = place_of(folder)
    return place.path if isinstance(place, Folder) else place.name
