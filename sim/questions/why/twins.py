"""Runs of one organization with some of its levers at their reference: same week 0, same luck, each run made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.engine.world import World
from sim.questions.why.measures import readings_of
from sim.questions.why.perception import TeamView
from sim.studies.executor import Batch, go_on_unless

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable

    from sim.questions.why.reference import Reference
    from sim.studies.statistics import Floats

Levers = frozenset[str]
NONE: Levers = frozenset()

_ROOM = 5_000_000  # opportunity slots of burned-in organizations that are kept, some 2 GB


class TwinRuns:
    """Makes and remembers runs.

    Attributes:
        reference: The organization and what is off.
        weeks: Weeks of each run.
        seeds: Keys of chance.
        views: What was seen and said in each run as it is, in the order of the seeds.
        made: Runs made so far.
    """

    def __init__(
        self,
        reference: Reference,
        weeks: int,
        seeds: Iterable[int],
        workers: int | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        """Prepare; nothing is run yet."""
        self.reference = reference
        self.weeks = weeks
        self.seeds = tuple(seeds)
        self.views: list[TeamView] = []
        self.made = 0
        self._workers = workers
        self._progress = progress or (lambda *_: None)
        self._found: dict[tuple[int, Levers], dict[str, float]] = {}
        self._worlds: dict[int, World] = {}

    @property
    def everything(self) -> Levers:
        """All levers that are off."""
        return frozenset(self.reference.off)

    def run(self, wanted: dict[int, list[Levers]]) -> None:
        """Make the missing runs, of sets of levers at their reference by seed; KeyboardInterrupt if stopped."""
        missing = {
            seed: todo
            for seed, sets in wanted.items()
            if (todo := [levers for levers in dict.fromkeys(sets) if (seed, levers) not in self._found])
        }
        total = self.made + sum(map(len, missing.values()))

        def job(seed: int, stopped: threading.Event) -> tuple[dict[Levers, dict[str, float]], TeamView | None]:
            return self._runs(seed, missing[seed], stopped)

        batch: Batch[tuple[dict[Levers, dict[str, float]], TeamView | None]] = Batch(job, self._workers)
        with batch.stop_on_interrupt():
            for seed, (readings, view) in batch.run(tuple(missing)):
                self._found |= {(seed, levers): values for levers, values in readings.items()}
                if view is not None:
                    self.views.append(view)
                self.made += len(readings)
                self._progress(self.made, total)
        if batch.stopped.is_set():
            raise KeyboardInterrupt

    def _runs(
        self, seed: int, sets: list[Levers], stopped: threading.Event
    ) -> tuple[dict[Levers, dict[str, float]], TeamView | None]:
        base = self._at_week_0(seed)
        readings, view = {}, None
        for levers in sets:
            go_on_unless(stopped)
            world = base.fork(self.reference.overrides(levers))
            for spec in self.reference.planned(levers):
                world.plan(spec)
            world.advance(self.weeks)
            readings[levers] = readings_of(world)
            if not levers:
                view = TeamView.of(world)
        return readings, view

    def _at_week_0(self, seed: int) -> World:
        """The organization before week 0; kept where all of them fit into memory."""
        world = self._worlds.get(seed)
        if world is None:
            world = World.begin(self.reference.scenario, seed, self.weeks)
            if len(world.state.opportunities) * len(self.seeds) <= _ROOM:
                self._worlds[seed] = world
        return world

    def all_seeds(self, *sets: Levers) -> None:
        """Make these runs for every seed."""
        self.run({seed: list(sets) for seed in self.seeds})

    def values(self, measure: str, levers: Levers = NONE) -> Floats:
        """Read a measure of runs that have been made. [seeds]."""
        return np.array([self._found[seed, levers][measure] for seed in self.seeds])

    def value(self, seed: int, measure: str, levers: Levers) -> float:
        """Read a measure of one run that has been made."""
        return self._found[seed, levers][measure]
