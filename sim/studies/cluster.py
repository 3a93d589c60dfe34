"""Chunks and seeds run by Dask: on a cluster that is there, or one started on this machine.

Workers write the parts of a study themselves: what passes the scheduler is a few kilobytes a chunk. A lost worker's
chunk is run again by the scheduler.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError
from sim.studies.chosen_cluster import LOCAL
from sim.studies.job import Pool, seal, unseal
from sim.studies.storage import place_of
from sim.studies.version import model_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Future

PATIENCE = 8  # seconds a scheduler may take to answer
_FIRST = 60  # seconds until a cluster has its first worker
_SPARE = 1000  # chunks that wait beside those that run, so that a growing cluster finds work
_AGAIN = 3  # times the scheduler runs a chunk again


class Cluster(Pool):
    """A Dask cluster. The scheduler runs a lost item again; items that run end by themselves: nothing is lost."""

    def __init__(self, job: Callable[[Any, Any], Any], address: str, workers: int, folder: str | None = None) -> None:
        """Connect, and see that the workers have this program and the folder; InputError if they do not.

        The address is a scheduler's, such as tcp://10.0.0.5:8786, or `local` to start one here with so many processes.
        """
        self.name = _name(address)
        self._sealed = seal(job)
        self._open = ExitStack()
        try:
            client = self._open.enter_context(_client(address, workers, folder))
        except BaseException:
            self.close()
            raise
        self._executor, self.workers = _executor(client)
        self.ahead = _SPARE + 2 * self.workers

    def submit(self, item: Any) -> Future[Any]:
        """Hand over an item."""
        future: Future[Any] = self._executor.submit(do_on_worker, self._sealed, item)
        return future

    def explain(self, error: BaseException) -> str:
        """Say what Dask means."""
        return lost(error, self.name)

    def close(self) -> None:
        """Leave the cluster; end the one that was started here."""
        self._open.close()


def lost(error: BaseException, name: str) -> str:
    """Say what Dask means by an error of a cluster of this name; "" if it is none of the cluster's."""
    kind = type(error).__name__
    if kind == "KilledWorker":
        return f"workers of {name} died again and again with the same work, killed or out of memory"
    return f"{name} was lost ({kind})" if kind in ("CommClosedError", "FutureCancelledError") else ""


@contextmanager
def joined(address: str, workers: int) -> Iterator[tuple[Any, int]]:
    """Give an executor on a cluster whose workers have this version of the model, and how many run at a time.

    Args:
        address: Of a scheduler, or `local` to start one here.
        workers: Processes of one that is started here.

    Raises:
        InputError: No cluster answers, or its workers have another version.
    """
    with _client(address, workers, None) as client:
        yield _executor(client)


def _name(address: str) -> str:
    return "the local cluster" if address == LOCAL else f"the cluster at {address}"


def _executor(client: Any) -> tuple[Any, int]:
    return client.get_executor(pure=False, retries=_AGAIN), max(1, sum(client.ncores().values()))


@contextmanager
def _client(address: str, workers: int, folder: str | None) -> Iterator[Any]:
    """Connect to a cluster whose workers have this program and see the folder; end one that was started here."""
    distributed, parts = _distributed(), []
    try:
        if address == LOCAL:
            parts.append(_start(distributed, workers))
        client = _connect(distributed, parts[0] if parts else address)
        parts.insert(0, client)
        _check(client, _name(address), folder)
        yield client
    finally:
        with _quiet():
            for part in parts:
                with suppress(Exception):
                    part.close(timeout=PATIENCE)


def _check(client: Any, name: str, folder: str | None) -> None:
    try:
        client.wait_for_workers(1, timeout=_FIRST)
    except TimeoutError:
        raise InputError(f"{name} has had no worker for {_FIRST} seconds; start some and try again") from None
    with _token(folder) as token:
        facts = client.run(worker_facts, folder, token, on_error="return")
    for worker, fact in facts.items():
        if not isinstance(fact, tuple):
            raise InputError(f"worker {worker} of {name} cannot run this program: {fact}; install it there")
        version, sees = fact
        if version != model_version():
            raise InputError(
                f"worker {worker} of {name} has version {version} of the model, this program has "
                f"{model_version()}; both need the same sources and the same Python, numpy and numba"
            )
        if not sees:
            raise InputError(
                f"worker {worker} of {name} does not see {folder}; "
                "name a folder all machines share, or an object storage such as s3://bucket/study"
            )


def do_on_worker(sealed: bytes, item: Any) -> Any:
    """Run an item where Dask calls this; it hears of no stop."""
    return unseal(sealed)(item, threading.Event())


def worker_facts(folder: str | None, token: str) -> tuple[str, bool]:
    """Give a worker's version of the model, and whether it sees the folder."""
    return model_version(), folder is None or place_of(folder).has(token)


@contextmanager
def _token(folder: str | None) -> Iterator[str]:
    """Put a file into the folder for a moment, for workers to look for."""
    token = f".seen.{secrets.token_hex(4)}.tmp"
    if folder is None:
        yield token
        return
    place = place_of(folder)
    place.write(token, b"")
    try:
        yield token
    finally:
        place.remove(token)


def _distributed() -> Any:
    try:
        import distributed  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise InputError(
            "a Dask cluster needs its extra; install it with: pip install 'sales-flywheel[cluster]'"
        ) from None
    return distributed


def _start(distributed: Any, workers: int) -> Any:
    with _deaf(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, processes=True, dashboard_address=None,
            silence_logs=logging.CRITICAL,
        )  # fmt: skip


@contextmanager
def _deaf() -> Iterator[None]:
    """Let processes that are started here leave Ctrl-C to this one; they inherit that it is ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _connect(distributed: Any, where: Any) -> Any:
    if isinstance(where, str):
        _knock(distributed, where)
    with _quiet(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # other versions of Python or numpy are told apart later, by the model's
        return distributed.Client(where, timeout=PATIENCE, set_as_default=False)


def _knock(distributed: Any, address: str) -> None:
    """See whether a scheduler answers, before a client tries for long and is hard to get rid of."""

    async def ask() -> None:
        async with distributed.rpc(address, timeout=PATIENCE, connection_args={}) as scheduler:
            await asyncio.wait_for(scheduler.identity(), PATIENCE)

    try:
        with _quiet(), ThreadPoolExecutor(1) as apart:  # a notebook's own thread has a loop already
            apart.submit(asyncio.run, ask()).result()
    except Exception:  # noqa: BLE001 - whatever answers there may say anything
        raise InputError(
            f"--cluster {address}: no Dask scheduler answers there; "
            "check the address, that it runs, and that it can be reached from here"
        ) from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's log to itself while it is expected to complain."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
