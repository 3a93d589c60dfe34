"""Threads that run a scenario, and how long they stood ready while other programs had the processors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.engine.world import World
from sim.measures.whole_run import summary_of
from sim.studies.executor import Batch

if TYPE_CHECKING:
    from threading import Event

    from sim.scenario.scenario import Scenario

_SCHEDULED = Path("/proc/thread-self/schedstat")


class Crew:
    """Some workers that do equal batches of runs.

    Args:
        scenario: What they run.
        workers: How many they are.

    Attributes:
        waits: For each batch, time in which a worker stood ready without a processor, mean over workers, in s; empty
            where the system does not say.
    """

    def __init__(self, scenario: Scenario, workers: int) -> None:
        self.scenario, self.workers = scenario, workers
        self.waits: list[float] = []

    def work(self, runs: int) -> None:
        """Run as many seeds, summaries included."""
        waits = [wait for _, wait in Batch(self._run, self.workers).run(range(runs))]
        if _SCHEDULED.exists():
            self.waits.append(sum(waits) / self.workers)

    def _run(self, seed: int, _stopped: Event) -> float:
        before = _waited()
        summary_of(World.begin(self.scenario, seed, deals=False, tables=False).finish())
        return _waited() - before


def _waited() -> float:
    """Time this thread has stood ready without a processor so far. [s]."""
    try:
        return int(_SCHEDULED.read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
