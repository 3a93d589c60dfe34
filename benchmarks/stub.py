"""Stands for the simulator where only what is around it is timed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.studies.work import Done

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.studies.plan import StudyPlan
    from sim.studies.work import Chunk


def stub(plan: StudyPlan, chunk: Chunk, _stopped: Callable[[], bool]) -> Done:
    """Give each run of a chunk some measures without running it."""
    rows = [{"run": name, "case": case.name, "seed": seed, "error": ""} for case, seed, name in chunk.runs]
    return Done(pd.DataFrame(rows).assign(**{name: float(number) for number, name in enumerate(plan.measures)}))
