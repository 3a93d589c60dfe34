"""Run one job for many seeds side by side: the same answer for any number of workers; Ctrl-C keeps what is done.

The compiled drive releases the interpreter's lock, so threads use all cores and nothing is copied between processes.
"""

from __future__ import annotations

import signal
import threading
from collections import deque
from concurrent.futures import CancelledError, Future, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sim.engine.cores import usable_cores
from sim.scenario.seeds import check_whole
from sim.studies.chosen_cluster import check_address, chosen_cluster
from sim.studies.pools import pool_of
from sim.studies.result_store import chosen_store
from sim.studies.storage import Halted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from types import FrameType

    from sim.scenario.scenario import Scenario
    from sim.studies.job import Pool
    from sim.studies.result_store import ResultStore

Result = TypeVar("Result")

MOST_WORKERS = 1024
TRIES = 3  # times an item is handed to a pool whose workers are lost
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
        waiting: deque[tuple[int, Future[Result]]] = deque()
        todo = iter(seeds)
        executor = "processes" if self._apart and not self._cluster else "threads"
        pool = pool_of(self._job, executor, self.workers, self._cluster, stopped=self.stopped)
        try:
            while True:
                while len(waiting) < 4 * pool.workers and not self.stopped.is_set():
                    if (seed := next(todo, None)) is None:
                        break
                    waiting.append((seed, pool.submit(seed)))
                if not waiting:
                    return
                yield from self._finished(pool, *waiting.popleft())
        finally:
            for _, future in waiting:
                future.cancel()
            pool.close()

    def results(self, seeds: Sequence[int], progress: Callable[[int, int], None] | None = None) -> Iterator[Result]:
        """Yield the results in the order of the seeds, with Ctrl-C those there are, and tell how many of how many."""
        with self.stop_on_interrupt():
            for done, (_, result) in enumerate(self.run(seeds), start=1):
                yield result
                if progress:
                    progress(done, len(seeds))

    def _finished(self, pool: Pool, seed: int, future: Future[Result]) -> Iterator[tuple[int, Result]]:
        """Wait for one seed, whose worker may be lost and replaced; nothing is yielded if it was stopped."""
        for tries in range(TRIES):
            while not future.done():
                wait([future], timeout=_PATIENCE)
                if self.stopped.is_set():
                    pool.stop()
                    future.cancel()
            try:
                result = future.result()
            except RunStopped:
                return
            except CancelledError:
                if self.stopped.is_set():
                    return
                raise Halted(f"{pool.name} was lost; what is finished is kept: run the same command again") from None
            except Exception as error:
                if tries + 1 < TRIES and pool.again(error):
                    future = pool.submit(seed)
                    continue
                if reason := pool.explain(error):
                    raise Halted(f"{reason}; what is finished is kept: run the same command again") from error
                raise
            yield seed, result
            return

    def stop_on_interrupt(self) -> AbstractContextManager[None]:
        """Let the first Ctrl-C stop the batch and the second one everything; only the main thread can."""
        return stop_on_interrupt(self.stopped)


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
