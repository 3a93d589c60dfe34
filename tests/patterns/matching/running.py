"""Runs of points, kept one line each, so that a match is stopped and gone on with whenever one likes."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from concurrent.futures import FIRST_COMPLETED, Executor, ProcessPoolExecutor, wait
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario.errors import InputError
from sim.studies.executor import check_workers
from sim.studies.pools import check_executor
from sim.studies.worlds import PlausibleWorld
from tests.patterns.matching.outputs import needed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from sim.studies.cases import Case
    from tests.patterns.matching.outputs import Needed, Runs

_DIGITS = 7
_WAITING = 4  # tasks handed over and not begun, for each worker

Task = tuple[int, int]
"""Number of a point and a seed."""


def run_point(values: dict[str, float], seed: int, *, held: bool = False) -> Runs:
    """Run every trial with a point's values for one seed, or those of rows held aside; a mean over nothing is nan."""
    with np.errstate(all="ignore"):
        return {key: one.run(cases, seed) for key, (one, cases) in _resolved(json.dumps(values), held=held).items()}


@lru_cache(maxsize=1)
def _resolved(values: str, *, held: bool) -> dict[str, tuple[Needed, tuple[Case, ...]]]:
    """Check the cases of every trial in a world; what a scenario sets stays."""
    world = PlausibleWorld("", json.loads(values))
    return {
        key: (one, one.trial.resolved(world.within(one.trial.loaded())).cases) for key, one in needed(held=held).items()
    }


def _line(task: Task, values: dict[str, float], *, held: bool = False) -> str:
    """Run a task and write it as a line; the reason in place of readings if a run broke off."""
    number, seed = task
    try:
        found: dict[str, Any] = {"runs": _plain(run_point(values, seed, held=held))}
    except (InputError, ArithmeticError, ValueError) as error:
        found = {"failed": f"{type(error).__name__}: {error}"}
    return json.dumps({"point": number, "seed": seed, **found}, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, np.ndarray):
        return [_plain(one) for one in value.tolist()]
    if isinstance(value, list):
        return [_plain(one) for one in value]
    number = float(value)
    return float(f"{number:.{_DIGITS}g}") if np.isfinite(number) else None


class Kept:
    """Runs of one stage in a file of lines; a line that a crash cut short or spoilt is left out and run again.

    Attributes:
        runs: Readings by point and seed; None where a run broke off.
    """

    def __init__(self, file: Path) -> None:
        """Read what there is."""
        self._file = file
        self.runs: dict[int, dict[int, Runs | None]] = {}
        if file.exists():
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
                self._read(line)

    def _read(self, line: str) -> None:
        try:
            one = json.loads(line)
            self.runs.setdefault(one["point"], {})[one["seed"]] = one.get("runs")
        except (ValueError, KeyError, TypeError, AttributeError):
            return

    def keep(self, line: str) -> None:
        """Add a run."""
        with self._file.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        self._read(line)

    def missing(self, points: int, seeds: Sequence[int]) -> list[Task]:
        """List what has not been run, point by point."""
        return [(point, seed) for point in range(points) for seed in seeds if seed not in self.runs.get(point, {})]


def run_missing(
    kept: Kept,
    values: Callable[[int], dict[str, float]],
    seeds: Sequence[int],
    points: int,
    *,
    pool: Executor,
    workers: int,
    until: float,
    held: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> bool:
    """Run what is missing of a stage, and keep it as it comes.

    Args:
        kept: Where it is kept.
        values: Gives a point's values by its number.
        seeds: Seeds of each point.
        points: Number of points.
        pool: Runs tasks.
        workers: How many it runs at a time.
        until: Time on the monotonic clock after which nothing is begun.
        held: Whether the rows held aside are run instead.
        progress: Told how many runs are done and how many there are.

    Returns:
        Whether everything is there.
    """
    tasks = kept.missing(points, seeds)
    whole = points * len(seeds)
    todo = iter(tasks)
    running: set[Future[str]] = set()
    try:
        while True:
            while len(running) < _WAITING * workers and time.monotonic() < until:
                task = next(todo, None)
                if task is None:
                    break
                running.add(pool.submit(_line, task, values(task[0]), held=held))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                kept.keep(one.result())
            if progress:
                progress(whole - len(kept.missing(points, seeds)), whole)
    finally:
        for one in running:
            one.cancel()
    return not kept.missing(points, seeds)


@contextmanager
def pool_of(workers: int | None, cluster: str | None) -> Iterator[tuple[Executor, int]]:
    """Give processes of this machine, or the workers of a Dask cluster, and how many there are.

    Raises:
        InputError: The number or the address is not allowed, or no cluster answers.
    """
    check_executor("processes" if cluster is None else "dask", cluster)
    if cluster is None:
        count = check_workers(workers)
        with ProcessPoolExecutor(
            count, mp_context=multiprocessing.get_context("spawn"), initializer=_enter
        ) as processes:
            yield processes, count
        return
    from sim.studies.cluster import joined  # noqa: PLC0415 - an extra, and slow to import

    with joined(cluster, check_workers(workers)) as (executor, count):
        yield executor, count


def _enter() -> None:
    """Leave Ctrl-C to the process that started this one, and be polite to whatever else the machine does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)
