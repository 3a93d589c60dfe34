"""Run a study and read what it found."""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from sim.engine import prepare
from sim.experiments.executor import Stopped, check_workers
from sim.experiments.study.work import Done, chunks_of, run_chunk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sim.experiments.study.plan import StudyPlan


@dataclass(frozen=True)
class Study:
    """A study that has been run, as far as it has been.

    Attributes:
        plan: What was asked for.
        results: A row a run, sorted by case (in the plan's order) and seed: `run`, `case`, `seed`, `error` (empty
            where it went well), then the plan's measures, not a number where it failed.
        interrupted: Whether it was stopped before every run was done.
        folder: Where it is kept; None for one that is in memory only.
    """

    plan: StudyPlan
    results: pd.DataFrame
    interrupted: bool = False
    folder: Path | None = None

    @property
    def failures(self) -> pd.DataFrame:
        """Runs that broke: `run`, `case`, `seed`, `error`."""
        return self.results.loc[self.results["error"] != "", ["run", "case", "seed", "error"]]

    def matrix(self, measure: str) -> pd.DataFrame:
        """Values of a measure, a row a case in the plan's order, a column a seed. [cases x seeds]."""
        table = self.results.pivot_table(measure, "case", "seed", dropna=False)
        return table.reindex(index=[case.name for case in self.plan.cases], columns=list(self.plan.seeds))

    @property
    def cases(self) -> pd.DataFrame:
        """A row a case: `case`, then every parameter that some case changes, with the value it has there."""
        scenario = self.plan.scenario
        names = dict.fromkeys(name for case in self.plan.cases for name in case.changes)
        columns = {name: [case.changes.get(name, scenario[name]) for case in self.plan.cases] for name in names}
        return pd.DataFrame({"case": [case.name for case in self.plan.cases], **columns})


def run_study(
    plan: StudyPlan,
    folder: Path | str | None = None,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Study:
    """Run what a study still lacks.

    The answer is the same for any number of workers. Ctrl-C keeps what is finished.

    Args:
        plan: The study.
        folder: Where it is kept; in memory only by default.
        workers: Threads; as many as there are cores by default.
        progress: Told how many runs are done and how many there are.

    Raises:
        InputError: Something cannot be used.
    """
    del folder
    prepare()
    pool = ThreadPoolExecutor(check_workers(workers))
    stopped = threading.Event()
    parts: list[pd.DataFrame] = []
    todo = chunks_of(plan, lambda _: False)
    waiting: set[Future[Done]] = set()
    done = 0
    try:
        while True:
            while len(waiting) < 4 * check_workers(workers) and (chunk := next(todo, None)) is not None:
                waiting.add(pool.submit(run_chunk, plan, chunk, stopped))
            if not waiting:
                break
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                parts.append(future.result().results)
                done += len(parts[-1])
                if progress:
                    progress(done, plan.runs)
    except (KeyboardInterrupt, Stopped):
        stopped.set()
    finally:
        stopped.set()
        pool.shutdown(wait=True, cancel_futures=True)
    return Study(plan, sorted_results(plan, parts), interrupted=done < plan.runs)


def sorted_results(plan: StudyPlan, parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Join parts in the order of cases and seeds."""
    order = {case.name: number for number, case in enumerate(plan.cases)}
    table = pd.concat(parts, ignore_index=True)
    table = table.iloc[table["case"].map(order).argsort(kind="stable")]
    return table.sort_values("seed", kind="stable").sort_values(
        "case", key=lambda names: names.map(order), kind="stable", ignore_index=True
    )
