"""Runs of a calibration: many points of the parameters, each with luck of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from sim.engine.world import World, prepare
from sim.measures.whole_run import summary_of
from sim.scenario.measures import MEASURES
from sim.studies.executor import Batch, RunStopped, go_on_unless
from sim.studies.work import error_text

if TYPE_CHECKING:
    import threading
    from collections.abc import Mapping, Sequence

    from sim.scenario.scenario import Scenario

Point = dict[str, float]  # values of the fitted parameters by dotted name


class Simulator(Protocol):
    """Runs points of the parameters; a test may put a function there whose truth is known."""

    def __call__(self, points: Sequence[Mapping[str, float]], seeds: Sequence[int]) -> pd.DataFrame:
        """Run each point with its own seed; RunStopped if somebody wants to stop.

        Returns:
            A row a point, in their order: `error`, empty where it went well, and measures by name.
        """


class ScenarioRuns:
    """Runs of one scenario on threads. Every point is an organization that always was so: it has its own burn-in."""

    def __init__(
        self, scenario: Scenario, weeks: int, workers: int | None = None, measures: Sequence[str] = tuple(MEASURES)
    ) -> None:
        """Keep what all runs share: weeks after the burn-in, threads (as many as there are cores), measures."""
        prepare()
        self.scenario, self.weeks, self.workers, self.measures = scenario, weeks, workers, measures

    def __call__(self, points: Sequence[Mapping[str, float]], seeds: Sequence[int]) -> pd.DataFrame:
        """Run each point with its own seed; see `Simulator`."""

        def job(number: int, stopped: threading.Event) -> dict[str, Any]:
            go_on_unless(stopped)
            return self.run(points[number], seeds[number])

        batch = Batch(job, self.workers, self.scenario)
        rows = list(batch.results(range(len(points))))
        if batch.stopped.is_set():
            raise RunStopped
        return pd.DataFrame(rows, columns=["error", *self.measures])

    def run(self, point: Mapping[str, float], seed: int) -> dict[str, Any]:
        """Run one point; a run that breaks is a row with its error."""
        try:
            world = World.begin(self.scenario.override(dict(point)), seed, self.weeks, deals=False, tables=False)
            return {"error": "", **summary_of(world.finish(), self.measures)}
        except Exception as error:  # noqa: BLE001 - a run that breaks is a result, whatever broke it
            return {"error": error_text(error)}
