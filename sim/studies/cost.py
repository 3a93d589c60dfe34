"""What a study costs, from one run of it that is timed: processor hours, time on so many cores, memory, disk, price."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.engine.world import prepare
from sim.measures.whole_run import summary_of
from sim.studies.cases import AS_IS
from sim.studies.chunks import Grid
from sim.studies.plan import StudyCase
from sim.studies.size import in_bytes, study_bytes
from sim.studies.work import begin

if TYPE_CHECKING:
    from sim.studies.plan import StudyPlan

PRICE = 0.05
"""Of a core-hour where nobody says another. [USD/h] Assumed: about what a rented core costs without a contract."""

_HOUR = 3600.0  # s


@dataclass(frozen=True, slots=True)
class StudyCost:
    """What runs cost.

    Attributes:
        runs: How many.
        seconds: Processor time of one, its share of a burn-in taken in. [s]
        disk: What is kept of them. [bytes]
        memory: Peak of a process that runs them one after another; 0 where the system does not tell. [bytes]
    """

    runs: int
    seconds: float
    disk: float
    memory: float

    @property
    def core_hours(self) -> float:
        """Processor time of all runs. [h]."""
        return self.runs * self.seconds / _HOUR

    def wall(self, cores: int, each: float = 1.0) -> float:
        """Time on some cores, of which each does that share of what it does alone. [s]."""
        return self.core_hours * _HOUR / (cores * each)

    def price(self, core_hour: float) -> float:
        """What the processor time costs, in the money of the price of a core-hour."""
        return self.core_hours * core_hour

    def sentences(self, cores: int, core_hour: float | None) -> list[str]:
        """Say it for a reader, with the price of a core-hour that was given or the assumed one."""
        price, assumed, unit = (PRICE, "an assumed ", " USD") if core_hour is None else (core_hour, "", "")
        cost = self.price(price)
        memory = f"{in_bytes(self.memory)} of memory a process and " if self.memory else ""
        each = f"{self.seconds:.3g} s" if self.seconds >= 0.1 else f"{self.seconds * 1000:.3g} ms"
        these = f"{cores:,} such core{'s' * (cores != 1)}"
        hours = f"{self.core_hours:,.3g} core-hours: {duration(self.wall(cores))} on {these} that do nothing else"
        return [
            f"A run takes {each} of a core here, so they take {hours}.",
            f"They need {memory}{in_bytes(self.disk)} of disk.",
            f"At {assumed}{price:g}{unit} a core-hour that is {cost:,.{2 if cost >= 1.0 else 4}f}{unit}.",
        ]


def cost_of(plan: StudyPlan, workers: int, runs: int | None = None, *, apart: bool = False) -> StudyCost:
    """Time a run of a plan twice, and say what all cost.

    Args:
        plan: What is to be run.
        workers: How many cores.
        runs: How many, where they are not the plan's alone.
        apart: Whether workers share no memory, so that each burns in the seeds of its chunks for itself.
    """
    prepare()
    grid = Grid(plan)
    burn_in, rest = (min(times) for times in zip(*(_timed(plan) for _ in range(2)), strict=True))
    burn_ins = plan.runs if plan.from_start else grid.burn_ins(workers) if apart else len(plan.seeds)
    number = plan.runs if runs is None else runs
    disk = study_bytes(plan, plan.runs, grid.parts(workers)) * number / plan.runs
    return StudyCost(number, burn_in * burn_ins / plan.runs + rest, disk, peak_memory())


def _timed(plan: StudyPlan) -> tuple[float, float]:
    """Processor time of a burn-in, and of the weeks after it with their measures. [s]."""
    marks = [time.process_time()]
    world = begin(plan, StudyCase(AS_IS), plan.seeds[0])
    marks.append(time.process_time())
    world.advance(plan.weeks)
    summary_of(world, plan.measures)
    marks.append(time.process_time())
    return marks[1] - marks[0], marks[2] - marks[1]


def peak_memory() -> float:
    """Most memory this process has had at a time; 0 where the system does not tell. [bytes]."""
    with suppress(OSError, IndexError):
        # The resource module gives what the process that started this one had, if that was more.
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return float(status.partition("VmHWM:")[2].split()[0]) * 1024.0
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - not on every system

        unit = 1.0 if sys.platform == "darwin" else 1024.0
        return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * unit
    return 0.0


def duration(seconds: float) -> str:
    """Write a time for people."""
    for limit, size, unit in ((90.0, 1.0, "s"), (5400.0, 60.0, "min"), (172_800.0, _HOUR, "h")):
        if seconds < limit:
            return f"{seconds / size:.2g} {unit}"
    return f"{seconds / 86_400.0:,.3g} days"
