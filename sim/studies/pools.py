"""Who runs chunks and seeds: threads of this process, other processes, or a Dask cluster. The answer is the same."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError, nearest
from sim.studies.chosen_cluster import LOCAL, check_address
from sim.studies.job import Pool, seal, unseal
from sim.studies.storage import Folder, place_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Job = Callable[[Any, Any], Any]

EXECUTORS = ("threads", "processes", "dask")
_LOOK = 0.5  # seconds between two looks of a process at whether its parent is there


class Threads(Pool):
    """Threads: the compiled drive releases the interpreter's lock, so they use all cores."""

    def __init__(self, job: Job, workers: int, stopped: threading.Event) -> None:
        self.name, self.workers, self.ahead = "the pool of threads", workers, 2 * workers
        self._job, self._stopped = job, stopped
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="work")

    def submit(self, item: Any) -> Future[Any]:
        """Hand over an item."""
        return self._pool.submit(self._job, item, self._stopped)

    def stop(self) -> None:
        """Tell the threads."""
        self._stopped.set()

    def close(self) -> None:
        """Wait for them."""
        self._pool.shutdown(wait=True, cancel_futures=True)


class Processes(Pool):
    """Processes of this machine, started afresh; one that dies takes the pool along, which is then made anew."""

    def __init__(self, job: Job, workers: int, folder: str | None) -> None:
        if folder and folder.startswith("memory:"):
            raise InputError(f"{folder} is seen by one process only; use threads, or another folder")
        self.name, self.workers, self.ahead = "the pool of processes", workers, 2 * workers
        self._sealed = seal(job)
        from loky.backend import get_context  # noqa: PLC0415 - slow to import, and rarely needed

        self._context = get_context("loky")
        self._stopped = self._context.Event()
        self._pool = self._fresh()

    def _fresh(self) -> Executor:
        from loky import ProcessPoolExecutor  # noqa: PLC0415 - as above

        start = {"initializer": _enter, "initargs": (self._stopped, os.getpid())}
        pool: Executor = ProcessPoolExecutor(self.workers, context=self._context, **start)
        return pool

    def submit(self, item: Any) -> Future[Any]:
        """Hand over an item; to a new pool if a process has just been lost."""
        try:
            return self._pool.submit(_do_here, self._sealed, item)
        except BrokenExecutor:
            self._pool.shutdown(wait=True)
            self._pool = self._fresh()
            return self._pool.submit(_do_here, self._sealed, item)

    def again(self, error: BaseException) -> bool:
        """Items whose process was lost can be handed over again."""
        return isinstance(error, BrokenExecutor)

    def explain(self, error: BaseException) -> str:
        """Say what may have ended the process."""
        if not isinstance(error, BrokenExecutor):
            return ""
        return "a worker process ended again and again, killed or out of memory; run with fewer workers"

    def stop(self) -> None:
        """Tell the processes."""
        self._stopped.set()

    def close(self) -> None:
        """Wait for them."""
        self._pool.shutdown(wait=True)


def pool_of(
    job: Job, executor: str, workers: int, cluster: str | None, *, folder: str | None = None,
    stopped: threading.Event | None = None,
) -> Pool:  # fmt: skip
    """Make the pool, of so many workers; of a running cluster those it has.

    Args:
        job: Called with an item, and with what says whether somebody wants to stop.
        executor: One of `EXECUTORS`.
        workers: How many at a time.
        cluster: Address of a Dask scheduler, or `local` to start one here.
        folder: What the job writes into, which all workers have to see.
        stopped: Event that threads look at, which somebody else may set.

    Raises:
        InputError: The cluster or the folder cannot be used.
    """
    check_executor(executor, cluster)
    if executor == "dask" or cluster is not None:
        from sim.studies.cluster import Cluster  # noqa: PLC0415 - an extra, and slow to import

        return Cluster(job, cluster or LOCAL, workers, folder)
    if executor == "processes":
        return Processes(job, workers, folder)
    return Threads(job, workers, stopped or threading.Event())


def check_executor(executor: str, cluster: str | None) -> None:
    """Raise InputError if the executor is unknown or does not go with the cluster, or that is no address."""
    if executor not in EXECUTORS:
        raise InputError(f'unknown executor "{executor}"{nearest(executor, EXECUTORS)}')
    if cluster is not None and executor == "processes":
        raise InputError("--executor processes and --cluster exclude each other; leave one out")
    check_address(cluster)


_here: Any = None


def _enter(stopped: Any, parent: int) -> None:
    """Set a worker process up: Ctrl-C is its parent's business, and it ends when its parent does."""
    global _here  # noqa: PLW0603 - the only way from an initializer to a job
    _here = stopped
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK)
    os._exit(1)


def _do_here(sealed: bytes, item: Any) -> Any:
    return unseal(sealed)(item, _here)


def absolute(folder: Path | str | None) -> str | None:
    """Give a folder the name other processes find it by."""
    if folder is None:
        return None
    place = place_of(folder)
    return str(place.path) if isinstance(place, Folder) else place.name
