"""Stands for the simulator where only what is around it is timed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.studies.work import Done, results_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.studies.plan import StudyPlan
    from sim.studies.work import Chunk


def stub(plan: StudyPlan, chunk: Chunk, _stopped: Callable[[], bool]) -> Done:
    """Give each run of a chunk some measures without running it."""
    ids = [(name, case.name, seed, "") for case, seed, name in chunk.runs]
    values = np.tile(np.arange(len(plan.measures), dtype=float), (len(ids), 1))
    return Done(results_frame(ids, values, plan.measures))
