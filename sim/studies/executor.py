"""Run one job for many seeds side by side: the same answer for any number of workers; Ctrl-C keeps what is done.

The compiled drive releases the interpreter's lock, so threads use all cores and nothing is copied between processes.
"""

from __future__ import annotations

import signal
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, CancelledError, wait
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sim.engine.cores import usable_cores
from sim.scenario.seeds import check_whole
from sim.studies.chosen_cluster import check_address, chosen_cluster
from sim.studies.pools import pool_of
from sim.studies.result_store import chosen_store
from sim.studies.storage import Halted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager
    from types import FrameType

    from sim.scenario.scenario import Scenario
    from sim.studies.job import Pool
    from sim.studies.result_store import ResultStore

Result = TypeVar("Result")
Item = TypeVar("Item")

MOST_WORKERS = 1024
_TRIES = 3  # times an item is handed to a pool whose workers are lost
_PATIENCE = 0.1  # seconds between two looks at whether somebody wants to stop


class RunStopped(Exception):  # noqa: N818 - no error: the job was asked to end
    """Raised by a job that sees it should stop; its seed counts as not run."""


def go_on_unless(stopped: threading.Event) -> None:
    """Raise RunStopped, between two parts of a job, where somebody asked to stop."""
    if stopped.is_set():
        raise RunStopped


class Batch(Generic[Result]):
    """A pool of threads that runs a job for seeds and hands back the results in the order of the seeds.

    The job is called with a seed and `stopped`, the event that is set when somebody asked to stop and which it looks at
    between two parts of its work; it must not share anything with its other calls.

    Rules of one's own are plain Python, of which threads run one at a time: where the scenario, which a job may have as
    an attribute, has some, several workers are processes, which end after the seed they are at. On a cluster the seeds
    go to its workers, whose number counts then. Within `keeping` what is kept is not run, but with rules of one's own,
    of which nobody can tell whether they are the same.
    """

    def __init__(
        self, job: Callable[[int, threading.Event], Result], workers: int | None = None,
        scenario: Scenario | None = None, cluster: str | None = None, store: ResultStore | None = None,
    ) -> None:  # fmt: skip
        """Make the pool, of as many workers as there are cores by default.

        Args:
            job: Called with a seed and the event.
            workers: Threads, or processes for rules of one's own, or of a cluster that is started here.
            scenario: What the job runs, where it has no such attribute.
            cluster: Address of a Dask scheduler, or `local` to start one here; that of `on_cluster` by default.
            store: Where results are kept; that of `keeping` by default.

        Raises:
            InputError: That number of workers is not allowed, or that is no address.
        """
        self.workers = check_workers(workers)
        self.stopped = threading.Event()
        self._job = job
        own = getattr(scenario or getattr(job, "scenario", None), "rules", None) is not None
        self._apart = own and self.workers > 1
        self._kept = store or (None if own else chosen_store())
        self._number = 0
        check_address(cluster)
        self._cluster = cluster or chosen_cluster()

    def run(self, seeds: Sequence[int]) -> Iterator[tuple[int, Result]]:
        """Yield seed and result, in the order of the seeds; few results wait in memory at any time.

        After a stop, what was finished is still yielded. An exception of the job ends the batch.

        Raises:
            InputError: No cluster answers, or its workers have another version.
            Halted: The cluster was lost.
        """
        if self._kept is None:
            yield from self._run(seeds)
            return
        store = self._kept
        self._number = number = self._number or store.next_batch()
        kept = {seed for seed in seeds if store.has(number, seed)}
        fresh = self._run([seed for seed in seeds if seed not in kept])
        for seed in seeds:
            if seed in kept and (found := store.read(number, seed)):
                yield seed, found[0]
                continue
            ran = next(self._run([seed]) if seed in kept else fresh, None)
            if ran is not None:
                store.write(number, *ran)
            if ran is None or ran[0] != seed:  # it was stopped
                return
            yield ran

    def _run(self, seeds: Sequence[int]) -> Iterator[tuple[int, Result]]:
        executor = "processes" if self._apart and not self._cluster else "threads"
        pool = pool_of(self._job, executor, self.workers, self._cluster, stopped=self.stopped)
        yield from work(pool, seeds, self.stopped, 4 * pool.workers, ordered=True)

    def results(self, seeds: Sequence[int], progress: Callable[[int, int], None] | None = None) -> Iterator[Result]:
        """Yield the results in the order of the seeds, with Ctrl-C those there are, and tell how many of how many."""
        with self.stop_on_interrupt():
            for done, (_, result) in enumerate(self.run(seeds), start=1):
                yield result
                if progress:
                    progress(done, len(seeds))

    def stop_on_interrupt(self) -> AbstractContextManager[None]:
        """Let the first Ctrl-C stop the batch and the second one everything; only the main thread can."""
        return stop_on_interrupt(self.stopped)


