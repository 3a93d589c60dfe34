"""What a worker is given: the job all chunks have in common, and what a pool that runs them must do."""

from __future__ import annotations

import pickle
import zlib
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

import cloudpickle

from sim.scenario.errors import InputError
from sim.studies.manifest import RESULTS
from sim.studies.storage import place_of
from sim.studies.store import write_done
from sim.studies.work import Chunk, Done, run_chunk

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from sim.studies.plan import StudyPlan


@dataclass(frozen=True)
class ChunkJob:
    """What all chunks of a study have in common."""

    plan: StudyPlan  # what the runs share; has no need of cases and seeds
    run: Callable[[StudyPlan, Chunk, Callable[[], bool]], Done] = run_chunk  # runs a chunk
    folder: str | None = None  # where its part is written; handed back instead if None

    def do(self, chunk: Chunk, stop: Callable[[], bool]) -> Count:
        """Run a chunk and keep it, unless another process has done so meanwhile."""
        place = None if self.folder is None else place_of(self.folder)
        if place and place.has(f"{RESULTS}/{chunk.part}"):
            return Count(len(chunk.runs))
        done = self.run(self.plan, chunk, stop)
        if place and len(done.results):
            write_done(place, self.plan.world, done)
        return Count(len(done.results), None if place else done)


class Count(NamedTuple):
    """How many runs of a chunk are done, and, if nobody keeps them, what they found."""

    runs: int
    done: Done | None = None


class Pool(Protocol):
    """Runs chunks somewhere."""

    name: str
    """What people call it."""
    workers: int
    """How many chunks it runs at a time."""
    ahead: int
    """How many chunks wait for it or run at any time."""

    def submit(self, chunk: Chunk) -> Future[Count]:
        """Hand over a chunk."""

    def again(self, error: BaseException) -> bool:  # noqa: ARG002 - pools that lose nothing do not look at it
        """Whether a chunk that ended so can be handed over again; sees to it that it can."""
        return False

    def explain(self, error: BaseException) -> str:  # noqa: ARG002 - the same
        """Say in a sentence why it ended so; "" if this pool does not know."""
        return ""

    def stop(self) -> None:
        """Ask the chunks in hand to end after the run they are at, where that can be done."""
        return

    def close(self) -> None:
        """Give everything back."""


class OtherVersionError(InputError):
    """A worker has another version of the program."""


def seal(job: ChunkJob) -> bytes:
    """Pack what a worker needs to know once: small, since cases and seeds are left out."""
    small = replace(job, plan=replace(job.plan, cases=(), seeds=()))
    return zlib.compress(cloudpickle.dumps((job.plan.world, small)))  # classes of somebody's script too


@lru_cache(maxsize=8)
def unseal(sealed: bytes) -> ChunkJob:
    """Unpack it; OtherVersionError if this worker would find other numbers."""
    world, job = pickle.loads(zlib.decompress(sealed))  # noqa: S301 - packed by `seal`
    if job.plan.world != world:
        raise OtherVersionError("a worker has another version of the program, of Python, numpy or numba than this one")
    return job  # type: ignore[no-any-return]  # pickle does not say what it holds
