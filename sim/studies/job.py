"""What a worker is given: the job all items have in common, and what a pool that runs them must do."""

from __future__ import annotations

import pickle
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import cloudpickle

from sim.scenario.errors import InputError
from sim.studies.manifest import RESULTS
from sim.studies.storage import place_of
from sim.studies.store import write_done
from sim.studies.version import model_version
from sim.studies.work import Chunk, Done, run_chunk

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from sim.studies.plan import StudyPlan


@dataclass(frozen=True)
class ChunkJob:
    """What all chunks of a study have in common."""

    plan: StudyPlan  # what the runs share, without cases and seeds
    run: Callable[[StudyPlan, Chunk, Callable[[], bool]], Done] = run_chunk  # runs a chunk
    folder: str | None = None  # where its part is written; handed back instead if None

    def __call__(self, chunk: Chunk, stopped: Stop) -> Count:
        """Run a chunk and keep it, unless another process has done so meanwhile."""
        place = None if self.folder is None else place_of(self.folder)
        if place and place.has(f"{RESULTS}/{chunk.part}"):
            return Count(len(chunk.runs))
        done = self.run(self.plan, chunk, stopped.is_set)
        if place and len(done.results):
            write_done(place, self.plan.world, done)
        return Count(len(done.results), None if place else done)


class Count(NamedTuple):
    """How many runs of a chunk are done, and, if nobody keeps them, what they found."""

    runs: int
    done: Done | None = None


class Stop(Protocol):
    """What a job looks at between two parts of its work: an event of a thread or of a process."""

    def is_set(self) -> bool:
        """Whether somebody asked to stop."""


class Pool(Protocol):
    """Runs a job for items, chunks of a study or seeds, somewhere."""

    name: str
    """What people call it."""
    workers: int
    """How many items it runs at a time."""
    ahead: int
    """How many items may wait for it or run at any time."""

    def submit(self, item: Any) -> Future[Any]:
        """Hand over an item."""

    def again(self, error: BaseException) -> bool:  # noqa: ARG002 - pools that lose nothing do not look at it
        """Whether an item that ended so can be handed over again; sees to it that it can."""
        return False

    def explain(self, error: BaseException) -> str:  # noqa: ARG002 - the same
        """Say in a sentence why it ended so; "" if this pool does not know."""
        return ""

    def stop(self) -> None:
        """Ask the items in hand to end after the part they are at, where that can be done."""
        return

    def close(self) -> None:
        """Give everything back."""


class OtherVersionError(InputError):
    """A worker has another version of the program."""


def seal(job: Any) -> bytes:
    """Pack what a worker needs to know once; classes and functions of somebody's script too."""
    return zlib.compress(cloudpickle.dumps((model_version(), job)))


@lru_cache(maxsize=8)
def unseal(sealed: bytes) -> Any:
    """Unpack it; OtherVersionError if this worker would find other numbers."""
    version, job = pickle.loads(zlib.decompress(sealed))  # noqa: S301 - packed by `seal`
    if version != model_version():
        raise OtherVersionError("a worker has another version of the program, of Python, numpy or numba than this one")
    return job