def work(
    pool: Pool, items: Iterable[Item], stopped: threading.Event, ahead: int, *, ordered: bool = False
) -> Iterator[tuple[Item, Any]]:
    """Hand items to a pool, and yield each with its result, as they come or in their order.

    After a stop, what was finished is still yielded. An exception of the job ends it, and so does leaving it.

    Args:
        pool: What runs them; it is closed at the end.
        items: What the pool's job is called with.
        stopped: Set when somebody asks to stop.
        ahead: How many may wait for the pool or run at any time.
        ordered: Whether results come in the order of the items.

    Raises:
        Halted: Workers were lost, again and again.
    """
    todo, waiting = iter(items), deque[_Handed[Item]]()
    try:
        while True:
            if not stopped.is_set():
                waiting += [_Handed(item, pool.submit(item)) for item in islice(todo, ahead - len(waiting))]
            if not waiting:
                return
            one = _finished(pool, waiting, stopped, ordered=ordered)
            error = CancelledError() if one.future.cancelled() else one.future.exception()
            if error is None:
                yield one.item, one.future.result()
            elif not isinstance(error, (RunStopped, CancelledError) if stopped.is_set() else RunStopped):
                waiting.appendleft(_once_more(pool, one, error))
    except (Exception, KeyboardInterrupt):
        pool.stop()
        raise
    finally:
        for one in waiting:
            one.future.cancel()
        pool.close()


@dataclass(frozen=True, slots=True, eq=False)
class _Handed(Generic[Item]):
    """An item a pool has been given, and for which time."""

    item: Item
    future: Future[Any]
    times: int = 1


def _finished(pool: Pool, waiting: deque[_Handed[Item]], stopped: threading.Event, *, ordered: bool) -> _Handed[Item]:
    """Wait for the first of what was handed over, or for any of it, and take it out."""
    while True:
        for one in islice(waiting, 1) if ordered else waiting:
            if one.future.done():
                waiting.remove(one)
                return one
        wait([waiting[0].future] if ordered else [one.future for one in waiting], _PATIENCE, FIRST_COMPLETED)
        if stopped.is_set():
            pool.stop()
            for one in waiting:
                one.future.cancel()


def _once_more(pool: Pool, one: _Handed[Item], error: BaseException) -> _Handed[Item]:
    """Hand an item over again whose worker was lost; Halted if that was too often."""
    if one.times < _TRIES and pool.again(error):
        return _Handed(one.item, pool.submit(one.item), one.times + 1)
    if reason := f"{pool.name} was lost" if isinstance(error, CancelledError) else pool.explain(error):
        raise Halted(f"{reason}; what is finished is kept: run the same command again") from error
    raise error


@contextmanager
def stop_on_interrupt(stopped: threading.Event) -> Iterator[None]:
    """Let the first Ctrl-C set an event and the second one end everything; only the main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def check_workers(workers: Any) -> int:
    """Give the number of threads to use; InputError if it is no whole number from 1 to 1024."""
    return usable_cores() if workers is None else check_whole("workers", workers, 1, MOST_WORKERS)
