"""What has to be measured in a process of its own: starting up, and peak memory. Prints one line of JSON.

python -m benchmarks.child start          start, load the kernel, run a week of the default scenario
python -m benchmarks.child large 50000    a year of an organization of that many reps, 40 accounts each, 3 lines
python -m benchmarks.child study 1000     a study of that many runs without their simulation, kept in a folder
python -m benchmarks.child runs 4         that many runs of the default scenario
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Answer:
    """What a fresh process took and said.

    Attributes:
        wall: From its start to its end. [s]
        cpu: Processor time. [s]
        found: What it printed.
    """

    wall: float
    cpu: float
    found: dict[str, float]


def ask(*arguments: str, timeout: float, **environment: str) -> Answer:
    """Run this file in a fresh process."""
    wall, cpu, said = _timed([sys.executable, "-m", "benchmarks.child", *arguments], timeout, environment)
    return Answer(wall, cpu, json.loads(said))


def command(*arguments: str, timeout: float) -> Answer:
    """Run a `flywheel` command in a fresh process, its output folder thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-c", "from sim.cli.main import main; main()", *arguments, "--out", f"{folder}/out"]
        wall, cpu, _ = _timed(words, timeout, {})
    return Answer(wall, cpu, {})


def _timed(words: list[str], timeout: float, environment: dict[str, str]) -> tuple[float, float, str]:
    start, before = time.perf_counter(), _children()
    done = subprocess.run(
        words, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=True, timeout=timeout
    )
    return time.perf_counter() - start, _children() - before, done.stdout


def _children() -> float:
    """Processor time of the processes started so far. [s]."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def start_up() -> dict[str, float]:
    """Time the parts of a start. [s]."""
    marks = [time.perf_counter()]
    import numba  # noqa: F401, PLC0415 - its import is one of the parts

    marks.append(time.perf_counter())
    from sim.engine.world import World, prepare  # noqa: PLC0415 - the same

    marks.append(time.perf_counter())
    prepare()
    marks.append(time.perf_counter())
    from benchmarks.sizes import defaults  # noqa: PLC0415 - the same

    World.begin(defaults(organization__burn_in_weeks=0), 0, 1).finish()
    marks.append(time.perf_counter())
    parts = [after - before for before, after in pairwise(marks)]
    return dict(zip(("numba", "imports", "kernel", "first run"), parts, strict=True))


def large(n_reps: int) -> dict[str, float]:
    """Run a year, after a quarter of burn-in, of a large organization; time in s, peak memory in bytes."""
    from benchmarks.sizes import of_size  # noqa: PLC0415 - start_up times the imports
    from sim.engine.world import World, prepare  # noqa: PLC0415 - the same
    from sim.measures.whole_run import summary_of  # noqa: PLC0415 - the same

    prepare()
    start = time.perf_counter()
    world = World.begin(of_size(n_reps, n_lines=3), 0, 52, deals=False, tables=False).finish()
    bookings = summary_of(world)["bookings"]
    taken = time.perf_counter() - start
    return {"seconds": taken, "bytes": _peak(), "accounts": float(len(world.state.buyers)), "bookings": bookings}


def study(runs: int) -> dict[str, float]:
    """Run a study without the simulation and read two of its columns; peak memory in bytes."""
    from benchmarks.sizes import defaults  # noqa: PLC0415 - start_up times the imports
    from benchmarks.stub import stub  # noqa: PLC0415 - the same
    from sim.studies.plan import StudyPlan  # noqa: PLC0415 - the same
    from sim.studies.run import run_study  # noqa: PLC0415 - the same

    seeds = max(1, runs // 1000)
    cases = {f"c{number}": {"training.hours_per_quarter": number / 1000} for number in range(runs // seeds)}
    plan = StudyPlan.of(defaults(), cases, seeds, measures=("net_contribution", "bookings"))
    with tempfile.TemporaryDirectory() as folder:
        run_study(plan, f"{folder}/study", workers=2, run=stub)
    return {"bytes": _peak()}


def runs(number: int) -> dict[str, float]:
    """Run the default scenario so many times; peak memory in bytes."""
    from benchmarks.sizes import defaults  # noqa: PLC0415 - start_up times the imports
    from sim.engine.world import World  # noqa: PLC0415 - the same
    from sim.measures.whole_run import summary_of  # noqa: PLC0415 - the same

    for seed in range(number):
        summary_of(World.begin(defaults(), seed, deals=False, tables=False).finish())
    return {"bytes": _peak()}


def _peak() -> float:
    """Peak memory of this process. [bytes]."""
    from sim.studies.cost import peak_memory  # noqa: PLC0415 - start_up times the imports

    return peak_memory()


def main(arguments: list[str]) -> dict[str, Any]:
    """Do what the command line asks."""
    jobs = {"large": large, "study": study, "runs": runs}
    return jobs[arguments[0]](int(arguments[1])) if arguments[0] in jobs else start_up()


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
